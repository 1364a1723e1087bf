//! Invisible characters: which of them change the text where they stand, and which can be removed.

use super::digits::digit_value;

/// Whether a character is not visible by itself: Unicode's `Default_Ignorable_Code_Point`, and the marks of interlinear annotations.
pub(super) const fn is_invisible(character: char) -> bool {
    matches!(character,
        // Soft hyphen, combining grapheme joiner, Arabic letter mark.
        '\u{AD}' | '\u{34F}' | '\u{61C}'
        // Fillers that look like a space: Hangul, Khmer, halfwidth Hangul.
        | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}' | '\u{FFA0}'
        // Mongolian selectors and separator.
        | '\u{180B}'..='\u{180F}'
        // Zero-width characters, directional marks and overrides, joiners, invisible operators.
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        // Variation selectors, byte order mark, annotations.
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}'
        // Controls of shorthand and musical notation, tags, further variation selectors.
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether an invisible character changes how its neighbours are written and must stay. `before` is the last character that was kept.
pub(super) fn belongs(before: Option<char>, character: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match character {
        // Between letters of scripts in which letters join (RFC 5892, appendix A.1): `علی‌رضا`.
        '\u{200C}' => joins(before) && after.is_some_and(joins),
        // As above; also half forms at the end of a word (`ക്‍`), and emoji of several parts.
        '\u{200D}' => {
            is_virama(before)
                || joins(before) && after.is_some_and(joins)
                || (is_pictograph(before) || before == '\u{FE0F}') && after.is_some_and(is_pictograph)
        }
        '\u{FE0E}' | '\u{FE0F}' => is_pictograph(before) || matches!(before, '0'..='9' | '#' | '*' | '©' | '®'),
        '\u{180B}'..='\u{180D}' | '\u{180F}' => matches!(before, '\u{1820}'..='\u{18AA}'),
        // Variants of ideographs that matter to families: `辻󠄀`.
        '\u{E0100}'..='\u{E01EF}' => is_ideograph(before),
        // The flags of England, Scotland and Wales.
        '\u{E0020}'..='\u{E007F}' => before == '\u{1F3F4}' || matches!(before, '\u{E0020}'..='\u{E007E}'),
        _ => false,
    }
}

/// Whether a character cannot be shown: a control character, the replacement character, a private-use character or a noncharacter.
pub(super) fn is_unreadable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' | '\u{FDD0}'..='\u{FDEF}')
        || u32::from(character) & 0xFFFE == 0xFFFE
}

/// Letters and marks of scripts in which neighbouring letters change each other's shape.
fn joins(character: char) -> bool {
    let of_such_a_script = matches!(character,
        // Arabic, Syriac, N'Ko, Mandaic.
        '\u{600}'..='\u{8FF}' | '\u{FB50}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        // The scripts of India and Sri Lanka, Tibetan, Burmese, Khmer, Mongolian, and the scripts of Indonesia.
        | '\u{900}'..='\u{DFF}' | '\u{F00}'..='\u{109F}' | '\u{1780}'..='\u{18AF}' | '\u{1A20}'..='\u{1AAF}' | '\u{1B00}'..='\u{1C4F}'
        | '\u{1CD0}'..='\u{1CFF}' | '\u{A800}'..='\u{A82F}' | '\u{A840}'..='\u{A8FF}' | '\u{A980}'..='\u{A9FF}' | '\u{AA60}'..='\u{AA7F}'
        | '\u{ABC0}'..='\u{ABFF}' | '\u{10A00}'..='\u{10A5F}' | '\u{11000}'..='\u{11FFF}');
    of_such_a_script && digit_value(character).is_none()
}

/// The signs that remove the vowel of a consonant.
const fn is_virama(character: char) -> bool {
    matches!(
        character,
        '\u{94D}'
            | '\u{9CD}'
            | '\u{A4D}'
            | '\u{ACD}'
            | '\u{B4D}'
            | '\u{BCD}'
            | '\u{C4D}'
            | '\u{CCD}'
            | '\u{D4D}'
            | '\u{DCA}'
            | '\u{1039}'
    )
}

/// Emoji, and the symbols from which emoji are composed.
pub(crate) const fn is_pictograph(character: char) -> bool {
    matches!(character,
        '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{2328}' | '\u{232B}'..='\u{23FF}' | '\u{24C2}'
        | '\u{25A0}'..='\u{27BF}' | '\u{2900}'..='\u{297F}' | '\u{2B00}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}'
        | '\u{1F000}'..='\u{1FAFF}')
}

const fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

    #[test]
    fn every_format_character_of_unicode_is_known() {
        // Format characters that are visible: signs above numbers in Arabic, Syriac and Kaithi, and the controls that arrange hieroglyphs.
        let drawn = |c: char| {
            matches!(c, '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{70F}' | '\u{890}' | '\u{891}' | '\u{8E2}' | '\u{110BD}' | '\u{110CD}'
                | '\u{13430}'..='\u{1343F}')
        };
        for character in '\0'..=char::MAX {
            if character.general_category() == GeneralCategory::Format && !drawn(character) {
                assert!(is_invisible(character), "U+{:04X}", u32::from(character));
            }
        }
    }
}
