//! Reading prescriptions.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    formats::PDF,
    payload::{List, Query, one_of},
    problem::ErrorBody,
};
use crate::serve::AppState;
use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use domain::{
    Domain,
    error::retry,
    prescriptions::{self, ListPrescriptions},
};
use jiff::{Timestamp, civil::Date};
use model::{
    ids::PrescriptionId,
    prescriptions::{ItemView, PrescriptionLine, PrescriptionState, PrescriptionView},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema, openapi::Object};
use uuid::Uuid;

fn state() -> Object {
    one_of(PrescriptionState::ALL.iter().map(|state| state.as_str()))
}

/// A prescription, as lists show it.
#[derive(Serialize, ToSchema)]
pub(super) struct PrescriptionSummary {
    /// The id of the prescription.
    id: Uuid,
    /// The number of the prescription, as it is printed.
    #[schema(examples("RX-7K3-9QF-2X"))]
    number: String,
    /// The state. Only its author can see a draft.
    #[schema(schema_with = state)]
    state: &'static str,
    /// The visit during which it was written.
    visit_id: Uuid,
    /// The name of the patient.
    patient_name: String,
    /// The name of the doctor who wrote it.
    doctor_name: String,
    /// When it was signed; for a draft, when it was created.
    at: Timestamp,
    /// The names of the medicines, in the order of the prescription.
    medicines: Vec<String>,
}

/// A prescription.
#[derive(Serialize, ToSchema)]
pub(super) struct Prescription {
    /// The id of the prescription.
    id: Uuid,
    /// The number of the prescription, as it is printed.
    #[schema(examples("RX-7K3-9QF-2X"))]
    number: String,
    /// The state. Only its author can see a draft.
    #[schema(schema_with = state)]
    state: &'static str,
    /// The visit during which it was written.
    visit_id: Uuid,
    /// The patient.
    patient: PrescribedFor,
    /// The name of the doctor who wrote it.
    doctor_name: String,
    /// The name of the clinic.
    clinic_name: String,
    /// The IANA time zone of the clinic.
    clinic_time_zone: String,
    /// When the draft was created.
    created_at: Timestamp,
    /// When it was signed; null for a draft.
    signed_at: Option<Timestamp>,
    /// When it was cancelled; null if it was not.
    cancelled_at: Option<Timestamp>,
    /// The reason for the cancellation; null if it was not cancelled.
    cancel_reason: Option<String>,
    /// The medicines, in the order of the prescription.
    items: Vec<PrescribedMedicine>,
}

/// The patient of a prescription.
#[derive(Serialize, ToSchema)]
struct PrescribedFor {
    /// The id of the patient.
    id: Uuid,
    /// The full name.
    name: String,
    /// The date of birth.
    date_of_birth: Date,
    /// The patient's number, for use at the reception desk.
    #[schema(examples("7K3-9QF-2X"))]
    number: String,
}

/// One medicine of a prescription.
#[derive(Serialize, ToSchema)]
struct PrescribedMedicine {
    /// The name of the medicine.
    #[schema(examples("Amoxicillin"))]
    medicine: String,
    /// The strength with its unit.
    #[schema(examples("500 mg"))]
    strength: String,
    /// The dosage form.
    #[schema(examples("capsule"))]
    form: String,
    /// The amount to take each time.
    #[schema(examples("1 capsule"))]
    dose: String,
    /// The route of administration.
    #[schema(examples("by mouth"))]
    route: String,
    /// How often to take it.
    #[schema(examples("three times a day"))]
    frequency: String,
    /// How long to take it.
    #[schema(examples("7 days"))]
    duration: String,
    /// The amount to dispense.
    #[schema(examples("21 capsules"))]
    quantity: String,
    /// How many times it may be dispensed again.
    refills: u16,
    /// A note for the pharmacist or the patient.
    note: Option<String>,
}

/// A prescription as a PDF.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(super) struct Paper(Vec<u8>);

