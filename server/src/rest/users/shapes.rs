//! The shapes of accounts in answers.

use super::super::payload::one_of;
use jiff::Timestamp;
use model::{
    access::Role,
    directory::{AccountState, PersonRole, PersonRow, PersonView, SuspensionKind, SuspensionView},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

pub(super) fn any_role() -> Object {
    one_of(Role::ALL.into_iter().map(Role::as_str))
}

pub(super) fn any_state() -> Object {
    one_of(AccountState::ALL.iter().copied().map(AccountState::as_str))
}

fn any_kind() -> Object {
    one_of(SuspensionKind::ALL.iter().copied().map(SuspensionKind::as_str))
}

/// A role that somebody holds.
#[derive(Serialize, ToSchema)]
struct UserRole {
    /// The role.
    #[schema(schema_with = any_role)]
    role: &'static str,
    /// The name of the clinic; null for a role in all clinics, and for patients.
    clinic: Option<String>,
}

impl From<PersonRole> for UserRole {
    fn from(PersonRole { role, clinic }: PersonRole) -> Self {
        Self { role: role.as_str(), clinic }
    }
}

/// An account, as lists show it.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct UserSummary {
    /// The id of the account.
    id: Uuid,
    /// The person's name.
    name: String,
    /// The e-mail address.
    email: String,
    /// Whether the account can be used: `closed` when it is suspended, `unconfirmed` while the address is not confirmed.
    #[schema(schema_with = any_state)]
    state: &'static str,
    /// The roles that the person holds.
    roles: Vec<UserRole>,
    /// The person number; null for everybody who is no patient.
    number: Option<String>,
    /// When the account was made.
    created_at: Timestamp,
    /// When the person was last active; null if they were not in the last month.
    last_seen_at: Option<Timestamp>,
}

impl From<PersonRow> for UserSummary {
    fn from(row: PersonRow) -> Self {
        let PersonRow { user, name, email, number, roles, state, created_at, last_seen_at, patient: _ } = row;
        let roles = roles.into_iter().map(UserRole::from).collect();
        Self { id: user.into(), name, email, state: state.as_str(), roles, number, created_at, last_seen_at }
    }
}

/// A suspension of an account, or the end of one.
#[derive(Serialize, ToSchema)]
struct AccountChange {
    /// What was done.
    #[schema(schema_with = any_kind)]
    kind: &'static str,
    /// The reason, which was sent to the person.
    reason: String,
    /// The name of the administrator who decided.
    by: String,
    /// When it was decided.
    at: Timestamp,
}

impl From<SuspensionView> for AccountChange {
    fn from(SuspensionView { kind, reason, by, at }: SuspensionView) -> Self {
        Self { kind: kind.as_str(), reason, by, at }
    }
}

/// An account.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct User {
    /// The id of the account.
    id: Uuid,
    /// The person's name.
    name: String,
    /// The e-mail address.
    email: String,
    /// When the e-mail address was confirmed; null if it was not.
    email_confirmed_at: Option<Timestamp>,
    /// Whether the account can be used: `closed` when it is suspended, `unconfirmed` while the address is not confirmed.
    #[schema(schema_with = any_state)]
    state: &'static str,
    /// The roles that the person holds.
    roles: Vec<UserRole>,
    /// The person number; null for everybody who is no patient.
    number: Option<String>,
    /// The id of the doctor; null for everybody who is no doctor and has not applied.
    doctor_id: Option<Uuid>,
    /// The person's time zone.
    time_zone: String,
    /// When the account was made.
    created_at: Timestamp,
    /// When the account was suspended; null if it is not.
    suspended_at: Option<Timestamp>,
    /// How many sessions are in use.
    sessions: i64,
    /// When one of them was last used.
    last_seen_at: Option<Timestamp>,
    /// When the account was suspended and restored, the newest first.
    changes: Vec<AccountChange>,
    /// Whether the caller may suspend and restore the account.
    may_suspend: bool,
    /// The version of the account. Send it with a change.
    version: i32,
}

impl From<PersonView> for User {
    fn from(view: PersonView) -> Self {
        Self {
            state: view.state().as_str(),
            id: view.user.into(),
            name: view.name,
            email: view.email,
            email_confirmed_at: view.email_confirmed_at,
            roles: view.roles.into_iter().map(UserRole::from).collect(),
            number: view.number,
            doctor_id: view.doctor.map(|(doctor, _)| doctor.into()),
            time_zone: view.time_zone,
            created_at: view.created_at,
            suspended_at: view.suspended_at,
            sessions: view.sessions,
            last_seen_at: view.last_seen_at,
            changes: view.history.into_iter().map(AccountChange::from).collect(),
            may_suspend: view.suspend_refused.is_none(),
            version: view.version,
        }
    }
}
