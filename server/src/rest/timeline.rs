//! The timeline of a patient's record.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    letters::LetterSummary,
    observations::Observation,
    payload::{List, Query, one_of},
    problem::ErrorBody,
    record_allergy::RecordAllergy,
    record_entry_views::RecordEntry,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    records::{self, ReadTimeline},
};
use jiff::{Timestamp, civil::Date};
use model::{
    ids::PatientId,
    page::Page,
    records::{TimelineContent, TimelineItem, TimelineKind},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema, openapi::Object};
use uuid::Uuid;

fn kind() -> Object {
    one_of(TimelineKind::ALL.iter().map(|kind| kind.as_str()))
}

/// Selects a page of a timeline.
#[derive(Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TimelineQuery {
    /// Only this kind.
    #[param(schema_with = kind, required = false)]
    kind: Option<TimelineKind>,
    /// Only from this day on, in UTC.
    #[param(required = false)]
    from: Option<Date>,
    /// Only until this day, in UTC.
    #[param(required = false)]
    until: Option<Date>,
    /// The `next_cursor` of the previous page.
    #[param(value_type = String, required = false)]
    cursor: Option<String>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for TimelineQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let kind = fields.optional("kind", TimelineKind::parse);
        let (from, until) = (fields.optional("from", fields::day), fields.optional("until", fields::day));
        let (cursor, limit) = (fields.optional("cursor", fields::text), fields.optional("limit", fields::limit));
        Some(Self { kind, from, until, cursor, limit })
    }
}

/// An item of a timeline. Which members it has depends on its kind; the others are null.
#[derive(Serialize, ToSchema)]
pub(super) struct TimelineEntry {
    /// What it is.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// When the visit ended, the note was written, the prescription was signed, the entry was recorded, the document was added, the letter was issued, the values
    /// were measured, the allergy was recorded.
    at: Timestamp,
    /// The id of the visit, of a visit or a note.
    visit_id: Option<Uuid>,
    /// The id of a prescription.
    prescription_id: Option<Uuid>,
    /// The id of the file of a document.
    file_id: Option<Uuid>,
    /// The name of a visit's doctor, or of who wrote a note.
    person: Option<String>,
    /// The name of a visit's clinic.
    clinic: Option<String>,
    /// The names of the medicines of a prescription.
    medicines: Option<Vec<String>>,
    /// The name of a document.
    name: Option<String>,
    /// An entry of the record.
    entry: Option<RecordEntry>,
    /// A letter.
    letter: Option<LetterSummary>,
    /// What was measured at one time.
    observation: Option<Observation>,
    /// An allergy.
    allergy: Option<RecordAllergy>,
    /// Whether it is new to a caller of the patient's side since they last looked, on any device; false for everybody else.
    is_new: bool,
}

impl From<TimelineItem> for TimelineEntry {
    fn from(item: TimelineItem) -> Self {
        let empty = Self {
            kind: item.content.kind().as_str(),
            at: item.at,
            visit_id: None,
            prescription_id: None,
            file_id: None,
            person: None,
            clinic: None,
            medicines: None,
            name: None,
            entry: None,
            letter: None,
            observation: None,
            allergy: None,
            is_new: false,
        };
        match item.content {
            TimelineContent::Visit { encounter, doctor_name, clinic_name } => {
                Self { visit_id: Some(encounter.into()), person: Some(doctor_name), clinic: Some(clinic_name), ..empty }
            }
            TimelineContent::Note { encounter, author_name } => {
                Self { visit_id: Some(encounter.into()), person: Some(author_name), ..empty }
            }
            TimelineContent::Prescription { prescription } => {
                let medicines = prescription.medicines.into_iter().map(|medicine| medicine.medicine).collect();
                Self { prescription_id: Some(prescription.id.into()), medicines: Some(medicines), ..empty }
            }
            TimelineContent::Entry { view } => Self { entry: Some((*view).into()), ..empty },
            TimelineContent::Document { file, name } => Self { file_id: Some(file.into()), name, ..empty },
            TimelineContent::Letter { letter } => Self { letter: Some((*letter).into()), ..empty },
            TimelineContent::Measurement { view } => Self { observation: Some((*view).into()), ..empty },
            TimelineContent::Allergy { view } => Self { allergy: Some((*view).into()), ..empty },
        }
    }
}

/// Lists what is kept about a patient, the newest first: visits that have ended, notes, signed prescriptions, entries of the record, documents, issued letters,
/// measurements, allergies. Kinds that the caller may not see are left out.
#[utoipa::path(
    get, path = "/patients/{patient_id}/timeline", tag = "records", operation_id = "get_timeline",
    params(("patient_id" = Uuid, Path, description = "The id of the patient."), TimelineQuery),
    responses(
        (status = 200, description = "A page of the timeline.", body = List<TimelineEntry>),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<PatientId>,
    Query(query): Query<TimelineQuery>,
) -> Result<Json<List<TimelineEntry>>, Problem> {
    let TimelineQuery { kind, from, until, cursor, limit } = query;
    let query = ReadTimeline { patient: Some(id), kind, from, until, cursor, size: limit };
    let found = retry(|| records::timeline(&domain, &access, query.clone())).await?;
    let news: Vec<bool> = found.page.items.iter().map(|item| found.is_new(item)).collect();
    let Page { items, next_cursor } = found.page;
    let items = items.into_iter().zip(news).map(|(item, is_new)| TimelineEntry { is_new, ..item.into() }).collect();
    Ok(Json(List { items, next_cursor }))
}
