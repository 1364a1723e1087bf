//! Handover notes of a clinic's team.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query, one_of},
    problem::ErrorBody,
    team_tasks::MadeForTeam,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain, Error,
    error::retry,
    records::{self, ListShiftNotes, TypedShiftLine, WriteShiftNote},
};
use jiff::{Timestamp, civil::Date};
use model::{
    errors::FieldError,
    ids::{PatientId, ShiftNoteId},
    team::{Shift, ShiftLine, ShiftNoteReader, ShiftNoteView},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema, openapi::Object};
use uuid::Uuid;

/// Selects handover notes.
#[derive(Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ShiftNoteQuery {
    /// Only those of the shifts of this day. Without it, the newest.
    #[param(required = false)]
    day: Option<Date>,
}

impl FromFields for ShiftNoteQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { day: fields.optional("day", fields::day) })
    }
}

fn shifts() -> Object {
    one_of(Shift::ALL.iter().map(|shift| shift.as_str()))
}

/// A handover note.
#[derive(Serialize, ToSchema)]
pub(super) struct ShiftNote {
    /// The id.
    id: Uuid,
    /// The day of the shift, where the clinic is. A night belongs to the day on which it begins.
    day: Date,
    /// The shift.
    #[schema(schema_with = shifts)]
    shift: &'static str,
    /// What is about no patient; may be empty.
    text: String,
    /// What is about patients whom the caller may know of.
    lines: Vec<ShiftNoteLine>,
    /// The name of who wrote it.
    written_by: String,
    /// When.
    written_at: Timestamp,
    /// The id of the earlier note that it corrects.
    corrects: Option<Uuid>,
    /// The id of the later note that corrects it.
    corrected_by: Option<Uuid>,
    /// Who has read it, besides its author.
    readers: Vec<ReaderOfShiftNote>,
}

/// What a handover note says about a patient.
#[derive(Serialize, ToSchema)]
struct ShiftNoteLine {
    /// The patient.
    patient_id: Uuid,
    /// The patient's name.
    patient_name: String,
    /// What the next shift must know.
    text: String,
}

/// Somebody who has read a handover note.
#[derive(Serialize, ToSchema)]
struct ReaderOfShiftNote {
    /// The name.
    name: String,
    /// When they said so.
    read_at: Timestamp,
}

impl From<ShiftLine> for ShiftNoteLine {
    fn from(line: ShiftLine) -> Self {
        Self { patient_id: line.patient.id.uuid(), patient_name: line.patient.name, text: line.text }
    }
}

impl From<ShiftNoteReader> for ReaderOfShiftNote {
    fn from(reader: ShiftNoteReader) -> Self {
        Self { name: reader.name, read_at: reader.at }
    }
}

impl From<ShiftNoteView> for ShiftNote {
    fn from(view: ShiftNoteView) -> Self {
        Self {
            id: view.id.uuid(),
            day: view.day,
            shift: view.shift.as_str(),
            text: view.text,
            lines: view.lines.into_iter().map(Into::into).collect(),
            written_by: view.author,
            written_at: view.written_at,
            corrects: view.corrects.map(ShiftNoteId::uuid),
            corrected_by: view.corrected_by.map(ShiftNoteId::uuid),
            readers: view.readers.into_iter().map(Into::into).collect(),
        }
    }
}

