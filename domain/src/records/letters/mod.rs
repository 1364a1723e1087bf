//! Letters of doctors: referrals, sick notes, fit notes and summaries of visits.
//!
//! Invariants
//! - A letter belongs to a visit, and the doctor of the visit writes it. Only its author sees a draft.
//! - An issued letter is frozen: the database refuses every change. Its paper is printed from the canonical JSON that was stored then, with the letterhead and the names of
//!   that time. It can only be withdrawn, by a row of its own with the reason.
//! - Nothing is issued that cannot be printed.
//! - All that a letter says is encrypted with the patient's key. What it is and when it was issued are not.

mod issue;
mod paper;
mod read;
mod withdraw;
mod write;

pub use issue::{IssueLetter, issue_letter};
pub use paper::letter_pdf;
pub use read::{ListLetters, letter, letters, letters_of_patient, new_letter};
pub use withdraw::{WithdrawLetter, withdraw_letter};
pub use write::{ChangeLetter, DiscardLetter, WriteLetter, change_letter, discard_letter, write_letter};

pub(super) use read::issued;
