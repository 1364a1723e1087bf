//! What counts towards the limits of a patient.

use crate::{
    Error, Result,
    access::{Permit, actions::Create},
    db::{ROWS_SWEPT, Tx, in_chunks},
    scheduling::subjects::Booking,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::DoctorId;
use sqlx::PgPool;

/// How many appointments of a patient are not over.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct Live {
    pub(in crate::scheduling) in_all: i64,
    pub(in crate::scheduling) with_doctor: i64,
}

/// How often a patient has taken times.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct Taken {
    /// This time of this doctor.
    pub(in crate::scheduling) this_one: i64,
    /// Any time, in the shorter period.
    pub(in crate::scheduling) lately: i64,
    /// The first of those.
    pub(in crate::scheduling) first_lately: Option<Timestamp>,
}

pub(in crate::scheduling) async fn live(tx: &mut Tx, permit: &Permit<Create, Booking>, doctor: DoctorId) -> Result<Live> {
    let (Booking(patient), now) = (permit.id(), tx.now());
    let row = sqlx::query!(
        "select count(*) as \"in_all!\", count(*) filter (where doctor_id = $2) as \"with_doctor!\"
         from reservations where patient_id = $1 and kind not in ('held', 'offered') and patient_range && tstzrange($3, null)",
        patient.uuid(),
        doctor.uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Live { in_all: row.in_all, with_doctor: row.with_doctor })
}

/// What the patient has taken since `since` (and, of all times, since `lately`, which is later).
pub(in crate::scheduling) async fn taken(
    tx: &mut Tx,
    permit: &Permit<Create, Booking>,
    doctor: DoctorId,
    start: Timestamp,
    lately: Timestamp,
    since: Timestamp,
) -> Result<Taken> {
    let Booking(patient) = permit.id();
    let row = sqlx::query!(
        "select count(*) filter (where doctor_id = $2 and starts_at = $3) as \"this_one!\",
           count(*) filter (where taken_at > $4) as \"lately!\", min(taken_at) filter (where taken_at > $4) as first_lately
         from times_taken where patient_id = $1 and taken_at > $5",
        patient.uuid(),
        doctor.uuid(),
        start.to_sqlx(),
        lately.to_sqlx(),
        since.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    let first_lately = row.first_lately.map(jiff_sqlx::Timestamp::to_jiff);
    Ok(Taken { this_one: row.this_one, lately: row.lately, first_lately })
}

pub(in crate::scheduling) async fn note(
    tx: &mut Tx,
    permit: &Permit<Create, Booking>,
    doctor: DoctorId,
    start: Timestamp,
) -> Result<()> {
    let (Booking(patient), now) = (permit.id(), tx.now());
    sqlx::query!(
        "insert into times_taken (patient_id, doctor_id, starts_at, taken_at) values ($1, $2, $3, $4)",
        patient.uuid(),
        doctor.uuid(),
        start.to_sqlx(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Deletes what was taken before a moment.
pub(in crate::scheduling) async fn sweep(pool: &PgPool, before: Timestamp) -> Result<u64> {
    let before = before.to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from times_taken where id = any(array(select id from times_taken where taken_at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(pool).await?.rows_affected())
    })
    .await
}
