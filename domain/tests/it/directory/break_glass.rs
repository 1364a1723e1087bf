//! Opening a record outside of the usual rules: who may, for how long, who is told, who reviews it.

use super::house;
use domain::{
    access::Access,
    directory::{self, BreakGlass, MailKind, ReviewBreakGlass},
    records,
};
use jiff::SignedDuration;
use model::{
    directory::BreakGlassVerdict,
    errors::{Code, FieldFault},
    ids::PatientId,
};
use testing::{Person, Practice, TestClinic};

struct Scene {
    clinic: TestClinic,
    here: Practice,
    admin: Access,
    patient: Person,
    doctor: Person,
    number: String,
}

async fn scene() -> Scene {
    let (clinic, here, admin) = house().await;
    let patient = clinic.patient("Amara Osei").await;
    let doctor = clinic.doctor("Dr Jonas Weber", here).await;
    let admin = admin.access(&clinic);
    let number = directory::person(&clinic.domain, &admin, patient.user).await.unwrap().number.unwrap();
    Scene { clinic, here, admin, patient, doctor, number }
}

impl Scene {
    fn command(&self) -> BreakGlass {
        let reason = "Brought in unconscious; I need the allergies.".to_owned();
        BreakGlass { number: self.number.clone(), date_of_birth: ["12", "4", "1990"].map(str::to_owned), reason }
    }

    async fn open(&self, by: &Person, command: BreakGlass) -> Result<PatientId, Code> {
        let opened = directory::break_glass(&self.clinic.domain, &by.access(&self.clinic), command).await;
        opened.map_err(|error| error.code())
    }

    async fn reads(&self, by: &Person) -> Result<bool, Code> {
        let summary = records::summary(&self.clinic.domain, &by.access(&self.clinic), self.patient.patient()).await;
        summary.map(|summary| summary.break_glass.is_some()).map_err(|error| error.code())
    }
}

#[tokio::test]
async fn a_record_is_open_for_an_hour_and_everybody_who_must_know_is_told() {
    let scene = scene().await;
    assert_eq!(scene.reads(&scene.doctor).await, Err(Code::NotFound));
    assert_eq!(scene.open(&scene.doctor, scene.command()).await, Ok(scene.patient.patient()));
    assert_eq!(scene.reads(&scene.doctor).await, Ok(true));
    let summary =
        records::summary(&scene.clinic.domain, &scene.doctor.access(&scene.clinic), scene.patient.patient()).await.unwrap();
    assert!(!summary.may_record, "it is read, and not changed");

    let mails = scene.clinic.mails(MailKind::GlassBroken).await;
    assert_eq!(mails.iter().map(|mail| mail.recipient.to.as_str()).collect::<Vec<_>>(), [scene.patient.email.as_str()]);
    let named: i64 = sqlx::query_scalar(
        "select count(*) from audit_events where action = 'records.summary_read'
         and convert_from(body, 'UTF8')::jsonb -> 'details' ->> 'break_glass' = (select id::text from break_glass)",
    )
    .fetch_one(&scene.clinic.owner)
    .await
    .unwrap();
    assert_eq!(named, 2, "each read under it must name it");
    let ciphers: Vec<Vec<u8>> =
        sqlx::query_scalar("select reason_cipher from break_glass").fetch_all(&scene.clinic.owner).await.unwrap();
    assert!(ciphers.iter().all(|cipher| !String::from_utf8_lossy(cipher).contains("allergies")));

    scene.clinic.pass(SignedDuration::from_mins(59));
    assert_eq!(scene.reads(&scene.doctor).await, Ok(true));
    scene.clinic.pass(SignedDuration::from_mins(1));
    assert_eq!(scene.reads(&scene.doctor).await, Err(Code::NotFound), "the hour is over");
}

