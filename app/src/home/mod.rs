//! The first page of each portal, and the first page for strangers.

mod doctor;
mod patient;
mod welcome;

pub use doctor::DoctorHome;
pub use patient::PatientHome;
pub use welcome::WelcomePage;
