//! Unread conversations in the database.

use super::groups;
use crate::{
    Result,
    access::{Acting, Scope},
    db::Tx,
};
use model::{
    access::Role,
    chat::conversation::Writer,
    ids::{ClinicId, DoctorId, PatientId},
};

/// How many conversations in this scope have messages of the other side that were not read. What one of the desk has read, the desk has read.
pub(in crate::chat::care) async fn unread(tx: &mut Tx, scope: &Scope, acting: &Acting) -> Result<i64> {
    let side = if scope.patient.is_some() { Writer::Patient } else { Writer::Care };
    // A receptionist of all clinics has no clinic in the scope, and answers for the desks of all.
    let at_desk = acting.role == Role::Receptionist;
    let groups = groups::of_caller(tx, acting).await?;
    Ok(sqlx::query_scalar!(
        "select count(*) as \"count!\"
         from conversations c join threads t on t.id = c.thread_id join patient_identity p on p.patient_id = t.patient_id
         where p.deleted_at is null
           and ($1::uuid is not null and t.patient_id = $1 or $2::uuid is not null and c.doctor_id = $2
             or $6::boolean and c.clinic_id is not null and ($3::uuid is null or c.clinic_id = $3)
             or cardinality($7::uuid[]) > 0 and c.group_id = any($7))
           and exists (select from messages m where m.thread_id = c.thread_id and m.side <> $4 and m.position > coalesce(
             (select max(s.seen) from conversation_marks s
              where s.thread_id = c.thread_id and s.side = $4 and ($4 = 'care' or s.user_id = $5)), 0))",
        scope.patient.map(PatientId::uuid),
        scope.doctor.map(DoctorId::uuid),
        scope.clinic.map(ClinicId::uuid),
        side.as_str(),
        acting.user.uuid(),
        at_desk,
        &groups
    )
    .fetch_one(tx.connection())
    .await?)
}
