//! Lists of conversations in the database.

use super::{counterpart, groups};
use crate::{
    Result,
    access::{Acting, Scope},
    db::Tx,
    vault::Column,
};
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    chat::conversation::{ConversationCursor, ConversationRow, Counterpart, CounterpartView, FoundMessage, Writer},
    ids::{ClinicId, DoctorId, PatientId},
};

/// The conversations in this scope, the one with the newest message first. Those of patients whose data was erased are left out.
pub(in crate::chat::care) async fn rows(
    tx: &mut Tx,
    scope: &Scope,
    acting: &Acting,
    after: Option<ConversationCursor>,
    limit: i64,
) -> Result<Vec<ConversationRow>> {
    let side = if scope.patient.is_some() { Writer::Patient } else { Writer::Care };
    // A receptionist of all clinics has no clinic in the scope, and answers for the desks of all.
    let at_desk = acting.role == Role::Receptionist;
    let groups = groups::of_caller(tx, acting).await?;
    let found = sqlx::query!(
        "select c.thread_id, t.patient_id, c.doctor_id, c.clinic_id, c.group_id, c.subject_cipher, c.last_at, c.closed_at,
           p.name as \"patient_name!\", coalesce(d.name, k.name, g.name, '') as \"with_name!\", a.name as \"assigned_name?\",
           (select count(*) from messages m where m.thread_id = c.thread_id and m.side <> $4 and m.position > coalesce(
             (select max(s.seen) from conversation_marks s
              where s.thread_id = c.thread_id and s.side = $4 and ($4 = 'care' or s.user_id = $5)), 0)) as \"unread!\"
         from conversations c join threads t on t.id = c.thread_id join patient_identity p on p.patient_id = t.patient_id
           left join doctor_name d on d.doctor_id = c.doctor_id left join clinic_address k on k.clinic_id = c.clinic_id
           left join care_groups g on g.id = c.group_id left join person_name a on a.user_id = c.assigned_to
         where p.deleted_at is null
           and ($1::uuid is not null and t.patient_id = $1 or $2::uuid is not null and c.doctor_id = $2
             or $6::boolean and c.clinic_id is not null and ($3::uuid is null or c.clinic_id = $3)
             or cardinality($10::uuid[]) > 0 and c.group_id = any($10))
           and ($7::timestamptz is null or (c.last_at, c.thread_id) < ($7, $8::uuid))
         order by c.last_at desc, c.thread_id desc limit $9",
        scope.patient.map(PatientId::uuid),
        scope.doctor.map(DoctorId::uuid),
        scope.clinic.map(ClinicId::uuid),
        side.as_str(),
        acting.user.uuid(),
        at_desk,
        after.map(|after| after.at.to_sqlx()),
        after.map(|after| after.id),
        limit,
        &groups
    )
    .fetch_all(tx.connection())
    .await?;
    let patients: Vec<PatientId> = found.iter().map(|row| row.patient_id.into()).collect();
    let keys = tx.patient_keys(&patients).await?;
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        let patient = PatientId::from(row.patient_id);
        let Some(key) = keys.get(&patient) else { continue };
        rows.push(ConversationRow {
            id: row.thread_id.into(),
            subject: key.decrypt(Column::ConversationSubject, row.thread_id, &row.subject_cipher)?,
            patient,
            patient_name: row.patient_name,
            counterpart: CounterpartView { with: counterpart(row.doctor_id, row.clinic_id, row.group_id)?, name: row.with_name },
            answered_by: row.assigned_name,
            last_at: row.last_at.to_jiff(),
            unread: row.unread,
            closed: row.closed_at.is_some(),
        });
    }
    Ok(rows)
}

