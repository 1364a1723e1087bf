//! The sealer: chains Merkle roots over the rows of finished transactions.

use super::merkle::{self, Hash, Tree};
use crate::{Domain, Result, vault::Purpose};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// The lock that elects one sealer among the copies of the server.
const SEALER_LOCK: i64 = 0x6265_6473_6561_6c31;

/// The most rows of one seal. After a long stop the backlog is sealed in several steps, so that none of them needs much memory or time.
pub const MOST_ROWS_SEALED: i64 = 10_000;

/// How many seals are read at once for copies outside of the database.
const ANCHORS_AT_ONCE: i64 = 1_000;

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

impl Anchor {
    /// Its line, as it is kept outside of the database. Hashes are made over such lines, so their form must stay as it is.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { number, merkle_root, rows, sealed_at } = self;
        format!("{{\"number\":{number},\"merkle_root\":\"{merkle_root}\",\"rows\":{rows},\"sealed_at\":\"{sealed_at}\"}}\n")
    }
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
    fn anchor(&self) -> Anchor {
        Anchor {
            number: self.number,
            merkle_root: hex::encode(&self.merkle_root),
            rows: self.row_count,
            sealed_at: self.sealed_at,
        }
    }

    /// The seal's MAC under the newest key.
    fn mac(&self, domain: &Domain) -> Vec<u8> {
        self.with_parts(|parts| domain.vault().mac(Purpose::Audit, parts))
    }

    /// Whether a MAC, of any key, is that of the seal.
    pub(super) fn fits(&self, domain: &Domain, mac: &[u8]) -> bool {
        self.with_parts(|parts| domain.vault().fits(Purpose::Audit, parts, mac))
    }

    fn with_parts<T>(&self, over: impl FnOnce(&[&[u8]]) -> T) -> T {
        over(&[
            b"seal",
            &self.number.to_be_bytes(),
            &self.era.to_be_bytes(),
            &self.xid_from.to_be_bytes(),
            &self.xid_to.to_be_bytes(),
            &self.row_count.to_be_bytes(),
            &self.merkle_root,
            &self.previous_root,
            &self.sealed_at.as_microsecond().to_be_bytes(),
        ])
    }
}

/// The leaf of one row: its position (transaction and number) and its content.
pub(super) fn row_leaf(xid: i64, number: i64, body: &[u8], mac: &[u8]) -> Hash {
    merkle::leaf(&[&xid.to_be_bytes(), &number.to_be_bytes(), body, mac])
}

/// The end of the chain: the newest seal, or the beginning when there is none.
struct End {
    number: i64,
    era: i16,
    xid: i64,
    root: Vec<u8>,
}

/// Seals the rows of finished transactions: those whose transaction id is below the snapshot's xmin, at most [`MOST_ROWS_SEALED`] (more only if one
/// transaction has written more). `None` when there is nothing to seal or another copy of the server is the sealer now.
///
/// # Errors
/// `database.unavailable`.
pub async fn seal_once(domain: &Domain) -> Result<Option<Anchor>> {
    {
        // Without a transaction: the sealer asks each second, and most of the time there is nothing to do.
        let mut connection = domain.pool().acquire().await?;
        let end = end(&mut connection).await?;
        if first_finished(&mut connection, &end, domain.era()).await?.is_none() {
            return Ok(None);
        }
    }
    let mut tx = domain.pool().begin().await?;
    let elected = sqlx::query!("select pg_try_advisory_xact_lock($1) as \"elected!\"", SEALER_LOCK).fetch_one(&mut *tx).await?;
    if !elected.elected {
        return Ok(None);
    }
    let Some(seal) = next_seal(domain, &mut tx).await? else {
        // A transaction that is only dropped keeps its lock until its connection is used again.
        tx.rollback().await?;
        return Ok(None);
    };
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
        seal.mac(domain)
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(seal.anchor()))
}

/// The seals after this number, in order, at most a thousand: for those who keep a copy outside of the database.
///
/// # Errors
/// `database.unavailable`.
pub async fn anchors_after(domain: &Domain, number: i64) -> Result<Vec<Anchor>> {
    let mut connection = domain.pool().acquire().await?;
    let seals = seals_after(&mut connection, number, ANCHORS_AT_ONCE).await?;
    Ok(seals.into_iter().map(|(seal, _)| seal.anchor()).collect())
}

/// The seals after this number with their HMACs, in order.
pub(super) async fn seals_after(connection: &mut PgConnection, number: i64, limit: i64) -> Result<Vec<(Seal, Vec<u8>)>> {
    let rows = sqlx::query!(
        "select number, era, xid_from::text::int8 as \"xid_from!\", xid_to::text::int8 as \"xid_to!\", row_count, merkle_root,
           previous_root, sealed_at, mac
         from audit_seals where number > $1 order by number limit $2",
        number,
        limit
    )
    .fetch_all(connection)
    .await?;
    let seals = rows.into_iter().map(|row| {
        let seal = Seal {
            number: row.number,
            era: row.era,
            xid_from: row.xid_from,
            xid_to: row.xid_to,
            row_count: row.row_count,
            merkle_root: row.merkle_root,
            previous_root: row.previous_root,
            sealed_at: row.sealed_at.to_jiff(),
        };
        (seal, row.mac)
    });
    Ok(seals.collect())
}

