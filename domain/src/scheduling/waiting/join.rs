//! Joining, reading and leaving the waiting list.

use super::{WaitingFor, Wanted};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions},
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
    scheduling::{notices::Event, rooms, rules, store},
};
use jiff::{
    ToSpan,
    civil::{Date, Time},
};
use model::{
    errors::{Code, FieldFault, Range},
    ids::{AppointmentId, DoctorId, PatientId, WaitingEntryId},
    scheduling::{LocalHours, Named, OfferState, VisitMode, VisitReason, WaitingChoices, WaitingDays, WaitingTimes, WaitingView},
};

/// For how long somebody can wait.
const DAYS_AHEAD: i16 = 366;

/// How often a patient can be on the waiting list at the same time. Each entry may get an offer, which keeps a time from others while it is open.
const MOST_ENTRIES: i64 = 20;

/// Puts a patient on the waiting list: for an earlier time of an appointment, for a doctor, or for a specialty.
#[derive(Clone)]
pub struct JoinWaitingList {
    /// The patient; `None` for the one on whose behalf the caller acts.
    pub patient: Option<PatientId>,
    /// The appointment that is to move to an earlier time. It decides doctor and mode.
    pub appointment: Option<AppointmentId>,
    /// The doctor.
    pub doctor: Option<DoctorId>,
    /// The slug of the specialty.
    pub specialty: Option<String>,
    /// How patient and doctor are to meet; `None` for any way.
    pub mode: Option<VisitMode>,
    /// The days of the week that suit, by name (`monday`); empty for all.
    pub days: Vec<String>,
    /// From when on a day suits; `None` together with `to` for any hour.
    pub from: Option<Time>,
    /// When the visit has to be over; midnight is the end of the day.
    pub to: Option<Time>,
    /// The last date that suits.
    pub until: Date,
    /// The reason for the visit, as typed. Not needed with an appointment, which has one.
    pub reason: String,
}

/// Joins the waiting list. Patients do it for themselves, reception for the patients of the clinic who have somebody who can answer an offer.
///
/// # Errors
/// `request.fields_invalid` with the fields `doctor`, `specialty`, `days`, `from`, `to`, `until`, `reason`; `scheduling.already_waiting`; `scheduling.waiting_too_often`;
/// `scheduling.waiting_without_account`; `scheduling.appointment_settled`; `not_found`, `access.sign_in_needed`, `access.forbidden`.
pub async fn join_waiting_list(domain: &Domain, access: &Access, command: JoinWaitingList) -> Result<WaitingEntryId> {
    let patient = match command.patient {
        Some(patient) => patient,
        None => access.acting_patient()?,
    };
    let mut tx = domain.begin("scheduling.join_waiting_list", access).await?;
    let permit = tx.permit(actions::Create, WaitingFor(patient)).await?;
    let now = tx.now();
    if !store::waiting::has_representative(tx.connection(), patient, now).await? {
        return Err(Code::WaitingWithoutAccount.into());
    }
    let mut faults = Faults::default();
    let today = store::today(now);
    // Where the clinic is, it may be a day earlier than in UTC.
    let (first, last) = (today.saturating_sub(1.day()), today.saturating_add(i32::from(DAYS_AHEAD).days()));
    if command.until < first {
        faults.add("until", FieldFault::TooSmall(Range::dates(today, last)));
    } else if command.until > last {
        faults.add("until", FieldFault::TooLarge(Range::dates(today, last)));
    }
    let reason = match command.appointment {
        Some(_) => None,
        None => faults.take("reason", VisitReason::parse(&command.reason)),
    };
    let days = faults.take("days", WaitingDays::parse(&command.days)).unwrap_or(WaitingDays::ALL);
    let hours = match (command.from, command.to) {
        (None, None) => None,
        (Some(from), Some(to)) => faults.take("to", LocalHours::new(from, to)),
        (None, Some(_)) => {
            faults.add("from", FieldFault::Missing);
            None
        }
        (Some(_), None) => {
            faults.add("to", FieldFault::Missing);
            None
        }
    };
    let times = WaitingTimes { days, hours, until: command.until };
    let wanted = match command.appointment {
        Some(appointment) => of_appointment(&mut tx, patient, appointment, times).await?,
        None => of_choice(&mut tx, &command, times, &mut faults).await?,
    };
    faults.check()?;
    store::waiting::end_outdated(&mut tx, &permit, first).await?;
    // The permit has locked the patient, so two entries are not counted past each other.
    if store::waiting::count(&mut tx, &permit).await? >= MOST_ENTRIES {
        tx.close().await?;
        return Err(Code::WaitingTooOften.into());
    }
    let id = tx.new_id::<WaitingEntryId>();
    store::waiting::insert(&mut tx, &permit, id, &wanted, reason.as_ref()).await?;
    let about = match (wanted.appointment, wanted.doctor) {
        (Some(_), _) => "appointment",
        (None, Some(_)) => "doctor",
        (None, None) => "specialty",
    };
    let mut entry = Audit::of(AuditAction::SchedulingWaitingJoined).patient(patient).on(ResourceKind::Appointment, id.uuid());
    if let Some(doctor) = wanted.doctor {
        entry = entry.with_id("doctor", doctor);
    }
    tx.commit(entry.with("about", about).with("days", i64::from(times.days.bits()))).await?;
    Ok(id)
}

