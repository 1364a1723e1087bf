//! The messages of conversations in the database.

use super::{super::Conversation, attached::files_of, mark_in, position};
use crate::{
    Error, Result,
    access::{Action, Permit},
    db::Tx,
    vault::Column,
};
use jiff_sqlx::ToSqlx;
use model::{
    chat::{
        MessageText,
        conversation::{ConversationMessage, Writer},
    },
    ids::{MessageId, PatientId, ThreadId, UserId},
};
use uuid::Uuid;

/// A message to append.
pub(in crate::chat::care) struct NewMessage<'a> {
    pub(in crate::chat::care) sender: UserId,
    pub(in crate::chat::care) side: Writer,
    pub(in crate::chat::care) client_key: Uuid,
    pub(in crate::chat::care) quotes: Option<i64>,
    pub(in crate::chat::care) text: &'a MessageText,
}

/// A message that was appended.
pub(in crate::chat::care) struct Appended {
    pub(in crate::chat::care) id: MessageId,
    pub(in crate::chat::care) position: i64,
    /// Whether its writer has read everything before it.
    pub(in crate::chat::care) all_seen: bool,
}

/// Appends a message to a thread that is locked, or new. A writer who has read everything before it has read it too; one whose message waited offline may not have.
/// The first answer of a desk makes its writer the one who answers.
pub(in crate::chat::care) async fn append(
    tx: &mut Tx,
    (thread, patient): (ThreadId, PatientId),
    message: &NewMessage<'_>,
) -> Result<Appended> {
    let NewMessage { sender, side, client_key, quotes, text } = *message;
    let (id, now) = (tx.new_id::<MessageId>(), tx.now());
    let key = tx.patient_key(patient).await?;
    let body = key.encrypt(tx.domain().randomness(), Column::Message, id, text.as_str());
    let place = sqlx::query_scalar!("update threads set last = last + 1 where id = $1 returning last", thread.uuid())
        .fetch_one(tx.connection())
        .await?;
    sqlx::query!(
        "insert into messages (id, thread_id, sender_user_id, client_key, position, body_cipher, sent_at, side, quotes)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.uuid(),
        thread.uuid(),
        sender.uuid(),
        client_key,
        place,
        body,
        now.to_sqlx(),
        side.as_str(),
        quotes.map(position).transpose()?
    )
    .execute(tx.connection())
    .await?;
    let answers = (side == Writer::Care).then_some(sender);
    sqlx::query!(
        "update conversations set last_at = $2,
           assigned_to = case when doctor_id is null then coalesce(assigned_to, $3::uuid) else assigned_to end
         where thread_id = $1",
        thread.uuid(),
        now.to_sqlx(),
        answers.map(UserId::uuid)
    )
    .execute(tx.connection())
    .await?;
    let seen = sqlx::query_scalar!(
        "select seen from conversation_marks where thread_id = $1 and user_id = $2 and side = $3",
        thread.uuid(),
        sender.uuid(),
        side.as_str()
    )
    .fetch_optional(tx.connection())
    .await?;
    let (place, all_seen) = (i64::from(place), seen.unwrap_or(0) == place - 1);
    if all_seen {
        mark_in(tx, thread, (sender, side), (place, place)).await?;
    }
    Ok(Appended { id, position: place, all_seen })
}

/// The position of the message that the sender's page already sent with the same key.
pub(in crate::chat::care) async fn position_of<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, Conversation>,
    sender: UserId,
    key: Uuid,
) -> Result<Option<i64>> {
    let found = sqlx::query_scalar!(
        "select position from messages where thread_id = $1 and sender_user_id = $2 and client_key = $3",
        permit.id().0.uuid(),
        sender.uuid(),
        key
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.map(i64::from))
}

/// Which messages to load.
#[derive(Debug, Clone, Copy)]
pub(in crate::chat::care) enum Part {
    /// The newest ones.
    Newest,
    /// The newest ones before a position.
    Before(i64),
    /// Those after a position, oldest first.
    After(i64),
}

/// The message at this position.
pub(in crate::chat::care) async fn message<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, Conversation>,
    reader: UserId,
    position: i64,
) -> Result<ConversationMessage> {
    let found = messages(tx, permit, reader, Part::After(position - 1), 1).await?;
    found.into_iter().next().ok_or_else(|| Error::internal("a message that was just kept"))
}

/// Messages, decrypted, oldest first.
pub(in crate::chat::care) async fn messages<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, Conversation>,
    reader: UserId,
    part: Part,
    limit: i64,
) -> Result<Vec<ConversationMessage>> {
    // A position that does not fit is beyond all messages.
    let bound = |position: i64| i32::try_from(position.max(0)).unwrap_or(i32::MAX);
    let (after, before, backwards) = match part {
        Part::Newest => (0, None, true),
        Part::Before(position) => (0, Some(bound(position)), true),
        Part::After(position) => (bound(position), None, false),
    };
    let mut rows = sqlx::query!(
        "select m.id, m.position, m.client_key, m.body_cipher, m.sent_at, m.sender_user_id, m.quotes, m.side as \"side!\",
           coalesce(d.name, u.name) as \"sender_name!\"
         from messages m
           join conversations c on c.thread_id = m.thread_id
           join person_name u on u.user_id = m.sender_user_id
           left join doctor_name d on d.doctor_id = c.doctor_id and d.user_id = m.sender_user_id and m.side = 'care'
         where m.thread_id = $1 and m.position > $2 and ($3::integer is null or m.position < $3)
         order by case when $4 then -m.position else m.position end
         limit $5",
        permit.id().0.uuid(),
        after,
        before,
        backwards,
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    if backwards {
        rows.reverse();
    }
    let key = tx.patient_key(permit.patient()?).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut files = files_of(tx, permit, &ids).await?;
    rows.into_iter()
        .map(|row| {
            Ok(ConversationMessage {
                id: row.id.into(),
                position: row.position.into(),
                side: Writer::parse(&row.side).map_err(|_| Error::internal("an unknown side of a conversation"))?,
                sender_name: row.sender_name,
                own: row.sender_user_id == reader.uuid(),
                client_key: row.client_key,
                text: key.decrypt(Column::Message, row.id, &row.body_cipher)?,
                quotes: row.quotes.map(i64::from),
                files: files.remove(&row.id).unwrap_or_default(),
                sent_at: row.sent_at.to_jiff(),
            })
        })
        .collect()
}
