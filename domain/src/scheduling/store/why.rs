//! What the question "why is this time not offered?" asks the database, apart from the times.

use crate::{Result, access::Scope};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{AppointmentId, ClinicId, DoctorId},
    scheduling::{Named, TimeRange},
};
use sqlx::PgConnection;

/// A reservation that is in the way of a visit.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct Taking {
    /// When it is, without buffers.
    pub(in crate::scheduling) range: Option<TimeRange>,
    pub(in crate::scheduling) clinic: Option<ClinicId>,
    pub(in crate::scheduling) appointment: Option<AppointmentId>,
    pub(in crate::scheduling) is_hold: bool,
}

/// The verified doctors of a scope, by name.
pub(in crate::scheduling) async fn doctors(connection: &mut PgConnection, scope: &Scope) -> Result<Vec<Named<DoctorId>>> {
    let rows = sqlx::query!(
        "select d.doctor_id as \"id!\", d.name as \"name!\" from doctor_name d
         where d.status = 'verified' and ($1::uuid is null or d.doctor_id = $1)
           and exists (select from role_held m where m.user_id = d.user_id and m.role = 'doctor'
             and ($2::uuid is null or m.clinic_id is null or m.clinic_id = $2))
         order by d.name, d.doctor_id limit 1000",
        scope.doctor.map(DoctorId::uuid),
        scope.clinic.map(ClinicId::uuid)
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| Named { id: row.id.into(), name: row.name }).collect())
}

/// The first reservation of a doctor that overlaps a visit, or else its range with buffers.
pub(in crate::scheduling) async fn taking(
    connection: &mut PgConnection,
    doctor: DoctorId,
    visit: TimeRange,
    with_buffers: TimeRange,
    now: Timestamp,
) -> Result<Option<Taking>> {
    let row = sqlx::query!(
        "select lower(r.patient_range) as \"starts_at!\", upper(r.patient_range) as \"ends_at!\", r.kind in ('held', 'offered') as \"is_hold!\",
           r.appointment_id as \"appointment_id?\", coalesce(r.clinic_id, a.clinic_id) as \"clinic_id?\"
         from (
           select id, kind, doctor_range, patient_range, appointment_id, clinic_id, expires_at from reservations
           where doctor_id = $1 and not beside and doctor_range && tstzrange($4::timestamptz, $5::timestamptz)
           union all
           select id, kind, doctor_range, patient_range, appointment_id, clinic_id, expires_at from reservations
           where doctor_id = $1 and beside and doctor_range && tstzrange($4::timestamptz, $5::timestamptz)) r
           left join appointments a on a.id = r.appointment_id
         where r.kind <> 'held' or r.expires_at > $6
         order by (r.patient_range && tstzrange($2::timestamptz, $3::timestamptz)) desc, lower(r.patient_range), r.id limit 1",
        doctor.uuid(),
        visit.start().to_sqlx(),
        visit.end().to_sqlx(),
        with_buffers.start().to_sqlx(),
        with_buffers.end().to_sqlx(),
        now.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Taking {
        range: TimeRange::new(row.starts_at.to_jiff(), row.ends_at.to_jiff()),
        clinic: row.clinic_id.map(ClinicId::from),
        appointment: row.appointment_id.map(AppointmentId::from),
        is_hold: row.is_hold,
    }))
}
