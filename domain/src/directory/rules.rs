//! What may be typed here: pure.

use jiff::civil::Date;
use model::{directory::SpokenLanguage, errors::FieldFault};

/// The longest reason of a decision, in characters.
pub(super) const REASON_CHARS: usize = 1_000;
/// The longest text about a doctor, in characters.
pub(super) const ABOUT_CHARS: usize = 2_000;
/// The longest number or name of an authority, in characters.
pub(super) const LINE_CHARS: usize = 120;
/// The most specialties or languages of one doctor.
pub(super) const MOST_CHOICES: usize = 5;

/// One line: trimmed, runs of blanks made one.
pub(super) fn line(text: &str) -> Result<String, FieldFault> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    visible(&line, LINE_CHARS)?;
    if line.is_empty() { Err(FieldFault::Missing) } else { Ok(line) }
}

/// Several lines, perhaps none.
pub(super) fn lines(text: &str, most: usize) -> Result<String, FieldFault> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    visible(&text, most)?;
    Ok(text)
}

/// The reason of a decision: at least one word.
pub(super) fn reason(text: &str) -> Result<String, FieldFault> {
    let text = lines(text, REASON_CHARS)?;
    if text.is_empty() { Err(FieldFault::Missing) } else { Ok(text) }
}

fn visible(text: &str, most: usize) -> Result<(), FieldFault> {
    if text
        .chars()
        .any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'))
    {
        return Err(FieldFault::ForbiddenCharacter);
    }
    if text.chars().count() > most { Err(FieldFault::TooLong) } else { Ok(()) }
}

/// The last day of a licence that is good today.
pub(super) fn not_over(date: Date, today: Date) -> Result<Date, FieldFault> {
    if date < today { Err(FieldFault::NotFuture) } else { Ok(date) }
}

/// Some of a list, each once, in the order of choosing.
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
        _ => Err(FieldFault::TooLong),
    }
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
    fn a_reason_has_words_and_hides_nothing() {
        assert_eq!(reason(" Wrong\r\nnumber "), Ok("Wrong\nnumber".to_owned()));
        assert_eq!(reason(" \n "), Err(FieldFault::Missing));
        assert_eq!(reason("a\u{202E}b"), Err(FieldFault::ForbiddenCharacter));
        assert_eq!(reason(&"a".repeat(1_001)), Err(FieldFault::TooLong));
    }
}
