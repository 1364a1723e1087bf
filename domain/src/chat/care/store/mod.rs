//! Conversations in the database.

mod attached;
mod away;
mod begun;
pub(super) mod canned;
mod colleagues;
pub(super) mod groups;
mod lists;
pub(super) mod mass;
mod messages;
pub(super) mod retention;
mod unread;

pub(super) use self::attached::{attachment, insert_attachment, lock_patient, send_files, unsent};
pub(super) use self::away::{away_note, set_away_note, shown_note};
pub(super) use self::begun::begun_by_patient;
pub(super) use self::colleagues::{doctors, hand_to_doctor};
pub(super) use self::lists::{counterparts, newest_messages, rows};
pub(super) use self::messages::{Appended, NewMessage, Part, append, message, messages, position_of};
pub(super) use self::unread::unread;

use super::{Conversation, Opening, counterpart_of};
use crate::{
    Error, Result,
    access::{
        Action, Permit,
        actions::{Create, End, Read, Write},
    },
    db::Tx,
    vault::Column,
};
use jiff_sqlx::ToSqlx;
use model::{
    chat::{
        MessageText,
        conversation::{Colleague, ConversationSubject, Counterpart, CounterpartView, Marks, Writer},
    },
    ids::{CareGroupId, ClinicId, DoctorId, PatientId, ThreadId, UserId},
};
use uuid::Uuid;

/// The patient of a conversation, and with whom they write; `None` if there is no such conversation.
pub(super) async fn between(tx: &mut Tx, thread: ThreadId, lock: bool) -> Result<Option<(PatientId, Counterpart)>> {
    if lock {
        sqlx::query!("select id from threads where id = $1 for update", thread.uuid()).fetch_optional(tx.connection()).await?;
    }
    let row = sqlx::query!(
        "select t.patient_id, c.doctor_id, c.clinic_id, c.group_id
         from conversations c join threads t on t.id = c.thread_id join patient_identity p on p.patient_id = t.patient_id
         where c.thread_id = $1 and p.deleted_at is null",
        thread.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((row.patient_id.into(), counterpart(row.doctor_id, row.clinic_id, row.group_id)?)))
}

/// With whom the patient writes, by the three columns.
fn counterpart(doctor: Option<Uuid>, clinic: Option<Uuid>, group: Option<Uuid>) -> Result<Counterpart> {
    let doctor = doctor.map(|id| Counterpart::Doctor(id.into()));
    let desk = clinic.map(|id| Counterpart::Desk(id.into()));
    let group = group.map(|id| Counterpart::Group(id.into()));
    doctor.or(desk).or(group).ok_or_else(|| Error::internal("a conversation with nobody"))
}

/// A conversation that was begun before.
pub(super) struct Opened {
    pub(super) thread: ThreadId,
    /// Whether it has the same patient, the same other side, the same subject and the same first message.
    pub(super) is_same: bool,
}

