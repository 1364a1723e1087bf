//! Families: a parent adds a child, and either side ends a right to act.
//!
//! A child has a record and no account. A user who acts for patients chooses one in the header ([`crate::identity::act_for`]), and each request checks the right
//! again, so ending it acts at once.

use super::{
    coming_of_age,
    notices::Event,
    sign_up,
    store::{self, family},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
    idempotency::{self, Claimed},
    identity,
};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use model::{
    directory::{ActedByView, ActingRelation, FamilyView},
    errors::{Code, FieldFault, Range},
    identity::DateOfBirth,
    ids::{PatientId, UserId},
};
use serde::Serialize;

/// The most children for whom one account may act as a guardian and still add another one.
const MOST_CHILDREN: usize = 12;

/// A child to add. Texts are unparsed form values.
#[derive(Clone, Serialize)]
pub struct AddChild {
    /// The child's full name.
    pub name: String,
    /// The name in Latin letters; may be empty if documents can show the full name.
    pub latin_name: String,
    /// Date of birth: day, month and year as entered in their three fields.
    pub date_of_birth: [String; 3],
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Ends that a user acts for a patient.
#[derive(Debug, Clone)]
pub struct EndActing {
    /// The patient.
    pub patient: PatientId,
    /// The user who acts for the patient: the caller, or the other side of the caller's own record.
    pub user: UserId,
    /// As what they act.
    pub relation: ActingRelation,
}

/// Adds a child, for whom the caller acts from now on. The session still acts for the same patient as before.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `latin_name`, `date_of_birth` (or one of its `_day`, `_month`, `_year`), also for a date of birth at which
/// the record would be the child's own; `directory.child_known`, `directory.too_many_children`; `request.idempotency_mismatch`; `access.sign_in_needed`.
pub async fn add_child(domain: &Domain, access: &Access, command: AddChild) -> Result<PatientId> {
    let user = access.acting()?.user;
    let mut faults = Faults::default();
    let name = identity::parse_name(&command.name, &command.latin_name).map_err(|wrong| faults.extend(wrong)).ok();
    let born = sign_up::birth(&command.date_of_birth, domain.now()).map_err(|wrong| faults.extend(wrong)).ok();
    if let Some(fault) = born.and_then(|born| too_old(born, today(domain), domain.settings().of_age_years)) {
        faults.add("date_of_birth", fault);
    }
    faults.check()?;
    let (Some(name), Some(born)) = (name, born) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };

    let mut tx = domain.begin("directory.add_child", access).await?;
    let permit = tx.permit(Write, user).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "directory.add_child", key, &command).await? {
        tx.close().await?;
        return Ok(done.into());
    }
    let children = family::children(&mut tx, &permit).await?;
    let searched = name.search_key();
    let refused = if children.iter().any(|child| child.born == born.date() && child.name == searched) {
        Some(Code::ChildKnown)
    } else {
        (children.len() >= MOST_CHILDREN).then_some(Code::TooManyChildren)
    };
    if let Some(code) = refused {
        tx.close().await?;
        return Err(code.into());
    }
    let zone = family::time_zone(&mut tx, &permit).await?;
    let child = store::insert_patient(&mut tx, &name, born, None, &zone).await?;
    family::grant_guardian(&mut tx, &permit, child).await?;
    idempotency::finish(&mut tx, key, child.uuid()).await?;
    let entry = Audit::of(AuditAction::DirectoryChildAdded).patient(child).on(ResourceKind::Patient, child);
    tx.commit(entry.with("relation", ActingRelation::Guardian.as_str())).await?;
    Ok(child)
}

