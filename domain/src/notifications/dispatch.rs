//! The dispatcher: passes events on as live events, signals and mail jobs.

use super::{
    mail,
    notice::{LiveNotice, Notices},
};
use crate::{
    Domain, Error, Result,
    live::{self, LIVE_CHANNEL, TIMES_CHANNEL},
    outbox,
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// The lock that elects one dispatcher among the copies of the server.
const DISPATCHER_LOCK: i64 = 0x6265_6473_6469_7370;

/// Postgres accepts less than 8000 bytes in a NOTIFY.
const PAYLOAD_BYTES: usize = 7_900;

const BATCH: i64 = 200;

/// What one round of the dispatcher did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// It passed on a batch of this many events.
    PassedOn(usize),
    /// Events wait, but a transaction that began before theirs still runs, or another copy is the dispatcher.
    NotYet,
    /// No event waits.
    Nothing,
}

/// Passes one batch of events on; `E` is an event of any area. When no event waits, this costs one statement.
///
/// # Errors
/// `database.unavailable`; the batch then stays for the next call.
pub(crate) async fn dispatch_once<E: Notices + DeserializeOwned>(domain: &Domain) -> Result<Round> {
    if !outbox::store::any_waits(domain.pool()).await? {
        return Ok(Round::Nothing);
    }
    let mut tx = domain.pool().begin().await?;
    let elected =
        sqlx::query!("select pg_try_advisory_xact_lock($1) as \"elected!\"", DISPATCHER_LOCK).fetch_one(&mut *tx).await?;
    if !elected.elected {
        return Ok(Round::NotYet);
    }
    let batch = outbox::store::finished(&mut tx, domain.era(), BATCH).await?;
    if batch.is_empty() {
        return Ok(Round::NotYet);
    }
    let now = domain.now();
    let ids: Vec<_> = batch.iter().map(|waiting| waiting.id).collect();
    let (mut told, mut changed) = (Vec::new(), BTreeSet::new());
    for waiting in batch {
        let event: E = serde_json::from_value(waiting.body).map_err(Error::internal)?;
        if !waiting.mails_written {
            mail::write(domain, &mut tx, waiting.id, &event, waiting.at).await?;
        }
        for notice in event.live(&mut tx).await? {
            match notice {
                LiveNotice::Live { user, kind, resource } => {
                    let number = live::store::append(&mut tx, user, kind, resource, now).await?;
                    told.push((user, number));
                }
                LiveNotice::Times { doctor } => {
                    changed.insert(doctor);
                }
            }
        }
    }
    mail::queue_mails_of(domain, &mut tx, &ids).await?;
    if !told.is_empty() {
        notify(&mut tx, LIVE_CHANNEL, &told).await?;
    }
    if !changed.is_empty() {
        notify(&mut tx, TIMES_CHANNEL, &changed).await?;
    }
    outbox::store::delete(&mut tx, &ids).await?;
    tx.commit().await?;
    Ok(Round::PassedOn(ids.len()))
}

async fn notify(connection: &mut PgConnection, channel: &str, names: &impl Serialize) -> Result<()> {
    let payload = serde_json::to_string(names).map_err(Error::internal)?;
    let payload = if payload.len() > PAYLOAD_BYTES { String::new() } else { payload };
    sqlx::query!("select pg_notify($1, $2)", channel, payload).execute(connection).await?;
    Ok(())
}

/// How many events wait; for health.
///
/// # Errors
/// `database.unavailable`.
pub async fn outbox_waiting(domain: &Domain) -> Result<i64> {
    let mut connection = domain.pool().acquire().await?;
    outbox::store::waiting(&mut connection).await
}
