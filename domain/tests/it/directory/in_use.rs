//! Records in which somebody has written or measured are never deleted as mistakes, nor replaced by a claimed record.

use domain::{
    chat::{self, OpenConversation},
    directory::{self, ClaimRecord, Claimant, DeletePatient, Likeness, NewPatient, RegisterPatient},
    records::{self, AddMeasurements},
};
use model::{errors::Code, vitals::TypedVitals};
use uuid::Uuid;

fn registered(name: &str, born: &[String; 3]) -> RegisterPatient {
    let person =
        NewPatient { name: name.to_owned(), latin_name: String::new(), date_of_birth: born.clone(), phone: String::new() };
    RegisterPatient { person, likeness: Likeness::Unchecked, idempotency_key: None }
}

#[tokio::test]
async fn a_record_with_a_conversation_is_not_deleted() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(clinic.practice().await)).await.access(&clinic);
    let born = ["3", "2", "1985"].map(str::to_owned);
    let patient = directory::register_patient(domain, &desk, registered("Mira Mistake", &born)).await.unwrap();
    assert!(directory::patient_card(domain, &desk, patient).await.unwrap().may_delete);
    let conversation = OpenConversation {
        patient: Some(patient),
        doctor: None,
        clinic: None,
        subject: "Your blood test".to_owned(),
        text: "Please come without breakfast.".to_owned(),
        client_key: Uuid::from_u128(1),
    };
    chat::open_conversation(domain, &desk, conversation).await.unwrap();
    assert!(!directory::patient_card(domain, &desk, patient).await.unwrap().may_delete);
    let deleted = directory::delete_patient(domain, &desk, DeletePatient { patient, version: None }).await;
    assert_eq!(deleted.map_err(|error| error.code()), Err(Code::PatientInUse));
}

#[tokio::test]
async fn what_was_measured_at_home_is_not_lost_when_another_record_is_claimed() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(clinic.practice().await)).await.access(&clinic);
    // Those who sign up in these tests are born on this day.
    let born = ["12", "4", "1990"].map(str::to_owned);
    let record = directory::register_patient(domain, &desk, registered("Priya Raman", &born)).await.unwrap();
    let code = directory::make_claim_code(domain, &desk, record).await.unwrap().code;
    let priya = clinic.patient("Priya Raman").await;
    let access = priya.access(&clinic);
    let vitals = TypedVitals { pulse: "72".to_owned(), ..TypedVitals::default() };
    let measured = AddMeasurements { patient: priya.patient(), encounter: None, taken_at: None, vitals, idempotency_key: None };
    records::add_measurements(domain, &access, measured).await.unwrap();
    let claim = ClaimRecord { code, date_of_birth: born };
    assert_eq!(directory::claim_record(domain, &access, claim).await.unwrap(), Claimant::Helper);
    assert_eq!(records::measurements(domain, &access, Some(priya.patient())).await.unwrap().items.len(), 1);
}
