//! What was changed about a clinic that the caller manages, by whom and when.

use super::super::{
    Problem,
    callers::{Id, SignedIn},
    payload::{List, one_of},
};
use axum::{Json, extract::State};
use domain::{Domain, directory, error::retry};
use jiff::Timestamp;
use model::{
    directory::{ClinicChange, ClinicField},
    ids::ClinicId,
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

fn field() -> Object {
    one_of(ClinicField::ALL.iter().map(|field| field.as_str()))
}

/// A change of a clinic.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct ClinicHistoryEntry {
    /// When; null if it was not kept.
    at: Option<Timestamp>,
    /// The name of the administrator who made it; null if it was not kept.
    by: Option<String>,
    /// What was changed.
    fields: Vec<ChangedClinicField>,
}

/// A field of a clinic before and after a change. Values are texts; those of an address, of opening hours and of a letterhead have lines. Days on which the
/// clinic is closed are three lines: the first day, the last day, the reason.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct ChangedClinicField {
    /// Which one.
    #[schema(schema_with = field)]
    field: &'static str,
    /// What it was; empty for nothing.
    before: String,
    /// What it is since; empty for nothing.
    after: String,
}

impl From<ClinicChange> for ClinicHistoryEntry {
    fn from(change: ClinicChange) -> Self {
        let fields = change.changed.into_iter();
        let fields = fields.map(|(field, before, after)| ChangedClinicField { field: field.as_str(), before, after });
        Self { at: change.at, by: change.by, fields: fields.collect() }
    }
}

/// Lists the changes of a clinic and of the days on which it is closed, the newest first.
#[utoipa::path(
    get, path = "/clinics/{clinic_id}/changes", tag = "organisation", operation_id = "list_clinic_changes",
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses((status = 200, description = "The changes, on one page.", body = List<ClinicHistoryEntry>))
)]
pub(in crate::rest) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
) -> Result<Json<List<ClinicHistoryEntry>>, Problem> {
    Ok(Json(List::whole(retry(|| directory::clinic(&domain, &access, clinic)).await?.history)))
}
