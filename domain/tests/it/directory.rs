//! Applications of doctors, decisions on them; people, suspending and restoring them.

mod accesses;
mod acting;
mod acting_files;
mod addresses;
mod bad_input;
mod break_glass;
mod changes;
mod clinics;
mod consents;
mod contact;
mod credentials;
mod different;
mod doctor_specialties;
mod family;
mod handover;
mod in_use;
mod insurance_card;
mod joining;
mod kept_changes;
mod languages;
mod licences;
mod locale;
mod logo;
mod merged_parts;
mod merging;
mod names;
mod patient_profile;
mod patients;
mod patients_import;
mod photos;
mod profile;
mod ranks;
mod setup;
mod specialties;

use domain::{
    Domain,
    access::Access,
    directory::{self, ChangeAccount, Decide, DoctorApplication, PeopleSearch, Profile, ReviseApplication},
    identity::{self, Origin},
};
use model::{
    access::Role,
    directory::{AccountState, ApplicationDecision, ApplicationStatus, PeopleOrder, TypedFee},
    errors::{Code, FieldError, FieldFault},
    ids::{ClinicId, DoctorId},
    money::{Currency, Money},
};
use testing::{PASSWORD, Person, Practice, TestClinic};

const EMAIL: &str = "lena.hoffmann@people.example";

async fn slug(clinic: &TestClinic) -> String {
    sqlx::query_scalar("select slug from specialties limit 1").fetch_one(&clinic.owner).await.unwrap()
}

async fn profile(clinic: &TestClinic, number: &str) -> Profile {
    Profile {
        specialties: vec![slug(clinic).await, String::new()],
        licence_number: number.to_owned(),
        licence_authority: "General Medical Council".to_owned(),
        licence_country: "GB".to_owned(),
        licence_expires: ["31", "3", "2028"].map(str::to_owned),
        languages: vec!["en".to_owned(), "de".to_owned()],
        about: "I listen.".to_owned(),
    }
}

