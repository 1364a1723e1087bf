//! People and places as pages show them: doctors' applications, accounts, clinics, specialties, countries.

mod break_glass;
mod clinic;
mod countries;
mod fee;
mod languages;
mod views;
mod zones;

pub use break_glass::{BreakGlassReason, BreakGlassRow, BreakGlassVerdict, OpenBreakGlass};
pub use clinic::{
    ClinicChange, ClinicField, ClinicList, ClinicRow, ClinicView, ClosureView, DayHours, TypedClinic, TypedWeek, WEEKDAYS,
};
pub use countries::Country;
pub use fee::{Payment, TypedFee, check_fee};
pub use languages::{SpokenLanguage, spoken_language_name};
pub use views::{
    AccountState, ApplicationDecision, ApplicationRow, ApplicationStatus, ApplicationView, BirthView, ClinicChoice, ContactView,
    DecisionView, LicenceView, MOST_COUNTED, OwnApplication, PeopleFound, PeopleOrder, PersonRole, PersonRow, PersonView,
    ProfileView, SameLicence, SpecialtyChoice, SuspensionKind, SuspensionView,
};
