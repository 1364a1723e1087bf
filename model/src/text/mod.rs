//! What text is: the one place that decides how text that people type is read before it is stored, compared, searched, keyed or hashed.
//!
//! - Free text (names, reasons, notes, messages) goes through [`single_line`] or [`many_lines`]: composed form (NFC), nothing invisible,
//!   no control characters.
//! - Text that a machine compares (addresses, codes, numbers, licence numbers) goes through [`machine_form`] first: fullwidth forms
//!   and the digits of every script become ASCII.
//! - A secret that is hashed goes through [`secret_form`].
//! - Searches compare the [`fold`]ed form of a text with that of what is looked for; [`clinical`] knows the spellings of clinicians.
//!
//! Boundary: what a value may hold beyond this is decided by its type.

mod clean;
pub mod clinical;
mod digits;
pub mod direction;
pub mod fold;
mod invisible;
mod machine;

pub(crate) use invisible::is_pictograph;

pub use clean::{many_lines, secret_form, single_line, visible};
pub use digits::digit_value;
pub use machine::{is_dash, machine_form};
