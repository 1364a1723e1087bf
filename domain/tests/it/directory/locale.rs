//! A user's own time zone and language, and a patient's own date of birth.

use domain::directory::{self, CorrectBirthDate, CorrectLocale};
use domain::identity;
use jiff::civil::{Date, date};
use model::errors::{Code, FieldFault};
use testing::{Consultation, Person, TestClinic};

async fn relocate(clinic: &TestClinic, person: &Person, zone: &str, language: &str, version: i32) -> domain::Result<()> {
    let command = CorrectLocale { time_zone: zone.to_owned(), language: language.to_owned(), version };
    directory::correct_locale(&clinic.domain, &person.access(clinic), command).await
}

async fn born(clinic: &TestClinic, person: &Person, [day, month, year]: [&str; 3], version: i32) -> domain::Result<()> {
    let command = CorrectBirthDate { date_of_birth: [day, month, year].map(str::to_owned), version };
    directory::correct_birth_date(&clinic.domain, &person.access(clinic), command).await
}

#[tokio::test]
async fn time_zone_and_language_change_in_the_account_and_in_the_record() {
    let Consultation { clinic, patient, doctor, .. } = testing::consultation().await;
    let other = clinic.patient("Somebody Else").await;
    let account = async |person: &Person| identity::account(&clinic.domain, &person.access(&clinic)).await.unwrap();
    let before = account(&patient).await;
    relocate(&clinic, &patient, "America/New_York", "en", before.version).await.unwrap();
    let after = account(&patient).await;
    assert_eq!((after.time_zone.as_str(), after.language.as_str()), ("America/New_York", "en"));
    assert_eq!(account(&other).await.time_zone, "Europe/London");
    let of_record: String = sqlx::query_scalar("select time_zone from patients where id = $1")
        .bind(patient.patient().uuid())
        .fetch_one(&clinic.owner)
        .await
        .unwrap();
    assert_eq!(of_record, "America/New_York");

    let stale = relocate(&clinic, &patient, "Europe/Berlin", "en", before.version).await.unwrap_err();
    assert_eq!((stale.code(), account(&patient).await.time_zone.as_str()), (Code::Stale, "America/New_York"));
    let wrong = relocate(&clinic, &patient, "Europe/Atlantis", "", after.version).await.unwrap_err();
    let faults: Vec<_> = wrong.field_errors().iter().map(|wrong| (wrong.field.as_str(), wrong.fault)).collect();
    assert_eq!(faults, [("time_zone", FieldFault::UnknownChoice), ("language", FieldFault::Missing)]);
    // A doctor has no record of their own.
    let version = account(&doctor).await.version;
    relocate(&clinic, &doctor, "Europe/Berlin", "en", version).await.unwrap();
    let command = CorrectLocale { time_zone: "Europe/Berlin".to_owned(), language: "en".to_owned(), version: 1 };
    let stranger = directory::correct_locale(&clinic.domain, &clinic.stranger(), command).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);

    let audited: Vec<(uuid::Uuid, Vec<uuid::Uuid>)> = sqlx::query_as(
        "select actor_user_id, patient_ids from audit_events where action = 'identity.locale_corrected' order by number",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    assert_eq!(audited, [(patient.user.uuid(), vec![patient.patient().uuid()]), (doctor.user.uuid(), vec![])]);
}

#[tokio::test]
async fn a_patient_corrects_the_own_date_of_birth() {
    let Consultation { clinic, patient, doctor, .. } = testing::consultation().await;
    let read = async || -> (Date, i32) {
        let birth = directory::birth_date(&clinic.domain, &patient.access(&clinic)).await.unwrap();
        (birth.date_of_birth, birth.version)
    };
    let (before, version) = read().await;
    assert_eq!(before, date(1990, 4, 12));
    born(&clinic, &patient, ["4", "12", "1990"], version).await.unwrap();
    assert_eq!(read().await.0, date(1990, 12, 4));
    assert_eq!(born(&clinic, &patient, ["5", "12", "1990"], version).await.unwrap_err().code(), Code::Stale);

    let wrong = born(&clinic, &patient, ["31", "13", "80"], version).await.unwrap_err();
    let fields: Vec<&str> = wrong.field_errors().iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["date_of_birth_month", "date_of_birth_year"]);
    assert_eq!(read().await.0, date(1990, 12, 4));

    assert_eq!(born(&clinic, &doctor, ["4", "12", "1990"], 1).await.unwrap_err().code(), Code::Forbidden);
    let stranger = directory::birth_date(&clinic.domain, &clinic.stranger()).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);
    let audited: Vec<String> = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "directory.birth_date_corrected").count(), 1);
}
