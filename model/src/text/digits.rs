//! Decimal digits of all scripts.

/// The zero of each script (Unicode 17, general category Nd); the other nine digits follow it.
const ZEROS: [u32; 77] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20, 0x1040,
    0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0,
    0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0,
    0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11DE0, 0x11F50, 0x16130,
    0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1,
    0x1E950, 0x1FBF0,
];

/// The value of a decimal digit of any script, 0 to 9.
#[must_use]
pub fn digit_value(character: char) -> Option<u8> {
    if character.is_ascii() {
        return u8::try_from(character).ok().filter(u8::is_ascii_digit).map(|byte| byte - b'0');
    }
    let code = u32::from(character);
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    u8::try_from(code - zero).ok().filter(|value| *value < 10)
}

/// The ASCII digit with the same value.
pub(super) fn ascii_digit(character: char) -> Option<char> {
    digit_value(character).map(|value| char::from(b'0' + value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

    #[test]
    fn digits_have_their_values_in_every_script() {
        for (digits, script) in [
            ("٠١٢٣٤٥٦٧٨٩", "Arabic"),
            ("۰۱۲۳۴۵۶۷۸۹", "Persian"),
            ("०१२३४५६७८९", "Devanagari"),
            ("０１２３４５６７８９", "fullwidth"),
        ] {
            let values: Vec<u8> = digits.chars().filter_map(digit_value).collect();
            assert_eq!(values, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "{script}");
        }
        for other in ['a', '/', ':', '²', '½', '三', '①'] {
            assert_eq!(digit_value(other), None, "{other}");
        }
    }

    #[test]
    fn the_table_holds_every_decimal_digit_of_unicode() {
        for character in '\0'..=char::MAX {
            if character.general_category() == GeneralCategory::DecimalNumber {
                assert!(digit_value(character).is_some(), "U+{:04X}", u32::from(character));
            }
        }
    }
}
