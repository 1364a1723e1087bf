//! Accounts, links, sessions, tokens.

mod addresses;
mod apps;
mod consents;
mod foreign;
mod guardians;
mod own_roles;
mod passkeys;
mod phone;
mod second_factor;
mod service_accounts;
mod sessions;
mod staff;
mod staff_import;
mod strength;
mod teenagers;
mod tokens;

use domain::{
    access::Device,
    directory::{self, SignUp},
    identity::{
        self, ChangePassword, ConfirmEmail, Credential, MailContent, MailKind, Origin, Proof, ResendConfirmation, ResetPassword,
        SessionKind, SignIn, http_sessions,
    },
    notices::{self, Mail},
    settings::Settings,
};
use jiff::SignedDuration;
use model::{access::Role, errors::Code, ids::UserId, scheduling::ChosenTime};
use std::collections::BTreeMap;
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
async fn a_known_address_is_answered_the_same_and_its_owner_gets_a_mail() {
    let clinic = testing::clinic().await;
    for email in [EMAIL, "Amara@People.Example"] {
        directory::sign_up(&clinic.domain, &clinic.stranger(), sign_up(email)).await.unwrap();
        clinic.confirm(EMAIL).await;
    }
    clinic.dispatch().await;
    assert_eq!(count(&clinic, "select count(*) from users").await, 1);
    assert_eq!(count(&clinic, "select count(*) from patients").await, 1);
    let kinds: Vec<String> = sqlx::query_scalar("select kind from mails order by kind").fetch_all(&clinic.owner).await.unwrap();
    assert_eq!(kinds, ["confirm_email", "sign_up_repeated"]);
    // Nor do the requests for links reveal whether there is an account.
    for email in [EMAIL, "nobody@people.example"] {
        identity::request_reset(&clinic.domain, &clinic.stranger(), email, None).await.unwrap();
        identity::resend_confirmation(&clinic.domain, &clinic.stranger(), again(email, None)).await.unwrap();
    }
    clinic.dispatch().await;
    // The reset is mailed; a confirmed address needs no further link.
    assert_eq!(count(&clinic, "select count(*) from mails").await, 3);
}

