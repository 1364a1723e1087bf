//! ICD-10-CM, the release of April 2026: a hundred thousand codes that come with the binary and are searched in the database.

use super::{rules, store};
use crate::{Domain, Error, Result, access::Access, db::Tx};
use flate2::read::GzDecoder;
use model::{errors::FieldFault, records::Icd10Code};
use std::io::Read as _;

/// `code,billable,description`, with a header line.
static RELEASE: &[u8] = include_bytes!("../../data/icd10cm-2026-04.csv.gz");

/// How many codes a search answers with.
const BEST: i64 = 20;

/// The fewest letters to which a word is cut.
const SHORTEST: usize = 3;

/// The most characters that a search looks at.
const LONGEST: usize = 100;

/// Brings the table of codes to this binary's release, and their words to its rules of spelling; answers how many codes there are. Where that is
/// done already, nothing is written. Codes that a newer release dropped stay, because diagnoses name them.
///
/// # Errors
/// `database.unavailable`.
pub async fn load_icd10cm(domain: &Domain) -> Result<u64> {
    let mut text = Vec::new();
    GzDecoder::new(RELEASE).read_to_end(&mut text).map_err(Error::internal)?;
    let release = text.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1) as u64;
    let mut connection = domain.pool().acquire().await?;
    let known = store::codes_known(&mut connection).await?;
    if known.current >= release && known.stale == 0 {
        return Ok(known.current);
    }
    store::load_codes(&mut connection, &text).await?;
    Ok(store::codes_known(&mut connection).await?.current)
}

/// The codes that fit best: by the beginning of the code (`J45`, `e119`), else by all of the words, each of which may be the beginning of one.
/// Only codes that can be recorded; headings cannot.
///
/// While a word is typed, each beginning of it finds at least what the whole word finds (of which the best are answered), in British and in
/// American spelling. Descriptions with the words as they were typed come first.
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
    if found.is_empty() {
        found = by_words(&mut tx, rules::search_words(query)).await?;
    }
    tx.close().await?;
    Ok(found)
}

/// Looks for descriptions with all of the words. A word that leads nowhere (`vomited`) is cut from its end until it leads somewhere; what its
/// beginnings find is then the same, so nothing vanishes while it is typed.
async fn by_words(tx: &mut Tx, mut words: Vec<String>) -> Result<Vec<Icd10Code>> {
    let Some(last) = words.pop() else { return Ok(Vec::new()) };
    let mut before = Vec::with_capacity(words.len());
    for word in &words {
        match known_beginning(tx, word).await? {
            Some(beginning) => before.push(beginning),
            None => return Ok(Vec::new()),
        }
    }
    // After other words the last one may vanish altogether: `pain in the`.
    let shortest = if before.is_empty() { SHORTEST } else { 0 };
    for cut in 0..=rules::MOST_CUT {
        // Each word stands in some description, but perhaps not with the others: `fractured femur`.
        let shorter: Vec<&str> =
            words.iter().zip(before.iter().copied()).map(|(word, known)| rules::cut(word, known, cut, SHORTEST)).collect();
        if cut > 0 && shorter == before {
            continue;
        }
        before = shorter;
        for beginning in rules::beginnings(&last, shortest) {
            let asked: Vec<&str> = before.iter().copied().chain([beginning]).collect();
            let found = store::codes_saying(tx, &rules::prefix_query(&asked), &rules::whole_query(&asked), BEST).await?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
    }
    Ok(Vec::new())
}

/// The longest beginning of a word that some description has.
async fn known_beginning<'a>(tx: &mut Tx, word: &'a str) -> Result<Option<&'a str>> {
    for beginning in rules::beginnings(word, SHORTEST) {
        if store::any_code_says(tx, &rules::prefix_query(&[beginning])).await? {
            return Ok(Some(beginning));
        }
    }
    Ok(None)
}
