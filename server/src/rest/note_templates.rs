//! Templates of notes, as an administrator keeps them.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    access::Access,
    error::retry,
    records::{self, AddNoteTemplate, EditNoteTemplate, TypedNoteTemplate},
};
use jiff::Timestamp;
use model::{
    errors::FieldFault,
    ids::NoteTemplateId,
    records::{ManagedNoteTemplate, NoteTemplateRow, NoteTemplateVersion as Version, SoapNote},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn state() -> Object {
    one_of(["offered", "retired"])
}

const fn state_word(retired: bool) -> &'static str {
    if retired { "retired" } else { "offered" }
}

/// A template in the list of templates.
#[derive(Serialize, ToSchema)]
pub(super) struct NoteTemplateSummary {
    /// The id of the template.
    id: Uuid,
    /// The name.
    #[schema(examples("Child"))]
    name: String,
    /// The name of the specialty, if it is for one.
    specialty: Option<String>,
    /// The name of the clinic, if it belongs to one and not to the organisation.
    clinic: Option<String>,
    /// Whether doctors can choose it.
    #[schema(schema_with = state)]
    state: &'static str,
    /// The version.
    version: i32,
    /// Whether the caller may change it.
    may_edit: bool,
}

impl From<NoteTemplateRow> for NoteTemplateSummary {
    fn from(row: NoteTemplateRow) -> Self {
        let NoteTemplateRow { id, name, specialty, clinic, retired, version, may_edit } = row;
        Self { id: id.into(), name, specialty, clinic, state: state_word(retired), version, may_edit }
    }
}

/// A template, with all its versions.
#[derive(Serialize, ToSchema)]
pub(super) struct NoteTemplate {
    /// The id of the template.
    id: Uuid,
    /// The versions, newest first. The first one is what the template is now.
    versions: Vec<NoteTemplateVersion>,
}

/// A version of a template.
#[derive(Serialize, ToSchema)]
struct NoteTemplateVersion {
    /// The number of the version. Send the newest one with a change.
    version: i32,
    /// The name.
    name: String,
    /// The identifier of the specialty, if it is for one.
    specialty: Option<String>,
    /// The text for what the patient says.
    subjective: String,
    /// The text for what the doctor finds.
    objective: String,
    /// The text for the assessment.
    assessment: String,
    /// The text for what happens next.
    plan: String,
    /// Whether doctors could choose it.
    #[schema(schema_with = state)]
    state: &'static str,
    /// The name of the administrator who made the version, if one did.
    by: Option<String>,
    /// When it was made, if an administrator made it.
    at: Option<Timestamp>,
}

impl From<Version> for NoteTemplateVersion {
    fn from(row: Version) -> Self {
        let Version { version, name, specialty, note, retired, by, at } = row;
        let SoapNote { subjective, objective, assessment, plan } = note;
        Self { version, name, specialty, subjective, objective, assessment, plan, state: state_word(retired), by, at }
    }
}

impl From<ManagedNoteTemplate> for NoteTemplate {
    fn from(view: ManagedNoteTemplate) -> Self {
        Self { id: view.id.into(), versions: view.history.into_iter().map(Into::into).collect() }
    }
}

/// A new template.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Back pain", "subjective": "Since when:", "objective": "Reflexes:" }))]
pub(super) struct NewNoteTemplate {
    /// The name.
    #[schema(max_length = 120)]
    name: String,
    /// The identifier of a specialty; without it the template is for all.
    specialty: Option<String>,
    /// The text for what the patient says. At least one of the four texts is needed.
    #[schema(max_length = 10_000)]
    subjective: Option<String>,
    /// The text for what the doctor finds.
    #[schema(max_length = 10_000)]
    objective: Option<String>,
    /// The text for the assessment.
    #[schema(max_length = 10_000)]
    assessment: Option<String>,
    /// The text for what happens next.
    #[schema(max_length = 10_000)]
    plan: Option<String>,
}

impl FromFields for NewNoteTemplate {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", fields::text);
        let specialty = fields.optional("specialty", fields::text);
        let subjective = fields.optional("subjective", fields::text);
        let objective = fields.optional("objective", fields::text);
        let assessment = fields.optional("assessment", fields::text);
        let plan = fields.optional("plan", fields::text);
        Some(Self { name: name?, specialty, subjective, objective, assessment, plan })
    }
}

impl From<NewNoteTemplate> for TypedNoteTemplate {
    fn from(sent: NewNoteTemplate) -> Self {
        let NewNoteTemplate { name, specialty, subjective, objective, assessment, plan } = sent;
        let note = SoapNote {
            subjective: subjective.unwrap_or_default(),
            objective: objective.unwrap_or_default(),
            assessment: assessment.unwrap_or_default(),
            plan: plan.unwrap_or_default(),
        };
        Self { name, specialty: specialty.unwrap_or_default(), note }
    }
}

