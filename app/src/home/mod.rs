//! The home page of each portal, and the public welcome page.

mod desk;
mod doctor;
mod patient;
mod welcome;

pub use desk::{DeskHome, LaboratoryHome, WardHome};
pub use doctor::DoctorHome;
pub use patient::PatientHome;
pub use welcome::WelcomePage;
