//! Who waits in the waiting rooms, and how many, in the database.

use super::planned;
use crate::{Result, access::Scope, db::Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{ClinicId, DoctorId, PatientId},
    scheduling::TimeRange,
    visits::views::{VisitFigures, WaitingView},
};
use sqlx::PgConnection;

/// The patients who wait for a doctor or are in a visit, by planned time. Those who wait are left out if the planned end is before `since`.
pub(in crate::visits) async fn waiting(tx: &mut Tx, scope: &Scope, since: Timestamp) -> Result<Vec<WaitingView>> {
    let rows = sqlx::query!(
        "select e.id, e.patient_id, p.name as \"patient_name!\", a.starts_at as \"starts_at!\", a.ends_at as \"ends_at!\", e.arrived_at as \"arrived_at!\", e.admitted_at,
           (select f.file_id from patient_photo f where f.patient_id = e.patient_id) as \"photo?\"
         from encounters e
           join appointment_plan a on a.appointment_id = e.appointment_id and a.state in ('confirmed', 'in_visit')
           join patient_identity p on p.patient_id = e.patient_id
         where e.arrived_at is not null and e.ended_at is null
           and ($1::uuid is null or e.doctor_id = $1) and ($2::uuid is null or e.patient_id = $2) and ($3::uuid is null or e.clinic_id = $3)
           and (e.admitted_at is not null or a.ends_at > $4)
         order by a.starts_at, e.id
         limit 100",
        scope.doctor.map(DoctorId::uuid),
        scope.patient.map(PatientId::uuid),
        scope.clinic.map(ClinicId::uuid),
        since.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(WaitingView {
                encounter: row.id.into(),
                patient: row.patient_id.into(),
                patient_name: row.patient_name,
                photo: row.photo.map(Into::into),
                planned: planned(row.starts_at.to_jiff(), row.ends_at.to_jiff())?,
                since: row.arrived_at.to_jiff(),
                admitted: row.admitted_at.is_some(),
            })
        })
        .collect()
}

/// How many patients wait now, without those whose planned end is before `since`, and how many visits ended on this day.
pub(in crate::visits) async fn figures(
    connection: &mut PgConnection,
    scope: &Scope,
    day: TimeRange,
    since: Timestamp,
) -> Result<VisitFigures> {
    let row = sqlx::query!(
        "select
           (select count(*) from encounters e
             join appointment_plan a on a.appointment_id = e.appointment_id and a.state in ('confirmed', 'in_visit')
             where e.arrived_at is not null and e.ended_at is null and e.admitted_at is null and a.ends_at > $5
               and ($3::uuid is null or e.clinic_id = $3) and ($4::uuid is null or e.doctor_id = $4)) as \"waiting!\",
           (select count(*) from encounters e where e.ended_at >= $1 and e.ended_at < $2
             and ($3::uuid is null or e.clinic_id = $3) and ($4::uuid is null or e.doctor_id = $4)) as \"ended!\"",
        day.start().to_sqlx(),
        day.end().to_sqlx(),
        scope.clinic.map(ClinicId::uuid),
        scope.doctor.map(DoctorId::uuid),
        since.to_sqlx()
    )
    .fetch_one(connection)
    .await?;
    Ok(VisitFigures { waiting: row.waiting, ended: row.ended })
}