/// The number of the newest seal, 0 when there is none.
pub(super) async fn newest(connection: &mut PgConnection) -> Result<i64> {
    Ok(end(connection).await?.number)
}

async fn end(connection: &mut PgConnection) -> Result<End> {
    let last = sqlx::query!(
        "select number, era, xid_to::text::int8 as \"xid!\", merkle_root from audit_seals order by number desc limit 1"
    )
    .fetch_optional(connection)
    .await?;
    Ok(match last {
        Some(last) => End { number: last.number, era: last.era, xid: last.xid, root: last.merkle_root },
        None => End { number: 0, era: 0, xid: 0, root: merkle::empty().to_vec() },
    })
}

/// The era and transaction of the first row after the end of the chain, if its transaction has finished. In eras before the current one all have.
///
/// The end is a parameter, and the order is that of an index, so that this reads one row: with the end in a subquery, the planner reads the whole log.
async fn first_finished(connection: &mut PgConnection, end: &End, era: i16) -> Result<Option<(i16, i64)>> {
    let row = sqlx::query!(
        "select era, xid::text::int8 as \"xid!\" from audit_events
         where (era, xid) >= ($1, $2::text::xid8) and (era, xid) < ($3, pg_snapshot_xmin(pg_current_snapshot()))
         order by era, xid, number limit 1",
        end.era,
        end.xid.to_string(),
        era
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.era, row.xid)))
}

async fn next_seal(domain: &Domain, connection: &mut PgConnection) -> Result<Option<Seal>> {
    let end = end(&mut *connection).await?;
    let Some((era, first_xid)) = first_finished(connection, &end, domain.era()).await? else { return Ok(None) };
    // Read after the first row, so that this row is below it.
    let bound = sqlx::query!("select pg_snapshot_xmin(pg_current_snapshot())::text::int8 as \"xmin!\"")
        .fetch_one(&mut *connection)
        .await?;
    let xid_from = if era == end.era { end.xid } else { 0 };
    let finished_to = if era < domain.era() { i64::MAX } else { bound.xmin };
    let xid_to = match xid_after(connection, era, xid_from, finished_to, MOST_ROWS_SEALED).await? {
        // A seal covers whole transactions.
        Some(xid) => xid.max(first_xid + 1),
        None => finished_to,
    };
    let (row_count, root) = rows_between(connection, era, xid_from, xid_to).await?;
    Ok(Some(Seal {
        number: end.number + 1,
        era,
        xid_from,
        xid_to,
        row_count,
        merkle_root: root.to_vec(),
        previous_root: end.root,
        sealed_at: domain.now(),
    }))
}

/// The transaction of the first row that is beyond this many rows; `None` when there are not so many.
async fn xid_after(connection: &mut PgConnection, era: i16, xid_from: i64, xid_to: i64, rows: i64) -> Result<Option<i64>> {
    let row = sqlx::query!(
        "select xid::text::int8 as \"xid!\" from audit_events
         where era = $1 and xid >= $2::text::xid8 and xid < $3::text::xid8 order by xid, number offset $4 limit 1",
        era,
        xid_from.to_string(),
        xid_to.to_string(),
        rows
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.xid))
}

/// The number of rows of an era with `xid_from <= xid < xid_to`, and the root over their leaves.
async fn rows_between(connection: &mut PgConnection, era: i16, xid_from: i64, xid_to: i64) -> Result<(i64, Hash)> {
    let rows = sqlx::query!(
        "select xid::text::int8 as \"xid!\", number, body, mac from audit_events
         where era = $1 and xid >= $2::text::xid8 and xid < $3::text::xid8 order by xid, number",
        era,
        xid_from.to_string(),
        xid_to.to_string()
    )
    .fetch_all(connection)
    .await?;
    let mut tree = Tree::default();
    rows.iter().for_each(|row| tree.push(row_leaf(row.xid, row.number, &row.body, &row.mac)));
    Ok((i64::try_from(rows.len()).unwrap_or(i64::MAX), tree.root()))
}

/// Learns the keys with which these MACs were made and which this process does not have. A key may be rotated while a long log is read; what it has signed since
/// must not count as changed.
pub(super) async fn learn_keys_of<'a>(domain: &Domain, mut macs: impl Iterator<Item = &'a Vec<u8>>) -> Result<()> {
    if macs.any(|mac| !domain.vault().knows(Purpose::Audit, mac)) {
        domain.learn_keys().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_form_over_which_time_stamps_were_made() {
        let sealed_at = "2026-11-24T09:00:00.123456Z".parse().unwrap();
        let anchor = Anchor { number: 7, merkle_root: "ab".repeat(32), rows: 3, sealed_at };
        let root = "ab".repeat(32);
        let expected =
            format!("{{\"number\":7,\"merkle_root\":\"{root}\",\"rows\":3,\"sealed_at\":\"2026-11-24T09:00:00.123456Z\"}}\n");
        assert_eq!(anchor.line(), expected);
        assert_eq!(serde_json::from_str::<Anchor>(&anchor.line()).unwrap(), anchor);
        assert_eq!(serde_json::to_string(&anchor).unwrap() + "\n", expected, "the lines of earlier versions were the same");
    }
}
