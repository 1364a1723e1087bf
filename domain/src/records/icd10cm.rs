//! ICD-10-CM, the release of April 2026: a hundred thousand codes, embedded in the binary and searched in the database.

use super::{choices, lay_words, rules, spelling, store};
use crate::{Domain, Error, Result, access::Access, db::Tx, text::TypedWords};
use flate2::read::GzDecoder;
use model::{errors::FieldFault, records::Icd10Code};
use std::{collections::HashSet, io::Read as _};

/// `code,billable,description`, with a header line.
static RELEASE: &[u8] = include_bytes!("../../data/icd10cm-2026-04.csv.gz");

/// The most codes that a search returns.
const BEST: i64 = 20;

/// The fewest letters to which a word is shortened.
const SHORTEST: usize = 3;

/// The longest search text, in characters.
const LONGEST: usize = 100;

/// The text of the release.
pub(super) fn release() -> Result<String> {
    let mut text = String::new();
    GzDecoder::new(RELEASE).read_to_string(&mut text).map_err(Error::internal)?;
    Ok(text)
}

/// Brings the table of codes to this binary's release, and the codes' words to its rules of spelling; returns how many codes there are. If this is
/// already done, nothing is written. Codes that a newer release dropped stay, because diagnoses refer to them.
///
/// # Errors
/// `database.unavailable`.
pub async fn load_icd10cm(domain: &Domain) -> Result<u64> {
    let text = release()?;
    let release = text.bytes().filter(|byte| *byte == b'\n').count().saturating_sub(1) as u64;
    let mut connection = domain.pool().acquire().await?;
    let known = store::codes_known(&mut connection).await?;
    if known.current >= release && known.stale == 0 {
        return Ok(known.current);
    }
    store::load_codes(&mut connection, text.as_bytes()).await?;
    Ok(store::codes_known(&mut connection).await?.current)
}

/// The codes that match best: by the beginning of the code (`J45`, `e119`), otherwise by all of the words, each of which may be the beginning of a
/// word. Only codes that can be recorded are found, not headings.
///
/// While a word is typed, each beginning of it finds at least what the whole word finds (of which the best are returned), in British and in American
/// spelling. Descriptions that contain the words as typed come first; before them, what patients call a complaint: `sore throat` finds J02.9. Words with which nothing
/// is found are taken for typing errors of the nearest known ones. What the caller has marked as a favourite comes before everything, then what they have recorded.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the field `query` when it is too long.
pub async fn search_icd10cm(domain: &Domain, access: &Access, query: &str) -> Result<Vec<Icd10Code>> {
    let user = access.acting()?.user;
    if query.chars().count() > LONGEST {
        return Err(Error::field("query", FieldFault::too_long(LONGEST)));
    }
    let mut tx = domain.begin_reading("records.search_icd10cm", access).await?;
    let mut found = match rules::code_prefix(query) {
        Some(prefix) => store::codes_beginning(&mut tx, &prefix, BEST).await?,
        None => Vec::new(),
    };
    if found.is_empty() {
        found = forgiving(&mut tx, query).await?;
    }
    let mut found = choices::first(&mut tx, user, query, found).await?;
    found.truncate(usize::try_from(BEST).unwrap_or(usize::MAX));
    tx.close().await?;
    Ok(found)
}

/// The codes of a text; if it has none, those of the text with its typing errors mended: `pnuemonia` finds a pneumonia.
async fn forgiving(tx: &mut Tx, query: &str) -> Result<Vec<Icd10Code>> {
    let found = worded(tx, query).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    match spelling::mended(&rules::search_words(query))? {
        Some(words) => worded(tx, &words.join(" ")).await,
        None => Ok(found),
    }
}

/// The codes of a text that is in patients' words, then those whose descriptions have its words, then those of patients' words that are a part of it.
async fn worded(tx: &mut Tx, query: &str) -> Result<Vec<Icd10Code>> {
    let lay = lay_words::codes(&TypedWords::new(query));
    let mut found = listed(tx, &lay.exact).await?;
    found.extend(by_words(tx, rules::search_words(query)).await?);
    found.extend(listed(tx, &lay.near).await?);
    let mut seen = HashSet::new();
    found.retain(|code| seen.insert(code.code.clone()));
    found.truncate(usize::try_from(BEST).unwrap_or(usize::MAX));
    Ok(found)
}

async fn listed(tx: &mut Tx, codes: &[String]) -> Result<Vec<Icd10Code>> {
    if codes.is_empty() { Ok(Vec::new()) } else { store::codes_listed(tx, codes).await }
}

/// Looks for descriptions with all of the words. A word that matches nothing (`vomited`) is shortened at its end until it matches. Its beginnings
/// then find the same codes, so no result disappears while the word is typed. A word before the last one is complete, so any other ending of it
/// matches as well: `fractured femur` finds a fracture of the femur.
async fn by_words(tx: &mut Tx, mut words: Vec<String>) -> Result<Vec<Icd10Code>> {
    let Some(last) = words.pop() else { return Ok(Vec::new()) };
    let mut stems = Vec::with_capacity(words.len());
    for word in &words {
        match known_beginning(tx, word).await? {
            Some(beginning) => stems.push(shared_beginning(beginning, &store::english_stem(tx, beginning).await?)),
            None => return Ok(Vec::new()),
        }
    }
    // If there are other words, the last one may be dropped completely: `pain in the`.
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

/// The letters with which both words begin: the stem of `happy` is `happi`. If they share fewer than [`SHORTEST`] letters, the whole word.
fn shared_beginning<'a>(word: &'a str, stem: &str) -> &'a str {
    let shared = word.char_indices().zip(stem.chars()).take_while(|((_, letter), other)| letter == other);
    let end = shared.last().map_or(0, |((at, letter), _)| at + letter.len_utf8());
    if word[..end].chars().count() < SHORTEST { word } else { &word[..end] }
}

/// The longest beginning of a word that occurs in some description.
async fn known_beginning<'a>(tx: &mut Tx, word: &'a str) -> Result<Option<&'a str>> {
    for beginning in rules::beginnings(word, SHORTEST) {
        if store::any_code_says(tx, &rules::prefix_query(&[beginning])).await? {
            return Ok(Some(beginning));
        }
    }
    Ok(None)
}
