//! The staff of the clinics: invitations, and who has which role at which clinic.

use kit::parts::Choice;
use model::access::Role;
use model::identity::GIVEN_ROLES;
use model::text::direction::isolated;
use words::{Locale, role_name, say};

mod import;
mod invitations;
mod role;
mod roles;

pub use import::{ImportStaff, ImportStaffPage, LoadStaffFile, StaffFile, StaffFileValues, import_staff, load_staff_file};
pub use invitations::{
    InvitationsPage, InviteStaff, InviteValues, LoadInvitations, SendInvitation, SettleValues, ShownInvitations,
    WithdrawInvitation, invite_staff, load_invitations, send_invitation, withdraw_invitation,
};
pub use role::{ChangeRole, EndRole, EndRoleValues, LoadRole, RolePage, RoleValues, change_role, end_role, load_role};
pub use roles::{LoadRoles, RolesAsked, RolesPage, load_roles};

/// The name of a clinic, or of all clinics.
fn clinic_text(l: Locale, clinic: Option<&str>) -> String {
    clinic.map_or_else(|| say!(l, admin.staff.all_clinics).to_owned(), |clinic| isolated(clinic).into_owned())
}

/// The roles that an administrator gives, to choose from.
fn role_choices(l: Locale) -> Vec<Choice> {
    let choice = |role: Role| Choice { value: role.as_str().to_owned(), label: role_name(l, role).to_owned(), hint: None };
    GIVEN_ROLES.into_iter().map(choice).collect()
}
