//! Checks of form values, as pure functions.

use crate::document::printable;
use jiff::civil::Date;
use model::{
    directory::SpokenLanguage,
    errors::FieldFault,
    text::{machine_form, many_lines, single_line},
};

/// The longest reason of a decision, in characters.
pub(super) const REASON_CHARS: usize = 1_000;
/// The longest text about a doctor, in characters.
pub(super) const ABOUT_CHARS: usize = 2_000;
/// The longest licence number or authority name, in characters.
pub(super) const LINE_CHARS: usize = 120;
/// The most specialties or languages of one doctor.
pub(super) const MOST_CHOICES: usize = 5;

/// The most qualifications of one doctor.
pub(super) const MOST_QUALIFICATIONS: usize = 10;

/// One line that is printed on documents.
pub(super) fn printed_line(text: &str) -> Result<String, FieldFault> {
    let line = single_line(text, LINE_CHARS)?;
    if printable(&line).is_ok() { Ok(line) } else { Err(FieldFault::Unprintable) }
}

/// A licence number, with all digits converted to ASCII digits, because it is compared with other licences.
pub(super) fn licence_number(text: &str) -> Result<String, FieldFault> {
    printed_line(&machine_form(text))
}

/// One line of text.
pub(super) fn line(text: &str) -> Result<String, FieldFault> {
    single_line(text, LINE_CHARS)
}

/// One line of text; may be empty.
pub(super) fn optional_line(text: &str) -> Result<Option<String>, FieldFault> {
    match line(text) {
        Err(FieldFault::Missing) => Ok(None),
        read => read.map(Some),
    }
}

/// Several lines; may be empty.
pub(super) fn lines(text: &str, most: usize) -> Result<String, FieldFault> {
    match many_lines(text, most) {
        Err(FieldFault::Missing) => Ok(String::new()),
        read => read,
    }
}

/// The reason for a decision; it must not be blank.
pub(super) fn reason(text: &str) -> Result<String, FieldFault> {
    many_lines(text, REASON_CHARS)
}

/// The last day of a licence, which must not be over.
pub(super) fn not_over(date: Date, today: Date) -> Result<Date, FieldFault> {
    if date < today { Err(FieldFault::NotFuture) } else { Ok(date) }
}

/// A day that must not lie ahead.
pub(super) fn not_ahead(date: Date, today: Date) -> Result<Date, FieldFault> {
    if date > today { Err(FieldFault::NotPast) } else { Ok(date) }
}

/// Whether the three fields of a date are empty.
pub(super) fn is_empty(fields: &[String; 3]) -> bool {
    fields.iter().all(|field| field.trim().is_empty())
}

/// The chosen items, each once, in the order in which they were chosen.
pub(super) fn choices(typed: &[String]) -> Result<Vec<String>, FieldFault> {
    let mut chosen: Vec<String> = Vec::new();
    for choice in typed.iter().map(|choice| choice.trim()).filter(|choice| !choice.is_empty()) {
        if !chosen.iter().any(|known| known == choice) {
            chosen.push(choice.to_owned());
        }
    }
    match chosen.len() {
        0 => Err(FieldFault::Missing),
        1..=MOST_CHOICES => Ok(chosen),
        _ => Err(FieldFault::too_many(MOST_CHOICES)),
    }
}

/// What a doctor has learned and where, an entry a line; may be empty.
pub(super) fn qualifications(typed: &[String]) -> Result<Vec<String>, FieldFault> {
    let entries = typed.iter().map(|entry| optional_line(entry)).collect::<Result<Vec<_>, _>>()?;
    let entries: Vec<String> = entries.into_iter().flatten().collect();
    if entries.len() > MOST_QUALIFICATIONS { Err(FieldFault::too_many(MOST_QUALIFICATIONS)) } else { Ok(entries) }
}

/// The languages in which a doctor consults.
pub(super) fn languages(typed: &[String]) -> Result<Vec<String>, FieldFault> {
    let chosen = choices(typed)?;
    if chosen.iter().all(|tag| SpokenLanguage::find(tag).is_some()) { Ok(chosen) } else { Err(FieldFault::UnknownChoice) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn choices_are_kept_once_in_their_order() {
        let typed = ["b", "", " a ", "b"].map(str::to_owned);
        assert_eq!(choices(&typed), Ok(vec!["b".to_owned(), "a".to_owned()]));
        assert_eq!(choices(&[String::new()]), Err(FieldFault::Missing));
        assert_eq!(languages(&["tlh".to_owned()]), Err(FieldFault::UnknownChoice));
    }

    #[test]
    fn a_licence_is_good_on_its_last_day() {
        let today = date(2026, 11, 22);
        assert_eq!(not_over(today, today), Ok(today));
        assert_eq!(not_over(date(2026, 11, 21), today), Err(FieldFault::NotFuture));
    }

    #[test]
    fn a_licence_can_be_printed_and_compared() {
        assert_eq!(licence_number("\u{200F}ＭＤ ٤٤٥\u{200B}６"), Ok("MD 4456".to_owned()));
        assert_eq!(licence_number("東-12"), Err(FieldFault::Unprintable));
        assert_eq!(printed_line(" Ärztekammer  Łódź "), Ok("Ärztekammer Łódź".to_owned()));
        assert_eq!(printed_line("日本医師会"), Err(FieldFault::Unprintable));
        assert_eq!(printed_line("\u{AD}"), Err(FieldFault::Missing));
    }

    #[test]
    fn a_reason_has_words_and_hides_nothing() {
        assert_eq!(reason(" Wrong\r\nnumber "), Ok("Wrong\nnumber".to_owned()));
        assert_eq!(reason(" \n "), Err(FieldFault::Missing));
        assert_eq!(reason("a\u{202E}b"), Ok("ab".to_owned()));
        assert_eq!(reason("\u{200B}\u{3164}"), Err(FieldFault::Missing));
        assert_eq!(reason("a\u{7}b"), Err(FieldFault::ForbiddenCharacter));
        assert_eq!(lines("\u{200B}", 9), Ok(String::new()));
        assert_eq!(reason(&"a".repeat(1_001)), Err(FieldFault::too_long(REASON_CHARS)));
    }
}
