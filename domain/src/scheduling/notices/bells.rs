//! Notices in the app about appointments.

use crate::{
    Result,
    notifications::{BellNotice, LiveNotice},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{AppointmentId, PatientId},
    notices::NoticeTopic,
};
use sqlx::PgConnection;

/// A notice in the app for each user on both sides of an appointment.
pub(super) async fn bells(
    connection: &mut PgConnection,
    id: AppointmentId,
    topic: NoticeTopic,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    let rows = sqlx::query!(
        "select a.patient_id as \"patient!\", a.doctor_id as \"doctor!\", a.starts_at as \"starts_at!\", d.user_id as \"doctor_user!\", r as \"user?\"
         from appointment_plan a join doctor_name d on d.doctor_id = a.doctor_id left join lateral representatives(a.patient_id, $2) r on true
         where a.appointment_id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let to_doctor = rows.first().map(|row| (row.doctor_user, None));
    let to_patient = rows.iter().filter_map(|row| row.user.map(|user| (user, Some(PatientId::from(row.patient)))));
    let readers: Vec<_> = to_doctor.into_iter().chain(to_patient).collect();
    let Some(plan) = rows.first() else { return Ok(Vec::new()) };
    let notices = readers.into_iter().map(|(user, patient)| {
        LiveNotice::Bell(BellNotice {
            user: user.into(),
            topic,
            patient,
            doctor: Some(plan.doctor.into()),
            subject: id.uuid(),
            starts_at: Some(plan.starts_at.to_jiff()),
        })
    });
    Ok(notices.collect())
}
