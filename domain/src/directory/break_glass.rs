//! Break-glass: opening a record outside of the usual rules (ADR 9). It needs a reason and lasts an hour. The patient is told, each audit entry made under it names
//! it, and an admin reviews it.

use super::{notices::Event, store::break_glass};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Action, Permit, ResourceKind, Subject,
        actions::{Create, Decide},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
};
use jiff::{SignedDuration, tz::TimeZone};
use model::{
    directory::{BreakGlassReason, BreakGlassRow, BreakGlassVerdict, OpenBreakGlass},
    errors::FieldFault,
    identity::{DateFields, DateOfBirth, PersonNumber},
    ids::{BreakGlassId, PatientId, UserId},
    page::{PAGE_SIZE, Page},
};

/// The user who opens a record: the subject while it is not open yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opener(pub(super) UserId);

/// Opens the record of a patient outside of the usual rules. Texts are unparsed form values.
#[derive(Clone)]
pub struct BreakGlass {
    /// The patient's person number.
    pub number: String,
    /// Day, month and year of the patient's birth, so that a mistyped number opens nobody's record.
    pub date_of_birth: [String; 3],
    /// Why.
    pub reason: String,
}

/// The result of a review.
#[derive(Debug, Clone, Copy)]
pub struct ReviewBreakGlass {
    /// The access.
    pub id: BreakGlassId,
    /// What the review found.
    pub verdict: BreakGlassVerdict,
}

/// Opens the record and returns the patient. An attempt with a wrong number or date of birth is audited too.
///
/// # Errors
/// `request.fields_invalid` with the fields `number`, `date_of_birth` or one of its `_day`, `_month`, `_year`, and `reason`; `UnknownChoice` for `number` means that
/// nobody has this number and date of birth. `not_found` for users who do not work as a doctor or nurse.
pub async fn break_glass(domain: &Domain, access: &Access, command: BreakGlass) -> Result<PatientId> {
    let opener = Opener(access.acting()?.user);
    let mut tx = domain.begin("directory.break_glass", access).await?;
    let permit = tx.permit(Create, opener).await?;

    let today = tx.now().to_zoned(TimeZone::UTC).date();
    let mut faults = Faults::default();
    let number = faults.take("number", PersonNumber::parse(&command.number));
    let [day, month, year] = &command.date_of_birth;
    let born = DateOfBirth::from_fields(DateFields { day, month, year }, today)
        .map_err(|wrong| faults.extend(wrong.into_iter().map(|fault| fault.under("date_of_birth"))))
        .ok();
    let reason = faults.take("reason", BreakGlassReason::parse(&command.reason));
    faults.check()?;
    let (Some(number), Some(born), Some(reason)) = (number, born, reason) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };

    let counter = i64::try_from(number.counter()).map_err(Error::internal)?;
    let Some(patient) = break_glass::patient(&mut tx, &permit, counter, born.date()).await? else {
        tx.commit(Audit::of(AuditAction::DirectoryGlassMissed).on(ResourceKind::Account, opener.0)).await?;
        return Err(Error::field("number", FieldFault::UnknownChoice));
    };
    let until = tx.now() + SignedDuration::from_mins(domain.settings().break_glass_minutes);
    let id = break_glass::insert(&mut tx, &permit, patient, &reason, until).await?;
    tx.emit(Event::GlassBroken { glass: id }).await?;
    tx.commit(
        Audit::of(AuditAction::DirectoryGlassBroken).patient(patient).on(ResourceKind::BreakGlass, id).with("until", until),
    )
    .await?;
    Ok(patient)
}

/// Ends the caller's access to a record before its time. Ending it twice changes nothing.
///
/// # Errors
/// `not_found` for users who do not work as a doctor or nurse.
pub async fn end_break_glass(domain: &Domain, access: &Access, patient: PatientId) -> Result<()> {
    let opener = Opener(access.acting()?.user);
    let mut tx = domain.begin("directory.end_break_glass", access).await?;
    let permit = tx.permit(Create, opener).await?;
    if !break_glass::end(&mut tx, &permit, patient).await? {
        return tx.close().await;
    }
    tx.commit(Audit::of(AuditAction::DirectoryGlassMended).patient(patient).on(ResourceKind::Patient, patient)).await
}

/// Accesses outside of the usual rules, those that wait for a review first. `after` is the cursor of the previous page.
///
/// # Errors
/// `access.forbidden` for callers who are not admins.
pub async fn broken_glasses(domain: &Domain, access: &Access, after: Option<BreakGlassId>) -> Result<Page<BreakGlassRow>> {
    let scope = access.scope(ResourceKind::BreakGlass)?;
    let mut tx = domain.begin_reading("directory.broken_glasses", access).await?;
    let rows = break_glass::list(&mut tx, &scope, after, i64::from(PAGE_SIZE) + 1).await?;
    let patients: Vec<PatientId> = rows.iter().map(|(patient, _)| *patient).collect();
    tx.commit(Audit::read(AuditAction::DirectoryGlassesListed).patients(patients)).await?;
    Ok(Page::cut(rows.into_iter().map(|(_, row)| row).collect(), PAGE_SIZE, |row: &BreakGlassRow| row.id.to_string()))
}

/// How many accesses outside of the usual rules wait for a review.
///
/// # Errors
/// `access.forbidden` for callers who are not admins.
pub async fn broken_glasses_waiting(domain: &Domain, access: &Access) -> Result<i64> {
    let scope = access.scope(ResourceKind::BreakGlass)?;
    let mut connection = domain.pool().acquire().await?;
    break_glass::waiting(&mut connection, &scope).await
}

/// Stores what a review found. Nobody reviews their own access.
///
/// # Errors
/// `not_found`; `access.forbidden`; `request.stale` when it was reviewed in the meantime.
pub async fn review_break_glass(domain: &Domain, access: &Access, command: ReviewBreakGlass) -> Result<()> {
    let by = access.acting()?.user;
    let mut tx = domain.begin("directory.review_break_glass", access).await?;
    let permit = tx.permit(Decide, command.id).await?;
    let patient = break_glass::review(&mut tx, &permit, command.verdict, by).await?;
    let entry = Audit::of(AuditAction::DirectoryGlassReviewed).patient(patient).on(ResourceKind::BreakGlass, command.id);
    tx.commit(entry.with("verdict", command.verdict.as_str())).await
}

/// The access outside of the usual rules without which a permit would have been refused, for the page that says so.
pub(crate) async fn open_break_glass<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
) -> Result<Option<OpenBreakGlass>> {
    break_glass::open(tx, permit).await
}
