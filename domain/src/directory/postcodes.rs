//! Where postcodes and clinics are. There is no network, so an operator imports a table of postcodes; without it, only the clinics' own postcodes are known.

use super::store::postcodes::{self as store, Row};
use crate::{
    Domain, Error, Result,
    access::Access,
    audit::{Audit, AuditAction},
};
use model::{
    csv,
    directory::{Country, ImportReport, RowFault, RowProblem},
    errors::FieldFault,
    ids::{ClinicId, RequestId},
    place::{Position, Postcode},
};
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashSet};

/// The most postcodes in one file. Great Britain has 1.8 million, in files by area.
const MOST_ROWS: usize = 500_000;
/// How many rows one statement inserts.
const BATCH: usize = 10_000;
/// The columns. The first line names them, in any order.
const COLUMNS: [&str; 4] = ["country", "postcode", "latitude", "longitude"];

/// Where a clinic is.
pub(crate) struct ClinicPlace {
    pub(crate) clinic: ClinicId,
    pub(crate) country: String,
    pub(crate) postcode: Option<Postcode>,
    pub(crate) position: Position,
}

/// The clinics whose position is known.
pub(crate) async fn clinic_places(connection: &mut PgConnection) -> Result<Vec<ClinicPlace>> {
    store::clinics(connection).await
}

/// Where a postcode is: in this country, if it is known there; otherwise in the only country that is known to have it. `None` if it is not known, or if several other
/// countries have it. What was imported comes before the clinics that have the postcode.
pub(crate) async fn place_of(
    connection: &mut PgConnection,
    postcode: &Postcode,
    country: Option<&str>,
    clinics: &[ClinicPlace],
) -> Result<Option<Position>> {
    let at_clinics = clinics.iter().filter(|place| place.postcode.as_ref() == Some(postcode));
    let mut known: BTreeMap<String, Position> = at_clinics.map(|place| (place.country.clone(), place.position)).collect();
    known.extend(store::positions(connection, postcode).await?);
    if let Some(position) = country.and_then(|country| known.get(country)) {
        return Ok(Some(*position));
    }
    Ok(if known.len() == 1 { known.into_values().next() } else { None })
}

/// Checks a file with postcodes, and keeps them all if that is asked for and nothing is wrong. A postcode that is known already gets the new position. Only an operator
/// calls it, from the command line.
///
/// # Errors
/// `request.fields_invalid` with the field `csv`: `Missing` for a file without postcodes, `Malformed` when the first line does not name the columns `country`, `postcode`,
/// `latitude` and `longitude`, or a quotation mark is missing; `TooMany`.
pub async fn import_postcodes(domain: &Domain, csv: &str, keep: bool) -> Result<ImportReport> {
    let rows = csv::table(csv, COLUMNS, &COLUMNS, MOST_ROWS).map_err(|fault| Error::field("csv", fault))?;
    let (mut read, mut faults, mut seen) = (Vec::with_capacity(rows.len()), Vec::<RowFault>::new(), HashSet::new());
    for csv::Row { line, fields } in &rows {
        match parse(fields) {
            Ok(row) if seen.insert((row.country.clone(), row.postcode.clone())) => read.push(row),
            Ok(_) => faults.push(RowFault { line: *line, field: "postcode".to_owned(), problem: RowProblem::Twice }),
            Err(wrong) => faults.extend(wrong.into_iter().map(|(field, fault)| RowFault {
                line: *line,
                field,
                problem: RowProblem::Value(fault),
            })),
        }
    }
    let registered = keep && faults.is_empty();
    let report = ImportReport { rows: u32::try_from(rows.len()).unwrap_or(u32::MAX), faults, registered };
    if registered {
        let access = Access::system(domain.new_id::<RequestId>());
        let mut tx = domain.begin("directory.import_postcodes", &access).await?;
        for some in read.chunks(BATCH) {
            store::keep(&mut tx, some).await?;
        }
        tx.commit(Audit::of(AuditAction::DirectoryPostcodesImported).with("rows", i64::from(report.rows))).await?;
    }
    Ok(report)
}

fn parse([country, postcode, latitude, longitude]: &[String; 4]) -> std::result::Result<Row, Vec<(String, FieldFault)>> {
    let country = Country::parse(country).map_err(|fault| ("country".to_owned(), fault));
    let postcode = Postcode::parse(postcode).map_err(|fault| ("postcode".to_owned(), fault));
    match (country, postcode, Position::parse(latitude, longitude)) {
        (Ok(country), Ok(postcode), Ok(position)) => {
            Ok(Row { country: country.as_str().to_owned(), postcode: postcode.as_str().to_owned(), position })
        }
        (country, postcode, position) => {
            let on_map = position.err().unwrap_or_default().into_iter().map(|wrong| (wrong.field, wrong.fault));
            Err([country.err(), postcode.err()].into_iter().flatten().chain(on_map).collect())
        }
    }
}
