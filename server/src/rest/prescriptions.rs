//! Reading prescriptions.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    formats::PDF,
    payload::{List, Query, one_of},
    problem::ErrorBody,
};
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

/// A prescription in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct PrescriptionSummary {
    /// Which one.
    id: Uuid,
    /// Its number.
    #[schema(examples("RX-7K3-9QF-2X"))]
    number: String,
    /// Where it stands. Drafts are seen by their author only.
    #[schema(schema_with = state)]
    state: &'static str,
    /// The visit that it was written at.
    visit_id: Uuid,
    /// For whom.
    patient_name: String,
    /// By whom.
    doctor_name: String,
    /// When it was signed, or begun while it is a draft.
    at: Timestamp,
    /// The medicines' names, in order.
    medicines: Vec<String>,
}

/// A prescription.
#[derive(Serialize, ToSchema)]
pub(super) struct Prescription {
    /// Which one.
    id: Uuid,
    /// Its number.
    #[schema(examples("RX-7K3-9QF-2X"))]
    number: String,
    /// Where it stands. Drafts are seen by their author only.
    #[schema(schema_with = state)]
    state: &'static str,
    /// The visit that it was written at.
    visit_id: Uuid,
    /// For whom.
    patient: PrescribedFor,
    /// By whom.
    doctor_name: String,
    /// Where.
    clinic_name: String,
    /// The clinic's IANA zone.
    clinic_time_zone: String,
    /// When it was begun.
    created_at: Timestamp,
    /// When it was signed.
    signed_at: Option<Timestamp>,
    /// When it was taken back.
    cancelled_at: Option<Timestamp>,
    /// Why it was taken back.
    cancel_reason: Option<String>,
    /// The medicines, in order.
    items: Vec<PrescribedMedicine>,
}

/// For whom a prescription is.
#[derive(Serialize, ToSchema)]
struct PrescribedFor {
    /// Who it is.
    id: Uuid,
    /// The full name.
    name: String,
    /// The date of birth.
    date_of_birth: Date,
    /// The number for the desk.
    #[schema(examples("7K3-9QF-2X"))]
    number: String,
}

/// One medicine.
#[derive(Serialize, ToSchema)]
struct PrescribedMedicine {
    /// The medicine's name.
    #[schema(examples("Amoxicillin"))]
    medicine: String,
    /// The strength with its unit.
    #[schema(examples("500 mg"))]
    strength: String,
    /// The form.
    #[schema(examples("capsule"))]
    form: String,
    /// How much at a time.
    #[schema(examples("1 capsule"))]
    dose: String,
    /// How it is taken.
    #[schema(examples("by mouth"))]
    route: String,
    /// How often.
    #[schema(examples("three times a day"))]
    frequency: String,
    /// For how long.
    #[schema(examples("7 days"))]
    duration: String,
    /// How much to dispense.
    #[schema(examples("21 capsules"))]
    quantity: String,
    /// How many times it may be dispensed again.
    refills: u16,
    /// What else pharmacist or patient should know.
    note: Option<String>,
}

/// The paper.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(super) struct Paper(Vec<u8>);

impl IntoResponse for Paper {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// Which page of the list.
#[derive(Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PrescriptionQuery {
    /// `next_cursor` of the page before.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<PrescriptionId>,
    /// How many items a page has; 20 when it is missing.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for PrescriptionQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (cursor, limit) = (fields.optional("cursor", fields::id), fields.optional("limit", fields::limit));
        Some(Self { cursor, limit })
    }
}

/// The prescriptions that the caller may see, the newest first.
///
/// A patient's own, a doctor's own with the drafts, those of a clinic for its pharmacy.
#[utoipa::path(
    get, path = "/prescriptions", tag = "prescriptions", operation_id = "list_prescriptions", params(PrescriptionQuery),
    responses(
        (status = 200, description = "A page of prescriptions.", body = List<PrescriptionSummary>),
        (status = 403, description = "`access.forbidden`: the role has no prescriptions.", body = ErrorBody),
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

/// One prescription.
#[utoipa::path(
    get, path = "/prescriptions/{prescription_id}", tag = "prescriptions", operation_id = "get_prescription",
    params(("prescription_id" = Uuid, Path, description = "Which.")),
    responses((status = 200, description = "The prescription.", body = Prescription))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<PrescriptionId>,
) -> Result<Json<Prescription>, Problem> {
    Ok(Json(retry(|| prescriptions::get(&domain, &access, id)).await?.into()))
}

/// The paper of a signed prescription.
#[utoipa::path(
    get, path = "/prescriptions/{prescription_id}/pdf", tag = "prescriptions", operation_id = "get_prescription_pdf",
    params(("prescription_id" = Uuid, Path, description = "Which.")),
    responses((
        status = 200, description = "The paper, as it is printed. A draft has none.", body = inline(Paper), content_type = "application/pdf",
        headers(("Content-Disposition" = String, description = "A name for the file that says nothing about anybody."))
    ))
)]
pub(super) async fn pdf(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<PrescriptionId>,
) -> Result<([(HeaderName, String); 2], Paper), Problem> {
    let (name, bytes) = retry(|| prescriptions::pdf(&domain, &access, id)).await?;
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
