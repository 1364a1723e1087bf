//! The import of patients from a CSV file.

use super::{
    Problem,
    callers::SignedIn,
    fields::{self, Fields, FromFields},
    import_mode::ImportMode,
    payload::{Body, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    directory::{self, ImportPatients},
    error::retry,
};
use model::directory::{ImportReport, RowFault, RowProblem};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn mode() -> Object {
    one_of(["check", "register"])
}

/// A file with patients.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "mode": "check", "csv": "name,date_of_birth,phone\nAmara Osei,1980-02-29,+44 7700 900123\n" }))]
pub(super) struct PatientFile {
    /// `check` names what is wrong and registers nobody; `register` registers all patients of the file if nothing is wrong.
    #[schema(schema_with = mode)]
    mode: ImportMode,
    /// The content of the file, at most 500 patients. Its first line names the columns: `name` and `date_of_birth`, and if wanted `latin_name` and `phone`.
    csv: String,
    /// The id of the clinic that registers them; needed when the caller's role covers all clinics.
    clinic_id: Option<Uuid>,
}

impl FromFields for PatientFile {
    fn read(fields: &mut Fields) -> Option<Self> {
        let mode = ImportMode::read(fields, "register");
        let csv = fields.required("csv", fields::text);
        let clinic_id = fields.optional("clinic_id", fields::id);
        Some(Self { mode: mode?, csv: csv?, clinic_id })
    }
}

/// What came of reading a file with patients.
#[derive(Serialize, ToSchema)]
pub(super) struct PatientFileReport {
    /// How many patients the file has.
    rows: u32,
    /// What is wrong, in the order of the file. While anything is, nobody is registered.
    faults: Vec<PatientRowFault>,
    /// Whether the patients were registered.
    registered: bool,
}

/// What is wrong with one row.
#[derive(Serialize, ToSchema)]
struct PatientRowFault {
    /// The line on which the row begins, counted from 1.
    line: u32,
    /// The column.
    field: String,
    /// The fault of the value; `likely_known` for a patient who is likely known, and has to be compared; `twice` for one who is in the file twice.
    #[schema(examples("missing"))]
    fault: &'static str,
}

impl From<ImportReport> for PatientFileReport {
    fn from(report: ImportReport) -> Self {
        let ImportReport { rows, faults, registered } = report;
        Self { rows, faults: faults.into_iter().map(Into::into).collect(), registered }
    }
}

impl From<RowFault> for PatientRowFault {
    fn from(fault: RowFault) -> Self {
        let RowFault { line, field, problem } = fault;
        let fault = match problem {
            RowProblem::Value(fault) => fault.as_str(),
            RowProblem::LikelyKnown => "likely_known",
            RowProblem::Twice => "twice",
        };
        Self { line, field, fault }
    }
}

/// Checks a file with patients, or registers all of them at a clinic: the caller's own, or the one that is named.
#[utoipa::path(
    post, path = "/patients/import", tag = "patients", operation_id = "import_patients", request_body = PatientFile,
    responses(
        (status = 200, description = "What came of it.", body = PatientFileReport),
        (status = 403, description = "`access.forbidden`: the caller may see patients but not register them.", body = ErrorBody),
        (status = 404, description = "`not_found`: the caller does not work with patients, or there is no such clinic.", body = ErrorBody),
        (status = 409, description = "`directory.clinic_needed`: the caller's role covers all clinics, and the request names none.", body = ErrorBody),
    )
)]
pub(super) async fn import(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(file): Body<PatientFile>,
) -> Result<Json<PatientFileReport>, Problem> {
    let command =
        ImportPatients { csv: file.csv, register: file.mode == ImportMode::Import, clinic: file.clinic_id.map(Into::into) };
    Ok(Json(retry(|| directory::import_patients(&domain, &access, command.clone())).await?.into()))
}
