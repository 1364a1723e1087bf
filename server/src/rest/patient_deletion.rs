//! Deleting patients who were registered by mistake, and bringing them back.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{List, Query},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    directory::{self, DeletePatient, ListDeletedPatients},
    error::retry,
};
use jiff::{Timestamp, civil::Date};
use model::{
    directory::DeletedPatientRow,
    ids::{EventId, PatientId},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Deletes a patient who was registered by mistake. For 30 days the patient can be brought back.
#[utoipa::path(
    delete, path = "/patients/{patient_id}", tag = "patients", operation_id = "delete_patient",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 204, description = "The patient is deleted."),
        (status = 403, description = "`access.forbidden`: the caller does not register patients, or another clinic keeps the record.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such patient, or the caller may not know of them.", body = ErrorBody),
        (status = 409, description = "`directory.patient_in_use`: the patient has an account, an appointment or somebody who acts for them, or another clinic \
            knows them. `directory.clinic_needed`: the caller does not act in a clinic.", body = ErrorBody),
    )
)]
pub(super) async fn delete(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
) -> Result<StatusCode, Problem> {
    let command = DeletePatient { patient, version: None };
    retry(|| directory::delete_patient(&domain, &access, command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A deleted patient who can be brought back.
#[derive(Serialize, ToSchema)]
pub(super) struct DeletedPatient {
    /// The id of the patient.
    patient_id: Uuid,
    /// The full name.
    name: String,
    /// The date of birth.
    date_of_birth: Date,
    /// When the patient was deleted.
    deleted_at: Timestamp,
    /// Until when the patient can be brought back.
    final_at: Timestamp,
}

impl From<DeletedPatientRow> for DeletedPatient {
    fn from(row: DeletedPatientRow) -> Self {
        let DeletedPatientRow { id: _, patient, name, date_of_birth, deleted_at, final_at } = row;
        Self { patient_id: patient.into(), name, date_of_birth, deleted_at, final_at }
    }
}

/// Selects a page of deleted patients.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeletedPatientQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<EventId>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for DeletedPatientQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id), limit: fields.optional("limit", fields::limit) })
    }
}

/// Lists the patients whom the caller's clinic has deleted and can bring back, the newest first.
#[utoipa::path(
    get, path = "/deleted-patients", tag = "patients", operation_id = "list_deleted_patients", params(DeletedPatientQuery),
    responses(
        (status = 200, description = "A page of deleted patients.", body = List<DeletedPatient>),
        (status = 403, description = "`access.forbidden`: the caller does not register patients.", body = ErrorBody),
        (status = 404, description = "`not_found`: the caller works at no clinic.", body = ErrorBody),
        (status = 409, description = "`directory.clinic_needed`: the caller does not act in a clinic.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<DeletedPatientQuery>,
) -> Result<Json<List<DeletedPatient>>, Problem> {
    let command = ListDeletedPatients { after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| directory::list_deleted_patients(&domain, &access, command)).await?)))
}

/// Brings a deleted patient back.
#[utoipa::path(
    post, path = "/deleted-patients/{patient_id}/bring-back", tag = "patients", operation_id = "bring_back_patient",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 204, description = "The patient is back."),
        (status = 403, description = "`access.forbidden`: the caller does not register patients.", body = ErrorBody),
        (status = 404, description = "`not_found`: the caller's clinic has not deleted this patient, or the 30 days are over.", body = ErrorBody),
        (status = 409, description = "`request.stale`: somebody else has brought the patient back at the same moment.", body = ErrorBody),
    )
)]
pub(super) async fn bring_back(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
) -> Result<StatusCode, Problem> {
    retry(|| directory::bring_back_patient(&domain, &access, patient)).await?;
    Ok(StatusCode::NO_CONTENT)
}