/// The conversation that this user began with this key.
pub(super) async fn opened(
    tx: &mut Tx,
    permit: &Permit<Create, Opening>,
    (user, client_key): (UserId, Uuid),
    (with, subject, text): (Counterpart, &ConversationSubject, &MessageText),
) -> Result<Option<Opened>> {
    let row = sqlx::query!(
        "select c.thread_id, t.patient_id, c.doctor_id, c.clinic_id, c.group_id, c.subject_cipher, m.id as message_id, m.body_cipher
         from conversations c join threads t on t.id = c.thread_id join messages m on m.thread_id = c.thread_id and m.position = 1
         where c.opened_by = $1 and c.client_key = $2",
        user.uuid(),
        client_key
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (thread, patient) = (ThreadId::from(row.thread_id), permit.id().0);
    if row.patient_id != patient.uuid() || counterpart(row.doctor_id, row.clinic_id, row.group_id)? != with {
        return Ok(Some(Opened { thread, is_same: false }));
    }
    let key = tx.patient_key(patient).await?;
    let is_same = key.decrypt(Column::ConversationSubject, row.thread_id, &row.subject_cipher)? == subject.as_str()
        && key.decrypt(Column::Message, row.message_id, &row.body_cipher)? == text.as_str();
    Ok(Some(Opened { thread, is_same }))
}

/// Whether the doctor treats the patient, or the patient is one of the clinic.
pub(super) async fn is_in_care(tx: &mut Tx, permit: &Permit<Create, Opening>, with: Counterpart) -> Result<bool> {
    let (asker, patient) = (tx.asker(), permit.id().0.uuid());
    let found = match with {
        Counterpart::Doctor(doctor) => {
            sqlx::query_scalar!(
                "select exists (select from treats($1, $2, $3, $4)) as \"found!\"",
                doctor.uuid(),
                patient,
                asker.prepared,
                asker.kept
            )
            .fetch_one(tx.connection())
            .await?
        }
        Counterpart::Desk(clinic) => {
            sqlx::query_scalar!("select is_patient_of($1, $2, $3) as \"found!\"", patient, clinic.uuid(), asker.kept)
                .fetch_one(tx.connection())
                .await?
        }
        Counterpart::Group(group) => groups::cares_for(tx, group, permit.id().0).await?,
    };
    Ok(found)
}

/// What the patient is called.
pub(super) async fn patient_name(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<String> {
    let name = sqlx::query_scalar!("select name as \"name!\" from patient_identity where patient_id = $1", permit.id().uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(name)
}

/// Stores a new conversation, without a message.
pub(super) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, Opening>,
    (with, user, client_key): (Counterpart, UserId, Uuid),
    subject: &ConversationSubject,
) -> Result<ThreadId> {
    let (id, patient, now) = (tx.new_id::<ThreadId>(), permit.id().0, tx.now());
    let key = tx.patient_key(patient).await?;
    let subject = key.encrypt(tx.domain().randomness(), Column::ConversationSubject, id, subject.as_str());
    let (doctor, clinic, group) = match with {
        Counterpart::Doctor(doctor) => (Some(doctor), None, None),
        Counterpart::Desk(clinic) => (None, Some(clinic), None),
        Counterpart::Group(group) => (None, None, Some(group)),
    };
    sqlx::query!(
        "insert into threads (id, patient_id, created_at) values ($1, $2, $3)",
        id.uuid(),
        patient.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "insert into conversations (thread_id, doctor_id, clinic_id, subject_cipher, opened_by, client_key, last_at, group_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.uuid(),
        doctor.map(DoctorId::uuid),
        clinic.map(ClinicId::uuid),
        subject,
        user.uuid(),
        client_key,
        now.to_sqlx(),
        group.map(CareGroupId::uuid)
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Whether the caller still writes on this side: acts for the patient, works as the doctor, works at the desk of the clinic. Asked in the transaction that writes,
/// because the request may have begun before an access ended.
pub(super) async fn is_still_there(tx: &mut Tx, permit: &Permit<Write, Conversation>, side: Writer) -> Result<bool> {
    let (patient, now) = (permit.patient()?.uuid(), tx.now().to_sqlx());
    let user = tx.access().acting()?.user.uuid();
    let found = match (side, counterpart_of(permit.facts())) {
        (Writer::Patient, _) => {
            sqlx::query_scalar!(
                "select exists (select from representatives($1, $2) r where r = $3) as \"found!\"",
                patient,
                now,
                user
            )
            .fetch_one(tx.connection())
            .await?
        }
        (Writer::Care, Some(Counterpart::Doctor(doctor))) => {
            sqlx::query_scalar!(
                "select exists (select from doctor_name d join role_held m on m.user_id = d.user_id and m.role = 'doctor'
                   where d.doctor_id = $1 and d.user_id = $2 and d.status = 'verified') as \"found!\"",
                doctor.uuid(),
                user
            )
            .fetch_one(tx.connection())
            .await?
        }
        (Writer::Care, Some(Counterpart::Desk(clinic))) => {
            sqlx::query_scalar!(
                "select exists (select from role_held m
                   where m.user_id = $1 and m.role = 'receptionist' and (m.clinic_id is null or m.clinic_id = $2)) as \"found!\"",
                user,
                clinic.uuid()
            )
            .fetch_one(tx.connection())
            .await?
        }
        // A care group: the facts say whether the caller belongs to it now, because they were read in this transaction.
        (Writer::Care, Some(Counterpart::Group(_)) | None) => permit.facts().user == Some(user.into()),
    };
    Ok(found)
}

/// Whether somebody reads what a patient writes: the doctor still works here, or somebody works at the desk.
pub(super) async fn is_answered(tx: &mut Tx, with: Counterpart) -> Result<bool> {
    let found = match with {
        Counterpart::Doctor(doctor) => {
            sqlx::query_scalar!(
                "select exists (select from doctor_name d join role_held m on m.user_id = d.user_id and m.role = 'doctor'
                   where d.doctor_id = $1 and d.status = 'verified'
                     and not exists (select from closed_account c where c.user_id = d.user_id)) as \"found!\"",
                doctor.uuid()
            )
            .fetch_one(tx.connection())
            .await?
        }
        Counterpart::Desk(clinic) => {
            sqlx::query_scalar!(
            "select exists (select from role_held m where m.role = 'receptionist' and (m.clinic_id is null or m.clinic_id = $1)
                     and not exists (select from closed_account c where c.user_id = m.user_id)) as \"found!\"",
            clinic.uuid()
        )
            .fetch_one(tx.connection())
            .await?
        }
        Counterpart::Group(group) => groups::is_answered(tx, group).await?,
    };
    Ok(found)
}

/// How far a conversation is.
pub(super) struct State {
    pub(super) closed: bool,
    /// The position of the newest message.
    pub(super) last: i64,
}

