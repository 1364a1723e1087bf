//! How patients book a doctor, in the database. The values are columns of the doctor, which `directory` owns.

use crate::Result;
use model::{ids::DoctorId, scheduling::BookingRules};
use sqlx::PgConnection;

/// The booking rules of a doctor.
pub(in crate::scheduling) async fn of(connection: &mut PgConnection, doctor: DoctorId) -> Result<BookingRules> {
    let row = sqlx::query!(
        "select version as \"version!\", buffer_before_minutes as \"before!\", buffer_after_minutes as \"after!\", notice_minutes as \"notice!\",
           horizon_days as \"horizon!\", most_per_day
         from doctor_profile where doctor_id = $1",
        doctor.uuid()
    )
    .fetch_one(connection)
    .await?;
    Ok(BookingRules {
        version: row.version,
        buffer_before_mins: row.before.unsigned_abs(),
        buffer_after_mins: row.after.unsigned_abs(),
        notice_mins: u16::try_from(row.notice).unwrap_or(u16::MAX),
        horizon_days: row.horizon.unsigned_abs(),
        most_per_day: row.most_per_day.map(i16::unsigned_abs),
    })
}
