//! The owner of an account gives it another email address, with a code that is sent there.

use super::tokens;
use domain::{
    Error,
    access::Access,
    identity::{self, AskEmailChange, ChangePassword, MailContent, MailKind, Proof, ResetPassword, SessionKind, SignIn},
    notices,
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldError, FieldFault},
    ids::SessionId,
};
use testing::{PASSWORD, Person, TestClinic};

const NEW: &str = "Amara.Osei@new.example";

fn proof() -> Proof {
    Proof::Password(PASSWORD.to_owned())
}

async fn enter(clinic: &TestClinic, email: &str) -> Result<SessionId, Code> {
    let command = SignIn { email: email.to_owned(), password: PASSWORD.to_owned(), kind: SessionKind::Browser };
    let entered = identity::sign_in(&clinic.domain, &clinic.stranger(), command).await;
    entered.map(|signed_in| signed_in.session).map_err(|error| error.code())
}

async fn ask(clinic: &TestClinic, access: &Access, email: &str) -> Result<(), Error> {
    let command = AskEmailChange { email: email.to_owned(), proof: proof() };
    identity::ask_email_change(&clinic.domain, access, command).await
}

async fn confirm(clinic: &TestClinic, access: &Access, code: &str) -> Result<(), Code> {
    identity::confirm_email_change(&clinic.domain, access, code).await.map_err(|error| error.code())
}

/// The newest code that can still be typed, with the address and the name to which it goes.
async fn newest_code(clinic: &TestClinic) -> Option<(String, String, String)> {
    let mail = clinic.mails(MailKind::EmailCode).await.pop()?;
    match mail.content {
        notices::MailContent::Identity(MailContent::EmailCode { code }) => Some((mail.recipient.to, mail.recipient.name, code)),
        other => panic!("{other:?}"),
    }
}

fn another(code: &str) -> String {
    if code == "000000" { "000001".to_owned() } else { "000000".to_owned() }
}

async fn address_of(clinic: &TestClinic, person: &Person) -> String {
    identity::own_email(&clinic.domain, &person.access(clinic)).await.unwrap().email
}

#[tokio::test]
async fn an_account_has_another_address_when_the_code_was_typed_and_not_before() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let amara = clinic.patient("Amara Osei").await;
    let access = amara.access(&clinic);
    for (email, fault) in [(" ", FieldFault::Missing), ("amara", FieldFault::Malformed)] {
        let refused = ask(&clinic, &access, email).await.unwrap_err();
        assert_eq!(refused.field_errors(), [FieldError::new("email", fault)], "{email}");
    }
    let wrong = AskEmailChange { email: NEW.to_owned(), proof: Proof::Password("not the password".to_owned()) };
    assert_eq!(identity::ask_email_change(domain, &access, wrong).await.unwrap_err().code(), Code::PasswordWrong);
    assert_eq!(ask(&clinic, &clinic.stranger(), NEW).await.unwrap_err().code(), Code::SignInNeeded);
    assert_eq!(confirm(&clinic, &access, "123456").await, Err(Code::EmailCodeExpired));

    ask(&clinic, &access, NEW).await.unwrap();
    let (to, name, code) = newest_code(&clinic).await.unwrap();
    assert_eq!((to.as_str(), name.as_str()), (NEW, ""), "nobody has proved yet that the address is theirs");
    assert_eq!(address_of(&clinic, &amara).await, amara.email);
    assert_eq!(confirm(&clinic, &access, &another(&code)).await, Err(Code::EmailCodeWrong));
    let waiting = identity::own_email(domain, &access).await.unwrap().waiting;
    assert_eq!(waiting.map(|(address, _)| address).as_deref(), Some(NEW));

    let elsewhere = enter(&clinic, &amara.email).await.unwrap();
    identity::request_reset(domain, &clinic.stranger(), &amara.email, None).await.unwrap();
    let token = tokens(&clinic, MailKind::ResetPassword).await.pop().unwrap();
    confirm(&clinic, &access, &format!("{} {}", &code[..3], &code[3..])).await.unwrap();

    assert_eq!(address_of(&clinic, &amara).await, NEW);
    assert_eq!(enter(&clinic, &amara.email).await, Err(Code::BadCredentials));
    enter(&clinic, "amara.osei@NEW.example").await.unwrap();
    assert!(identity::resolve_session(domain, elsewhere).await.unwrap().is_none(), "other sessions have ended");
    assert!(identity::resolve_session(domain, amara.session).await.unwrap().is_some());
    let reset = ResetPassword { token, password: "four yellow kites at noon".to_owned() };
    let reset = identity::reset_password(domain, &clinic.stranger(), reset).await;
    assert_eq!(reset.unwrap_err().code(), Code::LinkExpired, "the link went to the old address");
    assert_eq!(confirm(&clinic, &access, &code).await, Err(Code::EmailCodeExpired), "a code works once");
    let told = clinic.mails(MailKind::EmailChanged).await;
    assert_eq!(told.iter().map(|mail| mail.recipient.to.as_str()).collect::<Vec<_>>(), [amara.email.as_str()]);
    let audited = clinic.audited().await;
    for action in ["identity.email_change_asked", "identity.email_code_wrong", "identity.email_changed"] {
        assert!(audited.iter().any(|one| one == action), "{action}");
    }
    let kept: Vec<(String, String)> =
        sqlx::query_as("select previous_email, email from email_changes").fetch_all(&clinic.owner).await.unwrap();
    assert_eq!(kept, [(amara.email.clone(), NEW.to_owned())]);
}

