//! Accounts, links, sessions, tokens.

mod addresses;
mod apps;
mod consents;
mod email_change;
mod foreign;
mod guardians;
mod hashing;
mod limits;
mod own_roles;
mod passkeys;
mod phone;
mod second_factor;
mod service_accounts;
mod sessions;
mod sign_ups;
mod staff;
mod staff_import;
mod strength;
mod teenagers;
mod tokens;

use domain::{
    directory::{self, SignUp},
    identity::{
        self, ChangePassword, ConfirmEmail, Credential, MailContent, MailKind, Origin, Proof, ResendConfirmation, ResetPassword,
        SessionKind, SignIn, http_sessions,
    },
    notices::{self, Mail},
};
use jiff::SignedDuration;
use model::{access::Role, errors::Code, ids::UserId, scheduling::ChosenTime};
use testing::{PASSWORD, TestClinic};

const EMAIL: &str = "amara@people.example";

/// The sign-up of a person with this address.
pub(crate) fn sign_up(email: &str) -> SignUp {
    SignUp {
        name: "Amara Osei".to_owned(),
        latin_name: String::new(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        date_of_birth: ["12", "4", "1990"].map(str::to_owned),
        phone: "+44 20 7946 0123".to_owned(),
        time_zone: "Europe/London".to_owned(),
        language: "en".to_owned(),
        origin: Origin::default(),
    }
}

/// The tokens that were mailed, oldest first.
async fn tokens(clinic: &TestClinic, kind: MailKind) -> Vec<String> {
    let token_of = |mail: Mail| match mail.content {
        notices::MailContent::Identity(MailContent::ConfirmEmail { token, .. } | MailContent::ResetPassword { token, .. }) => {
            token
        }
        other => panic!("{other:?}"),
    };
    clinic.mails(kind).await.into_iter().map(token_of).collect()
}

/// A link that is followed in a browser in which no account was made.
fn here(token: String) -> ConfirmEmail {
    ConfirmEmail { token, browser: None }
}

/// Asks for another link in a browser in which nobody has signed up.
fn again(email: &str, chosen: Option<ChosenTime>) -> ResendConfirmation {
    ResendConfirmation { email: email.to_owned(), browser: None, chosen }
}

async fn count(clinic: &TestClinic, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&clinic.owner).await.unwrap()
}

async fn enter(clinic: &TestClinic, password: &str) -> Result<UserId, Code> {
    let command = SignIn { email: EMAIL.to_owned(), password: password.to_owned(), kind: SessionKind::Browser };
    let answer = identity::sign_in(&clinic.domain, &clinic.stranger(), command).await;
    answer.map(|signed_in| signed_in.user).map_err(|error| error.code())
}

#[tokio::test]
async fn only_the_right_password_learns_of_the_accounts_state() {
    let clinic = testing::clinic().await;
    directory::sign_up(&clinic.domain, &clinic.stranger(), sign_up(EMAIL)).await.unwrap();
    assert_eq!(enter(&clinic, PASSWORD).await, Err(Code::BadCredentials));
    clinic.confirm(EMAIL).await;
    assert!(enter(&clinic, PASSWORD).await.is_ok());
    sqlx::query("update users set suspended_at = created_at").execute(&clinic.owner).await.unwrap();
    assert_eq!(enter(&clinic, "not the password").await, Err(Code::BadCredentials));
    assert_eq!(enter(&clinic, PASSWORD).await, Err(Code::Suspended));
}

