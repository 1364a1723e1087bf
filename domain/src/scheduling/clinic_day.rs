//! A clinic's day, for its staff.

use super::{
    days::known,
    read::end_list,
    store::{self, cards::CardRow},
};
use crate::{
    Domain, Result,
    access::{Access, ActionKind, Decision, Limits, Relation, Relations, ResourceKind, policy},
    audit::AuditAction,
    db::Tx,
    vault::Column,
};
use jiff::civil::Date;
use model::{
    errors::Code,
    ids::{ClinicId, DoctorId, PatientId},
    scheduling::{
        TimeRange, VisitMode,
        views::{AppointmentCard, ClinicColumns, ClinicDay, DoctorColumn, OverbookedVisit},
    },
};
use std::collections::BTreeSet;

/// All appointments on a day in a time zone that the caller may see, by their time, also those that were cancelled; without a date, today. Nurses and
/// receptionists see those of their clinic, doctors their own. The reasons are not included.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for patients and for roles without appointments; `request.fields_invalid` with the field `zone`.
pub async fn clinic_day(domain: &Domain, access: &Access, day: Option<Date>, zone: &str) -> Result<ClinicDay> {
    let scope = access.scope(ResourceKind::Appointment)?;
    // Patients have their own list.
    if scope.patient.is_some() {
        return Err(Code::Forbidden.into());
    }
    let zone = known(zone)?;
    let mut tx = domain.begin_reading("scheduling.clinic_day", access).await?;
    let (settings, now) = (domain.settings(), tx.now());
    let date = day.unwrap_or_else(|| now.to_zoned(zone.clone()).date());
    let ids = match TimeRange::of_days(date, date, &zone) {
        Some(range) => store::appointments::of_scope_within(tx.connection(), &scope, range).await?,
        // A day that the time zone skipped has no visits.
        None => Vec::new(),
    };
    let rows = store::cards::load(tx.connection(), settings, &ids, now).await?;
    let overbooked = overbooked(&mut tx, &rows).await?;
    let cards: Vec<AppointmentCard> = rows.into_iter().map(|row| row.card).collect();
    let has_rooms = has_rooms(&mut tx, &cards).await?;
    end_list(tx, AuditAction::SchedulingClinicDayRead, &cards).await?;
    Ok(ClinicDay { date, cards, may_note: may_note(access)?, overbooked, has_rooms })
}

/// Whether one of these visits can have a room.
async fn has_rooms(tx: &mut Tx, cards: &[AppointmentCard]) -> Result<bool> {
    let in_person = cards.iter().filter(|card| card.mode == VisitMode::InPerson && !card.state.is_settled());
    let clinics: BTreeSet<ClinicId> = in_person.map(|card| card.clinic.id).collect();
    for clinic in clinics {
        if store::rooms::has_any(tx.connection(), clinic).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The overbooked visits among these, with the reasons. A reason whose patient's data was erased is left out.
async fn overbooked(tx: &mut Tx, rows: &[CardRow]) -> Result<Vec<OverbookedVisit>> {
    let found: Vec<_> = rows
        .iter()
        .filter_map(|row| row.overbooking_cipher.as_deref().map(|cipher| (row.card.id, row.card.patient.id, cipher)))
        .collect();
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let patients: Vec<PatientId> = found.iter().map(|(_, patient, _)| *patient).collect();
    let keys = tx.patient_keys(&patients).await?;
    let mut overbooked = Vec::new();
    for (appointment, patient, cipher) in found {
        if let Some(key) = keys.get(&patient) {
            let reason = key.decrypt(Column::OverbookingReason, appointment, cipher)?;
            overbooked.push(OverbookedVisit { appointment, reason });
        }
    }
    Ok(overbooked)
}

/// The same day, and the doctors who have hours or visits on it, with their hours at the caller's clinic. Staff without a clinic of their own see no hours.
///
/// # Errors
/// Those of [`clinic_day`].
pub async fn clinic_columns(domain: &Domain, access: &Access, day: Option<Date>, zone: &str) -> Result<ClinicColumns> {
    let day = clinic_day(domain, access, day, zone).await?;
    let (scope, zone) = (access.scope(ResourceKind::Appointment)?, known(zone)?);
    let mut tx = domain.begin_reading("scheduling.clinic_columns", access).await?;
    let now = tx.now();
    let mut doctors = Vec::new();
    // What was off on a day that is over is not loaded, so the hours of such a day are not shown.
    let is_over = day.date < now.to_zoned(zone.clone()).date();
    if let (Some(clinic), Some(range), false) = (scope.clinic, TimeRange::of_days(day.date, day.date, &zone), is_over) {
        let working = store::doctors::with_hours_at(tx.connection(), clinic).await?;
        let ids: Vec<DoctorId> = working.iter().map(|(doctor, _)| *doctor).collect();
        let times = store::times::load_within(tx.connection(), &ids, now, Some((range.start(), range.end())), None).await?;
        for (doctor, name) in working {
            let Some(times) = times.get(&doctor) else { continue };
            let here = times.clinics.iter().filter(|part| part.clinic == clinic);
            let open: Vec<TimeRange> = here.flat_map(|part| times.schedule(part, now).open(range)).collect();
            if !open.is_empty() {
                doctors.push(DoctorColumn { doctor, name, open: TimeRange::joined(&open) });
            }
        }
    }
    tx.close().await?;
    for card in &day.cards {
        if !doctors.iter().any(|column| column.doctor == card.doctor.id) {
            doctors.push(DoctorColumn { doctor: card.doctor.id, name: card.doctor.name.clone(), open: Vec::new() });
        }
    }
    doctors.sort_by(|a, b| (&a.name, a.doctor).cmp(&(&b.name, b.doctor)));
    let books = may(access, ActionKind::Create, ResourceKind::Appointment)?;
    let books_at = scope.clinic.filter(|_| books);
    Ok(ClinicColumns { day, doctors, books_at })
}

/// Whether the caller notes who has come to the visits of their clinic.
fn may_note(access: &Access) -> Result<bool> {
    may(access, ActionKind::Attend, ResourceKind::Visit)
}

/// Whether the policy allows the caller this at their clinic.
fn may(access: &Access, action: ActionKind, resource: ResourceKind) -> Result<bool> {
    let (role, relations) = (access.acting()?.role, Relations::from_iter([Relation::SameClinic]));
    Ok(policy::decide(role, &relations, Limits::default(), action, resource) == Decision::Allowed)
}
