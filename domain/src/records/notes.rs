//! The note of a visit.

use super::{
    store::{self, phrases, signatures, templates},
    subjects::NoteOf,
};
use crate::{
    Domain, Error, Result,
    access::{Access, Action, Permit, ResourceKind, Subject, actions::Write},
    audit::{Audit, AuditAction},
    db::Tx,
};
use model::{
    errors::{Code, FieldFault},
    ids::{EncounterId, NoteTemplateId},
    records::{NoteHelps, SoapNote, expand_phrases, typed_phrase},
    text::many_lines,
};

/// Writes a new version of a visit's note.
#[derive(Debug, Clone)]
pub struct SaveNote {
    /// The visit.
    pub encounter: EncounterId,
    /// The version that the writer saw; 0 for a new note.
    pub version_seen: i64,
    /// The new text.
    pub note: SoapNote,
}

/// Writes a new version of a visit's note and returns its number. The visit's doctor may write after the visit too: every version stays. Phrases in the text are written
/// out.
///
/// It needs no idempotency key: the same text sent twice is one version, whatever version the repeat names.
///
/// # Errors
/// `request.fields_invalid` with the parts as fields; `request.stale` when somebody else has written in between; `records.note_signed`; `not_found`, `access.forbidden`.
pub async fn save_note(domain: &Domain, access: &Access, command: SaveNote) -> Result<i64> {
    let note = SoapNote::parse(&command.note).map_err(Error::fields)?;
    let mut tx = domain.begin("records.save_note", access).await?;
    let permit = tx.permit(Write, NoteOf(command.encounter)).await?;
    let note = written_out(&mut tx, &permit, note).await?;
    write(tx, permit, command.version_seen, &note, None).await
}

/// The same as [`save_note`], with the text of a template below what was typed in each part. A part that has the template's text already does not get it again.
///
/// # Errors
/// Those of [`save_note`]; `request.fields_invalid` with the field `template` for one that the visit's doctor cannot choose.
pub async fn save_note_with_template(
    domain: &Domain,
    access: &Access,
    command: SaveNote,
    template: NoteTemplateId,
) -> Result<i64> {
    let mut tx = domain.begin("records.save_note_with_template", access).await?;
    let permit = tx.permit(Write, NoteOf(command.encounter)).await?;
    let Some((version, text)) = templates::chosen(&mut tx, &permit, template).await? else {
        return Err(Error::field("template", FieldFault::UnknownChoice));
    };
    let note = SoapNote::parse(&with_template(&command.note, &text)).map_err(Error::fields)?;
    let note = written_out(&mut tx, &permit, note).await?;
    write(tx, permit, command.version_seen, &note, Some((template, version))).await
}

/// The templates and phrases for the writer of a note; nothing for everybody who may not write it.
pub(super) async fn helps<A: Action>(tx: &mut Tx, permit: &Permit<A, NoteOf>, access: &Access) -> Result<NoteHelps> {
    if !permit.may(access, Write) {
        return Ok(NoteHelps::default());
    }
    Ok(NoteHelps { templates: templates::choices(tx, permit).await?, phrases: phrases::usable(tx, permit, permit.id().0).await? })
}

/// The note with its phrases written out. Phrases are loaded only if a word of the note looks like one.
async fn written_out(tx: &mut Tx, permit: &Permit<Write, NoteOf>, note: SoapNote) -> Result<SoapNote> {
    let parts = [&note.subjective, &note.objective, &note.assessment, &note.plan];
    if !parts.into_iter().flat_map(|part| part.split_whitespace()).any(|word| typed_phrase(word).is_some()) {
        return Ok(note);
    }
    let known = phrases::usable(tx, permit, permit.id().0).await?;
    let expanded = SoapNote {
        subjective: expand_phrases(&note.subjective, &known),
        objective: expand_phrases(&note.objective, &known),
        assessment: expand_phrases(&note.assessment, &known),
        plan: expand_phrases(&note.plan, &known),
    };
    SoapNote::parse(&expanded).map_err(Error::fields)
}

/// A text with its phrases written out, of at most so many characters. A fault is at the field `text`. Phrases are loaded only if a word of the text looks like one.
pub(super) async fn text_written_out<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    encounter: EncounterId,
    text: String,
    longest: usize,
) -> Result<String> {
    if !text.split_whitespace().any(|word| typed_phrase(word).is_some()) {
        return Ok(text);
    }
    let known = phrases::usable(tx, permit, encounter).await?;
    many_lines(&expand_phrases(&text, &known), longest).map_err(|fault| Error::field("text", fault))
}

/// Writes the next version, unless the newest one has this text already.
async fn write(
    mut tx: Tx,
    permit: Permit<Write, NoteOf>,
    version_seen: i64,
    note: &SoapNote,
    template: Option<(NoteTemplateId, i32)>,
) -> Result<i64> {
    let latest = store::note(&mut tx, &permit).await?;
    if latest.version > 0 && latest.note == *note {
        tx.close().await?;
        return Ok(latest.version);
    }
    if signatures::signature(&mut tx, &permit, permit.id().0).await?.is_some() {
        tx.close().await?;
        return Err(Code::NoteSigned.into());
    }
    if latest.version != version_seen {
        return Err(Code::Stale.into());
    }
    let version = store::insert_note_version(&mut tx, &permit, note).await?;
    let entry = Audit::of(AuditAction::RecordsNoteSaved).patient(permit.patient()?).on(ResourceKind::Note, permit.id().0);
    let entry = entry.with("version", version);
    let entry = match template {
        Some((template, version)) => entry.with_id("template", template).with("template_version", i64::from(version)),
        None => entry,
    };
    tx.commit(entry).await?;
    Ok(version)
}

/// The typed text with the template's below it, part by part.
fn with_template(typed: &SoapNote, template: &SoapNote) -> SoapNote {
    let joined = |typed: &str, template: &str| {
        let has_it = !template.is_empty() && typed.replace("\r\n", "\n").contains(template);
        if template.is_empty() || has_it {
            typed.to_owned()
        } else if typed.trim().is_empty() {
            template.to_owned()
        } else {
            format!("{}\n\n{template}", typed.trim_end())
        }
    };
    SoapNote {
        subjective: joined(&typed.subjective, &template.subjective),
        objective: joined(&typed.objective, &template.objective),
        assessment: joined(&typed.assessment, &template.assessment),
        plan: joined(&typed.plan, &template.plan),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_template_goes_below_what_was_typed_and_only_once() {
        let template = SoapNote { subjective: "Since when:\nFever:".to_owned(), plan: "Rest:".to_owned(), ..SoapNote::default() };
        let typed = SoapNote { subjective: "Cough \n".to_owned(), objective: "Well".to_owned(), ..SoapNote::default() };
        let once = with_template(&typed, &template);
        assert_eq!(once.subjective, "Cough\n\nSince when:\nFever:");
        assert_eq!((once.objective.as_str(), once.assessment.as_str(), once.plan.as_str()), ("Well", "", "Rest:"));
        assert_eq!(with_template(&once, &template), once);
        let posted = SoapNote { subjective: once.subjective.replace('\n', "\r\n"), ..once.clone() };
        assert_eq!(with_template(&posted, &template), posted);
    }
}
