//! The conversation beside a visit.

mod text;
pub mod views;

pub use text::{LONGEST_MESSAGE, MessageText};