/// The people for whom the caller acts, and those who act for the caller.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn family(domain: &Domain, access: &Access) -> Result<FamilyView> {
    let user = access.acting()?.user;
    let mut tx = domain.begin_reading("directory.family", access).await?;
    let user = tx.permit(Read, user).await?.id();
    let of_age_years = domain.settings().of_age_years;
    let mut acts_for = family::acts_for(&mut tx, user).await?;
    for held in &mut acts_for {
        held.may_hand_over &= coming_of_age::is_near(held.date_of_birth, domain);
    }
    let acted_by = acted_by(family::acted_by(&mut tx, user).await?, today(domain), of_age_years);
    tx.close().await?;
    Ok(FamilyView { acts_for, acted_by, of_age_years })
}

/// Ends that a user acts for a patient: asked by the user themself, or by the patient in their own account. It acts at once, also in open sessions.
///
/// # Errors
/// `not_found` when the caller is on neither side, or it has ended; `directory.acting_needed` when nobody else would be left to act for a patient who has visits
/// here, or when the patient is too young to decide; `access.sign_in_needed`.
pub async fn end_acting(domain: &Domain, access: &Access, command: EndActing) -> Result<()> {
    let caller = access.acting()?.user;
    let EndActing { patient, user, relation } = command;
    let mut tx = domain.begin("directory.end_acting", access).await?;
    let permit = tx.permit(Write, caller).await?;
    // A visit that is being booked for the patient holds this lock.
    store::lock_patient(&mut tx, patient).await?;
    let found = if user == caller {
        let mut acts_for = family::acts_for(&mut tx, caller).await?.into_iter();
        acts_for.find(|held| held.patient == patient && held.relation == relation).map(|held| (held.may_end, held.since))
    } else {
        let people = family::acted_by(&mut tx, caller).await?;
        let mut acted_by = acted_by(people, today(domain), domain.settings().of_age_years).into_iter();
        acted_by
            .find(|held| held.patient == patient && held.user == user && held.relation == relation)
            .map(|held| (held.may_end, held.since))
    };
    let since = match found {
        Some((true, since)) => since,
        Some((false, _)) => {
            tx.close().await?;
            return Err(Code::ActingNeeded.into());
        }
        None => {
            tx.close().await?;
            return Err(Code::NotFound.into());
        }
    };
    family::end(&mut tx, &permit, (patient, user, relation)).await?;
    tx.rights_change_after_commit(user);
    tx.emit(Event::ActingEnded { patient, user, by: caller }).await?;
    let entry = Audit::of(AuditAction::DirectoryActingEnded).patient(patient).on(ResourceKind::Patient, patient);
    tx.commit(entry.with_id("user", user).with("relation", relation.as_str()).with("since", since)).await
}

/// The people who act for a user, with what the user may end: everything from the age on at which the record is their own.
fn acted_by(people: Vec<family::ActedBy>, today: Date, of_age_years: i16) -> Vec<ActedByView> {
    let is_of_age = |born: Date| DateOfBirth::new(born, today).is_ok_and(|born| born.age_on(today) >= of_age_years);
    people.into_iter().map(|person| ActedByView { may_end: is_of_age(person.born), ..person.view }).collect()
}

/// The fault of a date of birth at which the record would be the child's own; `None` when the child is younger.
fn too_old(born: DateOfBirth, today: Date, of_age_years: i16) -> Option<FieldFault> {
    let first = today.saturating_sub(of_age_years.years()).saturating_add(1.day());
    (born.age_on(today) >= of_age_years).then(|| FieldFault::TooSmall(Range::dates(first, today.saturating_sub(1.day()))))
}

fn today(domain: &Domain) -> Date {
    domain.now().to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_child_is_too_old_on_the_birthday_that_ends_childhood() {
        let today = date(2026, 11, 24);
        let born = |day: Date| DateOfBirth::new(day, today).expect("a date of birth");
        assert_eq!(too_old(born(date(2010, 11, 25)), today, 16), None);
        let possible = Range::dates(date(2010, 11, 25), date(2026, 11, 23));
        assert_eq!(too_old(born(date(2010, 11, 24)), today, 16), Some(FieldFault::TooSmall(possible)));
    }
}