/// A changed template. What is left out is empty afterwards.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Back pain", "subjective": "Since when:", "state": "retired", "version": 1 }))]
pub(super) struct NoteTemplateChange {
    /// The name.
    #[schema(max_length = 120)]
    name: String,
    /// The identifier of a specialty; without it the template is for all.
    specialty: Option<String>,
    /// The text for what the patient says. At least one of the four texts is needed.
    #[schema(max_length = 10_000)]
    subjective: Option<String>,
    /// The text for what the doctor finds.
    #[schema(max_length = 10_000)]
    objective: Option<String>,
    /// The text for the assessment.
    #[schema(max_length = 10_000)]
    assessment: Option<String>,
    /// The text for what happens next.
    #[schema(max_length = 10_000)]
    plan: Option<String>,
    /// Whether doctors can choose it.
    #[schema(schema_with = state)]
    state: bool,
    /// The version that the change is based on.
    version: i32,
}

impl FromFields for NoteTemplateChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let template = NewNoteTemplate::read(fields);
        let state = fields.required("state", |state| match state {
            "offered" => Ok(false),
            "retired" => Ok(true),
            _ => Err(FieldFault::UnknownChoice),
        });
        let version = fields.required_number("version");
        let NewNoteTemplate { name, specialty, subjective, objective, assessment, plan } = template?;
        Some(Self { name, specialty, subjective, objective, assessment, plan, state: state?, version: version? })
    }
}

async fn one(domain: &Domain, access: &Access, id: NoteTemplateId) -> Result<Json<NoteTemplate>, Problem> {
    Ok(Json(retry(|| records::note_template(domain, access, id)).await?.into()))
}

/// Lists the templates of notes: for an administrator of a clinic those of the clinic and of the organisation, otherwise all.
#[utoipa::path(
    get, path = "/organisation/note-templates", tag = "organisation", operation_id = "list_note_templates",
    responses(
        (status = 200, description = "The templates, on one page.", body = List<NoteTemplateSummary>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<NoteTemplateSummary>>, Problem> {
    Ok(Json(List::whole(retry(|| records::note_templates(&domain, &access)).await?)))
}

/// Adds a template of notes. An administrator of a clinic adds it for the clinic, an administrator of the organisation for all clinics.
#[utoipa::path(
    post, path = "/organisation/note-templates", tag = "organisation", operation_id = "add_note_template", request_body = NewNoteTemplate,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
        description = "A text that the caller chooses, different for each template.")),
    responses(
        (status = 201, description = "The template, added by this request or by an earlier one with the same key.", body = NoteTemplate),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(template): Body<NewNoteTemplate>,
) -> Result<(StatusCode, Json<NoteTemplate>), Problem> {
    let command = AddNoteTemplate { template: template.into(), idempotency_key: Some(key.required()?) };
    let id = retry(|| records::add_note_template(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, one(&domain, &access, id).await?))
}

/// Gets a template of notes with all its versions.
#[utoipa::path(
    get, path = "/organisation/note-templates/{template_id}", tag = "organisation", operation_id = "get_note_template",
    params(("template_id" = Uuid, Path, description = "The id of the template.")),
    responses((status = 200, description = "The template.", body = NoteTemplate))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<NoteTemplateId>,
) -> Result<Json<NoteTemplate>, Problem> {
    one(&domain, &access, id).await
}

/// Changes a template of notes, retires it or offers it again. Notes that were begun with it stay as they are.
#[utoipa::path(
    put, path = "/organisation/note-templates/{template_id}", tag = "organisation", operation_id = "edit_note_template",
    request_body = NoteTemplateChange,
    params(("template_id" = Uuid, Path, description = "The id of the template.")),
    responses(
        (status = 200, description = "The changed template.", body = NoteTemplate),
        (status = 409, description = "`request.stale`: the template has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn edit(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<NoteTemplateId>,
    Body(change): Body<NoteTemplateChange>,
) -> Result<Json<NoteTemplate>, Problem> {
    let NoteTemplateChange { name, specialty, subjective, objective, assessment, plan, state: retired, version } = change;
    let template = NewNoteTemplate { name, specialty, subjective, objective, assessment, plan }.into();
    let command = EditNoteTemplate { id, template, retired, version };
    retry(|| records::edit_note_template(&domain, &access, command.clone())).await?;
    one(&domain, &access, id).await
}
