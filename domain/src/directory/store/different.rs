//! Records that are alike and of different people, in the database.

use super::{likely_pairs::named, merging::Mergeable};
use crate::{
    Result,
    access::{Permit, actions::Decide},
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::DifferentRow,
    errors::Code,
    ids::{DifferentPeopleId, PatientId},
};

/// Keeps that two records are of different people; `false` when that was said before.
pub(in crate::directory) async fn say(
    tx: &mut Tx,
    one: &Permit<Decide, Mergeable>,
    other: &Permit<Decide, Mergeable>,
) -> Result<(DifferentPeopleId, bool)> {
    let (Mergeable(one), Mergeable(other)) = (one.id(), other.id());
    let (first, second) = (one.min(other), one.max(other));
    let (id, now, by) = (tx.new_id::<DifferentPeopleId>(), tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "insert into different_people (id, first_id, second_id, said_by, said_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
        id.uuid(),
        first.uuid(),
        second.uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 {
        return Ok((id, true));
    }
    let known = sqlx::query_scalar!(
        "select id from different_people where first_id = $1 and second_id = $2 and taken_back_at is null",
        first.uuid(),
        second.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((known.into(), false))
}

/// The two records of a pair that was not taken back.
pub(in crate::directory) async fn pair_of(tx: &mut Tx, id: DifferentPeopleId) -> Result<(PatientId, PatientId)> {
    let row = sqlx::query!("select first_id, second_id from different_people where id = $1 and taken_back_at is null", id.uuid())
        .fetch_optional(tx.connection())
        .await?
        .ok_or(Code::NotFound)?;
    Ok((row.first_id.into(), row.second_id.into()))
}

/// Takes a pair back.
///
/// # Errors
/// `not_found` when somebody has done so a moment ago.
pub(in crate::directory) async fn take_back(
    tx: &mut Tx,
    _: (&Permit<Decide, Mergeable>, &Permit<Decide, Mergeable>),
    id: DifferentPeopleId,
) -> Result<()> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "update different_people set taken_back_at = $2, taken_back_by = $3 where id = $1 and taken_back_at is null",
        id.uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// The pairs that were not taken back and of which both records are there, the newest first.
pub(in crate::directory) async fn list(tx: &mut Tx, after: Option<DifferentPeopleId>, limit: i64) -> Result<Vec<DifferentRow>> {
    let rows = sqlx::query!(
        "select d.id, d.first_id, f.number as first_number, f.full_name as first_name, d.second_id, s.number as second_number,
           s.full_name as second_name, u.name as \"by!\", d.said_at
         from different_people d join patients f on f.id = d.first_id join patients s on s.id = d.second_id
           join person_name u on u.user_id = d.said_by
         where d.taken_back_at is null and f.deleted_at is null and s.deleted_at is null and ($1::uuid is null or d.id < $1)
         order by d.id desc limit $2",
        after.map(DifferentPeopleId::uuid),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DifferentRow {
                id: row.id.into(),
                first: named(row.first_id, row.first_number, row.first_name)?,
                second: named(row.second_id, row.second_number, row.second_name)?,
                by: row.by,
                said_at: row.said_at.to_jiff(),
            })
        })
        .collect()
}
