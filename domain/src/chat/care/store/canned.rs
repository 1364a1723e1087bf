//! Canned answers in the database.

use super::super::{Conversation, away::Answering};
use super::away::columns;
use crate::{
    Error, Result,
    access::{
        Action, Permit, Subject as _,
        actions::{Read, Write},
    },
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    records::{Phrase, PhraseRow},
};
use uuid::Uuid;

/// The newest versions of the answers of a doctor or a desk, by abbreviation.
pub(in crate::chat::care) async fn list(tx: &mut Tx, permit: &Permit<Read, Answering>) -> Result<Vec<PhraseRow>> {
    let rows = sqlx::query!(
        "select a.abbreviation, a.body, a.version from canned_answers a
         where a.owner_id = $1 and not a.removed
           and a.version = (select max(n.version) from canned_answers n where n.owner_id = a.owner_id and n.abbreviation = a.abbreviation)
         order by a.abbreviation",
        permit.id().resource_id()
    )
    .fetch_all(tx.connection())
    .await?;
    let row = rows.into_iter().map(|row| PhraseRow { abbreviation: row.abbreviation, text: row.body, version: row.version });
    Ok(row.collect())
}

/// The answers that those who answer in a conversation can write. A care group has those of the desk of its clinic.
pub(in crate::chat::care) async fn usable<A: Action>(tx: &mut Tx, permit: &Permit<A, Conversation>) -> Result<Vec<Phrase>> {
    let rows = sqlx::query!(
        "select a.abbreviation, a.body
         from conversations c left join care_groups g on g.id = c.group_id
           join canned_answers a on a.owner_id = coalesce(c.doctor_id, c.clinic_id, g.clinic_id)
         where c.thread_id = $1 and not a.removed
           and a.version = (select max(n.version) from canned_answers n where n.owner_id = a.owner_id and n.abbreviation = a.abbreviation)
         order by a.abbreviation",
        permit.id().0.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Phrase { abbreviation: row.abbreviation, text: row.body }).collect())
}

/// Writes the next version of an answer. The version seen is 0 for one that its owner does not have. Returns the number of the new version; `None` if the answer has this
/// text already.
///
/// # Errors
/// `request.stale` when the answer is not in the version seen.
pub(in crate::chat::care) async fn write(
    tx: &mut Tx,
    permit: &Permit<Write, Answering>,
    answer: &Phrase,
    version_seen: i32,
) -> Result<Option<i32>> {
    let owner = permit.id().resource_id();
    let (version, removed, text) = newest(tx, owner, &answer.abbreviation).await?.unwrap_or((0, true, String::new()));
    if !removed && text == answer.text {
        return Ok(None);
    }
    let seen_now = if removed { 0 } else { version };
    if seen_now != version_seen {
        return Err(Code::Stale.into());
    }
    let next = version.checked_add(1).ok_or(Code::Stale)?;
    insert(tx, permit, answer, (next, false)).await?;
    Ok(Some(next))
}

/// Writes a version that removes an answer. Returns its number; `None` if the answer has been removed already.
///
/// # Errors
/// `not_found` for an answer that its owner never had; `request.stale`.
pub(in crate::chat::care) async fn remove(
    tx: &mut Tx,
    permit: &Permit<Write, Answering>,
    abbreviation: &str,
    version_seen: i32,
) -> Result<Option<i32>> {
    let owner = permit.id().resource_id();
    let (version, removed, text) = newest(tx, owner, abbreviation).await?.ok_or(Code::NotFound)?;
    if removed {
        return Ok(None);
    }
    if version != version_seen {
        return Err(Code::Stale.into());
    }
    let next = version.checked_add(1).ok_or(Code::Stale)?;
    insert(tx, permit, &Phrase { abbreviation: abbreviation.to_owned(), text }, (next, true)).await?;
    Ok(Some(next))
}

/// The newest version of an answer: its number, whether it removes the answer, and the text.
async fn newest(tx: &mut Tx, owner: Uuid, abbreviation: &str) -> Result<Option<(i32, bool, String)>> {
    let row = sqlx::query!(
        "select version, removed, body from canned_answers where owner_id = $1 and abbreviation = $2 order by version desc limit 1",
        owner,
        abbreviation
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (row.version, row.removed, row.body)))
}

/// Two people who write at once write the same version, which only one of them can.
async fn insert(tx: &mut Tx, permit: &Permit<Write, Answering>, answer: &Phrase, (version, removed): (i32, bool)) -> Result<()> {
    let (owner, (doctor, clinic)) = (permit.id().resource_id(), columns(permit.id().0));
    let (by, now) = (tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into canned_answers (owner_id, abbreviation, version, doctor_id, clinic_id, body, removed, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        owner,
        answer.abbreviation,
        version,
        doctor,
        clinic,
        answer.text,
        removed,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("canned_answers_pkey", Code::Stale)]))?;
    Ok(())
}
