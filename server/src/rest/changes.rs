//! What was changed in the details of a patient, in the profile, the licences and the visit types of a doctor, or in an account, by whom and when.

use super::{
    Problem,
    callers::{Id, SignedIn},
    payload::{List, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{Domain, directory, error::retry, scheduling};
use jiff::Timestamp;
use model::{
    directory::{ChangeView, ChangesView, DetailChange, DetailField},
    ids::{DoctorId, PatientId, UserId},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

fn field() -> Object {
    one_of(DetailField::ALL.iter().map(|field| field.as_str()))
}

/// A change of one or more details.
#[derive(Serialize, ToSchema)]
pub(super) struct DetailsChange {
    /// When.
    at: Timestamp,
    /// The name of the person who made it.
    by: String,
    /// Which licence (its authority and number) or visit type (its name) was changed; null for what a person has once.
    of: Option<String>,
    /// The details that were changed.
    details: Vec<ChangedDetail>,
}

/// A detail before and after a change. A value is a list: of one text or date, of the lines of an address (its country and the days of a temporary one at the end), of
/// language tags or qualifications, or of the amount of a fee in minor units and its currency.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangedDetail {
    /// Which one.
    #[schema(schema_with = field)]
    field: &'static str,
    /// What it was; null for nothing.
    before: Option<Vec<String>>,
    /// What it is since; null for nothing.
    after: Option<Vec<String>>,
}

impl From<DetailChange> for ChangedDetail {
    fn from(change: DetailChange) -> Self {
        let (before, after) = (change.before.map(|value| value.lines()), change.after.map(|value| value.lines()));
        Self { field: change.field.as_str(), before, after }
    }
}

impl From<ChangeView> for DetailsChange {
    fn from(change: ChangeView) -> Self {
        let details = change.details.into_iter().map(Into::into).collect();
        Self { at: change.at, by: change.by, of: change.of, details }
    }
}

fn listed(changes: ChangesView) -> Json<List<DetailsChange>> {
    Json(List::whole(changes.items))
}

/// Lists the changes of the details of the patient on whose behalf the caller acts, the newest first, at most 200.
#[utoipa::path(
    get, path = "/me/changes", tag = "people", operation_id = "list_own_changes",
    responses(
        (status = 200, description = "The changes, on one page.", body = List<DetailsChange>),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient, or sees appointments only.", body = ErrorBody),
    )
)]
pub(super) async fn own(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<List<DetailsChange>>, Problem> {
    Ok(listed(retry(|| directory::own_changes(&domain, &access)).await?))
}

/// Lists the changes of the details of a patient that the desk sees (name, date of birth, phone number, address at home), the newest first, at most 200.
#[utoipa::path(
    get, path = "/patients/{patient_id}/changes", tag = "patients", operation_id = "list_patient_changes",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 200, description = "The changes, on one page.", body = List<DetailsChange>),
        (status = 403, description = "`access.forbidden`: the caller's clinic does not keep the record.", body = ErrorBody),
    )
)]
pub(super) async fn of_patient(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
) -> Result<Json<List<DetailsChange>>, Problem> {
    Ok(listed(retry(|| directory::changes_of_patient(&domain, &access, patient)).await?))
}

/// Lists the changes of the profile, the licences and the visit types of the doctor as whom the caller acts, the newest first, at most 200.
#[utoipa::path(
    get, path = "/me/profile/changes", tag = "people", operation_id = "list_profile_changes",
    responses(
        (status = 200, description = "The changes, on one page.", body = List<DetailsChange>),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn own_profile(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<DetailsChange>>, Problem> {
    Ok(listed(retry(|| scheduling::own_profile_changes(&domain, &access)).await?))
}

/// Lists the changes of a doctor's profile, licences and visit types, the newest first, at most 200.
#[utoipa::path(
    get, path = "/doctors/{doctor_id}/changes", tag = "organisation", operation_id = "list_doctor_changes",
    params(("doctor_id" = Uuid, Path, description = "The id of the doctor.")),
    responses(
        (status = 200, description = "The changes, on one page.", body = List<DetailsChange>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn of_doctor(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(doctor): Id<DoctorId>,
) -> Result<Json<List<DetailsChange>>, Problem> {
    Ok(listed(retry(|| scheduling::changes_of_doctor(&domain, &access, doctor)).await?))
}

/// Lists the changes of the caller's own account (name, time zone, language), the newest first, at most 200.
#[utoipa::path(
    get, path = "/me/account-changes", tag = "people", operation_id = "list_own_account_changes",
    responses((status = 200, description = "The changes, on one page.", body = List<DetailsChange>))
)]
pub(super) async fn own_account(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<DetailsChange>>, Problem> {
    Ok(listed(retry(|| directory::own_account_changes(&domain, &access)).await?))
}

/// Lists the changes of an account (name, time zone, language), the newest first, at most 200. It leaves an entry in the audit log.
#[utoipa::path(
    get, path = "/users/{user_id}/changes", tag = "organisation", operation_id = "list_user_changes",
    params(("user_id" = Uuid, Path, description = "The id of the account.")),
    responses((status = 200, description = "The changes, on one page.", body = List<DetailsChange>))
)]
pub(super) async fn of_user(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(user): Id<UserId>,
) -> Result<Json<List<DetailsChange>>, Problem> {
    Ok(listed(retry(|| directory::changes_of_account(&domain, &access, user)).await?))
}
