//! Clinics, their opening hours and closures.

use domain::directory::{self, AddClosure, CreateClinic, EditClinic};
use model::{
    directory::{ClinicField, ClinicView, GuardiansSee, TypedClinic, TypedWeek},
    errors::{Code, FieldError, FieldFault, Range},
    ids::ClinicId,
    place::Position,
};
use testing::{Person, TestClinic};

fn typed(name: &str) -> TypedClinic {
    TypedClinic {
        name: name.to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        country: "DE".to_owned(),
        currency: "EUR".to_owned(),
        address: "Lindenweg 3\n10115 Berlin".to_owned(),
        phone: "+49 30 901820".to_owned(),
        postcode: String::new(),
        latitude: String::new(),
        longitude: String::new(),
        letterhead: String::new(),
        guardians_of_teens: String::new(),
        hours: TypedWeek { monday: "9:00-12:30, 14:00-18:00".to_owned(), ..TypedWeek::default() },
    }
}

async fn create(clinic: &TestClinic, person: &Person, typed: TypedClinic, key: &str) -> domain::Result<ClinicId> {
    let command = CreateClinic { clinic: typed, idempotency_key: Some(key.to_owned()) };
    directory::create_clinic(&clinic.domain, &person.access(clinic), command).await
}

async fn edit(clinic: &TestClinic, person: &Person, id: ClinicId, typed: TypedClinic, version: i32) -> Result<(), Code> {
    let command = EditClinic { id, clinic: typed, version };
    directory::edit_clinic(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

async fn read(clinic: &TestClinic, person: &Person, id: ClinicId) -> ClinicView {
    directory::clinic(&clinic.domain, &person.access(clinic), id).await.unwrap()
}

fn close(clinic: ClinicId, first: [&str; 3], last: [&str; 3]) -> AddClosure {
    AddClosure { clinic, first: first.map(str::to_owned), last: last.map(str::to_owned), reason: "Public holiday".to_owned() }
}

#[tokio::test]
async fn a_clinic_is_added_once_and_its_changes_are_kept() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let id = create(&clinic, &admin, typed("Lindenpraxis"), "k").await.unwrap();
    assert_eq!(create(&clinic, &admin, typed("Lindenpraxis"), "k").await.unwrap(), id);
    let other = create(&clinic, &admin, typed("Other"), "k").await.unwrap_err();
    assert_eq!(other.code(), Code::IdempotencyMismatch);
    let before = read(&clinic, &admin, id).await;
    assert_eq!(before.opening_hours[0], "09:00–12:30, 14:00–18:00");
    assert_eq!((before.address_lines.len(), before.version, before.history.len()), (2, 1, 0));

    let changed = TypedClinic { name: "Neue Lindenpraxis".to_owned(), currency: String::new(), ..before.typed() };
    edit(&clinic, &admin, id, changed.clone(), before.version).await.unwrap();
    assert_eq!(edit(&clinic, &admin, id, changed, before.version).await, Err(Code::Stale));
    let after = read(&clinic, &admin, id).await;
    assert_eq!((after.name.as_str(), after.currency, after.version), ("Neue Lindenpraxis", before.currency, 2));
    let [change] = &after.history[..] else { panic!("{:?}", after.history) };
    assert_eq!((change.version, change.by.as_deref()), (2, Some("Ida Admin")));
    assert_eq!(change.changed, [(ClinicField::Name, "Lindenpraxis".to_owned(), "Neue Lindenpraxis".to_owned())]);
    let audited = clinic.audited().await;
    let audited: Vec<&str> = audited.iter().map(String::as_str).filter(|action| action.starts_with("directory.clinic")).collect();
    assert_eq!(audited, ["directory.clinic_created", "directory.clinic_edited"]);
}

#[tokio::test]
async fn the_first_change_of_a_clinic_that_was_there_before_keeps_what_it_was() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", Some(practice)).await;
    let before = read(&clinic, &admin, practice.clinic).await;
    let changed = TypedClinic { address: "1 Hill Lane".to_owned(), ..before.typed() };
    edit(&clinic, &admin, practice.clinic, changed, before.version).await.unwrap();
    let after = read(&clinic, &admin, practice.clinic).await;
    let fields: Vec<ClinicField> = after.history[0].changed.iter().map(|(field, ..)| *field).collect();
    assert_eq!(fields, [ClinicField::Address]);
    assert_eq!(after.address_lines, ["1 Hill Lane"]);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let wrong = TypedClinic {
        name: "診療所".to_owned(),
        time_zone: "Mars/Base".to_owned(),
        country: "XX".to_owned(),
        currency: "euro".to_owned(),
        address: " ".to_owned(),
        postcode: String::new(),
        latitude: String::new(),
        longitude: String::new(),
        phone: "12".to_owned(),
        letterhead: "診療所".to_owned(),
        guardians_of_teens: "nothing".to_owned(),
        hours: TypedWeek { sunday: "always".to_owned(), ..TypedWeek::default() },
    };
    let refused = create(&clinic, &admin, wrong, "").await.unwrap_err();
    let fields: Vec<&str> = refused.field_errors().iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(
        fields,
        ["name", "time_zone", "country", "address", "phone", "letterhead", "guardians_of_teens", "sunday", "currency"]
    );
    assert_eq!(refused.field_errors()[0], FieldError::new("name", FieldFault::Unprintable));
}

