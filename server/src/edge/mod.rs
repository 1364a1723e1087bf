//! The middleware that every request passes before a page, server function, REST handler or socket: it determines the client address, counts the request,
//! reads its body and lets it wait for a place; then it determines the request id and the session or token, checks the origin, and sets the headers of every
//! response.
//!
//! Invariant: only this module creates [`domain::access::Access`] for a request.

pub mod address;
pub mod authenticate;
pub mod consents;
pub mod cookie;
pub mod cost;
pub mod headers;
pub mod intake;
pub mod limits;
pub mod origin;
pub mod scopes;
mod session_store;

pub use authenticate::{Gate, authenticate, authenticate_api, identify_client};
pub use cookie::session_layer;
pub use intake::{Intake, take_in};
pub use limits::Limits;
