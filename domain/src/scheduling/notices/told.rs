//! Which open pages hear of an appointment.

use super::sides;
use crate::{Result, live::LiveKind, notifications::LiveNotice};
use jiff::Timestamp;
use model::ids::{AppointmentId, UserId};
use sqlx::PgConnection;

/// Both sides are notified at once, and so are the reception and the nurses of the clinic, who see its day, and all pages that show the doctor's times.
pub(super) async fn appointment_told(
    connection: &mut PgConnection,
    id: AppointmentId,
    sides: Vec<UserId>,
) -> Result<Vec<LiveNotice>> {
    let doctor =
        sqlx::query_scalar!("select doctor_id as \"doctor_id!\" from appointment_plan where appointment_id = $1", id.uuid())
            .fetch_one(&mut *connection)
            .await?;
    let staff = sqlx::query_scalar!(
        "select distinct m.user_id as \"user_id!\" from appointment_plan a
           join role_held m on m.clinic_id = a.clinic_id and m.role in ('receptionist', 'nurse') where a.appointment_id = $1",
        id.uuid()
    )
    .fetch_all(&mut *connection)
    .await?;
    let staff = staff.into_iter().map(UserId::from).filter(|user| !sides.contains(user)).collect();
    let mut told = LiveNotice::for_users(staff, LiveKind::Appointment, id.uuid());
    told.extend(LiveNotice::for_users(sides, LiveKind::Appointment, id.uuid()));
    told.push(LiveNotice::Times { doctor: doctor.into() });
    Ok(told)
}

/// Both sides of an appointment that will not take place, or not at its time, or is over, on its pages and on those of its visit.
pub(super) async fn ended_told(connection: &mut PgConnection, id: AppointmentId, at: Timestamp) -> Result<Vec<LiveNotice>> {
    let sides = sides(connection, id, at).await?;
    let mut told = appointment_told(connection, id, sides.clone()).await?;
    told.extend(visit_told(connection, id, sides).await?);
    Ok(told)
}

/// A patient may be waiting in the visit of an appointment that is cancelled. A visit has the patient and the doctor of its appointment.
async fn visit_told(connection: &mut PgConnection, appointment: AppointmentId, sides: Vec<UserId>) -> Result<Vec<LiveNotice>> {
    let row = sqlx::query!("select encounter_id as \"id!\" from visit_course where appointment_id = $1", appointment.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| LiveNotice::for_users(sides, LiveKind::Visit, row.id)).unwrap_or_default())
}
