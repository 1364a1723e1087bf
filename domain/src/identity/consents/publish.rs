//! Publishing a version of a document, and the list of all versions. Both are for administrators of the whole organisation.

use super::{
    store::{self, NewText, NewVersion},
    today,
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Create},
    audit::{Audit, AuditAction},
    error::Faults,
    idempotency::{self, Claimed},
};
use jiff::{ToSpan, civil::Date};
use model::{
    errors::{Code, FieldError, FieldFault, Range},
    identity::{DateFields, DocumentVersionRow, LegalDocument, TypedDocument},
    ids::DocumentVersionId,
    locale::Language,
    text::many_lines,
};

/// The longest text of a document, in characters.
const BODY_CHARS: usize = 20_000;

/// All versions, newest first.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for everybody but administrators of the whole organisation.
pub async fn document_versions(domain: &Domain, access: &Access) -> Result<Vec<DocumentVersionRow>> {
    of_the_organisation(access)?;
    let mut connection = domain.pool().acquire().await?;
    store::list(&mut connection).await
}

/// Publishes a version. A repeated request has the same idempotency key, and publishes once.
///
/// # Errors
/// `request.fields_invalid` with the fields `document`, `language`, `counts_from` (or one of its `_day`, `_month`, `_year`) and `body`;
/// `request.stale` when somebody else has published a version of it at the same moment; `request.idempotency_mismatch`; `access.forbidden` for everybody but
/// administrators of the whole organisation.
pub async fn publish_document(
    domain: &Domain,
    access: &Access,
    typed: TypedDocument,
    idempotency_key: Option<&str>,
) -> Result<DocumentVersionId> {
    of_the_organisation(access)?;
    let mut faults = Faults::default();
    let document = faults.take("document", chosen(&typed.document));
    let language = faults.take("language", Language::parse(&typed.language));
    let counts_from = date(&typed).map_err(|wrong| faults.extend(wrong)).ok();
    let body = faults.take("body", many_lines(&typed.body, BODY_CHARS));
    let mut tx = domain.begin("identity.publish_document", access).await?;
    let id = tx.new_id::<DocumentVersionId>();
    let permit = tx.permit(Create, NewVersion(id)).await?;
    faults.check()?;
    let (Some(document), Some(language), Some(counts_from), Some(body)) = (document, language, counts_from, body) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "identity.publish_document", idempotency_key, &typed).await? {
        tx.close().await?;
        return Ok(done.into());
    }
    let last = store::last(tx.connection(), document, language.primary()).await?;
    let before = last.as_ref().map_or(0, |last| last.version);
    check_day(counts_from, today(tx.now()), last.map(|last| last.counts_from)).map_err(|wrong| Error::fields(vec![wrong]))?;
    let version = before.saturating_add(1);
    let asks = typed.asks == "true";
    let new = NewText { document, language: language.primary(), version, body: &body, counts_from, asks };
    if !store::insert(&mut tx, &permit, &new).await? {
        return Err(Code::Stale.into());
    }
    idempotency::finish(&mut tx, idempotency_key, id.uuid()).await?;
    let entry = Audit::of(AuditAction::IdentityDocumentPublished).with_id("document_version", id);
    let entry = entry.with("document", document.as_str()).with("asks", if asks { "yes" } else { "no" });
    tx.commit(entry.with("version_before", i64::from(before)).with("version", i64::from(version))).await?;
    Ok(id)
}

/// Documents belong to the organisation, so an administrator of one clinic has none.
fn of_the_organisation(access: &Access) -> Result<()> {
    if access.scope(ResourceKind::Clinic)?.clinic.is_some() { Err(Code::Forbidden.into()) } else { Ok(()) }
}

fn chosen(text: &str) -> Result<LegalDocument, FieldFault> {
    let text = text.trim();
    if text.is_empty() { Err(FieldFault::Missing) } else { LegalDocument::parse(text) }
}

fn date(typed: &TypedDocument) -> Result<Date, Vec<FieldError>> {
    let fields = DateFields { day: &typed.counts_from_day, month: &typed.counts_from_month, year: &typed.counts_from_year };
    fields.parse().map_err(|wrong| wrong.into_iter().map(|fault| fault.under("counts_from")).collect())
}

/// A version counts from today on or later, within a year, and after the version before it.
fn check_day(day: Date, today: Date, last: Option<Date>) -> Result<(), FieldError> {
    let first = last.map_or(today, |last| last.saturating_add(1.day()).max(today));
    let limit = first.saturating_add(1.year());
    let range = Range::dates(first, limit);
    if day < first {
        return Err(FieldError::new("counts_from", FieldFault::TooSmall(range)));
    }
    if day > limit {
        return Err(FieldError::new("counts_from", FieldFault::TooLarge(range)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_version_counts_after_the_one_before_it_and_not_in_the_past() {
        let today = date(2026, 11, 24);
        assert_eq!(check_day(today, today, None), Ok(()));
        assert_eq!(check_day(today, today, Some(date(2026, 1, 1))), Ok(()));
        let fault = |day, last| check_day(day, today, last).unwrap_err().fault;
        assert!(matches!(fault(date(2026, 11, 23), None), FieldFault::TooSmall(_)));
        assert!(matches!(fault(today, Some(today)), FieldFault::TooSmall(_)));
        assert!(matches!(fault(date(2028, 1, 1), None), FieldFault::TooLarge(_)));
    }
}
