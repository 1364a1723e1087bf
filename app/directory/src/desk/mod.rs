//! Patients at the desk: searching, registering, correcting, deleting those who were registered by mistake, and the letter with which a patient claims their record.

pub mod compare;
pub mod consents;
pub mod correct;
pub mod deleted;
pub mod find;
pub mod import;
pub mod letter;
pub mod patient;
pub mod register;
