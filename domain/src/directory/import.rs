//! Importing patients from a CSV file: a dry run names each wrong row by its line and column, and the import registers all of them or nobody.

use super::{
    registration::{NewPatient, Registrar, Typed},
    store::{
        self,
        registration::{self, Known},
    },
};
use crate::{
    Domain, Error, Result,
    access::{Access, actions::Create},
    audit::{Audit, AuditAction},
};
use model::{
    csv::{self, Row},
    directory::{ImportReport, RowFault, RowProblem},
    errors::{Code, FieldError, FieldFault},
    ids::ClinicId,
    text::fold::fold_for_search,
};
use std::collections::{BTreeSet, HashSet};

/// The most patients in one file.
pub const MOST_ROWS: usize = 500;

/// The columns. The first line names them, in any order.
const COLUMNS: [&str; 4] = ["name", "latin_name", "date_of_birth", "phone"];

/// A file with patients.
#[derive(Clone)]
pub struct ImportPatients {
    /// The content of the file. Its first line names the columns: `name` and `date_of_birth` (`1980-02-29`), and if wanted `latin_name` and `phone`.
    pub csv: String,
    /// Whether to register the patients. Otherwise the file is only checked.
    pub register: bool,
    /// The clinic that registers them, for a caller whose role covers all clinics. Any other caller registers at their own.
    pub clinic: Option<ClinicId>,
}

/// Checks a file with patients, and registers them at a clinic if that is asked for and nothing is wrong.
///
/// # Errors
/// `request.fields_invalid` with the field `csv`: `Missing` for a file without patients, `Malformed` when the first line does not name the columns, or a quotation
/// mark is missing; `TooMany`. `directory.clinic_needed`; `not_found` for an unknown clinic; `not_found` and `access.forbidden` for callers who do not register patients.
pub async fn import_patients(domain: &Domain, access: &Access, command: ImportPatients) -> Result<ImportReport> {
    let registrar = Registrar(access.acting()?.user);
    let mut tx = domain.begin("directory.import_patients", access).await?;
    let permit = tx.permit(Create, registrar).await?;
    let clinic = access.acting()?.clinic.or(command.clinic).ok_or(Code::ClinicNeeded)?;
    let zone = registration::zone_of(&mut tx, clinic).await?;
    let rows = rows(&command.csv).map_err(|fault| Error::field("csv", fault))?;
    if command.register {
        let read = rows.iter().filter_map(|(_, person)| Typed::parse(person, tx.now()).ok());
        let births = read.map(|read| read.birth.date()).collect();
        registration::lock_births(&mut tx, &permit, &births).await?;
    }
    let (mut typed, mut faults, mut seen) = (Vec::new(), Vec::<RowFault>::new(), HashSet::new());
    let mut known = BTreeSet::new();
    for (line, person) in &rows {
        let read = match Typed::parse(person, tx.now()) {
            Ok(read) => read,
            Err(error) if error.field_errors().is_empty() => return Err(error),
            Err(error) => {
                faults.extend(error.field_errors().iter().map(|wrong| fault_of(*line, wrong)));
                // A text that is not a date is a fault of day, month and year.
                faults.dedup();
                continue;
            }
        };
        let named = |problem| RowFault { line: *line, field: "name".to_owned(), problem };
        if !seen.insert((fold_for_search(read.name.name().as_str()), read.birth)) {
            faults.push(named(RowProblem::Twice));
        } else {
            // Families share a phone number, and a row has no way to say that it is another person.
            let likely = registration::likely(&mut tx, &permit, &read, clinic).await?;
            known.extend(likely.iter().filter(|likely| likely.same_person).map(|likely| likely.id));
            if likely.iter().any(|likely| likely.same_person) {
                faults.push(named(RowProblem::LikelyKnown));
            }
        }
        typed.push(read);
    }
    let registered = command.register && faults.is_empty();
    let report = ImportReport { rows: u32::try_from(rows.len()).unwrap_or(u32::MAX), faults, registered };
    if !registered {
        if known.is_empty() {
            tx.close().await?;
        } else {
            // The report says that these people are patients of the organisation.
            let found = i64::try_from(known.len()).unwrap_or(i64::MAX);
            let entry = Audit::of(AuditAction::DirectoryLikelyPatientsListed).patients(known);
            tx.commit(entry.with("found", found)).await?;
        }
        return Ok(report);
    }
    let mut patients = Vec::with_capacity(typed.len());
    for read in &typed {
        let patient = store::insert_patient(&mut tx, &read.name, read.birth, read.phone.as_ref(), &zone).await?;
        registration::link(&mut tx, &permit, patient, (clinic, Known::Registered), None).await?;
        patients.push(patient);
    }
    let entry = Audit::of(AuditAction::DirectoryPatientsImported).with_id("clinic", clinic).with("rows", i64::from(report.rows));
    tx.commit(entry.patients(patients)).await?;
    Ok(report)
}

/// The patients of a file, with their lines.
fn rows(text: &str) -> Result<Vec<(u32, NewPatient)>, FieldFault> {
    let rows = csv::table(text, COLUMNS, &["name", "date_of_birth"], MOST_ROWS)?;
    let person = |Row { line, fields: [name, latin_name, born, phone] }: Row<4>| {
        (line, NewPatient { name, latin_name, date_of_birth: parts(&born), phone })
    };
    Ok(rows.into_iter().map(person).collect())
}

/// Day, month and year of an ISO date. A text that is not a date becomes a day that cannot be parsed.
fn parts(date: &str) -> [String; 3] {
    match date.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] => [day, month, year].map(|part| (*part).to_owned()),
        [""] => Default::default(),
        _ => [date, "?", "?"].map(str::to_owned),
    }
}

/// A wrong value; the parts of a date are one column.
fn fault_of(line: u32, wrong: &FieldError) -> RowFault {
    let is_date = wrong.field.starts_with("date_of_birth");
    let field = if is_date { "date_of_birth".to_owned() } else { wrong.field.clone() };
    RowFault { line, field, problem: RowProblem::Value(wrong.fault) }
}