#[tokio::test]
async fn a_link_is_good_once_for_its_time_and_for_its_purpose() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    directory::sign_up(domain, &stranger, sign_up(EMAIL)).await.unwrap();
    let confirm = |token: String| {
        let stranger = clinic.stranger();
        async move { directory::confirm_email(domain, &stranger, here(token)).await.err().map(|error| error.code()) }
    };
    assert_eq!(confirm("0".repeat(32)).await, Some(Code::LinkUnknown));
    assert_eq!(confirm(String::new()).await, Some(Code::LinkUnknown));

    // Both links are valid until one is used.
    identity::resend_confirmation(domain, &stranger, again(EMAIL, None)).await.unwrap();
    let mailed = tokens(&clinic, MailKind::ConfirmEmail).await;
    assert_eq!(mailed.len(), 2);
    let mut answers = Vec::new();
    for token in mailed {
        let reset = ResetPassword { token: token.clone(), password: "another walk by the sea".to_owned() };
        assert_eq!(identity::reset_password(domain, &stranger, reset).await.unwrap_err().code(), Code::LinkUnknown);
        answers.push((confirm(token.clone()).await, confirm(token).await));
    }
    answers.sort();
    assert_eq!(answers, [(None, Some(Code::LinkUsed)), (Some(Code::LinkExpired), Some(Code::LinkExpired))]);

    identity::request_reset(domain, &stranger, EMAIL, None).await.unwrap();
    let token = tokens(&clinic, MailKind::ResetPassword).await.remove(0);
    clinic.pass(SignedDuration::from_mins(61));
    let late = ResetPassword { token, password: "another walk by the sea".to_owned() };
    assert_eq!(identity::reset_password(domain, &stranger, late).await.unwrap_err().code(), Code::LinkExpired);
}

#[tokio::test]
async fn a_new_password_ends_the_sessions() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    directory::sign_up(domain, &stranger, sign_up(EMAIL)).await.unwrap();
    let here = clinic.signed_in(EMAIL).await;
    let there = clinic.signed_in(EMAIL).await;

    let wrong =
        ChangePassword { proof: Proof::Password("not the password".to_owned()), password: "another walk by the sea".to_owned() };
    assert_eq!(
        identity::change_password(domain, &here.access(&clinic), wrong.clone()).await.unwrap_err().code(),
        Code::PasswordWrong
    );
    let right = ChangePassword { proof: Proof::Password(PASSWORD.to_owned()), ..wrong };
    identity::change_password(domain, &here.access(&clinic), right).await.unwrap();
    assert!(identity::resolve_session(domain, here.session).await.unwrap().is_some());
    assert!(identity::resolve_session(domain, there.session).await.unwrap().is_none());

    identity::request_reset(domain, &stranger, EMAIL, None).await.unwrap();
    let token = tokens(&clinic, MailKind::ResetPassword).await.remove(0);
    let reset = ResetPassword { token, password: "a third way to the hills".to_owned() };
    identity::reset_password(domain, &stranger, reset).await.unwrap();
    assert!(identity::resolve_session(domain, here.session).await.unwrap().is_none());
    assert_eq!(enter(&clinic, "another walk by the sea").await, Err(Code::BadCredentials));
    assert_eq!(enter(&clinic, "a third way to the hills").await, Ok(here.user));
    let audited = clinic.audited().await;
    assert!(
        ["identity.password_changed", "identity.reset_requested", "identity.password_reset"]
            .iter()
            .all(|action| audited.iter().any(|row| row == action))
    );
}

#[tokio::test]
async fn one_sees_and_ends_the_own_sessions_only() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let person = clinic.patient("Amara Osei").await;
    let other_device = clinic.signed_in(&person.email).await;
    let somebody = clinic.patient("Jonas Weber").await;
    let access = person.access(&clinic);
    let sessions = identity::list_sessions(domain, &access).await.unwrap();
    assert_eq!((sessions.len(), sessions.iter().filter(|session| session.current).count()), (2, 1));

    assert_eq!(identity::end_session(domain, &access, somebody.session).await.unwrap_err().code(), Code::NotFound);
    assert!(identity::resolve_session(domain, somebody.session).await.unwrap().is_some());
    identity::end_session(domain, &access, other_device.session).await.unwrap();
    assert!(identity::resolve_session(domain, other_device.session).await.unwrap().is_none());
    assert_eq!(identity::end_session(domain, &access, other_device.session).await.unwrap_err().code(), Code::NotFound);

    clinic.signed_in(&person.email).await;
    identity::end_other_sessions(domain, &access).await.unwrap();
    assert_eq!(identity::list_sessions(domain, &access).await.unwrap().len(), 1);
    identity::sign_out(domain, &access).await.unwrap();
    assert!(identity::resolve_session(domain, person.session).await.unwrap().is_none());
}

