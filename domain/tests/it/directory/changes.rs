//! The changes of a patient's details and of a doctor's profile, as those see them whom they concern, and as the desk and administrators do.

use super::{fee, house};
use domain::{
    access::Access,
    directory::{
        self, ChangeAddress, ChangePatientProfile, CorrectBirthDate, CorrectContact, CorrectLocale, CorrectName, EditProfile,
    },
    identity,
};
use jiff::SignedDuration;
use model::{
    directory::{
        AddressKind, ChangesView,
        DetailField::{self, DateOfBirth, HomeAddress, Name, Phone, PostalAddress, PreferredName, Sex, TimeZone},
        PatientProfile,
    },
    errors::Code,
    identity::TypedAddress,
};
use testing::{Consultation, Person, TestClinic};

/// What was changed, the newest change first.
fn fields(changes: &ChangesView) -> Vec<Vec<DetailField>> {
    changes.items.iter().map(|change| change.details.iter().map(|detail| detail.field).collect()).collect()
}

fn address(line_1: &str) -> TypedAddress {
    let [line_1, town, country] = [line_1, "Reading", "GB"].map(str::to_owned);
    TypedAddress { line_1, town, country, ..TypedAddress::default() }
}

async fn correct_name(clinic: &TestClinic, person: &Person, name: &str) {
    let access = person.access(clinic);
    let version = identity::account(&clinic.domain, &access).await.unwrap().version;
    let command = CorrectName { name: name.to_owned(), latin_name: String::new(), version };
    directory::correct_name(&clinic.domain, &access, command).await.unwrap();
}

/// Each detail of the patient is changed, a minute apart.
async fn change_all(clinic: &TestClinic, patient: &Person) {
    let (domain, access) = (&clinic.domain, patient.access(clinic));
    correct_name(clinic, patient, "Amara Osei-Bonsu").await;
    clinic.pass(SignedDuration::from_mins(1));
    let version = directory::contact(domain, &access).await.unwrap().version;
    let command = CorrectContact { phone: "+44 7700 900456".to_owned(), address: address("10 Hidden Lane"), version };
    directory::correct_contact(domain, &access, command).await.unwrap();
    clinic.pass(SignedDuration::from_mins(1));
    let version = directory::birth_date(domain, &access).await.unwrap().version;
    let command = CorrectBirthDate { date_of_birth: ["13", "4", "1990"].map(str::to_owned), version };
    directory::correct_birth_date(domain, &access, command).await.unwrap();
    clinic.pass(SignedDuration::from_mins(1));
    let version = directory::patient_profile(domain, &access).await.unwrap().version;
    let profile = PatientProfile { preferred_name: "Ama".to_owned(), sex: "female".to_owned(), ..PatientProfile::default() };
    directory::change_patient_profile(domain, &access, ChangePatientProfile { profile, version }).await.unwrap();
    clinic.pass(SignedDuration::from_mins(1));
    let (kind, from, until) = (AddressKind::Postal, Default::default(), Default::default());
    let command = ChangeAddress { kind, address: address("1 Post Lane"), from, until, version: 0 };
    directory::change_address(domain, &access, command).await.unwrap();
    clinic.pass(SignedDuration::from_mins(1));
    let version = identity::account(domain, &access).await.unwrap().version;
    let command = CorrectLocale { time_zone: "Europe/Berlin".to_owned(), language: "en".to_owned(), version };
    directory::correct_locale(domain, &access, command).await.unwrap();
}

