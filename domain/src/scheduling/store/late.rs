//! By how much doctors run late.

use crate::{
    Error, Result,
    access::{Permit, actions::Write},
    db::Tx,
    scheduling::subjects::Timetable,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::DoctorId,
    scheduling::{LateBy, views::LateView},
};
use sqlx::PgConnection;

/// What a doctor has said, if it still holds.
pub(in crate::scheduling) async fn of(
    connection: &mut PgConnection,
    doctor: DoctorId,
    now: Timestamp,
) -> Result<Option<LateView>> {
    let row =
        sqlx::query!("select minutes, until from running_late where doctor_id = $1 and until > $2", doctor.uuid(), now.to_sqlx())
            .fetch_optional(connection)
            .await?;
    row.map(|row| Ok(LateView { by: by(row.minutes)?, until: row.until.to_jiff() })).transpose()
}

/// Stores that the doctor runs late.
pub(in crate::scheduling) async fn set(tx: &mut Tx, permit: &Permit<Write, Timetable>, late: LateView) -> Result<()> {
    let Timetable(doctor) = permit.id();
    let minutes = i16::try_from(late.by.minutes()).map_err(Error::internal)?;
    sqlx::query!(
        "insert into running_late (doctor_id, minutes, until) values ($1, $2, $3)
         on conflict (doctor_id) do update set minutes = excluded.minutes, until = excluded.until",
        doctor.uuid(),
        minutes,
        late.until.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Stores that the doctor is on time. It may be so already.
pub(in crate::scheduling) async fn clear(tx: &mut Tx, permit: &Permit<Write, Timetable>) -> Result<()> {
    let Timetable(doctor) = permit.id();
    sqlx::query!("delete from running_late where doctor_id = $1", doctor.uuid()).execute(tx.connection()).await?;
    Ok(())
}

/// Parses the minutes from the database.
pub(in crate::scheduling) fn by(minutes: i16) -> Result<LateBy> {
    let minutes = u16::try_from(minutes).map_err(Error::internal)?;
    LateBy::new(minutes).map_err(|_| Error::internal("the minutes in the database are none of the choices"))
}
