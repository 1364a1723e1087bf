//! Seals by the day: one row over all seals of a day, chained like the seals. A day has up to 86,400 seals and one row here, so the whole chain of days is
//! small enough to be compared, printed or deposited.

use super::{
    merkle::{self, Hash, Tree},
    seal::{Seal, learn_keys_of, seals_after},
};
use crate::{Domain, Result, vault::Purpose};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

/// The lock that elects one copy of the server for this.
const DAY_LOCK: i64 = 0x6265_6473_6461_7931;

/// How long after midnight (UTC) a day is closed, because the clocks of several copies differ.
const AFTER_MIDNIGHT: SignedDuration = SignedDuration::from_mins(10);

/// How many seals are read at once.
const AT_ONCE: i64 = 10_000;

/// One row: the values that its HMAC covers.
#[derive(Debug, Clone)]
pub(super) struct DaySeal {
    pub(super) day: Date,
    pub(super) seal_from: i64,
    pub(super) seal_to: i64,
    pub(super) row_count: i64,
    pub(super) merkle_root: Vec<u8>,
    pub(super) previous_root: Vec<u8>,
}

impl DaySeal {
    /// The MAC under the newest key.
    fn mac(&self, domain: &Domain) -> Vec<u8> {
        self.with_parts(|parts| domain.vault().mac(Purpose::Audit, parts))
    }

    /// Whether a MAC, of any key, is that of the day.
    fn fits(&self, domain: &Domain, mac: &[u8]) -> bool {
        self.with_parts(|parts| domain.vault().fits(Purpose::Audit, parts, mac))
    }

    fn with_parts<T>(&self, over: impl FnOnce(&[&[u8]]) -> T) -> T {
        over(&[
            b"day",
            self.day.to_string().as_bytes(),
            &self.seal_from.to_be_bytes(),
            &self.seal_to.to_be_bytes(),
            &self.row_count.to_be_bytes(),
            &self.merkle_root,
            &self.previous_root,
        ])
    }
}

/// Closes the oldest day that has ended and is not closed; returns the day. `None` when there is none, or another copy of the server does it now.
///
/// # Errors
/// `database.unavailable`.
pub async fn seal_day_once(domain: &Domain) -> Result<Option<Date>> {
    let mut tx = domain.pool().begin().await?;
    let elected = sqlx::query!("select pg_try_advisory_xact_lock($1) as \"elected!\"", DAY_LOCK).fetch_one(&mut *tx).await?;
    if !elected.elected {
        return Ok(None);
    }
    let Some(closed) = next_day(domain, &mut tx).await? else {
        // A transaction that is only dropped keeps its lock until its connection is used again.
        tx.rollback().await?;
        return Ok(None);
    };
    sqlx::query!(
        "insert into audit_days (day, seal_from, seal_to, row_count, merkle_root, previous_root, mac) values ($1, $2, $3, $4, $5, $6, $7)",
        closed.day.to_sqlx(),
        closed.seal_from,
        closed.seal_to,
        closed.row_count,
        &closed.merkle_root,
        &closed.previous_root,
        closed.mac(domain)
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(closed.day))
}

/// The row of the oldest day that has ended and is not closed.
///
/// A clock that was wrong for a while must not keep the days after it open. A seal that was made while a clock was ahead has no day of its own: it belongs to the
/// day of the seals around it. If a day was closed then, it has the date of another one, and so have the days after it: their order is what counts.
async fn next_day(domain: &Domain, connection: &mut PgConnection) -> Result<Option<DaySeal>> {
    let last = sqlx::query!("select day, seal_to, merkle_root from audit_days order by day desc limit 1")
        .fetch_optional(&mut *connection)
        .await?;
    let (last_day, seal_to, previous_root) = match last {
        Some(last) => (Some(last.day.to_jiff()), last.seal_to, last.merkle_root),
        None => (None, 0, merkle::empty().to_vec()),
    };
    let now = domain.now();
    let today = day_of(now - AFTER_MIDNIGHT);
    let Some(first) = first_made_until(connection, seal_to, now).await?.map(day_of) else { return Ok(None) };
    let next = last_day.and_then(|day| day.checked_add(1.day()).ok());
    // A seal of a copy whose clock is behind may come after its day was closed; it belongs to the next one.
    let until = next.filter(|_| last_day < Some(today)).map_or(first, |next| next.max(first));
    if today <= until {
        return Ok(None);
    }
    let day = next.map_or(until, |next| next.max(until));
    let of_later_day = |seal: &Seal| seal.sealed_at <= now && day_of(seal.sealed_at) > until;
    over_seals(connection, day, seal_to, previous_root, of_later_day).await.map(Some)
}

