//! What the server answers over HTTP, through the real router, on a real database: forms, server functions, the programming interface, sockets.
//! One program, because each costs a minute to link.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod forms;
mod functions;
mod house;
mod live;
mod rest;
