//! Specialties, which an administrator of the organisation adds, renames and retires.

use domain::directory::{self, AddSpecialty, EditSpecialty};
use model::{
    directory::SpecialtyRow,
    errors::{Code, FieldFault},
    ids::SpecialtyId,
};
use testing::{Person, TestClinic};

async fn add(clinic: &TestClinic, person: &Person, name: &str) -> Result<SpecialtyId, Code> {
    let command = AddSpecialty { name: name.to_owned() };
    directory::add_specialty(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

async fn edit(clinic: &TestClinic, person: &Person, row: &SpecialtyRow, name: &str, retired: bool) -> Result<(), Code> {
    let command = EditSpecialty { id: row.id, name: name.to_owned(), retired, version: row.version };
    directory::edit_specialty(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

async fn read(clinic: &TestClinic, person: &Person, id: SpecialtyId) -> model::directory::ManagedSpecialty {
    directory::specialty(&clinic.domain, &person.access(clinic), id).await.unwrap()
}

#[tokio::test]
async fn a_specialty_is_added_renamed_and_retired_and_its_versions_are_kept() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let offered = async || {
        let offered = directory::specialties(&clinic.domain).await.unwrap();
        offered.into_iter().map(|choice| choice.name).collect::<Vec<_>>()
    };
    let id = add(&clinic, &admin, " Sleep  medicine ").await.unwrap();
    assert_eq!(add(&clinic, &admin, "sleep medicine").await, Err(Code::SpecialtyExists));
    assert_eq!(add(&clinic, &admin, "Sleep, medicine").await, Err(Code::SpecialtyExists), "it has the same slug");
    let first = read(&clinic, &admin, id).await.specialty;
    assert_eq!(
        (first.slug.as_str(), first.name.as_str(), first.version, first.retired),
        ("sleep-medicine", "Sleep medicine", 1, false)
    );
    assert_eq!(offered().await, ["General practice", "Sleep medicine"]);

    assert_eq!(edit(&clinic, &admin, &first, "GENERAL PRACTICE", false).await, Err(Code::SpecialtyExists));
    edit(&clinic, &admin, &first, "Sleep and dreams", true).await.unwrap();
    assert_eq!(edit(&clinic, &admin, &first, "Sleep", false).await, Err(Code::Stale));
    let now = read(&clinic, &admin, id).await;
    assert_eq!((now.specialty.slug.as_str(), now.specialty.version), ("sleep-medicine", 2));
    let versions: Vec<_> =
        now.history.iter().map(|row| (row.version, row.name.as_str(), row.retired, row.by.as_deref())).collect();
    assert_eq!(versions, [(2, "Sleep and dreams", true, Some("Ida Admin")), (1, "Sleep medicine", false, Some("Ida Admin"))]);
    assert_eq!(offered().await, ["General practice"]);
    edit(&clinic, &admin, &now.specialty, "Sleep medicine", false).await.unwrap();
    assert_eq!(offered().await, ["General practice", "Sleep medicine"]);

    // What was there before the table of versions keeps what it was, and a doctor keeps what was retired.
    let lena = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let before = read(&clinic, &admin, practice.specialty).await;
    assert_eq!((before.specialty.doctors, before.history.len()), (1, 0));
    edit(&clinic, &admin, &before.specialty, "Family medicine", true).await.unwrap();
    let after = read(&clinic, &admin, practice.specialty).await;
    let names: Vec<_> = after.history.iter().map(|row| (row.name.as_str(), row.by.is_some())).collect();
    assert_eq!(names, [("Family medicine", true), ("General practice", false)]);
    let profile = directory::own_profile(&clinic.domain, &lena.access(&clinic)).await.unwrap();
    assert_eq!(profile.specialties, ["Family medicine"]);
    let audited = clinic.audited().await;
    let audited = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((audited("directory.specialty_added"), audited("directory.specialty_edited")), (1, 3));
}

#[tokio::test]
async fn only_an_administrator_of_the_organisation_changes_specialties() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let row = read(&clinic, &admin, practice.specialty).await.specialty;
    let refused = directory::add_specialty(&clinic.domain, &admin.access(&clinic), AddSpecialty { name: " ".to_owned() }).await;
    assert_eq!(refused.unwrap_err().field_errors()[0].fault, FieldFault::Missing);
    assert_eq!(edit(&clinic, &admin, &row, "診療", false).await, Err(Code::FieldsInvalid));
    let local = clinic.staff("Lars Local", "admin", Some(practice)).await;
    let nurse = clinic.staff("Nina Nurse", "nurse", None).await;
    for person in [&local, &nurse] {
        assert_eq!(add(&clinic, person, "Sleep medicine").await, Err(Code::Forbidden));
        assert_eq!(edit(&clinic, person, &row, "Sleep medicine", false).await, Err(Code::NotFound));
        let listed = directory::list_specialties(&clinic.domain, &person.access(&clinic)).await;
        assert_eq!(listed.unwrap_err().code(), Code::Forbidden);
    }
    let stranger = directory::list_specialties(&clinic.domain, &clinic.stranger()).await;
    assert_eq!(stranger.unwrap_err().code(), Code::SignInNeeded);
    assert_eq!(directory::list_specialties(&clinic.domain, &admin.access(&clinic)).await.unwrap(), [row]);
}
