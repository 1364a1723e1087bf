//! Encounters in the database.

pub(super) mod ratings;
mod waiting;

pub(super) use waiting::{figures, waiting};

use super::rules::Course;
use crate::{
    Error, Result,
    access::{Action, Facts, Permit, ResourceKind, Subject},
    db::Tx,
};
use jiff::{Timestamp, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{AppointmentId, ClinicId, DoctorId, EncounterId, FileId, PatientId},
    scheduling::{AppointmentState, LateBy, TimeRange, VisitMode, views::LateView},
    visits::views::{Queue, Side, VisitState, VisitView},
};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Subject for EncounterId {
    const KIND: ResourceKind = ResourceKind::Visit;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            sqlx::query!("select id from encounters where id = $1 for update", self.uuid())
                .fetch_optional(tx.connection())
                .await?;
        }
        let row = sqlx::query!("select patient_id, doctor_id, clinic_id from encounters where id = $1", self.uuid())
            .fetch_optional(tx.connection())
            .await?;
        Ok(row.map(|row| Facts {
            patient: Some(row.patient_id.into()),
            doctor: Some(row.doctor_id.into()),
            clinics: BTreeSet::from([row.clinic_id.into()]),
            ..Facts::default()
        }))
    }
}

/// Who takes part in a visit, how far it is, and whether the caller treats its patient. It belongs to its clinic while the patient is cared for there. For what is written at a visit: notes, prescriptions.
pub(crate) async fn facts_of(tx: &mut Tx, encounter: EncounterId, lock: bool) -> Result<Option<Facts>> {
    if lock {
        sqlx::query!("select id from encounters where id = $1 for update", encounter.uuid())
            .fetch_optional(tx.connection())
            .await?;
    }
    let asker = tx.asker();
    let row = sqlx::query!(
        "select e.patient_id, e.doctor_id, e.clinic_id, e.arrived_at, e.admitted_at, e.ended_at, a.starts_at as \"starts_at!\", a.ends_at as \"ends_at!\",
           a.state as \"state!\", a.mode as \"mode!\", c.time_zone as \"time_zone!\", exists (select from treats($2, e.patient_id, $3, $4)) as \"treating!\",
           exists (select from cared_for_at(e.patient_id, $3, $4) c where c = e.clinic_id) as \"cared_for!\",
           (select g from broken_glass($5, e.patient_id, $6) g) as \"break_glass?: Uuid\"
         from encounters e
           join patient_identity p on p.patient_id = e.patient_id
           join appointment_plan a on a.appointment_id = e.appointment_id
           join clinic_address c on c.clinic_id = e.clinic_id
         where e.id = $1 and p.deleted_at is null",
        encounter.uuid(),
        asker.doctor,
        asker.prepared,
        asker.kept,
        asker.user,
        asker.now
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let course = Course {
        planned: planned(row.starts_at.to_jiff(), row.ends_at.to_jiff())?,
        mode: mode(&row.mode)?,
        appointment: appointment_state(&row.state)?,
        arrived_at: row.arrived_at.map(|at| at.to_jiff()),
        admitted_at: row.admitted_at.map(|at| at.to_jiff()),
        ended_at: row.ended_at.map(|at| at.to_jiff()),
    };
    let zone = TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC);
    Ok(Some(Facts {
        patient: Some(row.patient_id.into()),
        doctor: Some(row.doctor_id.into()),
        clinics: if row.cared_for { BTreeSet::from([row.clinic_id.into()]) } else { BTreeSet::new() },
        treating: row.treating,
        break_glass: row.break_glass.map(Into::into),
        phase: course.phase(&zone, tx.now(), tx.domain().settings()),
        ..Facts::default()
    }))
}

/// Visits of live appointments whose room has closed, in the order of their ends: those to which nobody was admitted and that ended before `closed`, and those
/// that nobody has ended and that ended before `abandoned`, which is earlier.
pub(super) async fn overdue(
    connection: &mut PgConnection,
    closed: Timestamp,
    abandoned: Timestamp,
    limit: i64,
) -> Result<Vec<EncounterId>> {
    let ids = sqlx::query_scalar!(
        "select e.id from appointment_plan a join encounters e on e.appointment_id = a.appointment_id
         where a.state in ('confirmed', 'in_visit') and a.ends_at <= $1 and (a.state = 'confirmed' or a.ends_at <= $2)
         order by a.ends_at, e.id limit $3",
        closed.to_sqlx(),
        abandoned.to_sqlx(),
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(EncounterId::from).collect())
}

