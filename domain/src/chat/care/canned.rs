//! Canned answers: a short word with a dot in front that stands for a text that a doctor or a desk writes often, as phrases do in notes. Those who answer keep them.
//!
//! Each change is another version, and no version is ever changed. A message of those who answer is stored with its canned answers written out.

use super::{
    Conversation,
    away::{Answering, answering},
    store,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Permit, ResourceKind, Subject as _,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
};
use model::{
    chat::MessageText,
    errors::{Code, FieldFault},
    records::{Phrase, PhraseRow, abbreviation, expand_phrases, phrase_text, typed_phrase},
};

/// Adds a canned answer or changes its text. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct SaveCannedAnswer {
    /// What is written in a message, with or without the dot.
    pub abbreviation: String,
    /// The text for which it stands.
    pub text: String,
    /// The version that the change is based on; 0 for a new answer.
    pub version: i32,
}

/// Removes a canned answer.
#[derive(Debug, Clone)]
pub struct RemoveCannedAnswer {
    /// What is written in a message, with or without the dot.
    pub abbreviation: String,
    /// The version that was seen.
    pub version: i32,
}

/// The canned answers of the caller, or of the desk at which they work.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for those who answer for no one doctor or clinic.
pub async fn canned_answers(domain: &Domain, access: &Access) -> Result<Vec<PhraseRow>> {
    let who = answering(access)?;
    let mut tx = domain.begin_reading("chat.canned_answers", access).await?;
    let permit = tx.permit(Read, who).await?;
    let answers = store::canned::list(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(answers)
}

/// Adds a canned answer or changes its text.
///
/// It needs no idempotency key: when a repeat arrives, the answer has the text already.
///
/// # Errors
/// `request.fields_invalid` with the fields `abbreviation` and `text`; `request.stale`; those of [`canned_answers`].
pub async fn save_canned_answer(domain: &Domain, access: &Access, command: SaveCannedAnswer) -> Result<()> {
    let who = answering(access)?;
    let mut faults = Faults::default();
    let abbreviation = faults.take("abbreviation", abbreviation(&command.abbreviation));
    let text = faults.take("text", phrase_text(&command.text));
    let (Some(abbreviation), Some(text)) = (abbreviation, text) else { return faults.check() };
    let mut tx = domain.begin("chat.save_canned_answer", access).await?;
    let permit = tx.permit(Write, who).await?;
    let Some(version) = store::canned::write(&mut tx, &permit, &Phrase { abbreviation, text }, command.version).await? else {
        return tx.close().await;
    };
    tx.commit(entry(AuditAction::ChatCannedAnswerSaved, who, version)).await
}

/// Removes a canned answer. Messages in which it was written keep its text. A repeat changes nothing.
///
/// # Errors
/// `request.stale`; `not_found`; those of [`canned_answers`].
pub async fn remove_canned_answer(domain: &Domain, access: &Access, command: RemoveCannedAnswer) -> Result<()> {
    let who = answering(access)?;
    let abbreviation = abbreviation(&command.abbreviation).map_err(|_: FieldFault| Code::NotFound)?;
    let mut tx = domain.begin("chat.remove_canned_answer", access).await?;
    let permit = tx.permit(Write, who).await?;
    let Some(version) = store::canned::remove(&mut tx, &permit, &abbreviation, command.version).await? else {
        return tx.close().await;
    };
    tx.commit(entry(AuditAction::ChatCannedAnswerRemoved, who, version)).await
}

/// The entry names the version; the table has the text before and after.
fn entry(action: AuditAction, who: Answering, version: i32) -> Audit {
    Audit::of(action).on(ResourceKind::Conversation, who.resource_id()).with("version", i64::from(version))
}

/// A text with its canned answers written out. They are loaded only if a word of it looks like one.
///
/// # Errors
/// `request.fields_invalid` with the field `text` when it gets too long.
pub(super) async fn written_out(tx: &mut Tx, permit: &Permit<Write, Conversation>, text: MessageText) -> Result<MessageText> {
    if !text.as_str().split_whitespace().any(|word| typed_phrase(word).is_some()) {
        return Ok(text);
    }
    let answers = store::canned::usable(tx, permit).await?;
    MessageText::parse(&expand_phrases(text.as_str(), &answers)).map_err(|fault| Error::field("text", fault))
}
