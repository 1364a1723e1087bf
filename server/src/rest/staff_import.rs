//! The import of staff from a CSV file.

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
    error::retry,
    identity::{self, ImportStaff},
};
use model::identity::{StaffImportReport, StaffRowFault as Fault, StaffRowProblem};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

fn mode() -> Object {
    one_of(["check", "invite"])
}

/// A file with staff.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "mode": "check", "csv": "email,role,clinic\nnina.nurse@people.example,nurse,Riverside Clinic\n" }))]
pub(super) struct StaffFile {
    /// `check` names what is wrong and invites nobody; `invite` invites everybody in the file if nothing is wrong.
    #[schema(schema_with = mode)]
    mode: ImportMode,
    /// The content of the file, at most 500 people. Its first line names the columns: `email`, `role` and `clinic`, and if wanted `name`. A clinic is its
    /// name or its id, or `all` for all clinics.
    csv: String,
}

impl FromFields for StaffFile {
    fn read(fields: &mut Fields) -> Option<Self> {
        let mode = ImportMode::read(fields, "invite");
        let csv = fields.required("csv", fields::text);
        Some(Self { mode: mode?, csv: csv? })
    }
}

/// What came of reading a file with staff.
#[derive(Serialize, ToSchema)]
pub(super) struct StaffFileReport {
    /// How many people the file has.
    rows: u32,
    /// What is wrong, in the order of the file. While anything is, nobody is invited.
    faults: Vec<StaffRowFault>,
    /// Whether the people were invited.
    invited: bool,
}

/// What is wrong with one row.
#[derive(Serialize, ToSchema)]
struct StaffRowFault {
    /// The line on which the row begins, counted from 1.
    line: u32,
    /// The column.
    field: String,
    /// The fault of the value; `clinic_ambiguous` for a name that several clinics have; `twice` for a role that is in the file twice; `own_address`
    /// for the address of whoever imports; `role_held` and
    /// `invitation_exists` for a person who has the role or is invited to it already.
    #[schema(examples("missing"))]
    fault: &'static str,
}

impl From<StaffImportReport> for StaffFileReport {
    fn from(report: StaffImportReport) -> Self {
        let StaffImportReport { rows, faults, invited } = report;
        Self { rows, faults: faults.into_iter().map(Into::into).collect(), invited }
    }
}

impl From<Fault> for StaffRowFault {
    fn from(fault: Fault) -> Self {
        let Fault { line, field, problem } = fault;
        let fault = match problem {
            StaffRowProblem::Value(fault) => fault.as_str(),
            StaffRowProblem::ClinicAmbiguous => "clinic_ambiguous",
            StaffRowProblem::Twice => "twice",
            StaffRowProblem::OwnAddress => "own_address",
            StaffRowProblem::RoleHeld => "role_held",
            StaffRowProblem::InvitationExists => "invitation_exists",
        };
        Self { line, field, fault }
    }
}

/// Checks a file with staff, or invites everybody in it.
#[utoipa::path(
    post, path = "/invitations/import", tag = "organisation", operation_id = "import_staff", request_body = StaffFile,
    responses(
        (status = 200, description = "What came of it.", body = StaffFileReport),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
        (status = 409, description = "`identity.invitation_exists`: one of the people was invited at the same moment.", body = ErrorBody),
    )
)]
pub(super) async fn import(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(file): Body<StaffFile>,
) -> Result<Json<StaffFileReport>, Problem> {
    let command = ImportStaff { csv: file.csv, invite: file.mode == ImportMode::Import };
    Ok(Json(retry(|| identity::import_staff(&domain, &access, command.clone())).await?.into()))
}
