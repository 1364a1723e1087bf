//! A clinic lets a carer or a legal guardian act for a patient: its staff have seen a document, and the right has a last day. It can be ended earlier.
//!
//! Only receptionists and admins of a clinic that cares for the patient or has registered them do this. Both sides are told by mail.

use super::{
    acting_files,
    notices::Event,
    rules,
    store::{acting, family},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Cancel, Create, Read},
    },
    audit::{Audit, AuditAction},
    error::Faults,
    idempotency::{self, Claimed},
};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use model::{
    directory::{ActingForView, ActingRelation},
    errors::{Code, FieldFault, Range},
    identity::{DateFields, DateOfBirth, EmailAddress, PersonNumber},
    ids::{FileId, PatientId, UserId},
};
use serde::Serialize;

/// The longest time for which a document gives a right, and the oldest document that gives one.
const MOST_YEARS: i16 = 30;

/// Who acts for this patient: the subject of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ActingFor(pub(super) PatientId);

/// The patient whom staff look for. Texts are unparsed form values.
#[derive(Clone)]
pub struct FindPatient {
    /// The patient's person number.
    pub number: String,
    /// Day, month and year of the patient's birth, so that a mistyped number finds nobody.
    pub date_of_birth: [String; 3],
}

/// A right to act for a patient. Texts are unparsed form values.
#[derive(Clone, Serialize)]
pub struct LetAct {
    /// The patient.
    pub patient: PatientId,
    /// The email address of the account that will act.
    pub email: String,
    /// As what: a word of [`ActingRelation`].
    pub relation: String,
    /// What the document is called that was seen.
    pub document: String,
    /// Day, month and year of the document.
    pub document_date: [String; 3],
    /// The file that shows it, which was added before; empty if no copy is kept.
    pub file_id: String,
    /// Why no copy of the document is kept; read only when there is no file.
    pub no_copy: String,
    /// Day, month and year of the last day of the right.
    pub until: [String; 3],
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Ends a right to act before its time.
#[derive(Debug, Clone)]
pub struct StopActing {
    /// The patient.
    pub patient: PatientId,
    /// Who acts for the patient.
    pub user: UserId,
    /// As what they act.
    pub relation: ActingRelation,
}

/// Finds a patient of the caller's clinics by person number and date of birth.
///
/// # Errors
/// `access.forbidden` for callers who are neither receptionist nor admin; `request.fields_invalid` with the fields `number`, `date_of_birth` or one of its `_day`,
/// `_month`, `_year`. `UnknownChoice` for `number` means that no patient of the caller's clinics has this number and date of birth.
pub async fn find_for_acting(domain: &Domain, access: &Access, command: FindPatient) -> Result<PatientId> {
    access.scope(ResourceKind::Acting)?;
    let mut faults = Faults::default();
    let number = faults.take("number", PersonNumber::parse(&command.number));
    let [day, month, year] = &command.date_of_birth;
    let born = DateOfBirth::from_fields(DateFields { day, month, year }, today(domain))
        .map_err(|wrong| faults.extend(wrong.into_iter().map(|fault| fault.under("date_of_birth"))))
        .ok();
    faults.check()?;
    let (Some(number), Some(born)) = (number, born) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };

    let counter = i64::try_from(number.counter()).map_err(Error::internal)?;
    let unknown = || Error::field("number", FieldFault::UnknownChoice);
    let mut tx = domain.begin_reading("directory.find_for_acting", access).await?;
    let Some(patient) = acting::find(&mut tx, counter, born.date()).await? else {
        tx.close().await?;
        return Err(unknown());
    };
    // The answer is the same for a patient of another clinic and for an unknown number.
    let permit = tx.permit(Read, ActingFor(patient)).await;
    let permit = permit.map_err(|error| if error.code() == Code::NotFound { unknown() } else { error })?;
    let patient = permit.id().0;
    tx.commit(Audit::read(AuditAction::DirectoryActingRead).patient(patient).on(ResourceKind::Acting, patient)).await?;
    Ok(patient)
}

/// Who acts for a patient, with the documents that were seen.
///
/// # Errors
/// `not_found`.
pub async fn acting_for(domain: &Domain, access: &Access, patient: PatientId) -> Result<ActingForView> {
    let mut tx = domain.begin_reading("directory.acting_for", access).await?;
    let permit = tx.permit(Read, ActingFor(patient)).await?;
    let mut view = acting::read(&mut tx, &permit).await?;
    acting_files::put_into(&mut tx, &permit, &mut view).await?;
    tx.commit(Audit::read(AuditAction::DirectoryActingRead).patient(patient).on(ResourceKind::Acting, patient)).await?;
    Ok(view)
}

