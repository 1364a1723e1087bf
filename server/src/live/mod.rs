//! Live things: one socket per open page, the rooms of visits, and the ways between copies of the server.
//!
//! Durable events are pulled: a socket that hears of news reads what its page has missed, from the tables, with its own number. So nothing is
//! lost when a notification is, and no order has to be kept here. Passing messages (who is in the call, signals, typing) go from room to
//! socket directly, and to other copies through [`domain::live::signals`]. That a doctor's times changed is passing too: the dispatcher
//! tells all copies, and each the pages that show them; who was away loads them with the page.
//!
//! Invariants
//! - Only a participant of a visit ever gets into its room ([`domain::visits::seat`]), and leaves it when that no longer holds.
//! - The text of a conversation goes to sockets that opened it, read with their own access.
//! - A socket lives no longer than its session. A page that does not keep up is closed, and comes back.
//! - Signals are never logged and never kept.

mod between;
mod handler;
mod hub;
mod ice;
mod listen;
mod room;
mod socket;

pub use handler::routes;
pub use hub::{Hub, Options};
pub use ice::IceDesk;
pub use listen::listen;
