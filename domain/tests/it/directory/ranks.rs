//! Administrators of a clinic decide within the clinic, and nobody decides about somebody of a higher rank.

use super::house;
use domain::{
    access::{Access, actions::Read},
    directory::{self, ChangeAccount, Decide},
    health,
    identity::{self, SessionKind, SignIn},
    notifications,
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    directory::{ApplicationDecision, ApplicationStatus, TypedFee},
    errors::Code,
    ids::{MembershipId, PatientId, UserId},
};
use testing::{PASSWORD, Person, Practice, TestClinic};

/// Gives a user one more role, in one clinic or in all.
async fn also(clinic: &TestClinic, person: &Person, role: &str, practice: Option<Practice>) {
    sqlx::query("insert into memberships (id, user_id, role, clinic_id, created_at) values ($1, $2, $3, $4, $5)")
        .bind(clinic.domain.new_id::<MembershipId>().uuid())
        .bind(person.user.uuid())
        .bind(role)
        .bind(practice.map(|practice| practice.clinic.uuid()))
        .bind((clinic.domain.now() + SignedDuration::from_secs(1)).to_sqlx())
        .execute(&clinic.owner)
        .await
        .unwrap();
}

async fn change(clinic: &TestClinic, by: &Access, user: UserId) -> (Option<Code>, Option<Code>) {
    let domain = &clinic.domain;
    // The order of suspensions is that of their times.
    clinic.pass(SignedDuration::from_mins(1));
    let seen = directory::person(domain, by, user).await.unwrap();
    let command = ChangeAccount { user, reason: "Left the clinic.".to_owned(), version: seen.version };
    let outcome = match seen.suspended_at {
        None => directory::suspend(domain, by, command).await,
        Some(_) => directory::restore(domain, by, command).await,
    };
    (seen.suspend_refused, outcome.err().map(|error| error.code()))
}

#[tokio::test]
async fn an_admin_of_a_clinic_closes_accounts_of_those_who_work_only_there() {
    let (clinic, here, admin) = house().await;
    let there = clinic.practice().await;
    let local = clinic.staff("Lola Local", "admin", Some(here)).await.access(&clinic);
    let nurse = clinic.staff("Nora Nurse", "nurse", Some(here)).await;
    let doctor = clinic.doctor("Dr Jonas Weber", here).await;
    also(&clinic, &doctor, "doctor", Some(there)).await;
    let receptionist = clinic.staff("Rita Reception", "receptionist", Some(here)).await;
    also(&clinic, &receptionist, "receptionist", None).await;
    let chief = clinic.staff("Cleo Chief", "nurse", Some(here)).await;
    also(&clinic, &chief, "admin", None).await;

    assert_eq!(change(&clinic, &local, nurse.user).await, (None, None));
    let elsewhere = (Some(Code::AccountElsewhere), Some(Code::AccountElsewhere));
    assert_eq!(change(&clinic, &local, doctor.user).await, elsewhere);
    assert_eq!(change(&clinic, &local, receptionist.user).await, elsewhere, "a role in all clinics");
    let above = (Some(Code::AccountAbove), Some(Code::AccountAbove));
    assert_eq!(change(&clinic, &local, chief.user).await, above, "an administrator of the organisation who also works here");
    let admins = admin.access(&clinic);
    assert_eq!(change(&clinic, &admins, doctor.user).await, (None, None));
    assert_eq!(change(&clinic, &admins, chief.user).await, (None, None));
}

#[tokio::test]
async fn who_has_a_lower_rank_than_whoever_closed_an_account_does_not_open_it_again() {
    let (clinic, here, admin) = house().await;
    let local = clinic.staff("Lola Local", "admin", Some(here)).await.access(&clinic);
    let nurse = clinic.staff("Nora Nurse", "nurse", Some(here)).await;
    assert_eq!(change(&clinic, &admin.access(&clinic), nurse.user).await, (None, None));
    assert_eq!(change(&clinic, &local, nurse.user).await, (Some(Code::AccountAbove), Some(Code::AccountAbove)));
    assert_eq!(change(&clinic, &admin.access(&clinic), nurse.user).await, (None, None));
    assert_eq!(change(&clinic, &local, nurse.user).await, (None, None), "closed by the clinic");
    assert_eq!(change(&clinic, &local, nurse.user).await, (None, None), "and opened by it");
}

#[tokio::test]
async fn mails_and_the_state_of_the_system_are_for_admins_of_the_organisation() {
    let (clinic, here, admin) = house().await;
    let local = clinic.staff("Lola Local", "admin", Some(here)).await.access(&clinic);
    let domain = &clinic.domain;
    assert_eq!(notifications::replay_dead_mails(domain, &local).await.unwrap_err().code(), Code::Forbidden);
    assert_eq!(health::report(domain, &local, None).await.unwrap_err().code(), Code::Forbidden);
    let admins = admin.access(&clinic);
    assert_eq!(notifications::replay_dead_mails(domain, &admins).await.unwrap(), 0);
    assert!(health::report(domain, &admins, None).await.is_ok());
}

