//! Templates of notes: the questions that a specialty asks, as text for the four parts of a note. An administrator of a clinic keeps those of the clinic, an administrator
//! of the organisation all of them.
//!
//! Each change is another version, and `note_templates` keeps them all; none is ever changed. A retired template is not offered any more.

use super::{
    store::templates::{self as store, TemplateText},
    subjects::NewTemplate,
};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Read, Write},
    },
    audit::{Audit, AuditAction},
    directory,
    error::Faults,
    idempotency::{self, Claimed},
};
use model::{
    errors::FieldFault,
    ids::NoteTemplateId,
    records::{ManagedNoteTemplate, NoteTemplateRow, SoapNote},
    text::single_line,
};
use serde::Serialize;

/// The longest name of a template, in characters.
const NAME_CHARS: usize = 120;

/// A template as typed. Texts are unparsed form values.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TypedNoteTemplate {
    /// The name.
    pub name: String,
    /// The slug of the specialty for which it is; empty for all.
    pub specialty: String,
    /// The text for the four parts. At least one must not be empty.
    pub note: SoapNote,
}

/// A new template.
#[derive(Debug, Clone)]
pub struct AddNoteTemplate {
    /// What was typed.
    pub template: TypedNoteTemplate,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// A changed template.
#[derive(Debug, Clone)]
pub struct EditNoteTemplate {
    /// The template.
    pub id: NoteTemplateId,
    /// What was typed.
    pub template: TypedNoteTemplate,
    /// Whether it is not offered any more.
    pub retired: bool,
    /// The version that the change is based on.
    pub version: i32,
}

/// All templates; for an administrator of a clinic those of the clinic and of the organisation.
///
/// # Errors
/// `access.forbidden` for everybody but administrators; `access.sign_in_needed`.
pub async fn note_templates(domain: &Domain, access: &Access) -> Result<Vec<NoteTemplateRow>> {
    let scope = access.scope(ResourceKind::Clinic)?;
    let mut connection = domain.pool().acquire().await?;
    store::list(&mut connection, scope.clinic).await
}

/// One template, with all its versions.
///
/// # Errors
/// `not_found`, also for everybody who may not change it; `access.sign_in_needed`.
pub async fn note_template(domain: &Domain, access: &Access, id: NoteTemplateId) -> Result<ManagedNoteTemplate> {
    let mut tx = domain.begin_reading("records.note_template", access).await?;
    let permit = tx.permit(Read, id).await?;
    let view = store::read(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(view)
}

/// Adds a template of the caller's clinic; an administrator of the organisation adds one for all clinics.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `specialty`, `subjective`, `objective`, `assessment` and `plan`; `request.idempotency_mismatch`; `access.forbidden` for
/// everybody but administrators.
pub async fn add_note_template(domain: &Domain, access: &Access, command: AddNoteTemplate) -> Result<NoteTemplateId> {
    let clinic = access.scope(ResourceKind::Clinic)?.clinic;
    let offered = specialties(domain).await?;
    let text = parse(&command.template, &offered, false)?;
    let key = command.idempotency_key.as_deref();
    let mut tx = domain.begin("records.add_note_template", access).await?;
    let id = tx.new_id::<NoteTemplateId>();
    let permit = tx.permit(Create, NewTemplate { id, clinic }).await?;
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "records.add_note_template", key, &command.template).await? {
        tx.close().await?;
        return Ok(done.into());
    }
    store::insert(&mut tx, &permit, &text).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    let entry = Audit::of(AuditAction::RecordsNoteTemplateSaved).with_id("template", id).with("version", 1_i64);
    let entry = match clinic {
        Some(clinic) => entry.on(ResourceKind::Clinic, clinic),
        None => entry,
    };
    tx.commit(entry).await?;
    Ok(id)
}

/// Changes a template, retires it or offers it again. Notes that were begun with it stay as they are.
///
/// # Errors
/// `request.fields_invalid` as for [`add_note_template`]; `request.stale`; `not_found`.
pub async fn edit_note_template(domain: &Domain, access: &Access, command: EditNoteTemplate) -> Result<()> {
    let mut known = specialties(domain).await?;
    let mut tx = domain.begin("records.edit_note_template", access).await?;
    let permit = tx.permit(Write, command.id).await?;
    // A template keeps a specialty that is not offered any more.
    known.extend(store::specialty_now(&mut tx, &permit).await?);
    let text = parse(&command.template, &known, command.retired)?;
    store::add_version(&mut tx, &permit, &text, command.version).await?;
    let before = i64::from(command.version);
    let entry = Audit::of(AuditAction::RecordsNoteTemplateSaved).with_id("template", command.id).with("version_before", before);
    let entry = match permit.facts().clinics.first() {
        Some(clinic) => entry.on(ResourceKind::Clinic, *clinic),
        None => entry,
    };
    tx.commit(entry.with("version", before.saturating_add(1)).with("state", if command.retired { "retired" } else { "offered" }))
        .await
}

/// The slugs of the specialties that are offered.
async fn specialties(domain: &Domain) -> Result<Vec<String>> {
    Ok(directory::specialties(domain).await?.into_iter().map(|choice| choice.slug).collect())
}

fn parse(typed: &TypedNoteTemplate, known: &[String], retired: bool) -> Result<TemplateText> {
    let mut faults = Faults::default();
    let name = faults.take("name", single_line(&typed.name, NAME_CHARS));
    let specialty = match typed.specialty.trim() {
        "" => Ok(None),
        slug if known.iter().any(|one| one == slug) => Ok(Some(slug.to_owned())),
        _ => Err(FieldFault::UnknownChoice),
    };
    let specialty = faults.take("specialty", specialty);
    let note = SoapNote::parse(&typed.note);
    let note = note.map_err(|wrong| faults.extend(wrong)).ok();
    match (name, specialty, note) {
        (Some(name), Some(specialty), Some(note)) => Ok(TemplateText { name, specialty, note, retired }),
        _ => Err(faults.check().err().unwrap_or_else(|| crate::Error::internal("a template that was not parsed"))),
    }
}
