//! Push messages: a notice in the app is also sent to the browsers in which its reader wants that (Web Push: RFC 8030, 8291, 8292).
//!
//! Invariants
//! - A message says what kind of thing happened and nothing else, and the push service cannot read even that.
//! - It goes only to a browser in which its reader is still signed in, and only while they may see the notice and have not read it.
//! - It goes only to the hosts of push services that the installation names.
//!
//! A message is a job of the queue and has no row: when it cannot be sent, the notice stays in the list. Boundary: the server sends the request that is made here.

mod jobs;
mod seal;
mod store;
mod vapid;

pub use jobs::{Push, PushRequest, SEND_PUSH_TASK, SendPush, forget_push, push_later, push_to_send, put_off_push};

pub(super) use jobs::queue;

use self::{seal::Receiver, store::NewRow};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    vault::{Purpose, sha256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    errors::{Code, FieldFault},
    ids::PushId,
    notices::PushSettings,
};
use serde::{Deserialize, Serialize};
use url::Url;

/// The longest address of a browser at a push service.
const LONGEST: usize = 1_000;

/// A browser that is to take messages, as it has told. Texts are unparsed form values.
#[derive(Clone)]
pub struct AddPush {
    /// Its address at the push service.
    pub endpoint: String,
    /// Its public key, in base64url.
    pub p256dh: String,
    /// Its secret, in base64url.
    pub auth: String,
}

/// What is encrypted.
#[derive(Serialize, Deserialize)]
struct Address {
    endpoint: String,
    p256dh: String,
    auth: String,
}

/// What a browser needs to take messages, and the caller's browsers that do.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn own_push(domain: &Domain, access: &Access) -> Result<PushSettings> {
    let acting = access.acting()?;
    let (user, session) = (acting.user, acting.session);
    let key = vapid::signers(domain.vault()).first().map(vapid::public).ok_or_else(no_key)?;
    let mut tx = domain.begin_reading("notifications.own_push", access).await?;
    let (user, now) = (tx.permit(Read, user).await?.id(), tx.now());
    let browsers = store::of_user(tx.connection(), user, session, now).await?;
    tx.close().await?;
    Ok(PushSettings { key: URL_SAFE_NO_PAD.encode(key), browsers })
}

/// The caller wants messages in this browser. One that is known is replaced. The browser takes them until the caller's session ends.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the fields `endpoint`, `p256dh`.
pub async fn add_push(domain: &Domain, access: &Access, command: AddPush) -> Result<PushId> {
    let acting = access.acting()?;
    let (user, session) = (acting.user, acting.session);
    let AddPush { endpoint, p256dh, auth } = command;
    if endpoint.is_empty() {
        return Err(Error::field("endpoint", FieldFault::Missing));
    }
    if endpoint.len() > LONGEST {
        return Err(Error::field("endpoint", FieldFault::too_long(LONGEST)));
    }
    let url = known_service(&domain.settings().push_services, &endpoint);
    let url = url.ok_or_else(|| Error::field("endpoint", FieldFault::UnknownChoice))?;
    if receiver(&p256dh, &auth).is_none() {
        return Err(Error::field("p256dh", FieldFault::Malformed));
    }
    let address = Address { endpoint: url.into(), p256dh, auth };
    let hash = sha256(&[address.endpoint.as_bytes()]);
    let plain = serde_json::to_vec(&address).map_err(Error::internal)?;
    let cipher = domain.vault().encrypt(Purpose::Push, domain.randomness(), &hash, &plain);
    let signer = vapid::signers(domain.vault()).first().map(vapid::public).ok_or_else(no_key)?;
    let agent = access.user_agent.clone();
    let mut tx = domain.begin("notifications.add_push", access).await?;
    let user = tx.permit(Write, user).await?.id();
    let row = NewRow {
        id: tx.new_id::<PushId>(),
        user,
        session,
        endpoint_hash: &hash,
        address_cipher: &cipher,
        signer: &signer,
        user_agent: agent.as_deref(),
    };
    let id = store::insert(&mut tx, row).await?;
    tx.commit(Audit::of(AuditAction::NotificationsPushAdded).on(ResourceKind::Account, user).with_id("push", id)).await?;
    Ok(id)
}

/// The caller wants no more messages in one of their browsers.
///
/// # Errors
/// `access.sign_in_needed`; `not_found` when the caller has no such browser.
pub async fn remove_push(domain: &Domain, access: &Access, id: PushId) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("notifications.remove_push", access).await?;
    let user = tx.permit(Write, user).await?.id();
    if !store::delete(&mut tx, user, id).await? {
        tx.close().await?;
        return Err(Code::NotFound.into());
    }
    tx.commit(Audit::of(AuditAction::NotificationsPushRemoved).on(ResourceKind::Account, user).with_id("push", id)).await
}

/// The address at a push service that may be asked; `None` for any other. `127.0.0.1`, if it is named, is asked without TLS: for tests.
fn known_service(services: &[String], endpoint: &str) -> Option<Url> {
    let url = Url::parse(endpoint).ok()?;
    let host = url.host_str()?;
    let is_named = services.iter().any(|service| match service.strip_prefix('*') {
        Some(rest) => rest.starts_with('.') && host.len() > rest.len() && host.ends_with(rest),
        None => host == service,
    });
    let is_safe = url.scheme() == "https" && url.port().is_none();
    let is_local = url.scheme() == "http" && host == "127.0.0.1";
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_named && (is_safe || is_local) && is_plain).then_some(url)
}

fn receiver(p256dh: &str, auth: &str) -> Option<Receiver> {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
    Receiver::of(&bytes(p256dh)?, &bytes(auth)?)
}

fn no_key() -> Error {
    Error::internal("the installation has no key that signs push messages")
}

#[cfg(test)]
mod tests {
    use super::known_service;

    #[test]
    fn only_named_services_are_asked() {
        let named = ["fcm.googleapis.com".to_owned(), "*.push.apple.com".to_owned()];
        for endpoint in
            ["https://fcm.googleapis.com/fcm/send/a:b", "https://web.push.apple.com/x", "https://FCM.googleapis.com:443/x"]
        {
            assert!(known_service(&named, endpoint).is_some(), "{endpoint}");
        }
        for endpoint in [
            "",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://evil.example/fcm.googleapis.com",
            "https://fcm.googleapis.com@evil.example/",
            "https://a@fcm.googleapis.com/",
            "https://push.apple.com/x",
            "https://evilpush.apple.com/x",
            "https://127.0.0.1/x",
            "http://127.0.0.1/x",
            "file:///etc/passwd",
        ] {
            assert!(known_service(&named, endpoint).is_none(), "{endpoint}");
        }
        assert!(known_service(&["127.0.0.1".to_owned()], "http://127.0.0.1:9000/x").is_some());
    }
}