impl IntoResponse for Paper {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// Selects a page of the list.
#[derive(Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PrescriptionQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<PrescriptionId>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for PrescriptionQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (cursor, limit) = (fields.optional("cursor", fields::id), fields.optional("limit", fields::limit));
        Some(Self { cursor, limit })
    }
}

/// Lists the caller's prescriptions, newest first.
///
/// Patients get their own prescriptions. Doctors get those that they wrote, drafts included. Pharmacists get the signed ones of their clinic.
#[utoipa::path(
    get, path = "/prescriptions", tag = "prescriptions", operation_id = "list_prescriptions", params(PrescriptionQuery),
    responses(
        (status = 200, description = "A page of prescriptions.", body = List<PrescriptionSummary>),
        (status = 403, description = "`access.forbidden`: the caller's role has no list of prescriptions.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<PrescriptionQuery>,
) -> Result<Json<List<PrescriptionSummary>>, Problem> {
    let command = ListPrescriptions { cursor: query.cursor.map(|id| id.to_string()), size: query.limit };
    Ok(Json(List::of(retry(|| prescriptions::list(&domain, &access, command.clone())).await?)))
}

/// Gets a prescription.
#[utoipa::path(
    get, path = "/prescriptions/{prescription_id}", tag = "prescriptions", operation_id = "get_prescription",
    params(("prescription_id" = Uuid, Path, description = "The id of the prescription.")),
    responses((status = 200, description = "The prescription.", body = Prescription))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<PrescriptionId>,
) -> Result<Json<Prescription>, Problem> {
    Ok(Json(retry(|| prescriptions::get(&domain, &access, id)).await?.into()))
}

/// Downloads a signed prescription as a PDF.
///
/// A draft has no PDF: the answer is 404.
#[utoipa::path(
    get, path = "/prescriptions/{prescription_id}/pdf", tag = "prescriptions", operation_id = "get_prescription_pdf",
    params(("prescription_id" = Uuid, Path, description = "The id of the prescription.")),
    responses((
        status = 200, description = "The prescription as it is printed.", body = inline(Paper), content_type = "application/pdf",
        headers(("Content-Disposition" = String, description = "A file name that contains no personal data."))
    ))
)]
pub(super) async fn pdf(
    State(state): State<AppState>,
    SignedIn(access): SignedIn,
    Id(id): Id<PrescriptionId>,
) -> Result<([(HeaderName, String); 2], Paper), Problem> {
    let (name, bytes) = retry(|| prescriptions::pdf(&state.domain, &state.files, &access, id)).await?;
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, PDF.to_owned()), (header::CONTENT_DISPOSITION, disposition)], Paper(bytes)))
}

impl From<PrescriptionLine> for PrescriptionSummary {
    fn from(line: PrescriptionLine) -> Self {
        Self {
            id: line.id.into(),
            number: line.number,
            state: line.state.as_str(),
            visit_id: line.encounter.into(),
            patient_name: line.patient_name,
            doctor_name: line.doctor_name,
            at: line.at,
            medicines: line.medicines,
        }
    }
}

impl From<PrescriptionView> for Prescription {
    fn from(view: PrescriptionView) -> Self {
        Self {
            id: view.id.into(),
            number: view.number,
            state: view.state.as_str(),
            visit_id: view.encounter.into(),
            patient: PrescribedFor {
                id: view.patient.into(),
                name: view.patient_name,
                date_of_birth: view.patient_born,
                number: view.person_number,
            },
            doctor_name: view.doctor_name,
            clinic_name: view.clinic_name,
            clinic_time_zone: view.clinic_zone,
            created_at: view.created_at,
            signed_at: view.signed_at,
            cancelled_at: view.cancelled_at,
            cancel_reason: view.cancel_reason,
            items: view.items.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ItemView> for PrescribedMedicine {
    fn from(ItemView { medicine, .. }: ItemView) -> Self {
        Self {
            medicine: medicine.medicine,
            strength: medicine.strength,
            form: medicine.form,
            dose: medicine.dose,
            route: medicine.route,
            frequency: medicine.frequency,
            duration: medicine.duration,
            quantity: medicine.quantity,
            refills: medicine.refills,
            note: medicine.note,
        }
    }
}
