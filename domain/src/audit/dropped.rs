//! Months of the log that were dropped. The rows go, their seals stay, and a signed record says which rows went and under which root they were sealed.
//!
//! The record's root is made of the leaves of all rows of the month, in the order of the seals. Whoever keeps an archive of the month can compute it again.

use super::{
    Audit, AuditAction,
    merkle::{Hash, Tree},
    seal::{Seal, learn_keys_of, newest, row_leaf, seals_after},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    vault::Purpose,
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::ids::EventId;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::collections::BTreeSet;

/// How many rows are read at once.
const AT_ONCE: i64 = 5_000;

/// A month whose rows were dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedMonth {
    /// Its first day.
    pub month: Date,
    /// How many rows it had.
    pub rows: i64,
    /// Hexadecimal Merkle root over the leaves of these rows.
    pub merkle_root: String,
    /// The first seal with rows of the month.
    pub seal_from: i64,
    /// The last seal with rows of the month.
    pub seal_to: i64,
    /// When it was dropped.
    pub dropped_at: Timestamp,
}

/// Why a month is not dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotDropped {
    /// The month is not over.
    #[error("the month is not over")]
    NotOver,
    /// There is no partition of the month, or some of its rows are in the DEFAULT partition.
    #[error("the log has no partition with all rows of the month; was it dropped already?")]
    NoPartition,
    /// Some rows have no seal yet.
    #[error("some rows of the month are not sealed yet; a running server seals them")]
    NotSealed,
    /// A row or a seal does not match.
    #[error("the rows of the month do not match their seals; see `bedside audit verify`")]
    NotWhole,
}

/// A record with what its HMAC covers.
pub(super) struct Record {
    pub(super) dropped: DroppedMonth,
    merkle_root: Vec<u8>,
    mac: Vec<u8>,
}

impl Record {
    /// Whether the record is as it was written.
    pub(super) fn is_intact(&self, domain: &Domain) -> bool {
        with_parts(&self.dropped, &self.merkle_root, |parts| domain.vault().fits(Purpose::Audit, parts, &self.mac))
    }

    /// Whether rows of this seal were dropped.
    pub(super) fn touches(&self, seal: i64) -> bool {
        (self.dropped.seal_from..=self.dropped.seal_to).contains(&seal)
    }
}

/// A leaf of a dropped row whose seal also covers rows of another month.
pub(super) struct KeptLeaf {
    pub(super) xid: i64,
    pub(super) number: i64,
    pub(super) leaf: Hash,
}

/// All records, the oldest month first.
pub(super) async fn records(domain: &Domain, connection: &mut PgConnection) -> Result<Vec<Record>> {
    let rows = sqlx::query!(
        "select month, seal_from, seal_to, row_count, merkle_root, dropped_at, mac from audit_dropped order by month"
    )
    .fetch_all(connection)
    .await?;
    learn_keys_of(domain, rows.iter().map(|row| &row.mac)).await?;
    let records = rows.into_iter().map(|row| Record {
        dropped: DroppedMonth {
            month: row.month.to_jiff(),
            rows: row.row_count,
            merkle_root: hex::encode(&row.merkle_root),
            seal_from: row.seal_from,
            seal_to: row.seal_to,
            dropped_at: row.dropped_at.to_jiff(),
        },
        merkle_root: row.merkle_root,
        mac: row.mac,
    });
    Ok(records.collect())
}

/// The seals of which leaves were kept; there are some for each end of a month.
pub(super) async fn seals_with_kept_leaves(connection: &mut PgConnection) -> Result<BTreeSet<i64>> {
    let seals = sqlx::query_scalar!("select distinct seal from audit_dropped_leaves").fetch_all(connection).await?;
    Ok(seals.into_iter().collect())
}

/// The leaves that were kept of a seal, in order.
pub(super) async fn kept_leaves(connection: &mut PgConnection, seal: i64) -> Result<Vec<KeptLeaf>> {
    let rows = sqlx::query!(
        "select xid::text::int8 as \"xid!\", number, leaf from audit_dropped_leaves where seal = $1 order by xid, number",
        seal
    )
    .fetch_all(connection)
    .await?;
    let leaf = |bytes: Vec<u8>| Hash::try_from(bytes).map_err(|_| Error::internal("a leaf that is no hash"));
    rows.into_iter().map(|row| Ok(KeptLeaf { xid: row.xid, number: row.number, leaf: leaf(row.leaf)? })).collect()
}

