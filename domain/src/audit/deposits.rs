//! Seals that were deposited outside of the database. The server deposits them and compares them; here is what it needs to know for it.

use super::seal::{Anchor, anchors_after};
use crate::{Domain, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

/// How many seals one deposit has at most.
pub const MOST_SEALS_DEPOSITED: usize = 10_000;

/// How many deposits are read at once.
const AT_ONCE: i64 = 100;

/// A deposit of consecutive seals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// The number of its first seal.
    pub seal_from: i64,
    /// The number of its last seal.
    pub seal_to: i64,
    /// When it was deposited.
    pub deposited_at: Timestamp,
    /// What the place gave for it, if anything: the token of a time stamp.
    pub receipt: Option<Vec<u8>>,
}

/// The newest deposit at a place, without its receipt.
///
/// # Errors
/// `database.unavailable`.
pub async fn newest_deposit(domain: &Domain, place: &str) -> Result<Option<Deposit>> {
    let row = sqlx::query!(
        "select seal_from, seal_to, deposited_at from audit_deposits where place = $1 order by seal_from desc limit 1",
        place
    )
    .fetch_optional(domain.pool())
    .await?;
    Ok(row.map(|row| Deposit {
        seal_from: row.seal_from,
        seal_to: row.seal_to,
        deposited_at: row.deposited_at.to_jiff(),
        receipt: None,
    }))
}

/// Records a deposit. One that is recorded already stays as it is.
///
/// # Errors
/// `database.unavailable`.
pub async fn record_deposit(domain: &Domain, place: &str, deposit: &Deposit) -> Result<()> {
    sqlx::query!(
        "insert into audit_deposits (place, seal_from, seal_to, deposited_at, receipt) values ($1, $2, $3, $4, $5) on conflict do nothing",
        place,
        deposit.seal_from,
        deposit.seal_to,
        deposit.deposited_at.to_sqlx(),
        deposit.receipt.as_deref()
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// The deposits at a place that begin after this seal, in order, at most a hundred.
///
/// # Errors
/// `database.unavailable`.
pub async fn deposits_after(domain: &Domain, place: &str, seal: i64) -> Result<Vec<Deposit>> {
    let rows = sqlx::query!(
        "select seal_from, seal_to, deposited_at, receipt from audit_deposits where place = $1 and seal_from > $2 order by seal_from limit $3",
        place,
        seal,
        AT_ONCE
    )
    .fetch_all(domain.pool())
    .await?;
    let deposits = rows.into_iter().map(|row| Deposit {
        seal_from: row.seal_from,
        seal_to: row.seal_to,
        deposited_at: row.deposited_at.to_jiff(),
        receipt: row.receipt,
    });
    Ok(deposits.collect())
}

/// The seals of the database from one number to another, both included; fewer if there are not so many.
///
/// # Errors
/// `database.unavailable`.
pub async fn anchors_between(domain: &Domain, seal_from: i64, seal_to: i64) -> Result<Vec<Anchor>> {
    let mut anchors: Vec<Anchor> = Vec::new();
    loop {
        let after = anchors.last().map_or(seal_from - 1, |anchor| anchor.number);
        let page = anchors_after(domain, after).await?;
        let is_last = page.last().is_none_or(|anchor| anchor.number >= seal_to);
        anchors.extend(page.into_iter().take_while(|anchor| anchor.number <= seal_to));
        if is_last {
            return Ok(anchors);
        }
    }
}
