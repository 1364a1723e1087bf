//! The patient's profile, and the part of it that the people who treat the patient see.

use domain::{
    directory::{self, ChangePatientProfile},
    records,
};
use model::{
    directory::{PatientProfile, PatientProfileView},
    errors::{Code, FieldError, FieldFault},
};
use testing::{Consultation, Person, TestClinic};

fn told() -> PatientProfile {
    PatientProfile {
        preferred_name: "Hiddenly".to_owned(),
        sex: "female".to_owned(),
        emergency_name: "Secret Neighbour".to_owned(),
        emergency_phone: "+44 7700 900123".to_owned(),
        insurance_payer: "Quiet Insurance".to_owned(),
        insurance_number: "Q-77".to_owned(),
        ..PatientProfile::default()
    }
}

async fn read(clinic: &TestClinic, person: &Person) -> PatientProfileView {
    directory::patient_profile(&clinic.domain, &person.access(clinic)).await.unwrap()
}

async fn change(clinic: &TestClinic, person: &Person, profile: PatientProfile, version: i32) -> domain::Result<()> {
    directory::change_patient_profile(&clinic.domain, &person.access(clinic), ChangePatientProfile { profile, version }).await
}

#[tokio::test]
async fn a_patient_tells_about_themselves_and_each_change_is_an_encrypted_version() {
    let Consultation { clinic, patient, doctor, .. } = testing::consultation().await;
    let before = read(&clinic, &patient).await;
    assert!(before.profile == PatientProfile::default());
    change(&clinic, &patient, told(), before.version).await.unwrap();
    let after = read(&clinic, &patient).await;
    assert_eq!((after.profile.preferred_name.as_str(), after.profile.emergency_phone.as_str()), ("Hiddenly", "+447700900123"));
    assert_eq!(change(&clinic, &patient, told(), before.version).await.unwrap_err().code(), Code::Stale);

    // Who treats the patient sees it, without the insurance.
    let summary = records::summary(&clinic.domain, &doctor.access(&clinic), patient.patient()).await.unwrap();
    let seen = summary.profile.unwrap();
    assert_eq!((seen.preferred_name.as_str(), seen.sex.as_str()), ("Hiddenly", "female"));
    assert_eq!((seen.insurance_payer.as_str(), seen.insurance_number.as_str()), ("", ""));

    let other = PatientProfile { preferred_name: String::new(), ..after.profile.clone() };
    change(&clinic, &patient, other, after.version).await.unwrap();
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("select body_cipher from patient_profile_versions order by version")
        .fetch_all(&clinic.owner)
        .await
        .unwrap();
    assert_eq!(stored.len(), 2);
    for text in ["Hiddenly", "Secret", "Quiet", "900123"] {
        let is_in = |bytes: &Vec<u8>| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!stored.iter().any(is_in), "{text}");
    }
    let audited: Vec<String> = sqlx::query_scalar(
        "select convert_from(body, 'UTF8') from audit_events where action = 'directory.patient_profile_changed' order by number",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    let [first, second] = &audited[..] else { panic!("{audited:?}") };
    assert!(first.contains("emergency_name") && first.contains("insurance_payer") && !first.contains("pharmacy"), "{first}");
    assert!(second.contains("preferred_name") && !second.contains("insurance_payer"), "{second}");
    assert!(!first.contains("Secret") && !first.contains("Quiet"), "{first}");
}

#[tokio::test]
async fn half_a_contact_and_the_wrong_person_are_refused() {
    let Consultation { clinic, practice, patient, doctor, .. } = testing::consultation().await;
    let before = read(&clinic, &patient).await;
    let half = PatientProfile { emergency_phone: "12".to_owned(), sex: "none".to_owned(), ..PatientProfile::default() };
    let refused = change(&clinic, &patient, half, before.version).await.unwrap_err();
    let faults = [
        FieldError::new("sex", FieldFault::UnknownChoice),
        FieldError::new("emergency_name", FieldFault::Missing),
        FieldError::new("emergency_phone", FieldFault::Malformed),
    ];
    assert_eq!(refused.field_errors(), faults);
    assert!(read(&clinic, &patient).await == before);

    let read = directory::patient_profile(&clinic.domain, &doctor.access(&clinic)).await.unwrap_err();
    let written = change(&clinic, &doctor, told(), 1).await.unwrap_err();
    let stranger = directory::patient_profile(&clinic.domain, &clinic.stranger()).await.unwrap_err();
    assert_eq!([read, written, stranger].map(|error| error.code()), [Code::Forbidden, Code::Forbidden, Code::SignInNeeded]);
    let unknown = clinic.doctor("Dr Jonas Weber", practice).await;
    let summary = records::summary(&clinic.domain, &unknown.access(&clinic), patient.patient()).await;
    assert_eq!(summary.err().map(|error| error.code()), Some(Code::NotFound));
}
