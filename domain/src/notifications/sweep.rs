//! Deletes mails that were sent long ago.

use crate::{
    Domain, Error, Result,
    db::{ROWS_SWEPT, in_chunks},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;

/// How long sent mails are kept, as activity logs are (design.md §10). Their facts were deleted when they were sent.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Deletes mails that were sent and are older than 90 days; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_mails(domain: &Domain) -> Result<u64> {
    let before = (domain.now() - KEPT).to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from mails where id = any(array(select id from mails where state in ('sent', 'out_of_date') and created_at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}
