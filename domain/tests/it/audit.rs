//! Reading the audit log, and the state of the system. That a changed, removed or reordered row is found is tested in `house.rs`.

use domain::{
    audit::{self, AuditFilter},
    health, identity,
};
use jiff::SignedDuration;
use model::{errors::Code, health::HealthFault};

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
    assert_eq!(actions(by_person).await, [("identity.other_sessions_ended".to_owned(), true)]);
    // This read is in the log itself, not sealed yet.
    let own = AuditFilter { actor: Some(admin.user), ..AuditFilter::default() };
    assert_eq!(actions(own).await, [("audit.browsed".to_owned(), false)]);
    let before = AuditFilter { until: Some(later), ..AuditFilter::default() };
    assert_eq!(actions(before).await, [("identity.signed_up".to_owned(), true)]);
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
