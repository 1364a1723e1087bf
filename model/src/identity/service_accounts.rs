//! Accounts of programs that work for a clinic.

use crate::{access::Role, errors::FieldFault, ids::MembershipId, scopes::ApiScope};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The roles that a service account may have. An administrator among programs could make others, and patients and doctors are people.
pub const SERVICE_ROLES: [Role; 4] = [Role::Receptionist, Role::Nurse, Role::Pharmacist, Role::LabTechnician];

/// Parses the word of the role of a service account.
///
/// # Errors
/// `Missing`; `UnknownChoice` for every other role.
pub fn parse_service_role(text: &str) -> Result<Role, FieldFault> {
    match text.trim() {
        "" => Err(FieldFault::Missing),
        word => SERVICE_ROLES.into_iter().find(|role| role.as_str() == word).ok_or(FieldFault::UnknownChoice),
    }
}

/// A service account in the list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccountRow {
    /// Its role at the clinic, which also names the account.
    pub id: MembershipId,
    /// What administrators call it. The audit log shows it by this name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// The name of the clinic; `None` for all clinics.
    pub clinic: Option<String>,
    /// What its tokens may do.
    pub scopes: Vec<ApiScope>,
    /// The name of the administrator who made it.
    pub made_by: String,
    /// Until when its newest token works; `None` when none works.
    pub expires_at: Option<Timestamp>,
    /// When a token of it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// From which network address.
    pub used_from: Option<String>,
}
