//! Names, numbers and addresses of people, as types that cannot hold an invalid value.
//!
//! Each type is created by `parse` where input enters the system; a [`FieldFault`](crate::errors::FieldFault) says what is wrong.
//! Types that hold personal data or a secret show nothing of it in `Debug` and have no `Display`, so code has to ask for the text explicitly.

mod apps;
mod birth;
mod claim_code;
mod deletion;
mod documents;
mod email;
mod name;
mod number;
mod numbering;
mod passkey;
mod password;
mod phone;
mod postal;
mod service_accounts;
mod staff;
mod staff_import;
mod tokens;

pub use apps::{AppRow, ConnectedApp, ConsentView, KEPT_REQUEST, app_name, form_source, redirects};
pub use birth::{DateFault, DateFields, DateOfBirth, DatePart};
pub use claim_code::ClaimCode;
pub use deletion::{DeletedAccountRow, DeletionView};
pub use documents::{
    ConsentRow, DocumentAnswer, DocumentText, DocumentVersionRow, LegalDocument, OwnConsents, PatientConsents, RemoteCare,
    TypedDocument,
};
pub use email::EmailAddress;
pub use name::{LatinName, PersonName, WrittenName, name_search_key, printed_name};
pub use number::PersonNumber;
pub use passkey::PasskeyName;
pub use password::{Password, TypedPassword};
pub use phone::PhoneNumber;
pub use postal::{PostalAddress, TypedAddress};
pub use service_accounts::{SERVICE_ROLES, ServiceAccountRow, parse_service_role};
pub use staff::{
    ALL_CLINICS, AcceptingWay, GIVEN_ROLES, InvitationOffer, InvitationRow, InvitationState, MembershipRow, MembershipView,
    parse_given_role,
};
pub use staff_import::{StaffImportReport, StaffRowFault, StaffRowProblem};
pub use tokens::{TokenView, token_days, token_name};
