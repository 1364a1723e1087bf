//! What the team of a clinic tells each other.

mod shift_notes;
mod tasks;

pub(in super::super) use shift_notes::{
    WrittenNote, clinic_of_note, insert_line, insert_note, mark_seen, notes, patients_of_note,
};
pub(in super::super) use tasks::{insert_task, settle, state_of, task_of, tasks};

use crate::{
    Result,
    access::{Permit, actions::Read},
    db::Tx,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{ClinicId, PatientId, UserId},
    team::{NamedPatient, TeamMember, TeamRole},
};

/// A patient whom the caller may know.
pub(in super::super) async fn named(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<NamedPatient> {
    let id = permit.id();
    let name = sqlx::query_scalar!("select name as \"name!\" from patient_identity where patient_id = $1", id.uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(NamedPatient { id, name })
}

/// Today, where the clinic is.
pub(in super::super) async fn today_at(tx: &mut Tx, clinic: ClinicId) -> Result<Date> {
    let now = tx.now();
    let today = sqlx::query_scalar!(
        "select ($2::timestamptz at time zone time_zone)::date as \"today!\" from clinic_address where clinic_id = $1",
        clinic.uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(today.to_jiff())
}

/// Those who work in the team of a clinic, each once, by role and name.
pub(in super::super) async fn members(tx: &mut Tx, clinic: ClinicId) -> Result<Vec<TeamMember>> {
    let rows = sqlx::query!(
        "select distinct on (m.user_id) m.user_id as \"user!\", m.role as \"role!\", a.name as \"name!\"
         from role_held m join account a on a.user_id = m.user_id
         where m.role in ('nurse', 'doctor', 'receptionist') and (m.clinic_id is null or m.clinic_id = $1) and a.suspended_at is null
         order by m.user_id, m.role",
        clinic.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let member = |row: &str| TeamRole::parse(row).ok();
    let mut members: Vec<_> = rows
        .into_iter()
        .filter_map(|row| member(&row.role).map(|role| TeamMember { user: row.user.into(), name: row.name, role }))
        .collect();
    members.sort_by(|one, next| (one.role, &one.name, one.user).cmp(&(next.role, &next.name, next.user)));
    Ok(members)
}

/// Whether somebody works in the team of a clinic.
pub(in super::super) async fn is_member(tx: &mut Tx, clinic: ClinicId, user: UserId) -> Result<bool> {
    Ok(members(tx, clinic).await?.iter().any(|member| member.user == user))
}
