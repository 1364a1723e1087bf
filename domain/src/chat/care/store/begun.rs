//! How many conversations were begun lately, in the database.

use super::super::Opening;
use crate::{
    Result,
    access::{Permit, actions::Create},
    db::Tx,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

/// How many conversations the side of a patient has begun since a moment, and when the first of them.
pub(in super::super) async fn begun_by_patient(
    tx: &mut Tx,
    permit: &Permit<Create, Opening>,
    since: Timestamp,
) -> Result<(i64, Option<Timestamp>)> {
    let row = sqlx::query!(
        "select count(*) as \"begun!\", min(t.created_at) as first
         from threads t join conversations c on c.thread_id = t.id join messages m on m.thread_id = t.id and m.position = 1
         where t.patient_id = $1 and t.created_at > $2 and m.side = 'patient'",
        permit.id().0.uuid(),
        since.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((row.begun, row.first.map(jiff_sqlx::Timestamp::to_jiff)))
}