/// The newest messages of the conversations in this scope, whole, each with its patient. Each of the newest messages is in a conversation whose newest message is one of them,
/// so no more conversations than messages are looked at, and a clinic with many messages is searched as fast as one with few.
pub(in crate::chat::care) async fn newest_messages(
    tx: &mut Tx,
    scope: &Scope,
    acting: &Acting,
    limit: i64,
) -> Result<Vec<(FoundMessage, PatientId)>> {
    let at_desk = acting.role == Role::Receptionist;
    let groups = groups::of_caller(tx, acting).await?;
    let found = sqlx::query!(
        "select m.id as \"id!\", m.thread_id as \"thread_id!\", m.position as \"position!\", m.body_cipher as \"body_cipher!\", m.sent_at as \"sent_at!\",
           c.patient_id as \"patient_id!\", c.subject_cipher as \"subject_cipher!\"
         from (
             select c.thread_id, t.patient_id, c.subject_cipher
             from conversations c join threads t on t.id = c.thread_id join patient_identity p on p.patient_id = t.patient_id
             where p.deleted_at is null
               and ($1::uuid is not null and t.patient_id = $1 or $2::uuid is not null and c.doctor_id = $2
                 or $4::boolean and c.clinic_id is not null and ($3::uuid is null or c.clinic_id = $3)
                 or cardinality($6::uuid[]) > 0 and c.group_id = any($6))
             order by c.last_at desc, c.thread_id desc limit $5::bigint) c
           cross join lateral (
             select n.id, n.thread_id, n.position, n.body_cipher, n.sent_at from messages n
             where n.thread_id = c.thread_id order by n.position desc limit $5::bigint) m
         order by m.sent_at desc, m.id desc limit $5::bigint",
        scope.patient.map(PatientId::uuid),
        scope.doctor.map(DoctorId::uuid),
        scope.clinic.map(ClinicId::uuid),
        at_desk,
        limit,
        &groups
    )
    .fetch_all(tx.connection())
    .await?;
    let patients: Vec<PatientId> = found.iter().map(|row| row.patient_id.into()).collect();
    let keys = tx.patient_keys(&patients).await?;
    let mut messages = Vec::with_capacity(found.len());
    for row in found {
        let patient = PatientId::from(row.patient_id);
        let Some(key) = keys.get(&patient) else { continue };
        let message = FoundMessage {
            thread: row.thread_id.into(),
            subject: key.decrypt(Column::ConversationSubject, row.thread_id, &row.subject_cipher)?,
            position: row.position.into(),
            excerpt: key.decrypt(Column::Message, row.id, &row.body_cipher)?,
            sent_at: row.sent_at.to_jiff(),
        };
        messages.push((message, patient));
    }
    Ok(messages)
}

/// The doctors who treat the patient and can write, by name, and then the clinics whose patient they are and at whose desks somebody works.
pub(in crate::chat::care) async fn counterparts(tx: &mut Tx, patient: PatientId) -> Result<Vec<CounterpartView>> {
    let asker = tx.asker();
    let rows = sqlx::query!(
        "select x.is_desk as \"is_desk!\", x.id as \"id!\", x.name as \"name!\" from (
           select distinct false as is_desk, l.doctor_id as id, l.name
           from appointment_plan a join doctor_listing l on l.doctor_id = a.doctor_id
           where a.patient_id = $1 and exists (select from treats(a.doctor_id, $1, $2, $3))
           union all
           select true, k.clinic_id, k.name from clinic_address k
           where exists (select from role_held m where m.role = 'receptionist' and (m.clinic_id is null or m.clinic_id = k.clinic_id)
               and not exists (select from closed_account c where c.user_id = m.user_id))
             and is_patient_of($1, k.clinic_id, $3)
         ) x order by x.is_desk, x.name, x.id",
        patient.uuid(),
        asker.prepared,
        asker.kept
    )
    .fetch_all(tx.connection())
    .await?;
    let views = rows.into_iter().map(|row| {
        let with = if row.is_desk { Counterpart::Desk(row.id.into()) } else { Counterpart::Doctor(row.id.into()) };
        CounterpartView { with, name: row.name }
    });
    Ok(views.collect())
}
