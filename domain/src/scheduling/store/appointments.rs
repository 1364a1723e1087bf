//! Appointments: facts, changes, and which of them a list holds.

use crate::{
    Error, Result,
    access::{
        Facts, Permit, Scope,
        actions::{Cancel, Create},
    },
    db::Tx,
    scheduling::{read::AppointmentFilter, subjects::Booking},
    vault::Column,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    identity::PhoneNumber,
    ids::{AppointmentId, ClinicId, DoctorId, EncounterId, PatientId, ReservationId, UserId, VisitTypeId},
    money::Money,
    scheduling::{AppointmentState, CancelMessage, OverbookingReason, TimeRange, VisitMode, VisitReason, views::BookingFigures},
};
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// The facts about an appointment for the policy.
pub(in crate::scheduling) async fn facts(tx: &mut Tx, id: AppointmentId, lock: bool) -> Result<Option<Facts>> {
    if lock {
        sqlx::query!("select id from appointments where id = $1 for update", id.uuid()).fetch_optional(tx.connection()).await?;
    }
    let asker = tx.asker();
    let row = sqlx::query!(
        "select a.patient_id, a.doctor_id, a.clinic_id, exists (select from treats($2, a.patient_id, $3, $4)) as \"treating!\"
         from appointments a where a.id = $1",
        id.uuid(),
        asker.doctor,
        asker.prepared,
        asker.kept
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| Facts {
        patient: Some(row.patient_id.into()),
        doctor: Some(row.doctor_id.into()),
        clinics: BTreeSet::from([row.clinic_id.into()]),
        treating: row.treating,
        ..Facts::default()
    }))
}

/// An appointment to insert.
#[derive(Debug, Clone)]
pub(in crate::scheduling) struct NewAppointment<'a> {
    pub(in crate::scheduling) id: AppointmentId,
    pub(in crate::scheduling) doctor: DoctorId,
    pub(in crate::scheduling) clinic: ClinicId,
    pub(in crate::scheduling) visit: TimeRange,
    pub(in crate::scheduling) mode: VisitMode,
    pub(in crate::scheduling) visit_type: VisitTypeId,
    /// The number that the doctor calls at a visit by phone.
    pub(in crate::scheduling) phone: Option<&'a PhoneNumber>,
    pub(in crate::scheduling) reason: &'a VisitReason,
    pub(in crate::scheduling) fee: Money,
    pub(in crate::scheduling) booked_by: UserId,
    /// The hold that it was booked with.
    pub(in crate::scheduling) hold: Option<ReservationId>,
    /// Confirmed, or requested.
    pub(in crate::scheduling) state: AppointmentState,
    /// Until when a request must be answered.
    pub(in crate::scheduling) answer_by: Option<Timestamp>,
    /// Why staff overbooks; `None` for a time that is free.
    pub(in crate::scheduling) overbooking: Option<&'a OverbookingReason>,
}

