//! Invitations of staff, and who holds which role at which clinic.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    identity::{self, ChangeMembership, EndMembership, InviteStaff, ListInvitations, ListMemberships},
};
use jiff::Timestamp;
use model::{
    access::Role,
    errors::FieldFault,
    identity::{ALL_CLINICS, GIVEN_ROLES, InvitationRow, InvitationState, MembershipRow},
    ids::{ClinicId, InvitationId, MembershipId},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema, openapi::Object};
use uuid::Uuid;

fn any_role() -> Object {
    one_of(Role::ALL.into_iter().map(Role::as_str))
}

fn given_role() -> Object {
    one_of(GIVEN_ROLES.into_iter().map(Role::as_str))
}

fn invitation_state() -> Object {
    one_of(InvitationState::ALL.iter().copied().map(InvitationState::as_str))
}

/// An invitation.
#[derive(Serialize, ToSchema)]
pub(super) struct Invitation {
    /// The id of the invitation.
    id: Uuid,
    /// The e-mail address that it was sent to.
    email: String,
    /// The name that the administrator gave, if they gave one.
    name: Option<String>,
    /// The role.
    #[schema(schema_with = any_role)]
    role: &'static str,
    /// The name of the clinic; null for all clinics.
    clinic: Option<String>,
    /// What has become of it.
    #[schema(schema_with = invitation_state)]
    state: &'static str,
    /// The name of the administrator who invited.
    invited_by: String,
    /// When it was sent last.
    sent_at: Timestamp,
    /// Until when it can be accepted.
    expires_at: Timestamp,
}

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        let InvitationRow { id, email, name, role, clinic, state, invited_by, sent_at, expires_at } = row;
        let (id, role, state) = (id.into(), role.as_str(), state.as_str());
        Self { id, email, name, role, clinic, state, invited_by, sent_at, expires_at }
    }
}

/// Selects a page of invitations.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct InvitationQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<InvitationId>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for InvitationQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id), limit: fields.optional("limit", fields::limit) })
    }
}

/// Lists the invitations to the clinics that the caller manages, newest first.
#[utoipa::path(
    get, path = "/invitations", tag = "organisation", operation_id = "list_invitations", params(InvitationQuery),
    responses(
        (status = 200, description = "A page of invitations.", body = List<Invitation>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn invitations(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<InvitationQuery>,
) -> Result<Json<List<Invitation>>, Problem> {
    let command = ListInvitations { after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| identity::list_invitations(&domain, &access, command)).await?)))
}

/// Whom to invite.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "nina.nurse@people.example", "role": "nurse", "clinic_id": "01929a3e-0000-7000-8000-000000000000" }))]
pub(super) struct NewInvitation {
    /// The e-mail address.
    #[schema(value_type = String, format = "email", max_length = 254)]
    email: String,
    /// The role. Doctors are not invited: they apply with their licence.
    #[schema(schema_with = given_role)]
    role: String,
    /// The clinic; left out for all clinics, which only an administrator of the whole organisation may give.
    #[schema(value_type = Option<Uuid>)]
    clinic_id: Option<ClinicId>,
}

impl FromFields for NewInvitation {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (email, role) = (fields.required("email", fields::text), fields.required("role", fields::text));
        let clinic_id = fields.optional("clinic_id", fields::id);
        Some(Self { email: email?, role: role?, clinic_id })
    }
}

/// The id of what was made.
#[derive(Serialize, ToSchema)]
pub(super) struct Made {
    /// The id.
    id: Uuid,
}

/// Invites somebody to work at a clinic. They get a mail with a link that works once.
#[utoipa::path(
    post, path = "/invitations", tag = "organisation", operation_id = "invite_staff", request_body = NewInvitation,
    responses(
        (status = 201, description = "The invitation is on its way.", body = Made),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
        (status = 409, description = "`identity.invitation_exists`: such an invitation is open already. `identity.role_held`: the person has this \
            role already. `identity.role_own`: the address is the caller's own.", body = ErrorBody),
    )
)]
pub(super) async fn invite(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(invitation): Body<NewInvitation>,
) -> Result<(StatusCode, Json<Made>), Problem> {
    let NewInvitation { email, role, clinic_id } = invitation;
    let clinic = clinic_id.map_or_else(|| ALL_CLINICS.to_owned(), |clinic| clinic.to_string());
    let command = InviteStaff { email, role, clinic };
    let id = retry(|| identity::invite_staff(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(Made { id: id.into() })))
}