#[tokio::test]
async fn a_refresh_token_that_comes_back_later_ends_its_session() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let person = clinic.patient("Amara Osei").await;
    let first = identity::issue_tokens(domain, &clinic.stranger(), person.user, person.session).await.unwrap();
    assert!(identity::caller(domain, Credential::AccessToken(&first.access_token)).await.unwrap().is_some());
    assert!(identity::caller(domain, Credential::AccessToken(&first.refresh_token)).await.unwrap().is_none());
    let second = identity::refresh_tokens(domain, &clinic.stranger(), &first.refresh_token).await.unwrap();
    clinic.pass(SignedDuration::from_secs(21));
    let reused = identity::refresh_tokens(domain, &clinic.stranger(), &first.refresh_token).await.err().unwrap();
    assert_eq!(reused.code(), Code::TokenReused);
    assert!(identity::caller(domain, Credential::AccessToken(&second.access_token)).await.unwrap().is_none());
    let dead = identity::refresh_tokens(domain, &clinic.stranger(), &second.refresh_token).await.err().unwrap();
    assert_eq!(dead.code(), Code::BadCredentials);
    assert!(clinic.audited().await.iter().any(|action| action == "identity.token_reused"));
}

#[tokio::test]
async fn the_record_of_a_cookie_names_its_session() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let practice = clinic.practice().await;
    let (patient, doctor) = (clinic.patient("Amara Osei").await, clinic.doctor("Ada Cole", practice).await);
    let until = domain.now() + SignedDuration::from_hours(1);
    let caller = async |id: &str, record: String| {
        assert!(http_sessions::create(domain, id, record.as_bytes(), until).await.unwrap());
        identity::caller(domain, Credential::Cookie(id)).await.unwrap()
    };
    let seen = caller("patient", format!(r#"{{"session":"{}"}}"#, patient.session)).await.unwrap();
    assert_eq!((seen.acting.session, seen.acting.patient), (patient.session, patient.patient));
    assert_eq!((seen.acting.role, seen.viewer.name.as_str()), (Role::Patient, "Amara Osei"));
    assert_eq!(seen.viewer.roles.iter().map(|role| (role.role, role.current)).collect::<Vec<_>>(), [(Role::Patient, true)]);
    let seen = caller("doctor", format!(r#"{{"session":"{}"}}"#, doctor.session)).await.unwrap();
    assert_eq!((seen.acting.role, seen.viewer.doctor_status.as_deref()), (Role::Doctor, Some("verified")));
    let role = seen.viewer.roles.first().unwrap();
    assert_eq!((role.role, role.current, role.clinic.as_ref()), (Role::Doctor, true, seen.viewer.clinic.as_ref()));

    assert!(caller("empty", "{}".to_owned()).await.is_none());
    assert!(identity::caller(domain, Credential::Cookie("unknown")).await.unwrap().is_none());
    identity::sign_out(domain, &doctor.access(&clinic)).await.unwrap();
    assert!(identity::caller(domain, Credential::Cookie("doctor")).await.unwrap().is_none());
    clinic.pass(SignedDuration::from_mins(61));
    assert!(identity::caller(domain, Credential::Cookie("patient")).await.unwrap().is_none());
}

#[tokio::test]
async fn an_access_token_lives_minutes() {
    let clinic = testing::clinic().await;
    let person = clinic.patient("Amara Osei").await;
    let pair = identity::issue_tokens(&clinic.domain, &clinic.stranger(), person.user, person.session).await.unwrap();
    clinic.pass(SignedDuration::from_mins(16));
    assert!(identity::caller(&clinic.domain, Credential::AccessToken(&pair.access_token)).await.unwrap().is_none());
    assert!(identity::refresh_tokens(&clinic.domain, &clinic.stranger(), &pair.refresh_token).await.is_ok());
}
