//! Inviting staff from a CSV file: a check names each wrong row by its line and column, and the import invites all of them or nobody.

use super::{
    invite,
    store::{
        Parsed, holds,
        import::{clinic_names, is_invited},
        is_of,
    },
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
};
use model::{
    csv::{self, Row},
    errors::FieldFault,
    identity::{ALL_CLINICS, EmailAddress, PersonName, StaffImportReport, StaffRowFault, StaffRowProblem, parse_given_role},
    ids::ClinicId,
    text::visible,
};
use std::collections::HashSet;

/// The most people in one file.
pub const MOST_STAFF: usize = 500;

/// The columns. The first line names them, in any order.
const COLUMNS: [&str; 4] = ["email", "name", "role", "clinic"];

/// A file with staff.
#[derive(Clone)]
pub struct ImportStaff {
    /// The content of the file. Its first line names the columns: `email`, `role`, `clinic` (a name, an id, or [`ALL_CLINICS`]), and if wanted `name`.
    pub csv: String,
    /// Whether to invite the people. Otherwise the file is only checked.
    pub invite: bool,
}

/// Checks a file with staff, and invites them if that is asked for and nothing is wrong. An administrator of a clinic invites to that clinic only.
///
/// # Errors
/// `request.fields_invalid` with the field `csv`: `Missing` for a file without people, `Malformed` when the first line does not name the columns, or a quotation
/// mark is missing; `TooMany`. `identity.invitation_exists` when somebody else invites one of them at the same moment. `access.forbidden` for callers who are not
/// administrators; `access.sign_in_needed`.
pub async fn import_staff(domain: &Domain, access: &Access, command: ImportStaff) -> Result<StaffImportReport> {
    let own_clinic = access.scope(ResourceKind::Membership)?.clinic;
    let by = access.acting()?.user;
    let rows = csv::table(&command.csv, COLUMNS, &["email", "role", "clinic"], MOST_STAFF)
        .map_err(|fault| Error::field("csv", fault))?;
    let mut tx = domain.begin("identity.import_staff", access).await?;
    let clinics = Clinics { known: clinic_names(tx.connection(), own_clinic).await?, has_all: own_clinic.is_none() };
    let (mut invitations, mut faults, mut seen) = (Vec::new(), Vec::<StaffRowFault>::new(), HashSet::new());
    for row in &rows {
        let parsed = match parse(row, &clinics) {
            Ok(parsed) => parsed,
            Err(wrong) => {
                faults.extend(wrong);
                continue;
            }
        };
        let problem = if !seen.insert((parsed.email.key().to_owned(), parsed.role, parsed.clinic)) {
            Some(StaffRowProblem::Twice)
        } else if is_of(tx.connection(), &parsed, by).await? {
            Some(StaffRowProblem::OwnAddress)
        } else if holds(tx.connection(), &parsed).await? {
            Some(StaffRowProblem::RoleHeld)
        } else if is_invited(tx.connection(), &parsed).await? {
            Some(StaffRowProblem::InvitationExists)
        } else {
            None
        };
        faults.extend(problem.map(|problem| StaffRowFault { line: row.line, field: "email".to_owned(), problem }));
        invitations.push(parsed);
    }
    let invited = command.invite && faults.is_empty();
    let report = StaffImportReport { rows: u32::try_from(rows.len()).unwrap_or(u32::MAX), faults, invited };
    if !invited {
        tx.close().await?;
        return Ok(report);
    }
    for invitation in &invitations {
        invite(&mut tx, invitation).await?;
    }
    let entry = Audit::of(AuditAction::IdentityStaffImported).with("rows", i64::from(report.rows));
    tx.commit(own_clinic.into_iter().fold(entry, |entry, clinic| entry.with_id("clinic", clinic))).await?;
    Ok(report)
}

/// The clinics that the caller may invite to.
struct Clinics {
    known: Vec<(ClinicId, String)>,
    /// Whether the caller may give a role in all clinics.
    has_all: bool,
}

impl Clinics {
    /// The clinic that a text names, without regard to upper and lower case, to how accents are encoded and to white space; `None` for all clinics.
    fn find(&self, text: &str) -> Result<Option<ClinicId>, StaffRowProblem> {
        let unknown = StaffRowProblem::Value(FieldFault::UnknownChoice);
        if text.is_empty() {
            return Err(StaffRowProblem::Value(FieldFault::Missing));
        }
        let id: Option<ClinicId> = text.parse().ok();
        let name = compared(text);
        let mut found = self.known.iter().filter(|(clinic, named)| id == Some(*clinic) || compared(named) == name);
        match (found.next(), found.next()) {
            (Some((clinic, _)), None) => Ok(Some(*clinic)),
            (Some(_), Some(_)) => Err(StaffRowProblem::ClinicAmbiguous),
            (None, _) if self.has_all && name == ALL_CLINICS => Ok(None),
            (None, _) => Err(unknown),
        }
    }
}

/// The form of the name of a clinic that is compared: spreadsheets write accents in two ways.
fn compared(name: &str) -> String {
    visible(name).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Parses a row, or returns everything that is wrong with it.
fn parse(row: &Row<4>, clinics: &Clinics) -> Result<Parsed, Vec<StaffRowFault>> {
    let [email, name, role, clinic] = &row.fields;
    let mut faults = Vec::new();
    let mut wrong = |field: &str, problem| faults.push(StaffRowFault { line: row.line, field: field.to_owned(), problem });
    let email = EmailAddress::parse(email).map_err(|fault| wrong("email", StaffRowProblem::Value(fault))).ok();
    let name = match name.as_str() {
        "" => Some(None),
        name => PersonName::parse(name).map(Some).map_err(|fault| wrong("name", StaffRowProblem::Value(fault))).ok(),
    };
    let role = parse_given_role(&role.to_lowercase()).map_err(|fault| wrong("role", StaffRowProblem::Value(fault))).ok();
    let clinic = clinics.find(clinic).map_err(|problem| wrong("clinic", problem)).ok();
    match (email, name, role, clinic) {
        (Some(email), Some(name), Some(role), Some(clinic)) => Ok(Parsed { email, name, role, clinic }),
        _ => Err(faults),
    }
}
