//! "Who looked": a patient sees what others did with their record, and asks about one access; an administrator answers in words.
//!
//! The accesses are rows of the audit log, so nothing is noted twice. Each row names the relation by which the caller was allowed, or the access in an emergency.

use super::{
    notices::Event,
    store::accesses::{self as store, AccessesOf},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Relation, ResourceKind,
        actions::{Create, Decide, Read},
    },
    audit::{self, AccessRow, AccessesAsked, Audit, AuditAction},
    notifications,
};
use jiff::Timestamp;
use model::{
    access::Role,
    directory::{AccessQuestionRow, AccessQuestionView, AccessReason, AccessText, AccessView, AccessedPart},
    errors::{Code, FieldFault},
    ids::{AccessQuestionId, AuditEventId, PatientId},
    notices::NoticeTopic,
    page::{PAGE_SIZE, Page, page_size},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Selects a page of accesses.
#[derive(Debug, Clone, Default)]
pub struct ListAccesses {
    /// The patient; without one, the patient on whose behalf the caller acts.
    pub patient: Option<PatientId>,
    /// `next_cursor` of the previous page.
    pub after: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// A question about an access. The text is an unparsed form value.
#[derive(Clone)]
pub struct AskAboutAccess {
    /// The patient; without one, the patient on whose behalf the caller acts.
    pub patient: Option<PatientId>,
    /// The access.
    pub access: AuditEventId,
    /// What the patient wants to know.
    pub question: String,
}

/// The answer to a question. The text is an unparsed form value.
#[derive(Clone)]
pub struct AnswerAccessQuestion {
    /// The question.
    pub question: AccessQuestionId,
    /// The answer.
    pub answer: String,
}

/// What others did with the record of a patient, the newest first, with the questions about it.
///
/// # Errors
/// `request.fields_invalid` with the field `cursor`; `not_found`; `access.forbidden` when the caller names no patient and acts for none.
pub async fn accesses(domain: &Domain, access: &Access, command: ListAccesses) -> Result<Page<AccessView>> {
    let reader = access.acting()?.user;
    let patient = chosen(access, command.patient)?;
    let after = command.after.as_deref().map(|text| parsed(text).ok_or_else(|| Error::field("cursor", FieldFault::Malformed)));
    let (after, size) = (after.transpose()?, page_size(command.limit));
    let mut tx = domain.begin_reading("directory.accesses", access).await?;
    let permit = tx.permit(Read, AccessesOf(patient)).await?;
    let asked = AccessesAsked { patient, reader, only: None, after, limit: i64::from(size) + 1 };
    let page = Page::cut(audit::accesses_of(tx.connection(), asked).await?, size, cursor);
    let ids: Vec<AuditEventId> = page.items.iter().map(|row| row.id).collect();
    let mut questions = store::questions_about(&mut tx, &permit, &ids).await?;
    let items = page.items.iter().map(|row| shown(row, &mut questions)).collect();
    let page = page.with(items);
    tx.commit(read_by(patient)).await?;
    Ok(page)
}

/// One access to the record of the patient on whose behalf the caller acts. The caller's notices about its answer are read then.
///
/// # Errors
/// `not_found`, also for the caller's own accesses; `access.forbidden` when the caller acts for no patient.
pub async fn access_to_record(domain: &Domain, access: &Access, id: AuditEventId) -> Result<AccessView> {
    let reader = access.acting()?.user;
    let patient = access.acting_patient()?;
    let mut tx = domain.begin("directory.access_to_record", access).await?;
    let permit = tx.permit(Read, AccessesOf(patient)).await?;
    let asked = AccessesAsked { patient, reader, only: Some(id), after: None, limit: 1 };
    let Some(row) = audit::accesses_of(tx.connection(), asked).await?.pop() else {
        tx.close().await?;
        return Err(Code::NotFound.into());
    };
    let mut questions = store::questions_about(&mut tx, &permit, &[id]).await?;
    let view = shown(&row, &mut questions);
    let now = tx.now();
    notifications::read_about(tx.connection(), reader, (NoticeTopic::AccessAnswer, id.uuid()), now).await?;
    tx.commit(read_by(patient)).await?;
    Ok(view)
}

/// Asks about an access. Each access is asked about once.
///
/// # Errors
/// `request.fields_invalid` with the field `question`; `not_found` when nobody else did this with the record; `request.stale` when it was asked about before;
/// `access.forbidden`.
pub async fn ask_about_access(domain: &Domain, access: &Access, command: AskAboutAccess) -> Result<AccessQuestionId> {
    let reader = access.acting()?.user;
    let patient = chosen(access, command.patient)?;
    let question = AccessText::parse(&command.question).map_err(|fault| Error::field("question", fault))?;
    let mut tx = domain.begin("directory.ask_about_access", access).await?;
    let permit = tx.permit(Create, AccessesOf(patient)).await?;
    let asked = AccessesAsked { patient, reader, only: Some(command.access), after: None, limit: 1 };
    let Some(row) = audit::accesses_of(tx.connection(), asked).await?.pop() else {
        tx.close().await?;
        return Err(Code::NotFound.into());
    };
    let Some(id) = store::insert(&mut tx, &permit, &row, &question).await? else {
        tx.close().await?;
        return Err(Code::Stale.into());
    };
    let entry = Audit::of(AuditAction::DirectoryAccessQuestionAsked).patient(patient).on(ResourceKind::AccessQuestion, id);
    tx.commit(entry.with_id("access", row.id)).await?;
    Ok(id)
}

/// The questions that wait for an answer, the oldest first. `after` is the cursor of the previous page.
///
/// # Errors
/// `access.forbidden` for callers who are not admins.
pub async fn access_questions(
    domain: &Domain,
    access: &Access,
    after: Option<AccessQuestionId>,
) -> Result<Page<AccessQuestionRow>> {
    let scope = access.scope(ResourceKind::AccessQuestion)?;
    let mut tx = domain.begin_reading("directory.access_questions", access).await?;
    let rows = store::open(&mut tx, &scope, after, i64::from(PAGE_SIZE) + 1).await?;
    let patients: Vec<PatientId> = rows.iter().map(|(patient, _)| *patient).collect();
    tx.commit(Audit::read(AuditAction::DirectoryAccessQuestionsListed).patients(patients)).await?;
    Ok(Page::cut(rows.into_iter().map(|(_, row)| row).collect(), PAGE_SIZE, |row: &AccessQuestionRow| row.id.to_string()))
}

/// How many questions wait for an answer.
///
/// # Errors
/// `access.forbidden` for callers who are not admins.
pub async fn access_questions_waiting(domain: &Domain, access: &Access) -> Result<i64> {
    let scope = access.scope(ResourceKind::AccessQuestion)?;
    let mut connection = domain.pool().acquire().await?;
    store::waiting(&mut connection, &scope).await
}

/// Answers a question, and tells those who act for the patient. Nobody answers about themselves.
///
/// # Errors
/// `request.fields_invalid` with the field `answer`; `not_found`; `access.forbidden` for whoever the question is about, `directory.account_above`;
/// `request.stale` when it was answered in the meantime.
pub async fn answer_access_question(domain: &Domain, access: &Access, command: AnswerAccessQuestion) -> Result<()> {
    access.acting()?;
    let answer = AccessText::parse(&command.answer).map_err(|fault| Error::field("answer", fault))?;
    let question = command.question;
    let mut tx = domain.begin("directory.answer_access_question", access).await?;
    let permit = tx.permit(Decide, question).await?;
    let Some(patient) = store::answer(&mut tx, &permit, &answer).await? else {
        tx.close().await?;
        return Err(Code::Stale.into());
    };
    tx.emit(Event::AccessQuestionAnswered { question }).await?;
    let entry = Audit::of(AuditAction::DirectoryAccessQuestionAnswered).patient(patient);
    tx.commit(entry.on(ResourceKind::AccessQuestion, question)).await
}

fn chosen(access: &Access, patient: Option<PatientId>) -> Result<PatientId> {
    patient.map_or_else(|| access.acting_patient(), Ok)
}

fn read_by(patient: PatientId) -> Audit {
    Audit::read(AuditAction::DirectoryAccessesRead).patient(patient).on(ResourceKind::AccessQuestion, patient)
}

fn shown(row: &AccessRow, questions: &mut HashMap<AuditEventId, AccessQuestionView>) -> AccessView {
    let (part, kind) = AccessedPart::of_action(&row.action);
    AccessView {
        id: row.id,
        at: row.at,
        part,
        kind,
        by: row.by.1.clone(),
        role: row.role.as_deref().and_then(Role::parse),
        reason: reason(row),
        question: questions.remove(&row.id),
    }
}

fn reason(row: &AccessRow) -> AccessReason {
    // The reason was given when the record was opened, so that act is one in an emergency too.
    if row.in_emergency || row.action == AuditAction::DirectoryGlassBroken.as_str() {
        return AccessReason::Emergency;
    }
    let named = Relation::ALL.into_iter().find(|relation| row.allowed_by.as_deref() == Some(relation.as_str()));
    match named {
        // Staff have their own part in what is about a patient: a conversation of their care group, a note to co-sign.
        Some(Relation::Own) if row.role.as_deref() != Some(Role::Patient.as_str()) => AccessReason::Clinic,
        Some(Relation::Own | Relation::Guardian) => AccessReason::ActsFor,
        Some(Relation::Responsible | Relation::Treating) => AccessReason::Treats,
        Some(Relation::BreakGlass) => AccessReason::Emergency,
        Some(Relation::SameClinic) => AccessReason::Clinic,
        None => AccessReason::Unknown,
    }
}

/// The cursor of a row: its instant in microseconds, a dot, its id.
fn cursor(row: &AccessRow) -> String {
    format!("{}.{}", row.at.as_microsecond(), row.id)
}

fn parsed(cursor: &str) -> Option<(Timestamp, AuditEventId)> {
    let (at, id) = cursor.split_once('.')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse::<Uuid>().ok()?.into()))
}
