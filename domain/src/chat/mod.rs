//! The conversation of a visit; and in `care` the conversations of patients with those who care for them.
//!
//! Invariants
//! - Messages are appended, never changed; each is encrypted with the patient's key and has a position in its thread, without gaps.
//! - A message is acknowledged after its commit; a message that is sent again with the same key is stored once.
//! - Opening a thread is audited, and so is each later delivery of messages. The text goes only to whoever opened the thread, never into the outbox.
//!
//! Boundary: the server knows which sockets have a thread open (`server/src/live`).

mod care;
mod notices;
mod open;
mod send;
mod store;

pub use care::{
    HandOver, ListConversations, MailContent, MailKind, OpenConversation, ReadConversation, SetAwayNote, WriteMessage, away_note,
    close_conversation, conversation, conversation_news, counterparts, hand_over_conversation, list_conversations,
    mark_conversation_read, open_conversation, recipient, reopen_conversation, search_conversations, set_away_note,
    unread_conversations, write_message,
};
pub use open::{messages, open_thread};
pub use send::{SendMessage, send};

pub(crate) use notices::Event;
