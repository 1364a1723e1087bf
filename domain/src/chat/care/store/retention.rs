//! How long conversations are kept, in the database.

use super::super::Conversation;
use crate::{
    Error, Result,
    access::{
        Action, Permit,
        actions::{End, Write},
    },
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    chat::retention::MessageRetention,
    ids::{ClinicId, FileId, ThreadId, UserId},
};

/// A closed conversation that is kept no longer.
pub(in crate::chat::care) struct Due {
    pub(in crate::chat::care) thread: ThreadId,
    pub(in crate::chat::care) closed_by: UserId,
}

pub(in crate::chat::care) async fn of_clinic<A: Action>(tx: &mut Tx, permit: &Permit<A, ClinicId>) -> Result<MessageRetention> {
    let row = sqlx::query!(
        "select k.name as \"name!\", r.days as \"days?\", coalesce(r.version, 0) as \"version!\"
         from clinic_address k left join message_retention r on r.clinic_id = k.clinic_id where k.clinic_id = $1",
        permit.id().uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let days = row.days.map(u16::try_from).transpose().map_err(Error::internal)?;
    Ok(MessageRetention { clinic: permit.id(), clinic_name: row.name, days, version: row.version })
}

/// Sets the days; `false` if they have another version by now.
pub(in crate::chat::care) async fn set(
    tx: &mut Tx,
    permit: &Permit<Write, ClinicId>,
    days: Option<u16>,
    version: i32,
) -> Result<bool> {
    let (user, now) = (tx.access().acting()?.user, tx.now());
    let done = if version == 0 {
        sqlx::query!(
            "insert into message_retention (clinic_id, days, set_by, set_at) values ($1, $2, $3, $4) on conflict do nothing",
            permit.id().uuid(),
            days.map(i32::from),
            user.uuid(),
            now.to_sqlx()
        )
        .execute(tx.connection())
        .await?
    } else {
        sqlx::query!(
            "update message_retention set days = $2, set_by = $3, set_at = $4, version = version + 1
             where clinic_id = $1 and version = $5",
            permit.id().uuid(),
            days.map(i32::from),
            user.uuid(),
            now.to_sqlx(),
            version
        )
        .execute(tx.connection())
        .await?
    };
    Ok(done.rows_affected() > 0)
}

/// The closed conversations that are kept no longer, those that were closed first; with a thread, only that one, if it is one of them.
pub(in crate::chat::care) async fn due(tx: &mut Tx, only: Option<ThreadId>, most: i64) -> Result<Vec<Due>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select c.thread_id, c.closed_by as \"closed_by!\"
         from conversations c join threads t on t.id = c.thread_id join patient_identity p on p.patient_id = t.patient_id
         where c.closed_at is not null and p.deleted_at is null and ($2::uuid is null or c.thread_id = $2)
           and not exists (select from held_patient h where h.patient_id = t.patient_id)
           and case when c.doctor_id is null then
             exists (select from message_retention r
               where r.clinic_id = coalesce(c.clinic_id, (select g.clinic_id from care_groups g where g.id = c.group_id)) and c.closed_at < $1::timestamptz - make_interval(days => r.days))
           else
             exists (select from doctor_name d join role_held m on m.user_id = d.user_id and m.role = 'doctor' where d.doctor_id = c.doctor_id)
             and not exists (select from doctor_name d join role_held m on m.user_id = d.user_id and m.role = 'doctor'
                 left join message_retention r on r.clinic_id = m.clinic_id
               where d.doctor_id = c.doctor_id and (r.days is null or c.closed_at >= $1 - make_interval(days => r.days)))
           end
         order by c.closed_at, c.thread_id limit $3",
        now.to_sqlx(),
        only.map(ThreadId::uuid),
        most
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Due { thread: row.thread_id.into(), closed_by: row.closed_by.into() }).collect())
}

/// The files of a conversation, sent or not.
pub(in crate::chat::care) async fn files_in(tx: &mut Tx, permit: &Permit<End, Conversation>) -> Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!("select file_id from message_files where thread_id = $1", permit.id().0.uuid())
        .fetch_all(tx.connection())
        .await?;
    Ok(ids.into_iter().map(FileId::from).collect())
}

/// Deletes a closed conversation, and returns how many messages it had; none if it is not closed.
pub(in crate::chat::care) async fn delete(tx: &mut Tx, permit: &Permit<End, Conversation>) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!("select delete_conversation($1)", permit.id().0.uuid()).fetch_one(tx.connection()).await?)
}
