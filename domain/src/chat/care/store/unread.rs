//! Unread conversations in the database.

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
    // A receptionist of all clinics has no clinic in the scope, and answers for the desks only.
    let only_desks = acting.role == Role::Receptionist;
    Ok(sqlx::query_scalar!(
        "select count(*) as \"count!\"
         from conversations c join threads t on t.id = c.thread_id join patient_identity p on p.patient_id = t.patient_id
         where p.deleted_at is null
           and ($1::uuid is null or t.patient_id = $1)
           and ($2::uuid is null or c.doctor_id = $2)
           and ($3::uuid is null or c.clinic_id = $3)
           and (not $6::boolean or c.clinic_id is not null)
           and exists (select from messages m where m.thread_id = c.thread_id and m.side <> $4 and m.position > coalesce(
             (select max(s.seen) from conversation_marks s
              where s.thread_id = c.thread_id and s.side = $4 and ($4 = 'care' or s.user_id = $5)), 0))",
        scope.patient.map(PatientId::uuid),
        scope.doctor.map(DoctorId::uuid),
        scope.clinic.map(ClinicId::uuid),
        side.as_str(),
        acting.user.uuid(),
        only_desks
    )
    .fetch_one(tx.connection())
    .await?)
}
