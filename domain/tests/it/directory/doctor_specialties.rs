//! An administrator changes the specialties of a verified doctor.

use super::{EMAIL, applied, house};
use domain::{
    directory::{self, AddSpecialty, ChangeSpecialties, EditSpecialty, MailContent, MailKind},
    notices,
    notifications::{ListNotices, list_notices},
};
use model::{
    directory::{DetailField, DoctorSpecialties},
    errors::{Code, FieldFault},
    ids::DoctorId,
    notices::NoticeTopic,
};
use testing::{Person, TestClinic};

async fn read(clinic: &TestClinic, person: &Person, doctor: DoctorId) -> Result<DoctorSpecialties, Code> {
    directory::specialties_of(&clinic.domain, &person.access(clinic), doctor).await.map_err(|error| error.code())
}

async fn change(
    clinic: &TestClinic,
    person: &Person,
    (doctor, slugs, version): (DoctorId, &[&str], i32),
) -> Result<(), (Code, Option<FieldFault>)> {
    let specialties = slugs.iter().map(|slug| (*slug).to_owned()).collect();
    let command = ChangeSpecialties { doctor, specialties, version };
    let outcome = directory::change_specialties(&clinic.domain, &person.access(clinic), command).await;
    outcome.map_err(|error| (error.code(), error.field_errors().first().map(|wrong| wrong.fault)))
}

#[tokio::test]
async fn a_doctor_has_other_specialties_and_hears_of_it() {
    let (clinic, practice, admin) = house().await;
    let lena = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (domain, admins, doctor) = (&clinic.domain, admin.access(&clinic), lena.doctor());
    let sleep = directory::add_specialty(domain, &admins, AddSpecialty { name: "Sleep medicine".to_owned() }).await.unwrap();
    let before = read(&clinic, &admin, doctor).await.unwrap();
    assert_eq!((before.chosen.len(), before.offered.len(), before.name.as_str()), (1, 2, "Dr Lena Hoffmann"));
    let held = before.chosen[0].as_str();

    let wrong = |fault| Err((Code::FieldsInvalid, Some(fault)));
    assert_eq!(change(&clinic, &admin, (doctor, &["", " "], before.version)).await, wrong(FieldFault::Missing));
    assert_eq!(change(&clinic, &admin, (doctor, &["alchemy"], before.version)).await, wrong(FieldFault::UnknownChoice));
    let both = [held, "", "sleep-medicine", held];
    change(&clinic, &admin, (doctor, &both, before.version)).await.unwrap();
    assert_eq!(change(&clinic, &admin, (doctor, &both, before.version)).await, Err((Code::Stale, None)));
    let profile = directory::own_profile(domain, &lena.access(&clinic)).await.unwrap();
    assert_eq!(profile.specialties, ["General practice", "Sleep medicine"]);

    let mails = clinic.mails(MailKind::SpecialtiesChanged).await;
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    let notices::MailContent::Directory(MailContent::SpecialtiesChanged { specialties }) = &mail.content else {
        panic!("{mail:?}")
    };
    assert_eq!((mail.recipient.to.as_str(), specialties), (lena.email.as_str(), &profile.specialties));
    let listed = list_notices(domain, &lena.access(&clinic), ListNotices::default()).await.unwrap();
    assert_eq!(listed.items.iter().filter(|notice| notice.topic == NoticeTopic::Specialties).count(), 1);
    let changes = directory::own_profile_changes(domain, &lena.access(&clinic)).await.unwrap();
    let [detail] = &changes.items[0].details[..] else { panic!("one detail was changed") };
    assert_eq!((detail.field, changes.items[0].by.as_str()), (DetailField::Specialties, "Ada Admin"));
    assert_eq!(detail.before.as_ref().unwrap().lines(), ["General practice"]);
    assert_eq!(detail.after.as_ref().unwrap().lines(), ["General practice", "Sleep medicine"]);
    assert!(clinic.audited().await.contains(&"directory.doctor_specialties_changed".to_owned()));

    // One that is retired since can be kept, and once given up not be taken again.
    let command = EditSpecialty { id: sleep, name: "Sleep medicine".to_owned(), retired: true, version: 1 };
    directory::edit_specialty(domain, &admins, command).await.unwrap();
    let version = before.version + 1;
    change(&clinic, &admin, (doctor, &["sleep-medicine"], version)).await.unwrap();
    change(&clinic, &admin, (doctor, &[held], version + 1)).await.unwrap();
    let again = change(&clinic, &admin, (doctor, &["sleep-medicine"], version + 2)).await;
    assert_eq!(again, wrong(FieldFault::UnknownChoice));
}

#[tokio::test]
async fn only_an_administrator_of_the_doctor_changes_them() {
    let (clinic, practice, admin) = house().await;
    let lena = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let doctor = lena.doctor();
    let held = read(&clinic, &admin, doctor).await.unwrap();
    let slugs = [held.chosen[0].as_str()];
    let there = clinic.practice().await;
    let (local, patient) = (clinic.staff("Lola Local", "admin", Some(there)).await, clinic.patient("Amara Osei").await);
    for person in [&local, &patient] {
        assert_eq!(change(&clinic, person, (doctor, &slugs, held.version)).await, Err((Code::NotFound, None)));
    }
    assert_eq!(change(&clinic, &lena, (doctor, &slugs, held.version)).await, Err((Code::Forbidden, None)));
    assert_eq!(
        [read(&clinic, &patient, doctor).await, read(&clinic, &lena, doctor).await],
        [Err(Code::Forbidden), Err(Code::Forbidden)]
    );
    assert_eq!(read(&clinic, &local, doctor).await, Err(Code::NotFound));
    let stranger = ChangeSpecialties { doctor, specialties: held.chosen.clone(), version: held.version };
    let refused = directory::change_specialties(&clinic.domain, &clinic.stranger(), stranger).await.unwrap_err();
    assert_eq!(refused.code(), Code::SignInNeeded);
    let applicant = applied(&clinic, EMAIL, "7012345").await;
    assert_eq!(read(&clinic, &admin, applicant.doctor()).await, Err(Code::NotFound));
    assert_eq!(change(&clinic, &admin, (applicant.doctor(), &slugs, 1)).await, Err((Code::NotFound, None)));
}
