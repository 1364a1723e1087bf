//! Prescriptions: written, reviewed and signed by the doctor, read by the patient, verified by anyone who has the code.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

words::catalogue!();

mod cancel;
mod change;
mod discard;
mod edit;
mod fields;
mod list;
mod parts;
mod review;
mod show;
mod verify;
mod write;

pub use cancel::{CancelPage, CancelPrescription, CancelValues, cancel_prescription};
pub use change::{ChangeDraft, ChangeValues, change_draft};
pub use discard::DiscardPage;
pub use edit::{EditItemPage, EditMedicine, EditValues, ReadMedicine, ToEdit, edit_medicine, read_medicine};
pub use list::{DoctorPrescriptionsPage, ListPrescriptions, PharmacyPrescriptionsPage, PrescriptionsPage, list_prescriptions};
pub use parts::{PdfLink, StateTag};
pub use review::{ReadReview, ReviewPage, SignPrescription, SignValues, ToSign, read_review, sign_prescription};
pub use show::{DoctorPrescriptionPage, PharmacyPrescriptionPage, PrescriptionPage, ReadPrescription, read_prescription};
pub use verify::{ReadVerification, VerifiedPage, VerifyCode, VerifyPage, VerifyValues, read_verification, verify_code};
pub use write::{AddMedicine, AddValues, ReadDraft, ToWrite, WritePage, add_medicine, read_draft};
