//! The chat of a visit, and the conversations of patients with those who care for them.

pub mod attention;
pub mod conversation;
pub mod group;
pub mod mass;
pub mod retention;
mod text;
pub mod views;
pub mod waiting;

pub use text::{LONGEST_MESSAGE, MessageText};