/// When the first seal after `after` was made, without those that a clock that was ahead has dated later than `now`.
async fn first_made_until(connection: &mut PgConnection, after: i64, now: Timestamp) -> Result<Option<Timestamp>> {
    let made = sqlx::query_scalar!(
        "select sealed_at from audit_seals where number > $1 and sealed_at <= $2 order by number limit 1",
        after,
        now.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    Ok(made.map(jiff_sqlx::Timestamp::to_jiff))
}

/// The row over the seals after `after`, up to the first of a later day.
async fn over_seals(
    connection: &mut PgConnection,
    day: Date,
    after: i64,
    previous_root: Vec<u8>,
    of_later_day: impl Fn(&Seal) -> bool,
) -> Result<DaySeal> {
    let (mut tree, mut seal_to, mut row_count) = (Tree::default(), after, 0);
    'seals: loop {
        let page = seals_after(connection, seal_to, AT_ONCE).await?;
        if page.is_empty() {
            break;
        }
        for (seal, _) in page {
            if of_later_day(&seal) {
                break 'seals;
            }
            tree.push(seal_leaf(&seal));
            row_count += seal.row_count;
            seal_to = seal.number;
        }
    }
    Ok(DaySeal { day, seal_from: after + 1, seal_to, row_count, merkle_root: tree.root().to_vec(), previous_root })
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn seal_leaf(seal: &Seal) -> Hash {
    merkle::leaf(&[&seal.number.to_be_bytes(), &seal.merkle_root])
}

/// Compares the days with the seals, which must be given in order.
pub(super) struct DayCheck<'a> {
    domain: &'a Domain,
    days: std::vec::IntoIter<(DaySeal, Vec<u8>)>,
    current: Option<(DaySeal, Vec<u8>)>,
    tree: Tree,
    rows: i64,
    sealed_to: i64,
    previous_root: Vec<u8>,
}

impl<'a> DayCheck<'a> {
    /// Reads all days; there are some hundred for each year.
    pub(super) async fn begin(domain: &'a Domain) -> Result<Self> {
        let rows = sqlx::query!(
            "select day, seal_from, seal_to, row_count, merkle_root, previous_root, mac from audit_days order by day"
        )
        .fetch_all(domain.pool())
        .await?;
        learn_keys_of(domain, rows.iter().map(|row| &row.mac)).await?;
        let days: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let day = DaySeal {
                    day: row.day.to_jiff(),
                    seal_from: row.seal_from,
                    seal_to: row.seal_to,
                    row_count: row.row_count,
                    merkle_root: row.merkle_root,
                    previous_root: row.previous_root,
                };
                (day, row.mac)
            })
            .collect();
        let mut days = days.into_iter();
        let current = days.next();
        let previous_root = merkle::empty().to_vec();
        Ok(Self { domain, days, current, tree: Tree::default(), rows: 0, sealed_to: 0, previous_root })
    }

    /// Takes the next seal; returns the day that it completes if that day does not match.
    pub(super) fn take(&mut self, seal: &Seal) -> Option<Date> {
        let (day, mac) = self.current.as_ref()?;
        self.tree.push(seal_leaf(seal));
        self.rows += seal.row_count;
        if seal.number < day.seal_to {
            return None;
        }
        let matches = seal.number == day.seal_to
            && day.seal_from == self.sealed_to + 1
            && day.row_count == self.rows
            && day.previous_root == self.previous_root
            && day.merkle_root == self.tree.root()
            && day.fits(self.domain, mac);
        if !matches {
            return Some(day.day);
        }
        self.sealed_to = day.seal_to;
        self.previous_root.clone_from(&day.merkle_root);
        (self.tree, self.rows) = (Tree::default(), 0);
        self.current = self.days.next();
        None
    }

    /// A day whose seals did not all come.
    pub(super) fn incomplete(&self) -> Option<Date> {
        self.current.as_ref().map(|(day, _)| day.day)
    }
}
