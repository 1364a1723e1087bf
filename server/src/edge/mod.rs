//! What every request passes through before a page, a server function, the REST interface or a socket sees it: its id, its address, the session
//! or token that it brings, the check of its origin; and the headers that every answer carries.
//!
//! Invariant: [`domain::access::Access`] is made here and nowhere else.

pub mod address;
pub mod authenticate;
pub mod cookie;
pub mod headers;
pub mod limits;
pub mod origin;
mod session_store;

pub use authenticate::{Gate, authenticate, authenticate_api};
pub use cookie::session_layer;
pub use limits::Limits;
