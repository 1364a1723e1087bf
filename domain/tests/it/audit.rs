//! Reading the audit log, and the state of the system. That a changed, removed or reordered row is found is tested in `house.rs`.

use domain::{
    access::Access,
    audit::{self, AuditFilter, ExportLog},
    directory, health, identity,
};
use jiff::SignedDuration;
use model::{
    audit::{AuditResource, AuditSubject, MOST_EXPORTED},
    errors::Code,
    health::HealthFault,
};
use testing::TestClinic;

/// The lines of the exported file, without the headings.
async fn exported(clinic: &TestClinic, access: &Access, filter: AuditFilter) -> Vec<csv::StringRecord> {
    let command = ExportLog { filter, note: "More rows match.".to_owned() };
    let mut export = audit::export(&clinic.domain, access, command).await.unwrap();
    assert_eq!(export.name(), "audit-log-2026-11-24.csv");
    let mut bytes = Vec::new();
    while let Some(part) = export.next_part().await.unwrap() {
        bytes.extend(part);
    }
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("\u{feff}\"time_utc\",\"action\",") && text.ends_with("\"\r\n"), "{text}");
    csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes()).records().map(Result::unwrap).collect()
}

#[tokio::test]
async fn the_log_is_read_by_person_patient_action_and_time_and_reading_is_logged() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let patient = clinic.patient("Amara Osei").await;
    clinic.pass(SignedDuration::from_hours(1));
    let later = domain.now();
    let patient = clinic.signed_in(&patient.email).await;
    identity::end_other_sessions(domain, &patient.access(&clinic)).await.unwrap();
    clinic.settle().await;
    audit::seal_once(domain).await.unwrap();

    let access = admin.access(&clinic);
    let actions = |filter: AuditFilter| {
        let access = access.clone();
        async move {
            let page = audit::browse(domain, &access, &filter).await.unwrap();
            page.rows.into_iter().map(|row| (row.action, row.sealed)).collect::<Vec<_>>()
        }
    };
    let by_person = AuditFilter { actor: Some(patient.user), ..AuditFilter::default() };
    let [ended, confirmed] =
        ["identity.other_sessions_ended", "identity.email_confirmed"].map(|action| (action.to_owned(), true));
    assert_eq!(actions(by_person).await, [ended, confirmed.clone()]);
    // This read is in the log itself, not sealed yet.
    let own = AuditFilter { actor: Some(admin.user), ..AuditFilter::default() };
    assert_eq!(actions(own).await, [("audit.browsed".to_owned(), false)]);
    let before = AuditFilter { until: Some(later), ..AuditFilter::default() };
    let mut of_sign_up = actions(before).await;
    // Both were written at one instant.
    of_sign_up.sort();
    assert_eq!(of_sign_up, [confirmed, ("identity.signed_up".to_owned(), true)]);
    let area = AuditFilter { action: Some("audit.".to_owned()), ..AuditFilter::default() };
    assert_eq!(actions(area).await.len(), 3);
    let exact = AuditFilter { action: Some("identity.signed_up".to_owned()), ..AuditFilter::default() };
    assert_eq!(actions(exact).await, [("identity.signed_up".to_owned(), true)]);
    let about = AuditFilter { patient: patient.patient, ..AuditFilter::default() };
    let page = audit::browse(domain, &access, &about).await.unwrap();
    assert_eq!(page.rows.last().unwrap().patients, [(patient.patient(), "Amara Osei".to_owned())]);
    // Looking for a patient's rows leaves a row that names the patient.
    let page = audit::browse(domain, &access, &about).await.unwrap();
    assert_eq!(page.rows[0].action, "audit.browsed");
}

