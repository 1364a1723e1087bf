//! Inviting staff, accepting, and changing and ending roles.

use domain::access::Access;
use domain::identity::{
    self, AcceptAsNew, ChangeMembership, EndMembership, Entry, FinishSignIn, InviteStaff, ListInvitations, ListMemberships,
    MailContent, MailKind, SessionKind, SignIn,
};
use domain::{backup, notices, settings::Settings};
use jiff::SignedDuration;
use model::{
    access::Role,
    errors::Code,
    identity::{ALL_CLINICS, AcceptingWay, InvitationState, MembershipRow},
    ids::InvitationId,
};
use testing::{Authenticator, PASSWORD, Person, TestClinic};

const EMAIL: &str = "rosa.almeida@people.example";

async fn invite(clinic: &TestClinic, admin: &Person, email: &str, role: &str, at: &str) -> Result<InvitationId, Code> {
    let [email, role, at] = [email, role, at].map(str::to_owned);
    let command = InviteStaff { email, role, clinic: at };
    identity::invite_staff(&clinic.domain, &admin.access(clinic), command).await.map_err(|error| error.code())
}

/// The tokens of all invitations that were mailed, oldest first.
async fn tokens(clinic: &TestClinic) -> Vec<String> {
    let mails = clinic.mails(MailKind::Invitation).await;
    mails
        .into_iter()
        .map(|mail| match mail.content {
            notices::MailContent::Identity(MailContent::Invitation { token, .. }) => token,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn as_new(token: &str) -> AcceptAsNew {
    AcceptAsNew {
        token: token.to_owned(),
        name: "Rosa Almeida".to_owned(),
        latin_name: String::new(),
        password: "seven small boats at dawn".to_owned(),
        time_zone: "Europe/London".to_owned(),
        language: "en".to_owned(),
        terms: true,
    }
}

async fn accept(clinic: &TestClinic, command: AcceptAsNew) -> Result<identity::SignedIn, Code> {
    match identity::accept_as_new(&clinic.domain, &clinic.stranger(), command).await.map_err(|error| error.code())? {
        Entry::SignedIn(signed_in) => Ok(signed_in),
        Entry::Half(_) => panic!("no second step is needed"),
    }
}

async fn held(clinic: &TestClinic, admin: &Person) -> Vec<MembershipRow> {
    let access = admin.access(clinic);
    identity::list_memberships(&clinic.domain, &access, ListMemberships::default()).await.unwrap().items
}

async fn state(clinic: &TestClinic, admin: &Person) -> InvitationState {
    let access = admin.access(clinic);
    identity::list_invitations(&clinic.domain, &access, ListInvitations::default()).await.unwrap().items[0].state
}

#[tokio::test]
async fn somebody_new_accepts_an_invitation_once_and_works_in_the_role() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", Some(practice)).await;
    let at = practice.clinic.to_string();
    invite(&clinic, &admin, EMAIL, "receptionist", &at).await.unwrap();
    assert_eq!(invite(&clinic, &admin, EMAIL, "receptionist", &at).await, Err(Code::InvitationExists));
    let token = tokens(&clinic).await.remove(0);
    let offer = identity::invitation_offer(&clinic.domain, &clinic.stranger(), &token).await.unwrap();
    assert_eq!((offer.email.as_str(), offer.role, offer.way), (EMAIL, Role::Receptionist, AcceptingWay::NewAccount));
    assert_eq!(offer.clinic.as_deref(), Some("Riverside Clinic"));

    let refused = accept(&clinic, AcceptAsNew { password: "short".to_owned(), terms: false, ..as_new(&token) }).await;
    assert_eq!(refused.unwrap_err(), Code::FieldsInvalid);
    let signed_in = accept(&clinic, as_new(&token)).await.unwrap();
    let acting = identity::resolve_session(&clinic.domain, signed_in.session).await.unwrap().unwrap();
    assert_eq!((acting.role, acting.clinic), (Role::Receptionist, Some(practice.clinic)));
    assert_eq!(accept(&clinic, as_new(&token)).await.unwrap_err(), Code::InvitationUsed);
    assert_eq!(state(&clinic, &admin).await, InvitationState::Accepted);
    let rows = held(&clinic, &admin).await;
    let row = rows.iter().find(|row| row.user == signed_in.user).unwrap();
    assert_eq!((row.role, row.given_by.as_deref()), (Role::Receptionist, Some("Ida Admin")));
    assert_eq!(invite(&clinic, &admin, EMAIL, "receptionist", &at).await, Err(Code::RoleHeld));
    let audited = clinic.audited().await;
    for action in ["identity.invitation_sent", "identity.invitation_accepted"] {
        assert_eq!(audited.iter().filter(|found| *found == action).count(), 1, "{action}");
    }
}

#[tokio::test]
async fn an_invitation_ends_when_it_is_withdrawn_or_too_old_and_can_be_sent_again() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", Some(practice)).await;
    let (domain, access) = (&clinic.domain, admin.access(&clinic));
    let id = invite(&clinic, &admin, EMAIL, "nurse", &practice.clinic.to_string()).await.unwrap();
    let token = tokens(&clinic).await.remove(0);
    clinic.pass(SignedDuration::from_hours(24 * 7));
    assert_eq!(accept(&clinic, as_new(&token)).await.unwrap_err(), Code::InvitationExpired);
    assert_eq!(state(&clinic, &admin).await, InvitationState::Expired);
    identity::send_invitation_again(domain, &access, id).await.unwrap();
    assert_eq!(state(&clinic, &admin).await, InvitationState::Open);
    assert_eq!(tokens(&clinic).await, [token.clone(), token.clone()]);

    identity::withdraw_invitation(domain, &access, id).await.unwrap();
    assert_eq!(accept(&clinic, as_new(&token)).await.unwrap_err(), Code::InvitationWithdrawn);
    let settled = identity::send_invitation_again(domain, &access, id).await.unwrap_err();
    assert_eq!(settled.code(), Code::InvitationSettled);
    assert_eq!(accept(&clinic, as_new("none")).await.unwrap_err(), Code::LinkUnknown);
}

#[tokio::test]
async fn an_invitation_is_mailed_five_times_a_day() {
    let clinic = testing::clinic().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let id = invite(&clinic, &admin, EMAIL, "nurse", ALL_CLINICS).await.unwrap();
    let again = async || identity::send_invitation_again(&clinic.domain, &admin.access(&clinic), id).await;
    clinic.pass(SignedDuration::from_hours(1));
    for _ in 0..4 {
        again().await.unwrap();
    }
    let refused = again().await.unwrap_err();
    assert_eq!((refused.code(), refused.retry_after_secs()), (Code::RateLimited, Some(23 * 3600 + 1)));
    assert_eq!(clinic.mails(MailKind::Invitation).await.len(), 5);
    clinic.pass(SignedDuration::from_hours(23));
    again().await.unwrap();
}

#[tokio::test]
async fn an_invitation_in_a_database_that_was_restored_has_to_be_sent_again() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", Some(practice)).await;
    invite(&clinic, &admin, EMAIL, "nurse", &practice.clinic.to_string()).await.unwrap();
    let token = tokens(&clinic).await.remove(0);
    let finished = backup::finish(&clinic.domain, &Access::system(clinic.domain.new_id())).await.unwrap();
    assert_eq!(finished.ended.links, 1);
    clinic.pass(SignedDuration::from_secs(1));
    assert_eq!(accept(&clinic, as_new(&token)).await.unwrap_err(), Code::InvitationExpired);
}

