//! Live updates: one socket per open page, the rooms of visits, and the messages between server instances.
//!
//! Durable events are pulled: when a socket is told that there is news, it reads the events that its page has missed from the tables, starting
//! from the page's own number. So a lost notification loses no event, and no order has to be kept here. Transient messages (presence, signals,
//! what is sent, typing) go from the room directly to the sockets, and to other instances through [`crate::copies`]. Changes of a doctor's free times
//! are transient too: the dispatcher tells all instances, and each tells the pages that show them; a page that was offline reloads them.
//! Who looks at a conversation and who writes in it is told to the sockets of the other side, and nothing of it is kept (`hub/threads.rs`).
//!
//! Invariants
//! - Only a participant of a visit can enter its room ([`domain::visits::seat`]), and leaves it when no longer a participant.
//! - The text of a chat goes only to sockets that opened it, and is read with their own access.
//! - Each message that reads or changes something looks the session up again and is audited by itself.
//! - A socket outlives neither its session nor the role, the clinic and the patient in which its user acted when it opened. A page that is too slow is disconnected and reconnects.
//! - Signals are never logged and never stored permanently.

mod between;
mod handle;
mod handler;
mod hub;
mod ice;
mod listen;
mod room;
mod socket;

pub use between::close_revoked;
pub use handler::routes;
pub use hub::{ABSENCE, Hub, Options};
pub use ice::IceDesk;
pub use listen::listen;
