//! The accounts of two records that are merged, and who hears of it, in the database.

use crate::{Result, db::Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::{MergeId, PatientId, UserId};
use sqlx::PgConnection;

/// Whether others need this user, who owns one of two records: the user holds a role of staff, or acts for another patient, such as a child.
pub(in crate::directory) async fn is_needed(tx: &mut Tx, user: UserId, records: [PatientId; 2]) -> Result<bool> {
    let (now, records) = (tx.now(), records.map(PatientId::uuid));
    Ok(sqlx::query_scalar!(
        "select (exists (select from role_held r where r.user_id = $1)
           or exists (select from patient_access a join patients p on p.id = a.patient_id and p.deleted_at is null
             where a.user_id = $1 and a.patient_id <> all($2) and (a.ends_at is null or a.ends_at > $3))) as \"needed!\"",
        user.uuid(),
        &records[..],
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// The account of a patient, also a suspended one; `None` when there is none, or its owner has deleted it.
pub(in crate::directory) async fn account_of(tx: &mut Tx, patient: PatientId) -> Result<Option<UserId>> {
    let now = tx.now();
    let user = sqlx::query_scalar!(
        "select a.user_id as \"user_id!\" from patient_access a join account u on u.user_id = a.user_id
         where a.patient_id = $1 and a.relation = 'self' and (a.ends_at is null or a.ends_at > $2) limit 1",
        patient.uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(user.map(Into::into))
}

/// The version of an account that is open; `None` for one that is suspended or deleted.
pub(in crate::directory) async fn open_account(tx: &mut Tx, user: UserId) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "select a.version as \"version!\" from account a where a.user_id = $1 and a.suspended_at is null",
        user.uuid()
    )
    .fetch_optional(tx.connection())
    .await?)
}

/// The account that a merge has suspended, with its version; `None` when there is none, or when somebody has decided about it since.
pub(in crate::directory) async fn suspended_account(tx: &mut Tx, merge: MergeId) -> Result<Option<(UserId, i32)>> {
    let row = sqlx::query!(
        "select a.user_id as \"user_id!\", a.version as \"version!\" from patient_merges m join account a on a.user_id = m.suspended_user_id
         where m.id = $1 and a.suspended_at = m.merged_at",
        merge.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (row.user_id.into(), row.version)))
}

/// The users who hear of a merge: those who act for the record that stays and, when the records are separated, for the other one; each with the name of the patient.
pub(in crate::directory) async fn told(
    connection: &mut PgConnection,
    id: MergeId,
    separated: bool,
    at: Timestamp,
) -> Result<Vec<(UserId, String)>> {
    let rows = sqlx::query!(
        "select distinct on (r) r as \"user_id!\", p.full_name as \"name!\"
         from patient_merges m join patients p on p.id = m.survivor_id or ($2 and p.id = m.merged_id)
           cross join representatives(p.id, $3) r
         where m.id = $1 order by r, p.id",
        id.uuid(),
        separated,
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.user_id.into(), row.name)).collect())
}