/// Lists the handover notes of the caller's clinic, the newest 30.
#[utoipa::path(
    get, path = "/shift-notes", tag = "team", operation_id = "list_shift_notes", params(ShiftNoteQuery),
    responses(
        (status = 200, description = "The notes, on one page.", body = List<ShiftNote>),
        (status = 403, description = "`access.forbidden`: the caller belongs to no team.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<ShiftNoteQuery>,
) -> Result<Json<List<ShiftNote>>, Problem> {
    let query = ListShiftNotes { day: query.day, about: None };
    let found = retry(|| records::shift_notes(&domain, &access, query, "UTC")).await?;
    Ok(Json(List::whole(found.items)))
}

/// A handover note to write.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "day": "2026-11-24", "shift": "early", "text": "The printer in room 2 is broken." }))]
pub(super) struct NewShiftNote {
    /// The day of the shift, where the clinic is: today or yesterday.
    day: Date,
    /// The shift.
    #[schema(schema_with = shifts)]
    shift: String,
    /// What is about no patient. May be absent if there are lines.
    #[schema(max_length = 2_000)]
    text: Option<String>,
    /// What is about patients: at most 40 lines.
    lines: Option<Vec<NewShiftLine>>,
    /// The id of the note that it corrects. Each note is corrected at most once.
    #[schema(value_type = Option<Uuid>)]
    corrects: Option<ShiftNoteId>,
}

/// A line about a patient to write.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewShiftLine {
    /// The patient.
    #[schema(value_type = Uuid)]
    patient_id: PatientId,
    /// What the next shift must know.
    #[schema(max_length = 1_000)]
    text: String,
}

impl FromFields for NewShiftLine {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (patient_id, text) = (fields.required("patient_id", fields::id), fields.required("text", fields::text));
        Some(Self { patient_id: patient_id?, text: text? })
    }
}

impl FromFields for NewShiftNote {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (day, shift) = (fields.required("day", fields::day), fields.required("shift", fields::text));
        let (text, lines) = (fields.optional("text", fields::text), fields.optional_objects("lines"));
        let corrects = fields.optional("corrects", fields::id);
        Some(Self { day: day?, shift: shift?, text, lines, corrects })
    }
}

/// Writes a handover note for a shift of the caller's clinic.
///
/// If the same request is sent again with the same key, nothing more happens. A key is kept for a day.
#[utoipa::path(
    post, path = "/shift-notes", tag = "team", operation_id = "write_shift_note", request_body = NewShiftNote,
    params(
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
            description = "A text that the caller chooses, different for each note."),
    ),
    responses(
        (status = 201, description = "The note is written.", body = MadeForTeam),
        (status = 403, description = "`access.forbidden`: the caller belongs to no team, or works at all clinics.", body = ErrorBody),
        (status = 404, description = "`not_found`: the caller may not know a patient, or the note that is to be corrected.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the note was corrected already.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn write(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(new): Body<NewShiftNote>,
) -> Result<(StatusCode, Json<MadeForTeam>), Problem> {
    let line = |line: NewShiftLine| TypedShiftLine { patient: line.patient_id, text: line.text };
    let command = WriteShiftNote {
        day: new.day,
        shift: new.shift,
        text: new.text.unwrap_or_default(),
        lines: new.lines.unwrap_or_default().into_iter().map(line).collect(),
        corrects: new.corrects,
        idempotency_key: Some(key.required()?),
    };
    let written = retry(|| records::write_shift_note(&domain, &access, command.clone())).await;
    let id = written.map_err(renamed)?;
    Ok((StatusCode::CREATED, Json(MadeForTeam::of(id.uuid()))))
}

/// The error with the names that the lines have in the request: `lines.0.text` instead of `line_1`.
fn renamed(error: Error) -> Error {
    if error.field_errors().is_empty() {
        return error;
    }
    let rename = |wrong: &FieldError| {
        let place = wrong.field.strip_prefix("line_").and_then(|number| number.parse::<usize>().ok()?.checked_sub(1));
        FieldError::new(place.map_or_else(|| wrong.field.clone(), |place| format!("lines.{place}.text")), wrong.fault)
    };
    Error::fields(error.field_errors().iter().map(rename).collect())
}

/// Says that the caller has read a handover note. A repeat changes nothing, and neither does the author.
#[utoipa::path(
    post, path = "/shift-notes/{note_id}/read", tag = "team", operation_id = "read_shift_note",
    params(("note_id" = Uuid, Path, description = "The id of the note.")),
    responses((status = 204, description = "It is noted that the caller has read it."))
)]
pub(super) async fn read(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(note): Id<ShiftNoteId>,
) -> Result<StatusCode, Problem> {
    retry(|| records::see_shift_note(&domain, &access, note)).await?;
    Ok(StatusCode::NO_CONTENT)
}
