//! Writing objects: the row first, then the object.

use super::{
    Files,
    cipher::{Place, SALT_BYTES, seal},
    store::{self, ObjectRow},
};
use crate::{
    Domain, Result,
    vault::{Key, sha256},
};

/// Encrypts the content of an object and writes it. It is not in use before `store::take`; if that never comes, the sweep deletes it.
pub(super) async fn write(domain: &Domain, files: &Files, key: &Key, place: Place, content: &[u8]) -> Result<ObjectRow> {
    let mut salt = [0; SALT_BYTES];
    domain.randomness().fill(&mut salt);
    let object = ObjectRow {
        id: domain.new_id(),
        number: place.number,
        bytes: u64::try_from(content.len()).unwrap_or(u64::MAX),
        sha256: sha256(&[content]).to_vec(),
        salt,
    };
    store::announce(&mut *domain.pool().acquire().await?, place, &object, domain.now()).await?;
    files.storage().put(object.id, seal(key, place, salt, content)).await?;
    Ok(object)
}
