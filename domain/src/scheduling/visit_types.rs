//! The visit types of a doctor: what patients choose from when they book.

use super::{
    notices::Event,
    store::{
        visit_type_versions,
        visit_types::{self, Checked, TypesPermit},
    },
    subjects::Timetable,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Action, Permit, ResourceKind, Subject,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    directory,
    error::Faults,
};
use model::{
    directory::TypedFee,
    errors::{Code, FieldFault},
    ids::VisitTypeId,
    money::Currency,
    scheduling::{
        BookingRules, MeetingLink, OwnVisitType, OwnVisitTypes, VisitMode, VisitTypeName, number_within, visit_minutes,
    },
};

/// The most visit types of a doctor: with more of them patients could not tell them apart.
const MOST_TYPES: usize = 10;

/// A visit type from a form. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct TypedVisitType {
    /// What the doctor calls it.
    pub name: String,
    /// The mode, as its word.
    pub mode: String,
    /// The length in minutes; empty for the usual one.
    pub minutes: String,
    /// Minutes before it; empty for the usual ones.
    pub buffer_before: String,
    /// Minutes after it; empty for the usual ones.
    pub buffer_after: String,
    /// The link to the meeting of visits for which no other one is entered; empty for none.
    pub meeting_link: String,
    /// The fee; empty for the usual one.
    pub fee: TypedFee,
    /// Whether patients can book it.
    pub is_active: bool,
}

impl TypedVisitType {
    fn check(&self, currency: Currency) -> Result<Checked> {
        let mut faults = Faults::default();
        let name = faults.take("name", VisitTypeName::parse(&self.name));
        let mode = if self.mode.is_empty() { Err(FieldFault::Missing) } else { VisitMode::parse(&self.mode) };
        let mode = faults.take("mode", mode);
        let minutes = faults.take("minutes", visit_minutes(&self.minutes));
        let before = faults.take("buffer_before", number_within(&self.buffer_before, BookingRules::BUFFER_MINS));
        let after = faults.take("buffer_after", number_within(&self.buffer_after, BookingRules::BUFFER_MINS));
        let meeting_link = faults.take("meeting_link", MeetingLink::parse_optional(&self.meeting_link));
        let fee = if self.fee.is_empty() {
            Some(None)
        } else {
            self.fee.parse(currency).map(Some).map_err(|wrong| faults.extend([wrong])).ok()
        };
        faults.check()?;
        let (Some(name), Some(mode), Some(minutes), Some(buffer_before), Some(buffer_after), Some(meeting_link), Some(fee)) =
            (name, mode, minutes, before, after, meeting_link, fee)
        else {
            return Err(Error::internal("a form passed its check although a field is missing"));
        };
        Ok(Checked { name, mode, minutes, buffer_before, buffer_after, meeting_link, fee, is_active: self.is_active })
    }
}

/// The visit types of the calling doctor, including those that cannot be booked.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
pub async fn visit_types(domain: &Domain, access: &Access) -> Result<OwnVisitTypes> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("scheduling.visit_types", access).await?;
    let permit = tx.permit(Read, Timetable(doctor)).await?;
    let types = visit_types::own(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(types)
}

/// Adds a visit type after the others. `version` is the one that the caller has seen ([`OwnVisitTypes::version`]).
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `mode`, `minutes`, `buffer_before`, `buffer_after`, `meeting_link`, `fee`, `fee_free`; `request.stale`; `scheduling.too_many_visit_types`;
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
pub async fn add_visit_type(domain: &Domain, access: &Access, typed: TypedVisitType, version: i32) -> Result<VisitTypeId> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin("scheduling.add_visit_type", access).await?;
    let permit = tx.permit(Write, Timetable(doctor)).await?;
    add_typed(tx, &permit, &typed, version).await
}

/// Adds a visit type of the doctor of this permit.
pub(super) async fn add_typed<A: Action, S: Subject>(
    mut tx: Tx,
    permit: &Permit<A, S>,
    typed: &TypedVisitType,
    version: i32,
) -> Result<VisitTypeId>
where
    Permit<A, S>: TypesPermit,
{
    let doctor = permit.doctor();
    // The fee cannot be read without its currency, so nothing is parsed before the transaction begins.
    let before = visit_types::before(&mut tx, permit).await?;
    let checked = typed.check(before.currency)?;
    directory::next_doctor_version(&mut tx, permit, version).await?;
    if before.types.len() >= MOST_TYPES {
        return Err(Code::TooManyVisitTypes.into());
    }
    let id = tx.new_id::<VisitTypeId>();
    visit_types::add(&mut tx, permit, id, &checked).await?;
    visit_type_versions::keep(&mut tx, id, version).await?;
    tx.emit(changed(permit, id)).await?;
    let entry = Audit::of(AuditAction::SchedulingVisitTypeAdded).on(ResourceKind::Schedule, doctor).with_id("visit_type", id);
    tx.commit(with_new(entry, &checked)).await?;
    Ok(id)
}

