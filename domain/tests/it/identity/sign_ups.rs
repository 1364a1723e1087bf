//! Signing up: the link that is mailed, and what a stranger learns and fixes by it.

use super::{EMAIL, again, count, enter, here, sign_up};
use domain::{
    directory::{self, SignUp},
    identity::{self, ConfirmEmail, Credential, MailContent, MailKind, Origin, ResendConfirmation, SessionKind, SignIn},
    notices,
};
use jiff::SignedDuration;
use model::{access::Role, errors::Code, scheduling::ChosenTime};
use testing::{PASSWORD, TestClinic};

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
