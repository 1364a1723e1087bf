//! Nobody lets the server hash a password with a link that does not work. The service that knows leaked passwords is asked right before a new one is hashed, so it tells
//! whether the server came that far.

use super::tokens;
use async_trait::async_trait;
use domain::{
    identity::{self, AcceptAsNew, MailKind, ResetPassword},
    leaks::LeakedPasswords,
};
use model::errors::Code;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// How often it was asked.
#[derive(Debug, Default)]
struct Asked(AtomicUsize);

#[async_trait]
impl LeakedPasswords for Asked {
    async fn beginning_with(&self, _: &str) -> Result<String, String> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(String::new())
    }
}

#[tokio::test]
async fn only_a_link_that_works_lets_the_server_hash_a_password() {
    let clinic = testing::clinic().await;
    let asked = Arc::new(Asked::default());
    let domain = &clinic.domain_with_leaks(asked.clone()).await;
    let amara = clinic.patient("Amara Osei").await;
    let stranger = clinic.stranger();
    let password = "four yellow kites at noon";
    let reset = async |token: &str| {
        let command = ResetPassword { token: token.to_owned(), password: password.to_owned() };
        identity::reset_password(domain, &clinic.stranger(), command).await.map_err(|error| error.code())
    };
    let nobodys = "0".repeat(32);
    assert_eq!(reset(&nobodys).await, Err(Code::LinkUnknown));
    let accept = AcceptAsNew {
        token: nobodys,
        name: "Nora Lind".to_owned(),
        latin_name: String::new(),
        password: password.to_owned(),
        time_zone: "Europe/London".to_owned(),
        language: "en".to_owned(),
        terms: true,
    };
    assert_eq!(identity::accept_as_new(domain, &stranger, accept).await.map(drop).unwrap_err().code(), Code::LinkUnknown);
    assert_eq!(asked.0.load(Ordering::Relaxed), 0);

    identity::request_reset(domain, &stranger, &amara.email, None).await.unwrap();
    let token = tokens(&clinic, MailKind::ResetPassword).await.pop().unwrap();
    assert_eq!(reset(&token).await, Ok(()));
    assert_eq!(reset(&token).await, Err(Code::LinkUsed));
    assert_eq!(asked.0.load(Ordering::Relaxed), 1);
}
