//! People and places: clinics, specialties, doctors with their licences, patients; how people sign up, and their administration.
//!
//! Invariants
//! - A doctor is listed and can be booked only when verified, with a fee, not suspended, and with a licence that has not expired.
//! - What a patient gave in confidence (the phone number, the address) is encrypted with the patient's key.
//! - A clinic that has registered a patient sees who the patient is, and nothing of the record.
//! - A clinic that only found a patient among those of the organisation does not correct the record, give it away with a code, or say who acts for the patient.
//! - A caller learns that a person is known at another clinic only by entering that person's details ([`likely_patients`]).
//! - An administrator sees accounts, applications and the decisions on them, and no clinical content.
//! - A patient sees each access of others to their record, from the audit log, and asks about one; an administrator answers, and not about their own access.
//! - Records that were merged are found by either number, and separated again exactly (ADR 43).

mod accesses;
mod account_changes;
mod acting;
mod acting_files;
mod addresses;
mod application;
mod birth;
mod break_glass;
mod changes;
mod claim;
mod clinics;
mod coming_of_age;
mod confirm;
mod consents;
mod contact;
mod credentials;
mod deletion;
mod different;
mod doctor_specialties;
mod family;
mod handover;
mod import;
mod insurance_card;
mod joining;
mod languages;
mod licence_review;
mod licences;
mod locale;
mod logo;
mod merging;
mod names;
mod notices;
mod own_profile;
mod patient_profile;
mod patients;
mod people;
mod photos;
mod places;
mod postcodes;
mod provider_sign_up;
mod registration;
mod review;
mod rules;
mod setup;
mod sign_up;
mod specialties;
mod store;
mod suspension;

pub use accesses::{
    AnswerAccessQuestion, AskAboutAccess, ListAccesses, access_questions, access_questions_waiting, access_to_record, accesses,
    answer_access_question, ask_about_access,
};
pub use account_changes::{changes_of_account, own_account_changes};
pub use acting::{FindPatient, LetAct, StopActing, acting_for, find_for_acting, let_act, stop_acting};
pub use addresses::{ChangeAddress, addresses, change_address};
pub use application::{DoctorApplication, Profile, ReviseApplication, apply_as_doctor, own_application, revise_application};
pub use birth::{CorrectBirthDate, birth_date, correct_birth_date};
pub use break_glass::{
    BreakGlass, ReviewBreakGlass, break_glass, broken_glasses, broken_glasses_waiting, end_break_glass, review_break_glass,
};
pub use changes::{changes_of_doctor, changes_of_patient, own_changes, own_profile_changes};
pub use claim::{ClaimRecord, Claimant, claim_record, make_claim_code};
pub use clinics::{
    AddClosure, CreateClinic, EditClinic, add_closure, clinic, create_clinic, edit_clinic, list_clinics, remove_closure,
};
pub use coming_of_age::tell_coming_of_age;
pub use confirm::confirm_email;
pub use consents::consents_of_patient;
pub use contact::{CorrectContact, contact, correct_contact};
pub use credentials::credentials;
pub use deletion::{
    DeletePatient, DeletedPatient, ListDeletedPatients, bring_back_patient, delete_patient, list_deleted_patients,
};
pub use different::{ListDifferent, different_people, say_different, take_back_different};
pub use doctor_specialties::{ChangeSpecialties, change_specialties, specialties_of};
pub use family::{AddChild, EndActing, add_child, end_acting, family};
pub use handover::{
    AcceptHandover, OfferHandover, accept_handover, handover_offer, offer_handover, send_handover_again, withdraw_handover,
};
pub use import::{ImportPatients, MOST_ROWS, import_patients};
pub use insurance_card::{own_insurance_card, remove_insurance_card};
pub use joining::{JoinClinic, join_clinic};
pub use languages::{ChooseLanguages, choose_languages, languages, managed_languages};
pub use licence_review::{ReviewLicence, licence, licences_in, licences_waiting, review_licence, warn_of_licences};
pub use licences::{ChangeCover, StateLicence, TypedLicence, change_cover, own_licences, state_licence};
pub use locale::{CorrectLocale, correct_locale};
pub use logo::{clinic_logo, remove_clinic_logo};
pub use merging::{
    KeptDetails, ListMerged, MergeRecords, PickRecords, compare_records, likely_pairs, merge_records, merged_records,
    pick_records, separate_records,
};
pub use names::{CorrectName, correct_name};
pub use notices::{LicenceBrief, MailContent, MailKind};
pub use own_profile::{EditProfile, edit_profile, own_profile};
pub use patient_profile::{ChangePatientProfile, change_patient_profile, patient_profile};
pub use patients::{CorrectPatient, ListPatients, PatientSearch, correct_patient, find_patients, list_patients, patient_card};
pub use people::{PeopleCursor, PeopleSearch, joined, person, search_people};
pub use photos::{own_patient_photo, own_photo, remove_patient_photo, remove_photo};
pub use places::{clinics, specialties};
pub use postcodes::import_postcodes;
pub use provider_sign_up::{SignUpFromProvider, sign_up_from_provider};
pub use registration::{Likeness, NewPatient, RegisterPatient, likely_patients, register_patient};
pub use review::{Decide, application, applications, applications_waiting, decide};
pub use setup::{FirstLink, SetUp, check_setup, first_setup_link, may_test_mail, new_setup_link, set_up};
pub use sign_up::{SignUp, sign_up};
pub use specialties::{AddSpecialty, EditSpecialty, add_specialty, edit_specialty, list_specialties, specialty};
pub use suspension::{ChangeAccount, restore, suspend};

pub(crate) use acting_files::{add_paper_file, permit_to_add_paper, permit_to_read_papers};
pub(crate) use break_glass::open_break_glass;
pub(crate) use changes::{VERSIONS_READ, Version, VersionsOf, with_changes_of};
pub(crate) use contact::{home_country, phone};
pub(crate) use credentials::{credential_added, permit_to_add_credential, permit_to_read_credentials};
pub(crate) use insurance_card::permit_to_see_insurance_card;
pub(crate) use languages::chosen_languages;
pub(crate) use logo::{logo_in_use, permit_to_change_logo, permit_to_see_logo};
pub(crate) use notices::Event;
pub(crate) use patient_profile::profile_for_care;
pub(crate) use photos::{check_shown_to_all, permit_to_change_photo, permit_to_see_photo};
pub(crate) use places::specialty_choices;
pub(crate) use postcodes::{clinic_places, place_of};
pub(crate) use store::{
    lock_patient,
    timetables::{change_booking_rules, next_doctor_version, user_of_doctor},
};

/// Lets no code of a claim and no link of a hand-over work any more, after a restore: which of them were used since, the backup does not know. How many did work.
pub(crate) async fn expire_links(tx: &mut crate::db::Tx) -> crate::Result<u64> {
    Ok(store::claims::expire_all(tx).await? + store::handovers::expire_all(tx).await?)
}
