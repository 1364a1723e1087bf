//! Messages between copies of the server, in NOTIFYs. A message that is too long for one is a row in an unlogged table, and the NOTIFY has its id; such
//! rows are deleted after a minute.
//!
//! A NOTIFY takes a lock of the whole cluster when its transaction commits, so the server sends what it has to tell together and a few times a second, and
//! nothing while it is alone.

use super::CopyId;
use crate::{Domain, Error, Result, live::payloads};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::{PgConnection, postgres::PgListener};
use std::collections::VecDeque;

/// The channel; the payload is `copy:[message, …]`, or `copy:id` for a message that has a row, with the copy in hexadecimal.
const CHANNEL: &str = "bedside_signals";

const KEPT: SignedDuration = SignedDuration::from_mins(1);

/// What a copy hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Another copy has announced itself: it hears from now on.
    Hello(CopyId),
    /// A message.
    Message(CopyId, Value),
    /// Messages may be missing, because the connection broke.
    Anything,
}

/// Sends messages to the other copies, in this order. Without a message it only announces this copy.
///
/// # Errors
/// `database.unavailable`.
pub async fn publish(domain: &Domain, me: CopyId, messages: &[Value]) -> Result<()> {
    let prefix = format!("{me}:");
    let mut connection = domain.pool().acquire().await?;
    let (mut told, mut short) = (Vec::new(), Vec::new());
    for message in messages {
        let text = message.to_string();
        if payloads::fits(&prefix, &text) {
            short.push(text);
        } else {
            told.extend(payloads::lists(&prefix, short.drain(..)));
            told.push(format!("{prefix}{}", store(&mut connection, domain, text.as_bytes()).await?));
        }
    }
    told.extend(payloads::lists(&prefix, short.drain(..)));
    if messages.is_empty() {
        told.push(format!("{prefix}[]"));
    }
    payloads::notify(&mut connection, CHANNEL, &told).await
}

async fn store(connection: &mut PgConnection, domain: &Domain, body: &[u8]) -> Result<i64> {
    let row = sqlx::query!("insert into live_signals (body, at) values ($1, $2) returning id", body, domain.now().to_sqlx())
        .fetch_one(connection)
        .await?;
    Ok(row.id)
}

/// A separate connection that listens to the other copies.
#[derive(Debug)]
pub struct Incoming {
    domain: Domain,
    me: CopyId,
    inner: PgListener,
    /// What came in one NOTIFY.
    waiting: VecDeque<Heard>,
}

impl Incoming {
    /// Begins to listen.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn open(domain: &Domain, me: CopyId) -> Result<Self> {
        let mut inner = PgListener::connect_with(domain.listening()).await?;
        inner.listen(CHANNEL).await?;
        Ok(Self { domain: domain.clone(), me, inner, waiting: VecDeque::new() })
    }

    /// Waits for the next message of another copy.
    ///
    /// # Errors
    /// `database.unavailable` when the connection broke and could not be restored.
    pub async fn next(&mut self) -> Result<Heard> {
        loop {
            if let Some(heard) = self.waiting.pop_front() {
                return Ok(heard);
            }
            let Some(notification) = self.inner.try_recv().await? else { return Ok(Heard::Anything) };
            match read(notification.payload()) {
                Some((from, _)) if from == self.me => {}
                Some((from, Payload::Messages(messages))) if messages.is_empty() => return Ok(Heard::Hello(from)),
                Some((from, Payload::Messages(messages))) => {
                    self.waiting.extend(messages.into_iter().map(|message| Heard::Message(from, message)));
                }
                Some((from, Payload::Row(id))) => {
                    self.waiting.extend(fetch(&self.domain, id).await?.map(|message| Heard::Message(from, message)));
                }
                None => tracing::debug!("a signal of an unknown form"),
            }
        }
    }
}

enum Payload {
    Messages(Vec<Value>),
    Row(i64),
}

fn read(payload: &str) -> Option<(CopyId, Payload)> {
    let (from, rest) = payload.split_once(':')?;
    let payload = match rest.parse() {
        Ok(id) => Payload::Row(id),
        Err(_) => Payload::Messages(serde_json::from_str(rest).ok()?),
    };
    Some((from.parse().ok()?, payload))
}

/// The message with this id; `None` when it has been deleted.
async fn fetch(domain: &Domain, id: i64) -> Result<Option<Value>> {
    let body = sqlx::query_scalar!("select body from live_signals where id = $1", id).fetch_optional(domain.pool()).await?;
    body.map(|body| serde_json::from_slice(&body).map_err(Error::internal)).transpose()
}

/// Deletes messages that are older than a minute; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep(domain: &Domain) -> Result<u64> {
    let before = domain.now() - KEPT;
    Ok(sqlx::query!("delete from live_signals where at < $1", before.to_sqlx()).execute(domain.pool()).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_read() {
        let read = |payload| match read(payload) {
            Some((from, Payload::Messages(messages))) => format!("{from} {}", Value::from(messages)),
            Some((from, Payload::Row(id))) => format!("{from} {id}"),
            None => "nothing".to_owned(),
        };
        assert_eq!(read("ff:12"), "ff 12");
        assert_eq!(read(r#"ff:[{"a":"b:c"},1]"#), r#"ff [{"a":"b:c"},1]"#);
        assert_eq!(read("ff:[]"), "ff []");
        for payload in ["12", "ff:", "x:[]", "ff:{}"] {
            assert_eq!(read(payload), "nothing", "{payload}");
        }
    }
}
