//! Doctors: applying, the application's status, correcting it, the profile of a verified doctor. And a patient's own phone number, address and date of birth.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

words::catalogue!();

mod apply;
mod birth;
mod contact;
mod doctor_profile;
mod own;
mod profile;
mod setup;

pub use apply::{Apply, ApplyPage, ApplySentPage, ApplyValues, apply};
pub use birth::{
    BirthDatePage, BirthDateSavedPage, BirthValues, CorrectBirthDate, LoadBirthDate, correct_birth_date, load_birth_date,
};
pub use contact::{ContactPage, ContactSavedPage, ContactValues, CorrectContact, LoadContact, correct_contact, load_contact};
pub use doctor_profile::{
    DoctorProfilePage, DoctorProfileValues, EditDoctorProfile, LoadDoctorProfile, edit_doctor_profile, load_doctor_profile,
};
pub use own::{LoadOwnApplication, OwnApplicationPage, Revise, load_own_application, revise};
pub use profile::{LoadSpecialties, ProfileValues, load_specialties};
pub use setup::{LoadSetup, MailTestValues, SetUp, SetUpPage, SetUpValues, TestMail, load_setup, set_up, test_mail};
