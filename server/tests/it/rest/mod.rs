//! The programming interface through the real router, on a real database.
//!
//! Whatever a test asks, [`crate::house::Client`] also checks what holds everywhere: nothing is cached, an error has the one shape, and the status is
//! one that the description names for the route.

mod bad_input;
mod booking;
mod description;
mod edges;
mod people;
mod refusals;
mod tokens;
pub(crate) mod visits;
