//! The clinics of the organisation. An administrator of the organisation adds them; an administrator of a clinic manages their own one.
//!
//! Each change makes another version, and `clinic_versions` keeps what every version was. The audit entry names the versions before and after, because it
//! has no place for text that people wrote.

use super::{
    rules,
    store::clinics::{self as store, NewClinic, Parsed},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
    idempotency::{self, Claimed},
    identity::{known_zone, phone_number},
};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use model::{
    directory::{ClinicList, ClinicView, Country, DayHours, GuardiansSee, TypedClinic, WEEKDAYS},
    errors::{Code, FieldError, FieldFault, Range},
    identity::DateFields,
    ids::{ClinicClosureId, ClinicId},
    money::Currency,
    place::{Position, Postcode},
    text::{machine_form, many_lines, single_line},
};

/// The longest address, in characters and in lines.
const ADDRESS_CHARS: usize = 400;
const ADDRESS_LINES: usize = 6;
/// The most further lines in the head of documents, in characters and in lines.
const LETTERHEAD_CHARS: usize = 400;
const LETTERHEAD_LINES: usize = 4;
/// The longest telephone number as it is written, in characters.
const PHONE_CHARS: usize = 40;
/// The longest postcode as it is written, in characters.
const POSTCODE_CHARS: usize = 12;
/// The longest reason of a closure, in characters.
const REASON_CHARS: usize = 120;
/// How far ahead a closure may end.
const YEARS_AHEAD: i16 = 3;

/// A new clinic. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct CreateClinic {
    /// What was typed.
    pub clinic: TypedClinic,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// A changed clinic. Texts are unparsed form values. The currency stays, because fees are in it.
#[derive(Debug, Clone)]
pub struct EditClinic {
    /// The clinic.
    pub id: ClinicId,
    /// What was typed.
    pub clinic: TypedClinic,
    /// The version that the change is based on.
    pub version: i32,
}

/// Days on which a clinic is closed. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct AddClosure {
    /// The clinic.
    pub clinic: ClinicId,
    /// Day, month and year of the first day.
    pub first: [String; 3],
    /// Day, month and year of the last day; all empty for one day.
    pub last: [String; 3],
    /// Why the clinic is closed.
    pub reason: String,
}

/// The clinics that the caller may manage.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for callers who are not administrators.
pub async fn list_clinics(domain: &Domain, access: &Access) -> Result<ClinicList> {
    let scope = access.scope(ResourceKind::Clinic)?;
    let mut connection = domain.pool().acquire().await?;
    let clinics = store::list(&mut connection, scope.clinic).await?;
    Ok(ClinicList { clinics, may_create: scope.clinic.is_none() })
}

/// One clinic, with its closures and its history.
///
/// # Errors
/// `not_found`; `access.sign_in_needed`.
pub async fn clinic(domain: &Domain, access: &Access, id: ClinicId) -> Result<ClinicView> {
    let mut tx = domain.begin_reading("directory.clinic", access).await?;
    let permit = tx.permit(Read, id).await?;
    let view = store::read(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(view)
}

/// Adds a clinic.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `time_zone`, `country`, `currency`, `address`, `postcode`, `latitude`, `longitude`, `phone`, `letterhead`, `guardians_of_teens` and those of [`WEEKDAYS`];
/// `request.idempotency_mismatch`; `access.forbidden` for everybody but administrators of the organisation.
pub async fn create_clinic(domain: &Domain, access: &Access, command: CreateClinic) -> Result<ClinicId> {
    // An administrator of one clinic manages that one only.
    if access.scope(ResourceKind::Clinic)?.clinic.is_some() {
        return Err(Code::Forbidden.into());
    }
    let mut faults = Faults::default();
    let parsed = parse(&mut faults, &command.clinic);
    let currency = faults.take("currency", Currency::parse(&command.clinic.currency));
    let key = command.idempotency_key.as_deref();
    let mut tx = domain.begin("directory.create_clinic", access).await?;
    let id = tx.new_id::<ClinicId>();
    let permit = tx.permit(Create, NewClinic(id)).await?;
    faults.check()?;
    let (Some(parsed), Some(currency)) = (parsed, currency) else { return Err(unparsed()) };
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "directory.create_clinic", key, &command.clinic).await? {
        tx.close().await?;
        return Ok(done.into());
    }
    store::insert(&mut tx, &permit, &parsed, currency).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    tx.commit(Audit::of(AuditAction::DirectoryClinicCreated).on(ResourceKind::Clinic, id).with("version", 1_i64)).await?;
    Ok(id)
}

