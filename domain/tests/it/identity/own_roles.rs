//! An administrator may not change the role of a user of a higher rank, or give a role to themselves.

use domain::{
    identity::{self, ChangeMembership, EndMembership, ImportStaff, InviteStaff, ListMemberships, MailContent, MailKind},
    notices,
};
use model::{
    errors::Code,
    identity::{MembershipRow, StaffRowProblem},
    ids::MembershipId,
};
use testing::{Person, Practice, TestClinic};

/// Gives a user one more role at a clinic.
async fn also(clinic: &TestClinic, person: &Person, role: &str, at: Practice) {
    sqlx::query("insert into memberships (id, user_id, role, clinic_id, created_at) select $1, id, $3, $4, created_at from users where id = $2")
        .bind(clinic.domain.new_id::<MembershipId>().uuid())
        .bind(person.user.uuid())
        .bind(role)
        .bind(at.clinic.uuid())
        .execute(&clinic.owner)
        .await
        .unwrap();
}

/// A role of this person that the caller sees.
async fn role_of(clinic: &TestClinic, by: &Person, person: &Person) -> MembershipRow {
    let page = identity::list_memberships(&clinic.domain, &by.access(clinic), ListMemberships::default()).await.unwrap();
    page.items.into_iter().find(|row| row.user == person.user).unwrap()
}

async fn change(clinic: &TestClinic, by: &Person, row: &MembershipRow, role: &str) -> Result<MembershipId, Code> {
    let command = ChangeMembership { membership: row.id, role: role.to_owned(), version: row.version };
    identity::change_membership(&clinic.domain, &by.access(clinic), command).await.map_err(|error| error.code())
}

async fn end(clinic: &TestClinic, by: &Person, row: &MembershipRow) -> Result<(), Code> {
    let command = EndMembership { membership: row.id, version: row.version };
    identity::end_membership(&clinic.domain, &by.access(clinic), command).await.map_err(|error| error.code())
}

#[tokio::test]
async fn an_administrator_of_a_clinic_leaves_the_roles_of_those_who_rank_above_alone() {
    let clinic = testing::clinic().await;
    let here = clinic.practice().await;
    let local = clinic.staff("Lars Local", "admin", Some(here)).await;
    let colleague = clinic.staff("Lola Local", "admin", Some(here)).await;
    let (organiser, other) = (clinic.staff("Olga One", "admin", None).await, clinic.staff("Otto Two", "admin", None).await);
    also(&clinic, &organiser, "nurse", here).await;
    let row = role_of(&clinic, &local, &organiser).await;
    assert_eq!(change(&clinic, &local, &row, "receptionist").await, Err(Code::AccountAbove));
    assert_eq!(end(&clinic, &local, &row).await, Err(Code::AccountAbove));
    assert!(identity::membership(&clinic.domain, &local.access(&clinic), row.id).await.is_ok(), "they may look at it");
    assert_eq!(end(&clinic, &other, &row).await, Ok(()));
    let equal = role_of(&clinic, &local, &colleague).await;
    assert_eq!(end(&clinic, &local, &equal).await, Ok(()));
}

#[tokio::test]
async fn an_administrator_gives_no_role_to_themselves() {
    let clinic = testing::clinic().await;
    let here = clinic.practice().await;
    let local = clinic.staff("Lars Local", "admin", Some(here)).await;
    let organiser = clinic.staff("Olga Organiser", "admin", None).await;
    let at = here.clinic.to_string();
    let invite = async |by: &Person, email: &str| {
        let command = InviteStaff { email: email.to_owned(), role: "nurse".to_owned(), clinic: at.clone() };
        identity::invite_staff(&clinic.domain, &by.access(&clinic), command).await.map_err(|error| error.code())
    };
    assert_eq!(invite(&local, &local.email.to_uppercase()).await, Err(Code::RoleOwn));
    let own = role_of(&clinic, &local, &local).await;
    assert_eq!(change(&clinic, &local, &own, "nurse").await, Err(Code::RoleOwn));
    let csv = format!("email,role,clinic\n{},nurse,{at}\n", local.email);
    let report = identity::import_staff(&clinic.domain, &local.access(&clinic), ImportStaff { csv, invite: true }).await.unwrap();
    assert_eq!((report.faults[0].problem, report.invited), (StaffRowProblem::OwnAddress, false));

    // Somebody else invites them. If they send that again themselves, it is theirs, and they cannot accept it.
    let id = invite(&organiser, &local.email).await.unwrap();
    identity::send_invitation_again(&clinic.domain, &local.access(&clinic), id).await.unwrap();
    let mail = clinic.mails(MailKind::Invitation).await.remove(0);
    let notices::MailContent::Identity(MailContent::Invitation { token, .. }) = mail.content else { panic!() };
    let accept =
        async || identity::accept_invitation(&clinic.domain, &local.access(&clinic), &token).await.map_err(|error| error.code());
    assert_eq!(accept().await, Err(Code::RoleOwn));
    identity::send_invitation_again(&clinic.domain, &organiser.access(&clinic), id).await.unwrap();
    assert!(accept().await.is_ok());
    // They may give their role up.
    assert_eq!(end(&clinic, &local, &own).await, Ok(()));
}
