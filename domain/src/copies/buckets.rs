//! The buckets of limits that several copies share. A bucket is one time: when it will be full again. Taking units moves that time, at most as far as it
//! takes to fill an empty bucket.

use crate::{
    Domain, Error, Result,
    db::{ROWS_SWEPT, in_chunks},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

/// What was taken from one bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The name of the bucket.
    pub key: String,
    /// In how many microseconds this fills up again.
    pub micros: i64,
}

/// Takes from several buckets, and returns the time at which each will be full. A bucket is at most `most` away from being full, however much is taken: several
/// copies may each take a little more than is there, before they hear of each other.
///
/// # Errors
/// `database.unavailable`.
pub async fn take(domain: &Domain, taken: &[Taken], most: SignedDuration) -> Result<Vec<(String, Timestamp)>> {
    let keys: Vec<String> = taken.iter().map(|taken| taken.key.clone()).collect();
    let micros: Vec<i64> = taken.iter().map(|taken| taken.micros).collect();
    let now = domain.now();
    // In the order of the keys: another copy may change the same rows at the same time.
    let rows = sqlx::query!(
        "insert into limit_buckets as b (key, full_at)
         select t.key, $3::timestamptz + t.micros * interval '1 microsecond' from unnest($1::text[], $2::bigint[]) as t (key, micros) order by t.key
         on conflict (key) do update set full_at = least(greatest(b.full_at, $3) + (excluded.full_at - $3), $4)
         returning key, full_at",
        &keys,
        &micros,
        now.to_sqlx(),
        (now + most).to_sqlx()
    )
    .fetch_all(domain.pool())
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.full_at.to_jiff())).collect())
}

/// Deletes buckets that are full; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep(domain: &Domain) -> Result<u64> {
    let now = domain.now().to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from limit_buckets where ctid = any(array(select ctid from limit_buckets where full_at <= $1 limit $2 for update skip locked))",
            now,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}