/// Inserts a confirmed or requested appointment, its reason encrypted with the patient's key.
pub(in crate::scheduling) async fn insert(tx: &mut Tx, permit: &Permit<Create, Booking>, new: &NewAppointment<'_>) -> Result<()> {
    let Booking(patient) = permit.id();
    let key = tx.patient_key(patient).await?;
    let reason = key.encrypt(tx.domain().randomness(), Column::AppointmentReason, new.id, new.reason.as_str());
    let phone = new.phone.map(|phone| key.encrypt(tx.domain().randomness(), Column::AppointmentPhone, new.id, phone.as_str()));
    let overbooking =
        new.overbooking.map(|reason| key.encrypt(tx.domain().randomness(), Column::OverbookingReason, new.id, reason.as_str()));
    let now = tx.now();
    let notice_hours = i32::try_from(tx.domain().settings().cancel_notice_hours).map_err(Error::internal)?;
    sqlx::query!(
        "insert into appointments (id, patient_id, doctor_id, clinic_id, starts_at, ends_at, state, mode, reason_cipher, fee_minor, currency,
           booked_by, booked_at, booked_with_hold, visit_type_id, phone_cipher, cancel_notice_hours, answer_by,
           overbooked, overbooking_cipher)
         values ($1, $2, $3, $4, $5, $6, $17, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $18, $19, $20)",
        new.id.uuid(),
        patient.uuid(),
        new.doctor.uuid(),
        new.clinic.uuid(),
        new.visit.start().to_sqlx(),
        new.visit.end().to_sqlx(),
        new.mode.as_str(),
        reason,
        new.fee.minor,
        new.fee.currency.as_str(),
        new.booked_by.uuid(),
        now.to_sqlx(),
        new.hold.map(ReservationId::uuid),
        new.visit_type.uuid(),
        phone,
        notice_hours,
        new.state.as_str(),
        new.answer_by.map(ToSqlx::to_sqlx) as _,
        overbooking.is_some(),
        overbooking
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Creates the visit of a new appointment, through the function that visits publish for this.
pub(in crate::scheduling) async fn open_visit(
    tx: &mut Tx,
    permit: &Permit<Create, Booking>,
    new: &NewAppointment<'_>,
) -> Result<()> {
    let (encounter, Booking(patient)) = (tx.new_id::<EncounterId>(), permit.id());
    sqlx::query!(
        "select open_encounter($1, $2, $3, $4, $5)",
        encounter.uuid(),
        new.id.uuid(),
        patient.uuid(),
        new.doctor.uuid(),
        new.clinic.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(())
}

/// The appointment that the patient booked with a hold.
pub(in crate::scheduling) async fn booked_with<A>(
    tx: &mut Tx,
    permit: &Permit<A, Booking>,
    hold: ReservationId,
) -> Result<Option<AppointmentId>> {
    let Booking(patient) = permit.id();
    let row = sqlx::query_scalar!(
        "select id from appointments where booked_with_hold = $1 and patient_id = $2 order by id desc limit 1",
        hold.uuid(),
        patient.uuid()
    );
    Ok(row.fetch_optional(tx.connection()).await?.map(AppointmentId::from))
}

/// What a change needs to know; the permit has locked the row.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct Current {
    pub(in crate::scheduling) state: AppointmentState,
    pub(in crate::scheduling) starts_at: Timestamp,
    pub(in crate::scheduling) version: i32,
    /// The notice for cancelling that was copied at booking; `None` if none was copied yet.
    pub(in crate::scheduling) cancel_notice_hours: Option<i32>,
}

pub(in crate::scheduling) async fn current(connection: &mut PgConnection, id: AppointmentId) -> Result<Current> {
    let row = sqlx::query!("select state, starts_at, version, cancel_notice_hours from appointments where id = $1", id.uuid())
        .fetch_one(connection)
        .await?;
    Ok(Current {
        state: super::cards::state(&row.state)?,
        starts_at: row.starts_at.to_jiff(),
        version: row.version,
        cancel_notice_hours: row.cancel_notice_hours,
    })
}

/// Marks an appointment as cancelled.
pub(in crate::scheduling) async fn set_cancelled(
    tx: &mut Tx,
    permit: &Permit<Cancel, AppointmentId>,
    by: Option<UserId>,
    message: Option<&CancelMessage>,
) -> Result<()> {
    let (now, patient) = (tx.now(), permit.patient()?);
    // Without a key, the patient's data was erased, and nobody could read a message.
    let key = tx.patient_keys(&[patient]).await?.get(&patient).cloned();
    let cipher = key
        .zip(message)
        .map(|(key, message)| key.encrypt(tx.domain().randomness(), Column::CancelMessage, permit.id(), message.as_str()));
    sqlx::query!(
        "update appointments set state = 'cancelled', cancelled_by = $2, cancelled_at = $3, cancel_message_cipher = $4, version = version + 1
         where id = $1",
        permit.id().uuid(),
        by.map(UserId::uuid),
        now.to_sqlx(),
        cipher
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The appointments of a scope that are still to come or in progress and pass the filter, soonest first. Those that ended before `since` are over. A visit is shorter than a day, and
/// saying so lets the index skip all earlier ones.
pub(in crate::scheduling) async fn upcoming(
    connection: &mut PgConnection,
    scope: &Scope,
    filter: AppointmentFilter,
    since: Timestamp,
    after: Option<AppointmentId>,
    limit: u32,
) -> Result<Vec<AppointmentId>> {
    let ids = sqlx::query_scalar!(
        "select a.id from appointments a
         where ($1::uuid is null or a.patient_id = $1) and ($2::uuid is null or a.doctor_id = $2) and ($3::uuid is null or a.clinic_id = $3)
           and a.state in ('requested', 'confirmed', 'in_visit') and a.ends_at > $4 and a.starts_at > $4 - interval '1 day'
           and ($5::uuid is null or (a.starts_at, a.id) > (select c.starts_at, c.id from appointments c where c.id = $5))
           and ($7::timestamptz is null or a.starts_at >= $7) and ($8::timestamptz is null or a.starts_at < $8)
           and ($9::text is null or a.state = $9) and ($10::text is null or a.mode = $10) and ($11::uuid is null or a.doctor_id = $11)
           and ($12::uuid is null or a.patient_id = $12)
         order by a.starts_at, a.id limit $6",
        scope.patient.map(PatientId::uuid),
        scope.doctor.map(DoctorId::uuid),
        scope.clinic.map(ClinicId::uuid),
        since.to_sqlx(),
        after.map(AppointmentId::uuid),
        i64::from(limit),
        filter.from.map(|from| from.to_sqlx()),
        filter.until.map(|until| until.to_sqlx()),
        filter.state.map(AppointmentState::as_str),
        filter.mode.map(VisitMode::as_str),
        filter.doctor.map(DoctorId::uuid),
        filter.patient.map(PatientId::uuid)
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(AppointmentId::from).collect())
}

/// The other appointments of a scope that pass the filter, newest first.
pub(in crate::scheduling) async fn past(
    connection: &mut PgConnection,
    scope: &Scope,
    filter: AppointmentFilter,
    since: Timestamp,
    after: Option<AppointmentId>,
    limit: u32,
) -> Result<Vec<AppointmentId>> {
    let ids = sqlx::query_scalar!(
        "select a.id from appointments a
         where ($1::uuid is null or a.patient_id = $1) and ($2::uuid is null or a.doctor_id = $2) and ($3::uuid is null or a.clinic_id = $3)
           and (a.state in ('completed', 'cancelled', 'no_show') or a.ends_at <= $4)
           and ($5::uuid is null or (a.starts_at, a.id) < (select c.starts_at, c.id from appointments c where c.id = $5))
           and ($7::timestamptz is null or a.starts_at >= $7) and ($8::timestamptz is null or a.starts_at < $8)
           and ($9::text is null or a.state = $9) and ($10::text is null or a.mode = $10) and ($11::uuid is null or a.doctor_id = $11)
           and ($12::uuid is null or a.patient_id = $12)
         order by a.starts_at desc, a.id desc limit $6",
        scope.patient.map(PatientId::uuid),
        scope.doctor.map(DoctorId::uuid),
        scope.clinic.map(ClinicId::uuid),
        since.to_sqlx(),
        after.map(AppointmentId::uuid),
        i64::from(limit),
        filter.from.map(|from| from.to_sqlx()),
        filter.until.map(|until| until.to_sqlx()),
        filter.state.map(AppointmentState::as_str),
        filter.mode.map(VisitMode::as_str),
        filter.doctor.map(DoctorId::uuid),
        filter.patient.map(PatientId::uuid)
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(AppointmentId::from).collect())
}

/// The appointments of a scope that begin within a range, in order, cancelled ones included.
pub(in crate::scheduling) async fn of_scope_within(
    connection: &mut PgConnection,
    scope: &Scope,
    range: TimeRange,
) -> Result<Vec<AppointmentId>> {
    let ids = sqlx::query_scalar!(
        "select a.id from appointments a
         where ($1::uuid is null or a.patient_id = $1) and ($2::uuid is null or a.doctor_id = $2) and ($3::uuid is null or a.clinic_id = $3)
           and a.starts_at >= $4 and a.starts_at < $5
         order by a.starts_at, a.id",
        scope.patient.map(PatientId::uuid),
        scope.doctor.map(DoctorId::uuid),
        scope.clinic.map(ClinicId::uuid),
        range.start().to_sqlx(),
        range.end().to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(AppointmentId::from).collect())
}

/// When the appointments of a doctor begin that begin within a range, without cancelled ones.
pub(in crate::scheduling) async fn starts_within(
    connection: &mut PgConnection,
    doctor: DoctorId,
    range: TimeRange,
) -> Result<Vec<Timestamp>> {
    let starts = sqlx::query_scalar!(
        "select starts_at from appointments where doctor_id = $1 and starts_at >= $2 and starts_at < $3 and state <> 'cancelled'",
        doctor.uuid(),
        range.start().to_sqlx(),
        range.end().to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    Ok(starts.into_iter().map(jiff_sqlx::Timestamp::to_jiff).collect())
}

/// The coming appointments of a doctor that are requested or confirmed: when and where each is, in order.
pub(in crate::scheduling) async fn binding(
    connection: &mut PgConnection,
    doctor: DoctorId,
    now: Timestamp,
) -> Result<Vec<(AppointmentId, ClinicId, TimeRange)>> {
    let rows = sqlx::query!(
        "select id, clinic_id, starts_at, ends_at from appointments
         where doctor_id = $1 and starts_at > $2 and state in ('requested', 'confirmed') order by starts_at, id",
        doctor.uuid(),
        now.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let range = |start: jiff_sqlx::Timestamp, end: jiff_sqlx::Timestamp| TimeRange::new(start.to_jiff(), end.to_jiff());
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.id.into(), row.clinic_id.into(), range(row.starts_at, row.ends_at)?)))
        .collect())
}

/// What happened to appointments on this day. One is missed if it ended before `closed` and nobody was admitted. If the patient waited, it was cancelled when its
/// time was over; people cancel only before the start.
pub(in crate::scheduling) async fn figures(
    connection: &mut PgConnection,
    scope: &Scope,
    day: TimeRange,
    closed: Timestamp,
) -> Result<BookingFigures> {
    let row = sqlx::query!(
        "select
           (select count(*) from appointments a where a.booked_at >= $1 and a.booked_at < $2
             and ($3::uuid is null or a.clinic_id = $3) and ($4::uuid is null or a.doctor_id = $4)) as \"booked!\",
           (select count(*) from appointments a where a.cancelled_at >= $1 and a.cancelled_at < $2 and a.cancelled_at < a.ends_at
             and ($3::uuid is null or a.clinic_id = $3) and ($4::uuid is null or a.doctor_id = $4)) as \"cancelled!\",
           (select count(*) from appointments a where a.starts_at >= $1 and a.starts_at < $2
             and (a.state = 'no_show' or (a.state = 'confirmed' and a.ends_at <= $5) or (a.state = 'cancelled' and a.cancelled_at >= a.ends_at))
             and ($3::uuid is null or a.clinic_id = $3) and ($4::uuid is null or a.doctor_id = $4)) as \"missed!\",
           (select count(*) from appointments a where a.starts_at >= $1 and a.starts_at < $2 and a.state <> 'cancelled'
             and ($3::uuid is null or a.clinic_id = $3) and ($4::uuid is null or a.doctor_id = $4)) as \"planned!\"",
        day.start().to_sqlx(),
        day.end().to_sqlx(),
        scope.clinic.map(ClinicId::uuid),
        scope.doctor.map(DoctorId::uuid),
        closed.to_sqlx()
    )
    .fetch_one(connection)
    .await?;
    Ok(BookingFigures { booked: row.booked, cancelled: row.cancelled, missed: row.missed, planned: row.planned })
}
