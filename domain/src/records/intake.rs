//! The intake before a visit: the worklist of a nurse, and what was measured for one visit.

use super::{measurements::listed, store, subjects::VitalsOf};
use crate::{
    Domain, Result,
    access::{Access, ActionKind, Decision, Limits, Relation, Relations, ResourceKind, actions::Read, policy},
    audit::{Audit, AuditAction},
    scheduling,
};
use jiff::civil::Date;
use model::{
    errors::Code,
    ids::EncounterId,
    vitals::{IntakeItem, IntakeList, IntakePlace, IntakeView},
};
use uuid::Uuid;

/// How many measurements the page of an intake shows.
const SHOWN: usize = 40;

/// The visits of a day at the caller's clinic, for those who measure there; without a date, today.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for roles that do not measure for a clinic; `request.fields_invalid` with the field `zone`.
pub async fn intakes(domain: &Domain, access: &Access, day: Option<Date>, zone: &str) -> Result<IntakeList> {
    let (role, relations) = (access.acting()?.role, Relations::from_iter([Relation::SameClinic]));
    if policy::decide(role, &relations, Limits::default(), ActionKind::Create, ResourceKind::Vitals) != Decision::Allowed {
        return Err(Code::Forbidden.into());
    }
    let day = scheduling::clinic_day(domain, access, day, zone).await?;
    let mut cards: Vec<_> = day.cards.into_iter().filter_map(|card| IntakePlace::of(&card).map(|place| (place, card))).collect();
    cards.sort_by_key(|(place, card)| (*place, card.starts_at, card.id));
    let mut tx = domain.begin_reading("records.intakes", access).await?;
    let encounters: Vec<Uuid> = cards.iter().map(|(_, card)| card.encounter.uuid()).collect();
    let measured = store::measured_for(&mut tx, &encounters).await?;
    let patients: Vec<_> = cards.iter().map(|(_, card)| card.patient.id).collect();
    let items =
        cards.into_iter().map(|(place, card)| IntakeItem { taken_at: measured.get(&card.encounter).copied(), place, card });
    let list = IntakeList { date: day.date, items: items.collect() };
    if patients.is_empty() {
        tx.close().await?;
    } else {
        tx.commit(Audit::read(AuditAction::RecordsIntakesListed).patients(patients)).await?;
    }
    Ok(list)
}

/// The intake of one visit: the appointment, and what was measured for it.
///
/// # Errors
/// `not_found`.
pub async fn intake(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<IntakeView> {
    let mut tx = domain.begin_reading("records.intake", access).await?;
    access.acting()?;
    let (appointment, patient) = store::appointment_of(&mut tx, encounter).await?.ok_or(Code::NotFound)?;
    let permit = tx.permit(Read, VitalsOf(patient)).await?;
    let measurements = listed(&mut tx, &permit, Some(encounter), SHOWN).await?;
    let entry = Audit::read(AuditAction::RecordsMeasurementsRead).patient(patient).on(ResourceKind::Vitals, patient);
    tx.commit(entry).await?;
    // It asks for the permit to the appointment itself.
    let appointment = scheduling::get(domain, access, appointment).await?;
    Ok(IntakeView { card: appointment.card, measurements })
}
