//! Prescriptions: written as a draft, signed once, taken back by a second word, never changed in between.
//!
//! Invariants
//! - A draft is seen by its author only. What is signed is frozen: the database refuses every change, and what happens to it later is a row
//!   in `prescription_events`.
//! - What was signed is the canonical JSON of the whole paper ([`paper`]), encrypted with the patient's key, with its SHA-256 beside it. The
//!   paper is always printed from it.
//! - Nothing is signed that could not be printed: a text that the paper cannot show is refused while it is typed, and the paper is rendered
//!   once before the signature stands.
//! - Who has the code on the paper learns whether it holds, and nothing of what was prescribed for whom.
//!
//! Boundary: asking for the password again is `identity`'s, counting wrong tries and wrong codes is the edge's. Interactions, renewals and
//! dispensing are not here.

mod cancel;
pub mod document;
mod draft;
mod encounter;
mod items;
mod paper;
mod read;
mod rules;
mod sign;
mod store;
mod verify;

pub use cancel::{CancelPrescription, cancel};
pub use draft::{DiscardDraft, discard, draft_for};
pub use items::{AddItem, Direction, EditItem, MoveItem, RemoveItem, add_item, edit_item, move_item, remove_item};
pub use paper::pdf;
pub use read::{ListPrescriptions, get, list, review};
pub use sign::{SignPrescription, sign};
pub use verify::verify;

pub(crate) use encounter::facts_of as facts_of_encounter;
pub(crate) use paper::{Parties, Signed, person_number};
pub(crate) use read::{medicines_taken, signed_at_visit};
