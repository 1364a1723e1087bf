//! The sealer: chains Merkle roots over the rows of finished transactions.

use super::merkle::{self, Hash};
use crate::{Domain, Result, vault::Purpose};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// The lock that elects one sealer among the copies of the server.
const SEALER_LOCK: i64 = 0x6265_6473_6561_6c31;

/// A seal as it is exported from the database, one JSON line each. With it, someone who can rewrite the database still cannot rewrite the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The seal's number, from 1, without gaps.
    pub number: i64,
    /// Hexadecimal Merkle root over the rows of the seal.
    pub merkle_root: String,
    /// How many rows the seal covers.
    pub rows: i64,
    /// When the seal was made.
    pub sealed_at: Timestamp,
}

/// One seal: the values that its HMAC covers.
#[derive(Debug, Clone)]
pub(super) struct Seal {
    pub(super) number: i64,
    pub(super) era: i16,
    pub(super) xid_from: i64,
    pub(super) xid_to: i64,
    pub(super) row_count: i64,
    pub(super) merkle_root: Vec<u8>,
    pub(super) previous_root: Vec<u8>,
    pub(super) sealed_at: Timestamp,
}

impl Seal {
    pub(super) fn mac(&self, domain: &Domain) -> Hash {
        domain.vault().mac(
            Purpose::Audit,
            &[
                b"seal",
                &self.number.to_be_bytes(),
                &self.era.to_be_bytes(),
                &self.xid_from.to_be_bytes(),
                &self.xid_to.to_be_bytes(),
                &self.row_count.to_be_bytes(),
                &self.merkle_root,
                &self.previous_root,
                &self.sealed_at.as_microsecond().to_be_bytes(),
            ],
        )
    }
}

/// The leaf of one row: its position (transaction and number) and its content.
pub(super) fn row_leaf(xid: i64, number: i64, body: &[u8], mac: &[u8]) -> Hash {
    merkle::leaf(&[&xid.to_be_bytes(), &number.to_be_bytes(), body, mac])
}

/// Seals the rows of finished transactions: those whose transaction id is below the snapshot's xmin. `None` when there is nothing to seal or another
/// copy of the server is the sealer now.
///
/// # Errors
/// `database.unavailable`.
pub async fn seal_once(domain: &Domain) -> Result<Option<Anchor>> {
    if !any_unsealed(domain).await? {
        return Ok(None);
    }
    let mut tx = domain.pool().begin().await?;
    let elected = sqlx::query!("select pg_try_advisory_xact_lock($1) as \"elected!\"", SEALER_LOCK).fetch_one(&mut *tx).await?;
    if !elected.elected {
        return Ok(None);
    }
    let Some(seal) = next_seal(domain, &mut tx).await? else { return Ok(None) };
    sqlx::query!(
        "insert into audit_seals (number, era, xid_from, xid_to, row_count, merkle_root, previous_root, sealed_at, mac)
         values ($1, $2, $3::text::xid8, $4::text::xid8, $5, $6, $7, $8, $9)",
        seal.number,
        seal.era,
        seal.xid_from.to_string(),
        seal.xid_to.to_string(),
        seal.row_count,
        &seal.merkle_root,
        &seal.previous_root,
        seal.sealed_at.to_sqlx(),
        &seal.mac(domain)[..]
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(Anchor { number: seal.number, merkle_root: hex(&seal.merkle_root), rows: seal.row_count, sealed_at: seal.sealed_at }))
}

/// Whether finished rows are not sealed yet. One statement: the sealer asks each second, and most of the time there is nothing to do.
async fn any_unsealed(domain: &Domain) -> Result<bool> {
    let row = sqlx::query!(
        "select exists (
           select from audit_events
           where (era, xid) >= (coalesce((select s.era from audit_seals s order by s.number desc limit 1), 0::smallint),
               coalesce((select s.xid_to from audit_seals s order by s.number desc limit 1), '0'::xid8))
             and (era, xid) < ($1::smallint, pg_snapshot_xmin(pg_current_snapshot()))
         ) as \"any!\"",
        domain.era()
    )
    .fetch_one(domain.pool())
    .await?;
    Ok(row.any)
}

async fn next_seal(domain: &Domain, connection: &mut PgConnection) -> Result<Option<Seal>> {
    let last = sqlx::query!(
        "select number, era, xid_to::text::int8 as \"xid_to!\", merkle_root from audit_seals order by number desc limit 1"
    )
    .fetch_optional(&mut *connection)
    .await?;
    let (number, last_era, last_xid, previous_root) = match last {
        Some(last) => (last.number + 1, last.era, last.xid_to, last.merkle_root),
        None => (1, 0, 0, merkle::root(&[]).to_vec()),
    };
    let bound = sqlx::query!("select pg_snapshot_xmin(pg_current_snapshot())::text::int8 as \"xmin!\"")
        .fetch_one(&mut *connection)
        .await?;

    // The oldest era that has unsealed rows. In eras before the current one, all rows are finished.
    let Some(era) = sqlx::query!(
        "select era from audit_events
         where (era, xid) >= ($1, $2::text::xid8) and (era, xid) < ($3, $4::text::xid8)
         order by era, xid, number limit 1",
        last_era,
        last_xid.to_string(),
        domain.era(),
        bound.xmin.to_string()
    )
    .fetch_optional(&mut *connection)
    .await?
    .map(|row| row.era) else {
        return Ok(None);
    };
    let xid_from = if era == last_era { last_xid } else { 0 };
    let xid_to = if era < domain.era() { i64::MAX } else { bound.xmin };
    let leaves = leaves(connection, era, xid_from, xid_to).await?;
    Ok(Some(Seal {
        number,
        era,
        xid_from,
        xid_to,
        row_count: i64::try_from(leaves.len()).unwrap_or(i64::MAX),
        merkle_root: merkle::root(&leaves).to_vec(),
        previous_root,
        sealed_at: domain.now(),
    }))
}

/// The leaves of the rows of an era with `xid_from <= xid < xid_to`, in order.
pub(super) async fn leaves(connection: &mut PgConnection, era: i16, xid_from: i64, xid_to: i64) -> Result<Vec<Hash>> {
    let rows = sqlx::query!(
        "select xid::text::int8 as \"xid!\", number, body, mac from audit_events
         where era = $1 and xid >= $2::text::xid8 and xid < $3::text::xid8 order by xid, number",
        era,
        xid_from.to_string(),
        xid_to.to_string()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.iter().map(|row| row_leaf(row.xid, row.number, &row.body, &row.mac)).collect())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string works");
        text
    })
}
