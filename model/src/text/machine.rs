//! Text that programs compare: addresses, codes, numbers.

use super::{clean::visible, digits::ascii_digit, invisible::is_invisible};
use unicode_normalization::UnicodeNormalization;

/// The text in the form that programs compare: without invisible characters, with fullwidth characters and the digits of every script in ASCII,
/// the rest composed (NFC), and trimmed. Joiners within a Persian or Indic word stay: two domains may differ only by a joiner (RFC 5892). An input
/// method for Chinese or Japanese writes `ａ＠ｂ．ｃ`, an Arabic keyboard `٣`.
#[must_use]
pub fn machine_form(text: &str) -> String {
    let is_compared = |character: &char| !is_invisible(*character) || matches!(character, '\u{200C}' | '\u{200D}');
    let plain: String = visible(text).chars().filter(is_compared).map(ascii_of).nfc().collect();
    plain.trim().to_owned()
}

fn ascii_of(character: char) -> char {
    if let Some(digit) = ascii_digit(character) {
        return digit;
    }
    match character {
        // U+FF01 to U+FF5E are the fullwidth forms of the ASCII characters, in the same order.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        '\u{3000}' => ' ',
        // The Arabic decimal separator.
        '\u{66B}' => '.',
        other => other,
    }
}

/// Whether people type this character as a hyphen in a number: dashes, the minus sign, and the long-vowel mark next to the digits of a
/// Japanese keyboard.
#[must_use]
pub const fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{30FC}' | '\u{FE58}' | '\u{FE63}' | '\u{FF70}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_keyboards_write_the_same() {
        for (typed, plain) in [
            ("ｉｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ida@example.org"),
            ("\u{202A}+44 20\u{202C}", "+44 20"),
            ("٣", "3"),
            ("\u{FEFF}７Ｋ３－９ＱＦ\u{3000}", "7K3-9QF"),
            ("१२٫५", "12.5"),
            ("Ame\u{301}lie", "Amélie"),
            ("ｅ\u{301}", "é"),
            ("\u{200D}٧\u{200C}٨\u{FE0F}", "78"),
            ("نامه\u{200C}ای", "نامه\u{200C}ای"),
        ] {
            assert_eq!(machine_form(typed), plain);
        }
    }
}
