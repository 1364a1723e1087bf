//! What pages show of a chat.

use crate::ids::{MessageId, ThreadId};
use crate::visits::views::Side;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// One message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// The message's id.
    pub id: MessageId,
    /// Its place in the thread, from 1, without gaps.
    pub position: i64,
    /// Which participant wrote it.
    pub from: Side,
    /// The sender's name.
    pub sender_name: String,
    /// The key that the sender's page gave the message.
    pub client_key: Uuid,
    /// The text.
    pub text: String,
    /// When the server stored it.
    pub sent_at: Timestamp,
}

impl fmt::Debug for MessageView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageView").field("id", &self.id).field("position", &self.position).finish_non_exhaustive()
    }
}

/// The chat of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadView {
    /// The thread's id.
    pub thread: ThreadId,
    /// The caller's side of the visit.
    pub side: Side,
    /// Whether messages can be written now.
    pub open: bool,
    /// The newest messages, oldest first.
    pub messages: Vec<MessageView>,
}
