//! The questions that passkeys answer. A question is encrypted and goes to the page that asks it, so that opening the sign-in page leaves nothing in the database; those that
//! were answered are kept until they are too old, so that each is answered once.

use crate::{
    Domain, Error, Result,
    access::Device,
    db::Tx,
    settings::Settings,
    vault::{Purpose, sha256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{errors::Code, ids::SessionId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::PgConnection;
use std::fmt;
use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder, WebauthnError};

/// For how long a question can be answered.
const LIFE: SignedDuration = SignedDuration::from_mins(5);
/// No answer of a browser is longer; an attestation with certificates has some thousand characters.
const MOST_CHARS: usize = 32_768;

/// A question for the passkeys of a browser.
#[derive(Clone, PartialEq, Eq)]
pub struct PasskeyQuestion {
    /// The question as this installation keeps it, encrypted. It comes back with the answer.
    pub question: String,
    /// What the page gives to the browser: the member `publicKey` is what `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON` reads.
    pub options: String,
}

/// What a passkey has answered.
#[derive(Clone, PartialEq, Eq)]
pub struct PasskeyAnswer {
    /// The question, as it was asked.
    pub question: String,
    /// The answer: what `PublicKeyCredential.toJSON` makes.
    pub answer: String,
}

/// Keeps questions out of logs.
impl fmt::Debug for PasskeyQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasskeyQuestion")
    }
}

/// Keeps answers out of logs.
impl fmt::Debug for PasskeyAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasskeyAnswer")
    }
}

/// What a question is asked for, and where it can be answered.
#[derive(Debug, Clone, Copy)]
pub(in crate::identity::second_factor) enum Asked {
    /// To add a passkey, in this session.
    Adding(SessionId),
    /// To sign in, in this browser.
    SigningIn(Device),
    /// To prove in this session who its user is.
    Proving(SessionId),
}

impl Asked {
    fn bound_to(self) -> Vec<u8> {
        match self {
            Self::Adding(session) => [b"passkey to add ".as_slice(), session.uuid().as_bytes()].concat(),
            Self::SigningIn(device) => [b"passkey to sign in ".as_slice(), device.hash()].concat(),
            Self::Proving(session) => [b"passkey to prove ".as_slice(), session.uuid().as_bytes()].concat(),
        }
    }
}

/// A question as it is encrypted.
#[derive(Serialize, Deserialize)]
struct Kept<Q> {
    until: Timestamp,
    question: Q,
}

/// A question that is being answered.
pub(super) struct Opened<Q> {
    pub(super) question: Q,
    hash: [u8; 32],
    until: Timestamp,
}

/// Encrypts a question for the page that asks it.
pub(super) fn seal<Q: Serialize>(domain: &Domain, asked: Asked, question: Q) -> Result<String> {
    let kept = Kept { until: domain.now() + LIFE, question };
    let plain = serde_json::to_vec(&kept).map_err(Error::internal)?;
    let cipher = domain.vault().encrypt(Purpose::SecondFactor, domain.randomness(), &asked.bound_to(), &plain);
    Ok(URL_SAFE_NO_PAD.encode(cipher))
}

/// Opens a question that this installation asked for the same purpose, in the same place, and that can still be answered.
///
/// # Errors
/// `identity.passkey_expired`; `identity.passkey_answered`.
pub(super) async fn open<Q: DeserializeOwned>(tx: &mut Tx, asked: Asked, text: &str) -> Result<Opened<Q>> {
    let cipher = URL_SAFE_NO_PAD.decode(text).map_err(|_| Code::PasskeyExpired)?;
    tx.learn_key_of(Purpose::SecondFactor, &cipher).await?;
    let plain = tx.domain().vault().decrypt(Purpose::SecondFactor, &asked.bound_to(), &cipher);
    let plain = plain.map_err(|_| Code::PasskeyExpired)?;
    let Kept { until, question } = serde_json::from_slice::<Kept<Q>>(&plain).map_err(Error::internal)?;
    let hash = sha256(&[b"passkey question ", &cipher]);
    if until <= tx.now() {
        return Err(Code::PasskeyExpired.into());
    }
    let is_answered = sqlx::query_scalar!(
        "select exists (select from passkey_questions_used where question_hash = $1) as \"answered!\"",
        &hash[..]
    )
    .fetch_one(tx.connection())
    .await?;
    if is_answered { Err(Code::PasskeyAnswered.into()) } else { Ok(Opened { question, hash, until }) }
}

impl<Q> Opened<Q> {
    /// Uses the question up, so that it is not answered again.
    ///
    /// # Errors
    /// `identity.passkey_answered` when another request has done so at the same moment.
    pub(super) async fn use_up(self, tx: &mut Tx) -> Result<()> {
        let done = sqlx::query!(
            "insert into passkey_questions_used (question_hash, expires_at) values ($1, $2) on conflict do nothing",
            &self.hash[..],
            self.until.to_sqlx()
        )
        .execute(tx.connection())
        .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(Code::PasskeyAnswered.into()) }
    }
}

/// Forgets questions that are too old to be answered; returns how many.
pub(in crate::identity::second_factor) async fn sweep(connection: &mut PgConnection, now: Timestamp) -> Result<u64> {
    let done =
        sqlx::query!("delete from passkey_questions_used where expires_at < $1", now.to_sqlx()).execute(connection).await?;
    Ok(done.rows_affected())
}

/// The site to which passkeys are bound: that of the public address.
///
/// # Errors
/// `identity.passkeys_unavailable` when the address has no name.
pub(super) fn site(settings: &Settings) -> Result<Webauthn> {
    let origin = Url::parse(&settings.public_url).map_err(Error::internal)?;
    // The id of a relying party is a domain, and an address of numbers is none (WebAuthn Level 3, section 5.1.3).
    let id = origin.domain().ok_or(Code::PasskeysUnavailable)?.to_owned();
    let site = WebauthnBuilder::new(&id, &origin).and_then(|builder| builder.rp_name("Bedside").build());
    site.map_err(|error| Error::internal(error.to_string()))
}

/// Reads what a browser has answered.
///
/// # Errors
/// `identity.passkey_refused`.
pub(super) fn read<A: DeserializeOwned>(answer: &str) -> Result<A> {
    if answer.len() > MOST_CHARS {
        return Err(Code::PasskeyRefused.into());
    }
    serde_json::from_str(answer).map_err(|error| Error::new(Code::PasskeyRefused).because(error))
}

/// Why an answer was refused.
pub(super) fn refusal(error: WebauthnError) -> Error {
    let code = match error {
        WebauthnError::InvalidRPOrigin | WebauthnError::InvalidRPIDHash | WebauthnError::CredentialCrossOrigin => {
            Code::PasskeyElsewhere
        }
        WebauthnError::UserNotVerified | WebauthnError::UserNotPresent => Code::PasskeyUnverified,
        WebauthnError::CredentialPossibleCompromise => Code::PasskeyCopied,
        _ => Code::PasskeyRefused,
    };
    Error::new(code).because(error.to_string())
}
