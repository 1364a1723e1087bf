//! ICD-10-CM, the release of April 2026: a hundred thousand codes that come with the binary and are searched in the database.

use super::{rules, store};
use crate::{Domain, Error, Result, access::Access};
use flate2::read::GzDecoder;
use model::{errors::FieldFault, records::Icd10Code};
use std::io::Read as _;

/// `code,billable,description`, with a header line.
static RELEASE: &[u8] = include_bytes!("../../data/icd10cm-2026-04.csv.gz");

/// How many codes a search answers with.
const BEST: i64 = 20;

/// The most characters that a search looks at.
const LONGEST: usize = 100;

/// Brings the table of codes to this binary's release and answers how many codes there are. Where it stands already, nothing is written. Codes
/// that a newer release dropped stay, because diagnoses name them.
///
/// # Errors
/// `database.unavailable`.
pub async fn load_icd10cm(domain: &Domain) -> Result<u64> {
    let mut text = Vec::new();
    GzDecoder::new(RELEASE).read_to_end(&mut text).map_err(Error::internal)?;
    let release = text.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1) as u64;
    let mut connection = domain.pool().acquire().await?;
    let known = store::codes_known(&mut connection).await?;
    if known >= release {
        return Ok(known);
    }
    store::load_codes(&mut connection, &text).await?;
    store::codes_known(&mut connection).await
}

/// The codes that fit best: by the beginning of the code (`J45`, `e119`), else by all of the words, each of which may be the beginning of one.
/// Only codes that can be recorded; headings cannot.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the field `query` when it is too long.
pub async fn search_icd10cm(domain: &Domain, access: &Access, query: &str) -> Result<Vec<Icd10Code>> {
    access.acting()?;
    if query.chars().count() > LONGEST {
        return Err(Error::field("query", FieldFault::TooLong));
    }
    let mut tx = domain.begin("records.search_icd10cm", access).await?;
    let mut found = match rules::code_prefix(query) {
        Some(prefix) => store::codes_beginning(&mut tx, &prefix, BEST).await?,
        None => Vec::new(),
    };
    if found.is_empty()
        && let Some(words) = rules::search_words(query)
    {
        found = store::codes_saying(&mut tx, &words, BEST).await?;
    }
    tx.close().await?;
    Ok(found)
}