/// The visit of an appointment. This returns only the id; everything else needs a permit.
pub(super) async fn encounter_of(tx: &mut Tx, appointment: AppointmentId) -> Result<EncounterId> {
    sqlx::query_scalar!("select id from encounters where appointment_id = $1", appointment.uuid())
        .fetch_optional(tx.connection())
        .await?
        .map(Into::into)
        .ok_or_else(|| Code::NotFound.into())
}

/// A visit with the names of its people and its clinic.
#[derive(Debug)]
pub(super) struct VisitRow {
    pub(super) encounter: EncounterId,
    pub(super) appointment: AppointmentId,
    pub(super) patient: PatientId,
    pub(super) patient_name: String,
    pub(super) doctor: DoctorId,
    pub(super) doctor_name: String,
    pub(super) clinic: ClinicId,
    pub(super) clinic_name: String,
    pub(super) epoch: u32,
    pub(super) patient_photo: Option<FileId>,
    pub(super) doctor_photo: Option<FileId>,
    pub(super) course: Course,
    /// When the patient first entered the waiting room, also if they have left it since.
    pub(super) first_arrived_at: Option<Timestamp>,
    /// By how much the doctor says to run late, if that concerns this visit.
    pub(super) late: Option<LateView>,
}

impl VisitRow {
    pub(super) fn into_view(self, tx: &Tx, side: Side, queue: Option<Queue>) -> VisitView {
        let state = self.course.state(tx.now(), tx.domain().settings());
        VisitView {
            state,
            encounter: self.encounter,
            appointment: self.appointment,
            patient: self.patient,
            patient_name: self.patient_name,
            doctor: self.doctor,
            doctor_name: self.doctor_name,
            clinic: self.clinic,
            clinic_name: self.clinic_name,
            planned: self.course.planned,
            mode: self.course.mode,
            side,
            peer_photo: match side {
                Side::Patient => self.doctor_photo,
                Side::Doctor => self.patient_photo,
            },
            queue,
            late: self.late.filter(|_| may_still_begin(state)),
            admitted_at: self.course.admitted_at,
            ended_at: self.course.ended_at,
        }
    }

    pub(super) fn peer_name(&self, side: Side) -> &str {
        match side {
            Side::Patient => &self.doctor_name,
            Side::Doctor => &self.patient_name,
        }
    }
}

/// Loads a visit.
pub(super) async fn load<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>) -> Result<VisitRow> {
    let now = tx.now();
    let row = sqlx::query!(
        "select e.id, e.appointment_id, e.patient_id, p.name as \"patient_name!\", e.doctor_id, d.name as \"doctor_name!\",
           e.clinic_id, c.name as \"clinic_name!\", e.epoch, e.first_arrived_at, e.arrived_at, e.admitted_at, e.ended_at, a.starts_at as \"starts_at!\",
           a.ends_at as \"ends_at!\", a.state as \"state!\", a.mode as \"mode!\", l.minutes as \"late_minutes?\", l.until as \"late_until?\",
           (select f.file_id from patient_photo f where f.patient_id = e.patient_id) as \"patient_photo?\",
           (select f.file_id from doctor_photo f where f.doctor_id = e.doctor_id) as \"doctor_photo?\"
         from encounters e
           join appointment_plan a on a.appointment_id = e.appointment_id
           join patient_identity p on p.patient_id = e.patient_id
           join doctor_name d on d.doctor_id = e.doctor_id
           join clinic_address c on c.clinic_id = e.clinic_id
           left join doctor_lateness l on l.doctor_id = e.doctor_id and l.until > $2 and a.starts_at < l.until
         where e.id = $1",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(VisitRow {
        encounter: row.id.into(),
        appointment: row.appointment_id.into(),
        patient: row.patient_id.into(),
        patient_name: row.patient_name,
        doctor: row.doctor_id.into(),
        doctor_name: row.doctor_name,
        clinic: row.clinic_id.into(),
        clinic_name: row.clinic_name,
        epoch: epoch(row.epoch)?,
        patient_photo: row.patient_photo.map(Into::into),
        doctor_photo: row.doctor_photo.map(Into::into),
        course: Course {
            planned: planned(row.starts_at.to_jiff(), row.ends_at.to_jiff())?,
            mode: mode(&row.mode)?,
            appointment: appointment_state(&row.state)?,
            arrived_at: row.arrived_at.map(|at| at.to_jiff()),
            admitted_at: row.admitted_at.map(|at| at.to_jiff()),
            ended_at: row.ended_at.map(|at| at.to_jiff()),
        },
        first_arrived_at: row.first_arrived_at.map(|at| at.to_jiff()),
        late: match row.late_minutes.zip(row.late_until) {
            Some((minutes, until)) => Some(LateView { by: late_by(minutes)?, until: until.to_jiff() }),
            None => None,
        },
    })
}

