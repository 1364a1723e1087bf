//! What the server's role may do with each table. Default privileges give it everything on a new table, so a new table is added here with what it needs, and
//! its migration takes back the rest.

/// The tables, and what the server may do: `r`ead, `i`nsert, `u`pdate, `d`elete.
const GRANTS: [(&str, &str); 126] = [
    ("account_deletions", "riu"),
    ("acting_paper_files", "ri"),
    ("acting_papers", "ri"),
    ("allergies", "riu"),
    ("api_tokens", "riud"),
    ("appointment_reminders", "rid"),
    ("appointments", "riu"),
    ("audit_days", "ri"),
    ("audit_deposits", "ri"),
    ("audit_dropped", "r"),
    ("audit_dropped_leaves", "r"),
    ("audit_events", "ri"),
    ("audit_seals", "ri"),
    ("away_note_versions", "ri"),
    ("away_notes", "riu"),
    ("break_glass", "riu"),
    ("calendar_feeds", "riud"),
    ("changed_times", "rid"),
    ("clinic_closures", "riu"),
    ("clinic_versions", "ri"),
    ("clinics", "riu"),
    ("consents", "riu"),
    ("conversation_marks", "riu"),
    ("conversations", "riu"),
    ("database_eras", "riu"),
    ("diagnoses", "riud"),
    ("diagnosis_lists", "riu"),
    ("diagnosis_versions", "ri"),
    ("different_people", "riu"),
    ("doctor_specialties", "riud"),
    ("doctor_versions", "ri"),
    ("doctors", "riu"),
    ("document_versions", "ri"),
    ("encounters", "riu"),
    ("file_holds", "riu"),
    ("file_objects", "riud"),
    ("files", "riud"),
    ("first_times", "riu"),
    ("foreign_identities", "riu"),
    ("foreign_logouts", "rid"),
    ("foreign_sign_ins", "riud"),
    ("form_drafts", "riud"),
    ("freed_times", "rid"),
    ("half_sign_ins", "riud"),
    ("http_sessions", "riud"),
    ("icd10cm", "riu"),
    ("idempotency_keys", "riud"),
    ("installation_keys", "r"),
    ("invitations", "riu"),
    ("kept_drafts", "riud"),
    ("known_devices", "riud"),
    ("language_lists", "ri"),
    ("licences", "riud"),
    ("limit_buckets", "riud"),
    ("links", "riud"),
    ("live_counters", "riu"),
    ("live_events", "riud"),
    ("live_signals", "riud"),
    ("mails", "riud"),
    ("measurements", "riu"),
    ("memberships", "riu"),
    ("messages", "ri"),
    ("note_phrases", "ri"),
    ("note_templates", "ri"),
    ("note_versions", "ri"),
    ("notes", "riu"),
    ("notice_choices", "riu"),
    ("notices", "riud"),
    ("oauth_apps", "riu"),
    ("oauth_codes", "riud"),
    ("organisation", "ri"),
    ("outbox_dead", "rid"),
    ("outbox_events", "riud"),
    ("outside_busy", "rid"),
    ("outside_calendars", "riud"),
    ("passkey_questions_used", "rid"),
    ("passkeys", "riud"),
    ("password_credentials", "riud"),
    ("patient_access", "riu"),
    ("patient_address_versions", "ri"),
    ("patient_claims", "riu"),
    ("patient_clinics", "ri"),
    ("patient_deletions", "riu"),
    ("patient_key_links", "r"),
    ("patient_keys", "riu"),
    ("patient_merge_moves", "r"),
    ("patient_merges", "riu"),
    ("patient_profile_versions", "ri"),
    ("patients", "riu"),
    ("phones", "riud"),
    ("postcodes", "riu"),
    ("prescription_events", "ri"),
    ("prescription_items", "riud"),
    ("prescriptions", "riud"),
    ("present_patients", "riud"),
    ("push_subscriptions", "riud"),
    ("ratings", "riu"),
    ("record_entries", "riu"),
    ("record_entry_versions", "ri"),
    ("record_handovers", "riu"),
    ("recovery_codes", "riud"),
    ("remembered_browsers", "riud"),
    ("reservations", "rid"),
    ("rooms", "riu"),
    ("running_late", "riud"),
    ("schedule_exceptions", "riud"),
    ("schedule_rules", "riud"),
    ("second_factor_resets", "riu"),
    ("server_copies", "riud"),
    ("service_accounts", "ri"),
    ("sessions", "riud"),
    ("setup_links", "riu"),
    ("sign_ups", "riud"),
    ("specialties", "riu"),
    ("specialty_versions", "ri"),
    ("suspensions", "ri"),
    ("texts", "riud"),
    ("threads", "riu"),
    ("times_taken", "rid"),
    ("totp_factors", "riud"),
    ("totp_set_ups", "riud"),
    ("users", "riu"),
    ("verification_decisions", "ri"),
    ("visit_types", "riu"),
    ("waiting_entries", "riu"),
    ("waiting_offers", "riu"),
];

const RIGHTS: &str = "concat(
    case when has_table_privilege('bedside_app', c.oid, 'select') then 'r' end,
    case when has_table_privilege('bedside_app', c.oid, 'insert') then 'i' end,
    case when has_table_privilege('bedside_app', c.oid, 'update') then 'u' end,
    case when has_table_privilege('bedside_app', c.oid, 'delete') then 'd' end,
    case when has_table_privilege('bedside_app', c.oid, 'truncate') then 't' end)";

#[tokio::test]
async fn the_server_may_do_with_each_table_what_it_needs() {
    let clinic = testing::clinic().await;
    let rights: Vec<(String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "select c.relname::text, {RIGHTS} from pg_class c
         where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace and c.relname <> '_sqlx_migrations'
         order by c.relname collate \"C\""
    )))
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    let expected = GRANTS.map(|(table, rights)| (table.to_owned(), rights.to_owned()));
    assert_eq!(rights, expected);
    // The partitions are tables too, and can be named in a statement.
    let partitions: Vec<(String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "select c.relname::text, {RIGHTS} from pg_class c where c.relispartition and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
    )))
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    assert!(partitions.len() > 12);
    for (partition, rights) in partitions {
        assert_eq!(rights, "ri", "{partition}");
    }
}
