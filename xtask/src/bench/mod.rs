//! `cargo xtask bench …`: figures that anyone can repeat.

mod figures;
mod relay;

pub(crate) use relay::{Extent, relay};