/// What a waiting patient is told about those ahead.
pub(super) async fn queue(tx: &mut Tx, row: &VisitRow) -> Result<Queue> {
    let found = sqlx::query!(
        "select count(*) filter (where e.admitted_at is null and a.starts_at < $3) as \"ahead!\",
           coalesce(bool_or(e.admitted_at is not null and a.ends_at > $4), false) as \"doctor_busy!\"
         from encounters e join appointment_plan a on a.appointment_id = e.appointment_id and a.state in ('confirmed', 'in_visit')
         where e.doctor_id = $1 and e.id <> $2 and e.arrived_at is not null and e.ended_at is null",
        row.doctor.uuid(),
        row.encounter.uuid(),
        row.course.planned.start().to_sqlx(),
        (tx.now() - jiff::SignedDuration::from_mins(tx.domain().settings().waiting_room_closes_minutes)).to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Queue { ahead: found.ahead, doctor_busy: found.doctor_busy })
}

/// Sets when the patient entered the waiting room; `None` when they have left it.
pub(super) async fn set_arrived<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>, at: Option<Timestamp>) -> Result<()> {
    let at = at.map(|at| at.to_sqlx());
    let done = sqlx::query!(
        "update encounters set arrived_at = $2, first_arrived_at = coalesce(first_arrived_at, $2), version = version + 1 where id = $1",
        permit.id().uuid(),
        at
    )
    .execute(tx.connection())
    .await?;
    one(done.rows_affected())
}

/// Records that the doctor admitted the patient.
pub(super) async fn set_admitted<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update encounters set admitted_at = $2, version = version + 1 where id = $1 and admitted_at is null",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    one(done.rows_affected())
}

/// Records that patient and doctor met elsewhere, at this time.
pub(super) async fn set_held<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>, at: Timestamp) -> Result<()> {
    let done = sqlx::query!(
        "update encounters set arrived_at = $2, first_arrived_at = coalesce(first_arrived_at, $2), admitted_at = $2, version = version + 1
         where id = $1 and admitted_at is null",
        permit.id().uuid(),
        at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    one(done.rows_affected())
}

/// Records when the visit ended.
pub(super) async fn set_ended<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>, at: Timestamp) -> Result<()> {
    let done = sqlx::query!(
        "update encounters set ended_at = $2, version = version + 1 where id = $1 and ended_at is null",
        permit.id().uuid(),
        at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    one(done.rows_affected())
}

/// Begins the next epoch of the room.
pub(super) async fn next_epoch<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>) -> Result<u32> {
    let row = sqlx::query!("update encounters set epoch = epoch + 1 where id = $1 returning epoch", permit.id().uuid())
        .fetch_one(tx.connection())
        .await?;
    epoch(row.epoch)
}

/// Whether a diagnosis of the visit is recorded.
pub(super) async fn is_diagnosed<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>) -> Result<bool> {
    let row =
        sqlx::query!("select exists (select from visit_diagnosis where encounter_id = $1) as \"diagnosed!\"", permit.id().uuid())
            .fetch_one(tx.connection())
            .await?;
    Ok(row.diagnosed)
}

fn one(changed: u64) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(Error::internal("a locked visit changed under a permit")) }
}

fn epoch(number: i32) -> Result<u32> {
    u32::try_from(number).map_err(Error::internal)
}

fn planned(starts_at: Timestamp, ends_at: Timestamp) -> Result<TimeRange> {
    TimeRange::new(starts_at, ends_at).ok_or_else(|| Error::internal("an appointment ends before it starts"))
}

fn late_by(minutes: i16) -> Result<LateBy> {
    let minutes = u16::try_from(minutes).map_err(Error::internal)?;
    LateBy::new(minutes).map_err(|_| Error::internal("unknown minutes by which a doctor is late"))
}

/// Whether the patient may still be admitted.
const fn may_still_begin(state: VisitState) -> bool {
    match state {
        VisitState::Closed { .. } | VisitState::Open | VisitState::Waiting { .. } => true,
        VisitState::Admitted | VisitState::Ended | VisitState::Over => false,
    }
}

fn appointment_state(word: &str) -> Result<AppointmentState> {
    AppointmentState::parse(word).map_err(|_| Error::internal("an unknown state of an appointment"))
}

fn mode(word: &str) -> Result<VisitMode> {
    VisitMode::parse(word).map_err(|_| Error::internal("an unknown mode of an appointment"))
}
