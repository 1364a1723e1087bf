//! Booking a series: all of its visits, or none.

use super::{By, PreviewSeries, SeriesDates, end_with_view, preview::preview, view};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions},
    audit::{self, Audit, AuditAction},
    db::Tx,
    error::Faults,
    idempotency::{self, Claimed},
    identity,
    scheduling::{
        book::{Booked, insert, is_changed, is_remote, number_of, number_to_call},
        desk::check_staff,
        hold::{Reservable, Wanted, locked_times, reservable, times_changed},
        limits,
        notices::Event,
        store::{self, reservations::HeldRow},
        subjects::Booking,
    },
};
use jiff::Timestamp;
use model::{
    errors::Code,
    identity::PhoneNumber,
    ids::{ClinicId, DoctorId, PatientId, ReservationId, SeriesId, VisitTypeId},
    scheduling::{SeriesPlace, SeriesPreview, SeriesView, TimeRange, VisitMode, VisitReason, series_times},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Books a series.
#[derive(Clone)]
pub struct BookSeries {
    /// The hold that kept one of the times, if there was one.
    pub hold: Option<ReservationId>,
    /// The doctor.
    pub doctor: DoctorId,
    /// The clinic.
    pub clinic: ClinicId,
    /// When the visits begin.
    pub starts: Vec<Timestamp>,
    /// The reason for all of them, in the patient's words.
    pub reason: String,
    /// The visit type; `None` for that of the hold or, without a hold, the doctor's first one.
    pub visit_type: Option<VisitTypeId>,
    /// The number that the doctor calls at visits by phone; empty for that of the account.
    pub phone: String,
    /// The fee for each visit that the patient was shown, in minor units. If the doctor has another one now, nothing is booked. `None` when no fee was shown.
    pub fee_minor: Option<i64>,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// What became of a series.
#[derive(Clone)]
pub enum SeriesOutcome {
    /// All visits are booked.
    Booked(SeriesView),
    /// At least one time is not free, so nothing is booked.
    Collides(SeriesPreview),
}

/// The values that must be equal for a repeat to be the same request.
#[derive(Serialize)]
struct Request<'a> {
    patient: PatientId,
    doctor: DoctorId,
    clinic: ClinicId,
    starts: &'a [Timestamp],
    reason: &'a str,
    visit_type: Option<VisitTypeId>,
    phone: &'a str,
}

/// Books visits at these times for the patient on whose behalf the caller acts, each by the rules of an ordinary booking. One transaction books all of them. If a time is
/// no longer free, nothing is booked, and the answer says which times collide and what is free near them.
///
/// # Errors
/// `request.fields_invalid` with the fields `reason`, `starts_at`, `phone`; those of an ordinary booking except the ones about a time.
pub async fn book_series(domain: &Domain, access: &Access, command: BookSeries) -> Result<SeriesOutcome> {
    let patient = access.acting_patient()?;
    conduct(domain, access, (patient, By::Patient), command).await
}

/// The same for a patient of the caller's clinic, or for one whom the calling doctor treats, with that doctor. The notice that the doctor needs does not matter, and no time
/// is overbooked.
///
/// # Errors
/// Those of [`book_series`] and those about people of [`book_for_patient`](crate::scheduling::book_for_patient).
pub async fn book_series_for_patient(
    domain: &Domain,
    access: &Access,
    patient: PatientId,
    command: BookSeries,
) -> Result<SeriesOutcome> {
    check_staff(access, command.doctor, command.clinic)?;
    conduct(domain, access, (patient, By::Staff), command).await
}

async fn conduct(domain: &Domain, access: &Access, (patient, by): (PatientId, By), command: BookSeries) -> Result<SeriesOutcome> {
    let mut faults = Faults::default();
    let reason = faults.take("reason", VisitReason::parse(&command.reason));
    let starts = faults.take("starts_at", series_times(&command.starts));
    faults.check()?;
    let Some((reason, starts)) = reason.zip(starts) else { return Err(Error::internal("a fault was not recorded")) };

    let mut tx = domain.begin("scheduling.book_series", access).await?;
    let permit = tx.permit(actions::Create, Booking(patient)).await?;
    match booked(&mut tx, &permit, &command, (&reason, starts.as_slice()), by).await {
        Ok(Done::Before(series)) => end_with_view(tx, series).await.map(SeriesOutcome::Booked),
        Ok(Done::Now { series, event, freed }) => {
            tx.emit(event).await?;
            times_changed(&mut tx, freed).await?;
            let view = view(&mut tx, series).await?;
            let entry = Audit::of(AuditAction::SchedulingSeriesBooked).patient(patient);
            let entry = entry.on(ResourceKind::Appointment, series.uuid()).with_id("doctor", command.doctor);
            tx.commit(entry.with("visits", i64::try_from(starts.len()).map_err(Error::internal)?)).await?;
            Ok(SeriesOutcome::Booked(view))
        }
        Err(error) => {
            // The locks are kept until the connection is used again.
            tx.abandon().await?;
            collision(domain, access, (patient, by), &command, starts, error).await
        }
    }
}

/// What a transaction has done.
enum Done {
    /// An earlier request with the same key has booked this series.
    Before(SeriesId),
    /// It has booked this series. What people are told is only sent when nothing can be refused any more.
    Now { series: SeriesId, event: Event, freed: BTreeSet<DoctorId> },
}

async fn booked(
    tx: &mut Tx,
    permit: &Permit<actions::Create, Booking>,
    command: &BookSeries,
    (reason, starts): (&VisitReason, &[Timestamp]),
    by: By,
) -> Result<Done> {
    let Booking(patient) = permit.id();
    let BookSeries { hold, doctor, clinic, visit_type, fee_minor, .. } = *command;
    let key = command.idempotency_key.as_deref();
    let request = Request { patient, doctor, clinic, starts, reason: reason.as_str(), visit_type, phone: &command.phone };
    if let Claimed::Done(done) = idempotency::claim(tx, "scheduling.book_series", key, &request).await? {
        return Ok(Done::Before(done.into()));
    }
    let held = match hold {
        Some(reservation) => store::reservations::held(tx, permit, reservation).await?,
        None => None,
    };
    let held = held.filter(|held| held.doctor == doctor && held.clinic == clinic);
    let visit_type = visit_type.or(held.and_then(|held| held.visit_type));
    let series = tx.new_id::<SeriesId>();
    let size = i16::try_from(starts.len()).map_err(Error::internal)?;
    let (mut event, mut freed) = (Event::SeriesBooked { series }, BTreeSet::new());
    let mut phone: Option<PhoneNumber> = None;
    for (place, start) in (1_i16..).zip(starts.iter().copied()) {
        let wanted = Wanted { doctor, clinic, start, visit_type, mode: None };
        let time = time_for(tx, wanted, patient, held, by).await?;
        if held.is_some_and(|held| is_changed(held, &time)) {
            return Err(Code::VisitTypeGone.into());
        }
        if place == 1 {
            // All visits have one type, so this is the same for all of them.
            if is_remote(time.offered.mode) && !identity::remote_care(tx, patient).await?.agreed {
                return Err(by.remote_care_refused().into());
            }
            phone = match (by, time.offered.mode) {
                (By::Staff, VisitMode::Phone) => Some(number_of(tx, patient, &command.phone).await?),
                (By::Staff, VisitMode::Video | VisitMode::InPerson | VisitMode::External) => None,
                (By::Patient, mode) => number_to_call(tx, mode, &command.phone).await?,
            };
        }
        let is_held = held.is_some_and(|held| held.starts_at == start);
        // Staff takes no times from others by haste.
        limits::check_booking(tx, permit, doctor, start, is_held || by == By::Staff).await?;
        let used = hold.filter(|_| is_held);
        freed.extend(store::reservations::clear_for_booking(tx, permit, doctor, used, time.visit).await?);
        let visit = Booked { doctor, clinic, phone: phone.as_ref(), reason, fee_minor, hold: used, overbooking: None };
        let id = insert(tx, permit, visit, &time).await?;
        store::series::join(tx, permit, id, SeriesPlace { series, place, size }).await?;
        if time.offered.needs_approval {
            event = Event::SeriesRequested { series };
        }
        let entry = Audit::of(AuditAction::SchedulingAppointmentBooked).patient(patient).on(ResourceKind::Appointment, id);
        let entry = entry.with_id("doctor", doctor).with_id("series", series).with("starts_at", time.visit.start());
        audit::store::insert(tx, entry).await?;
    }
    // The event of the series already announces this doctor's times.
    freed.remove(&doctor);
    idempotency::finish(tx, key, series.uuid()).await?;
    Ok(Done::Now { series, event, freed })
}

/// A time that this transaction may reserve.
async fn time_for(tx: &mut Tx, wanted: Wanted, patient: PatientId, held: Option<HeldRow>, by: By) -> Result<Reservable> {
    match by {
        By::Patient => reservable(tx, wanted, patient, held).await,
        By::Staff => {
            let (mut times, mut offered) = locked_times(tx, wanted, patient).await?;
            times.policy.notice_mins = 0;
            // Nobody asks themselves.
            offered.needs_approval &= tx.access().acting()?.doctor != Some(wanted.doctor);
            let open = times.at(wanted.clinic, wanted.start, tx.now())?;
            let visit = TimeRange::new(open.start, open.end).ok_or(Code::SlotUnknown)?;
            Ok(Reservable { visit, doctor_range: times.policy.doctor_range(visit), offered })
        }
    }
}

/// The answer when nothing was booked: which times collide, if the error was about a time and there still are any.
async fn collision(
    domain: &Domain,
    access: &Access,
    who: (PatientId, By),
    command: &BookSeries,
    starts: Vec<Timestamp>,
    error: Error,
) -> Result<SeriesOutcome> {
    if !matches!(error.code(), Code::SlotTaken | Code::SlotPast | Code::SlotUnknown | Code::PatientBusy) {
        return Err(error);
    }
    let BookSeries { hold, doctor, clinic, visit_type, .. } = *command;
    let again = PreviewSeries { hold, doctor, clinic, visit_type, dates: SeriesDates::These(starts) };
    let found = preview(domain, access, who, again).await?;
    if found.is_free() { Err(error) } else { Ok(SeriesOutcome::Collides(found)) }
}
