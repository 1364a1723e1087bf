//! Text handling: the one place that decides how typed text is normalised before it is stored, compared, searched, used as a key or hashed.
//!
//! - Free text (names, reasons, notes, messages) goes through [`single_line`] or [`many_lines`]: composed form (NFC), no invisible and
//!   no control characters.
//! - Text that programs compare (addresses, codes, numbers, licence numbers) first goes through [`machine_form`]: fullwidth characters
//!   and the digits of every script become ASCII.
//! - A secret that is hashed goes through [`secret_form`].
//! - A search compares the [`fold`]ed form of a text with the folded form of the search text; [`clinical`] knows American and British spellings.
//!
//! Further limits on a value are decided by its type.

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
