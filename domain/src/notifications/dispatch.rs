//! The dispatcher: passes events on as live events, signals and mail jobs.

use super::{
    bell, mail,
    notice::{LiveNotice, Notices},
};
use crate::{
    Domain, Error, Result,
    live::{self, LIVE_CHANNEL, TIMES_CHANNEL, payloads},
    outbox::{
        self, Failure,
        store::{Waiting, finished, record_failure},
    },
};
use jiff::Timestamp;
use model::{
    errors::Code,
    ids::{DoctorId, UserId},
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Connection, PgConnection};
use std::collections::{BTreeMap, BTreeSet};

/// The lock that elects one dispatcher among the copies of the server.
const DISPATCHER_LOCK: i64 = 0x6265_6473_6469_7370;

/// How many events are passed on in one transaction, and how many when each has its savepoint: more than 64 savepoints with changes make every snapshot in
/// the database slower, because a session keeps only so many of them at hand.
const BATCH: i64 = 200;
const BATCH_OF_SAVEPOINTS: i64 = 50;

/// What one round of the dispatcher did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// It dealt with a batch of this many events.
    PassedOn(usize),
    /// Events wait, but a transaction that began before theirs still runs, or another copy is the dispatcher.
    NotYet,
    /// No event is to be passed on now.
    Nothing,
}

/// How a batch is passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// All of it or nothing: the usual way, without further statements.
    AsOne,
    /// Each event in a savepoint, so that one that fails does not hold up the others.
    EachAlone,
}

/// What the listeners of all copies are told about a batch.
#[derive(Default)]
struct Told {
    /// The number of the newest live event of each of these users.
    live: BTreeMap<UserId, i64>,
    /// The doctors whose times have changed.
    times: BTreeSet<DoctorId>,
}

/// Passes one batch of events on; `E` is an event of any area. When no event waits, this costs one statement.
///
/// An event that cannot be passed on is tried again later and at last set aside; it never holds up other events.
///
/// # Errors
/// `database.unavailable`; the batch then stays for the next call.
pub(crate) async fn dispatch_once<E: Notices + DeserializeOwned>(domain: &Domain) -> Result<Round> {
    let now = domain.now();
    if !outbox::store::any_waits(domain.pool(), now).await? {
        return Ok(Round::Nothing);
    }
    match pass_on_batch::<E>(domain, now, Care::AsOne).await {
        Err(error) if is_of_an_event(&error) => pass_on_batch::<E>(domain, now, Care::EachAlone).await,
        outcome => outcome,
    }
}

/// Whether an error is due to an event and not to the state of the database.
fn is_of_an_event(error: &Error) -> bool {
    !matches!(error.code(), Code::DatabaseUnavailable | Code::DatabaseRetry)
}

async fn pass_on_batch<E: Notices + DeserializeOwned>(domain: &Domain, now: Timestamp, care: Care) -> Result<Round> {
    let mut tx = domain.pool().begin().await?;
    let outcome = pass_on_in::<E>(domain, &mut tx, now, care).await;
    if let Ok(Round::PassedOn(_)) = outcome {
        tx.commit().await?;
    } else {
        // A transaction that is only dropped keeps the lock of the dispatcher until its connection is used again.
        tx.rollback().await?;
    }
    outcome
}

