//! Which telephone numbers exist, by the numbering plans of the world (libphonenumber).

use model::{errors::FieldFault, identity::PhoneNumber};
use phonenumber::{Mode, Type, metadata::DATABASE};

/// Parses a number to which a text message can be sent.
///
/// # Errors
/// Those of [`PhoneNumber::parse`]; `NoSuchNumber` when no plan has the number, or whoever calls it pays more than for others.
pub(super) fn number_for_texts(text: &str) -> Result<PhoneNumber, FieldFault> {
    let number = PhoneNumber::parse(text)?;
    let Ok(known) = phonenumber::parse(None, number.as_str()) else { return Err(FieldFault::NoSuchNumber) };
    if !known.is_valid() || matches!(known.number_type(&DATABASE), Type::PremiumRate | Type::SharedCost | Type::TollFree) {
        return Err(FieldFault::NoSuchNumber);
    }
    Ok(number)
}

/// Whether text messages are sent to the country of a number. No country code is the beginning of another one.
pub(super) fn is_reachable(number: &PhoneNumber, country_codes: &[String]) -> bool {
    let digits = number.as_str().trim_start_matches('+');
    country_codes.is_empty() || country_codes.iter().any(|code| digits.starts_with(code.as_str()))
}

/// The number as people write it abroad: `+44 7400 123456`.
pub(super) fn international(number: &PhoneNumber) -> String {
    match phonenumber::parse(None, number.as_str()) {
        Ok(known) => known.format().mode(Mode::International).to_string(),
        Err(_) => number.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_must_be_in_a_plan() {
        let number = number_for_texts("+44 (0)7400 123456").expect("a number of a mobile phone");
        assert_eq!((number.as_str(), international(&number).as_str()), ("+447400123456", "+44 7400 123456"));
        // Of the right length, and kept free for films.
        assert_eq!(number_for_texts("+44 7700 900123").expect_err("nobody has it"), FieldFault::NoSuchNumber);
        assert_eq!(number_for_texts("07400 123456").expect_err("no country"), FieldFault::Malformed);
    }

    #[test]
    fn the_country_codes_of_the_configuration_limit_the_numbers() {
        let number = number_for_texts("+44 7400 123456").expect("a number of a mobile phone");
        for (codes, reachable) in [(vec![], true), (vec!["44"], true), (vec!["49", "44"], true), (vec!["49", "1"], false)] {
            let codes: Vec<String> = codes.into_iter().map(str::to_owned).collect();
            assert_eq!(is_reachable(&number, &codes), reachable, "{codes:?}");
        }
    }
}
