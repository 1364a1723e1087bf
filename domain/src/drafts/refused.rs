//! The values of a form that was refused, kept for the page that shows the form again.
//!
//! The draft's id is random and part of the page's address. The key is derived from it, and only its hash is stored, so the table alone decrypts
//! nothing.

use crate::{
    Domain, Error, Result,
    db::{ROWS_SWEPT, in_chunks},
    randomness::secret_text,
    vault::{Key, sha256},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;

const LIFE: SignedDuration = SignedDuration::from_mins(30);

/// Saves a draft for half an hour and returns its id. The draft is bound to `form`: it cannot be opened for another form.
///
/// # Errors
/// `database.unavailable`.
pub async fn save(domain: &Domain, form: &str, content: &str) -> Result<String> {
    let id = secret_text(domain.randomness());
    let cipher = key(&id).encrypt(domain.randomness(), form.as_bytes(), content.as_bytes());
    sqlx::query!(
        "insert into form_drafts (token_hash, cipher, expires_at) values ($1, $2, $3)",
        &row_of(&id)[..],
        cipher,
        (domain.now() + LIFE).to_sqlx()
    )
    .execute(domain.pool())
    .await?;
    Ok(id)
}

/// The draft, if it exists, has not expired, and belongs to this form.
///
/// # Errors
/// `database.unavailable`.
pub async fn load(domain: &Domain, form: &str, id: &str) -> Result<Option<String>> {
    let row = sqlx::query!(
        "select cipher from form_drafts where token_hash = $1 and expires_at > $2",
        &row_of(id)[..],
        domain.now().to_sqlx()
    )
    .fetch_optional(domain.pool())
    .await?;
    Ok(row
        .and_then(|row| key(id).decrypt(form.as_bytes(), &row.cipher).ok())
        .and_then(|plain| String::from_utf8(plain.to_vec()).ok()))
}

/// The same, for what is shown only once: the draft is deleted.
///
/// # Errors
/// `database.unavailable`.
pub async fn take(domain: &Domain, form: &str, id: &str) -> Result<Option<String>> {
    let content = load(domain, form, id).await?;
    if content.is_some() {
        sqlx::query!("delete from form_drafts where token_hash = $1", &row_of(id)[..]).execute(domain.pool()).await?;
    }
    Ok(content)
}

/// Whether there is a draft with this id, for any form: a page with several forms shows it in only one of them.
///
/// # Errors
/// `database.unavailable`.
pub async fn exists(domain: &Domain, id: &str) -> Result<bool> {
    let row = sqlx::query!(
        "select exists (select from form_drafts where token_hash = $1 and expires_at > $2) as \"exists!\"",
        &row_of(id)[..],
        domain.now().to_sqlx()
    )
    .fetch_one(domain.pool())
    .await?;
    Ok(row.exists)
}

/// Deletes expired drafts; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep(domain: &Domain) -> Result<u64> {
    let now = domain.now().to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from form_drafts where ctid = any(array(select ctid from form_drafts where expires_at < $1 limit $2))",
            now,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}

fn key(id: &str) -> Key {
    Key::new(sha256(&[b"draft key", id.as_bytes()]))
}

fn row_of(id: &str) -> [u8; 32] {
    sha256(&[b"draft row", id.as_bytes()])
}