#[tokio::test]
async fn an_invitation_is_worth_as_much_as_whoever_has_sent_it() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let organiser = clinic.staff("Olga Organiser", "admin", None).await;
    let local = clinic.staff("Lars Local", "admin", Some(practice)).await;
    let (domain, access) = (&clinic.domain, organiser.access(&clinic));
    let id = invite(&clinic, &local, EMAIL, "admin", &practice.clinic.to_string()).await.unwrap();
    let token = tokens(&clinic).await.remove(0);
    let row = held(&clinic, &organiser).await.into_iter().find(|row| row.user == local.user).unwrap();
    let command = EndMembership { membership: row.id, version: row.version };
    identity::end_membership(domain, &access, command).await.unwrap();
    assert_eq!(accept(&clinic, as_new(&token)).await.unwrap_err(), Code::InvitationExpired);
    assert_eq!(state(&clinic, &organiser).await, InvitationState::Expired);

    identity::send_invitation_again(domain, &access, id).await.unwrap();
    let user = accept(&clinic, as_new(&token)).await.unwrap().user;
    let row = held(&clinic, &organiser).await.into_iter().find(|row| row.user == user).unwrap();
    assert_eq!((row.role, row.given_by.as_deref()), (Role::Admin, Some("Olga Organiser")));
}

