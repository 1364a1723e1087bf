//! Patients at the desk: searching, registering, correcting, and the letter with which a patient claims their record.

pub mod compare;
pub mod correct;
pub mod find;
pub mod import;
pub mod letter;
pub mod patient;
pub mod register;
