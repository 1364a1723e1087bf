//! A patient's own phone number and address.

use domain::directory::{self, CorrectContact};
use model::{
    errors::{Code, FieldError, FieldFault},
    identity::TypedAddress,
};
use testing::{Consultation, Person, TestClinic};

fn address(line_1: &str, town: &str, country: &str) -> TypedAddress {
    let [line_1, town, country] = [line_1, town, country].map(str::to_owned);
    TypedAddress { line_1, town, country, ..TypedAddress::default() }
}

async fn correct(clinic: &TestClinic, person: &Person, phone: &str, address: TypedAddress, version: i32) -> domain::Result<()> {
    let command = CorrectContact { phone: phone.to_owned(), address, version };
    directory::correct_contact(&clinic.domain, &person.access(clinic), command).await
}

#[tokio::test]
async fn a_patient_corrects_their_own_and_it_is_stored_encrypted_and_accounted_for() {
    let Consultation { clinic, patient, .. } = testing::consultation().await;
    let other = clinic.patient("Somebody Else").await;
    let read = async |person: &Person| directory::contact(&clinic.domain, &person.access(&clinic)).await.unwrap();
    let (before, others_before) = (read(&patient).await, read(&other).await);

    let new = address("10 Hidden Lane", "Reading", "GB");
    correct(&clinic, &patient, "+44 7700 900456", new.clone(), before.version).await.unwrap();
    let after = read(&patient).await;
    assert_eq!((after.phone.as_deref(), after.address.as_ref()), (Some("+447700900456"), Some(&new)));
    let stale = correct(&clinic, &patient, "+44 7700 900789", new.clone(), before.version).await.unwrap_err();
    assert_eq!((stale.code(), read(&patient).await), (Code::Stale, after.clone()));
    assert_eq!(read(&other).await, others_before);

    let stored: Vec<Vec<u8>> = sqlx::query_scalar(
        "select unnest(array[phone_cipher, address_cipher, phone_index]) from patients where id = $1 and address_cipher is not null",
    )
    .bind(patient.patient().uuid())
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    assert_eq!(stored.len(), 3);
    for text in ["+447700900456", "Hidden", "Reading"] {
        let is_in = |bytes: &Vec<u8>| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!stored.iter().any(is_in), "{text}");
    }
    let audited: Vec<(uuid::Uuid, Vec<uuid::Uuid>, String)> = sqlx::query_as(
        "select actor_user_id, patient_ids, to_jsonb(e)::text from audit_events e where action = 'directory.contact_corrected'",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    let [(actor, patients, entry)] = &audited[..] else { panic!("{audited:?}") };
    assert_eq!((*actor, patients), (patient.user.uuid(), &vec![patient.patient().uuid()]));
    assert!(!entry.contains("Hidden") && !entry.contains("900456"), "{entry}");

    correct(&clinic, &patient, "+44 7700 900456", address("", "", "GB"), after.version).await.unwrap();
    assert_eq!(read(&patient).await.address, None);
}

#[tokio::test]
async fn wrong_fields_are_all_named_and_nothing_is_changed() {
    let clinic = testing::clinic().await;
    let patient = clinic.patient("Amara Osei").await;
    let before = directory::contact(&clinic.domain, &patient.access(&clinic)).await.unwrap();
    let refused = correct(&clinic, &patient, "0118 496", address("", "Reading", "XX"), before.version).await.unwrap_err();
    let faults = [
        FieldError::new("phone", FieldFault::Malformed),
        FieldError::new("line_1", FieldFault::Missing),
        FieldError::new("country", FieldFault::UnknownChoice),
    ];
    assert_eq!(refused.field_errors(), faults);
    assert_eq!(directory::contact(&clinic.domain, &patient.access(&clinic)).await.unwrap(), before);
}

#[tokio::test]
async fn only_who_acts_as_a_patient_has_one() {
    let Consultation { clinic, doctor, .. } = testing::consultation().await;
    let read = directory::contact(&clinic.domain, &doctor.access(&clinic)).await.unwrap_err();
    let written = correct(&clinic, &doctor, "+44 7700 900456", TypedAddress::default(), 1).await.unwrap_err();
    let stranger = directory::contact(&clinic.domain, &clinic.stranger()).await.unwrap_err();
    assert_eq!([read, written, stranger].map(|error| error.code()), [Code::Forbidden, Code::Forbidden, Code::SignInNeeded]);
}
