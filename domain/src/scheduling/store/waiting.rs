//! The waiting list in the database: its entries.

use crate::{
    Error, Result,
    access::{
        Permit, Scope,
        actions::{Cancel, Create},
    },
    db::Tx,
    scheduling::waiting::{WaitingFor, Wanted},
    vault::Column,
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, WaitingEntryId},
    scheduling::{
        LocalHours, Named, OfferBrief, VisitMode, VisitReason, WaitingDays, WaitingTimes, WaitingView, views::SpecialtyView,
    },
};
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// Inserts an entry.
pub(in crate::scheduling) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, WaitingFor>,
    id: WaitingEntryId,
    wanted: &Wanted,
    reason: Option<&VisitReason>,
) -> Result<()> {
    let WaitingFor(patient) = permit.id();
    let (by, now) = (tx.access().acting()?.user, tx.now());
    let cipher = match reason {
        Some(reason) => {
            let key = tx.patient_key(patient).await?;
            Some(key.encrypt(tx.domain().randomness(), Column::WaitingReason, id, reason.as_str()))
        }
        None => None,
    };
    let (from, until) = (
        wanted.times.hours.map(LocalHours::start).map(ToSqlx::to_sqlx),
        wanted.times.hours.map(LocalHours::end).map(ToSqlx::to_sqlx),
    );
    sqlx::query!(
        "insert into waiting_entries (id, patient_id, doctor_id, specialty, appointment_id, mode, days, from_time, until_time, until_date, reason_cipher,
           added_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        id.uuid(),
        patient.uuid(),
        wanted.doctor.map(DoctorId::uuid),
        wanted.specialty.as_deref(),
        wanted.appointment.map(AppointmentId::uuid),
        wanted.mode.map(VisitMode::as_str),
        wanted.times.days.bits(),
        from as _,
        until as _,
        wanted.times.until.to_sqlx(),
        cipher,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map(drop)
    .map_err(|error| Error::on_constraint(error, &[("waiting_entries_once", Code::AlreadyWaiting)]))
}

/// How often a patient is on the waiting list.
pub(in crate::scheduling) async fn count(tx: &mut Tx, permit: &Permit<Create, WaitingFor>) -> Result<i64> {
    let WaitingFor(patient) = permit.id();
    let count = sqlx::query_scalar!(
        "select count(*) as \"count!\" from waiting_entries where patient_id = $1 and ended_at is null",
        patient.uuid()
    );
    Ok(count.fetch_one(tx.connection()).await?)
}

/// Ends the entries of a patient that nobody sees any more, because their last date is before `first`, and those whose appointment can no longer move: they would keep the
/// patient from joining again.
pub(in crate::scheduling) async fn end_outdated(tx: &mut Tx, permit: &Permit<Create, WaitingFor>, first: Date) -> Result<()> {
    let (WaitingFor(patient), now) = (permit.id(), tx.now());
    sqlx::query!(
        "update waiting_entries w set ended_at = $2, ended = 'left', version = version + 1
         where w.patient_id = $1 and w.ended_at is null
           and (w.until_date < $3 or exists (select from appointments x
             where x.id = w.appointment_id and (x.state not in ('requested', 'confirmed') or x.starts_at <= $2)))
           and not exists (select from waiting_offers o where o.entry_id = w.id and o.state = 'open')",
        patient.uuid(),
        now.to_sqlx(),
        first.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Whether a verified doctor exists whom patients can find.
pub(in crate::scheduling) async fn is_listed(connection: &mut PgConnection, doctor: DoctorId) -> Result<bool> {
    let row =
        sqlx::query_scalar!("select exists (select from doctor_listing where doctor_id = $1) as \"listed!\"", doctor.uuid());
    Ok(row.fetch_one(connection).await?)
}

/// Whether a doctor has this specialty.
pub(in crate::scheduling) async fn is_specialty(connection: &mut PgConnection, slug: &str) -> Result<bool> {
    let row = sqlx::query_scalar!("select exists (select from doctor_specialty where slug = $1) as \"known!\"", slug);
    Ok(row.fetch_one(connection).await?)
}

/// A specialty that a doctor has.
pub(in crate::scheduling) async fn specialty(connection: &mut PgConnection, slug: &str) -> Result<Option<SpecialtyView>> {
    let name = sqlx::query_scalar!("select name as \"name!\" from doctor_specialty where slug = $1 limit 1", slug)
        .fetch_optional(connection)
        .await?;
    Ok(name.map(|name| SpecialtyView { slug: slug.to_owned(), name }))
}

/// Whose an entry is, and at which clinics its staff sees it: where the doctor has hours, or a doctor of the specialty if the patient
/// is known there. `None` if it does not exist or has ended.
pub(in crate::scheduling) async fn owner(
    tx: &mut Tx,
    id: WaitingEntryId,
    lock: bool,
) -> Result<Option<(PatientId, BTreeSet<ClinicId>)>> {
    if lock {
        sqlx::query!("select id from waiting_entries where id = $1 for update", id.uuid())
            .fetch_optional(tx.connection())
            .await?;
    }
    let kept = tx.asker().kept;
    let row = sqlx::query!(
        "select w.patient_id, array(select distinct r.clinic_id from schedule_rules r where r.doctor_id = w.doctor_id
             or (r.doctor_id in (select s.doctor_id from doctor_specialty s where s.slug = w.specialty)
               and is_patient_of(w.patient_id, r.clinic_id, $2))) as \"clinics!: Vec<uuid::Uuid>\"
         from waiting_entries w where w.id = $1 and w.ended_at is null",
        id.uuid(),
        kept
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (row.patient_id.into(), row.clinics.into_iter().map(ClinicId::from).collect())))
}

/// Ends an entry because the patient no longer waits.
pub(in crate::scheduling) async fn leave(tx: &mut Tx, permit: &Permit<Cancel, WaitingEntryId>) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update waiting_entries set ended_at = $2, ended = 'left', version = version + 1 where id = $1 and ended_at is null",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// The entries of a scope that have not ended, the first to join first.
pub(in crate::scheduling) async fn list(tx: &mut Tx, scope: &Scope, today: Date) -> Result<Vec<WaitingView>> {
    let (now, kept) = (tx.now(), tx.asker().kept);
    let rows = sqlx::query!(
        "select w.id, w.patient_id, p.name as \"patient!\", w.doctor_id, d.name as \"doctor?\", w.specialty,
           (select s.name from doctor_specialty s where s.slug = w.specialty limit 1) as \"specialty_name?\",
           w.appointment_id, w.mode, w.days, w.from_time, w.until_time,
           w.until_date, w.created_at,
           o.id as \"offer?\", o.starts_at as \"offer_starts_at?\", o.expires_at as \"offer_expires_at?\"
         from waiting_entries w join patient_identity p on p.patient_id = w.patient_id
           left join doctor_name d on d.doctor_id = w.doctor_id
           left join waiting_offers o on o.entry_id = w.id and o.state = 'open' and o.expires_at > $4
         where w.ended_at is null and w.until_date >= $3 and ($1::uuid is null or w.patient_id = $1)
           and ($2::uuid is null or exists (select from schedule_rules r where r.clinic_id = $2
             and (r.doctor_id = w.doctor_id or (r.doctor_id in (select s.doctor_id from doctor_specialty s where s.slug = w.specialty)
               and is_patient_of(w.patient_id, $2, $5)))))
         order by w.created_at, w.id limit 500",
        scope.patient.map(PatientId::uuid),
        scope.clinic.map(ClinicId::uuid),
        today.to_sqlx(),
        now.to_sqlx(),
        kept
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let offer = match (row.offer, row.offer_starts_at, row.offer_expires_at) {
                (Some(id), Some(starts_at), Some(expires_at)) => {
                    Some(OfferBrief { id: id.into(), starts_at: starts_at.to_jiff(), expires_at: expires_at.to_jiff() })
                }
                _ => None,
            };
            let specialty = row.specialty.map(|slug| {
                let name = row.specialty_name.unwrap_or_else(|| slug.clone());
                SpecialtyView { slug, name }
            });
            let hours = row.from_time.zip(row.until_time).map(|(from, until)| (from.to_jiff(), until.to_jiff()));
            Ok(WaitingView {
                id: row.id.into(),
                patient: Named { id: row.patient_id.into(), name: row.patient },
                doctor: row.doctor_id.zip(row.doctor).map(|(id, name)| Named { id: id.into(), name }),
                specialty,
                appointment: row.appointment_id.map(AppointmentId::from),
                mode: row.mode.as_deref().map(super::visit_types::mode).transpose()?,
                times: times(row.days, hours, row.until_date.to_jiff())?,
                since: row.created_at.to_jiff(),
                offer,
            })
        })
        .collect()
}

