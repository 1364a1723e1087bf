//! The entries of a patient's record: problems, history, medication from elsewhere, immunisations, and the like.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query},
    problem::ErrorBody,
    record_entry_views::{RecordEntry, RecordEntryVersion, kind, relative, source, state, topic},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    Domain,
    error::retry,
    records::{self, AddEntry, ChangeEntry, ReadRecord, WithdrawEntry},
};
use model::{
    errors::{Code, FieldFault},
    ids::{PatientId, RecordEntryId},
    records::{EntryKind, TypedEntry},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Selects entries.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RecordQuery {
    /// Only entries of this kind.
    #[param(schema_with = kind, required = false)]
    kind: Option<EntryKind>,
}

impl FromFields for RecordQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { kind: fields.optional("kind", EntryKind::parse) })
    }
}

/// An entry, or a new version of one. The members of other kinds must be left out.
#[derive(Clone, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "medication", "source": "patient", "name": "Ibuprofen", "strength": "400 mg", "dose": "When needed", "since": "2025-03" }))]
pub(super) struct NewRecordEntry {
    /// What it is about.
    #[schema(schema_with = kind)]
    kind: String,
    /// Who or what it comes from.
    #[schema(schema_with = source)]
    source: String,
    /// What it is called. A problem with a code needs no name.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// The ICD-10-CM code of a problem.
    #[schema(max_length = 8)]
    code: Option<String>,
    /// Whether the patient still has a problem.
    #[schema(schema_with = state, required = false)]
    state: Option<String>,
    /// The relative, in the family history.
    #[schema(schema_with = relative, required = false)]
    relative: Option<String>,
    /// The relative's age in years when the illness began.
    #[schema(minimum = 0, maximum = 120)]
    age: Option<i32>,
    /// The topic, in the social history.
    #[schema(schema_with = topic, required = false)]
    topic: Option<String>,
    /// The strength of a medicine.
    #[schema(max_length = 120)]
    strength: Option<String>,
    /// How a medicine is taken.
    #[schema(max_length = 120)]
    dose: Option<String>,
    /// The number of the dose of a vaccine.
    #[schema(minimum = 1, maximum = 20)]
    dose_number: Option<i32>,
    /// The lot number of a vaccine.
    #[schema(max_length = 40)]
    lot: Option<String>,
    /// When it began or was done: `2019`, `2019-05` or `2019-05-03`. Needed for a vaccine.
    since: Option<String>,
    /// When it ended, or when a care plan is looked at again: `2019`, `2019-05` or `2019-05-03`.
    until: Option<String>,
    /// Where it was done.
    #[schema(max_length = 120)]
    place: Option<String>,
    /// Anything else. Needed in the social history, and for a care plan.
    #[schema(max_length = 2000)]
    text: Option<String>,
    /// The version that a change is based on; left out for a new entry.
    version: Option<i32>,
}

impl FromFields for NewRecordEntry {
    fn read(fields: &mut Fields) -> Option<Self> {
        let kind = fields.required("kind", fields::text);
        let source = fields.required("source", fields::text);
        let [name, code, state, relative] = ["name", "code", "state", "relative"].map(|name| fields.optional(name, fields::text));
        let age = fields.optional_number("age");
        let [topic, strength, dose] = ["topic", "strength", "dose"].map(|name| fields.optional(name, fields::text));
        let dose_number = fields.optional_number("dose_number");
        let [lot, since, until, place, text] =
            ["lot", "since", "until", "place", "text"].map(|name| fields.optional(name, fields::text));
        let version = fields.optional_number("version");
        let (kind, source) = (kind?, source?);
        Some(Self {
            kind,
            source,
            name,
            code,
            state,
            relative,
            age,
            topic,
            strength,
            dose,
            dose_number,
            lot,
            since,
            until,
            place,
            text,
            version,
        })
    }
}

impl From<NewRecordEntry> for TypedEntry {
    fn from(entry: NewRecordEntry) -> Self {
        let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
        Self {
            kind: entry.kind,
            source: entry.source,
            name: entry.name.unwrap_or_default(),
            code: entry.code.unwrap_or_default(),
            state: entry.state.unwrap_or_default(),
            relative: entry.relative.unwrap_or_default(),
            age: number(entry.age),
            topic: entry.topic.unwrap_or_default(),
            strength: entry.strength.unwrap_or_default(),
            dose: entry.dose.unwrap_or_default(),
            dose_number: number(entry.dose_number),
            lot: entry.lot.unwrap_or_default(),
            since: entry.since.unwrap_or_default(),
            until: entry.until.unwrap_or_default(),
            place: entry.place.unwrap_or_default(),
            text: entry.text.unwrap_or_default(),
        }
    }
}

/// An entry that was added.
#[derive(Serialize, ToSchema)]
pub(super) struct AddedRecordEntry {
    /// The id of the entry.
    id: Uuid,
}

/// The number of a new version.
#[derive(Serialize, ToSchema)]
pub(super) struct WrittenVersion {
    /// The number.
    version: i64,
}

/// Why an entry was entered in error.
#[derive(Clone, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 1, "reason": "The entry of another person" }))]
pub(super) struct RecordEntryError {
    /// The version that the caller has seen.
    version: i32,
    /// The reason.
    #[schema(max_length = 300)]
    reason: String,
}