/// Changes a clinic.
///
/// # Errors
/// `request.fields_invalid` as for [`create_clinic`], without `currency`; `request.stale`; `not_found`.
pub async fn edit_clinic(domain: &Domain, access: &Access, command: EditClinic) -> Result<()> {
    let mut faults = Faults::default();
    let parsed = parse(&mut faults, &command.clinic);
    let mut tx = domain.begin("directory.edit_clinic", access).await?;
    let permit = tx.permit(Write, command.id).await?;
    faults.check()?;
    let parsed = parsed.ok_or_else(unparsed)?;
    store::edit(&mut tx, &permit, &parsed, command.version).await?;
    let entry = Audit::of(AuditAction::DirectoryClinicEdited).on(ResourceKind::Clinic, command.id);
    let before = i64::from(command.version);
    tx.commit(entry.with("version_before", before).with("version", before.saturating_add(1))).await
}

/// Says that a clinic is closed on some days. Appointments stay as they are.
///
/// # Errors
/// `request.fields_invalid` with the fields `first`, `last` (or one of their `_day`, `_month`, `_year`) and `reason`; `not_found`.
pub async fn add_closure(domain: &Domain, access: &Access, command: AddClosure) -> Result<()> {
    let mut faults = Faults::default();
    let first = date("first", &command.first).map_err(|wrong| faults.extend(wrong)).ok();
    let is_one_day = command.last.iter().all(|part| part.trim().is_empty());
    let last = if is_one_day { first } else { date("last", &command.last).map_err(|wrong| faults.extend(wrong)).ok() };
    let reason = faults.take("reason", single_line(&command.reason, REASON_CHARS));
    let mut tx = domain.begin("directory.add_closure", access).await?;
    let permit = tx.permit(Write, command.clinic).await?;
    faults.check()?;
    let (Some(first), Some(last), Some(reason)) = (first, last, reason) else { return Err(unparsed()) };
    let zone = jiff::tz::db().get(&store::zone(&mut tx, &permit).await?).unwrap_or(TimeZone::UTC);
    let today = tx.now().to_zoned(zone).date();
    check_days(first, last, today).map_err(|wrong| Error::fields(vec![wrong]))?;
    let Some(closure) = store::insert_closure(&mut tx, &permit, first, last, &reason).await? else {
        return tx.close().await;
    };
    let entry = Audit::of(AuditAction::DirectoryClosureAdded).on(ResourceKind::Clinic, command.clinic);
    tx.commit(entry.with_id("closure", closure)).await
}

/// Removes a closure: the usual hours apply again.
///
/// # Errors
/// `not_found`.
pub async fn remove_closure(domain: &Domain, access: &Access, closure: ClinicClosureId) -> Result<()> {
    let mut tx = domain.begin("directory.remove_closure", access).await?;
    let permit = tx.permit(Write, closure).await?;
    let clinic = store::remove_closure(&mut tx, &permit).await?;
    let entry = Audit::of(AuditAction::DirectoryClosureRemoved).on(ResourceKind::Clinic, clinic);
    tx.commit(entry.with_id("closure", closure)).await
}

pub(super) fn unparsed() -> Error {
    Error::internal("a form passed its check although a field is missing")
}

/// Parses what can be changed about a clinic, and records the faults in the order of the form.
pub(super) fn parse(faults: &mut Faults, typed: &TypedClinic) -> Option<Parsed> {
    let name = faults.take("name", rules::printed_line(&typed.name));
    let time_zone = faults.take("time_zone", known_zone(&typed.time_zone));
    let country = faults.take("country", Country::parse(&typed.country));
    let address_lines = faults.take("address", address(&typed.address));
    let postcode = faults.take("postcode", postcode(&typed.postcode));
    let position = position(&typed.latitude, &typed.longitude).map_err(|wrong| faults.extend(wrong)).ok();
    let phone = faults.take("phone", phone(&typed.phone));
    let letterhead_lines = faults.take("letterhead", letterhead(&typed.letterhead));
    let guardians_of_teens = faults.take("guardians_of_teens", guardians_see(&typed.guardians_of_teens));
    let days: Vec<Option<DayHours>> =
        WEEKDAYS.into_iter().zip(typed.hours.days()).map(|(day, text)| faults.take(day, DayHours::parse(text))).collect();
    let mut opening_hours = days.into_iter().map(|day| day.map(|day| day.written())).collect::<Option<Vec<String>>>();
    // No opening hours on any day means that the hours were not entered, not that the clinic is closed.
    if let Some(hours) = opening_hours.as_mut().filter(|hours| hours.iter().all(String::is_empty)) {
        hours.clear();
    }
    Some(Parsed {
        name: name?,
        time_zone: time_zone?,
        country: country?,
        address_lines: address_lines?,
        phone: phone?,
        postcode: postcode?,
        position: position?,
        letterhead_lines: letterhead_lines?,
        opening_hours: opening_hours?,
        guardians_of_teens: guardians_of_teens?,
    })
}

