//! Doctors before they are verified: applying, seeing the application's status, correcting it.

mod apply;
mod own;
mod profile;

pub use apply::{Apply, ApplyPage, ApplySentPage, ApplyValues, apply};
pub use own::{LoadOwnApplication, OwnApplicationPage, Revise, load_own_application, revise};
pub use profile::{LoadSpecialties, ProfileValues, load_specialties};
