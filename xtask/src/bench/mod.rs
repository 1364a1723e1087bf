//! `cargo xtask bench …`: benchmarks that anyone can repeat.

mod figures;
mod relay;
mod uclient;

pub(crate) use figures::Generator;
pub(crate) use relay::{Extent, relay};