#[tokio::test]
async fn an_administrator_of_one_clinic_manages_that_one_and_others_none() {
    let clinic = testing::clinic().await;
    let (here, there) = (clinic.practice().await, clinic.practice().await);
    let local = clinic.staff("Lars Local", "admin", Some(here)).await;
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(here)).await;
    let (domain, access) = (&clinic.domain, local.access(&clinic));
    let list = directory::list_clinics(domain, &access).await.unwrap();
    assert_eq!((list.clinics.len(), list.clinics[0].id, list.may_create), (1, here.clinic, false));
    assert_eq!(create(&clinic, &local, typed("Mine"), "k").await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(directory::clinic(domain, &access, there.clinic).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(edit(&clinic, &local, there.clinic, typed("Mine"), 1).await, Err(Code::NotFound));
    assert_eq!(edit(&clinic, &local, here.clinic, typed("Mine"), 1).await, Ok(()));

    assert_eq!(edit(&clinic, &nurse, here.clinic, typed("Mine"), 2).await, Err(Code::NotFound));
    let refused = directory::list_clinics(domain, &nurse.access(&clinic)).await.unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden);
    let refused = directory::clinic(domain, &clinic.stranger(), here.clinic).await.unwrap_err();
    assert_eq!(refused.code(), Code::SignInNeeded);
}

#[tokio::test]
async fn closed_days_are_entered_once_and_removed_and_wrong_ones_refused() {
    let clinic = testing::clinic().await;
    let (here, there) = (clinic.practice().await, clinic.practice().await);
    let admin = clinic.staff("Ida Admin", "admin", Some(here)).await;
    let elsewhere = clinic.staff("Lars Local", "admin", Some(there)).await;
    let (domain, access) = (&clinic.domain, admin.access(&clinic));
    for _ in 0..2 {
        let command = close(here.clinic, ["24", "12", "2026"], ["26", "12", "2026"]);
        directory::add_closure(domain, &access, command).await.unwrap();
    }
    directory::add_closure(domain, &access, close(here.clinic, ["1", "1", "2027"], ["", "", ""])).await.unwrap();
    let closures = read(&clinic, &admin, here.clinic).await.closures;
    assert_eq!((closures.len(), closures[1].first_day), (2, closures[1].last_day));

    for (first, last, field) in [
        (["", "", ""], ["", "", ""], "first"),
        (["31", "11", "2026"], ["", "", ""], "first_day"),
        (["1", "11", "2026"], ["2", "11", "2026"], "last"),
        (["24", "12", "2026"], ["23", "12", "2026"], "last"),
    ] {
        let refused = directory::add_closure(domain, &access, close(here.clinic, first, last)).await.unwrap_err();
        assert_eq!(refused.field_errors()[0].field, field, "{first:?} {last:?}");
    }
    let refused = directory::remove_closure(domain, &elsewhere.access(&clinic), closures[0].id).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    directory::remove_closure(domain, &access, closures[0].id).await.unwrap();
    let again = directory::remove_closure(domain, &access, closures[0].id).await.unwrap_err();
    assert_eq!(again.code(), Code::NotFound);
    let after = read(&clinic, &admin, here.clinic).await;
    assert_eq!(after.closures.len(), 1);
    let closed = "2026-12-24\n2026-12-26\nPublic holiday".to_owned();
    let removed = after.history.iter().find(|change| change.changed == [(ClinicField::Closure, closed.clone(), String::new())]);
    assert_eq!(removed.unwrap().by.as_deref(), Some("Ida Admin"));
    assert!(after.history.iter().any(|change| change.changed == [(ClinicField::Closure, String::new(), closed.clone())]));
    assert_eq!(after.history.len(), 3);
    let audited = clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("directory.closure_added"), count("directory.closure_removed")), (2, 1));
}

