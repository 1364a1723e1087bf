//! What happens in a conversation, and who is told about it.

use crate::{
    Result,
    live::LiveKind,
    notifications::{LiveNotice, MailNotice, Notices},
    visits,
};
use jiff::Timestamp;
use model::ids::{MessageId, ThreadId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// Something that happened in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// Somebody wrote in a thread.
    MessageSent {
        /// The thread.
        thread: ThreadId,
        /// The message.
        message: MessageId,
    },
}

impl Notices for Event {
    async fn mails(&self, _: &mut PgConnection, _: Timestamp) -> Result<Vec<MailNotice>> {
        match self {
            Self::MessageSent { .. } => Ok(Vec::new()),
        }
    }

    async fn live(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<LiveNotice>> {
        match *self {
            Self::MessageSent { thread, .. } => thread_told(connection, thread, at).await,
        }
    }
}

async fn thread_told(connection: &mut PgConnection, thread: ThreadId, at: Timestamp) -> Result<Vec<LiveNotice>> {
    let row = sqlx::query!("select encounter_id from thread_visit where thread_id = $1", thread.uuid())
        .fetch_one(&mut *connection)
        .await?;
    let Some(encounter) = row.encounter_id else { return Ok(Vec::new()) };
    let participants = visits::participants(connection, encounter.into(), at).await?;
    Ok(LiveNotice::for_users(participants, LiveKind::Thread, thread.uuid()))
}
