//! Series of appointments in the database.

use crate::{
    Result,
    access::{Permit, actions::Create},
    db::Tx,
    scheduling::subjects::Booking,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{AppointmentId, SeriesId},
    scheduling::{AppointmentState, SeriesPlace, TimeRange},
};
use sqlx::PgConnection;

/// Gives a new appointment its place in a series.
pub(in crate::scheduling) async fn join(
    tx: &mut Tx,
    _: &Permit<Create, Booking>,
    appointment: AppointmentId,
    place: SeriesPlace,
) -> Result<()> {
    sqlx::query!(
        "update appointments set series_id = $2, series_place = $3, series_size = $4 where id = $1",
        appointment.uuid(),
        place.series.uuid(),
        place.place,
        place.size
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// An appointment of a series.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct MemberRow {
    pub(in crate::scheduling) id: AppointmentId,
    pub(in crate::scheduling) state: AppointmentState,
    pub(in crate::scheduling) starts_at: Timestamp,
}

/// The appointments of a series, by their places.
pub(in crate::scheduling) async fn members(connection: &mut PgConnection, series: SeriesId) -> Result<Vec<MemberRow>> {
    let rows =
        sqlx::query!("select id, state, starts_at from appointments where series_id = $1 order by series_place", series.uuid())
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|row| {
            let (state, starts_at) = (super::cards::state(&row.state)?, row.starts_at.to_jiff());
            Ok(MemberRow { id: row.id.into(), state, starts_at })
        })
        .collect()
}

/// When a patient is busy from now on, with any doctor. Holds do not count: the next booking replaces them.
pub(in crate::scheduling) async fn busy_of_patient<A>(tx: &mut Tx, permit: &Permit<A, Booking>) -> Result<Vec<TimeRange>> {
    let (Booking(patient), now) = (permit.id(), tx.now());
    let rows = sqlx::query!(
        "select lower(patient_range) as \"starts_at!\", upper(patient_range) as \"ends_at!\"
         from reservations where patient_id = $1 and kind <> 'held' and patient_range && tstzrange($2, null)",
        patient.uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().filter_map(|row| TimeRange::new(row.starts_at.to_jiff(), row.ends_at.to_jiff())).collect())
}
