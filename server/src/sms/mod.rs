//! Outgoing text messages (SMS): composing them from the message catalogue, and handing them to Twilio, or a service with its interface, or, without one, writing
//! them to files that the development mailbox shows.
//!
//! Invariants: a message has a code or a link and nothing medical; a report of the service counts only with its signature.

mod compose;
mod outbox;
mod reports;
mod send;
mod signature;
mod twilio;

pub(crate) use outbox::{ENDING, Written};
pub use reports::routes;
pub(crate) use send::probe;
pub use send::{Error, Refusal, Texter, send};
pub(crate) use twilio::Reached;
