//! The measurements of a patient: what nurses and doctors measure, and what the patient's side measures at home.

use super::{growth, notices::Event, store, store::Fresh, subjects::VitalsOf};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Create, Read},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    directory,
    idempotency::{self, Claimed},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{
    directory::Sex,
    errors::{Code, FieldFault, Range},
    ids::{EncounterId, MeasurementId, PatientId},
    text::many_lines,
    vitals::{ClinicalRisk, Growth, MeasurementView, PatientMeasurements, SaturationScale, TypedVitals, Vitals, age_in_months},
};
use serde::Serialize;
use std::fmt;
use uuid::Uuid;

/// How many measurements a list shows.
const SHOWN: usize = 200;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 300;

/// Records what was measured.
#[derive(Clone, Serialize)]
pub struct AddMeasurements {
    /// The patient.
    pub patient: PatientId,
    /// The visit before or at which it was measured, if there is one.
    pub encounter: Option<EncounterId>,
    /// When it was measured; now if it is absent.
    pub taken_at: Option<Timestamp>,
    /// The values.
    pub vitals: TypedVitals,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Leaves out the values, which are medical.
impl fmt::Debug for AddMeasurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddMeasurements").field("patient", &self.patient).finish_non_exhaustive()
    }
}

/// Marks measurements as entered in error.
#[derive(Clone)]
pub struct WithdrawMeasurements {
    /// The patient.
    pub patient: PatientId,
    /// The measurements that were taken at one time.
    pub measurement: MeasurementId,
    /// Why.
    pub reason: String,
}

/// Leaves out the reason, which may be medical.
impl fmt::Debug for WithdrawMeasurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithdrawMeasurements").field("measurement", &self.measurement).finish_non_exhaustive()
    }
}

/// Records what was measured. What the patient's side records is marked as measured at home, and has neither an assessment of the consciousness nor the second scale for
/// the saturation. If somebody must be told of it, the doctor of the visit is, or without a visit the doctors who treat the patient.
///
/// # Errors
/// `request.fields_invalid` with the fields of [`TypedVitals`] and `taken_at`, also for a time before the birth; `not_found`, also for a visit of somebody else;
/// `access.forbidden`.
pub async fn add_measurements(domain: &Domain, access: &Access, command: AddMeasurements) -> Result<MeasurementId> {
    let vitals = command.vitals.parse().map_err(Error::fields)?;
    let mut tx = domain.begin("records.add_measurements", access).await?;
    match add(&mut tx, &command, vitals).await {
        Ok((id, true)) => {
            let entry = Audit::of(AuditAction::RecordsMeasurementsAdded).patient(command.patient);
            let entry = entry.on(ResourceKind::Vitals, command.patient).with_id("measurement", id);
            tx.commit(entry).await?;
            Ok(id)
        }
        Ok((id, false)) => {
            tx.close().await?;
            Ok(id)
        }
        Err(error) => {
            tx.abandon().await?;
            Err(error)
        }
    }
}

/// The id, and whether it is new.
async fn add(tx: &mut Tx, command: &AddMeasurements, mut vitals: Vitals) -> Result<(MeasurementId, bool)> {
    let permit = tx.permit(Create, VitalsOf(command.patient)).await?;
    let taken_at = command.taken_at.unwrap_or_else(|| tx.now());
    if taken_at > tx.now() {
        return Err(Error::field("taken_at", FieldFault::NotPast));
    }
    let whose = store::whose(tx, &permit).await?;
    if whose.day_of(taken_at) < whose.born {
        let range = Range::dates(whose.born, whose.day_of(tx.now()));
        return Err(Error::field("taken_at", FieldFault::TooSmall(range)));
    }
    if let Some(encounter) = command.encounter {
        let appointment = store::appointment_of(tx, encounter).await?;
        let (appointment, _) = appointment.filter(|(_, patient)| *patient == command.patient).ok_or(Code::NotFound)?;
        let _may_see = tx.permit(Read, appointment).await?;
    }
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(done) = idempotency::claim(tx, "records.add_measurements", key, command).await? {
        return Ok((done.into(), false));
    }
    let at_home = tx.access().acting()?.patient.is_some();
    if at_home {
        // Only a clinician decides about the second scale, with which a low saturation alarms nobody.
        (vitals.consciousness, vitals.breathes, vitals.scale) = (None, None, SaturationScale::Usual);
    }
    let fresh = Fresh { vitals: &vitals, encounter: command.encounter, at_home, taken_at };
    let id = store::insert_measurements(tx, &permit, fresh).await?;
    if is_urgent(&vitals, whose.age_at(taken_at)) {
        match command.encounter {
            Some(encounter) => tx.emit(Event::AlarmingMeasurements { encounter, measurement: id }).await?,
            None => tell_treating(tx, command.patient, id).await?,
        }
    }
    idempotency::finish(tx, key, id.uuid()).await?;
    Ok((id, true))
}

/// Tells the doctors who treat the patient of what was measured outside of a visit; not the one who measures.
async fn tell_treating(tx: &mut Tx, patient: PatientId, measurement: MeasurementId) -> Result<()> {
    let measuring = tx.access().acting()?.doctor;
    for doctor in store::treating(tx, patient).await? {
        if measuring != Some(doctor) {
            tx.emit(Event::AlarmingReading { doctor, patient, measurement }).await?;
        }
    }
    Ok(())
}

/// Whether the doctor is told: of a value beyond its limits, and of a score that asks for more than routine.
fn is_urgent(vitals: &Vitals, age_months: i32) -> bool {
    let risk = MeasurementView::score(vitals, age_months).map(|score| score.risk());
    !vitals.alarms(age_months).is_empty() || risk.is_some_and(|risk| risk != ClinicalRisk::Low)
}

