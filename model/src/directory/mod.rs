//! People and places as pages show them: doctors' applications, accounts, clinics, specialties, countries.

mod countries;
mod languages;
mod views;

pub use countries::Country;
pub use languages::{SpokenLanguage, spoken_language_name};
pub use views::{
    ApplicationDecision, ApplicationRow, ApplicationStatus, ApplicationView, BirthView, ClinicChoice, ContactView, DecisionView,
    LicenceView, OwnApplication, PersonRole, PersonRow, PersonView, SameLicence, SpecialtyChoice, SuspensionKind, SuspensionView,
};
