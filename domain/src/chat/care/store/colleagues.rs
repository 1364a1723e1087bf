//! The colleagues of a doctor, to whom they may hand a conversation over, in the database.

use super::super::Conversation;
use crate::{
    Result,
    access::{Action, Permit, actions::End},
    db::Tx,
};
use model::{chat::conversation::Colleague, ids::UserId};

/// The other doctors who treat the patient of a conversation with a doctor, by name; nobody for a conversation with a desk.
pub(in crate::chat::care) async fn doctors<A: Action>(tx: &mut Tx, permit: &Permit<A, Conversation>) -> Result<Vec<Colleague>> {
    let asker = tx.asker();
    let rows = sqlx::query!(
        "select distinct d.user_id as \"user_id!\", l.name as \"name!\"
         from conversations c join threads t on t.id = c.thread_id join appointment_plan a on a.patient_id = t.patient_id
           join doctor_listing l on l.doctor_id = a.doctor_id join doctor_name d on d.doctor_id = l.doctor_id
         where c.thread_id = $1 and c.doctor_id is not null and l.doctor_id <> c.doctor_id
           and exists (select from treats(l.doctor_id, t.patient_id, $2, $3))
         order by 2, 1",
        permit.id().0.uuid(),
        asker.prepared,
        asker.kept
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Colleague { user: row.user_id.into(), name: row.name }).collect())
}

/// Hands a conversation over to another doctor; `false` if it has another version by now.
pub(in crate::chat::care) async fn hand_to_doctor(
    tx: &mut Tx,
    permit: &Permit<End, Conversation>,
    version: i32,
    to: UserId,
) -> Result<bool> {
    let done = sqlx::query!(
        "update conversations c set doctor_id = d.doctor_id, version = c.version + 1
         from doctor_name d where d.user_id = $3 and c.thread_id = $1 and c.version = $2 and c.doctor_id is not null",
        permit.id().0.uuid(),
        version,
        to.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}