#[tokio::test]
async fn whoever_has_an_account_signs_in_and_accepts_what_is_theirs() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let patient = clinic.patient("Rosa Almeida").await;
    let other = clinic.patient("Somebody Else").await;
    invite(&clinic, &admin, &patient.email, "nurse", &practice.clinic.to_string()).await.unwrap();
    let token = tokens(&clinic).await.remove(0);
    let way = async |access: Access| identity::invitation_offer(&clinic.domain, &access, &token).await.unwrap().way;
    assert_eq!(way(clinic.stranger()).await, AcceptingWay::SignIn);
    assert_eq!(way(other.access(&clinic)).await, AcceptingWay::Foreign);
    assert_eq!(way(patient.access(&clinic)).await, AcceptingWay::Accept);
    assert_eq!(accept(&clinic, as_new(&token)).await.unwrap_err(), Code::InvitationHasAccount);
    let refused = identity::accept_invitation(&clinic.domain, &other.access(&clinic), &token).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvitationForeign);
    identity::accept_invitation(&clinic.domain, &patient.access(&clinic), &token).await.unwrap();
    let acting = identity::resolve_session(&clinic.domain, patient.session).await.unwrap().unwrap();
    assert_eq!((acting.role, acting.clinic), (Role::Nurse, Some(practice.clinic)));
}

#[tokio::test]
async fn whose_new_role_needs_two_factors_has_no_session_with_one() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let (at, stranger) = (practice.clinic.to_string(), clinic.stranger());
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let amara = clinic.patient("Amara Osei").await;
    let domain = &clinic.domain_with(Settings { second_factor_roles: vec![Role::Nurse], ..Settings::default() }).await;
    invite(&clinic, &admin, EMAIL, "nurse", &at).await.unwrap();
    let token = tokens(&clinic).await.remove(0);
    let entry = identity::accept_as_new(domain, &stranger, as_new(&token)).await.unwrap();
    let Entry::Half(half) = entry else { panic!("a nurse needs a second factor") };
    let shown = identity::half_sign_in(domain, &stranger, &half.token).await.unwrap().unwrap().set_up.unwrap();
    let code = Authenticator::new(&shown.secret).code(domain.now());
    let command = FinishSignIn { token: half.token, code, remember: false };
    let finished = identity::finish_sign_in(domain, &stranger, command).await.unwrap();
    let acting = identity::resolve_session(domain, finished.signed_in.session).await.unwrap().unwrap();
    assert_eq!((acting.role, acting.clinic), (Role::Nurse, Some(practice.clinic)));

    // A session that a patient has begun with one factor ends when they accept.
    invite(&clinic, &admin, &amara.email, "nurse", &at).await.unwrap();
    let token = tokens(&clinic).await.pop().unwrap();
    identity::accept_invitation(domain, &amara.access(&clinic), &token).await.unwrap();
    assert!(identity::resolve_session(domain, amara.session).await.unwrap().is_none());
}