/// Sends the mail of an invitation again. It can then be accepted for as long as a new one. An invitation is mailed 5 times in 24 hours at most.
#[utoipa::path(
    post, path = "/invitations/{invitation_id}/send", tag = "organisation", operation_id = "send_invitation",
    params(("invitation_id" = Uuid, Path, description = "The id of the invitation.")),
    responses(
        (status = 204, description = "The mail is on its way."),
        (status = 409, description = "`identity.invitation_settled`: it was accepted or withdrawn.", body = ErrorBody),
    )
)]
pub(super) async fn send(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<InvitationId>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::send_invitation_again(&domain, &access, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraws an invitation: its link does not work any more.
#[utoipa::path(
    delete, path = "/invitations/{invitation_id}", tag = "organisation", operation_id = "withdraw_invitation",
    params(("invitation_id" = Uuid, Path, description = "The id of the invitation.")),
    responses(
        (status = 204, description = "The invitation is withdrawn."),
        (status = 409, description = "`identity.invitation_settled`: it was accepted or withdrawn.", body = ErrorBody),
    )
)]
pub(super) async fn withdraw(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<InvitationId>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::withdraw_invitation(&domain, &access, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A role that somebody holds or held.
#[derive(Serialize, ToSchema)]
pub(super) struct Membership {
    /// The id of the membership.
    id: Uuid,
    /// The id of the person.
    user_id: Uuid,
    /// The person's name.
    name: String,
    /// The role.
    #[schema(schema_with = any_role)]
    role: &'static str,
    /// The name of the clinic; null for all clinics.
    clinic: Option<String>,
    /// Since when.
    since: Timestamp,
    /// The name of the administrator who gave it, if one did.
    given_by: Option<String>,
    /// Until when; null while it is held.
    until: Option<Timestamp>,
    /// The name of the administrator who ended it, if one did.
    ended_by: Option<String>,
    /// The version. Send it with a change.
    version: i32,
}

impl From<MembershipRow> for Membership {
    fn from(row: MembershipRow) -> Self {
        let MembershipRow { id, user, name, role, clinic, since, given_by, until, ended_by, version } = row;
        let (id, user_id) = (id.into(), user.into());
        Self { id, user_id, name, role: role.as_str(), clinic, since, given_by, until, ended_by, version }
    }
}

/// Selects a page of roles.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MembershipQuery {
    /// Which roles: `held` (the default) or `ended`.
    #[param(schema_with = show, required = false)]
    show: bool,
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<MembershipId>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

fn show() -> Object {
    one_of(["held", "ended"])
}

impl FromFields for MembershipQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let show = fields.optional("show", |text| match text {
            "held" => Ok(false),
            "ended" => Ok(true),
            _ => Err(FieldFault::UnknownChoice),
        });
        let (cursor, limit) = (fields.optional("cursor", fields::id), fields.optional("limit", fields::limit));
        Some(Self { show: show.unwrap_or(false), cursor, limit })
    }
}

/// Lists who holds which role at the clinics that the caller manages, newest first.
#[utoipa::path(
    get, path = "/memberships", tag = "organisation", operation_id = "list_memberships", params(MembershipQuery),
    responses(
        (status = 200, description = "A page of roles.", body = List<Membership>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn memberships(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<MembershipQuery>,
) -> Result<Json<List<Membership>>, Problem> {
    let command = ListMemberships { ended: query.show, after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| identity::list_memberships(&domain, &access, command)).await?)))
}

/// Another role.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleChange {
    /// The new role.
    #[schema(schema_with = given_role)]
    role: String,
    /// The version of the membership that the change is based on.
    version: i32,
}

impl FromFields for RoleChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (role, version) = (fields.required("role", fields::text), fields.required_number("version"));
        Some(Self { role: role?, version: version? })
    }
}

/// Gives somebody another role at the same clinic. The old membership ends and a new one begins; the person has to sign in again.
#[utoipa::path(
    put, path = "/memberships/{membership_id}", tag = "organisation", operation_id = "change_membership", request_body = RoleChange,
    params(("membership_id" = Uuid, Path, description = "The id of the membership.")),
    responses(
        (status = 200, description = "The new membership.", body = Membership),
        (status = 403, description = "`directory.account_above`: the person ranks above the caller.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the role was changed or ended since that version. `identity.role_held`: the person has \
            the new role already. `identity.role_own`: it is the caller's own role. `identity.last_admin`: the organisation would have no \
            administrator any more.", body = ErrorBody),
    )
)]
pub(super) async fn change(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(membership): Id<MembershipId>,
    Body(change): Body<RoleChange>,
) -> Result<Json<Membership>, Problem> {
    let RoleChange { role, version } = change;
    let command = ChangeMembership { membership, role, version };
    let new = retry(|| identity::change_membership(&domain, &access, command.clone())).await?;
    Ok(Json(retry(|| identity::membership(&domain, &access, new)).await?.held.into()))
}

/// The end of a role.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleEnd {
    /// The version of the membership that was seen.
    version: i32,
}

impl FromFields for RoleEnd {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { version: fields.required_number("version")? })
    }
}

/// Ends a role. The person is signed out at once.
#[utoipa::path(
    post, path = "/memberships/{membership_id}/end", tag = "organisation", operation_id = "end_membership", request_body = RoleEnd,
    params(("membership_id" = Uuid, Path, description = "The id of the membership.")),
    responses(
        (status = 204, description = "The role has ended."),
        (status = 409, description = "`request.stale`: the role was changed or ended since that version. `identity.last_admin`: the organisation \
            would have no administrator any more.", body = ErrorBody),
    )
)]
pub(super) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(membership): Id<MembershipId>,
    Body(end): Body<RoleEnd>,
) -> Result<StatusCode, Problem> {
    let command = EndMembership { membership, version: end.version };
    retry(|| identity::end_membership(&domain, &access, command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
