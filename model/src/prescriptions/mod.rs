//! Prescriptions: medicines, the prescription number, the verification code, and what pages show.

mod cancellation;
mod code;
mod medicine;
mod number;
mod views;

pub use cancellation::CancelReason;
pub use code::VerificationCode;
pub use medicine::{Medicine, TypedMedicine};
pub use number::PrescriptionNumber;
pub use views::{DraftPage, ItemView, PrescriptionLine, PrescriptionState, PrescriptionView, Verification};
