//! Threads and messages in the database.

use crate::{
    Error, Result,
    access::{Action, Facts, Permit, ResourceKind, Subject},
    db::Tx,
    vault::Column,
};
use jiff_sqlx::ToSqlx;
use model::{
    chat::{MessageText, views::MessageView},
    ids::{EncounterId, MessageId, ThreadId, UserId},
    visits::views::Side,
};
use uuid::Uuid;

impl Subject for ThreadId {
    const KIND: ResourceKind = ResourceKind::Visit;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            sqlx::query!("select id from threads where id = $1 for update", self.uuid()).fetch_optional(tx.connection()).await?;
        }
        let row = sqlx::query!(
            "select t.patient_id, e.doctor_id as \"doctor_id?\", e.clinic_id as \"clinic_id?\"
             from threads t left join visit_course e on e.encounter_id = t.encounter_id where t.id = $1 and t.encounter_id is not null",
            self.uuid()
        )
        .fetch_optional(tx.connection())
        .await?;
        Ok(row.map(|row| Facts {
            patient: Some(row.patient_id.into()),
            doctor: row.doctor_id.map(Into::into),
            clinics: row.clinic_id.map(Into::into).into_iter().collect(),
            ..Facts::default()
        }))
    }
}

/// The thread of a visit; created when it is first opened.
pub(super) async fn thread_of<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>) -> Result<ThreadId> {
    let encounter = permit.id().uuid();
    let find = async |tx: &mut Tx| {
        sqlx::query_scalar!("select id from threads where encounter_id = $1", encounter).fetch_optional(tx.connection()).await
    };
    if let Some(id) = find(tx).await? {
        return Ok(id.into());
    }
    let (id, patient, now) = (tx.new_id::<ThreadId>(), permit.patient()?, tx.now());
    sqlx::query!(
        "insert into threads (id, patient_id, encounter_id, created_at) values ($1, $2, $3, $4) on conflict (encounter_id) do nothing",
        id.uuid(),
        patient.uuid(),
        encounter,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    find(tx).await?.map(Into::into).ok_or_else(|| Error::internal("a thread that was just made"))
}

/// The visit that a thread belongs to.
pub(super) async fn encounter_of<A: Action>(tx: &mut Tx, permit: &Permit<A, ThreadId>) -> Result<EncounterId> {
    sqlx::query_scalar!("select encounter_id from threads where id = $1", permit.id().uuid())
        .fetch_one(tx.connection())
        .await?
        .map(Into::into)
        .ok_or_else(|| Error::internal("a thread without a visit"))
}

/// The position of the message that the sender's page already sent with the same key.
pub(super) async fn position_of(tx: &mut Tx, thread: ThreadId, sender: UserId, key: Uuid) -> Result<Option<i64>> {
    let found = sqlx::query_scalar!(
        "select position from messages where thread_id = $1 and sender_user_id = $2 and client_key = $3",
        thread.uuid(),
        sender.uuid(),
        key
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.map(i64::from))
}

/// Appends a message to the thread that the permit has locked.
pub(super) async fn append<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, ThreadId>,
    sender: UserId,
    client_key: Uuid,
    text: &MessageText,
) -> Result<(MessageId, i64)> {
    let (id, thread, now) = (tx.new_id::<MessageId>(), permit.id().uuid(), tx.now());
    let key = tx.patient_key(permit.patient()?).await?;
    let body = key.encrypt(tx.domain().randomness(), Column::Message, id, text.as_str());
    let position = sqlx::query_scalar!("update threads set last = last + 1 where id = $1 returning last", thread)
        .fetch_one(tx.connection())
        .await?;
    sqlx::query!(
        "insert into messages (id, thread_id, sender_user_id, client_key, position, body_cipher, sent_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id.uuid(),
        thread,
        sender.uuid(),
        client_key,
        position,
        body,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok((id, position.into()))
}

/// Which messages to load.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// The newest ones.
    Newest,
    /// Those after a position, oldest first.
    After(i64),
}

/// Messages, decrypted, oldest first.
pub(super) async fn messages<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, ThreadId>,
    part: Part,
    limit: i64,
) -> Result<Vec<MessageView>> {
    let (after, newest) = match part {
        Part::Newest => (0, true),
        Part::After(position) => (i32::try_from(position.max(0)).unwrap_or(i32::MAX), false),
    };
    let mut rows = sqlx::query!(
        "select m.id, m.position, m.client_key, m.body_cipher, m.sent_at, u.name as \"sender_name!\",
           coalesce(d.name, '') as \"doctor_name!\", d.doctor_id is not null as \"from_doctor!\"
         from messages m
           join person_name u on u.user_id = m.sender_user_id
           join threads t on t.id = m.thread_id
           left join visit_course e on e.encounter_id = t.encounter_id
           left join doctor_name d on d.doctor_id = e.doctor_id and d.user_id = m.sender_user_id
         where m.thread_id = $1 and m.position > $2
         order by case when $3 then -m.position else m.position end
         limit $4",
        permit.id().uuid(),
        after,
        newest,
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    if newest {
        rows.reverse();
    }
    let key = tx.patient_key(permit.patient()?).await?;
    rows.into_iter()
        .map(|row| {
            let (from, sender_name) =
                if row.from_doctor { (Side::Doctor, row.doctor_name) } else { (Side::Patient, row.sender_name) };
            Ok(MessageView {
                id: row.id.into(),
                position: row.position.into(),
                from,
                sender_name,
                client_key: row.client_key,
                text: key.decrypt(Column::Message, row.id, &row.body_cipher)?,
                sent_at: row.sent_at.to_jiff(),
            })
        })
        .collect()
}