#[tokio::test]
async fn a_code_is_for_its_owner_for_five_tries_half_an_hour_and_one_password() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let (amara, eve) = (clinic.patient("Amara Osei").await, clinic.patient("Eve Stranger").await);
    let access = amara.access(&clinic);
    ask(&clinic, &access, NEW).await.unwrap();
    let (_, _, code) = newest_code(&clinic).await.unwrap();
    assert_eq!(confirm(&clinic, &eve.access(&clinic), &code).await, Err(Code::EmailCodeExpired));
    for _ in 0..4 {
        assert_eq!(confirm(&clinic, &access, &another(&code)).await, Err(Code::EmailCodeWrong));
    }
    for typed in [another(&code), code] {
        assert_eq!(confirm(&clinic, &access, &typed).await, Err(Code::EmailCodeExpired));
    }

    clinic.pass(SignedDuration::from_mins(1));
    ask(&clinic, &access, NEW).await.unwrap();
    let (_, _, code) = newest_code(&clinic).await.unwrap();
    clinic.pass(SignedDuration::from_mins(30));
    assert_eq!(confirm(&clinic, &access, &code).await, Err(Code::EmailCodeExpired));
    assert_eq!(newest_code(&clinic).await, None, "a mail with a dead code is not sent");

    // Whoever began it may have known the old password only.
    ask(&clinic, &access, NEW).await.unwrap();
    let (_, _, code) = newest_code(&clinic).await.unwrap();
    let change = ChangePassword { proof: proof(), password: "four yellow kites at noon".to_owned() };
    identity::change_password(domain, &access, change).await.unwrap();
    assert_eq!(confirm(&clinic, &access, &code).await, Err(Code::EmailCodeExpired));
    assert_eq!(address_of(&clinic, &amara).await, amara.email);

    clinic.pass(SignedDuration::from_hours(25));
    assert_eq!(identity::sweep_email_changes(domain).await.unwrap(), 3);
}

#[tokio::test]
async fn only_who_reads_the_mail_of_an_address_learns_that_it_has_an_account() {
    let clinic = testing::clinic().await;
    let (amara, eve) = (clinic.patient("Amara Osei").await, clinic.patient("Eve Stranger").await);
    let access = eve.access(&clinic);
    ask(&clinic, &access, &amara.email).await.unwrap();
    let (to, name, code) = newest_code(&clinic).await.unwrap();
    assert_eq!((to, name.as_str()), (amara.email.clone(), ""));
    assert_eq!(confirm(&clinic, &access, &code).await, Err(Code::EmailTaken));
    assert_eq!((address_of(&clinic, &eve).await, address_of(&clinic, &amara).await), (eve.email.clone(), amara.email.clone()));
    // Nobody sends codes to many addresses.
    for number in 0..4 {
        ask(&clinic, &access, &format!("somebody{number}@people.example")).await.unwrap();
    }
    let refused = ask(&clinic, &access, "somebody@people.example").await.unwrap_err();
    assert_eq!((refused.code(), refused.retry_after_secs()), (Code::RateLimited, Some(60 * 60)));
    clinic.pass(SignedDuration::from_hours(1));
    ask(&clinic, &access, "somebody@people.example").await.unwrap();
}
