//! Which telephone numbers exist, by the numbering plans of the world (libphonenumber).

use model::{errors::FieldFault, identity::PhoneNumber};
use phonenumber::{Mode, Type, country::Id, metadata::DATABASE};

/// Numbers that are reserved for films and examples: the prefixes that Ofcom lists, each with a thousand numbers
/// (<https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama>).
const FICTION: [&str; 17] = [
    "+441134960",
    "+441144960",
    "+441154960",
    "+441164960",
    "+441174960",
    "+441184960",
    "+441214960",
    "+441314960",
    "+441414960",
    "+441514960",
    "+441614960",
    "+441632960",
    "+441914980",
    "+442079460",
    "+442896496",
    "+442920180",
    "+447700900",
];

/// Parses a number that can be called.
///
/// # Errors
/// Those of [`PhoneNumber::parse`]; `NoSuchNumber` when no numbering plan has the number, unless it is reserved for films and examples, as demonstrations use them.
pub(crate) fn phone_number(text: &str) -> Result<PhoneNumber, FieldFault> {
    let number = PhoneNumber::parse(text)?;
    let is_known = || phonenumber::parse(None, number.as_str()).is_ok_and(|known| known.is_valid());
    if is_fiction(&number) || is_known() { Ok(number) } else { Err(FieldFault::NoSuchNumber) }
}

fn is_fiction(number: &PhoneNumber) -> bool {
    let text = number.as_str();
    // In North America: 555-0100 to 555-0199 of each area, which has three digits.
    let is_american = text.starts_with("+1") && text.get(5..10) == Some("55501");
    is_american || FICTION.iter().any(|beginning| text.starts_with(beginning))
}

/// Parses a number to which a text message can be sent.
///
/// # Errors
/// Those of [`PhoneNumber::parse`]; `NoSuchNumber` when no numbering plan has the number, or it is a premium-rate number.
pub(super) fn number_for_texts(text: &str) -> Result<PhoneNumber, FieldFault> {
    let number = PhoneNumber::parse(text)?;
    let Ok(known) = phonenumber::parse(None, number.as_str()) else { return Err(FieldFault::NoSuchNumber) };
    if !known.is_valid() || matches!(known.number_type(&DATABASE), Type::PremiumRate | Type::SharedCost | Type::TollFree) {
        return Err(FieldFault::NoSuchNumber);
    }
    Ok(number)
}

/// Whether text messages are sent to the country of a number. Several countries share a country code, such as those of North America and the Caribbean, and messages to
/// some of them cost many times as much, so it is the country that counts.
pub(super) fn is_reachable(number: &PhoneNumber, countries: &[String]) -> bool {
    if countries.is_empty() {
        return true;
    }
    let Ok(known) = phonenumber::parse(None, number.as_str()) else { return false };
    let Some(there) = known.country().id() else { return false };
    countries.iter().filter_map(|country| country.parse::<Id>().ok()).any(|country| country == there)
}

/// A stored number as people of this country (ISO 3166-1) write it: without the country code if it is theirs, otherwise as abroad.
pub(crate) fn phone_shown(number: &str, country: Option<&str>) -> String {
    let Ok(known) = phonenumber::parse(None, number) else { return number.to_owned() };
    let here = country.and_then(|country| country.parse::<Id>().ok());
    let mode = if here.is_some() && known.country().id() == here { Mode::National } else { Mode::International };
    known.format().mode(mode).to_string()
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
    fn who_is_called_has_a_number_of_a_plan_or_of_a_film() {
        for (text, normal) in [
            ("+44 7400 123456", "+447400123456"),
            ("+44 (0)7700 900123", "+447700900123"),
            ("+44 161 496 0163", "+441614960163"),
            ("+1 212 555 0148", "+12125550148"),
        ] {
            assert_eq!(phone_number(text).expect(text).as_str(), normal);
        }
        // No exchange of North America begins with a zero.
        assert_eq!(phone_number("+1 212 055 1234").expect_err("nobody has it"), FieldFault::NoSuchNumber);
        assert_eq!(phone_number("020 7946 0958").expect_err("no country"), FieldFault::Malformed);
        assert_eq!(phone_number(" ").expect_err("nothing"), FieldFault::Missing);
    }

    #[test]
    fn a_number_is_shown_as_it_is_written_where_it_is_read() {
        for (country, shown) in [
            (Some("GB"), "07400 123456"),
            (Some("DE"), "+44 7400 123456"),
            (Some("none"), "+44 7400 123456"),
            (None, "+44 7400 123456"),
        ] {
            assert_eq!(phone_shown("+447400123456", country), shown, "{country:?}");
        }
        assert_eq!(phone_shown("unknown", Some("GB")), "unknown");
    }

    #[test]
    fn the_countries_of_the_configuration_limit_the_numbers() {
        for (number, countries, reachable) in [
            ("+44 7400 123456", vec![], true),
            ("+44 7400 123456", vec!["DE", "GB"], true),
            ("+44 7400 123456", vec!["DE", "US"], false),
            ("+1 212 736 5000", vec!["US"], true),
            // Jamaica and the Dominican Republic, which have the country code of the United States.
            ("+1 876 322 0123", vec!["US"], false),
            ("+1 876 322 0123", vec!["US", "JM"], true),
            ("+1 809 567 0123", vec!["US", "CA"], false),
        ] {
            let number = PhoneNumber::parse(number).expect("a number");
            let countries: Vec<String> = countries.into_iter().map(str::to_owned).collect();
            assert_eq!(is_reachable(&number, &countries), reachable, "{number:?} {countries:?}");
        }
    }
}
