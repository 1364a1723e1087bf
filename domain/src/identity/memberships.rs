//! The roles that staff hold at clinics.

use super::earlier_sessions::limit_as_staff;
use crate::{
    Error, Result,
    access::{Facts, Permit, Rank, actions::Decide},
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::ids::{ClinicId, DoctorId, MembershipId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// The facts about a user's place in the organisation: the clinics in which they have a role, whether they have one in all, and their rank. While an account
/// is closed, the rank of whoever closed it counts if that is higher.
pub(crate) async fn standing(connection: &mut PgConnection, user: UserId) -> Result<Facts> {
    let row = sqlx::query!(
        "with ranked as (
           select $1::uuid as user_id
           union all
           (select s.decided_by from suspensions s join users u on u.id = s.user_id and u.suspended_at is not null
            where s.user_id = $1 and s.kind = 'suspended' order by s.decided_at desc, s.id desc limit 1)),
         admins as (
           select m.clinic_id from memberships m join ranked r on r.user_id = m.user_id where m.role = 'admin' and m.ended_at is null)
         select
           array(select distinct m.clinic_id from memberships m
             where m.user_id = $1 and m.ended_at is null and m.clinic_id is not null) as \"clinics!: Vec<Uuid>\",
           exists (select from memberships m where m.user_id = $1 and m.ended_at is null and m.clinic_id is null) as \"everywhere!\",
           exists (select from admins a where a.clinic_id is null) as \"organisation_admin!\",
           exists (select from admins) as \"admin!\"",
        user.uuid()
    )
    .fetch_one(connection)
    .await?;
    let rank = match (row.organisation_admin, row.admin) {
        (true, _) => Rank::OrganisationAdmin,
        (false, true) => Rank::ClinicAdmin,
        (false, false) => Rank::Person,
    };
    let clinics = row.clinics.into_iter().map(ClinicId::from).collect();
    Ok(Facts { clinics, everywhere: row.everywhere, rank, ..Facts::default() })
}

/// Makes a verified doctor a member of the clinic, also in existing sessions.
pub(crate) async fn join_as_doctor(tx: &mut Tx, permit: &Permit<Decide, DoctorId>, clinic: ClinicId) -> Result<()> {
    let (now, membership) = (tx.now(), tx.new_id::<MembershipId>());
    let user = permit.facts().user.ok_or_else(|| Error::internal("a doctor without a user"))?;
    sqlx::query!(
        "insert into memberships (id, user_id, role, clinic_id, created_at) values ($1, $2, 'doctor', $3, $4)
         on conflict do nothing",
        membership.uuid(),
        user.uuid(),
        clinic.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "update sessions s set membership_id = m.id from memberships m
         where s.user_id = $1 and s.membership_id is null and s.revoked_at is null
           and m.user_id = $1 and m.role = 'doctor' and m.clinic_id = $2 and m.ended_at is null",
        user.uuid(),
        clinic.uuid()
    )
    .execute(tx.connection())
    .await?;
    limit_as_staff(tx, user).await
}
