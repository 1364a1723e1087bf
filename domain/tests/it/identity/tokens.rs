//! Personal tokens: who makes them, what the session of one may do, and what ends it.

use domain::{
    Domain,
    identity::{self, Caller, ChangePassword, Credential, MadeToken, MailContent, MailKind, MakeToken, Proof},
    notices,
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldFault, Range},
    scopes::ApiScope,
};
use std::net::{IpAddr, Ipv4Addr};
use testing::{PASSWORD, Person, TestClinic};

fn token(days: &str) -> MakeToken {
    MakeToken {
        name: "Calendar on my laptop".to_owned(),
        scopes: vec!["appointments:read".to_owned(), "account:read".to_owned()],
        days: days.to_owned(),
        proof: Proof::Password(PASSWORD.to_owned()),
    }
}

async fn made(clinic: &TestClinic, person: &Person) -> MadeToken {
    identity::make_token(&clinic.domain, &person.access(clinic), token("30")).await.unwrap()
}

async fn caller(domain: &Domain, token: &str) -> Option<Caller> {
    let address = Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9)));
    identity::caller_from(domain, Credential::AccessToken(token), address).await.unwrap()
}

#[tokio::test]
async fn a_token_acts_as_its_user_and_is_listed_without_its_secret() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let person = clinic.patient("Amara Osei").await;
    let MadeToken { view, token } = made(&clinic, &person).await;
    assert!(token.starts_with("bedside_pat_"), "people and scanners recognise it");
    let stored: bool =
        sqlx::query_scalar("select exists (select from api_tokens where token_hash = sha256(convert_to($1, 'UTF8')))")
            .bind(&token)
            .fetch_one(&clinic.owner)
            .await
            .unwrap();
    assert!(stored, "only the hash is kept");

    let access = person.access(&clinic);
    let before = identity::list_tokens(domain, &access).await.unwrap();
    assert_eq!(before, std::slice::from_ref(&view));
    let found = caller(domain, &token).await.unwrap();
    assert_eq!((found.acting.user, found.acting.patient), (person.user, person.patient));
    assert_eq!(found.scopes, Some(vec![ApiScope::AccountRead, ApiScope::AppointmentsRead]));
    let used = identity::list_tokens(domain, &access).await.unwrap().remove(0);
    assert_eq!((used.used_at, used.used_from.as_deref()), (Some(domain.now()), Some("203.0.113.9")));
    assert!(identity::list_sessions(domain, &access).await.unwrap().iter().all(|session| session.id != view.id));

    let mails = clinic.mails(MailKind::TokenMade).await;
    let content = &mails[0].content;
    let notices::MailContent::Identity(MailContent::TokenMade { name, until }) = content else { panic!("{content:?}") };
    assert_eq!((name.as_str(), *until), ("Calendar on my laptop", view.expires_at));
    assert!(clinic.audited().await.contains(&"identity.token_made".to_owned()));

    assert!(caller(domain, &token.replace("pat_", "pat_0")).await.is_none());
    clinic.pass(SignedDuration::from_hours(24 * 30));
    assert!(caller(domain, &token).await.is_none(), "it ends on its day");
}

#[tokio::test]
async fn all_wrong_fields_are_named_and_the_password_is_needed() {
    let clinic = testing::clinic().await;
    let (domain, access) = (&clinic.domain, clinic.patient("Amara Osei").await.access(&clinic));
    let wrong =
        MakeToken { name: " ".to_owned(), scopes: Vec::new(), days: "400".to_owned(), proof: Proof::Password(String::new()) };
    let refused = identity::make_token(domain, &access, wrong).await.unwrap_err();
    let faults: Vec<_> = refused.field_errors().iter().map(|wrong| (wrong.field.as_str(), wrong.fault)).collect();
    let too_long = FieldFault::TooLarge(Range::numbers(1, 365));
    assert_eq!(faults, [("name", FieldFault::Missing), ("scopes", FieldFault::Missing), ("days", too_long)]);
    let unproven = MakeToken { proof: Proof::Password("another walk".to_owned()), ..token("30") };
    assert_eq!(identity::make_token(domain, &access, unproven).await.unwrap_err().code(), Code::PasswordWrong);
    let stranger = identity::make_token(domain, &clinic.stranger(), token("30")).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);
}

#[tokio::test]
async fn a_token_ends_with_its_owners_will_their_password_their_account_and_all_their_sessions() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    let (access, other) = (amara.access(&clinic), jonas.access(&clinic));
    let MadeToken { view, token } = made(&clinic, &amara).await;
    let foreign = identity::end_token(domain, &other, view.id).await.unwrap_err();
    assert_eq!(foreign.code(), Code::NotFound, "nobody ends the token of another user");
    identity::end_token(domain, &access, view.id).await.unwrap();
    assert!(caller(domain, &token).await.is_none());
    assert_eq!(identity::end_token(domain, &access, view.id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(
        identity::end_token(domain, &access, amara.session).await.unwrap_err().code(),
        Code::NotFound,
        "the session of a sign-in is no token"
    );
    assert!(clinic.audited().await.contains(&"identity.token_ended".to_owned()));

    let everywhere = made(&clinic, &amara).await;
    identity::end_other_sessions(domain, &access).await.unwrap();
    assert!(caller(domain, &everywhere.token).await.is_none());
    let password = made(&clinic, &amara).await;
    let proof = Proof::Password(PASSWORD.to_owned());
    let command = ChangePassword { proof, password: "another walk by the sea".to_owned() };
    identity::change_password(domain, &access, command).await.unwrap();
    assert!(caller(domain, &password.token).await.is_none());
    assert_eq!(identity::list_tokens(domain, &access).await.unwrap(), []);
    let suspended = made(&clinic, &jonas).await;
    clinic.as_owner("update users set suspended_at = created_at").await;
    assert!(caller(domain, &suspended.token).await.is_none());
}

#[tokio::test]
async fn a_token_acts_for_its_user_alone_and_not_for_a_child() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let (parent, child) = (clinic.patient("Amara Osei").await, clinic.patient("Kofi Osei").await);
    clinic.lets_act(&parent, child.patient(), "guardian").await;
    let token = made(&clinic, &parent).await.token;
    let found = caller(domain, &token).await.unwrap();
    assert_eq!(found.acting.patient, parent.patient);
    assert_eq!(found.viewer.patients.len(), 1);
}