/// Lets the owner of an account act for a patient from now on, until the end of a day where the patient lives.
///
/// # Errors
/// `not_found`; `request.fields_invalid` with the fields `email` (`UnknownChoice`: there is no such account, or it is the patient's or the caller's own),
/// `relation`, `document`, `document_date`, `until` (or one of the parts of a date), `file_id` (`UnknownChoice`: no file of the patient that is ready and belongs to no
/// other document), `no_copy`; `directory.acts_already`; `request.idempotency_mismatch`.
pub async fn let_act(domain: &Domain, access: &Access, command: LetAct) -> Result<()> {
    let (patient, by) = (command.patient, access.acting()?.user);
    let mut tx = domain.begin("directory.let_act", access).await?;
    let permit = tx.permit(Create, ActingFor(patient)).await?;
    let today = today(domain);
    let first = today.saturating_sub(MOST_YEARS.years());
    let last = today.saturating_add(MOST_YEARS.years());
    let mut faults = Faults::default();
    let email = faults.take("email", EmailAddress::parse(&command.email));
    let relation = faults.take("relation", chosen(&command.relation));
    let document = faults.take("document", rules::printed_line(&command.document));
    let document_date = day(&mut faults, "document_date", &command.document_date, Range::dates(first, today));
    let until = day(&mut faults, "until", &command.until, Range::dates(today, last));
    let (file, no_copy) = if command.file_id.is_empty() {
        (None, faults.take("no_copy", rules::printed_line(&command.no_copy)))
    } else {
        (faults.take("file_id", command.file_id.parse::<FileId>().map_err(|_| FieldFault::UnknownChoice)), None)
    };
    faults.check()?;
    let (Some(email), Some(relation), Some(document), Some(document_date), Some(until)) =
        (email, relation, document, document_date, until)
    else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "directory.let_act", key, &command).await? {
        return tx.close().await;
    }

    let now = tx.now();
    let zone = acting::zone(&mut tx, &permit).await?;
    let until = until.saturating_add(1.day()).to_zoned(zone).map_err(Error::internal)?.timestamp();
    let own = family::account_of(tx.connection(), patient, now).await?;
    // Staff cannot give themselves the right to act for a patient.
    let user = acting::account(&mut tx, &permit, &email).await?.filter(|user| Some(*user) != own && *user != by);
    let mut refused = match user {
        None => Some(Error::field("email", FieldFault::UnknownChoice)),
        // The day is over already where the patient lives.
        Some(_) if until <= now => Some(Error::field("until", FieldFault::NotFuture)),
        Some(_) => None,
    };
    if refused.is_none()
        && let Some(file) = file
        && !acting_files::is_free(&mut tx, &permit, file).await?
    {
        refused = Some(Error::field("file_id", FieldFault::UnknownChoice));
    }
    if let Some(error) = refused {
        tx.close().await?;
        return Err(error);
    }
    let user = user.ok_or_else(|| Error::internal("an account that was found is missing"))?;
    let new = acting::NewActing { user, relation, document: &document, document_date, no_copy: no_copy.as_deref(), until };
    let Some(paper) = acting::insert(&mut tx, &permit, &new).await? else {
        tx.close().await?;
        return Err(Code::ActsAlready.into());
    };
    if let Some(file) = file {
        acting_files::add_paper_file(&mut tx, &permit, paper, file).await?;
    }
    idempotency::finish(&mut tx, key, paper.uuid()).await?;
    tx.rights_change_after_commit(user);
    tx.emit(Event::ActingBegun { paper }).await?;
    let entry = Audit::of(AuditAction::DirectoryActingBegun).patient(patient).on(ResourceKind::Acting, patient);
    let entry = entry.with_id("user", user).with("relation", relation.as_str()).with("until", until);
    let entry = entry.with_id("paper", paper);
    tx.commit(file.map_or(entry.clone(), |file| entry.with_id("file", file))).await
}

/// Ends a right to act for a patient at once, also in open sessions.
///
/// # Errors
/// `not_found`, also when it has ended already.
pub async fn stop_acting(domain: &Domain, access: &Access, command: StopActing) -> Result<()> {
    let by = access.acting()?.user;
    let StopActing { patient, user, relation } = command;
    let mut tx = domain.begin("directory.stop_acting", access).await?;
    let permit = tx.permit(Cancel, ActingFor(patient)).await?;
    family::end(&mut tx, &permit, (patient, user, relation)).await?;
    tx.rights_change_after_commit(user);
    tx.emit(Event::ActingEnded { patient, user, by }).await?;
    let entry = Audit::of(AuditAction::DirectoryActingEnded).patient(patient).on(ResourceKind::Acting, patient);
    tx.commit(entry.with_id("user", user).with("relation", relation.as_str())).await
}

fn chosen(text: &str) -> Result<ActingRelation, FieldFault> {
    if text.is_empty() { Err(FieldFault::Missing) } else { ActingRelation::parse(text) }
}

/// A day in three fields that lies within these days.
fn day(faults: &mut Faults, field: &str, [day, month, year]: &[String; 3], possible: Range) -> Option<Date> {
    let parsed = DateFields { day, month, year }.parse();
    let date = parsed.map_err(|wrong| faults.extend(wrong.into_iter().map(|fault| fault.under(field)))).ok()?;
    let fault = match possible {
        Range::Dates { first, .. } if date < first => Some(FieldFault::TooSmall(possible)),
        Range::Dates { last, .. } if date > last => Some(FieldFault::TooLarge(possible)),
        Range::Dates { .. } | Range::Numbers { .. } => None,
    };
    match fault {
        Some(fault) => {
            faults.add(field, fault);
            None
        }
        None => Some(date),
    }
}

fn today(domain: &Domain) -> Date {
    domain.now().to_zoned(TimeZone::UTC).date()
}
