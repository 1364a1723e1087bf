//! Who cancelled an appointment.

use crate::{Error, Result};
use model::{ids::AppointmentId, scheduling::CancelledBy};
use sqlx::PgConnection;

/// Who cancelled an appointment; `None` if it was not cancelled. Whoever acted for the patient then counts as the patient.
pub(in crate::scheduling) async fn by(connection: &mut PgConnection, id: AppointmentId) -> Result<Option<CancelledBy>> {
    let by = sqlx::query_scalar!(
        "select case
             when a.cancelled_by is null then 'system'
             when exists (select from representatives(a.patient_id, a.cancelled_at) r where r = a.cancelled_by) then 'patient'
             when a.cancelled_by = d.user_id then 'doctor'
             else 'clinic'
           end as \"by!\"
         from appointments a join doctor_name d on d.doctor_id = a.doctor_id
         where a.id = $1 and a.cancelled_at is not null",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    by.map(|by| CancelledBy::parse(&by).map_err(|_| Error::internal("an appointment was cancelled by nobody"))).transpose()
}
