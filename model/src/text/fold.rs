//! Folding for search: a search treats `Łukasz`, `LUKASZ` and `Lukasz` as the same.
//!
//! The folded form is only for comparison and is never shown. It is stored next to names (`name_search`), so a change of these rules needs a
//! migration that sets that column to null; the names are then folded again (`domain::schema::migrate`).

use super::digits::ascii_digit;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The form that searches compare: without compatibility forms, accents, case and punctuation; words are separated by single spaces.
///
/// Letters that have no decomposition are replaced by what people type for them (`ł` → `l`, `ß` → `ss`, `æ` → `ae`). Arabic loses its vowel signs
/// and the variants of alef, yeh and heh; Hebrew loses its points. Marks that are part of a letter (Indic vowel signs, Japanese voicing) stay.
#[must_use]
pub fn fold_for_search(text: &str) -> String {
    if text.is_ascii() { fold_ascii(text) } else { fold(text.chars()) }
}

/// [`fold`] for ASCII text, which has nothing to decompose. It takes a tenth of the time.
fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for byte in text.bytes().filter(|byte| !is_ignored(char::from(*byte))) {
        if byte.is_ascii_alphanumeric() {
            folded.push(char::from(byte.to_ascii_lowercase()));
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The folded form with German and Nordic letters spelled as two letters (`Müller` → `mueller`, `Åse` → `aase`); `None` if it is the same as
/// [`fold_for_search`].
#[must_use]
pub fn fold_spelled_out(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let spelled: String = text.nfc().flat_map(spelled_out).collect();
    let folded = fold(spelled.chars());
    (folded != fold_for_search(text)).then_some(folded)
}

/// The text that is stored for searching: the folded form and, on a second line, the spelled-out form if it differs.
#[must_use]
pub fn search_key(text: &str) -> String {
    let folded = fold_for_search(text);
    match fold_spelled_out(text) {
        Some(spelled_out) => format!("{folded}\n{spelled_out}"),
        None => folded,
    }
}

fn fold(text: impl Iterator<Item = char>) -> String {
    let mut folded = String::new();
    for character in text.filter(|c| !is_ignored(*c)).nfkd().filter(|c| !is_dropped_mark(*c) && !is_ignored(*c)) {
        if let Some(letters) = letters_for(character) {
            folded.push_str(letters);
        } else if let Some(digit) = ascii_digit(character) {
            folded.push(digit);
        } else if character.is_alphanumeric() || is_combining_mark(character) {
            folded.extend(character.to_lowercase().filter(|c| !is_dropped_mark(*c)));
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.trim_end().nfc().collect()
}

/// Apostrophes and quotation marks within names (`O’Connor`, `ד״ר`), and invisible characters. People omit both when they type.
fn is_ignored(character: char) -> bool {
    matches!(
        character,
        '\'' | '"' | '`' | '\u{B4}' | '\u{2B9}'..='\u{2BF}' | '\u{2C8}' | '\u{2018}'..='\u{201F}' | '\u{2032}' | '\u{2033}'
            | '\u{5F3}' | '\u{5F4}' | '\u{FF07}' | '\u{A78B}' | '\u{A78C}'
            // Soft hyphen, joiners, directional marks, byte order mark, variation selectors, tags, zero-width fillers.
            | '\0' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Marks that people omit when they type: accents of Latin, Greek and Cyrillic letters, Hebrew points, Arabic vowel signs and tatweel.
fn is_dropped_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}'
            | '\u{5C7}' | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}'
            | '\u{6DF}'..='\u{6E8}' | '\u{6EA}'..='\u{6ED}' | '\u{8D3}'..='\u{8FF}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}'
    )
}

/// The letters that people type for a letter without a decomposition.
fn letters_for(character: char) -> Option<&'static str> {
    Some(match character {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'þ' | 'Þ' => "th",
        'ø' | 'Ø' | 'ɔ' | 'Ɔ' | 'ɵ' | 'Ɵ' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' | 'ɖ' | 'Ɖ' | 'ɗ' | 'Ɗ' => "d",
        'ł' | 'Ł' | 'ƚ' | 'Ƚ' | 'ɫ' | 'Ɫ' => "l",
        'ı' | 'ɨ' | 'Ɨ' | 'ɩ' | 'Ɩ' => "i",
        'ŋ' | 'Ŋ' | 'ɲ' | 'Ɲ' => "n",
        'ħ' | 'Ħ' | 'ⱨ' | 'Ⱨ' => "h",
        'ŧ' | 'Ŧ' | 'ƭ' | 'Ƭ' => "t",
        'ĸ' | 'ƙ' | 'Ƙ' => "k",
        'ɓ' | 'Ɓ' | 'ƀ' | 'Ƀ' => "b",
        'ə' | 'Ə' | 'ǝ' | 'Ǝ' | 'ɛ' | 'Ɛ' => "e",
        'ɣ' | 'Ɣ' | 'ǥ' | 'Ǥ' => "g",
        'ƴ' | 'Ƴ' | 'ɏ' | 'Ɏ' => "y",
        'ʉ' | 'Ʉ' | 'ʊ' | 'Ʊ' => "u",
        'ƶ' | 'Ƶ' => "z",
        'ȷ' | 'ɉ' | 'Ɉ' => "j",
        // Greek writes the sigma at the end of a word differently.
        'ς' => "σ",
        'ґ' | 'Ґ' => "г",
        // Alef wasla, hamza alone, teh marbuta; then letters of Persian and Urdu that look like Arabic ones and are typed as them.
        'ٱ' => "ا",
        'ء' => "",
        'ة' | 'ۃ' | 'ە' | 'ہ' | 'ھ' => "ه",
        'ى' | 'ی' | 'ے' => "ي",
        'ک' | 'ڪ' => "ك",
        _ => return None,
    })
}

/// Spells German and Nordic letters as two letters, as people do whose keyboard lacks them.
fn spelled_out(character: char) -> impl Iterator<Item = char> {
    let pair = match character {
        'ä' | 'Ä' => ['a', 'e'],
        'ö' | 'Ö' | 'ø' | 'Ø' => ['o', 'e'],
        'ü' | 'Ü' => ['u', 'e'],
        'å' | 'Å' => ['a', 'a'],
        other => [other, '\0'],
    };
    pair.into_iter().filter(|c| *c != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ascii_is_folded_as_all_text_is(text in "[ -~]{0,40}") {
            prop_assert_eq!(fold_ascii(&text), fold(text.chars()));
        }
    }

    #[test]
    fn what_people_type_finds_what_others_write() {
        for (written, typed) in [
            ("Łukasz Żółć", "lukasz zolc"),
            ("Nguyễn Thị Ánh", "NGUYEN thi anh"),
            ("Muñoz", "Munoz"),
            ("Käthe", "Kathe"),
            ("Søren Ørsted", "soren orsted"),
            ("Đặng", "Dang"),
            ("Sigurður Þór", "sigurdur thor"),
            ("Strauß", "STRAUSS"),
            ("İbrahim Işık", "ibrahim isik"),
            ("O’Connor-Ní", "OConnor Ni"),
            ("Алёна Фёдорова", "алена федорова"),
            ("Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ"),
            ("أحمد إبراهيم", "احمد ابراهيم"),
            ("مُحَمَّد", "محمد"),
            ("فاطمة", "فاطمه"),
            ("علـــى", "علي"),
            ("مصطفی کریمی", "مصطفى كريمي"),
            ("שָׁלוֹם כֹּהֵן", "שלום כהן"),
            ("ד״ר כהן", "ד\"ר כהן"),
            ("ＹＡＭＡＤＡ", "yamada"),
            ("ﾔﾏﾀﾞ", "ヤマダ"),
            ("Lukasz\u{200B}", "lukasz"),
            ("Ward ٣", "ward 3"),
            ("Dr.  Ana\u{a0}María", "dr ana maria"),
        ] {
            assert_eq!(fold_for_search(written), fold_for_search(typed), "{written} and {typed}");
        }
    }

    #[test]
    fn letters_that_only_look_like_accents_stay_apart() {
        for (one, other) in [("राव", "रव"), ("が", "か"), ("คำ", "คา"), ("김", "기")] {
            assert_ne!(fold_for_search(one), fold_for_search(other), "{one} and {other}");
        }
        assert_eq!(fold_for_search("प्रिया"), "प्रिया", "a sign that joins two consonants does not part the word");
    }

    #[test]
    fn umlauts_are_found_by_both_spellings() {
        assert_eq!(search_key("Jörg Müller"), "jorg muller\njoerg mueller");
        assert_eq!(search_key("Jo\u{308}rg"), "jorg\njoerg");
        assert_eq!(fold_spelled_out("Åse Østergård").as_deref(), Some("aase oestergaard"));
        assert_eq!(search_key("Amara Osei"), "amara osei");
    }

    #[test]
    fn nothing_is_left_of_what_cannot_be_looked_for() {
        for text in ["", "\0", " \u{200B}\u{AD}", "%_\\", "\u{202E}", "'"] {
            assert_eq!(fold_for_search(text), "", "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_normal_form_of_the_writer_does_not_matter(text in "\\PC{0,24}") {
            let (composed, decomposed): (String, String) = (text.nfc().collect(), text.nfd().collect());
            prop_assert_eq!(fold_for_search(&composed), fold_for_search(&decomposed));
            prop_assert_eq!(fold_spelled_out(&composed), fold_spelled_out(&decomposed));
        }

        #[test]
        fn folding_twice_is_folding_once(text in ".{0,24}") {
            let once = fold_for_search(&text);
            prop_assert_eq!(fold_for_search(&once), once.clone());
            prop_assert!(!once.contains('\0') && !once.contains("  ") && once.trim() == once);
        }
    }
}
