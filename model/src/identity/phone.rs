//! Telephone numbers.

use super::numbering::{Fit, Plan};
use crate::{
    errors::{FieldFault, Length},
    text::{is_dash, machine_form},
    wire::{redacted, text_value},
};

/// An international telephone number in E.164 form: `+`, the country code, and the number as it is dialled from abroad.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Parses a number as people write it, in the digits of any script. Spaces, dots, dashes, slashes and brackets are removed; a leading `00`
    /// becomes `+`. The zero in `+44 (0)20 …` is removed because it is not dialled from abroad; the zero of `+39 06 …` is part of the number.
    ///
    /// # Errors
    /// `Missing`; `ForbiddenCharacter` for letters and similar; `TooShort` and `TooLong` with the limits of the country's numbering plan; `Malformed`
    /// when it is not international (no `+` or `00` before digits), the country code does not exist, or no number of the country has this length.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = machine_form(text);
        let mut written = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '0'..='9' => written.push(character),
                '+' if written.is_empty() => written.push('+'),
                '+' => return Err(FieldFault::Malformed),
                '(' | ')' | '[' | ']' | '.' | '/' | '\u{30FB}' => {}
                blank if blank.is_whitespace() || is_dash(blank) => {}
                _ => return Err(FieldFault::ForbiddenCharacter),
            }
        }
        if written.is_empty() {
            return Err(FieldFault::Missing);
        }
        let digits = written.strip_prefix('+').or_else(|| written.strip_prefix("00")).ok_or(FieldFault::Malformed)?;
        let (code, plan) = Plan::of(digits).ok_or(FieldFault::Malformed)?;
        let number = plan.dialled_from_abroad(&digits[code.len()..]);
        match plan.fit(number) {
            Fit::Possible => Ok(Self(format!("+{code}{number}"))),
            Fit::TooShort => Err(FieldFault::TooShort(Length::digits(code.len() + plan.shortest()))),
            Fit::TooLong => Err(FieldFault::TooLong(Length::digits(code.len() + plan.longest()))),
            Fit::Between => Err(FieldFault::Malformed),
        }
    }

    /// The E.164 form, e.g. `+442079460958`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with all but the last three digits hidden, for "we sent a code to …958".
    #[must_use]
    pub fn masked(&self) -> String {
        format!("…{}", &self.0[self.0.len() - 3..])
    }
}

redacted!(PhoneNumber);
text_value!(PhoneNumber);

#[cfg(test)]
mod tests {
    use super::*;

    /// A fixed and a mobile number of each plan, in E.164 and as people write it: the examples of libphonenumber 9.0.43.
    const EXAMPLES: &str = include_str!("phone_examples.txt");

    fn read(text: &str) -> String {
        PhoneNumber::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}")).as_str().to_owned()
    }

    #[test]
    fn common_writing_comes_to_one_form() {
        for text in [
            "+44 20 7946 0958",
            "0044 20 7946-0958",
            "+44 (0)20 7946 0958",
            "+44 020 7946 0958",
            "(+44) 20.7946.0958",
            "+44\u{a0}20/79460958",
            // Copied from a phone's contacts.
            "\u{202A}+44 20 7946 0958\u{202C}",
            "\u{2066}+44 20 7946\u{2011}0958\u{2069}",
            "＋４４　２０−７９４６ー０９５８",
            "+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨",
            "۰۰۴۴۲۰۷۹۴۶۰۹۵۸",
        ] {
            assert_eq!(read(text), "+442079460958", "{text}");
        }
        assert_eq!(PhoneNumber::parse("+442079460958").expect("a number").masked(), "…958");
    }

    #[test]
    fn a_zero_stays_where_it_is_dialled_from_abroad() {
        for (text, normal) in [
            ("+39 06 1234 5678", "+390612345678"),
            ("+39 (0)6 1234 5678", "+390612345678"),
            ("+39 348 123 4567", "+393481234567"),
            ("+378 0549 886377", "+3780549886377"),
            ("+225 01 23 45 67 89", "+2250123456789"),
            ("+242 06 612 3456", "+242066123456"),
            ("+49 (0)30 901820", "+4930901820"),
            ("+81 (0)90-1234-5678", "+819012345678"),
            ("+34 (0)91 123 45 67", "+34911234567"),
            ("+48 (0)22 123 45 67", "+48221234567"),
            ("+36 06 1 234 5678", "+3612345678"),
            ("+7 8 (495) 123-45-67", "+74951234567"),
            ("+52 1 55 1234 5678", "+525512345678"),
            ("+683 4000", "+6834000"),
            ("+290 22158", "+29022158"),
            ("+500 51234", "+50051234"),
        ] {
            assert_eq!(read(text), normal, "{text}");
        }
    }

    #[test]
    fn numbers_of_every_plan_are_read_as_they_are_written_there() {
        for line in EXAMPLES.lines() {
            let (normal, written) = line.split_once('\t').expect("two forms");
            assert_eq!(read(written), normal, "{written}");
            let arabic: String =
                written.chars().map(|c| c.to_digit(10).and_then(|value| char::from_u32(0x660 + value)).unwrap_or(c)).collect();
            assert_eq!(read(&format!("\u{200F}{arabic}\u{200F}")), normal, "{arabic}");
            // The trunk prefix zero, for plans in which no number begins with a zero.
            let (code, rest) = written.split_once(' ').expect("a code");
            if Plan::of(&code[1..]).is_some_and(|(_, plan)| !plan.keeps_zero) {
                assert_eq!(read(&format!("{code} (0){rest}")), normal, "{code} (0){rest}");
            }
        }
    }

    #[test]
    fn numbers_that_cannot_be_dialled_from_everywhere_are_refused() {
        for (text, fault) in [
            ("", FieldFault::Missing),
            ("--", FieldFault::Missing),
            ("+", FieldFault::Malformed),
            ("020 7946 0958", FieldFault::Malformed),
            ("+020 7946 0958", FieldFault::Malformed),
            ("+44+20 7946 0958", FieldFault::Malformed),
            ("+999 1234 5678", FieldFault::Malformed),
            ("+44 20 CALL ME", FieldFault::ForbiddenCharacter),
            ("+44 207", FieldFault::TooShort(Length::Digits(9))),
            ("+683 400", FieldFault::TooShort(Length::Digits(7))),
            ("+683 40000", FieldFault::Malformed),
            ("+44 20 7946 09581", FieldFault::TooLong(Length::Digits(12))),
            ("+1234567890123456", FieldFault::TooLong(Length::Digits(11))),
        ] {
            assert_eq!(PhoneNumber::parse(text).expect_err(text), fault, "{text}");
        }
    }
}