async fn pass_on_in<E: Notices + DeserializeOwned>(
    domain: &Domain,
    tx: &mut PgConnection,
    now: Timestamp,
    care: Care,
) -> Result<Round> {
    let elected =
        sqlx::query!("select pg_try_advisory_xact_lock($1) as \"elected!\"", DISPATCHER_LOCK).fetch_one(&mut *tx).await?;
    if !elected.elected {
        return Ok(Round::NotYet);
    }
    let limit = if care == Care::AsOne { BATCH } else { BATCH_OF_SAVEPOINTS };
    let batch = finished(tx, domain.era(), now, limit).await?;
    if batch.is_empty() {
        return Ok(Round::NotYet);
    }
    let mut told = Told::default();
    let mut passed_on = Vec::with_capacity(batch.len());
    for event in &batch {
        let outcome = match care {
            Care::AsOne => pass_on::<E>(domain, tx, event, now).await?,
            Care::EachAlone => pass_on_alone::<E>(domain, tx, event, now).await?,
        };
        match outcome {
            Ok(of_event) => {
                told.live.extend(of_event.live);
                told.times.extend(of_event.times);
                passed_on.push(event.id);
            }
            Err(failure) => give_back(domain, tx, event, &failure, now).await?,
        }
    }
    mail::queue_mails_of(domain, tx, &passed_on).await?;
    notify(tx, LIVE_CHANNEL, told.live).await?;
    notify(tx, TIMES_CHANNEL, told.times).await?;
    outbox::store::delete(tx, &passed_on).await?;
    Ok(Round::PassedOn(batch.len()))
}

/// Passes one event on. The outer error is one after which the transaction cannot go on.
async fn pass_on<E: Notices + DeserializeOwned>(
    domain: &Domain,
    connection: &mut PgConnection,
    waiting: &Waiting,
    now: Timestamp,
) -> Result<Result<Told, Failure>> {
    let Ok(event) = E::deserialize(&waiting.body) else { return Ok(Err(Failure::Unknown)) };
    if !waiting.mails_written {
        mail::write(domain, connection, waiting.id, &event, waiting.at).await?;
    }
    let mut told = Told::default();
    for notice in event.live(connection, now).await? {
        match notice {
            LiveNotice::Live { user, kind, resource } => {
                let number = live::store::append(connection, user, kind, resource, now).await?;
                told.live.insert(user, number);
            }
            LiveNotice::Times { doctor } => {
                told.times.insert(doctor);
            }
            LiveNotice::Bell(notice) => bell::write(domain, connection, waiting.id, notice, waiting.at).await?,
        }
    }
    Ok(Ok(told))
}

/// Passes one event on in a savepoint, to which the transaction returns when that fails.
async fn pass_on_alone<E: Notices + DeserializeOwned>(
    domain: &Domain,
    connection: &mut PgConnection,
    waiting: &Waiting,
    now: Timestamp,
) -> Result<Result<Told, Failure>> {
    let mut savepoint = connection.begin().await?;
    match pass_on::<E>(domain, &mut savepoint, waiting, now).await {
        Ok(outcome) => {
            savepoint.commit().await?;
            Ok(outcome)
        }
        Err(error) if is_of_an_event(&error) => {
            savepoint.rollback().await?;
            Ok(Err(Failure::Failed(error)))
        }
        Err(error) => Err(error),
    }
}

/// Leaves an event for a later try, or sets it aside. The mails of an event that is set aside were written with it, so they are sent.
async fn give_back(
    domain: &Domain,
    connection: &mut PgConnection,
    event: &Waiting,
    failure: &Failure,
    now: Timestamp,
) -> Result<()> {
    if record_failure(connection, event, failure, now).await? {
        tracing::error!(event.id = %event.id, cause = failure.cause(), "an event cannot be passed on and was set aside");
        mail::queue_mails_of(domain, connection, &[event.id]).await?;
    } else {
        tracing::warn!(event.id = %event.id, cause = failure.cause(), "an event could not be passed on and will be tried again");
    }
    Ok(())
}

/// Names all of them, in as many NOTIFYs as it takes.
async fn notify(connection: &mut PgConnection, channel: &str, names: impl IntoIterator<Item: Serialize>) -> Result<()> {
    let texts = names.into_iter().map(|name| serde_json::to_string(&name)).collect::<Result<Vec<_>, _>>();
    let lists = payloads::lists("", texts.map_err(Error::internal)?.into_iter());
    payloads::notify(connection, channel, &lists).await
}
