//! How text that people write is compared: one place decides, so that a search and what it searches agree.

pub mod clinical;
pub mod direction;
pub mod fold;
