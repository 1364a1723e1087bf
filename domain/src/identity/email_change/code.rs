//! The code that is sent to a new address: six digits, made from the id of the change with a key that the database does not have.

use super::store;
use crate::{
    Domain, Result,
    db::keys,
    vault::{Purpose, equal_in_constant_time},
};
use model::{
    errors::FieldFault,
    text::{is_dash, machine_form},
};
use sqlx::PgConnection;
use uuid::Uuid;

const DIGITS: usize = 6;

/// What the digest is about, beside the id.
const ABOUT: &[u8] = b"code of an email change";

/// The code of a change that waits, for its mail; `None` when it is over.
pub(in crate::identity) async fn for_mail(
    domain: &Domain,
    connection: &mut PgConnection,
    change: Uuid,
) -> Result<Option<String>> {
    let waits = store::waits(connection, change, domain.now()).await?;
    Ok(waits.then(|| written(&domain.vault().digest(Purpose::Links, &[ABOUT, change.as_bytes()]))))
}

/// Whether this is the code of a change. The key may have been replaced since the mail was sent, and by another process.
pub(super) async fn is_right(domain: &Domain, connection: &mut PgConnection, change: Uuid, typed: &str) -> Result<bool> {
    let matches = || {
        let digests = domain.vault().digests(Purpose::Links, &[ABOUT, change.as_bytes()]);
        digests.iter().any(|digest| equal_in_constant_time(written(digest).as_bytes(), typed.as_bytes()))
    };
    if matches() {
        return Ok(true);
    }
    keys::learn(connection, domain.vault()).await?;
    Ok(matches())
}

/// A code as it was typed, without spaces and hyphens.
pub(super) fn parse(text: &str) -> std::result::Result<String, FieldFault> {
    let plain: String = machine_form(text).chars().filter(|letter| !letter.is_whitespace() && !is_dash(*letter)).collect();
    if plain.is_empty() {
        return Err(FieldFault::Missing);
    }
    let is_code = plain.len() == DIGITS && plain.bytes().all(|byte| byte.is_ascii_digit());
    if is_code { Ok(plain) } else { Err(FieldFault::Malformed) }
}

/// Six digits of a digest.
fn written(digest: &[u8; 32]) -> String {
    let first = *digest.first_chunk::<8>().expect("a digest has 32 bytes");
    format!("{:06}", u64::from_be_bytes(first) % 1_000_000)
}
