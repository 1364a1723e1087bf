//! The home page of each portal, and the public welcome page.

mod doctor;
mod patient;
mod staff;
mod welcome;

pub use doctor::DoctorHome;
pub use patient::PatientHome;
pub use staff::StaffHome;
pub use welcome::WelcomePage;
