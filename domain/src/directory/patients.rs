//! Patients as the staff of a clinic look for them, see them and correct them.

use super::{
    insurance_card::sees_insurance_card,
    registration::{NewPatient, Typed},
    store::{
        contact, merging,
        patients::{self, Wanted},
    },
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    text::NameQuery,
};
use jiff::civil::Date;
use model::{
    directory::{PatientCard, PatientRow, PatientsFound},
    errors::{Code, FieldFault},
    identity::{DateFields, PersonNumber, PhoneNumber},
    ids::PatientId,
    page::{Page, page_size},
};

/// Longer search texts are cut to this length, in characters.
const LONGEST_TEXT: usize = 120;

/// Which patients to look for.
#[derive(Clone, Default)]
pub struct PatientSearch {
    /// A name (accents do not matter, and small mistakes are forgiven), a person number or a phone number. May be empty if there is a date of birth.
    pub text: String,
    /// Day, month and year of birth; all empty for any date.
    pub date_of_birth: [String; 3],
}

/// Asks for a page of all patients of the caller.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListPatients {
    /// The last patient of the previous page.
    pub after: Option<PatientId>,
    /// How many; `None` for the usual number.
    pub limit: Option<u32>,
}

/// The details of a patient as the desk corrects them. Texts are unparsed form values.
#[derive(Clone)]
pub struct CorrectPatient {
    /// The patient.
    pub patient: PatientId,
    /// The corrected details.
    pub details: NewPatient,
    /// The version that the correction is based on.
    pub version: i32,
}

/// The patients of the caller who match a search, the best match first: those of a nurse's or receptionist's clinic, those whom a doctor treats.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for roles without such a list; `request.fields_invalid` with the field `text`, or `date_of_birth` or one of its
/// `_day`, `_month`, `_year`.
pub async fn find_patients(domain: &Domain, access: &Access, search: &PatientSearch) -> Result<PatientsFound> {
    let scope = access.scope(ResourceKind::Patient)?;
    let text: String = search.text.trim().chars().take(LONGEST_TEXT).collect();
    let born = born(&search.date_of_birth)?;
    if text.is_empty() && born.is_none() {
        return Err(Error::field("text", FieldFault::Missing));
    }
    let number = PersonNumber::parse(&text).ok().and_then(|number| i64::try_from(number.counter()).ok());
    let phone = PhoneNumber::parse(&text).ok();
    let name = NameQuery::new(&text).filter(|_| phone.is_none());
    let mut tx = domain.begin_reading("directory.find_patients", access).await?;
    let phones = phone.as_ref().map(|phone| patients::phone_indexes(&tx, phone)).unwrap_or_default();
    let wanted = Wanted { scope: &scope, by_text: !text.is_empty(), number, phones, name: name.as_ref(), born, after: None };
    let size = page_size(None);
    let (treatment, now) = (tx.treatment(), tx.now());
    let rows = patients::find(tx.connection(), &wanted, treatment, now, i64::from(size) + 1).await?;
    let page = Page::cut(rows, size, |row| row.id.to_string());
    let by = match (wanted.by_text, born.is_some()) {
        (true, true) => "text and date of birth",
        (true, false) => "text",
        (false, _) => "date of birth",
    };
    tx.commit(listed(&page.items).with("by", by)).await?;
    // A search has one page only: a user who finds too many patients narrows the search.
    Ok(PatientsFound { more: page.next_cursor.is_some(), page: Page { items: page.items, next_cursor: None } })
}

/// All patients of the caller, the newest first.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for roles without such a list.
pub async fn list_patients(domain: &Domain, access: &Access, command: ListPatients) -> Result<Page<PatientRow>> {
    let scope = access.scope(ResourceKind::Patient)?;
    let size = page_size(command.limit);
    let wanted =
        Wanted { scope: &scope, by_text: false, number: None, phones: Vec::new(), name: None, born: None, after: command.after };
    let mut tx = domain.begin_reading("directory.list_patients", access).await?;
    let (treatment, now) = (tx.treatment(), tx.now());
    let rows = patients::find(tx.connection(), &wanted, treatment, now, i64::from(size) + 1).await?;
    let page = Page::cut(rows, size, |row| row.id.to_string());
    tx.commit(listed(&page.items).with("by", "nothing")).await?;
    Ok(page)
}

/// What the audit log keeps of a search: whom it showed, and by what they were found. Not the text, which a person wrote.
fn listed(rows: &[PatientRow]) -> Audit {
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Audit::of(AuditAction::DirectoryPatientsSearched).patients(rows.iter().map(|row| row.id)).with("shown", shown)
}

/// A date of birth to look for; `None` when all three fields are empty.
fn born([day, month, year]: &[String; 3]) -> Result<Option<Date>> {
    if [day, month, year].iter().all(|part| part.trim().is_empty()) {
        return Ok(None);
    }
    let date = DateFields { day, month, year }.parse();
    date.map(Some).map_err(|wrong| Error::fields(wrong.into_iter().map(|fault| fault.under("date_of_birth")).collect()))
}

/// What the desk knows about a patient. The id of a record that was merged leads to the record in which it is found now.
///
/// # Errors
/// `not_found`, also for a patient whom the caller's clinic does not know; `access.sign_in_needed`.
pub async fn patient_card(domain: &Domain, access: &Access, patient: PatientId) -> Result<PatientCard> {
    let mut tx = domain.begin_reading("directory.patient_card", access).await?;
    let asked = tx.permit(Read, patient).await;
    let (patient, permit) = match asked {
        Ok(permit) => (patient, permit),
        Err(error) if error.code() == Code::NotFound => {
            let survivor = merging::survivor_of(&mut tx, patient).await?.ok_or(error)?;
            (survivor, tx.permit(Read, survivor).await?)
        }
        Err(error) => return Err(error),
    };
    let contact = contact::read(&mut tx, &permit).await?;
    let card = patients::card(&mut tx, &permit, contact, sees_insurance_card(access)).await?;
    tx.commit(Audit::read(AuditAction::DirectoryPatientRead).patient(patient).on(ResourceKind::Patient, patient)).await?;
    Ok(card)
}

/// Corrects name, date of birth and phone number of a patient who has no account. Signed documents keep what they say.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `latin_name`, `phone`, and `date_of_birth` or one of its `_day`, `_month`, `_year`; `request.stale`;
/// `directory.patient_has_account`; `not_found`; `access.forbidden`, also for a clinic that only found the patient among those of the organisation.
pub async fn correct_patient(domain: &Domain, access: &Access, command: CorrectPatient) -> Result<()> {
    let patient = command.patient;
    let mut tx = domain.begin("directory.correct_patient", access).await?;
    let permit = tx.permit(Write, patient).await?;
    if patients::has_account(&mut tx, &permit).await? {
        return Err(Code::PatientHasAccount.into());
    }
    patients::check_kept(&mut tx, &permit).await?;
    let Typed { name, birth, phone } = Typed::parse(&command.details, tx.now())?;
    let changed = patients::correct(&mut tx, &permit, &name, birth, phone.as_ref(), command.version).await?;
    let entry = Audit::of(AuditAction::DirectoryPatientCorrected).patient(patient).on(ResourceKind::Patient, patient);
    // The old and new values are about a patient, so the log says which details were changed, and not to what.
    let parts = [("name", changed.name), ("date_of_birth", changed.birth), ("phone", changed.phone)];
    let entry = parts.into_iter().filter(|(_, changed)| *changed).fold(entry, |entry, (part, _)| entry.with(part, "changed"));
    tx.commit(entry.with("version", i64::from(command.version))).await
}
