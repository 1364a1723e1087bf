//! Records that are alike and of different people: the pair is not listed until that is taken back.

use domain::{
    access::Access,
    directory::{self, Likeness, ListDifferent, NewPatient, RegisterPatient},
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    ids::{DifferentPeopleId, PatientId},
};
use testing::{Practice, TestClinic};

async fn register(clinic: &TestClinic, practice: Practice, name: &str) -> PatientId {
    // Ids follow the clock, and the list goes from the newer record to the older one.
    clinic.pass(SignedDuration::from_mins(1));
    let desk = clinic.staff(&format!("Desk of {name}"), "receptionist", Some(practice)).await.access(clinic);
    let person = NewPatient {
        name: name.to_owned(),
        latin_name: String::new(),
        date_of_birth: ["12", "4", "1990"].map(str::to_owned),
        phone: String::new(),
    };
    let likeness = Likeness::Different("Twins".to_owned());
    let command = RegisterPatient { person, likeness, idempotency_key: None };
    directory::register_patient(&clinic.domain, &desk, command).await.unwrap()
}

async fn likely(clinic: &TestClinic, admin: &Access) -> Vec<(PatientId, PatientId)> {
    let pairs = directory::likely_pairs(&clinic.domain, admin, None).await.unwrap().items;
    pairs.into_iter().map(|pair| (pair.newer.id, pair.older.id)).collect()
}

async fn listed(clinic: &TestClinic, admin: &Access) -> Vec<DifferentPeopleId> {
    let page = directory::different_people(&clinic.domain, admin, ListDifferent::default()).await.unwrap();
    page.items.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn a_pair_of_different_people_is_not_listed_until_that_is_taken_back() {
    let clinic = testing::clinic().await;
    let (domain, practice) = (&clinic.domain, clinic.practice().await);
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    let (one, two) = (register(&clinic, practice, "Mira Twice").await, register(&clinic, practice, "Mira Twyce").await);
    assert_eq!(likely(&clinic, &admin).await, [(two, one)]);

    let id = directory::say_different(domain, &admin, two, one).await.unwrap();
    assert_eq!(directory::say_different(domain, &admin, one, two).await.unwrap(), id, "a repeat changes nothing");
    assert!(likely(&clinic, &admin).await.is_empty());
    let page = directory::different_people(domain, &admin, ListDifferent::default()).await.unwrap();
    let [row] = &page.items[..] else { panic!("one pair is listed") };
    assert_eq!((row.id, row.first.id, row.second.id, row.by.as_str()), (id, one, two, "Ida Admin"));
    // Others are still compared with both.
    let three = register(&clinic, practice, "Mira Twise").await;
    assert_eq!(likely(&clinic, &admin).await, [(three, two), (three, one)]);

    directory::take_back_different(domain, &admin, id).await.unwrap();
    let again = directory::take_back_different(domain, &admin, id).await.unwrap_err();
    assert_eq!(again.code(), Code::NotFound);
    assert_eq!(likely(&clinic, &admin).await, [(three, two), (three, one), (two, one)]);
    assert!(listed(&clinic, &admin).await.is_empty());

    // It can be said again, and what was said before stays known.
    let later = directory::say_different(domain, &admin, one, two).await.unwrap();
    assert_ne!(later, id);
    assert_eq!(listed(&clinic, &admin).await, [later]);
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("directory.different_said"), count("directory.different_taken_back")), (2, 1));
}

#[tokio::test]
async fn the_wrong_person_and_the_wrong_records_are_refused() {
    let clinic = testing::clinic().await;
    let (domain, practice) = (&clinic.domain, clinic.practice().await);
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    let (one, two) = (register(&clinic, practice, "Mira Twice").await, register(&clinic, practice, "Mira Twyce").await);
    let id = directory::say_different(domain, &admin, one, two).await.unwrap();
    let of_clinic = clinic.staff("Olu Admin", "admin", Some(practice)).await.access(&clinic);
    let patient = clinic.patient("Jonas Weber").await.access(&clinic);
    for (wrong, expected) in
        [(&of_clinic, Code::Forbidden), (&patient, Code::Forbidden), (&clinic.stranger(), Code::SignInNeeded)]
    {
        assert_eq!(directory::say_different(domain, wrong, one, two).await.unwrap_err().code(), expected);
        assert_eq!(directory::take_back_different(domain, wrong, id).await.unwrap_err().code(), expected);
        let refused = directory::different_people(domain, wrong, ListDifferent::default()).await;
        assert_eq!(refused.err().map(|error| error.code()), Some(expected));
    }
    assert_eq!(directory::say_different(domain, &admin, one, one).await.unwrap_err().code(), Code::NotFound);
    let nobody = clinic.domain.new_id::<PatientId>();
    assert_eq!(directory::say_different(domain, &admin, one, nobody).await.unwrap_err().code(), Code::NotFound);
}
