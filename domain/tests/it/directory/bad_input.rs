//! What people type wrongly or unusually about themselves has its clear answer wherever it is typed, and nothing is kept of what is refused.

use crate::identity::sign_up;
use domain::{
    access::Access,
    directory::{
        self, AddChild, ChangePatientProfile, CorrectBirthDate, CorrectContact, CorrectName, Likeness, NewPatient,
        RegisterPatient, SignUp,
    },
    identity,
};
use model::{
    directory::PatientProfile,
    errors::{FieldError, FieldFault},
    identity::TypedAddress,
    ids::PatientId,
};
use testing::TestClinic;

const FUTURE: [&str; 3] = ["1", "1", "2030"];
/// Of the right form, and in no numbering plan: no exchange of North America begins with a zero.
const NO_PLAN: &str = "+1 212 055 1234";

fn person(name: &str, latin_name: &str, born: [&str; 3], phone: &str) -> NewPatient {
    let [name, latin_name, phone] = [name, latin_name, phone].map(str::to_owned);
    NewPatient { name, latin_name, date_of_birth: born.map(str::to_owned), phone }
}

async fn register(clinic: &TestClinic, desk: &Access, person: NewPatient) -> domain::Result<PatientId> {
    let command = RegisterPatient { person, likeness: Likeness::Unchecked, idempotency_key: None };
    directory::register_patient(&clinic.domain, desk, command).await
}

fn faults<T>(outcome: domain::Result<T>) -> Vec<FieldError> {
    outcome.err().map(|error| error.field_errors().to_vec()).unwrap_or_default()
}

#[tokio::test]
async fn a_birth_date_in_the_future_and_a_number_of_no_plan_are_refused_wherever_they_are_typed() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let domain = &clinic.domain;
    let birth = FieldError::new("date_of_birth_year", FieldFault::NotPast);
    let phone = FieldError::new("phone", FieldFault::NoSuchNumber);
    let both = [birth.clone(), phone.clone()];
    let date_of_birth = FUTURE.map(str::to_owned);
    let wrong = SignUp { date_of_birth: date_of_birth.clone(), phone: NO_PLAN.to_owned(), ..sign_up("ada@people.example") };
    assert_eq!(faults(directory::sign_up(domain, &clinic.stranger(), wrong).await), both);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(practice)).await.access(&clinic);
    assert_eq!(faults(register(&clinic, &desk, person("Ada Lovelace", "", FUTURE, NO_PLAN)).await), both);

    let access = clinic.patient("Amara Osei").await.access(&clinic);
    let version = directory::birth_date(domain, &access).await.unwrap().version;
    let command = CorrectBirthDate { date_of_birth: date_of_birth.clone(), version };
    assert_eq!(faults(directory::correct_birth_date(domain, &access, command).await), std::slice::from_ref(&birth));
    let (name, latin_name) = ("Mia Osei".to_owned(), String::new());
    let command = AddChild { name, latin_name, date_of_birth, idempotency_key: None };
    assert_eq!(faults(directory::add_child(domain, &access, command).await), [birth]);
    let command = CorrectContact { phone: NO_PLAN.to_owned(), address: TypedAddress::default(), version };
    assert_eq!(faults(directory::correct_contact(domain, &access, command).await), [phone]);
    let [emergency_name, emergency_phone] = ["Kofi Osei", NO_PLAN].map(str::to_owned);
    let profile = PatientProfile { emergency_name, emergency_phone, ..PatientProfile::default() };
    let refused = directory::change_patient_profile(domain, &access, ChangePatientProfile { profile, version }).await;
    assert_eq!(faults(refused), [FieldError::new("emergency_phone", FieldFault::NoSuchNumber)]);

    let patients: i64 = sqlx::query_scalar("select count(*) from patients").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(patients, 1);
    assert!(directory::own_changes(domain, &access).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn names_of_one_letter_in_any_script_and_direction_are_kept_as_they_were_written() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(practice)).await.access(&clinic);
    let names = [("O", ""), ("Ö", ""), ("山", "Y"), ("ד", "D"), ("محمد", "Muhammad")];
    for (n, (name, latin)) in names.into_iter().enumerate() {
        let email = format!("person{n}@people.example");
        let command = SignUp { name: name.to_owned(), latin_name: latin.to_owned(), ..sign_up(&email) };
        directory::sign_up(&clinic.domain, &clinic.stranger(), command).await.unwrap();
        clinic.confirm(&email).await;
        let account = identity::account(&clinic.domain, &clinic.signed_in(&email).await.access(&clinic)).await.unwrap();
        assert_eq!((account.name.as_str(), account.latin_name.unwrap_or_default().as_str()), (name, latin));
        let day = (n + 1).to_string();
        let patient = register(&clinic, &desk, person(name, latin, [day.as_str(), "2", "1980"], "")).await.unwrap();
        let card = directory::patient_card(&clinic.domain, &desk, patient).await.unwrap();
        assert_eq!((card.name.as_str(), card.latin_name.unwrap_or_default().as_str()), (name, latin));
    }
}

#[tokio::test]
async fn a_name_of_three_hundred_letters_is_refused_with_the_limit() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let domain = &clinic.domain;
    let long = "é".repeat(300);
    let too_long = [FieldError::new("name", FieldFault::too_long(120))];
    let command = SignUp { name: long.clone(), ..sign_up("ada@people.example") };
    assert_eq!(faults(directory::sign_up(domain, &clinic.stranger(), command).await), too_long);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(practice)).await.access(&clinic);
    assert_eq!(faults(register(&clinic, &desk, person(&long, "", ["1", "2", "1980"], "")).await), too_long);
    let access = clinic.patient("Amara Osei").await.access(&clinic);
    let version = identity::account(domain, &access).await.unwrap().version;
    let command = CorrectName { name: long, latin_name: String::new(), version };
    assert_eq!(faults(directory::correct_name(domain, &access, command).await), too_long);
    assert_eq!(identity::account(domain, &access).await.unwrap().name, "Amara Osei");
}