/// What guardians of teenagers see; everything if nothing is chosen.
fn guardians_see(text: &str) -> Result<GuardiansSee, FieldFault> {
    if text.is_empty() { Ok(GuardiansSee::Everything) } else { GuardiansSee::parse(text) }
}

/// The lines of an address, which is printed on documents.
fn address(text: &str) -> Result<Vec<String>, FieldFault> {
    printed_lines(&many_lines(text, ADDRESS_CHARS)?, ADDRESS_LINES)
}

/// The further lines in the head of documents, which may be missing.
fn letterhead(text: &str) -> Result<Vec<String>, FieldFault> {
    printed_lines(&rules::lines(text, LETTERHEAD_CHARS)?, LETTERHEAD_LINES)
}

/// A postcode as it is shown, in capitals and with one space between its parts, which may be missing.
fn postcode(text: &str) -> Result<Option<String>, FieldFault> {
    let text = machine_form(text);
    if text.is_empty() {
        return Ok(None);
    }
    Postcode::parse(&text)?;
    single_line(&text.to_ascii_uppercase(), POSTCODE_CHARS).map(Some)
}

/// Where a clinic is, which may be unknown.
fn position(latitude: &str, longitude: &str) -> Result<Option<Position>, Vec<FieldError>> {
    if [latitude, longitude].iter().all(|text| machine_form(text).is_empty()) {
        return Ok(None);
    }
    Position::parse(latitude, longitude).map(Some)
}

/// The lines of a text without the blank ones.
fn printed_lines(text: &str, most: usize) -> Result<Vec<String>, FieldFault> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).map(rules::printed_line);
    let lines = lines.collect::<Result<Vec<String>, FieldFault>>()?;
    if lines.len() > most { Err(FieldFault::too_many(most)) } else { Ok(lines) }
}

/// A telephone number as it is printed, which may be missing.
fn phone(text: &str) -> Result<Option<String>, FieldFault> {
    let text = machine_form(text);
    if text.is_empty() {
        return Ok(None);
    }
    phone_number(&text)?;
    rules::printed_line(&single_line(&text, PHONE_CHARS)?).map(Some)
}

fn date(field: &str, [day, month, year]: &[String; 3]) -> Result<Date, Vec<FieldError>> {
    let typed = DateFields { day, month, year };
    typed.parse().map_err(|wrong| wrong.into_iter().map(|fault| fault.under(field)).collect())
}

/// Whether a clinic can be closed on these days: they are in order and neither over nor far ahead.
fn check_days(first: Date, last: Date, today: Date) -> Result<(), FieldError> {
    let limit = today.saturating_add(YEARS_AHEAD.years());
    let range = Range::dates(today, limit);
    if last < first {
        return Err(FieldError::new("last", FieldFault::EndBeforeStart));
    }
    if last < today {
        return Err(FieldError::new("last", FieldFault::TooSmall(range)));
    }
    if last > limit {
        return Err(FieldError::new("last", FieldFault::TooLarge(range)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_address_has_lines_and_a_phone_number_stays_as_it_was_written() {
        assert_eq!(address("14 Weir Lane\r\n\n London  SE1 "), Ok(vec!["14 Weir Lane".to_owned(), "London SE1".to_owned()]));
        assert_eq!(address(&"a\n".repeat(7)), Err(FieldFault::too_many(ADDRESS_LINES)));
        assert_eq!(phone("+44 20 7946 0118"), Ok(Some("+44 20 7946 0118".to_owned())));
        assert_eq!(letterhead(" \n"), Ok(Vec::new()));
        assert_eq!(
            letterhead("Open daily\n\nriverside.example "),
            Ok(vec!["Open daily".to_owned(), "riverside.example".to_owned()])
        );
        assert_eq!(letterhead(&"a\n".repeat(5)), Err(FieldFault::too_many(LETTERHEAD_LINES)));
        assert_eq!((phone(" "), phone("call me").is_err()), (Ok(None), true));
    }

    #[test]
    fn a_closure_that_has_begun_can_be_entered_and_one_that_is_over_cannot() {
        let today = date(2026, 11, 24);
        assert_eq!(check_days(date(2026, 11, 20), today, today), Ok(()));
        let fault = |first, last| check_days(first, last, today).unwrap_err().fault;
        assert!(matches!(fault(date(2026, 11, 20), date(2026, 11, 23)), FieldFault::TooSmall(_)));
        assert!(matches!(fault(today, date(2030, 1, 1)), FieldFault::TooLarge(_)));
        assert_eq!(fault(date(2026, 12, 2), date(2026, 12, 1)), FieldFault::EndBeforeStart);
    }
}
