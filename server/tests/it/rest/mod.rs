//! The REST API through the real router, with a real database.
//!
//! For every request, [`crate::house::Client`] also checks the general rules: responses are not cached, errors have the common shape, and the
//! status is one that the description lists for the route.

mod bad_input;
mod booking;
mod calendar;
mod consents;
mod description;
mod edges;
mod email;
mod factors;
mod letters;
mod limited;
mod meetings;
mod notices;
mod observations;
mod organisation;
mod patients;
mod people;
mod record;
mod refusals;
mod rooms;
mod series;
mod slots;
mod team;
mod threads;
mod tokens;
mod users;
mod visit_types;
pub(crate) mod visits;
mod waiting;
