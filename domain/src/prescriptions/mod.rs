//! Prescriptions: written as a draft, signed once, and never changed after that; they can only be cancelled.
//!
//! Invariants
//! - Only its author sees a draft. A signed prescription is frozen: the database refuses every change, and what happens to it later is a row in
//!   `prescription_events`.
//! - The signed document is the canonical JSON of the whole paper ([`paper`]), encrypted with the patient's key and stored with its SHA-256. The
//!   paper is always printed from it.
//! - Nothing is signed that cannot be printed: a text that the paper cannot show is refused when it is entered, and the paper is rendered once
//!   before the signature is stored.
//! - Anyone with the code on the paper learns whether the prescription is valid, and nothing about what was prescribed for whom.
//!
//! Boundary: `identity` checks the password that is typed again and limits wrong ones; the server limits requests. Interactions, renewals and
//! dispensing are not here.

mod cancel;
mod draft;
mod encounter;
mod items;
mod notices;
mod paper;
mod read;
mod rules;
mod sign;
mod store;
mod verify;

pub use cancel::{CancelPrescription, cancel};
pub use draft::{DiscardDraft, discard, draft_for};
pub use items::{AddItem, Direction, EditItem, MoveItem, RemoveItem, add_item, edit_item, move_item, remove_item};
pub use notices::{MailContent, MailKind};
pub use paper::pdf;
pub use read::{ListPrescriptions, drafts_waiting, get, list, review};
pub use sign::{SignPrescription, sign};
pub use verify::verify;

pub(crate) use notices::Event;
pub(crate) use paper::{Parties, Signed, letterhead, person_number, picture, signer, written, zone};
pub(crate) use read::{medicines_taken, signed, signed_at_visit};