/// The times of an entry.
fn times(days: i16, hours: Option<(jiff::civil::Time, jiff::civil::Time)>, until: Date) -> Result<WaitingTimes> {
    let broken = || Error::internal("an entry of the waiting list has times that are none");
    let hours = match hours {
        Some((from, until)) => Some(LocalHours::new(from, until).map_err(|_| broken())?),
        None => None,
    };
    Ok(WaitingTimes { days: WaitingDays::from_bits(days).ok_or_else(broken)?, hours, until })
}

/// Marks an entry as served.
pub(in crate::scheduling) async fn set_taken(connection: &mut PgConnection, entry: WaitingEntryId, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update waiting_entries set ended_at = $2, ended = 'taken', version = version + 1 where id = $1 and ended_at is null",
        entry.uuid(),
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The users who act for a patient and can sign in.
pub(in crate::scheduling) async fn has_representative(
    connection: &mut PgConnection,
    patient: PatientId,
    now: Timestamp,
) -> Result<bool> {
    let row = sqlx::query_scalar!(
        "select exists (select from representatives($1, $2) r join account a on a.user_id = r) as \"any!\"",
        patient.uuid(),
        now.to_sqlx()
    );
    Ok(row.fetch_one(connection).await?)
}

/// Who waits for a time of a doctor and can be asked now, in order.
#[derive(Debug, Clone)]
pub(in crate::scheduling) struct Candidate {
    pub(in crate::scheduling) entry: WaitingEntryId,
    pub(in crate::scheduling) patient: PatientId,
    pub(in crate::scheduling) mode: Option<VisitMode>,
    pub(in crate::scheduling) times: WaitingTimes,
    /// The appointment that moves.
    pub(in crate::scheduling) appointment: Option<AppointmentId>,
    /// The zone of a person who acts for the patient.
    pub(in crate::scheduling) zone: String,
    /// When the entry was made.
    pub(in crate::scheduling) since: Timestamp,
}

/// How many candidates are read at once.
const CANDIDATES: i64 = 20;

/// Some of those who wait for a time of a doctor, the first to join first, after this entry. Leaves out who has another offer, whose appointment can no longer move, and who has nobody to answer.
pub(in crate::scheduling) async fn candidates(
    connection: &mut PgConnection,
    doctor: DoctorId,
    (today, now): (Date, Timestamp),
    after: Option<(Timestamp, WaitingEntryId)>,
) -> Result<Vec<Candidate>> {
    let rows = sqlx::query!(
        "select w.id, w.patient_id, w.mode, w.days, w.from_time, w.until_time,
           w.until_date, w.appointment_id, w.created_at, z.time_zone as \"time_zone!\"
         from waiting_entries w
           join patient_identity p on p.patient_id = w.patient_id and p.deleted_at is null
           cross join lateral (select a.time_zone from representatives(w.patient_id, $2) r join account a on a.user_id = r
             where a.suspended_at is null order by a.user_id limit 1) z
           left join appointments x on x.id = w.appointment_id
         where w.ended_at is null and w.until_date >= $3
           and (w.doctor_id = $1 or w.specialty in (select s.slug from doctor_specialty s where s.doctor_id = $1))
           and (w.appointment_id is null or (x.state in ('requested', 'confirmed') and x.starts_at > $2))
           and not exists (select from waiting_offers o where o.patient_id = w.patient_id and o.state = 'open')
           and ($4::timestamptz is null or (w.created_at, w.id) > ($4, $5::uuid))
         order by w.created_at, w.id limit $6",
        doctor.uuid(),
        now.to_sqlx(),
        today.to_sqlx(),
        after.map(|(since, _)| since.to_sqlx()),
        after.map(|(_, entry)| entry.uuid()),
        CANDIDATES
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let hours = row.from_time.zip(row.until_time).map(|(from, until)| (from.to_jiff(), until.to_jiff()));
            Ok(Candidate {
                entry: row.id.into(),
                patient: row.patient_id.into(),
                mode: row.mode.as_deref().map(super::visit_types::mode).transpose()?,
                times: times(row.days, hours, row.until_date.to_jiff())?,
                appointment: row.appointment_id.map(AppointmentId::from),
                zone: row.time_zone,
                since: row.created_at.to_jiff(),
            })
        })
        .collect()
}
