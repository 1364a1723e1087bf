//! Files that people upload: what they are for, what they may be, and what becomes of them.

mod kind;
mod state;
mod views;

pub use kind::{FileKind, FilePurpose, LONGEST_NAME, parse_name};
pub use state::{FileState, FileTrouble, Scan};
pub use views::{CredentialView, CredentialsView, DocumentView, OwnInsuranceCard, OwnPhoto, PatientDocuments, UploadView};
