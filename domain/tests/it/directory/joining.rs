//! A verified doctor works at one more clinic.

use super::{EMAIL, applied, house};
use domain::{
    access::Access,
    directory::{self, JoinClinic, MailContent, MailKind},
    notices,
    notifications::{ListNotices, list_notices},
};
use model::{
    errors::{Code, FieldFault},
    ids::DoctorId,
    notices::NoticeTopic,
};
use testing::TestClinic;

async fn join(clinic: &TestClinic, access: &Access, doctor: DoctorId, wanted: &str) -> Result<(), (Code, Option<FieldFault>)> {
    let command = JoinClinic { doctor, clinic: wanted.to_owned() };
    let outcome = directory::join_clinic(&clinic.domain, access, command).await;
    outcome.map_err(|error| (error.code(), error.field_errors().first().map(|wrong| wrong.fault)))
}

#[tokio::test]
async fn an_administrator_of_the_organisation_lets_a_doctor_work_at_another_clinic_once() {
    let (clinic, practice, admin) = house().await;
    let lena = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (there, abroad) = (clinic.practice().await, clinic.practice().await);
    sqlx::query("update clinics set currency = 'EUR' where id = $1")
        .bind(abroad.clinic.uuid())
        .execute(&clinic.owner)
        .await
        .unwrap();
    let (admins, doctor) = (admin.access(&clinic), lena.doctor());
    let wrong = |fault| Err((Code::FieldsInvalid, Some(fault)));
    assert_eq!(join(&clinic, &admins, doctor, "").await, wrong(FieldFault::Missing));
    for unknown in ["none".to_owned(), uuid::Uuid::from_u128(7).to_string(), abroad.clinic.to_string()] {
        assert_eq!(join(&clinic, &admins, doctor, &unknown).await, wrong(FieldFault::UnknownChoice), "{unknown}");
    }
    let wanted = there.clinic.to_string();
    assert_eq!(join(&clinic, &admins, doctor, &wanted).await, Ok(()));
    assert_eq!(join(&clinic, &admins, doctor, &wanted).await, Err((Code::RoleHeld, None)));
    let works: i64 =
        sqlx::query_scalar("select count(*) from memberships where user_id = $1 and role = 'doctor' and ended_at is null")
            .bind(lena.user.uuid())
            .fetch_one(&clinic.owner)
            .await
            .unwrap();
    assert_eq!(works, 2);
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "directory.clinic_joined").count(), 1);

    let mails = clinic.mails(MailKind::ClinicJoined).await;
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    let notices::MailContent::Directory(MailContent::ClinicJoined { clinic: named }) = &mail.content else { panic!("{mail:?}") };
    assert_eq!((mail.recipient.to.as_str(), named.as_str()), (lena.email.as_str(), "Riverside Clinic"));
    let listed = list_notices(&clinic.domain, &lena.access(&clinic), ListNotices::default()).await.unwrap();
    let told: Vec<_> = listed.items.iter().map(|notice| (notice.topic, notice.subject)).collect();
    assert_eq!(told, [(NoticeTopic::ClinicJoined, there.clinic.uuid())]);
}

#[tokio::test]
async fn nobody_else_decides_and_an_applicant_joins_no_clinic() {
    let (clinic, practice, admin) = house().await;
    let applicant = applied(&clinic, EMAIL, "7012345").await;
    let lena = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let there = clinic.practice().await;
    let wanted = there.clinic.to_string();
    let elsewhere = clinic.staff("Lola Local", "admin", Some(there)).await;
    let patient = clinic.patient("Amara Osei").await;
    for person in [&elsewhere, &patient] {
        assert_eq!(join(&clinic, &person.access(&clinic), lena.doctor(), &wanted).await, Err((Code::NotFound, None)));
    }
    assert_eq!(join(&clinic, &lena.access(&clinic), lena.doctor(), &wanted).await, Err((Code::Forbidden, None)));
    assert_eq!(join(&clinic, &clinic.stranger(), lena.doctor(), &wanted).await, Err((Code::SignInNeeded, None)));
    assert_eq!(join(&clinic, &admin.access(&clinic), applicant.doctor(), &wanted).await, Err((Code::NotFound, None)));
}
