//! Form values that are not saved elsewhere yet.
//!
//! [`refused`] keeps the values of a form that was posted without wasm and refused, for half an hour: the page that shows them again knows the
//! draft's random id. [`kept`] keeps what a signed-in user is typing, for a week: only its author gets it back.
//!
//! A draft is not part of a record. So writing one, or reading one's own, leaves no audit entry; the use case that makes it part of a record writes
//! that entry (docs/adr/0014).

pub mod kept;
pub mod refused;

pub use kept::{Keep, Kept, Outcome, close, keep, load_kept, sweep_kept};
pub use refused::{exists, load, save, sweep, take};
