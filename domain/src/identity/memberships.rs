//! The roles that staff hold at clinics.

use crate::{
    Error, Result,
    access::{Permit, actions::Decide},
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::ids::{ClinicId, DoctorId, MembershipId, UserId};
use sqlx::PgConnection;

/// The clinic in which the caller acts, if the user belongs to it.
pub(crate) async fn member_of(
    connection: &mut PgConnection,
    user: UserId,
    acts_in: Option<ClinicId>,
) -> Result<Option<ClinicId>> {
    let Some(clinic) = acts_in else { return Ok(None) };
    let member = sqlx::query_scalar!(
        "select exists (select from memberships where user_id = $1 and clinic_id = $2 and ended_at is null) as \"member!\"",
        user.uuid(),
        clinic.uuid()
    )
    .fetch_one(connection)
    .await?;
    Ok(member.then_some(clinic))
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
    Ok(())
}
