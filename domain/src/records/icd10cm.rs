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
/// beginnings find is then the same, so nothing vanishes while it is typed. A word before the last one is whole, so any other ending of it will do:
/// `fractured femur` finds a fracture of the femur.
async fn by_words(tx: &mut Tx, mut words: Vec<String>) -> Result<Vec<Icd10Code>> {
    let Some(last) = words.pop() else { return Ok(Vec::new()) };
    let mut stems = Vec::with_capacity(words.len());
    for word in &words {
        match known_beginning(tx, word).await? {
            Some(beginning) => stems.push(shared_beginning(beginning, &store::english_stem(tx, beginning).await?)),
            None => return Ok(Vec::new()),
        }
    }
    // After other words the last one may vanish altogether: `pain in the`.
    let shortest = if stems.is_empty() { SHORTEST } else { 0 };
    for beginning in rules::beginnings(&last, shortest) {
        let asked: Vec<&str> = stems.iter().copied().chain([beginning]).collect();
        let typed: Vec<&str> = words.iter().map(String::as_str).chain([beginning]).collect();
        let found = store::codes_saying(tx, &rules::prefix_query(&asked), &rules::whole_query(&typed), BEST).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The letters with which both words begin: the stem of `happy` is `happi`. Of a word that shares fewer than [`SHORTEST`] with its stem, the word.
fn shared_beginning<'a>(word: &'a str, stem: &str) -> &'a str {
    let shared = word.char_indices().zip(stem.chars()).take_while(|((_, letter), other)| letter == other);
    let end = shared.last().map_or(0, |((at, letter), _)| at + letter.len_utf8());
    if word[..end].chars().count() < SHORTEST { word } else { &word[..end] }
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