/// The parts that the MAC of a record is made over.
fn with_parts<T>(dropped: &DroppedMonth, merkle_root: &[u8], over: impl FnOnce(&[&[u8]]) -> T) -> T {
    over(&[
        b"dropped",
        dropped.month.to_string().as_bytes(),
        &dropped.seal_from.to_be_bytes(),
        &dropped.seal_to.to_be_bytes(),
        &dropped.rows.to_be_bytes(),
        merkle_root,
        &dropped.dropped_at.as_microsecond().to_be_bytes(),
    ])
}

/// Drops the rows of a sealed month, given by any of its days, and records what was dropped. Needs the role that owns the schema. While it runs, nothing
/// can be written into the month; the rest of the log is not held up until the end, for a moment.
///
/// # Errors
/// `internal` with [`NotDropped`] as its cause; `database.unavailable`.
pub async fn drop_month(domain: &Domain, access: &Access, owner: &PgConnectOptions, day: Date) -> Result<DroppedMonth> {
    let month = day.first_of_month();
    let until = month.checked_add(1.month()).map_err(Error::internal)?;
    if domain.now() < midnight(until)? {
        return Err(Error::internal(NotDropped::NotOver));
    }
    let mut connection = PgConnection::connect_with(owner).await?;
    let mut tx = connection.begin().await?;
    let locked =
        sqlx::query_scalar!("select lock_audit_partition($1) as \"locked!\"", month.to_sqlx()).fetch_one(&mut *tx).await?;
    if !locked {
        return Err(Error::internal(NotDropped::NoPartition));
    }
    let mut dropping = Dropping { seal: None, leaves: Vec::new(), rows: 0, tree: Tree::default(), seal_from: None, seal_to: 0 };
    let mut after = (0, 0, 0);
    loop {
        let page = page(&mut tx, month, until, after).await?;
        let Some(last) = page.last() else { break };
        after = (last.era, last.xid, last.number);
        learn_keys_of(domain, page.iter().map(|row| &row.mac)).await?;
        for row in page {
            dropping.take(domain, &mut tx, &row).await?;
        }
    }
    dropping.end_seal(&mut tx).await?;
    let seal_from = dropping.seal_from.ok_or_else(|| Error::internal(NotDropped::NoPartition))?;
    let merkle_root = dropping.tree.root();
    let dropped = DroppedMonth {
        month,
        rows: dropping.rows,
        merkle_root: hex::encode(merkle_root),
        seal_from,
        seal_to: dropping.seal_to,
        dropped_at: domain.now(),
    };
    sqlx::query!(
        "insert into audit_dropped (month, seal_from, seal_to, row_count, merkle_root, dropped_at, mac) values ($1, $2, $3, $4, $5, $6, $7)",
        month.to_sqlx(),
        dropped.seal_from,
        dropped.seal_to,
        dropped.rows,
        &merkle_root[..],
        dropped.dropped_at.to_sqlx(),
        with_parts(&dropped, &merkle_root, |parts| domain.vault().mac(Purpose::Audit, parts))
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("select drop_audit_partition($1)", month.to_sqlx()).execute(&mut *tx).await?;
    tx.commit().await?;
    connection.close().await?;
    let entry = Audit::of(AuditAction::AuditMonthDropped)
        .on(ResourceKind::System, domain.new_id::<EventId>())
        .with("month", midnight(month)?)
        .with("rows", dropped.rows);
    domain.begin("audit.drop_month", access).await?.commit(entry).await?;
    Ok(dropped)
}

fn midnight(day: Date) -> Result<Timestamp> {
    Ok(day.to_zoned(TimeZone::UTC).map_err(Error::internal)?.timestamp())
}

/// A row that is dropped.
struct DroppedRow {
    era: i16,
    xid: i64,
    number: i64,
    body: Vec<u8>,
    mac: Vec<u8>,
}

async fn page(connection: &mut PgConnection, month: Date, until: Date, after: (i16, i64, i64)) -> Result<Vec<DroppedRow>> {
    let (era, xid, number) = after;
    let rows = sqlx::query_as!(
        DroppedRow,
        "select era, xid::text::int8 as \"xid!\", number, body, mac from audit_events
         where at >= $1 and at < $2 and (era, xid, number) > ($3, $4::text::xid8, $5) order by era, xid, number limit $6",
        midnight(month)?.to_sqlx(),
        midnight(until)?.to_sqlx(),
        era,
        xid.to_string(),
        number,
        AT_ONCE
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// The month's rows so far, and the leaves of the newest seal with some of them.
struct Dropping {
    seal: Option<Seal>,
    leaves: Vec<KeptLeaf>,
    rows: i64,
    tree: Tree,
    seal_from: Option<i64>,
    seal_to: i64,
}

impl Dropping {
    /// Takes the next row, in the order of the seals.
    async fn take(&mut self, domain: &Domain, connection: &mut PgConnection, row: &DroppedRow) -> Result<()> {
        if !domain.vault().fits(Purpose::Audit, &[&row.body], &row.mac) {
            return Err(Error::internal(NotDropped::NotWhole));
        }
        if !self.seal.as_ref().is_some_and(|seal| covers(seal, row)) {
            self.end_seal(connection).await?;
            let seal = seal_of(connection, row).await?;
            self.seal_from.get_or_insert(seal.number);
            self.seal_to = seal.number;
            self.seal = Some(seal);
        }
        let leaf = row_leaf(row.xid, row.number, &row.body, &row.mac);
        self.tree.push(leaf);
        self.rows += 1;
        self.leaves.push(KeptLeaf { xid: row.xid, number: row.number, leaf });
        Ok(())
    }

    /// Compares the rows with their seal if it has no others, and else keeps their leaves.
    async fn end_seal(&mut self, connection: &mut PgConnection) -> Result<()> {
        let leaves = std::mem::take(&mut self.leaves);
        let Some(seal) = self.seal.take() else { return Ok(()) };
        if i64::try_from(leaves.len()).is_ok_and(|rows| rows == seal.row_count) {
            let mut tree = Tree::default();
            leaves.iter().for_each(|kept| tree.push(kept.leaf));
            return if seal.merkle_root == tree.root() { Ok(()) } else { Err(Error::internal(NotDropped::NotWhole)) };
        }
        for kept in leaves {
            sqlx::query!(
                "insert into audit_dropped_leaves (seal, era, xid, number, leaf) values ($1, $2, $3::text::xid8, $4, $5)",
                seal.number,
                seal.era,
                kept.xid.to_string(),
                kept.number,
                &kept.leaf[..]
            )
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }
}

fn covers(seal: &Seal, row: &DroppedRow) -> bool {
    seal.era == row.era && (seal.xid_from..seal.xid_to).contains(&row.xid)
}

/// The seal of a row. There is no index for this, because it is asked once for each seal of a month that is dropped: the numbers of seals have no gaps and
/// grow with the position, so it is found by halving.
async fn seal_of(connection: &mut PgConnection, row: &DroppedRow) -> Result<Seal> {
    let (mut low, mut high) = (0, newest(&mut *connection).await?);
    while low < high {
        let middle = low.midpoint(high);
        let Some((seal, _)) = seals_after(connection, middle, 1).await?.pop() else { break };
        if covers(&seal, row) {
            return Ok(seal);
        }
        if (seal.era, seal.xid_to) <= (row.era, row.xid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Err(Error::internal(NotDropped::NotSealed))
}

/// Compares the rows of seals with them, rows that were dropped included.
pub(super) struct SealCheck {
    kept: std::iter::Peekable<std::vec::IntoIter<KeptLeaf>>,
    tree: Tree,
    present: i64,
    dropped: i64,
}

/// How the rows of a seal match it.
pub(super) enum Match {
    /// The rows that are present, and those that were dropped, if any, are the ones that were sealed.
    Whole {
        /// How many rows are present.
        present: i64,
        /// How many were dropped.
        dropped: i64,
    },
    /// They are not. This many rows are present, or their leaves.
    Different(i64),
}

impl SealCheck {
    /// Begins with the leaves that were kept of the seal's dropped rows.
    pub(super) fn begin(kept: Vec<KeptLeaf>) -> Self {
        let dropped = i64::try_from(kept.len()).unwrap_or(i64::MAX);
        Self { kept: kept.into_iter().peekable(), tree: Tree::default(), present: 0, dropped }
    }

    /// Takes the next row of the seal that is present.
    pub(super) fn take(&mut self, xid: i64, number: i64, leaf: Hash) {
        while let Some(kept) = self.kept.next_if(|kept| (kept.xid, kept.number) < (xid, number)) {
            self.tree.push(kept.leaf);
        }
        self.tree.push(leaf);
        self.present += 1;
    }

    /// Compares with the seal. `may_be_gone`: a record says that rows of this seal were dropped.
    pub(super) fn end(mut self, seal: &Seal, may_be_gone: bool) -> Match {
        for kept in self.kept.by_ref() {
            self.tree.push(kept.leaf);
        }
        let there = self.present + self.dropped;
        if there == 0 && seal.row_count > 0 && may_be_gone {
            Match::Whole { present: 0, dropped: seal.row_count }
        } else if seal.merkle_root == self.tree.root() {
            Match::Whole { present: self.present, dropped: self.dropped }
        } else {
            Match::Different(there)
        }
    }
}
