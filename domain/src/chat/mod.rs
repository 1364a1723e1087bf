//! The conversation beside a visit.
//!
//! Invariants
//! - Messages are appended, never changed; each is encrypted with the patient's key and has its place in its thread, without gaps.
//! - A message is acknowledged after its commit; sent again under the same key it is the same message.
//! - Opening a thread is the audited read. The text goes to whoever opened it, never into the outbox.
//!
//! Boundary: which sockets have a thread open is the server's (`server/src/live`).

mod open;
mod send;
mod store;

pub use open::{messages, open_thread};
pub use send::{SendMessage, send};
