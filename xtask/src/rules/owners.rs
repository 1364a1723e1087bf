//! Which area of `domain/src` owns each table, and what it publishes for other areas. The rules are in `tables.rs` and `published.rs`.

/// The tables of one area, and what other areas may use.
#[derive(Debug)]
pub(super) struct Owner {
    /// The top-level module of `domain/src`.
    pub(super) area: &'static str,
    pub(super) tables: &'static [&'static str],
    /// Views that other areas may read.
    pub(super) views: &'static [&'static str],
    /// SQL functions that other areas may call.
    pub(super) functions: &'static [&'static str],
}

pub(super) const OWNERS: &[Owner] = &[
    Owner {
        area: "identity",
        tables: &[
            "users",
            "password_credentials",
            "suspensions",
            "links",
            "sessions",
            "http_sessions",
            "api_tokens",
            "consents",
            "document_versions",
            "memberships",
            "invitations",
            "known_devices",
            "sign_ups",
            "totp_factors",
            "totp_set_ups",
            "recovery_codes",
            "half_sign_ins",
            "remembered_browsers",
            "second_factor_resets",
            "passkeys",
            "passkey_questions_used",
            "phones",
            "account_deletions",
            "foreign_identities",
            "foreign_sign_ins",
        ],
        views: &["person_name", "account", "closed_account", "role_held", "account_activity"],
        functions: &[],
    },
    Owner {
        area: "directory",
        tables: &[
            "clinics",
            "clinic_closures",
            "clinic_versions",
            "organisation",
            "setup_links",
            "specialties",
            "specialty_versions",
            "doctors",
            "doctor_specialties",
            "licences",
            "verification_decisions",
            "patients",
            "patient_access",
            "acting_papers",
            "patient_clinics",
            "patient_claims",
            "patient_deletions",
            "record_handovers",
            "patient_profile_versions",
            "break_glass",
        ],
        views: &[
            "doctor_name",
            "doctor_listing",
            "doctor_profile",
            "doctor_specialty",
            "doctor_licence",
            "doctor_decision",
            "clinic_address",
            "patient_identity",
        ],
        functions: &["broken_glass", "representatives", "represented", "sees_appointments_only"],
    },
    Owner {
        area: "scheduling",
        tables: &[
            "schedule_rules",
            "schedule_exceptions",
            "appointment_reminders",
            "appointments",
            "reservations",
            "running_late",
            "first_times",
            "changed_times",
            "times_taken",
            "visit_types",
        ],
        views: &["appointment_plan", "doctor_lateness"],
        functions: &["treats", "cared_for_at"],
    },
    Owner { area: "visits", tables: &["encounters", "ratings"], views: &["visit_course"], functions: &["open_encounter"] },
    Owner { area: "chat", tables: &["threads", "messages"], views: &["thread_visit"], functions: &[] },
    Owner {
        area: "records",
        tables: &["notes", "note_versions", "icd10cm", "diagnoses", "diagnosis_lists", "diagnosis_versions", "allergies"],
        views: &["visit_diagnosis"],
        functions: &[],
    },
    Owner {
        area: "prescriptions",
        tables: &["prescriptions", "prescription_items", "prescription_events"],
        views: &["prescription_people"],
        functions: &[],
    },
    Owner {
        area: "notifications",
        tables: &["mails", "notice_choices", "notices", "texts"],
        views: &["quiet_hours"],
        functions: &[],
    },
    Owner { area: "live", tables: &["live_counters", "live_events"], views: &[], functions: &[] },
    Owner {
        area: "copies",
        tables: &["live_signals", "server_copies", "present_patients", "limit_buckets"],
        views: &[],
        functions: &[],
    },
    Owner { area: "outbox", tables: &["outbox_events", "outbox_dead"], views: &[], functions: &[] },
    Owner { area: "idempotency", tables: &["idempotency_keys"], views: &[], functions: &[] },
    Owner { area: "drafts", tables: &["form_drafts", "kept_drafts"], views: &[], functions: &[] },
    Owner {
        area: "audit",
        tables: &[
            "audit_events",
            "audit_events_default",
            "audit_seals",
            "audit_days",
            "audit_deposits",
            "audit_dropped",
            "audit_dropped_leaves",
        ],
        views: &[],
        functions: &[],
    },
    // `Tx` stores the patients' keys and records the database cluster to which a transaction belongs; `db::keys` makes and compares the keys of the
    // installation.
    Owner { area: "db", tables: &["database_eras", "patient_keys", "installation_keys"], views: &[], functions: &[] },
];

/// Paths that may use the tables of all areas, each with its reason.
pub(super) const ACROSS: &[(&str, &str)] = &[
    ("domain/src/demo/", "fills an empty installation with people and events of the past, which no use case can make"),
    ("domain/src/backup.rs", "copies the whole database"),
    ("domain/src/schema/fold_names.rs", "finishes the migration 0011 in Rust, because SQL cannot fold names"),
    ("testing/", "makes people and visits for tests, as the owner of the schema"),
];
