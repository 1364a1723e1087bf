//! Who is told that a doctor runs late.

use crate::{Result, live::LiveKind, notifications::LiveNotice};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::{DoctorId, UserId};
use sqlx::PgConnection;

/// Patients whose visits have not begun are notified on the pages of their appointments and in the waiting room. The doctor's pages are notified once.
pub(super) async fn lateness_told(
    connection: &mut PgConnection,
    doctor: DoctorId,
    since: Timestamp,
    until: Timestamp,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    let rows = sqlx::query!(
        "select a.appointment_id as \"appointment!\", v.encounter_id as \"encounter!\", r as \"user!\", d.user_id as \"doctor_user!\"
         from appointment_plan a join visit_course v on v.appointment_id = a.appointment_id
           cross join representatives(a.patient_id, $4) r join doctor_name d on d.doctor_id = a.doctor_id
         where a.doctor_id = $1 and a.state in ('requested', 'confirmed') and a.ends_at > $2 and a.starts_at < $3
         order by a.starts_at, a.appointment_id, r",
        doctor.uuid(),
        since.to_sqlx(),
        until.to_sqlx(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let doctors = rows.first().map(|row| (vec![row.doctor_user.into()], row.appointment));
    let mut told: Vec<LiveNotice> =
        doctors.map(|(users, id)| LiveNotice::for_users(users, LiveKind::Appointment, id)).unwrap_or_default();
    for row in rows {
        let user = UserId::from(row.user);
        told.extend(LiveNotice::for_users(vec![user], LiveKind::Appointment, row.appointment));
        told.extend(LiveNotice::for_users(vec![user], LiveKind::Visit, row.encounter));
    }
    Ok(told)
}