pub(super) async fn state<A: Action>(tx: &mut Tx, permit: &Permit<A, Conversation>) -> Result<State> {
    let row = sqlx::query!(
        "select c.closed_at, t.last from conversations c join threads t on t.id = c.thread_id where c.thread_id = $1",
        permit.id().0.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(State { closed: row.closed_at.is_some(), last: row.last.into() })
}

/// What stands above the messages.
pub(super) struct Head {
    pub(super) subject: String,
    pub(super) patient_name: String,
    pub(super) counterpart: CounterpartView,
    pub(super) answered_by: Option<Colleague>,
    pub(super) closed: bool,
    pub(super) version: i32,
}

pub(super) async fn head<A: Action>(tx: &mut Tx, permit: &Permit<A, Conversation>) -> Result<Head> {
    let id = permit.id().0;
    let row = sqlx::query!(
        "select c.doctor_id, c.clinic_id, c.group_id, c.subject_cipher, c.assigned_to, c.closed_at, c.version, p.name as \"patient_name!\",
           coalesce(d.name, k.name, g.name, '') as \"with_name!\", a.name as \"assigned_name?\"
         from conversations c join threads t on t.id = c.thread_id join patient_identity p on p.patient_id = t.patient_id
           left join doctor_name d on d.doctor_id = c.doctor_id left join clinic_address k on k.clinic_id = c.clinic_id
           left join care_groups g on g.id = c.group_id left join person_name a on a.user_id = c.assigned_to
         where c.thread_id = $1",
        id.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let key = tx.patient_key(permit.patient()?).await?;
    let assigned = row.assigned_to.map(UserId::from).zip(row.assigned_name);
    Ok(Head {
        subject: key.decrypt(Column::ConversationSubject, id, &row.subject_cipher)?,
        patient_name: row.patient_name,
        counterpart: CounterpartView { with: counterpart(row.doctor_id, row.clinic_id, row.group_id)?, name: row.with_name },
        answered_by: assigned.map(|(user, name)| Colleague { user, name }),
        closed: row.closed_at.is_some(),
        version: row.version,
    })
}

/// How far the other side has got.
pub(super) async fn marks_of_others<A: Action>(tx: &mut Tx, permit: &Permit<A, Conversation>, side: Writer) -> Result<Marks> {
    let row = sqlx::query!(
        "select coalesce(max(delivered), 0) as \"delivered!\", coalesce(max(seen), 0) as \"seen!\"
         from conversation_marks where thread_id = $1 and side <> $2",
        permit.id().0.uuid(),
        side.as_str()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Marks { delivered: row.delivered.into(), seen: row.seen.into() })
}

/// Notes how far a person has got; `false` if they had got as far before.
pub(super) async fn mark<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, Conversation>,
    who: (UserId, Writer),
    upto: (i64, i64),
) -> Result<bool> {
    mark_in(tx, permit.id().0, who, upto).await
}

async fn mark_in(tx: &mut Tx, thread: ThreadId, (user, side): (UserId, Writer), (delivered, seen): (i64, i64)) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "insert into conversation_marks (thread_id, user_id, side, delivered, seen, changed_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (thread_id, user_id, side) do update
           set delivered = greatest(conversation_marks.delivered, excluded.delivered), seen = greatest(conversation_marks.seen, excluded.seen),
             changed_at = excluded.changed_at
           where conversation_marks.delivered < excluded.delivered or conversation_marks.seen < excluded.seen",
        thread.uuid(),
        user.uuid(),
        side.as_str(),
        position(delivered)?,
        position(seen)?,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A position as the database stores it.
fn position(value: i64) -> Result<i32> {
    i32::try_from(value).map_err(Error::internal)
}

/// Who works at the desk of the conversation's clinic, or belongs to its care group, by name; nobody for a conversation with a doctor.
pub(super) async fn colleagues<A: Action>(tx: &mut Tx, permit: &Permit<A, Conversation>) -> Result<Vec<Colleague>> {
    let rows = sqlx::query!(
        "select distinct m.user_id as \"user_id!\", u.name as \"name!\"
         from conversations c join role_held m on m.role = 'receptionist' and (m.clinic_id is null or m.clinic_id = c.clinic_id)
           join person_name u on u.user_id = m.user_id
         where c.thread_id = $1 and c.clinic_id is not null
         union
         select w, u.name from conversations c cross join works_in_care_group(c.group_id) w join person_name u on u.user_id = w
         where c.thread_id = $1
         order by 2, 1",
        permit.id().0.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Colleague { user: row.user_id.into(), name: row.name }).collect())
}

/// Closes a conversation, or reopens it when nobody closes it; `false` if it has another version by now.
pub(super) async fn settle(
    tx: &mut Tx,
    permit: &Permit<End, Conversation>,
    version: i32,
    closed_by: Option<UserId>,
) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update conversations set closed_at = case when $3::uuid is not null then $4::timestamptz end, closed_by = $3, version = version + 1
         where thread_id = $1 and version = $2",
        permit.id().0.uuid(),
        version,
        closed_by.map(UserId::uuid),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Hands a conversation over; `false` if it has another version by now.
pub(super) async fn assign(tx: &mut Tx, permit: &Permit<End, Conversation>, version: i32, to: Option<UserId>) -> Result<bool> {
    let done = sqlx::query!(
        "update conversations set assigned_to = $3, version = version + 1 where thread_id = $1 and version = $2",
        permit.id().0.uuid(),
        version,
        to.map(UserId::uuid)
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}
