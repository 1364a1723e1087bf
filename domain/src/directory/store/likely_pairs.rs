//! Patients who are likely the same person, in the database.

use super::people::shown;
use crate::{Error, Result};
use model::{
    directory::{LikelyPair, RecordName},
    ids::PatientId,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// How many patients of the list are compared with others at once.
const EXAMINED: i64 = 200;
/// How many likely duplicates of one patient are listed.
const MOST_OF_ONE: i64 = 5;

/// The patients after this one in the list, the newest first, who are compared with older ones.
pub(in crate::directory) async fn examined(connection: &mut PgConnection, after: Option<PatientId>) -> Result<Vec<PatientId>> {
    let ids = sqlx::query_scalar!(
        "select p.id from patients p where p.deleted_at is null and ($1::uuid is null or p.id < $1) order by p.id desc limit $2",
        after.map(PatientId::uuid),
        EXAMINED
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(PatientId::from).collect())
}

/// Whether the list goes on after these.
pub(in crate::directory) fn is_full(examined: &[PatientId]) -> bool {
    i64::try_from(examined.len()).is_ok_and(|length| length >= EXAMINED)
}

/// Older patients who are likely the same as one of these: the same date of birth and a similar name, as registration compares them, or the same phone number.
/// Leaves out pairs of which somebody has said that they are different people. Both are looked up by an index, so the work is that of the given patients and not of all.
pub(in crate::directory) async fn likely_pairs(connection: &mut PgConnection, examined: &[PatientId]) -> Result<Vec<LikelyPair>> {
    let examined: Vec<Uuid> = examined.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "select n.id as \"newer!\", n.number as \"newer_number!\", n.full_name as \"newer_name!\", o.id as \"older!\", o.number as \"older_number!\",
           o.full_name as \"older_name!\", o.same_birth as \"same_birth!\", o.same_phone as \"same_phone!\"
         from patients n cross join lateral (
           select q.id, q.number, q.full_name, q.date_of_birth = n.date_of_birth as same_birth,
             coalesce(q.phone_index = n.phone_index, false) as same_phone
           from (
             select b.id, b.number, b.full_name, b.date_of_birth, b.phone_index, b.deleted_at from patients b
             where b.date_of_birth = n.date_of_birth
               and greatest(word_similarity(n.name_search, b.name_search), word_similarity(b.name_search, n.name_search)) >= 0.3
             union
             select t.id, t.number, t.full_name, t.date_of_birth, t.phone_index, t.deleted_at from patients t where t.phone_index = n.phone_index
           ) q
           where q.deleted_at is null and q.id < n.id
             and not exists (select from different_people d
               where d.first_id = q.id and d.second_id = n.id and d.taken_back_at is null)
           order by q.date_of_birth = n.date_of_birth desc, q.id desc limit $2
         ) o
         where n.id = any($1)
         order by n.id desc, o.same_birth desc, o.id desc",
        &examined,
        MOST_OF_ONE
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(LikelyPair {
                newer: named(row.newer, row.newer_number, row.newer_name)?,
                older: named(row.older, row.older_number, row.older_name)?,
                same_birth: row.same_birth,
                same_phone: row.same_phone,
            })
        })
        .collect()
}

pub(in crate::directory) fn named(id: Uuid, number: i64, name: String) -> Result<RecordName> {
    let number = shown(number).ok_or_else(|| Error::internal("a counter has no number"))?;
    Ok(RecordName { id: id.into(), number, name })
}

/// The patient of a person number.
pub(in crate::directory) async fn numbered(connection: &mut PgConnection, number: i64) -> Result<Option<PatientId>> {
    let id = sqlx::query_scalar!("select id from patients where number = $1 and deleted_at is null", number)
        .fetch_optional(connection)
        .await?;
    Ok(id.map(Into::into))
}
