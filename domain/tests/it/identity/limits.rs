//! How often passwords are tried and mails are asked for, and what lets the owner in again.

use super::{EMAIL, count, enter, here, sign_up, tokens};
use domain::{
    access::Device,
    directory,
    identity::{self, ChangePassword, MailKind, Proof, ResetPassword, SessionKind, SignIn},
    settings::Settings,
};
use jiff::SignedDuration;
use model::errors::Code;
use std::collections::BTreeMap;
use testing::{PASSWORD, TestClinic};

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
