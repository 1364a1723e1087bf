//! Phrases: a short word with a dot in front that stands for longer text in a note. A doctor keeps their own ones; an administrator keeps those of the clinic.
//!
//! Each change is another version, and no version is ever changed. When a note is saved, its phrases are written out ([`super::save_note`]).

use super::{
    store::phrases as store,
    subjects::{OfPhrases, OwnPhrases, SharedPhrases},
};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
};
use model::{
    errors::{Code, FieldFault},
    records::{Phrase, PhraseBook, PhrasesOf, abbreviation, phrase_text},
};

/// Adds a phrase or changes its text. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct SavePhrase {
    /// Whose phrase it is.
    pub of: PhrasesOf,
    /// What is written in a note, with or without the dot.
    pub abbreviation: String,
    /// The text for which it stands.
    pub text: String,
    /// The version that the change is based on; 0 for a new phrase.
    pub version: i32,
}

/// Removes a phrase.
#[derive(Debug, Clone)]
pub struct RemovePhrase {
    /// Whose phrase it is.
    pub of: PhrasesOf,
    /// What is written in a note, with or without the dot.
    pub abbreviation: String,
    /// The version that was seen.
    pub version: i32,
}

/// The phrases of the calling doctor, or of the clinic of the calling administrator.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for everybody but doctors, or administrators.
pub async fn phrases(domain: &Domain, access: &Access, of: PhrasesOf) -> Result<PhraseBook> {
    match of {
        PhrasesOf::Own => {
            let (own, clinic) = (own(access)?, access.acting()?.clinic);
            let mut tx = domain.begin_reading("records.phrases", access).await?;
            let permit = tx.permit(Read, own).await?;
            let phrases = store::list(&mut tx, &permit).await?;
            let shared = store::shared_with(&mut tx, &permit, clinic).await?;
            tx.close().await?;
            Ok(PhraseBook { phrases, shared })
        }
        PhrasesOf::Clinic => {
            let shared = shared(access)?;
            let mut tx = domain.begin_reading("records.phrases", access).await?;
            let permit = tx.permit(Read, shared).await?;
            let phrases = store::list(&mut tx, &permit).await?;
            tx.close().await?;
            Ok(PhraseBook { phrases, shared: Vec::new() })
        }
    }
}

/// Adds a phrase or changes its text.
///
/// It needs no idempotency key: when a repeat arrives, the phrase has the text already.
///
/// # Errors
/// `request.fields_invalid` with the fields `abbreviation` (also `TooMany`, for more phrases than one owner can have) and `text`; `request.stale`;
/// `access.forbidden` as for [`phrases`].
pub async fn save_phrase(domain: &Domain, access: &Access, command: SavePhrase) -> Result<()> {
    match command.of {
        PhrasesOf::Own => save(domain, access, own(access)?, command).await,
        PhrasesOf::Clinic => save(domain, access, shared(access)?, command).await,
    }
}

/// Removes a phrase. Notes in which it was written keep its text. A repeat changes nothing.
///
/// # Errors
/// `request.stale`; `not_found`; `access.forbidden` as for [`phrases`].
pub async fn remove_phrase(domain: &Domain, access: &Access, command: RemovePhrase) -> Result<()> {
    match command.of {
        PhrasesOf::Own => remove(domain, access, own(access)?, command).await,
        PhrasesOf::Clinic => remove(domain, access, shared(access)?, command).await,
    }
}

/// Only doctors write notes, so only they have phrases.
fn own(access: &Access) -> Result<OwnPhrases> {
    let user = access.acting()?.user;
    access.acting_doctor()?;
    Ok(OwnPhrases(user))
}

fn shared(access: &Access) -> Result<SharedPhrases> {
    Ok(SharedPhrases(access.scope(ResourceKind::Clinic)?.clinic))
}

async fn save<S: OfPhrases>(domain: &Domain, access: &Access, of: S, command: SavePhrase) -> Result<()> {
    let mut faults = Faults::default();
    let abbreviation = faults.take("abbreviation", abbreviation(&command.abbreviation));
    let text = faults.take("text", phrase_text(&command.text));
    let (Some(abbreviation), Some(text)) = (abbreviation, text) else { return faults.check() };
    let mut tx = domain.begin("records.save_phrase", access).await?;
    let permit = tx.permit(Write, of).await?;
    let Some(version) = store::write(&mut tx, &permit, &Phrase { abbreviation, text }, command.version).await? else {
        return tx.close().await;
    };
    tx.commit(entry(AuditAction::RecordsPhraseSaved, of, command.of, version)).await
}

async fn remove<S: OfPhrases>(domain: &Domain, access: &Access, of: S, command: RemovePhrase) -> Result<()> {
    let abbreviation = abbreviation(&command.abbreviation).map_err(|_: FieldFault| Code::NotFound)?;
    let mut tx = domain.begin("records.remove_phrase", access).await?;
    let permit = tx.permit(Write, of).await?;
    let Some(version) = store::remove(&mut tx, &permit, &abbreviation, command.version).await? else {
        return tx.close().await;
    };
    tx.commit(entry(AuditAction::RecordsPhraseRemoved, of, command.of, version)).await
}

/// The entry names the version; the table has the text before and after.
fn entry<S: OfPhrases>(action: AuditAction, of: S, whose: PhrasesOf, version: i32) -> Audit {
    let entry = Audit::of(action).with("of", whose.as_str()).with("version", i64::from(version));
    match of.clinic() {
        Some(clinic) => entry.on(ResourceKind::Clinic, clinic),
        None => entry,
    }
}