#[tokio::test]
async fn a_patient_sees_each_change_of_their_details_and_the_desk_those_of_its_page() {
    let Consultation { clinic, practice, patient, .. } = testing::consultation().await;
    let own = async || directory::own_changes(&clinic.domain, &patient.access(&clinic)).await.unwrap();
    assert!(own().await.items.is_empty());
    change_all(&clinic, &patient).await;
    let changes = own().await;
    assert_eq!(changes.name, "Amara Osei-Bonsu");
    let expected =
        [vec![TimeZone], vec![PostalAddress], vec![PreferredName, Sex], vec![DateOfBirth], vec![Phone, HomeAddress], vec![Name]];
    assert_eq!(fields(&changes), expected);
    assert!(changes.items.iter().all(|change| change.by == "Amara Osei-Bonsu") && !changes.more);
    let [before, after] = [&changes.items[4].details[0].before, &changes.items[4].details[0].after];
    assert_eq!(before.as_ref().unwrap().lines(), ["+442079460123"]);
    assert_eq!(after.as_ref().unwrap().lines(), ["+447700900456"]);
    assert!(changes.items[4].details[1].before.is_none());
    assert_eq!(changes.items[3].details[0].before.as_ref().unwrap().lines(), ["1990-04-12"]);

    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(practice)).await.access(&clinic);
    let seen = directory::changes_of_patient(&clinic.domain, &desk, patient.patient()).await.unwrap();
    assert_eq!(fields(&seen), [vec![DateOfBirth], vec![Phone, HomeAddress], vec![Name]]);
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "directory.patient_changes_read").count(), 1);

    let stored: Vec<Vec<u8>> = sqlx::query_scalar(
        "select unnest(array[phone_cipher, address_cipher]) from patient_versions where address_cipher is not null",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    assert!(!stored.is_empty());
    for text in ["900456", "Hidden"] {
        assert!(!stored.iter().any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes())), "{text}");
    }
}

#[tokio::test]
async fn nobody_else_sees_the_changes_of_a_patient() {
    let Consultation { clinic, patient, doctor, .. } = testing::consultation().await;
    correct_name(&clinic, &patient, "Amara Osei-Bonsu").await;
    let there = clinic.practice().await;
    let asked = async |access: &Access| {
        let changes = directory::changes_of_patient(&clinic.domain, access, patient.patient()).await;
        changes.map(|_| ()).map_err(|error| error.code())
    };
    let elsewhere = clinic.staff("Lin Otherplace", "receptionist", Some(there)).await;
    let (unknown, other) = (clinic.doctor("Dr Jonas Weber", there).await, clinic.patient("Somebody Else").await);
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    for person in [&elsewhere, &unknown, &other, &admin] {
        assert_eq!(asked(&person.access(&clinic)).await, Err(Code::NotFound), "{}", person.email);
    }
    assert_eq!(asked(&clinic.stranger()).await, Err(Code::SignInNeeded));
    let own = directory::own_changes(&clinic.domain, &doctor.access(&clinic)).await.unwrap_err();
    assert_eq!(own.code(), Code::Forbidden);
    let guardian = clinic.patient("Gina Guardian").await;
    assert!(directory::own_changes(&clinic.domain, &guardian.access(&clinic)).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_doctor_and_an_administrator_see_what_the_profile_was_before() {
    let (clinic, practice, admin) = house().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (domain, access) = (&clinic.domain, doctor.access(&clinic));
    let version = directory::own_profile(domain, &access).await.unwrap().version;
    let command = EditProfile {
        about: "I listen first.".to_owned(),
        languages: vec!["en".to_owned()],
        qualifications: vec!["MBBS, London".to_owned()],
        fee: fee("75.50", ""),
        version,
    };
    directory::edit_profile(domain, &access, command).await.unwrap();
    let own = directory::own_profile_changes(domain, &access).await.unwrap();
    let details = &own.items[0].details;
    let changed = details.iter().find(|detail| detail.field == DetailField::Fee).expect("the fee was changed");
    assert_eq!(changed.before.as_ref().unwrap().lines(), ["6000", "GBP"]);
    assert_eq!(changed.after.as_ref().unwrap().lines(), ["7550", "GBP"]);
    assert!(details.iter().any(|detail| detail.field == DetailField::Qualifications && detail.before.is_none()));
    let seen = directory::changes_of_doctor(domain, &admin.access(&clinic), doctor.doctor()).await.unwrap();
    assert!(seen == own);

    let refused = async |person: &Person| {
        directory::changes_of_doctor(domain, &person.access(&clinic), doctor.doctor()).await.err().map(|error| error.code())
    };
    let (patient, other) = (clinic.patient("Amara Osei").await, clinic.doctor("Dr Jonas Weber", practice).await);
    assert_eq!([refused(&patient).await, refused(&other).await], [Some(Code::Forbidden); 2]);
    let local = clinic.staff("Lola Local", "admin", Some(clinic.practice().await)).await;
    assert_eq!(refused(&local).await, Some(Code::NotFound));
    let patients = directory::own_profile_changes(domain, &patient.access(&clinic)).await.unwrap_err();
    assert_eq!(patients.code(), Code::Forbidden);
}
