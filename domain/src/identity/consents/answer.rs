//! Agreeing to a document, declining it, and withdrawing an agreement.

use super::{primary, store, today};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
};
use model::{
    errors::{Code, FieldFault},
    identity::{DocumentAnswer, LegalDocument},
    ids::DocumentVersionId,
};

/// Answers a document.
#[derive(Debug, Clone)]
pub struct AnswerDocument {
    /// The version that the person has read. If another one is in force by now, nothing is stored.
    pub version: DocumentVersionId,
    /// The answer, as its word.
    pub answer: String,
}

/// Stores the caller's answer; for remote care that of the patient for whom they act. The same answer again changes nothing.
///
/// # Errors
/// `request.fields_invalid` with the field `answer`, also for a document that cannot be declined; `request.stale`; `not_found`; `access.sign_in_needed`;
/// `access.forbidden` for remote care when the caller does not act for a patient.
pub async fn answer_document(domain: &Domain, access: &Access, command: AnswerDocument) -> Result<()> {
    let acting = access.acting()?.clone();
    let answer = DocumentAnswer::parse(command.answer.trim()).map_err(|fault| Error::field("answer", fault))?;
    let mut tx = domain.begin("identity.answer_document", access).await?;
    let permit = tx.permit(Write, acting.user).await?;
    let document = store::document_of(tx.connection(), command.version).await?.ok_or(Code::NotFound)?;
    let patient = match document {
        LegalDocument::RemoteCare => Some(acting.patient.ok_or(Code::Forbidden)?),
        LegalDocument::Terms | LegalDocument::Privacy => None,
    };
    let today = today(tx.now());
    let language = primary(&store::language_of(tx.connection(), permit.id()).await?);
    let shown = store::in_force(tx.connection(), document, &language, today).await?.ok_or(Code::NotFound)?;
    if shown.id != command.version {
        return Err(Code::Stale.into());
    }
    let (action, changed) = match (answer, patient) {
        (DocumentAnswer::Agree, _) => (AuditAction::IdentityConsentGiven, store::give(&mut tx, &permit, &shown, patient).await?),
        (DocumentAnswer::Decline, Some(patient)) => {
            (AuditAction::IdentityConsentWithdrawn, store::decline(&mut tx, &permit, &shown, patient).await?)
        }
        (DocumentAnswer::Decline, None) => return Err(Error::field("answer", FieldFault::UnknownChoice)),
    };
    if !changed {
        return tx.close().await;
    }
    let entry = Audit::of(action).on(ResourceKind::Account, permit.id()).with_id("document_version", shown.id);
    let entry = entry.with("document", document.as_str()).with("version", i64::from(shown.version));
    tx.commit(patient.into_iter().fold(entry, Audit::patient)).await
}