#[tokio::test]
async fn a_long_log_has_pages_without_gaps() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let access = admin.access(&clinic);
    for _ in 0..60 {
        audit::browse(&clinic.domain, &access, &AuditFilter::default()).await.unwrap();
    }
    // The row of this read is later than the rows that it reads.
    clinic.pass(SignedDuration::from_secs(1));
    let first = audit::browse(&clinic.domain, &access, &AuditFilter::default()).await.unwrap();
    assert_eq!(first.rows.len(), 50);
    let filter = AuditFilter { after: first.next, ..AuditFilter::default() };
    let second = audit::browse(&clinic.domain, &access, &filter).await.unwrap();
    // The sixty rows were written at one instant, so only their ids tell them apart.
    assert_eq!((second.rows.len(), second.next), (10, None));
    assert!(second.rows.iter().all(|row| !first.rows.iter().any(|seen| seen.id == row.id)));
}

#[tokio::test]
async fn only_an_administrator_of_the_whole_organisation_reads_the_log() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let patient = clinic.patient("Amara Osei").await;
    let doctor = clinic.doctor("Dr Jonas Weber", practice).await;
    let local = clinic.staff("Lola Local", "admin", Some(practice)).await;
    for person in [&patient, &doctor, &local] {
        let refused = audit::browse(&clinic.domain, &person.access(&clinic), &AuditFilter::default()).await.unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
    }
    let refused = audit::browse(&clinic.domain, &clinic.stranger(), &AuditFilter::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::SignInNeeded);
    for person in [&patient, &doctor] {
        let refused = health::report(&clinic.domain, &person.access(&clinic), None).await.unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
    }
}

#[tokio::test]
async fn health_names_what_waits_too_long() {
    let clinic = testing::clinic().await;
    let fresh = health::read(&clinic.domain, None).await;
    assert!(fresh.schema_current && fresh.database_micros.is_some());
    assert_eq!(fresh.faults(), []);
    clinic.patient("Amara Osei").await;
    clinic.pass(SignedDuration::from_secs(61));
    let late = health::read(&clinic.domain, None).await;
    assert_eq!(late.faults(), [HealthFault::DispatcherStuck, HealthFault::SealingLate]);
    clinic.dispatch().await;
    clinic.settle().await;
    audit::seal_once(&clinic.domain).await.unwrap();
    let well = health::read(&clinic.domain, None).await;
    assert_eq!(well.faults(), []);
    assert_eq!(well.parts.map(|parts| (parts.mails_queued, parts.jobs_waiting)), Some((1, 1)));
}

#[tokio::test]
async fn looking_at_an_account_tells_whose() {
    let clinic = testing::clinic().await;
    let (domain, practice) = (&clinic.domain, clinic.practice().await);
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let nurse = clinic.staff("Sam Nurse", "nurse", Some(practice)).await;
    let doctor = clinic.doctor("Dr Jonas Weber", practice).await;
    let patient = clinic.patient("Amara Osei").await;
    let access = admin.access(&clinic);
    directory::person(domain, &access, patient.user).await.unwrap();
    clinic.pass(SignedDuration::from_secs(1));
    directory::person(domain, &access, nurse.user).await.unwrap();
    clinic.pass(SignedDuration::from_secs(1));
    directory::application(domain, &access, doctor.doctor()).await.unwrap();

    let looked = AuditFilter { action: Some("directory.".to_owned()), ..AuditFilter::default() };
    let rows = audit::browse(domain, &access, &looked).await.unwrap().rows;
    let about: Vec<_> = rows.iter().map(|row| (row.about(), row.patients.clone())).collect();
    assert_eq!(
        about,
        [
            (Some(AuditResource::Doctor(AuditSubject { id: doctor.doctor(), name: "Dr Jonas Weber".to_owned() })), Vec::new()),
            (Some(AuditResource::Account(AuditSubject { id: nurse.user, name: "Sam Nurse".to_owned() })), Vec::new()),
            (
                Some(AuditResource::Account(AuditSubject { id: patient.user, name: "Amara Osei".to_owned() })),
                vec![(patient.patient(), "Amara Osei".to_owned())]
            ),
        ]
    );
    // The names of the filter are told even if no row matches.
    let nothing = AuditFilter { actor: Some(nurse.user), patient: patient.patient, ..AuditFilter::default() };
    let page = audit::browse(domain, &access, &nothing).await.unwrap();
    assert!(page.rows.is_empty());
    assert_eq!((page.actor.as_deref(), page.patient.as_deref()), (Some("Sam Nurse"), Some("Amara Osei")));
}