#[tokio::test]
async fn the_session_in_which_somebody_joins_lasts_no_longer_than_those_of_the_staff() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let amara = clinic.patient("Amara Osei").await;
    let limited = Settings { staff_session_absolute_hours: 12, staff_session_idle_minutes: 24 * 60, ..Settings::default() };
    let domain = &clinic.domain_with(limited).await;
    let command = SignIn { email: amara.email.clone(), password: PASSWORD.to_owned(), kind: SessionKind::Browser };
    let session = identity::sign_in(domain, &clinic.stranger(), command).await.unwrap().session;
    let acting = identity::resolve_session(domain, session).await.unwrap().unwrap();
    invite(&clinic, &admin, &amara.email, "nurse", &practice.clinic.to_string()).await.unwrap();
    let token = tokens(&clinic).await.remove(0);
    identity::accept_invitation(domain, &Access::new(acting.into(), domain.new_id()), &token).await.unwrap();
    clinic.pass(SignedDuration::from_mins(12 * 60 - 1));
    assert!(identity::observe_session(domain, session).await.unwrap().is_some());
    clinic.pass(SignedDuration::from_mins(1));
    assert!(identity::observe_session(domain, session).await.unwrap().is_none());
}

#[tokio::test]
async fn an_administrator_of_one_clinic_gives_and_ends_roles_there_only() {
    let clinic = testing::clinic().await;
    let (here, there) = (clinic.practice().await, clinic.practice().await);
    let local = clinic.staff("Lars Local", "admin", Some(here)).await;
    let organiser = clinic.staff("Olga Organiser", "admin", None).await;
    clinic.staff("Nina Nurse", "nurse", Some(there)).await;
    for at in [there.clinic.to_string(), ALL_CLINICS.to_owned(), "nowhere".to_owned(), String::new()] {
        assert_eq!(invite(&clinic, &local, EMAIL, "nurse", &at).await, Err(Code::FieldsInvalid), "{at}");
    }
    for role in ["doctor", "patient", ""] {
        assert_eq!(invite(&clinic, &local, EMAIL, role, &here.clinic.to_string()).await, Err(Code::FieldsInvalid), "{role}");
    }
    let seen: Vec<Role> = held(&clinic, &local).await.iter().map(|row| row.role).collect();
    assert_eq!(seen, [Role::Admin]);
    for row in held(&clinic, &organiser).await.into_iter().filter(|row| row.user != local.user) {
        let command = EndMembership { membership: row.id, version: row.version };
        let refused = identity::end_membership(&clinic.domain, &local.access(&clinic), command).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
    }
    let nurse = clinic.staff("Nils Nurse", "nurse", Some(here)).await;
    assert_eq!(invite(&clinic, &nurse, EMAIL, "nurse", &here.clinic.to_string()).await, Err(Code::Forbidden));
}

