//! What pages show of a conversation.

use crate::ids::{MessageId, ThreadId};
use crate::visits::views::Side;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// One message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// Which one.
    pub id: MessageId,
    /// Its place in the thread, from 1, without gaps.
    pub position: i64,
    /// Who wrote it.
    pub from: Side,
    /// The sender's name.
    pub sender_name: String,
    /// The key that the sender's page gave it.
    pub client_key: Uuid,
    /// What it says.
    pub text: String,
    /// When it was kept.
    pub sent_at: Timestamp,
}

impl fmt::Debug for MessageView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageView").field("id", &self.id).field("position", &self.position).finish_non_exhaustive()
    }
}

/// The conversation of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadView {
    /// Which one.
    pub thread: ThreadId,
    /// On which side the caller is.
    pub side: Side,
    /// Whether something can be written now.
    pub open: bool,
    /// The newest messages, oldest first.
    pub messages: Vec<MessageView>,
}
