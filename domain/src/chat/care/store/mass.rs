//! Messages to many, in the database.

use super::super::Opening;
use crate::{
    Error, Result,
    access::{
        Action, Permit,
        actions::{Create, Read, Write},
    },
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    chat::{
        MessageText,
        conversation::ConversationSubject,
        mass::{MassBoard, MassConsent, MassMessage},
    },
    ids::{ClinicId, MassMessageId, PatientId, ThreadId, UserId},
};
use uuid::Uuid;

/// How many messages a board shows.
const SHOWN: i64 = 50;

/// A message to many, for its delivery.
pub(in crate::chat::care) struct Mass {
    pub(in crate::chat::care) id: MassMessageId,
    pub(in crate::chat::care) clinic: ClinicId,
    pub(in crate::chat::care) subject: ConversationSubject,
    pub(in crate::chat::care) text: MessageText,
    pub(in crate::chat::care) sent_by: UserId,
}

/// A patient's answer.
pub(in crate::chat::care) struct Consent {
    pub(in crate::chat::care) agreed: bool,
    pub(in crate::chat::care) version: i32,
}

/// The clinics whose patient the patient is, or to which they have answered, by name.
pub(in crate::chat::care) async fn consents(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<Vec<MassConsent>> {
    let kept = tx.asker().kept;
    let rows = sqlx::query!(
        "select k.clinic_id as \"clinic_id!\", k.name as \"name!\", coalesce(c.agreed, false) as \"agreed!\", c.answered_at as \"answered_at?\",
           coalesce(c.version, 0) as \"version!\"
         from clinic_address k left join mass_message_consents c on c.clinic_id = k.clinic_id and c.patient_id = $1
         where c.patient_id is not null or is_patient_of($1, k.clinic_id, $2)
         order by k.name, k.clinic_id",
        permit.id().uuid(),
        kept
    )
    .fetch_all(tx.connection())
    .await?;
    let consents = rows.into_iter().map(|row| MassConsent {
        clinic: row.clinic_id.into(),
        clinic_name: row.name,
        agreed: row.agreed,
        since: row.answered_at.map(|at| at.to_jiff()),
        version: row.version,
    });
    Ok(consents.collect())
}

/// What the patient has answered to a clinic.
pub(in crate::chat::care) async fn consent(tx: &mut Tx, permit: &Permit<Create, Opening>, clinic: ClinicId) -> Result<Consent> {
    let row = sqlx::query!(
        "select agreed, version from mass_message_consents where patient_id = $1 and clinic_id = $2",
        permit.id().0.uuid(),
        clinic.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map_or(Consent { agreed: false, version: 0 }, |row| Consent { agreed: row.agreed, version: row.version }))
}

/// Whether the patient is one of the clinic.
pub(in crate::chat::care) async fn is_patient(tx: &mut Tx, permit: &Permit<Create, Opening>, clinic: ClinicId) -> Result<bool> {
    let kept = tx.asker().kept;
    let found = sqlx::query_scalar!("select is_patient_of($1, $2, $3) as \"found!\"", permit.id().0.uuid(), clinic.uuid(), kept)
        .fetch_one(tx.connection())
        .await?;
    Ok(found)
}

/// Stores an answer. The permit has locked the patient.
pub(in crate::chat::care) async fn answer(
    tx: &mut Tx,
    permit: &Permit<Create, Opening>,
    (clinic, agrees): (ClinicId, bool),
) -> Result<()> {
    let (user, now) = (tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into mass_message_consents as c (patient_id, clinic_id, agreed, answered_by, answered_at) values ($1, $2, $3, $4, $5)
         on conflict (patient_id, clinic_id) do update
           set agreed = excluded.agreed, answered_by = excluded.answered_by, answered_at = excluded.answered_at, version = c.version + 1",
        permit.id().0.uuid(),
        clinic.uuid(),
        agrees,
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How many patients of the clinic have agreed.
pub(in crate::chat::care) async fn agreed<A: Action>(tx: &mut Tx, permit: &Permit<A, ClinicId>) -> Result<i64> {
    let kept = tx.asker().kept;
    let count = sqlx::query_scalar!(
        "select count(*) as \"count!\"
         from mass_message_consents c join patient_identity p on p.patient_id = c.patient_id
         where c.clinic_id = $1 and c.agreed and p.deleted_at is null and is_patient_of(c.patient_id, c.clinic_id, $2)",
        permit.id().uuid(),
        kept
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(count)
}

pub(in crate::chat::care) async fn board(tx: &mut Tx, permit: &Permit<Read, ClinicId>) -> Result<MassBoard> {
    let agreed = agreed(tx, permit).await?;
    let clinic_name =
        sqlx::query_scalar!("select name as \"name!\" from clinic_address where clinic_id = $1", permit.id().uuid())
            .fetch_one(tx.connection())
            .await?;
    let rows = sqlx::query!(
        "select m.id, m.subject, m.sent_at, coalesce(u.name, '') as \"sent_by!\",
           (select count(*) from mass_message_recipients r where r.message_id = m.id) as \"recipients!\",
           (select count(*) from mass_message_recipients r where r.message_id = m.id and r.thread_id is not null) as \"delivered!\"
         from mass_messages m left join person_name u on u.user_id = m.sent_by
         where m.clinic_id = $1 order by m.sent_at desc, m.id desc limit $2",
        permit.id().uuid(),
        SHOWN
    )
    .fetch_all(tx.connection())
    .await?;
    let sent = rows.into_iter().map(|row| MassMessage {
        id: row.id.into(),
        subject: row.subject,
        sent_by: row.sent_by,
        sent_at: row.sent_at.to_jiff(),
        recipients: row.recipients,
        delivered: row.delivered,
    });
    Ok(MassBoard { clinic: permit.id(), clinic_name, agreed, sent: sent.collect() })
}

/// The message that this administrator sent with this key.
pub(in crate::chat::care) async fn sent(
    tx: &mut Tx,
    _: &Permit<Write, ClinicId>,
    client_key: Uuid,
) -> Result<Option<MassMessageId>> {
    let user = tx.access().acting()?.user;
    let found =
        sqlx::query_scalar!("select id from mass_messages where sent_by = $1 and client_key = $2", user.uuid(), client_key)
            .fetch_optional(tx.connection())
            .await?;
    Ok(found.map(MassMessageId::from))
}

/// Stores a message with its recipients: those who have agreed now.
pub(in crate::chat::care) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Write, ClinicId>,
    (subject, text): (&ConversationSubject, &MessageText),
    client_key: Uuid,
) -> Result<MassMessageId> {
    let (id, user, now) = (tx.new_id::<MassMessageId>(), tx.access().acting()?.user, tx.now());
    let kept = tx.asker().kept;
    sqlx::query!(
        "insert into mass_messages (id, clinic_id, subject, body, sent_by, client_key, sent_at) values ($1, $2, $3, $4, $5, $6, $7)",
        id.uuid(),
        permit.id().uuid(),
        subject.as_str(),
        text.as_str(),
        user.uuid(),
        client_key,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "insert into mass_message_recipients (message_id, patient_id)
         select $1::uuid, c.patient_id from mass_message_consents c join patient_identity p on p.patient_id = c.patient_id
         where c.clinic_id = $2 and c.agreed and p.deleted_at is null and is_patient_of(c.patient_id, c.clinic_id, $3)",
        id.uuid(),
        permit.id().uuid(),
        kept
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

pub(in crate::chat::care) async fn find(tx: &mut Tx, id: MassMessageId) -> Result<Option<Mass>> {
    let row = sqlx::query!("select clinic_id, subject, body, sent_by from mass_messages where id = $1", id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let kept = |_| Error::internal("a message to many that was parsed before");
    Ok(Some(Mass {
        id,
        clinic: row.clinic_id.into(),
        subject: ConversationSubject::parse(&row.subject).map_err(kept)?,
        text: MessageText::parse(&row.body).map_err(kept)?,
        sent_by: row.sent_by.into(),
    }))
}

/// Those who still wait for a message, some at a time.
pub(in crate::chat::care) async fn waiting(tx: &mut Tx, id: MassMessageId, most: i64) -> Result<Vec<PatientId>> {
    let ids = sqlx::query_scalar!(
        "select patient_id from mass_message_recipients where message_id = $1 and settled_at is null order by patient_id limit $2",
        id.uuid(),
        most
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(PatientId::from).collect())
}

/// Whether a patient still waits for it. The patient is locked.
pub(in crate::chat::care) async fn is_waiting(tx: &mut Tx, id: MassMessageId, patient: PatientId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        "select exists (select from mass_message_recipients where message_id = $1 and patient_id = $2 and settled_at is null) as \"found!\"",
        id.uuid(),
        patient.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(found)
}

/// Notes in which conversation a patient has it; none for one who does not get it.
pub(in crate::chat::care) async fn settle(
    tx: &mut Tx,
    (id, patient): (MassMessageId, PatientId),
    thread: Option<ThreadId>,
) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update mass_message_recipients set settled_at = $3, thread_id = $4 where message_id = $1 and patient_id = $2",
        id.uuid(),
        patient.uuid(),
        now.to_sqlx(),
        thread.map(ThreadId::uuid)
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Says that anybody at the desk answers in a conversation that was just begun.
pub(in crate::chat::care) async fn answered_by_anybody(tx: &mut Tx, _: &Permit<Create, Opening>, thread: ThreadId) -> Result<()> {
    sqlx::query!("update conversations set assigned_to = null where thread_id = $1", thread.uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}
