//! Roles of staff as administrators manage them: invitations, and who holds which role where.

use crate::{
    access::Role,
    errors::FieldFault,
    ids::{InvitationId, MembershipId, UserId},
    wire::words,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What stands for all clinics where a clinic is chosen.
pub const ALL_CLINICS: &str = "all";

/// The roles that an administrator gives. Patients sign up, and doctors apply with their licence.
pub const GIVEN_ROLES: [Role; 6] =
    [Role::Receptionist, Role::Nurse, Role::Pharmacist, Role::LabTechnician, Role::Support, Role::Admin];

/// Parses the word of a role that an administrator gives.
///
/// # Errors
/// `Missing`; `UnknownChoice` for every other role.
pub fn parse_given_role(text: &str) -> Result<Role, FieldFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldFault::Missing);
    }
    GIVEN_ROLES.into_iter().find(|role| role.as_str() == text).ok_or(FieldFault::UnknownChoice)
}

words! {
    /// What has become of an invitation.
    InvitationState {
        /// It can be accepted.
        Open = "open",
        /// Nobody accepted it in time. It can be sent again.
        Expired = "expired",
        /// It was accepted.
        Accepted = "accepted",
        /// An administrator has withdrawn it.
        Withdrawn = "withdrawn",
    }
}

/// An invitation in the list of invitations.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    /// The invitation.
    pub id: InvitationId,
    /// The address that it was sent to.
    pub email: String,
    /// The name that the administrator gave, if they gave one.
    pub name: Option<String>,
    /// The role.
    pub role: Role,
    /// The name of the clinic; `None` for all clinics.
    pub clinic: Option<String>,
    /// What has become of it.
    pub state: InvitationState,
    /// The name of the administrator who invited.
    pub invited_by: String,
    /// When it was sent last.
    pub sent_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
}

/// An invitation as the invited person sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationOffer {
    /// The address that it was sent to.
    pub email: String,
    /// The name that the administrator gave, if they gave one.
    pub name: Option<String>,
    /// The role.
    pub role: Role,
    /// The name of the clinic; `None` for all clinics.
    pub clinic: Option<String>,
    /// How it is accepted.
    pub way: AcceptingWay,
}

words! {
    /// How an invitation is accepted.
    AcceptingWay {
        /// There is no account with the address yet: the person chooses a name and a password.
        NewAccount = "new_account",
        /// There is an account with the address, and its owner must sign in.
        SignIn = "sign_in",
        /// The owner of the account is signed in.
        Accept = "accept",
        /// Somebody else is signed in.
        Foreign = "foreign",
    }
}

/// A role that somebody holds or held.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipRow {
    /// The membership.
    pub id: MembershipId,
    /// The person.
    pub user: UserId,
    /// The person's name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The name of the clinic; `None` for all clinics.
    pub clinic: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// The name of the administrator who gave it, if one did.
    pub given_by: Option<String>,
    /// Until when; `None` while it is held.
    pub until: Option<Timestamp>,
    /// The name of the administrator who ended it, if one did.
    pub ended_by: Option<String>,
    /// The version, needed to change it.
    pub version: i32,
}

/// A role, with all roles of the same person that the caller may see.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipView {
    /// The role.
    pub held: MembershipRow,
    /// All roles of the person, newest first.
    pub history: Vec<MembershipRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patients_and_doctors_are_not_invited() {
        assert_eq!(parse_given_role("nurse"), Ok(Role::Nurse));
        assert_eq!(parse_given_role(" "), Err(FieldFault::Missing));
        for role in ["patient", "doctor", "king"] {
            assert_eq!(parse_given_role(role), Err(FieldFault::UnknownChoice), "{role}");
        }
    }
}
