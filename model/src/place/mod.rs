//! Places on the earth: what is typed about them, and how far two of them are apart.

mod position;
mod postcode;

pub use position::{NotAPosition, Position};
pub use postcode::{Near, Postcode};
