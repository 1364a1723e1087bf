//! The user's own account: what the page header shows, and the user's roles.

use super::names::name_on_paper;
use crate::{
    Domain, Error, Result,
    access::{
        Access, Acting, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    errors::Code,
    ids::{ClinicId, MembershipId, PatientId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// The user who looks at a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The user.
    pub user: UserId,
    /// The displayed name.
    pub name: String,
    /// The current role.
    pub role: Role,
    /// The name of the clinic of the current role; `None` for all clinics and for patients.
    pub clinic: Option<String>,
    /// The user's time zone.
    pub time_zone: String,
    /// The user's language.
    pub language: String,
    /// For doctors: the status of their application.
    pub doctor_status: Option<String>,
    /// All roles that the user may act in, including the current one.
    pub roles: Vec<RoleView>,
    /// The patients for whom the user may act, their own record first.
    pub patients: Vec<RepresentedPatient>,
}

/// A patient for whom a user may act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepresentedPatient {
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub name: String,
    /// Whether it is the user's own record.
    pub own: bool,
    /// Whether the session acts for this patient now.
    pub current: bool,
    /// Whether the user is a guardian who sees appointments only.
    pub appointments_only: bool,
}

/// The user's own account, for the account page.
#[derive(Debug, Clone)]
pub struct AccountView {
    /// The name.
    pub name: String,
    /// The name in Latin letters, if it was given.
    pub latin_name: Option<String>,
    /// Whether documents can show neither name, so that nothing can be signed by or for this person.
    pub latin_needed: bool,
    /// The version of the account, needed to correct it.
    pub version: i32,
    /// The email address that mail is sent to; its domain is in A-labels.
    pub email: String,
    /// The user's time zone.
    pub time_zone: String,
    /// The user's language, as a tag.
    pub language: String,
    /// The roles that the user may act in.
    pub roles: Vec<RoleView>,
}

/// A role that the user may act in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleView {
    /// The membership; `None` for acting as a patient.
    pub membership: Option<MembershipId>,
    /// The role.
    pub role: Role,
    /// The name of the clinic; `None` for all clinics.
    pub clinic: Option<String>,
    /// Whether this is the current role.
    pub current: bool,
}

/// The caller's own account.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn account(domain: &Domain, access: &Access) -> Result<AccountView> {
    let acting = access.acting()?.clone();
    let mut tx = domain.begin_reading("identity.account", access).await?;
    let user = tx.permit(Read, acting.user).await?.id();
    let row = sqlx::query!(
        "select display_name, latin_name, email, time_zone, language, version from users where id = $1",
        user.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let now = tx.now();
    let roles = roles(tx.connection(), &acting, now).await?;
    tx.close().await?;
    let latin_needed = name_on_paper(&row.display_name, row.latin_name.as_deref()).is_none();
    Ok(AccountView {
        name: row.display_name,
        latin_name: row.latin_name,
        latin_needed,
        version: row.version,
        email: row.email,
        time_zone: row.time_zone,
        language: row.language,
        roles,
    })
}

/// Switches this session to another role of its user: that of a membership or, without one, that of a patient with their own record.
///
/// # Errors
/// `not_found` when the membership is not the caller's, or the caller is not a patient.
pub async fn act_as(domain: &Domain, access: &Access, membership: Option<MembershipId>) -> Result<()> {
    let acting = access.acting()?.clone();
    let mut tx = domain.begin("identity.act_as", access).await?;
    let user = tx.permit(Write, acting.user).await?.id();
    let now = tx.now();
    let done = sqlx::query!(
        "update sessions set membership_id = $3, patient_id = null where id = $1 and user_id = $2
           and case when $3::uuid is null
             then exists (select from represented($2, $4))
             else exists (select from memberships where id = $3 and user_id = $2 and ended_at is null) end",
        acting.session.uuid(),
        user.uuid(),
        membership.map(MembershipId::uuid),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Code::NotFound.into());
    }
    let entry = Audit::of(AuditAction::IdentityRoleChanged).on(ResourceKind::Account, user);
    let entry = match membership {
        Some(membership) => entry.with_id("membership", membership),
        None => entry.with("role", Role::Patient.as_str()),
    };
    tx.commit(entry).await
}

/// Switches this session to acting for a patient: the user's own record, a child, somebody they help.
///
/// # Errors
/// `not_found` when the user does not act for the patient now.
pub async fn act_for(domain: &Domain, access: &Access, patient: PatientId) -> Result<()> {
    let acting = access.acting()?.clone();
    let mut tx = domain.begin("identity.act_for", access).await?;
    let user = tx.permit(Write, acting.user).await?.id();
    let now = tx.now();
    let done = sqlx::query!(
        "update sessions set membership_id = null, patient_id = $3 where id = $1 and user_id = $2
           and exists (select from represented($2, $4) r where r.patient_id = $3)",
        acting.session.uuid(),
        user.uuid(),
        patient.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Code::NotFound.into());
    }
    let entry = Audit::of(AuditAction::IdentityRoleChanged).on(ResourceKind::Account, user).patient(patient);
    tx.commit(entry.with("role", Role::Patient.as_str())).await
}

/// All roles that the user may act in.
async fn roles(connection: &mut PgConnection, acting: &Acting, now: Timestamp) -> Result<Vec<RoleView>> {
    let memberships = sqlx::query!(
        "select m.id, m.role, m.clinic_id, c.name as \"clinic?\" from memberships m left join clinic_address c on c.clinic_id = m.clinic_id
         where m.user_id = $1 and m.ended_at is null order by m.created_at, m.id",
        acting.user.uuid()
    )
    .fetch_all(&mut *connection)
    .await?;
    let is_patient = sqlx::query_scalar!(
        "select exists (select from represented($1, $2)) as \"is_patient!\"",
        acting.user.uuid(),
        now.to_sqlx()
    )
    .fetch_one(connection)
    .await?;
    let held = memberships.into_iter().map(|row| Held {
        membership: row.id.into(),
        role: row.role,
        clinic: row.clinic_id,
        clinic_name: row.clinic,
    });
    role_views(held, is_patient, acting)
}

/// A membership that has not ended.
pub(super) struct Held {
    pub(super) membership: MembershipId,
    /// A word of [`Role`].
    pub(super) role: String,
    /// `None` for all clinics.
    pub(super) clinic: Option<Uuid>,
    pub(super) clinic_name: Option<String>,
}

/// The roles that the user may act in: their memberships and, for a patient, that.
pub(super) fn role_views(held: impl Iterator<Item = Held>, is_patient: bool, acting: &Acting) -> Result<Vec<RoleView>> {
    let mut roles = Vec::new();
    for Held { membership, role, clinic, clinic_name } in held {
        let role = Role::parse(&role).ok_or_else(|| Error::internal("an unknown role"))?;
        let current = role == acting.role && clinic == acting.clinic.map(ClinicId::uuid);
        roles.push(RoleView { membership: Some(membership), role, clinic: clinic_name, current });
    }
    if is_patient {
        let current = acting.role == Role::Patient;
        roles.push(RoleView { membership: None, role: Role::Patient, clinic: None, current });
    }
    Ok(roles)
}
