//! Doctors before they are verified (applying, seeing the application's status, correcting it), and a patient's own phone number and address.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

words::catalogue!();

mod apply;
mod birth;
mod contact;
mod own;
mod profile;

pub use apply::{Apply, ApplyPage, ApplySentPage, ApplyValues, apply};
pub use birth::{
    BirthDatePage, BirthDateSavedPage, BirthValues, CorrectBirthDate, LoadBirthDate, correct_birth_date, load_birth_date,
};
pub use contact::{ContactPage, ContactSavedPage, ContactValues, CorrectContact, LoadContact, correct_contact, load_contact};
pub use own::{LoadOwnApplication, OwnApplicationPage, Revise, load_own_application, revise};
pub use profile::{LoadSpecialties, ProfileValues, load_specialties};