impl store::Whose {
    /// The date of an instant where the patient is.
    fn day_of(&self, at: Timestamp) -> Date {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        zone.to_datetime(at).date()
    }

    /// The age at an instant, in completed months.
    fn age_at(&self, at: Timestamp) -> i32 {
        age_in_months(self.born, self.day_of(at))
    }
}

/// The measurements of a patient; without a patient, of the one on whose behalf the caller acts.
///
/// # Errors
/// `not_found`; `access.forbidden` when the caller names no patient and acts for none.
pub async fn measurements(domain: &Domain, access: &Access, patient: Option<PatientId>) -> Result<PatientMeasurements> {
    let patient = match patient {
        Some(patient) => patient,
        None => access.acting_patient()?,
    };
    let mut tx = domain.begin_reading("records.measurements", access).await?;
    let permit = tx.permit(Read, VitalsOf(patient)).await?;
    let view = listed(&mut tx, &permit, None, SHOWN).await?;
    let entry = Audit::read(AuditAction::RecordsMeasurementsRead).patient(patient).on(ResourceKind::Vitals, patient);
    tx.commit(entry).await?;
    Ok(view)
}

/// The newest measurements, or those that were taken for one visit, within a transaction that audits the read.
pub(super) async fn listed(
    tx: &mut Tx,
    permit: &Permit<Read, VitalsOf>,
    visit: Option<EncounterId>,
    most: usize,
) -> Result<PatientMeasurements> {
    let may_add = permit.may(tx.access(), Create);
    let as_patient = tx.access().acting()?.patient.is_some();
    let whose = store::whose(tx, permit).await?;
    let mut kept = store::measurements(tx, permit, visit, most.saturating_add(1)).await?;
    let growth = grown(tx, permit, &whose, &kept).await?;
    let is_cut = kept.len() > most;
    kept.truncate(most);
    let items = kept.into_iter().map(|kept| {
        let may_withdraw = may_add && may_withdraw(as_patient, kept.at_home);
        MeasurementView { may_withdraw, ..view_of(&whose, kept) }
    });
    let items = items.collect();
    Ok(PatientMeasurements {
        patient: permit.id().0,
        age_months: whose.age_at(tx.now()),
        patient_name: whose.name,
        may_add,
        growth,
        items,
        is_cut,
    })
}

/// Measurements as pages show them, to somebody who does not change them.
fn view_of(whose: &store::Whose, kept: store::Kept) -> MeasurementView {
    let age_months = whose.age_at(kept.taken_at);
    MeasurementView {
        id: kept.id,
        taken_at: kept.taken_at,
        recorded_by: kept.author_name,
        at_home: kept.at_home,
        encounter: kept.encounter,
        alarms: kept.vitals.alarms(age_months),
        news2: MeasurementView::score(&kept.vitals, age_months),
        may_withdraw: false,
        vitals: kept.vitals,
    }
}

/// The measurements with these ids that were not entered in error, within a transaction that audits the read.
pub(super) async fn some(tx: &mut Tx, permit: &Permit<Read, VitalsOf>, ids: &[Uuid]) -> Result<Vec<MeasurementView>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let whose = store::whose(tx, permit).await?;
    let kept = store::measurements_listed(tx, permit, ids).await?;
    Ok(kept.into_iter().map(|kept| view_of(&whose, kept)).collect())
}

/// How a child or a young person has grown; `None` for adults. The sex is what the patient's side has stated in the profile.
async fn grown(
    tx: &mut Tx,
    permit: &Permit<Read, VitalsOf>,
    whose: &store::Whose,
    kept: &[store::Kept],
) -> Result<Option<Growth>> {
    if whose.age_at(tx.now()) >= growth::UNTIL_MONTHS {
        return Ok(None);
    }
    // Whoever may read what was measured may know who the patient is.
    let patient = tx.permit_also(permit, Read, permit.id().0).await?;
    let profile = directory::profile_for_care(tx, &patient).await?;
    let sex = profile.and_then(|profile| Sex::parse(&profile.sex).ok());
    Ok(Some(growth::growth(kept, whose.born, sex, |at| whose.day_of(at))))
}

/// Marks measurements as entered in error: nobody sees them any more, and they stay in the record with the reason. The patient's side marks only what was measured at home.
/// A repeat changes nothing.
///
/// # Errors
/// `request.fields_invalid` with the field `reason`; `not_found`, `access.forbidden`.
pub async fn withdraw_measurements(domain: &Domain, access: &Access, command: WithdrawMeasurements) -> Result<()> {
    let reason = many_lines(&command.reason, LONGEST_REASON).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = domain.begin("records.withdraw_measurements", access).await?;
    let permit = tx.permit(Create, VitalsOf(command.patient)).await?;
    let as_patient = access.acting()?.patient.is_some();
    let may = |at_home| may_withdraw(as_patient, at_home);
    match store::withdraw_measurements(&mut tx, &permit, command.measurement, &reason, may).await {
        Ok(true) => {}
        Ok(false) => return tx.close().await,
        Err(error) => {
            tx.close().await?;
            return Err(error);
        }
    }
    let entry = Audit::of(AuditAction::RecordsMeasurementsWithdrawn).patient(command.patient);
    tx.commit(entry.on(ResourceKind::Vitals, command.patient).with_id("measurement", command.measurement)).await
}

fn may_withdraw(as_patient: bool, at_home: bool) -> bool {
    !as_patient || at_home
}