#[tokio::test]
async fn an_export_has_the_rows_of_the_filter_and_is_in_the_log() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let patient = clinic.patient("Amara Osei").await;
    identity::end_other_sessions(&clinic.domain, &patient.access(&clinic)).await.unwrap();
    // A stranger chooses these names.
    clinic.as_owner("update patients set full_name = '@SUM(A1), \"Amara\"'; update users set display_name = '=1+1' where display_name = 'Amara Osei'").await;

    let access = admin.access(&clinic);
    let ended = Some("identity.other_sessions_ended".to_owned());
    let by_patient = AuditFilter { actor: Some(patient.user), action: ended, ..AuditFilter::default() };
    let lines = exported(&clinic, &access, by_patient).await;
    assert_eq!(lines.len(), 1);
    let line: Vec<&str> = lines[0].iter().collect();
    let id = patient.user.to_string();
    assert_eq!(
        line[..12],
        [
            "2026-11-24T09:00:00Z",
            "identity.other_sessions_ended",
            "done",
            "'=1+1",
            id.as_str(),
            "patient",
            "",
            "",
            "'=1+1",
            "account",
            id.as_str(),
            "no",
        ]
    );
    let about_patient = AuditFilter { patient: patient.patient, action: Some("identity.".to_owned()), ..AuditFilter::default() };
    let lines = exported(&clinic, &access, about_patient).await;
    assert_eq!(
        lines.iter().map(|line| (&line[1], &line[6])).collect::<Vec<_>>(),
        [("identity.email_confirmed", "'@SUM(A1), \"Amara\"")]
    );

    let own = AuditFilter { actor: Some(admin.user), action: Some("audit.exported".to_owned()), ..AuditFilter::default() };
    let rows = audit::browse(&clinic.domain, &access, &own).await.unwrap().rows;
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|row| row.patients.first().is_some_and(|(id, _)| *id == patient.patient())));
}

#[tokio::test]
async fn an_export_says_so_when_more_rows_match_than_it_may_have() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    clinic
        .as_owner(
            "insert into audit_events (id, at, era, action, outcome, body, mac)
             select gen_random_uuid(), timestamptz '2026-11-01 00:00Z' + i * interval '1 second', 1, 'visits.read', 'done', '', ''
             from generate_series(1, 50001) i",
        )
        .await;
    let filter = AuditFilter { action: Some("visits.read".to_owned()), ..AuditFilter::default() };
    let lines = exported(&clinic, &admin.access(&clinic), filter.clone()).await;
    assert_eq!(lines.len(), MOST_EXPORTED + 1);
    assert_eq!((&lines[0][0], &lines[MOST_EXPORTED - 1][0]), ("2026-11-01T13:53:21Z", "2026-11-01T00:00:02Z"));
    assert_eq!((&lines[MOST_EXPORTED][0], &lines[MOST_EXPORTED][1]), ("More rows match.", ""));
    // Exactly as many rows as the file may have are the whole.
    let from = Some("2026-11-01T00:00:02Z".parse().unwrap());
    let lines = exported(&clinic, &admin.access(&clinic), AuditFilter { from, ..filter }).await;
    assert_eq!((lines.len(), &lines[MOST_EXPORTED - 1][1]), (MOST_EXPORTED, "visits.read"));
}

#[tokio::test]
async fn only_who_reads_the_log_exports_it() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let local = clinic.staff("Lola Local", "admin", Some(practice)).await;
    let support = clinic.staff("Sam Support", "support", None).await;
    let command = ExportLog { filter: AuditFilter::default(), note: String::new() };
    for (access, code) in [
        (local.access(&clinic), Code::Forbidden),
        (support.access(&clinic), Code::Forbidden),
        (clinic.stranger(), Code::SignInNeeded),
    ] {
        assert_eq!(audit::export(&clinic.domain, &access, command.clone()).await.unwrap_err().code(), code);
    }
    assert!(!clinic.audited().await.iter().any(|action| action == "audit.exported"));
}
