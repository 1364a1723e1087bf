//! When people last looked at records, in the database.

use super::super::subjects::EntriesOf;
use crate::{
    Result,
    access::{Permit, actions::Read},
    db::Tx,
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::ids::UserId;

/// Notes that the user looks at the record now, and returns the end of the look before this one. It is one statement, so two devices agree.
pub(in super::super) async fn look(
    tx: &mut Tx,
    permit: &Permit<Read, EntriesOf>,
    user: UserId,
    pause: SignedDuration,
) -> Result<Timestamp> {
    let now = tx.now();
    let row = sqlx::query!(
        "insert into record_looks (user_id, patient_id, seen_until, looked_at) values ($1, $2, $3, $4)
         on conflict (user_id, patient_id) do update set
           seen_until = case when record_looks.looked_at < $5 then record_looks.looked_at else record_looks.seen_until end,
           looked_at = greatest(record_looks.looked_at, excluded.looked_at)
         returning seen_until",
        user.uuid(),
        permit.id().0.uuid(),
        Timestamp::UNIX_EPOCH.to_sqlx(),
        now.to_sqlx(),
        (now - pause).to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(row.seen_until.to_jiff())
}