async fn application(clinic: &TestClinic, email: &str, number: &str) -> DoctorApplication {
    DoctorApplication {
        name: "Dr Lena Hoffmann".to_owned(),
        latin_name: String::new(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        time_zone: "Europe/London".to_owned(),
        language: "en".to_owned(),
        terms: true,
        profile: profile(clinic, number).await,
        origin: Origin::default(),
    }
}

async fn applied(clinic: &TestClinic, email: &str, number: &str) -> Person {
    let command = application(clinic, email, number).await;
    directory::apply_as_doctor(&clinic.domain, &clinic.stranger(), command).await.unwrap();
    clinic.signed_in(email).await
}

fn fee(amount: &str, free: &str) -> TypedFee {
    TypedFee { fee: amount.to_owned(), fee_free: free.to_owned() }
}

fn verify(doctor: DoctorId, clinic: ClinicId, version: i32) -> Decide {
    let reason = "Checked with the authority.".to_owned();
    Decide { doctor, decision: ApplicationDecision::Verified, reason, clinic: Some(clinic), fee: fee("60", ""), version }
}

fn refuse(doctor: DoctorId, version: i32) -> Decide {
    let reason = "The number is not theirs.".to_owned();
    Decide { doctor, decision: ApplicationDecision::Refused, reason, clinic: None, fee: TypedFee::default(), version }
}

async fn decided(domain: &Domain, access: &Access, command: Decide) -> Option<Code> {
    directory::decide(domain, access, command).await.err().map(|error| error.code())
}

async fn mails(clinic: &TestClinic, kind: &str) -> i64 {
    clinic.dispatch().await;
    sqlx::query_scalar("select count(*) from mails where kind = $1").bind(kind).fetch_one(&clinic.owner).await.unwrap()
}

async fn house() -> (TestClinic, Practice, Person) {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    (clinic, practice, admin)
}

#[tokio::test]
async fn a_doctor_applies_and_is_approved() {
    let (clinic, practice, admin) = house().await;
    let domain = &clinic.domain;
    let doctor = applied(&clinic, EMAIL, "7012345").await;
    let waiting = directory::own_application(domain, &doctor.access(&clinic)).await.unwrap().unwrap();
    assert_eq!(waiting.status, ApplicationStatus::Applied);
    assert_eq!(mails(&clinic, "confirm_email").await, 1);

    let admins = admin.access(&clinic);
    assert_eq!(directory::applications_waiting(domain, &admins).await.unwrap(), 1);
    let listed = directory::applications(domain, &admins, ApplicationStatus::Applied, None).await.unwrap();
    assert_eq!((listed.items.len(), listed.items[0].doctor, listed.next_cursor.is_some()), (1, doctor.doctor(), false));
    let seen = directory::application(domain, &admins, doctor.doctor()).await.unwrap();
    assert_eq!(seen.licence.as_ref().map(|licence| licence.number.as_str()), Some("7012345"));
    assert_eq!(seen.languages, ["en", "de"]);
    assert!(seen.email_confirmed && seen.same_licence.is_empty());

    directory::decide(domain, &admins, verify(doctor.doctor(), practice.clinic, seen.version)).await.unwrap();
    let own = directory::own_profile(domain, &doctor.access(&clinic)).await.unwrap();
    assert_eq!((own.fee, own.languages.len()), (Some(Money::new(6_000, Currency::GBP)), 2));
    let seen = directory::application(domain, &admins, doctor.doctor()).await.unwrap();
    assert_eq!(
        (seen.status, seen.clinics, seen.decisions.len()),
        (ApplicationStatus::Verified, vec!["Riverside Clinic".to_owned()], 1)
    );
    assert_eq!(mails(&clinic, "doctor_decided").await, 1);
    // The session that was open before now acts in the clinic.
    let acting = identity::resolve_session(domain, doctor.session).await.unwrap().unwrap();
    assert_eq!((acting.role, acting.clinic, acting.doctor), (Role::Doctor, Some(practice.clinic), doctor.doctor));

    let audited = clinic.audited().await;
    assert!(
        ["directory.doctor_applied", "directory.application_viewed", "directory.doctor_verified"]
            .iter()
            .all(|action| audited.iter().any(|row| row == action)),
        "{audited:?}"
    );
}

#[tokio::test]
async fn an_application_with_a_known_address_is_answered_the_same() {
    let (clinic, ..) = house().await;
    applied(&clinic, EMAIL, "7012345").await;
    let again = application(&clinic, &EMAIL.to_uppercase(), "9999999").await;
    directory::apply_as_doctor(&clinic.domain, &clinic.stranger(), again).await.unwrap();
    let doctors: i64 = sqlx::query_scalar("select count(*) from doctors").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!((doctors, mails(&clinic, "sign_up_repeated").await), (1, 1));
}

#[tokio::test]
async fn an_application_reaches_the_clinic_when_its_address_is_confirmed() {
    let (clinic, _, admin) = house().await;
    let (domain, admins) = (&clinic.domain, admin.access(&clinic));
    let command = application(&clinic, EMAIL, "7012345").await;
    directory::apply_as_doctor(domain, &clinic.stranger(), command).await.unwrap();
    assert_eq!(directory::applications_waiting(domain, &admins).await.unwrap(), 0);
    clinic.confirm(EMAIL).await;
    assert_eq!(directory::applications_waiting(domain, &admins).await.unwrap(), 1);
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let (clinic, ..) = house().await;
    let empty = Profile {
        specialties: vec![],
        licence_number: " ".to_owned(),
        licence_authority: String::new(),
        licence_country: "XX".to_owned(),
        licence_expires: ["1", "1", "2020"].map(str::to_owned),
        languages: vec!["tlh".to_owned()],
        about: "a\u{7}b".to_owned(),
    };
    let command = DoctorApplication { terms: false, profile: empty, ..application(&clinic, EMAIL, "1").await };
    let error = directory::apply_as_doctor(&clinic.domain, &clinic.stranger(), command).await.unwrap_err();
    let faults: Vec<_> = error.field_errors().iter().map(|wrong| (wrong.field.as_str(), wrong.fault)).collect();
    assert_eq!(
        faults,
        [
            ("specialties", FieldFault::Missing),
            ("licence_number", FieldFault::Missing),
            ("licence_authority", FieldFault::Missing),
            ("licence_country", FieldFault::UnknownChoice),
            ("licence_expires", FieldFault::NotFuture),
            ("languages", FieldFault::UnknownChoice),
            ("about", FieldFault::ForbiddenCharacter),
            ("terms", FieldFault::Missing),
        ]
    );
    let unknown = Profile { specialties: vec!["alchemy".to_owned()], ..profile(&clinic, "1").await };
    let command = DoctorApplication { profile: unknown, ..application(&clinic, EMAIL, "1").await };
    let error = directory::apply_as_doctor(&clinic.domain, &clinic.stranger(), command).await.unwrap_err();
    assert_eq!(error.field_errors()[0].field, "specialties");
}

#[tokio::test]
async fn an_applicant_is_told_at_once_what_the_prescriptions_cannot_show() {
    let (clinic, ..) = house().await;
    let japanese = Profile { licence_authority: "日本医師会".to_owned(), ..profile(&clinic, "１２３４５６").await };
    let typed =
        DoctorApplication { name: "山田 太郎".to_owned(), profile: japanese, ..application(&clinic, EMAIL, "1").await };
    let error = directory::apply_as_doctor(&clinic.domain, &clinic.stranger(), typed.clone()).await.unwrap_err();
    let faults: Vec<_> = error.field_errors().iter().map(|wrong| (wrong.field.as_str(), wrong.fault)).collect();
    assert_eq!(faults, [("latin_name", FieldFault::LatinNeeded), ("licence_authority", FieldFault::Unprintable)]);

    let profile = Profile { licence_authority: "Japan Medical Association".to_owned(), ..typed.profile.clone() };
    let mended = DoctorApplication { latin_name: "Dr Yamada Taro".to_owned(), profile, ..typed };
    directory::apply_as_doctor(&clinic.domain, &clinic.stranger(), mended).await.unwrap();
    clinic.confirm(EMAIL).await;
    let stored: (String, String, String) = sqlx::query_as(
        "select d.full_name, u.latin_name, l.number from doctors d join users u on u.id = d.user_id join licences l on l.doctor_id = d.id",
    )
    .fetch_one(&clinic.owner)
    .await
    .unwrap();
    assert_eq!(stored, ("山田 太郎".to_owned(), "Dr Yamada Taro".to_owned(), "123456".to_owned()));
}

#[tokio::test]
async fn an_application_is_decided_once_and_as_it_was_seen() {
    let (clinic, practice, admin) = house().await;
    let (domain, admins) = (&clinic.domain, admin.access(&clinic));
    let doctor = applied(&clinic, EMAIL, "7012345").await.doctor();
    assert_eq!(decided(domain, &admins, verify(doctor, practice.clinic, 7)).await, Some(Code::Stale));
    let unreasoned = Decide { reason: " ".to_owned(), clinic: None, ..verify(doctor, practice.clinic, 1) };
    let error = directory::decide(domain, &admins, unreasoned).await.unwrap_err();
    let named: Vec<_> = error.field_errors().iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(named, ["reason", "clinic"]);
    assert_eq!(decided(domain, &admins, verify(doctor, domain.new_id(), 1)).await, Some(Code::FieldsInvalid));

    let (one, other) =
        tokio::join!(decided(domain, &admins, verify(doctor, practice.clinic, 1)), decided(domain, &admins, refuse(doctor, 1)),);
    assert!(
        matches!((one, other), (None, Some(Code::ApplicationDecided)) | (Some(Code::ApplicationDecided), None)),
        "{one:?} {other:?}"
    );
    assert_eq!(mails(&clinic, "doctor_decided").await, 1);
}

#[tokio::test]
async fn nobody_is_verified_without_a_fee_that_was_set_on_purpose() {
    let (clinic, practice, admin) = house().await;
    let (domain, admins) = (&clinic.domain, admin.access(&clinic));
    let doctor = applied(&clinic, EMAIL, "7012345").await.doctor();
    for (typed, field, fault) in [
        (fee("", ""), "fee", FieldFault::Missing),
        (fee("0", ""), "fee", FieldFault::Missing),
        (fee("sixty", ""), "fee", FieldFault::Malformed),
        (fee("60", "true"), "fee_free", FieldFault::UnknownChoice),
    ] {
        let command = Decide { fee: typed.clone(), ..verify(doctor, practice.clinic, 1) };
        let error = directory::decide(domain, &admins, command).await.unwrap_err();
        assert_eq!(error.field_errors(), [FieldError::new(field, fault)], "{typed:?}");
    }
    let nothing = Decide { reason: " ".to_owned(), clinic: None, fee: fee("", ""), ..verify(doctor, practice.clinic, 1) };
    let error = directory::decide(domain, &admins, nothing).await.unwrap_err();
    let named: Vec<_> = error.field_errors().iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(named, ["reason", "clinic", "fee"]);

    let free = Decide { fee: fee("", "true"), ..verify(doctor, practice.clinic, 1) };
    directory::decide(domain, &admins, free).await.unwrap();
    let stored: (Option<i64>, String) = sqlx::query_as("select fee_minor, currency from doctors where id = $1")
        .bind(doctor.uuid())
        .fetch_one(&clinic.owner)
        .await
        .unwrap();
    assert_eq!(stored, (Some(0), "GBP".to_owned()));
}

#[tokio::test]
async fn a_refused_doctor_reads_why_and_applies_again() {
    let (clinic, practice, admin) = house().await;
    let (domain, admins) = (&clinic.domain, admin.access(&clinic));
    let doctor = applied(&clinic, EMAIL, "7012345").await;
    directory::decide(domain, &admins, refuse(doctor.doctor(), 1)).await.unwrap();
    let own = directory::own_application(domain, &doctor.access(&clinic)).await.unwrap().unwrap();
    assert_eq!((own.status, own.refusal.as_deref()), (ApplicationStatus::Refused, Some("The number is not theirs.")));

    let stale = ReviseApplication { profile: profile(&clinic, "7054321").await, version: 1 };
    let refused = directory::revise_application(domain, &doctor.access(&clinic), stale.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Stale);
    let mistyped = ReviseApplication { profile: profile(&clinic, "7054312").await, version: own.version };
    directory::revise_application(domain, &doctor.access(&clinic), mistyped).await.unwrap();
    let right = ReviseApplication { version: own.version + 1, ..stale };
    directory::revise_application(domain, &doctor.access(&clinic), right.clone()).await.unwrap();
    let seen = directory::application(domain, &admins, doctor.doctor()).await.unwrap();
    assert_eq!((seen.status, seen.licence.unwrap().number.as_str()), (ApplicationStatus::Applied, "7054321"));
    // The licence that was refused stays with the decision; the one that nobody has reviewed is gone.
    let licences: Vec<(String, String, Option<String>, bool)> =
        sqlx::query_as("select number, state, reply, decided_by is not null from licences where doctor_id = $1 order by number")
            .bind(doctor.doctor().uuid())
            .fetch_all(&clinic.owner)
            .await
            .unwrap();
    let refused = ("7012345".to_owned(), "replaced".to_owned(), Some("The number is not theirs.".to_owned()), true);
    assert_eq!(licences, [refused, ("7054321".to_owned(), "approved".to_owned(), None, false)]);

    directory::decide(domain, &admins, verify(doctor.doctor(), practice.clinic, seen.version)).await.unwrap();
    let late = ReviseApplication { version: seen.version + 1, ..right };
    let refused = directory::revise_application(domain, &doctor.access(&clinic), late).await.unwrap_err();
    assert_eq!(refused.code(), Code::ApplicationDecided);
}

#[tokio::test]
async fn a_licence_verifies_one_doctor_and_only_while_it_is_good() {
    let (clinic, practice, admin) = house().await;
    let domain = &clinic.domain;
    let first = applied(&clinic, EMAIL, "AB 7012345").await.doctor();
    let second = applied(&clinic, "somebody.else@people.example", "ab  7012345").await.doctor();
    let seen = directory::application(domain, &admin.access(&clinic), second).await.unwrap();
    assert_eq!(seen.same_licence[0].doctor, first);
    assert_eq!(decided(domain, &admin.access(&clinic), verify(first, practice.clinic, 1)).await, None);
    assert_eq!(decided(domain, &admin.access(&clinic), verify(second, practice.clinic, 1)).await, Some(Code::LicenceTaken));

    let third = applied(&clinic, "third@people.example", "8000000").await.doctor();
    sqlx::query("update licences set expires_on = '2026-11-23' where doctor_id = $1")
        .bind(third.uuid())
        .execute(&clinic.owner)
        .await
        .unwrap();
    assert_eq!(decided(domain, &admin.access(&clinic), verify(third, practice.clinic, 1)).await, Some(Code::LicenceExpired));
}

#[tokio::test]
async fn others_learn_nothing_and_change_nothing() {
    let (clinic, practice, admin) = house().await;
    let domain = &clinic.domain;
    let doctor = applied(&clinic, EMAIL, "7012345").await.doctor();
    let patient = clinic.patient("Amara Osei").await;
    let colleague = clinic.doctor("Dr Jonas Weber", practice).await;
    let local = clinic.staff("Lola Local", "admin", Some(practice)).await;
    for person in [&patient, &colleague, &local] {
        let access = person.access(&clinic);
        assert_eq!(directory::application(domain, &access, doctor).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(decided(domain, &access, verify(doctor, practice.clinic, 1)).await, Some(Code::NotFound));
        let change = ChangeAccount { user: admin.user, reason: "Because".to_owned(), version: 1 };
        assert_eq!(directory::suspend(domain, &access, change).await.unwrap_err().code(), Code::NotFound);
        assert_eq!(directory::person(domain, &access, admin.user).await.unwrap_err().code(), Code::NotFound);
    }
    for person in [&patient, &colleague] {
        let access = person.access(&clinic);
        let listed = directory::applications(domain, &access, ApplicationStatus::Applied, None).await.map(|_| ());
        assert_eq!(listed.unwrap_err().code(), Code::Forbidden);
        assert_eq!(directory::clinics(domain, &access).await.unwrap_err().code(), Code::Forbidden);
        let found = directory::search_people(domain, &access, &PeopleSearch::default()).await.unwrap();
        assert_eq!(found.count, 1);
        assert!(found.page.items.iter().all(|row| row.user == person.user));
        // Users may see their own account, but not suspend it.
        let own = ChangeAccount { user: person.user, reason: "Because".to_owned(), version: 1 };
        assert_eq!(directory::suspend(domain, &access, own).await.unwrap_err().code(), Code::Forbidden);
    }
    // An administrator of one clinic sees the people of that clinic.
    let found = directory::search_people(domain, &local.access(&clinic), &PeopleSearch::default()).await.unwrap();
    let rows = &found.page.items;
    assert!(rows.iter().any(|row| row.user == colleague.user) && rows.iter().all(|row| row.user != patient.user));
    assert!(directory::person(domain, &local.access(&clinic), colleague.user).await.is_ok());

    let stranger = directory::application(domain, &clinic.stranger(), doctor).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);
    assert!(clinic.audited().await.iter().any(|action| action == "access.refused"));
}

#[tokio::test]
async fn suspending_ends_sessions_at_once_and_restoring_lets_in_again() {
    let (clinic, _, admin) = house().await;
    let (domain, admins) = (&clinic.domain, admin.access(&clinic));
    let patient = clinic.patient("Amara Osei").await;
    let seen = directory::person(domain, &admins, patient.user).await.unwrap();
    assert_eq!((seen.sessions, seen.suspend_refused, seen.patient), (1, None, patient.patient));
    assert!(seen.may_read_log && seen.may_read_applications);
    let own = directory::person(domain, &admins, admin.user).await.unwrap().suspend_refused;
    assert_eq!(own, Some(Code::SuspendSelf), "nobody suspends their own account");
    let support = clinic.staff("Sam Support", "support", None).await;
    let seen_by_support = directory::person(domain, &support.access(&clinic), patient.user).await.unwrap();
    assert_eq!(seen_by_support.suspend_refused, Some(Code::Forbidden));
    assert!(!seen_by_support.may_read_log && !seen_by_support.may_read_applications);

    let own = ChangeAccount { user: admin.user, reason: "Tired".to_owned(), version: 1 };
    assert_eq!(directory::suspend(domain, &admins, own).await.unwrap_err().code(), Code::SuspendSelf);
    let stale = ChangeAccount { user: patient.user, reason: "Abuse of staff.".to_owned(), version: seen.version + 1 };
    assert_eq!(directory::suspend(domain, &admins, stale.clone()).await.unwrap_err().code(), Code::Stale);
    let right = ChangeAccount { version: seen.version, ..stale };
    let wordless = ChangeAccount { reason: String::new(), ..right.clone() };
    assert_eq!(directory::suspend(domain, &admins, wordless).await.unwrap_err().code(), Code::FieldsInvalid);
    directory::suspend(domain, &admins, right.clone()).await.unwrap();
    assert!(identity::resolve_session(domain, patient.session).await.unwrap().is_none());
    assert_eq!(directory::suspend(domain, &admins, right).await.unwrap_err().code(), Code::Stale);

    let seen = directory::person(domain, &admins, patient.user).await.unwrap();
    assert!(seen.suspended_at.is_some() && seen.sessions == 0 && seen.history.len() == 1);
    let back = ChangeAccount { user: patient.user, reason: "Talked it over.".to_owned(), version: seen.version };
    directory::restore(domain, &admins, back).await.unwrap();
    // The old session stays ended; a new one is valid.
    assert!(identity::resolve_session(domain, patient.session).await.unwrap().is_none());
    assert_eq!(clinic.signed_in(&patient.email).await.user, patient.user);
    assert_eq!((mails(&clinic, "user_suspended").await, mails(&clinic, "user_restored").await), (1, 1));
    let audited = clinic.audited().await;
    assert!(
        audited.iter().any(|row| row == "directory.user_suspended") && audited.iter().any(|row| row == "directory.user_restored")
    );
}

#[tokio::test]
async fn a_search_of_people_and_a_list_of_applications_leave_entries() {
    let (clinic, practice, admin) = house().await;
    let (domain, admins) = (&clinic.domain, admin.access(&clinic));
    let patient = clinic.patient("Amara Osei").await;
    clinic.doctor("Dr Jonas Weber", practice).await;
    // Twice in one request are two entries: each page shows other people.
    for text in ["amara", "weber"] {
        let search = PeopleSearch { text: text.to_owned(), ..PeopleSearch::default() };
        assert_eq!(directory::search_people(domain, &admins, &search).await.unwrap().count, 1, "{text}");
    }
    directory::applications(domain, &admins, ApplicationStatus::Applied, None).await.unwrap();
    let rows: Vec<(String, Vec<uuid::Uuid>, String)> = sqlx::query_as(
        "select action, patient_ids, convert_from(body, 'UTF8') from audit_events where actor_user_id = $1 order by number",
    )
    .bind(admin.user.uuid())
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    let entries: Vec<_> = rows.iter().map(|(action, patients, _)| (action.as_str(), patients.as_slice())).collect();
    assert_eq!(
        entries,
        [
            ("directory.people_searched", &[patient.patient().uuid()][..]),
            ("directory.people_searched", &[][..]),
            ("directory.applications_listed", &[][..]),
        ]
    );
    assert!(rows[0].2.contains(r#""shown":1"#) && !rows[0].2.contains("amara"), "{}", rows[0].2);
}

#[tokio::test]
async fn people_are_found_by_name_address_number_and_role() {
    let (clinic, practice, admin) = house().await;
    let (domain, admins) = (&clinic.domain, admin.access(&clinic));
    let patient = clinic.patient("Amara Osei").await;
    clinic.doctor("Dr Jonas Weber", practice).await;
    let number = directory::person(domain, &admins, patient.user).await.unwrap().number.unwrap();
    let find = |text: &str, role| PeopleSearch { text: text.to_owned(), role, ..PeopleSearch::default() };
    for text in ["amara", "OSEI", "amaraosei@", &number, &number.to_lowercase().replace('-', " ")] {
        let found = directory::search_people(domain, &admins, &find(text, None)).await.unwrap().page;
        assert_eq!(
            (found.items.len(), found.items[0].user, found.items[0].patient),
            (1, patient.user, patient.patient),
            "{text}"
        );
    }
    let (lukasz, _) = (
        clinic.staff("Łukasz Żółć", "nurse", Some(practice)).await,
        clinic.staff("Ingrid Åsgård", "nurse", Some(practice)).await,
    );
    for text in ["lukasz", "ŁUKASZ", "zolc", "Z\u{307}o\u{301}łc\u{301}"] {
        let found = directory::search_people(domain, &admins, &find(text, None)).await.unwrap().page;
        assert_eq!(found.items.iter().map(|row| row.user).collect::<Vec<_>>(), [lukasz.user], "{text}");
    }
    for text in ["asgard", "aasgaard", "Åsgård"] {
        assert_eq!(directory::search_people(domain, &admins, &find(text, None)).await.unwrap().count, 1, "{text}");
    }
    for wild in ["%", "_", "\\", "'"] {
        assert!(directory::search_people(domain, &admins, &find(wild, None)).await.unwrap().page.items.is_empty(), "{wild}");
    }
    let doctors = directory::search_people(domain, &admins, &find("", Some(Role::Doctor))).await.unwrap().page;
    assert_eq!(doctors.items.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Dr Jonas Weber"]);

    for count in 0..25 {
        clinic.staff(&format!("Nurse {count:02}"), "nurse", Some(practice)).await;
    }
    let first = directory::search_people(domain, &admins, &find("nurse", None)).await.unwrap();
    assert_eq!(first.count, 25);
    let first = first.page;
    let after = first.next_cursor.as_deref().and_then(|cursor| cursor.parse().ok());
    let second = directory::search_people(domain, &admins, &PeopleSearch { after, ..find("nurse", None) }).await.unwrap().page;
    let names: Vec<_> = first.items.iter().chain(&second.items).map(|row| row.name.clone()).collect();
    assert_eq!(
        (names.len(), names.first().map(String::as_str), names.last().map(String::as_str)),
        (25, Some("Nurse 00"), Some("Nurse 24"))
    );
    assert!(second.next_cursor.is_none());
}

#[tokio::test]
async fn people_are_listed_by_state_and_by_when_they_were_last_active_or_came() {
    let (clinic, practice, admin) = house().await;
    let (domain, admins) = (&clinic.domain, admin.access(&clinic));
    for count in 0..25 {
        clinic.staff(&format!("Nurse {count:02}"), "nurse", Some(practice)).await;
    }
    // Tests begin all sessions at one moment. The nurses were seen in the order of their names; nobody has seen the last two.
    clinic
        .as_owner(
            "update sessions s set last_seen_at = s.created_at + right(u.display_name, 2)::int * interval '1 minute'
               from users u where u.id = s.user_id and u.display_name like 'Nurse %';
             update users set created_at = created_at - right(display_name, 2)::int * interval '1 minute' where display_name like 'Nurse %';
             delete from sessions s using users u where u.id = s.user_id and u.display_name in ('Nurse 23', 'Nurse 24');
             update users set email_confirmed_at = null where display_name in ('Nurse 01', 'Nurse 02');
             update users set suspended_at = created_at where display_name in ('Nurse 02', 'Nurse 03')",
        )
        .await;
    let nurses = PeopleSearch { text: "nurse".to_owned(), ..PeopleSearch::default() };
    let names = |search: PeopleSearch| {
        let admins = admins.clone();
        async move {
            let mut names = Vec::new();
            let mut after = None;
            loop {
                let found = directory::search_people(domain, &admins, &PeopleSearch { after, ..search.clone() }).await.unwrap();
                names.extend(found.page.items.iter().map(|row| row.name.clone()));
                let Some(next) = found.page.next_cursor else { return names };
                after = Some(next.parse().unwrap());
            }
        }
    };
    let by_activity = names(PeopleSearch { order: PeopleOrder::LastActive, ..nurses.clone() }).await;
    assert_eq!((by_activity.len(), by_activity[0].as_str(), by_activity[22].as_str()), (25, "Nurse 22", "Nurse 00"));
    let by_age = names(PeopleSearch { order: PeopleOrder::Newest, ..nurses.clone() }).await;
    assert_eq!((by_age.len(), by_age[0].as_str(), by_age[24].as_str()), (25, "Nurse 00", "Nurse 24"));
    for (state, expected) in [(AccountState::Unconfirmed, vec!["Nurse 01"]), (AccountState::Closed, vec!["Nurse 02", "Nurse 03"])]
    {
        let search = PeopleSearch { state: Some(state), ..nurses.clone() };
        assert_eq!(
            directory::search_people(domain, &admins, &search).await.unwrap().count,
            i64::try_from(expected.len()).unwrap()
        );
        assert_eq!(names(search).await, expected);
    }
    assert_eq!(names(PeopleSearch { state: Some(AccountState::Active), ..nurses }).await.len(), 22);
}
