//! Generated schedules for the slot engine, in zones around the changes of their clocks. They are the same on every machine: a property test compares the engine
//! with an oracle on them (`tests/slots.rs`), and a browser test compares what WebAssembly answers with what native code does (`end2end/tests/slots.spec.ts`).
//!
//! `cargo xtask` compiles it to a module of its own for the browser, so that nothing of it is in the pages' WebAssembly.

mod answers;
mod draws;
#[cfg(target_family = "wasm")]
pub mod exports;
mod given;
mod month;

pub use answers::{COMPARED_MINS, digest};
pub use given::{Given, ZONES};
pub use month::months;