impl FromFields for RecordEntryError {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (version, reason) = (fields.required_number("version"), fields.required("reason", fields::text));
        Some(Self { version: version?, reason: reason? })
    }
}

/// Lists the newest 500 entries of a patient's record, the newest first. Those that were entered in error are left out.
#[utoipa::path(
    get, path = "/patients/{patient_id}/record", tag = "records", operation_id = "list_record_entries",
    params(("patient_id" = Uuid, Path, description = "The id of the patient."), RecordQuery),
    responses(
        (status = 200, description = "The entries.", body = List<RecordEntry>),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<PatientId>,
    Query(query): Query<RecordQuery>,
) -> Result<Json<List<RecordEntry>>, Problem> {
    let found = retry(|| records::record(&domain, &access, ReadRecord { patient: Some(id), kind: query.kind })).await?;
    Ok(Json(List::whole(found.entries)))
}

/// Adds an entry to a patient's record.
///
/// If the same request is sent again with the same key, nothing more happens. A key is kept for a day.
#[utoipa::path(
    post, path = "/patients/{patient_id}/record", tag = "records", operation_id = "add_record_entry", request_body = NewRecordEntry,
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
            description = "A text that the caller chooses, different for each entry."),
    ),
    responses(
        (status = 201, description = "The entry is added.", body = AddedRecordEntry),
        (status = 403, description = "`access.forbidden`: the caller reads the record and does not write in it.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<PatientId>,
    key: IdempotencyKey,
    Body(entry): Body<NewRecordEntry>,
) -> Result<(StatusCode, Json<AddedRecordEntry>), Problem> {
    if entry.version.is_some() {
        return Err(domain::Error::field("version", FieldFault::UnknownChoice).into());
    }
    let command = AddEntry { patient: id, typed: entry.into(), idempotency_key: Some(key.required()?) };
    let id = retry(|| records::add_entry(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(AddedRecordEntry { id: id.into() })))
}

/// Lists all versions of an entry, the newest first, also of one that was entered in error.
#[utoipa::path(
    get, path = "/patients/{patient_id}/record/{entry_id}/versions", tag = "records", operation_id = "list_record_entry_versions",
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("entry_id" = Uuid, Path, description = "The id of the entry."),
    ),
    responses((status = 200, description = "The versions.", body = List<RecordEntryVersion>))
)]
pub(super) async fn versions(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path(ids): Path<(String, String)>,
) -> Result<Json<List<RecordEntryVersion>>, Problem> {
    let (patient, entry) = parsed(&ids)?;
    let found = retry(|| records::entry_history(&domain, &access, patient, entry)).await?;
    Ok(Json(List::whole(found.versions)))
}

/// Writes a new version of an entry. Earlier versions are kept. A repeat of the same content makes no other version.
#[utoipa::path(
    post, path = "/patients/{patient_id}/record/{entry_id}/versions", tag = "records", operation_id = "change_record_entry",
    request_body = NewRecordEntry,
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("entry_id" = Uuid, Path, description = "The id of the entry."),
    ),
    responses(
        (status = 200, description = "The version is written.", body = WrittenVersion),
        (status = 403, description = "`access.forbidden`: the caller reads the record and does not write in it.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the entry was changed since that version. `records.entry_withdrawn`: it was entered in \
            error.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn change(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path(ids): Path<(String, String)>,
    Body(entry): Body<NewRecordEntry>,
) -> Result<Json<WrittenVersion>, Problem> {
    let version = entry.version.ok_or_else(|| domain::Error::field("version", FieldFault::Missing))?;
    let (patient, id) = parsed(&ids)?;
    let command = ChangeEntry { patient, entry: id, version_seen: version.into(), typed: entry.into() };
    let version = retry(|| records::change_entry(&domain, &access, command.clone())).await?;
    Ok(Json(WrittenVersion { version }))
}

/// Marks an entry as entered in error. It does not count any more, and stays in the record with the reason. A repeat changes nothing.
#[utoipa::path(
    post, path = "/patients/{patient_id}/record/{entry_id}/withdraw", tag = "records", operation_id = "withdraw_record_entry",
    request_body = RecordEntryError,
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("entry_id" = Uuid, Path, description = "The id of the entry."),
    ),
    responses(
        (status = 204, description = "The entry is marked."),
        (status = 403, description = "`access.forbidden`: the caller reads the record and does not write in it.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the entry was changed since that version.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn withdraw(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path(ids): Path<(String, String)>,
    Body(error): Body<RecordEntryError>,
) -> Result<StatusCode, Problem> {
    let (patient, entry) = parsed(&ids)?;
    let command = WithdrawEntry { patient, entry, version_seen: error.version.into(), reason: error.reason };
    retry(|| records::withdraw_entry(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The ids of the path. A malformed id is answered like an unknown one.
fn parsed((patient, entry): &(String, String)) -> Result<(PatientId, RecordEntryId), Code> {
    Ok((patient.parse().map_err(|_| Code::NotFound)?, entry.parse().map_err(|_| Code::NotFound)?))
}
