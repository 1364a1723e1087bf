//! Searching the encrypted text of one patient's record. The database cannot search it, so the newest notes with their addenda, the newest
//! entries and the newest letters are decrypted and searched in memory, and the answer says how many they were.

use super::{
    store::{self, signatures},
    subjects::{EntriesOf, LettersOf, NotesOf},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Follow, Read},
    },
    audit::{Audit, AuditAction},
};
use model::{
    access::Role,
    errors::{Code, FieldFault},
    ids::PatientId,
    records::{EntryField, EntryView, FoundIn, FoundText, RecordSearchView, SoapNote},
    text::fold::fold_for_search,
};
use std::{cmp::Reverse, fmt};

/// The most notes, the most entries and the most letters that a search decrypts.
const SEARCHED: usize = 500;
/// The most texts that an answer lists.
const LISTED: usize = 100;
/// The longest search text, in characters.
const LONGEST: usize = 100;
/// The longest excerpt, in characters.
const EXCERPT: usize = 200;

/// Searches the text of a record.
#[derive(Clone)]
pub struct SearchRecord {
    /// The patient; without one, the patient on whose behalf the caller acts.
    pub patient: Option<PatientId>,
    /// The words. With none, nothing is searched.
    pub query: String,
}

/// Leaves out the words, which are medical.
impl fmt::Debug for SearchRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchRecord").field("patient", &self.patient).finish_non_exhaustive()
    }
}

/// The texts of a record that have all of the words, each as a part of some word. Only the newest versions are searched, and notes only for those who read them.
///
/// # Errors
/// `request.fields_invalid` with the field `query` when it is too long; `not_found`; `access.forbidden` when the caller names no patient and acts for none.
pub async fn search(domain: &Domain, access: &Access, query: SearchRecord) -> Result<RecordSearchView> {
    if query.query.chars().count() > LONGEST {
        return Err(Error::field("query", FieldFault::too_long(LONGEST)));
    }
    let patient = match query.patient {
        Some(patient) => patient,
        None => access.acting_patient()?,
    };
    let folded = fold_for_search(&query.query);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let mut tx = domain.begin_reading("records.search", access).await?;
    let permit = tx.permit(Read, EntriesOf(patient)).await?;
    let mut view = RecordSearchView {
        patient,
        patient_name: store::name_of_patient(&mut tx, patient).await?.ok_or(Code::NotFound)?,
        query: query.query.trim().to_owned(),
        found: Vec::new(),
        is_cut: false,
        notes: None,
        has_older_notes: false,
        entries: 0,
        has_older_entries: false,
        letters: 0,
        has_older_letters: false,
    };
    if words.is_empty() {
        tx.close().await?;
        return Ok(RecordSearchView { query: String::new(), ..view });
    }
    // Patients read the plan of a visit in its summary, and no notes.
    if access.acting()?.role != Role::Patient {
        let of_notes = tx.permit_also(&permit, Follow, NotesOf(patient)).await?;
        let mut notes = store::newest_notes(&mut tx, &of_notes, SEARCHED + 1).await?;
        view.has_older_notes = notes.len() > SEARCHED;
        notes.truncate(SEARCHED);
        view.notes = Some(notes.len());
        let found = notes.iter().filter_map(|(encounter, at, note)| {
            let excerpt = excerpt(&parts(note), &words)?;
            Some(FoundText { place: FoundIn::Note(*encounter), at: *at, excerpt })
        });
        view.found.extend(found);
        let mut addenda = signatures::newest_addenda(&mut tx, &of_notes, SEARCHED + 1).await?;
        view.has_older_notes |= addenda.len() > SEARCHED;
        addenda.truncate(SEARCHED);
        let found = addenda.into_iter().filter_map(|(encounter, at, text)| {
            let excerpt = excerpt(&[text], &words)?;
            Some(FoundText { place: FoundIn::Note(encounter), at, excerpt })
        });
        view.found.extend(found);
    }
    let mut entries = store::entries(&mut tx, &permit, None, SEARCHED + 1).await?;
    view.has_older_entries = entries.len() > SEARCHED;
    entries.truncate(SEARCHED);
    view.entries = entries.len();
    let found = entries.iter().filter_map(|entry| {
        let excerpt = excerpt(&lines(entry), &words)?;
        Some(FoundText { place: FoundIn::Entry(entry.id), at: entry.written_at, excerpt })
    });
    view.found.extend(found);
    let of_letters = tx.permit_also(&permit, Read, LettersOf(patient)).await?;
    let mut issued = store::newest_letters(&mut tx, &of_letters, SEARCHED + 1).await?;
    view.has_older_letters = issued.len() > SEARCHED;
    issued.truncate(SEARCHED);
    view.letters = issued.len();
    let found = issued.into_iter().filter_map(|(letter, at, content)| {
        let excerpt = excerpt(&[content.text, content.recipient.unwrap_or_default()], &words)?;
        Some(FoundText { place: FoundIn::Letter(letter), at, excerpt })
    });
    view.found.extend(found);
    view.found.sort_by_key(|text| Reverse(text.at));
    view.is_cut = view.found.len() > LISTED;
    view.found.truncate(LISTED);
    tx.commit(Audit::read(AuditAction::RecordsSearched).patient(patient).on(ResourceKind::Patient, patient)).await?;
    Ok(view)
}

fn parts(note: &SoapNote) -> Vec<String> {
    [&note.subjective, &note.objective, &note.assessment, &note.plan].map(Clone::clone).to_vec()
}

/// What an entry says in words that people have typed, and its diagnosis.
fn lines(view: &EntryView) -> Vec<String> {
    let typed = view.entry.typed(view.source);
    let fields = [
        EntryField::Name,
        EntryField::Code,
        EntryField::Strength,
        EntryField::Dose,
        EntryField::Lot,
        EntryField::Place,
        EntryField::Text,
    ];
    let mut lines: Vec<String> = fields.into_iter().map(|field| typed.get(field).to_owned()).collect();
    if let Some(code) = &view.code {
        lines.push(code.description.clone());
        lines.extend(code.plain.clone());
    }
    lines
}

/// If the texts have all words between them, the first line that has one of the words.
fn excerpt(texts: &[String], words: &[&str]) -> Option<String> {
    let lines: Vec<(&str, String)> =
        texts.iter().flat_map(|text| text.lines()).map(|line| (line, fold_for_search(line))).collect();
    let has = |word: &&str| lines.iter().any(|(_, folded)| folded.contains(word));
    if !words.iter().all(has) {
        return None;
    }
    let (line, _) = lines.iter().find(|(_, folded)| words.iter().any(|word| folded.contains(word)))?;
    let mut cut: String = line.chars().take(EXCERPT).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    Some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_by_all_of_its_words_and_shown_by_one_line() {
        let texts = ["No fever.\nA dry COUGH at night.".to_owned(), "Rest".to_owned()];
        assert_eq!(excerpt(&texts, &["cough"]).as_deref(), Some("A dry COUGH at night."));
        assert_eq!(excerpt(&texts, &["rest", "fev"]).as_deref(), Some("No fever."));
        assert_eq!(excerpt(&texts, &["cough", "pain"]), None);
        let long = ["x".repeat(EXCERPT + 1)];
        assert_eq!(excerpt(&long, &["x"]).map(|text| text.chars().count()), Some(EXCERPT + 1));
    }
}
