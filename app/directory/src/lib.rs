//! Doctors: applying, the application's status, correcting it, the profile of a verified doctor. A patient's own phone number, address and date of birth; who acts
//! for whom. The patients of a clinic's desk, and the letter with which a patient claims their record.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

words::catalogue!();

mod account_changes;
mod acting;
mod addresses;
mod apply;
mod birth;
mod changes;
mod claim;
mod contact;
mod credentials;
mod desk;
mod doctor_profile;
mod family;
mod hand_over;
mod handover;
mod insurance_card;
mod licence;
mod licences;
mod own;
mod patient_photo;
mod patient_profile;
mod photo;
mod profile;
mod setup;

pub use account_changes::{
    AccountChangesPage, LoadAccountChanges, LoadOwnAccountChanges, OwnAccountChangesPage, load_account_changes,
    load_own_account_changes,
};
pub use acting::{
    CarersPage, FindForActing, FindForActingValues, LetAct, LetActValues, LoadActing, StopActing, find_for_acting, let_act,
    load_acting, stop_acting,
};
pub use addresses::{AddressValues, AddressesPage, ChangeAddress, LoadAddresses, change_address, load_addresses};
pub use apply::{Apply, ApplyPage, ApplySentPage, ApplyValues, apply};
pub use birth::{
    BirthDatePage, BirthDateSavedPage, BirthValues, CorrectBirthDate, LoadBirthDate, correct_birth_date, load_birth_date,
};
pub use changes::{
    DoctorChangesPage, LoadDoctorChanges, LoadOwnChanges, LoadOwnProfileChanges, LoadPatientChanges, OwnChangesPage,
    PatientChangesPage, ProfileChangesPage, load_doctor_changes, load_own_changes, load_own_profile_changes,
    load_patient_changes,
};
pub use claim::{ClaimPage, ClaimRecord, ClaimValues, ClaimedForOtherPage, ClaimedPage, claim_record};
pub use contact::{ContactPage, ContactSavedPage, ContactValues, CorrectContact, LoadContact, correct_contact, load_contact};
pub use credentials::{LoadOwnCredentials, load_own_credentials};
pub use desk::compare::{
    ComparePage, ComparePatients, CompareValues, Compared, LoadLikelyPatients, compare_patients, load_likely_patients,
};
pub use desk::consents::{DeskConsentsPage, DoctorConsentsPage, LoadPatientConsents, load_patient_consents};
pub use desk::correct::{CorrectPatient, CorrectPatientPage, CorrectPatientValues, correct_patient};
pub use desk::deleted::{
    BringBackPatient, BringBackPatientValues, DeletePatient, DeletePatientValues, DeletedPatientsPage, LoadDeletedPatients,
    bring_back_patient, delete_patient, load_deleted_patients,
};
pub use desk::find::{
    DeskPatientsPage, FindPatients, FindPatientsValues, FoundPatients, LoadPatients, PatientsAsked, WardPatientsPage,
    find_patients, load_patients,
};
pub use desk::import::{
    ImportPage, ImportPatients, ImportPatientsPage, ImportValues, Imported, LoadImport, import_patients, load_import,
};
pub use desk::letter::{LetterPage, LoadLetter, MakeClaimCode, MakeClaimValues, Printed, load_letter, make_claim_code};
pub use desk::patient::{DeskPatientPage, LoadPatient, WardPatientPage, load_patient};
pub use desk::register::{RegisterPage, RegisterPatient, RegisterValues, register_patient};
pub use doctor_profile::{
    DoctorProfilePage, DoctorProfileValues, EditDoctorProfile, LoadDoctorProfile, edit_doctor_profile, load_doctor_profile,
};
pub use family::{AddChild, AddChildPage, ChildValues, EndActing, FamilyPage, LoadFamily, add_child, end_acting, load_family};
pub use hand_over::{
    HandOverPage, HandOverValues, OfferHandover, SendHandover, WithdrawHandover, offer_handover, send_handover, withdraw_handover,
};
pub use handover::{
    AcceptHandover, AcceptHandoverValues, HandoverPage, LoadHandover, ShownHandover, accept_handover, load_handover,
};
pub use insurance_card::{LoadOwnInsuranceCard, RemoveInsuranceCard, load_own_insurance_card, remove_insurance_card};
pub use licence::{LicencePage, LicenceValues, LoadOwnLicence, NewLicencePage, StateLicence, load_own_licence, state_licence};
pub use licences::{ChangeCover, CoverValues, LicenceWarnings, LicencesPage, LoadOwnLicences, change_cover, load_own_licences};
pub use own::{LoadOwnApplication, OwnApplicationPage, Revise, load_own_application, revise};
pub use patient_photo::{LoadOwnPatientPhoto, RemovePatientPhoto, load_own_patient_photo, remove_patient_photo};
pub use patient_profile::{
    ChangePatientProfile, LoadPatientProfile, PatientProfilePage, PatientProfileValues, change_patient_profile,
    load_patient_profile,
};
pub use photo::{LoadOwnPhoto, RemovePhoto, load_own_photo, remove_photo};
pub use profile::{LoadLanguages, LoadSpecialties, ProfileValues, load_languages, load_specialties};
pub use setup::{LoadSetup, MailTestValues, SetUp, SetUpPage, SetUpValues, TestMail, load_setup, set_up, test_mail};
