//! A verified doctor's own profile and fee.

use super::{EMAIL, applied, fee, house, refuse};
use domain::{
    directory::{self, EditProfile},
    live::{Heard, Listener},
};
use model::{
    directory::ProfileView,
    errors::{Code, FieldError, FieldFault},
    ids::DoctorId,
    money::{Currency, Money},
};
use std::time::Duration;
use testing::{Person, TestClinic};

fn change(profile: &ProfileView) -> EditProfile {
    EditProfile {
        about: "I listen first.".to_owned(),
        languages: vec!["en".to_owned(), "de".to_owned(), String::new()],
        qualifications: vec!["MBBS,  London".to_owned(), " ".to_owned()],
        fee: fee("75.50", ""),
        version: profile.version,
    }
}

async fn read(clinic: &TestClinic, doctor: &Person) -> ProfileView {
    directory::own_profile(&clinic.domain, &doctor.access(clinic)).await.unwrap()
}

async fn edit(clinic: &TestClinic, person: &Person, command: EditProfile) -> domain::Result<()> {
    directory::edit_profile(&clinic.domain, &person.access(clinic), command).await
}

/// The versions of a doctor's profile: the number, the text for patients, the fee, and whether somebody made it.
async fn kept(clinic: &TestClinic, doctor: &Person) -> Vec<(i32, String, Option<i64>, bool)> {
    sqlx::query_as(
        "select version, about, fee_minor, changed_by is not null from doctor_versions where doctor_id = $1 order by version",
    )
    .bind(doctor.doctor().uuid())
    .fetch_all(&clinic.owner)
    .await
    .unwrap()
}

/// The doctors whose pages are told that something has changed.
async fn told(listener: &mut Listener) -> Vec<DoctorId> {
    loop {
        let heard = tokio::time::timeout(Duration::from_secs(20), listener.next()).await.expect("the pages are told");
        if let Heard::Times(doctors) = heard.unwrap() {
            return doctors;
        }
    }
}

#[tokio::test]
async fn a_doctor_changes_what_patients_read_and_it_is_accounted_for_and_told() {
    let (clinic, practice, _) = house().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let other = clinic.doctor("Dr Jonas Weber", practice).await;
    let (before, others_before) = (read(&clinic, &doctor).await, read(&clinic, &other).await);
    assert_eq!((before.fee, before.currency), (Some(Money::new(6_000, Currency::GBP)), Currency::GBP));
    assert_eq!((before.specialties.len(), before.clinics.as_slice()), (1, &["Riverside Clinic".to_owned()][..]));
    assert!(before.licence.is_some());
    clinic.dispatch().await;
    let mut listener = Listener::start(&clinic.domain).await.unwrap();

    edit(&clinic, &doctor, change(&before)).await.unwrap();
    let after = read(&clinic, &doctor).await;
    assert_eq!((after.about.as_str(), after.languages.as_slice()), ("I listen first.", &["en".to_owned(), "de".to_owned()][..]));
    assert_eq!(after.qualifications, ["MBBS, London"]);
    assert_eq!(after.fee, Some(Money::new(7_550, Currency::GBP)));
    assert_eq!((&after.licence, &after.specialties), (&before.licence, &before.specialties));
    assert_eq!(edit(&clinic, &doctor, change(&before)).await.unwrap_err().code(), Code::Stale);
    assert_eq!(read(&clinic, &doctor).await, after);
    assert_eq!(read(&clinic, &other).await, others_before);
    let versions = [(before.version, before.about, Some(6_000), false), (after.version, after.about.clone(), Some(7_550), true)];
    assert_eq!(kept(&clinic, &doctor).await, versions);

    clinic.dispatch().await;
    assert!(told(&mut listener).await.into_iter().eq([doctor.doctor()]));
    let entries: Vec<String> =
        sqlx::query_scalar("select to_jsonb(e)::text from audit_events e where action = 'directory.profile_edited'")
            .fetch_all(&clinic.owner)
            .await
            .unwrap();
    assert_eq!(entries.len(), 1);
    assert!(!entries[0].contains("listen"), "{entries:?}");
}

#[tokio::test]
async fn zero_is_chosen_and_every_wrong_field_is_named() {
    let (clinic, practice, _) = house().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let before = read(&clinic, &doctor).await;
    let wrong = EditProfile {
        about: "a\u{7}b".to_owned(),
        languages: vec!["tlh".to_owned()],
        qualifications: vec!["MD".to_owned(); 11],
        fee: fee("0", ""),
        ..change(&before)
    };
    let faults = [
        FieldError::new("about", FieldFault::ForbiddenCharacter),
        FieldError::new("languages", FieldFault::UnknownChoice),
        FieldError::new("qualifications", FieldFault::too_many(10)),
        FieldError::new("fee", FieldFault::Missing),
    ];
    assert_eq!(edit(&clinic, &doctor, wrong).await.unwrap_err().field_errors(), faults);
    assert_eq!(read(&clinic, &doctor).await, before);

    edit(&clinic, &doctor, EditProfile { fee: fee("", "true"), ..change(&before) }).await.unwrap();
    assert_eq!(read(&clinic, &doctor).await.fee, Some(Money::new(0, Currency::GBP)));
}

#[tokio::test]
async fn only_a_verified_doctor_has_a_profile() {
    let (clinic, practice, admin) = house().await;
    let applicant = applied(&clinic, EMAIL, "7012345").await;
    let patient = clinic.patient("Amara Osei").await;
    let doctor = clinic.doctor("Dr Jonas Weber", practice).await;
    let command = change(&read(&clinic, &doctor).await);
    for person in [&applicant, &patient, &admin] {
        let refused = directory::own_profile(&clinic.domain, &person.access(&clinic)).await.unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        assert_eq!(edit(&clinic, person, command.clone()).await.unwrap_err().code(), Code::Forbidden);
    }
    let admins = admin.access(&clinic);
    directory::decide(&clinic.domain, &admins, refuse(applicant.doctor(), 1)).await.unwrap();
    assert_eq!(edit(&clinic, &applicant, command.clone()).await.unwrap_err().code(), Code::Forbidden);

    let stranger = directory::edit_profile(&clinic.domain, &clinic.stranger(), command).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);
}