#[tokio::test]
async fn a_role_is_changed_once_and_the_history_stays() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(practice)).await;
    let (domain, access) = (&clinic.domain, admin.access(&clinic));
    let row = held(&clinic, &admin).await.into_iter().find(|row| row.user == nurse.user).unwrap();
    let change = |role: &str| ChangeMembership { membership: row.id, role: role.to_owned(), version: row.version };
    let same = identity::change_membership(domain, &access, change("nurse")).await.unwrap_err();
    assert_eq!(same.code(), Code::RoleHeld);
    clinic.pass(SignedDuration::from_mins(1));
    let new = identity::change_membership(domain, &access, change("receptionist")).await.unwrap();
    let stale = identity::change_membership(domain, &access, change("pharmacist")).await.unwrap_err();
    assert_eq!(stale.code(), Code::Stale);
    assert!(identity::resolve_session(domain, nurse.session).await.unwrap().is_none());
    let view = identity::membership(domain, &access, new).await.unwrap();
    let history: Vec<_> = view.history.iter().map(|row| (row.role, row.until.is_some(), row.ended_by.as_deref())).collect();
    assert_eq!(history, [(Role::Receptionist, false, None), (Role::Nurse, true, Some("Ida Admin"))]);
    let end = EndMembership { membership: new, version: view.held.version };
    identity::end_membership(domain, &access, end).await.unwrap();
    assert_eq!(identity::end_membership(domain, &access, end).await.unwrap_err().code(), Code::Stale);
    let told = async |kind: MailKind| {
        let mails = clinic.mails(kind).await;
        let [mail] = &mails[..] else { panic!("{mails:?}") };
        assert_eq!(mail.recipient.to, nurse.email);
        format!("{:?}", mail.content)
    };
    let changed = told(MailKind::RoleChanged).await;
    assert!(changed.contains(r#"before: Nurse, role: Receptionist, clinic: Some("Riverside Clinic")"#), "{changed}");
    let ended = told(MailKind::RoleEnded).await;
    assert!(ended.contains(r#"role: Receptionist, clinic: Some("Riverside Clinic")"#), "{ended}");
    let details: Vec<String> =
        sqlx::query_scalar("select convert_from(body, 'UTF8') from audit_events where action = 'identity.membership_changed'")
            .fetch_all(&clinic.owner)
            .await
            .unwrap();
    let [entry] = &details[..] else { panic!("{details:?}") };
    assert!(entry.contains(r#""role":"receptionist","role_before":"nurse""#), "{entry}");
    // Signing in again, the person is nobody's staff any more.
    let command = identity::SignIn { email: nurse.email, password: PASSWORD.to_owned(), kind: identity::SessionKind::Api };
    let signed_in = identity::sign_in(domain, &clinic.stranger(), command).await.unwrap();
    let acting = identity::resolve_session(domain, signed_in.session).await.unwrap().unwrap();
    assert_eq!((acting.role, acting.clinic), (Role::Patient, None));
}

#[tokio::test]
async fn of_two_administrators_who_change_a_role_at_once_one_is_told() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let (one, two) = (clinic.staff("Ida One", "admin", None).await, clinic.staff("Ole Two", "admin", None).await);
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(practice)).await;
    let row = held(&clinic, &one).await.into_iter().find(|row| row.user == nurse.user).unwrap();
    let change = |role: &str| ChangeMembership { membership: row.id, role: role.to_owned(), version: row.version };
    let (access_one, access_two) = (one.access(&clinic), two.access(&clinic));
    let (first, second) = tokio::join!(
        identity::change_membership(&clinic.domain, &access_one, change("receptionist")),
        identity::change_membership(&clinic.domain, &access_two, change("pharmacist")),
    );
    let refused: Vec<Code> = [first, second].into_iter().filter_map(|outcome| outcome.err().map(|error| error.code())).collect();
    assert_eq!(refused, [Code::Stale]);
    let roles = held(&clinic, &one).await.into_iter().filter(|row| row.user == nurse.user).count();
    assert_eq!(roles, 1);
}

#[tokio::test]
async fn the_organisation_keeps_an_administrator_whoever_ends_what_at_once() {
    let clinic = testing::clinic().await;
    let (one, two) = (clinic.staff("Ida One", "admin", None).await, clinic.staff("Ole Two", "admin", None).await);
    let rows = held(&clinic, &one).await;
    let end = |person: &Person| {
        let row = rows.iter().find(|row| row.user == person.user).unwrap();
        EndMembership { membership: row.id, version: row.version }
    };
    let (access_one, access_two) = (one.access(&clinic), two.access(&clinic));
    let (first, second) = tokio::join!(
        identity::end_membership(&clinic.domain, &access_one, end(&two)),
        identity::end_membership(&clinic.domain, &access_two, end(&one)),
    );
    let refused: Vec<Code> = [first, second].into_iter().filter_map(|outcome| outcome.err().map(|error| error.code())).collect();
    assert_eq!(refused, [Code::LastAdmin]);
    let left: i64 =
        sqlx::query_scalar("select count(*) from memberships where ended_at is null").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(left, 1);
}