async fn may_see(clinic: &TestClinic, by: &Person, patient: PatientId) -> bool {
    let mut tx = clinic.domain.begin_reading("test", &by.access(clinic)).await.unwrap();
    tx.permit(Read, patient).await.is_ok()
}

#[tokio::test]
async fn the_desk_of_a_clinic_sees_the_patients_who_are_cared_for_there() {
    let (clinic, here, _) = house().await;
    let there = clinic.practice().await;
    let doctor = clinic.doctor("Dr Jonas Weber", here).await;
    let (known, unknown) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    clinic.encounter(&known, &doctor, here).await;
    let desk = clinic.staff("Rita Reception", "receptionist", Some(here)).await;
    let foreign = clinic.staff("Remy Reception", "receptionist", Some(there)).await;
    let all = clinic.staff("Ravi Reception", "receptionist", None).await;
    for (by, expected) in [(&desk, true), (&foreign, false), (&all, true)] {
        assert_eq!(may_see(&clinic, by, known.patient()).await, expected, "{}", by.email);
        assert!(!may_see(&clinic, by, unknown.patient()).await, "{}", by.email);
    }
    clinic.as_owner("update appointments set state = 'no_show'; delete from reservations").await;
    assert!(!may_see(&clinic, &desk, known.patient()).await, "the patient did not come");
}

#[tokio::test]
async fn an_admin_of_a_clinic_reads_and_decides_about_the_doctors_of_that_clinic_only() {
    let (clinic, here, admin) = house().await;
    let domain = &clinic.domain;
    let there = clinic.practice().await;
    let local = clinic.staff("Lola Local", "admin", Some(here)).await.access(&clinic);
    let (own, foreign) = (clinic.doctor("Dr Jonas Weber", here).await, clinic.doctor("Dr Kofi Mensah", there).await);
    clinic.as_owner("update doctors set status = 'applied'; update licences set number = '7012345'").await;
    let refuse = |doctor: &Person| Decide {
        doctor: doctor.doctor(),
        decision: ApplicationDecision::Refused,
        reason: "The number is not theirs.".to_owned(),
        clinic: None,
        fee: TypedFee::default(),
        version: 1,
    };

    let seen = directory::application(domain, &local, own.doctor()).await.unwrap();
    assert!(seen.same_licence.is_empty(), "a doctor of another clinic with the same licence");
    let listed = directory::applications(domain, &local, ApplicationStatus::Applied, None).await.unwrap();
    assert_eq!(listed.items.iter().map(|row| row.doctor).collect::<Vec<_>>(), [own.doctor()]);
    assert_eq!(directory::applications_waiting(domain, &local).await.unwrap(), 1);
    for outcome in [
        directory::application(domain, &local, foreign.doctor()).await.map(drop),
        directory::person(domain, &local, foreign.user).await.map(drop),
        directory::decide(domain, &local, refuse(&foreign)).await,
        directory::suspend(domain, &local, ChangeAccount { user: foreign.user, reason: "Because".to_owned(), version: 1 }).await,
    ] {
        assert_eq!(outcome.unwrap_err().code(), Code::NotFound);
    }
    directory::decide(domain, &local, refuse(&own)).await.unwrap();

    // An admin of the organisation sees and decides about both.
    let admins = admin.access(&clinic);
    let seen = directory::application(domain, &admins, foreign.doctor()).await.unwrap();
    assert_eq!(seen.same_licence.iter().map(|other| other.doctor).collect::<Vec<_>>(), [own.doctor()]);
    directory::decide(domain, &admins, refuse(&foreign)).await.unwrap();
}

#[tokio::test]
async fn a_doctor_who_has_left_a_clinic_opens_no_record_of_its_patients() {
    let (clinic, here, _) = house().await;
    let there = clinic.practice().await;
    let doctor = clinic.doctor("Dr Jonas Weber", here).await;
    let patient = clinic.patient("Amara Osei").await;
    clinic.encounter(&patient, &doctor, here).await;
    assert!(may_see(&clinic, &doctor, patient.patient()).await);
    also(&clinic, &doctor, "doctor", Some(there)).await;
    clinic.as_owner("update memberships set ended_at = created_at where created_at = (select min(created_at) from memberships where role = 'doctor')").await;
    assert!(!may_see(&clinic, &doctor, patient.patient()).await, "they work elsewhere now");
    clinic.as_owner("update memberships set ended_at = created_at where role = 'doctor' and ended_at is null").await;
    assert!(!may_see(&clinic, &doctor, patient.patient()).await, "they work nowhere");

    // Nor is a new session that of a doctor.
    let command = SignIn { email: doctor.email.clone(), password: PASSWORD.to_owned(), kind: SessionKind::Browser };
    let session = identity::sign_in(&clinic.domain, &clinic.stranger(), command).await.unwrap().session;
    let acting = identity::resolve_session(&clinic.domain, session).await.unwrap().unwrap();
    assert_eq!((acting.role, acting.doctor), (Role::Patient, None));
}
