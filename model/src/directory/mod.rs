//! People and places as pages show them: doctors' applications, accounts, clinics, specialties, countries.

mod accesses;
mod addresses;
mod break_glass;
mod changes;
mod clinic;
mod countries;
mod doctor_specialties;
mod family;
mod fee;
mod handover;
mod import;
mod languages;
mod licences;
mod merging;
mod patient_profile;
mod patients;
mod specialty;
mod views;
mod zones;

pub use accesses::{
    AccessAnswerView, AccessKind, AccessQuestionRow, AccessQuestionView, AccessReason, AccessText, AccessView, AccessedPart,
};
pub use addresses::{AddressKind, AddressView, KeptAddress};
pub use break_glass::{BreakGlassReason, BreakGlassRow, BreakGlassVerdict, OpenBreakGlass};
pub use changes::{ChangeRow, ChangeView, ChangesView, DetailChange, DetailField, DetailValue};
pub use clinic::{
    ClinicChange, ClinicField, ClinicList, ClinicRow, ClinicView, ClosureView, DayHours, GuardiansSee, TypedClinic, TypedWeek,
    WEEKDAYS, closure_lines, closure_of_lines,
};
pub use countries::Country;
pub use doctor_specialties::DoctorSpecialties;
pub use family::{ActedByView, ActingForView, ActingRelation, ActingRow, ActsForView, FamilyView};
pub use fee::{Payment, TypedFee, check_fee};
pub use handover::{GuardiansAccess, HandoverOffer, HandoverRow, HandoverWay};
pub use import::{ImportReport, RowFault, RowProblem};
pub use languages::{LanguageList, LanguageListVersion, SpokenLanguage, spoken_language_name};
pub use licences::{
    CoverView, LICENCE_WARNINGS, LicenceReview, LicenceRow, LicenceState, LicencesView, OwnLicence, licence_warning,
};
pub use merging::{DifferentRow, Holdings, LikelyPair, MergedRow, MergingView, RecordName, RecordView};
pub use patient_profile::{BloodType, PatientProfile, PatientProfileView, Sex};
pub use patients::{ClaimLetter, DeletedPatientRow, LikelyPatient, PatientCard, PatientRow, PatientsFound, RegistrationReason};
pub use specialty::{ManagedSpecialty, SpecialtyRow, SpecialtyVersion};
pub use views::{
    AccountState, ApplicationDecision, ApplicationRow, ApplicationStatus, ApplicationView, BirthView, ClinicChoice, ContactView,
    DecisionView, LicenceView, MOST_COUNTED, OwnApplication, PeopleFound, PeopleOrder, PersonRole, PersonRow, PersonView,
    ProfileView, SameLicence, SpecialtyChoice, SuspensionKind, SuspensionView,
};