#[tokio::test]
async fn the_password_of_a_sign_up_does_not_tell_whether_its_address_has_an_account() {
    let clinic = testing::clinic().await;
    directory::sign_up(&clinic.domain, &clinic.stranger(), sign_up(EMAIL)).await.unwrap();
    clinic.confirm(EMAIL).await;
    let mut told = Vec::new();
    // A stranger signs up with an address that has an account, and with one that has none; for a third one nobody has.
    for (email, signs_up) in [(EMAIL, true), ("nobody@people.example", true), ("no.sign.up@people.example", false)] {
        let password = "chosen by a stranger".to_owned();
        if signs_up {
            let command = SignUp { password: password.clone(), ..sign_up(email) };
            directory::sign_up(&clinic.domain, &clinic.stranger(), command).await.unwrap();
        }
        let command = SignIn { email: email.to_owned(), password, kind: SessionKind::Browser };
        let refused = identity::sign_in(&clinic.domain, &clinic.stranger(), command).await.unwrap_err();
        told.push(refused.code());
    }
    assert_eq!(told, [Code::BadCredentials; 3]);
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

/// The results of calls that run at the same time: how often each code, `None` for a success.
async fn at_once<F: Future<Output = domain::Result<()>> + Send + 'static>(
    calls: impl Iterator<Item = F>,
) -> Vec<(Option<Code>, usize)> {
    let mut running: tokio::task::JoinSet<_> = calls.collect();
    let mut counts = BTreeMap::new();
    while let Some(answer) = running.join_next().await {
        *counts.entry(answer.unwrap().err().map(|error| error.code())).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_tried_at_the_same_time_are_limited_as_well() {
    let clinic = testing::clinic().await;
    directory::sign_up(&clinic.domain, &clinic.stranger(), sign_up(EMAIL)).await.unwrap();
    clinic.confirm(EMAIL).await;
    let tries = (0..30).map(|n| {
        let (domain, stranger) = (clinic.domain.clone(), clinic.stranger());
        let command = SignIn { email: EMAIL.to_owned(), password: format!("guess {n}"), kind: SessionKind::Browser };
        async move { identity::sign_in(&domain, &stranger, command).await.map(drop) }
    });
    assert_eq!(at_once(tries).await, [(Some(Code::RateLimited), 20), (Some(Code::BadCredentials), 10)]);
    // The correct password now gets the same answer as the wrong ones.
    assert_eq!(enter(&clinic, PASSWORD).await, Err(Code::RateLimited));
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_that_strangers_ask_for_are_limited_whether_the_address_is_known_or_not() {
    let clinic = testing::clinic().await;
    directory::sign_up(&clinic.domain, &clinic.stranger(), sign_up(EMAIL)).await.unwrap();
    for (email, asked_before) in [(EMAIL, 1), ("nobody@people.example", 0)] {
        let asks = (0..15).map(|_| {
            let (domain, stranger) = (clinic.domain.clone(), clinic.stranger());
            async move { identity::request_reset(&domain, &stranger, email, None).await }
        });
        assert_eq!(at_once(asks).await, [(None, 10 - asked_before), (Some(Code::RateLimited), 5 + asked_before)]);
    }
    clinic.pass(SignedDuration::from_hours(1));
    identity::request_reset(&clinic.domain, &clinic.stranger(), EMAIL, None).await.unwrap();
}

#[tokio::test]
async fn a_known_browser_belongs_to_one_account_and_is_forgotten_with_the_password() {
    let clinic = testing::clinic().await;
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    let enter = async |email: &str, password: &str, secret: &str| {
        let mut access = clinic.stranger();
        access.device = Some(Device::of_secret(secret));
        let command = SignIn { email: email.to_owned(), password: password.to_owned(), kind: SessionKind::Browser };
        identity::sign_in(&clinic.domain, &access, command).await.map(drop).map_err(|error| error.code())
    };
    assert_eq!(enter(&amara.email, PASSWORD, "mine").await, Ok(()));
    // Nobody is told about their first browser, nor about one that they have used before.
    assert_eq!(enter(&amara.email, PASSWORD, "mine").await, Ok(()));
    assert_eq!(clinic.mails(MailKind::NewBrowserUsed).await.len(), 0);
    assert_eq!(enter(&amara.email, PASSWORD, "ours").await, Ok(()));
    assert_eq!(clinic.mails(MailKind::NewBrowserUsed).await.len(), 1);
    for _ in 0..10 {
        assert_eq!(enter(&amara.email, "wrong", "theirs").await, Err(Code::BadCredentials));
        assert_eq!(enter(&jonas.email, "wrong", "theirs").await, Err(Code::BadCredentials));
    }
    assert_eq!(enter(&amara.email, PASSWORD, "theirs").await, Err(Code::RateLimited));
    assert_eq!(enter(&jonas.email, PASSWORD, "mine").await, Err(Code::RateLimited));
    assert_eq!(enter(&amara.email, PASSWORD, "mine").await, Ok(()));

    identity::request_reset(&clinic.domain, &clinic.stranger(), &amara.email, None).await.unwrap();
    let token = tokens(&clinic, MailKind::ResetPassword).await.remove(0);
    let reset = ResetPassword { token, password: "another walk by the sea".to_owned() };
    identity::reset_password(&clinic.domain, &clinic.stranger(), reset).await.unwrap();
    assert_eq!(count(&clinic, "select count(*) from known_devices").await, 0);

    for n in 0..25 {
        assert_eq!(enter(&amara.email, "another walk by the sea", &n.to_string()).await, Ok(()));
        clinic.pass(SignedDuration::from_secs(1));
    }
    assert_eq!(count(&clinic, "select count(*) from known_devices").await, 20);
    clinic.pass(SignedDuration::from_hours(401 * 24));
    assert_eq!(identity::sweep_devices(&clinic.domain).await.unwrap(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_without_a_link_hashes_nothing() {
    let clinic = testing::clinic().await;
    // Nothing may wait to be hashed, so of these resets only a few could be hashed at once.
    let domain = clinic.domain_with(Settings { passwords_waiting: 0, ..Settings::default() }).await;
    let resets = (0..200).map(|n| {
        let (domain, stranger) = (domain.clone(), clinic.stranger());
        let command = ResetPassword { token: format!("{n:032x}"), password: "another walk by the sea".to_owned() };
        async move { identity::reset_password(&domain, &stranger, command).await }
    });
    assert_eq!(at_once(resets).await, [(Some(Code::LinkUnknown), 200)]);
}

/// Somebody else types ten wrong passwords; the owner is then refused even with the correct one.
async fn locked_out(clinic: &TestClinic) {
    for n in 0..10 {
        assert_eq!(enter(clinic, &format!("guess {n}")).await, Err(Code::BadCredentials));
    }
    assert_eq!(enter(clinic, PASSWORD).await, Err(Code::RateLimited));
}

#[tokio::test]
async fn a_reset_by_mail_lets_the_owner_in_again() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    directory::sign_up(domain, &stranger, sign_up(EMAIL)).await.unwrap();
    let owner = clinic.signed_in(EMAIL).await;
    locked_out(&clinic).await;

    identity::request_reset(domain, &stranger, EMAIL, None).await.unwrap();
    let token = tokens(&clinic, MailKind::ResetPassword).await.remove(0);
    let reset = ResetPassword { token, password: "another walk by the sea".to_owned() };
    identity::reset_password(domain, &stranger, reset).await.unwrap();
    assert_eq!(enter(&clinic, "another walk by the sea").await, Ok(owner.user));
    // The counts were reset only once: the next ten guesses lock the account as the first ones did.
    for _ in 0..10 {
        assert_eq!(enter(&clinic, PASSWORD).await, Err(Code::BadCredentials));
    }
    assert_eq!(enter(&clinic, "another walk by the sea").await, Err(Code::RateLimited));
}

#[tokio::test]
async fn a_confirmed_link_lets_the_owner_in_again() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    directory::sign_up(domain, &stranger, sign_up(EMAIL)).await.unwrap();
    locked_out(&clinic).await;
    let token = tokens(&clinic, MailKind::ConfirmEmail).await.remove(0);
    directory::confirm_email(domain, &stranger, here(token)).await.unwrap();
    assert!(enter(&clinic, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn the_confirming_link_signs_in_once_soon_and_only_the_browser_of_the_sign_up() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let secret = |secret: &str| Some(secret.to_owned());
    let made = async |email: &str| {
        let origin = Origin { browser: secret("mine"), chosen: None };
        directory::sign_up(domain, &stranger, SignUp { origin, ..sign_up(email) }).await.unwrap();
        let mail = clinic.mails(MailKind::ConfirmEmail).await.into_iter().find(|mail| mail.recipient.to == email).unwrap();
        match mail.content {
            notices::MailContent::Identity(MailContent::ConfirmEmail { token, .. }) => token,
            other => panic!("{other:?}"),
        }
    };
    let confirm = async |token: &str, browser: Option<String>| {
        directory::confirm_email(domain, &stranger, ConfirmEmail { token: token.to_owned(), browser }).await
    };

    let token = made("soon@people.example").await;
    let signed_in = confirm(&token, secret("mine")).await.unwrap().expect("a session");
    let acting = identity::resolve_session(domain, signed_in.session).await.unwrap().expect("the session holds");
    assert_eq!((acting.user, acting.role), (signed_in.user, Role::Patient));
    assert_eq!(confirm(&token, secret("mine")).await.unwrap_err().code(), Code::LinkUsed);

    for (email, browser) in [("none@people.example", None), ("other@people.example", secret("theirs"))] {
        let token = made(email).await;
        assert!(confirm(&token, browser).await.unwrap().is_none(), "{email}");
    }
    let late = made("late@people.example").await;
    clinic.pass(SignedDuration::from_mins(60));
    assert!(confirm(&late, secret("mine")).await.unwrap().is_none());
    assert_eq!(count(&clinic, "select count(*) from sessions").await, 1);
    let audited = "select count(*) from audit_events where action = 'identity.email_confirmed'";
    assert_eq!(count(&clinic, audited).await, 4);
}

/// The tokens that were mailed to an address, oldest first.
async fn tokens_to(clinic: &TestClinic, email: &str) -> Vec<String> {
    let mails = clinic.mails(MailKind::ConfirmEmail).await.into_iter().filter(|mail| mail.recipient.to == email);
    mails
        .map(|mail| match mail.content {
            notices::MailContent::Identity(MailContent::ConfirmEmail { token, .. }) => token,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn a_link_that_is_sent_again_is_that_of_the_browser_that_asks() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    for (email, browser, name) in
        [("first@people.example", "first", "Amara Osei"), ("second@people.example", "second", "Eve Stranger")]
    {
        for (secret, name) in [("first", "Amara Osei"), ("second", "Eve Stranger")] {
            let origin = Origin { browser: Some(secret.to_owned()), chosen: None };
            let command = SignUp { origin, name: name.to_owned(), ..sign_up(email) };
            directory::sign_up(domain, &stranger, command).await.unwrap();
            clinic.pass(SignedDuration::from_secs(1));
        }
        let command = ResendConfirmation { browser: Some(browser.to_owned()), ..again(email, None) };
        identity::resend_confirmation(domain, &stranger, command).await.unwrap();
        let token = tokens_to(&clinic, email).await.pop().unwrap();
        let command = ConfirmEmail { token, browser: Some(browser.to_owned()) };
        let signed_in = directory::confirm_email(domain, &stranger, command).await.unwrap().expect("the same browser");
        let caller = identity::caller(domain, Credential::Session(signed_in.session)).await.unwrap().unwrap();
        assert_eq!(caller.viewer.name, name);
    }
}

#[tokio::test]
async fn a_strangers_sign_up_fixes_nothing_on_an_address() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let theirs = SignUp {
        name: "Visit https://evil.example now".to_owned(),
        password: "the password of a stranger".to_owned(),
        date_of_birth: ["1", "1", "1950"].map(str::to_owned),
        ..sign_up(EMAIL)
    };
    directory::sign_up(domain, &stranger, theirs.clone()).await.unwrap();
    // Nothing that a stranger has typed is in the mail, and nothing but the encrypted sign-up is stored.
    let mail = clinic.mails(MailKind::ConfirmEmail).await.remove(0);
    assert_eq!((mail.recipient.name.as_str(), mail.recipient.to.as_str()), ("", EMAIL));
    assert_eq!(count(&clinic, "select count(*) from users").await, 0);
    assert_eq!(count(&clinic, "select count(*) from patients").await, 0);
    let clear = "select count(*) from sign_ups where position('evil' in encode(details, 'escape')) > 0";
    assert_eq!(count(&clinic, clear).await, 0);

    // The owner signs up too, and again the stranger. The owner follows the link of the own sign-up.
    clinic.pass(SignedDuration::from_secs(1));
    directory::sign_up(domain, &stranger, sign_up(EMAIL)).await.unwrap();
    clinic.pass(SignedDuration::from_secs(1));
    directory::sign_up(domain, &stranger, theirs).await.unwrap();
    let [first, own, last] = <[String; 3]>::try_from(tokens_to(&clinic, EMAIL).await).unwrap();
    directory::confirm_email(domain, &stranger, here(own.clone())).await.unwrap();
    assert!(enter(&clinic, PASSWORD).await.is_ok());
    assert_eq!(enter(&clinic, "the password of a stranger").await, Err(Code::BadCredentials));
    let names: Vec<String> = sqlx::query_scalar("select full_name from patients").fetch_all(&clinic.owner).await.unwrap();
    assert_eq!(names, ["Amara Osei"]);
    for (token, expected) in [(first, Code::LinkExpired), (last, Code::LinkExpired), (own, Code::LinkUsed)] {
        let refused = directory::confirm_email(domain, &stranger, here(token)).await.unwrap_err();
        assert_eq!(refused.code(), expected);
    }
    assert_eq!(count(&clinic, "select count(*) from sign_ups where details is not null or password_hash is not null").await, 0);
}

#[tokio::test]
async fn a_sign_up_that_nobody_confirms_is_swept() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    directory::sign_up(domain, &stranger, sign_up(EMAIL)).await.unwrap();
    let token = tokens_to(&clinic, EMAIL).await.remove(0);
    assert_eq!(identity::sweep_sign_ups(domain).await.unwrap(), 0);
    clinic.pass(SignedDuration::from_hours(48));
    assert_eq!(identity::sweep_sign_ups(domain).await.unwrap(), 1);
    assert_eq!(count(&clinic, "select count(*) from sign_ups where details is null and password_hash is null").await, 1);
    // Whoever follows the link is told that it is too old, and the address is free.
    let late = directory::confirm_email(domain, &stranger, here(token)).await.unwrap_err();
    assert_eq!(late.code(), Code::LinkExpired);
    assert_eq!(enter(&clinic, PASSWORD).await, Err(Code::BadCredentials));
    clinic.pass(SignedDuration::from_hours(31 * 24));
    assert_eq!(identity::sweep_sign_ups(domain).await.unwrap(), 1);
    assert_eq!(count(&clinic, "select count(*) from sign_ups").await, 0);
}

#[tokio::test]
async fn the_chosen_time_travels_in_the_mails_of_a_sign_up() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let chosen = ChosenTime { doctor: domain.new_id(), clinic: domain.new_id(), start: testing::BEGIN, visit_type: None };
    let origin = Origin { browser: None, chosen: Some(chosen) };
    directory::sign_up(domain, &stranger, SignUp { origin: origin.clone(), ..sign_up(EMAIL) }).await.unwrap();
    identity::resend_confirmation(domain, &stranger, again(EMAIL, Some(chosen))).await.unwrap();
    clinic.confirm(EMAIL).await;
    directory::sign_up(domain, &stranger, SignUp { origin, ..sign_up(EMAIL) }).await.unwrap();
    let mut found = Vec::new();
    for kind in [MailKind::ConfirmEmail, MailKind::SignUpRepeated] {
        for mail in clinic.mails(kind).await {
            match mail.content {
                notices::MailContent::Identity(
                    MailContent::ConfirmEmail { chosen, .. } | MailContent::SignUpRepeated { chosen },
                ) => {
                    found.push(chosen);
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(found, [Some(chosen); 3]);
}

#[tokio::test]
async fn a_change_of_the_password_clears_the_count_of_signing_in() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    directory::sign_up(domain, &stranger, sign_up(EMAIL)).await.unwrap();
    let owner = clinic.signed_in(EMAIL).await;
    locked_out(&clinic).await;
    let change = ChangePassword { proof: Proof::Password(PASSWORD.to_owned()), password: "another walk by the sea".to_owned() };
    identity::change_password(domain, &owner.access(&clinic), change).await.unwrap();
    assert_eq!(enter(&clinic, "another walk by the sea").await, Ok(owner.user));
}

#[tokio::test]
async fn a_sign_in_clears_the_count_of_passwords_typed_again() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    directory::sign_up(domain, &clinic.stranger(), sign_up(EMAIL)).await.unwrap();
    let owner = clinic.signed_in(EMAIL).await;
    let access = owner.access(&clinic);
    let again = async |password: &str| {
        let proof = Proof::Password(password.to_owned());
        identity::prove(domain, &access, &proof).await.err().map(|error| error.code())
    };
    for _ in 0..9 {
        assert_eq!(again("wrong").await, Some(Code::PasswordWrong));
    }
    assert_eq!(again(PASSWORD).await, None);
    for _ in 0..10 {
        assert_eq!(again("wrong").await, Some(Code::PasswordWrong));
    }
    assert_eq!(again(PASSWORD).await, Some(Code::RateLimited));
    assert_eq!(enter(&clinic, PASSWORD).await, Ok(owner.user));
    assert_eq!(again(PASSWORD).await, None);
}

#[tokio::test]
async fn another_copy_of_the_server_learns_of_the_reset() {
    let clinic = testing::clinic().await;
    let stranger = clinic.stranger();
    let (here, there) = (&clinic.domain, clinic.domain_of(&clinic.database).await);
    directory::sign_up(here, &stranger, sign_up(EMAIL)).await.unwrap();
    let owner = clinic.signed_in(EMAIL).await;
    let enter_there = async |password: &str| {
        let command = SignIn { email: EMAIL.to_owned(), password: password.to_owned(), kind: SessionKind::Api };
        identity::sign_in(&there, &stranger, command).await.map(|signed_in| signed_in.user).map_err(|error| error.code())
    };
    clinic.pass(SignedDuration::from_secs(1));
    for _ in 0..10 {
        assert_eq!(enter_there("wrong").await, Err(Code::BadCredentials));
    }
    clinic.pass(SignedDuration::from_secs(1));
    identity::request_reset(here, &stranger, EMAIL, None).await.unwrap();
    let token = tokens(&clinic, MailKind::ResetPassword).await.remove(0);
    let reset = ResetPassword { token, password: "another walk by the sea".to_owned() };
    assert_eq!(enter_there(PASSWORD).await, Err(Code::RateLimited));
    identity::reset_password(here, &stranger, reset).await.unwrap();
    assert_eq!(enter_there("another walk by the sea").await, Ok(owner.user));
}