/// Changes a visit type. Visits that are already booked stay as they are.
///
/// # Errors
/// Those of [`add_visit_type`] except `scheduling.too_many_visit_types`; `not_found` for a type that is not the doctor's; `scheduling.last_visit_type` when patients could
/// book no other type.
pub async fn edit_visit_type(
    domain: &Domain,
    access: &Access,
    id: VisitTypeId,
    typed: TypedVisitType,
    version: i32,
) -> Result<()> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin("scheduling.edit_visit_type", access).await?;
    let permit = tx.permit(Write, Timetable(doctor)).await?;
    edit_typed(tx, &permit, id, &typed, version).await
}

/// Changes a visit type of the doctor of this permit.
pub(super) async fn edit_typed<A: Action, S: Subject>(
    mut tx: Tx,
    permit: &Permit<A, S>,
    id: VisitTypeId,
    typed: &TypedVisitType,
    version: i32,
) -> Result<()>
where
    Permit<A, S>: TypesPermit,
{
    let doctor = permit.doctor();
    let before = visit_types::before(&mut tx, permit).await?;
    let old = before.types.iter().find(|known| known.id == id).ok_or(Code::NotFound)?;
    let checked = typed.check(before.currency)?;
    directory::next_doctor_version(&mut tx, permit, version).await?;
    if !checked.is_active && !before.types.iter().any(|known| known.id != id && known.is_active) {
        return Err(Code::LastVisitType.into());
    }
    visit_type_versions::keep_first(&mut tx, id, version).await?;
    if !visit_types::edit(&mut tx, permit, id, &checked).await? {
        return Err(Code::NotFound.into());
    }
    visit_type_versions::keep(&mut tx, id, version).await?;
    tx.emit(changed(permit, id)).await?;
    let entry = Audit::of(AuditAction::SchedulingVisitTypeEdited).on(ResourceKind::Schedule, doctor).with_id("visit_type", id);
    tx.commit(with_new(with_old(entry, old), &checked)).await
}

/// What is told of a visit type that was added or changed: the doctor hears of it when an administrator did it.
fn changed(permit: &impl TypesPermit, visit_type: VisitTypeId) -> Event {
    let doctor = permit.doctor();
    if permit.is_administrators() { Event::VisitTypeManaged { doctor, visit_type } } else { Event::TimesChanged { doctor } }
}

/// Adds the values before the change. A missing length, buffer or fee means the usual one of the doctor.
fn with_old(entry: Audit, old: &OwnVisitType) -> Audit {
    let entry = entry.with("old_mode", old.mode.as_str()).with("old_active", i64::from(old.is_active));
    let entry = match old.minutes {
        Some(minutes) => entry.with("old_minutes", i64::from(minutes)),
        None => entry,
    };
    let entry = with_buffer(entry, "old_before", old.buffer_before);
    let entry = with_buffer(entry, "old_after", old.buffer_after);
    // Who has a link can enter the meeting, so the audit only says whether there is one.
    let entry = entry.with("old_meeting_link", i64::from(old.meeting_link.is_some()));
    match old.fee {
        Some(fee) => entry.with("old_fee_minor", fee.minor),
        None => entry,
    }
}

/// Adds the values after the change.
fn with_new(entry: Audit, new: &Checked) -> Audit {
    let entry = entry.with("mode", new.mode.as_str()).with("active", i64::from(new.is_active));
    let entry = match new.minutes {
        Some(minutes) => entry.with("minutes", i64::from(minutes.get())),
        None => entry,
    };
    let entry = with_buffer(entry, "before", new.buffer_before);
    let entry = with_buffer(entry, "after", new.buffer_after);
    let entry = entry.with("meeting_link", i64::from(new.meeting_link.is_some()));
    match new.fee {
        Some(fee) => entry.with("fee_minor", fee.minor),
        None => entry,
    }
}

fn with_buffer(entry: Audit, name: &'static str, minutes: Option<u16>) -> Audit {
    match minutes {
        Some(minutes) => entry.with(name, i64::from(minutes)),
        None => entry,
    }
}
