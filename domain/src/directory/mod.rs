//! People and places: clinics, specialties, doctors with their licences, patients; how people sign up, and their administration.
//!
//! Invariants
//! - A doctor is listed and can be booked only when verified, with a fee, not suspended, and with a licence that has not expired.
//! - What a patient gave in confidence (the phone number, the address) is encrypted with the patient's key.
//! - An administrator sees accounts, applications and the decisions on them, and no clinical content.

mod application;
mod birth;
mod break_glass;
mod clinics;
mod confirm;
mod contact;
mod locale;
mod names;
mod notices;
mod own_profile;
mod people;
mod places;
mod review;
mod rules;
mod setup;
mod sign_up;
mod store;
mod suspension;

pub use application::{DoctorApplication, Profile, ReviseApplication, apply_as_doctor, own_application, revise_application};
pub use birth::{CorrectBirthDate, birth_date, correct_birth_date};
pub use break_glass::{
    BreakGlass, ReviewBreakGlass, break_glass, broken_glasses, broken_glasses_waiting, end_break_glass, review_break_glass,
};
pub use clinics::{
    AddClosure, CreateClinic, EditClinic, add_closure, clinic, create_clinic, edit_clinic, list_clinics, remove_closure,
};
pub use confirm::confirm_email;
pub use contact::{CorrectContact, contact, correct_contact};
pub use locale::{CorrectLocale, correct_locale};
pub use names::{CorrectName, correct_name};
pub use notices::{MailContent, MailKind};
pub use own_profile::{EditProfile, edit_profile, own_profile};
pub use people::{PeopleCursor, PeopleSearch, person, search_people};
pub use places::{clinics, specialties};
pub use review::{Decide, application, applications, applications_waiting, decide};
pub use setup::{FirstLink, SetUp, check_setup, first_setup_link, may_test_mail, new_setup_link, set_up};
pub use sign_up::{SignUp, sign_up};
pub use suspension::{ChangeAccount, restore, suspend};

pub(crate) use break_glass::open_break_glass;
pub(crate) use notices::Event;
pub(crate) use places::specialty_choices;
pub(crate) use store::{
    lock_patient,
    timetables::{next_doctor_version, user_of_doctor},
};
