//! The chat of a visit.

mod text;
pub mod views;

pub use text::{LONGEST_MESSAGE, MessageText};