#[tokio::test]
async fn it_ends_before_its_time_when_it_is_no_longer_needed() {
    let scene = scene().await;
    scene.open(&scene.doctor, scene.command()).await.unwrap();
    for _ in 0..2 {
        let access = scene.doctor.access(&scene.clinic);
        directory::end_break_glass(&scene.clinic.domain, &access, scene.patient.patient()).await.unwrap();
        scene.clinic.pass(SignedDuration::from_secs(1));
    }
    assert_eq!(scene.reads(&scene.doctor).await, Err(Code::NotFound));
}

#[tokio::test]
async fn a_record_is_opened_by_those_who_care_for_patients_with_a_reason_and_the_right_patient() {
    let scene = scene().await;
    let colleague = scene.clinic.doctor("Dr Sofia Rossi", scene.here).await;
    let nurse = scene.clinic.staff("Nora Nurse", "nurse", Some(scene.here)).await;
    let desk = scene.clinic.staff("Rita Reception", "receptionist", Some(scene.here)).await;
    let admin = scene.clinic.staff("Lola Local", "admin", Some(scene.here)).await;
    for person in [&desk, &admin, &scene.patient] {
        assert!(matches!(scene.open(person, scene.command()).await, Err(Code::NotFound | Code::Forbidden)), "{}", person.email);
    }
    let wrong = BreakGlass { date_of_birth: ["13", "4", "1990"].map(str::to_owned), ..scene.command() };
    let error = directory::break_glass(&scene.clinic.domain, &scene.doctor.access(&scene.clinic), wrong).await.unwrap_err();
    assert_eq!(error.field_errors()[0].fault, FieldFault::UnknownChoice);
    assert!(scene.clinic.audited().await.contains(&"directory.glass_missed".to_owned()), "an attempt leaves a trace");
    let unreasoned = BreakGlass { reason: " ".to_owned(), ..scene.command() };
    assert_eq!(scene.open(&scene.doctor, unreasoned).await, Err(Code::FieldsInvalid));
    let stranger = directory::break_glass(&scene.clinic.domain, &scene.clinic.stranger(), scene.command()).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);

    scene.open(&nurse, scene.command()).await.unwrap();
    assert_eq!(scene.reads(&nurse).await, Ok(true));
    assert_eq!(scene.reads(&colleague).await, Err(Code::NotFound), "it opens the record for nobody else");
}

#[tokio::test]
async fn an_admin_reviews_it_once_and_nobody_their_own() {
    let scene = scene().await;
    let domain = &scene.clinic.domain;
    scene.open(&scene.doctor, scene.command()).await.unwrap();
    assert_eq!(directory::broken_glasses_waiting(domain, &scene.admin).await.unwrap(), 1);
    let listed = directory::broken_glasses(domain, &scene.admin, None).await.unwrap().items;
    let row = &listed[0];
    assert_eq!((row.by.as_str(), row.patient_number.as_str(), row.may_review), ("Dr Jonas Weber", scene.number.as_str(), true));
    assert_eq!(row.reason.as_deref(), Some("Brought in unconscious; I need the allergies."));
    let refused = directory::broken_glasses(domain, &scene.doctor.access(&scene.clinic), None).await.map(drop).unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden);

    let there = scene.clinic.practice().await;
    let foreign = scene.clinic.staff("Lars Local", "admin", Some(there)).await.access(&scene.clinic);
    assert!(directory::broken_glasses(domain, &foreign, None).await.unwrap().items.is_empty());
    let review = ReviewBreakGlass { id: row.id, verdict: BreakGlassVerdict::Justified };
    assert_eq!(directory::review_break_glass(domain, &foreign, review).await.unwrap_err().code(), Code::NotFound);
    directory::review_break_glass(domain, &scene.admin, review).await.unwrap();
    assert_eq!(directory::review_break_glass(domain, &scene.admin, review).await.unwrap_err().code(), Code::Stale);
    assert_eq!(directory::broken_glasses_waiting(domain, &scene.admin).await.unwrap(), 0);
    let reviewed = directory::broken_glasses(domain, &scene.admin, None).await.unwrap().items.remove(0);
    assert_eq!((reviewed.verdict, reviewed.may_review), (Some(BreakGlassVerdict::Justified), false));
}
