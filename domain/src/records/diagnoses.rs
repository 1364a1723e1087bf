//! The diagnoses of a visit.

use super::{rules, store, subjects::DiagnosesOf};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
};
use model::{errors::Code, ids::EncounterId};

/// Replaces the list of a visit's diagnoses.
#[derive(Debug, Clone)]
pub struct ReplaceDiagnoses {
    /// The visit.
    pub encounter: EncounterId,
    /// The codes that the writer saw, in order.
    pub seen: Vec<String>,
    /// The new codes, the main one first.
    pub codes: Vec<String>,
}

/// Replaces the list of a visit's diagnoses, until the visit ends.
///
/// It needs no idempotency key: when a repeat arrives, the list is already as wanted.
///
/// # Errors
/// `records.diagnosis_unknown` for a code that does not exist or is a heading; `request.stale` when the list is not the one that was seen;
/// `visits.ended`; `not_found`, `access.forbidden`.
pub async fn replace_diagnoses(domain: &Domain, access: &Access, command: ReplaceDiagnoses) -> Result<()> {
    let codes = rules::codes(&command.codes)?;
    let mut tx = domain.begin("records.replace_diagnoses", access).await?;
    let permit = tx.permit(Write, DiagnosesOf(command.encounter)).await?;
    if store::visit(&mut tx, &permit).await?.ended_at.is_some() {
        return Err(Code::VisitEnded.into());
    }
    let found: Vec<String> = store::diagnoses(&mut tx, &permit).await?.into_iter().map(|diagnosis| diagnosis.code).collect();
    if found == codes {
        return tx.close().await;
    }
    rules::unchanged(&command.seen, &found)?;
    store::replace_diagnoses(&mut tx, &permit, &codes).await?;
    let added: Vec<String> = codes.iter().filter(|code| !found.contains(code)).cloned().collect();
    if !added.is_empty() {
        store::choices::used(&mut tx, &permit, &added).await?;
    }
    let entry = Audit::of(AuditAction::RecordsDiagnosesReplaced)
        .patient(permit.patient()?)
        .on(ResourceKind::Diagnosis, command.encounter);
    tx.commit(entry.with("count", i64::try_from(codes.len()).unwrap_or(i64::MAX))).await
}
