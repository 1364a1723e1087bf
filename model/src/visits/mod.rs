//! Visits: the call between two browsers as a state machine without a browser, and what pages show of a visit.

pub mod negotiation;
pub mod ratings;
pub mod signal;
pub mod views;
