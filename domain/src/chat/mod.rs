//! The conversation of a visit.
//!
//! Invariants
//! - Messages are appended, never changed; each is encrypted with the patient's key and has a position in its thread, without gaps.
//! - A message is acknowledged after its commit; a message that is sent again with the same key is stored once.
//! - Opening a thread is audited, and so is each later delivery of messages. The text goes only to whoever opened the thread, never into the outbox.
//!
//! Boundary: the server knows which sockets have a thread open (`server/src/live`).

mod notices;
mod open;
mod send;
mod store;

pub use open::{messages, open_thread};
pub use send::{SendMessage, send};

pub(crate) use notices::Event;
