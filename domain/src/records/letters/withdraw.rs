//! Withdrawing an issued letter.

use super::super::{entries::refused, notices::Event, store::letters as store};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Cancel},
    audit::{Audit, AuditAction},
    idempotency::{self, Claimed},
};
use model::{errors::Code, ids::LetterId, records::LetterState, text::many_lines};
use serde::Serialize;
use std::fmt;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Withdraws an issued letter.
#[derive(Clone, Serialize)]
pub struct WithdrawLetter {
    /// The letter.
    pub letter: LetterId,
    /// Why. The patient reads it; it is not printed.
    pub reason: String,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Leaves out the reason, which is medical.
impl fmt::Debug for WithdrawLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithdrawLetter").field("letter", &self.letter).finish_non_exhaustive()
    }
}

/// Withdraws an issued letter, with the reason. The letter itself stays as it is; its paper says from then on that it is withdrawn.
///
/// # Errors
/// `request.fields_invalid` with the field `reason`; `records.letter_withdrawn` when that was done already; `not_found` for a draft, `access.forbidden`.
pub async fn withdraw_letter(domain: &Domain, access: &Access, command: WithdrawLetter) -> Result<()> {
    let reason = many_lines(&command.reason, LONGEST_REASON).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = domain.begin("records.withdraw_letter", access).await?;
    let permit = tx.permit(Cancel, command.letter).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "records.withdraw_letter", key, &command).await? {
        return tx.close().await;
    }
    let head = store::head(&mut tx, &permit).await?;
    match head.state() {
        LetterState::Issued => {}
        LetterState::Draft => return refused(tx, Code::NotFound.into()).await,
        LetterState::Withdrawn => return refused(tx, Code::LetterWithdrawn.into()).await,
    }
    store::insert_withdrawal(&mut tx, &permit, &reason).await?;
    idempotency::finish(&mut tx, key, command.letter.uuid()).await?;
    tx.emit(Event::LetterWithdrawn { letter: command.letter }).await?;
    tx.commit(Audit::of(AuditAction::RecordsLetterWithdrawn).patient(head.patient).on(ResourceKind::Letter, command.letter)).await
}