/// An earlier time for an appointment of this patient.
async fn of_appointment(tx: &mut Tx, patient: PatientId, appointment: AppointmentId, times: WaitingTimes) -> Result<Wanted> {
    let permit = tx.permit(actions::Read, appointment).await?;
    if permit.patient()? != patient {
        return Err(Code::NotFound.into());
    }
    let row = store::moves::of(tx.connection(), appointment).await?;
    rules::check_move(row.state, row.visit.start(), tx.now())?;
    Ok(Wanted { doctor: Some(row.doctor), specialty: None, appointment: Some(appointment), mode: Some(row.mode), times })
}

/// A doctor or a specialty, exactly one.
async fn of_choice(tx: &mut Tx, command: &JoinWaitingList, times: WaitingTimes, faults: &mut Faults) -> Result<Wanted> {
    let JoinWaitingList { doctor, specialty, mode, .. } = command.clone();
    match (doctor, &specialty) {
        (Some(doctor), None) => {
            if !store::waiting::is_listed(tx.connection(), doctor).await? {
                faults.add("doctor", FieldFault::UnknownChoice);
            }
        }
        (None, Some(slug)) => {
            if !store::waiting::is_specialty(tx.connection(), slug).await? {
                faults.add("specialty", FieldFault::UnknownChoice);
            }
        }
        (None, None) => faults.add("doctor", FieldFault::Missing),
        (Some(_), Some(_)) => faults.add("specialty", FieldFault::UnknownChoice),
    }
    Ok(Wanted { doctor, specialty, appointment: None, mode, times })
}

/// The entries that the caller may see, the first to join first: a patient's own, or those of the clinic.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for roles that have no such list.
pub async fn waiting_list(domain: &Domain, access: &Access) -> Result<Vec<WaitingView>> {
    let scope = access.scope(ResourceKind::Appointment)?;
    if scope.doctor.is_some() {
        return Err(Code::Forbidden.into());
    }
    let mut tx = domain.begin_reading("scheduling.waiting_list", access).await?;
    let first = store::today(tx.now()).yesterday().map_err(Error::internal)?;
    let entries = store::waiting::list(&mut tx, &scope, first).await?;
    if entries.is_empty() {
        tx.close().await?;
        return Ok(entries);
    }
    let patients: Vec<PatientId> = entries.iter().map(|entry| entry.patient.id).collect();
    tx.commit(Audit::read(AuditAction::SchedulingWaitingListRead).patients(patients)).await?;
    Ok(entries)
}

/// Takes a patient off the waiting list. An open offer ends, and its time is offered to the next.
///
/// # Errors
/// `not_found`, `access.sign_in_needed`, `access.forbidden`.
pub async fn leave_waiting_list(domain: &Domain, access: &Access, id: WaitingEntryId) -> Result<()> {
    let mut tx = domain.begin("scheduling.leave_waiting_list", access).await?;
    let permit = tx.permit(actions::Cancel, id).await?;
    store::waiting::leave(&mut tx, &permit).await?;
    if let Some(offer) = store::offers::open_of(tx.connection(), id).await?
        && store::offers::end(&mut tx, offer, OfferState::Withdrawn, None).await?
    {
        let room = store::offers::free(tx.connection(), offer).await?;
        rooms::given_back(&mut tx, room).await?;
        tx.emit(Event::OfferEnded { offer }).await?;
    }
    let entry = Audit::of(AuditAction::SchedulingWaitingLeft).patient(permit.patient()?);
    tx.commit(entry.on(ResourceKind::Appointment, id.uuid())).await
}

/// What a form for joining needs: the names of what was chosen before, and for reception the doctors of the clinic.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for roles that have no such list.
pub async fn waiting_choices(
    domain: &Domain,
    access: &Access,
    doctor: Option<DoctorId>,
    specialty: Option<&str>,
) -> Result<WaitingChoices> {
    let scope = access.scope(ResourceKind::Appointment)?;
    if scope.doctor.is_some() {
        return Err(Code::Forbidden.into());
    }
    let mut tx = domain.begin_reading("scheduling.waiting_choices", access).await?;
    let doctors = match scope.patient {
        Some(_) => Vec::new(),
        None => store::why::doctors(tx.connection(), &scope).await?,
    };
    let today = store::today(tx.now());
    let doctor = match doctor {
        Some(id) => store::doctors::load(tx.connection(), &[id], today).await?.remove(&id),
        None => None,
    };
    let specialty = match specialty {
        Some(slug) => store::waiting::specialty(tx.connection(), slug).await?,
        None => None,
    };
    tx.close().await?;
    let doctor = doctor.map(|row| Named { id: row.brief.id, name: row.brief.name });
    Ok(WaitingChoices { doctor, specialty, doctors })
}
