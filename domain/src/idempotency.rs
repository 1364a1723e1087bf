//! Idempotency keys: a request that is sent twice is carried out once.
//!
//! The key is inserted in the transaction of the change. A second caller with the same key waits at that insert, and then finds the first caller's
//! result. Only successes are kept: the id of what was created and an HMAC of the request, never a body.

use crate::{
    Domain, Error, Result,
    db::{ROWS_SWEPT, Tx, in_chunks},
    vault::Purpose,
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::errors::{Code, FieldFault};
use serde::Serialize;
use uuid::Uuid;

const KEPT: SignedDuration = SignedDuration::from_hours(24);
const LONGEST: usize = 100;

/// What is known about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claimed {
    /// The key is new: carry out the request and call [`finish`].
    New,
    /// The key was used for the same request, which created this resource.
    Done(Uuid),
}

/// Claims the caller's key for a request. Without a key, every request is new.
///
/// # Errors
/// `request.idempotency_mismatch` when the key was used for a different request; `request.fields_invalid` when it is too long.
pub(crate) async fn claim(tx: &mut Tx, use_case: &'static str, key: Option<&str>, request: &impl Serialize) -> Result<Claimed> {
    let Some(key) = key.filter(|key| !key.is_empty()) else { return Ok(Claimed::New) };
    if key.len() > LONGEST {
        return Err(crate::Error::field("idempotency_key", FieldFault::too_long(LONGEST)));
    }
    let user = tx.access().acting()?.user;
    let body = serde_json::to_vec(request).map_err(crate::Error::internal)?;
    let mac = tx.domain().vault().mac(Purpose::Idempotency, &[use_case.as_bytes(), &body]);
    let now = tx.now();
    let inserted = sqlx::query!(
        "insert into idempotency_keys (user_id, key, use_case, request_mac, created_at) values ($1, $2, $3, $4, $5)
         on conflict (user_id, key) do nothing",
        user.uuid(),
        key,
        use_case,
        mac,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if inserted.rows_affected() == 1 {
        return Ok(Claimed::New);
    }
    let row =
        sqlx::query!("select request_mac, resource_id from idempotency_keys where user_id = $1 and key = $2", user.uuid(), key)
            .fetch_one(tx.connection())
            .await?;
    tx.learn_key_of(Purpose::Idempotency, &row.request_mac).await?;
    match row.resource_id {
        Some(resource) if tx.domain().vault().fits(Purpose::Idempotency, &[use_case.as_bytes(), &body], &row.request_mac) => {
            Ok(Claimed::Done(resource))
        }
        Some(_) | None => Err(Code::IdempotencyMismatch.into()),
    }
}

/// Records what the request created.
pub(crate) async fn finish(tx: &mut Tx, key: Option<&str>, resource: Uuid) -> Result<()> {
    let Some(key) = key.filter(|key| !key.is_empty()) else { return Ok(()) };
    let user = tx.access().acting()?.user;
    sqlx::query!("update idempotency_keys set resource_id = $3 where user_id = $1 and key = $2", user.uuid(), key, resource)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Deletes keys older than a day; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep(domain: &Domain) -> Result<u64> {
    let before = (domain.now() - KEPT).to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from idempotency_keys where ctid = any(array(select ctid from idempotency_keys where created_at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}
