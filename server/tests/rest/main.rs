//! The programming interface through the real router, on a real database.
//!
//! Whatever a test asks, [`house::Client`] also checks what holds everywhere: nothing is cached, an error has the one shape, and the status is
//! one that the description names for the route.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod bad_input;
mod booking;
mod description;
mod edges;
mod house;
mod refusals;
mod tokens;
mod visits;
