//! Files that people upload: what they are for, what they may be, and what becomes of them.

mod holds;
mod kind;
mod retention;
mod state;
mod views;

pub use holds::{HeldFile, HoldView, PatientFiles};
pub use kind::{FileKind, FilePurpose, LONGEST_NAME, parse_name};
pub use retention::{RECORD_YEARS, RESTORE_DAYS, Retention};
pub use state::{FileState, FileTrouble, Scan};
pub use views::{
    CredentialView, CredentialsView, DocumentView, EarlierVersion, OwnInsuranceCard, OwnPhoto, PatientDocuments, UploadView,
    WithdrawnDocument,
};
