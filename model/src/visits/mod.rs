//! What happens when people meet: the call between two browsers, as rules without a browser, and what pages show of a visit.

pub mod negotiation;
pub mod signal;
pub mod views;