#[tokio::test]
async fn what_guardians_of_teenagers_see_is_chosen_and_kept_in_the_history() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let id = create(&clinic, &admin, typed("Hill Clinic"), "k").await.unwrap();
    assert_eq!(read(&clinic, &admin, id).await.guardians_of_teens, GuardiansSee::Everything);
    let strict = TypedClinic { guardians_of_teens: "appointments".to_owned(), ..typed("Hill Clinic") };
    assert_eq!(edit(&clinic, &admin, id, strict, 1).await, Ok(()));
    let view = read(&clinic, &admin, id).await;
    assert_eq!(view.guardians_of_teens, GuardiansSee::Appointments);
    let changed = (ClinicField::GuardiansOfTeens, "everything".to_owned(), "appointments".to_owned());
    assert_eq!(view.history[0].changed, [changed]);

    let wrong = TypedClinic { guardians_of_teens: "nothing".to_owned(), ..typed("Hill Clinic") };
    let command = EditClinic { id, clinic: wrong, version: 2 };
    let refused = directory::edit_clinic(&clinic.domain, &admin.access(&clinic), command).await.unwrap_err();
    assert_eq!(refused.field_errors(), [FieldError::new("guardians_of_teens", FieldFault::UnknownChoice)]);
}

#[tokio::test]
async fn lines_of_the_letterhead_are_typed_and_kept_in_the_history() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let id = create(&clinic, &admin, typed("Hill Clinic"), "k").await.unwrap();
    assert!(read(&clinic, &admin, id).await.letterhead_lines.is_empty());
    let lines = TypedClinic { letterhead: "Open daily\n\nhill.example".to_owned(), ..typed("Hill Clinic") };
    assert_eq!(edit(&clinic, &admin, id, lines, 1).await, Ok(()));
    let view = read(&clinic, &admin, id).await;
    assert_eq!(view.letterhead_lines, ["Open daily", "hill.example"]);
    assert_eq!(view.typed().letterhead, "Open daily\nhill.example");
    let changed = (ClinicField::Letterhead, String::new(), "Open daily\nhill.example".to_owned());
    assert_eq!(view.history[0].changed, [changed]);

    let command = EditClinic { id, clinic: TypedClinic { letterhead: "a\n".repeat(5), ..view.typed() }, version: 2 };
    let refused = directory::edit_clinic(&clinic.domain, &admin.access(&clinic), command).await.unwrap_err();
    assert_eq!(refused.field_errors(), [FieldError::new("letterhead", FieldFault::too_many(4))]);
}

#[tokio::test]
async fn a_clinic_has_a_place_on_the_map_whose_changes_are_kept() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let id = create(&clinic, &admin, typed("Hill Clinic"), "k").await.unwrap();
    assert_eq!(read(&clinic, &admin, id).await.position, None);
    let placed = TypedClinic {
        postcode: "se1 0qq".to_owned(),
        latitude: "51.504485".to_owned(),
        longitude: "-0,0865".to_owned(),
        ..typed("Hill Clinic")
    };
    assert_eq!(edit(&clinic, &admin, id, placed, 1).await, Ok(()));
    let view = read(&clinic, &admin, id).await;
    assert_eq!((view.postcode.as_deref(), view.position), (Some("SE1 0QQ"), Position::new(5_150_449, -8_650)));
    let changed = [(ClinicField::Postcode, "SE1 0QQ"), (ClinicField::Position, "51.50449, -0.0865")];
    assert_eq!(view.history[0].changed, changed.map(|(field, new)| (field, String::new(), new.to_owned())));
    // The form shows what is stored, and saving it changes nothing.
    assert_eq!(edit(&clinic, &admin, id, view.typed(), 2).await, Ok(()));
    assert_eq!(read(&clinic, &admin, id).await.position, view.position);

    for (latitude, longitude, wrong) in [
        ("51.5", "", FieldError::new("longitude", FieldFault::Missing)),
        ("91", "0", FieldError::new("latitude", FieldFault::TooLarge(Range::numbers(-90, 90)))),
        ("0", "-180.5", FieldError::new("longitude", FieldFault::TooSmall(Range::numbers(-180, 180)))),
        ("51° N", "0", FieldError::new("latitude", FieldFault::Malformed)),
    ] {
        let typed = TypedClinic { latitude: latitude.to_owned(), longitude: longitude.to_owned(), ..view.typed() };
        let command = EditClinic { id, clinic: typed, version: 3 };
        let refused = directory::edit_clinic(&clinic.domain, &admin.access(&clinic), command).await.unwrap_err();
        assert_eq!(refused.field_errors(), [wrong]);
    }
}
