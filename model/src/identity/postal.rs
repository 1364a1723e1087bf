//! Postal addresses.

use crate::{
    directory::Country,
    errors::{FieldError, FieldFault},
    text::single_line,
    wire::redacted,
};
use serde::{Deserialize, Serialize};

/// The longest line and the longest name of a town, in characters.
const LONGEST_LINE: usize = 100;
/// The longest postcode, in characters; the longest in use has ten.
const LONGEST_POSTCODE: usize = 12;

/// An address as it is typed into a form: every field is text, an absent one is empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedAddress {
    /// House number and street.
    pub line_1: String,
    /// Flat, building or similar.
    pub line_2: String,
    /// Town or city.
    pub town: String,
    /// Postcode, as written in its country.
    pub postcode: String,
    /// The ISO 3166-1 alpha-2 code of the country.
    pub country: String,
}

redacted!(TypedAddress);

/// A postal address with the parts that every country has. Where a country writes more, such as a county, it goes into a line.
#[derive(Clone, PartialEq, Eq)]
pub struct PostalAddress {
    line_1: String,
    line_2: Option<String>,
    town: String,
    postcode: Option<String>,
    country: Country,
}

redacted!(PostalAddress);

impl PostalAddress {
    /// Parses a typed address; `None` when everything but the country is empty. Each text is cleaned by [`single_line`].
    ///
    /// # Errors
    /// Every fault of the fields `line_1`, `line_2`, `town`, `postcode` and `country`: `Missing` (not of `line_2` and `postcode`, since many countries have no
    /// postcodes); `TooLong` beyond 100 characters, or 12 of a postcode; `ForbiddenCharacter`; `UnknownChoice` of a country.
    pub fn parse(typed: &TypedAddress) -> Result<Option<Self>, Vec<FieldError>> {
        let mut faults = Vec::new();
        let line_1 = optional("line_1", &typed.line_1, LONGEST_LINE, &mut faults);
        let line_2 = optional("line_2", &typed.line_2, LONGEST_LINE, &mut faults);
        let town = optional("town", &typed.town, LONGEST_LINE, &mut faults);
        let postcode = optional("postcode", &typed.postcode, LONGEST_POSTCODE, &mut faults);
        if faults.is_empty() && [&line_1, &line_2, &town, &postcode].into_iter().all(Option::is_none) {
            return Ok(None);
        }
        let faulty = |name: &str, faults: &[FieldError]| faults.iter().any(|fault| fault.field == name);
        for (name, value) in [("line_1", &line_1), ("town", &town)] {
            if value.is_none() && !faulty(name, &faults) {
                faults.push(FieldError::new(name, FieldFault::Missing));
            }
        }
        let country = Country::parse(&typed.country).map_err(|fault| faults.push(FieldError::new("country", fault))).ok();
        match (line_1, town, country) {
            (Some(line_1), Some(town), Some(country)) if faults.is_empty() => {
                Ok(Some(Self { line_1, line_2, town, postcode, country }))
            }
            (_, _, _) => Err(in_order(faults)),
        }
    }

    /// The address as a form shows it.
    #[must_use]
    pub fn typed(&self) -> TypedAddress {
        TypedAddress {
            line_1: self.line_1.clone(),
            line_2: self.line_2.clone().unwrap_or_default(),
            town: self.town.clone(),
            postcode: self.postcode.clone().unwrap_or_default(),
            country: self.country.as_str().to_owned(),
        }
    }
}

/// Parses a field that may be empty, and records its fault.
fn optional(name: &str, text: &str, longest: usize, faults: &mut Vec<FieldError>) -> Option<String> {
    match single_line(text, longest) {
        Ok(text) => Some(text),
        Err(FieldFault::Missing) => None,
        Err(fault) => {
            faults.push(FieldError::new(name, fault));
            None
        }
    }
}

/// Sorts faults as the form shows its fields.
fn in_order(mut faults: Vec<FieldError>) -> Vec<FieldError> {
    let fields = ["line_1", "line_2", "town", "postcode", "country"];
    faults.sort_by_key(|fault| fields.iter().position(|name| fault.field == *name));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line_1: &str, line_2: &str, town: &str, postcode: &str, country: &str) -> TypedAddress {
        let [line_1, line_2, town, postcode, country] = [line_1, line_2, town, postcode, country].map(str::to_owned);
        TypedAddress { line_1, line_2, town, postcode, country }
    }

    #[test]
    fn addresses_of_many_countries_are_kept_as_they_are_written() {
        for address in [
            typed("10 High Street", "Flat 2", "Reading", "RG1 1AA", "GB"),
            typed("千代田区千代田1-1", "", "東京都", "100-8111", "JP"),
            typed("شارع الملك فهد 12", "", "الرياض", "12271", "SA"),
            // There are no postcodes in Hong Kong.
            typed("12/F, 88 Queensway", "Admiralty", "Hong Kong", "", "HK"),
        ] {
            assert_eq!(PostalAddress::parse(&address).unwrap().unwrap().typed(), address);
        }
        let untidy = typed("  10   High\tStreet ", "\u{200B}", " Reading ", "", "gb");
        assert_eq!(PostalAddress::parse(&untidy).unwrap().unwrap().typed(), typed("10 High Street", "", "Reading", "", "GB"));
    }

    #[test]
    fn an_empty_address_is_none_whatever_the_country() {
        for nothing in [TypedAddress::default(), typed(" ", "\u{AD}", "", "", "GB"), typed("", "", "", "", "nowhere")] {
            assert_eq!(PostalAddress::parse(&nothing), Ok(None));
        }
    }

    #[test]
    fn every_fault_is_named_in_the_order_of_the_form() {
        let faults = |address: TypedAddress| {
            let faults = PostalAddress::parse(&address).unwrap_err();
            faults.into_iter().map(|fault| (fault.field, fault.fault)).collect::<Vec<_>>()
        };
        let missing = |name: &str| (name.to_owned(), FieldFault::Missing);
        assert_eq!(faults(typed("", "Flat 2", "", "", "")), ["line_1", "town", "country"].map(missing));
        assert_eq!(
            faults(typed("a", &"b".repeat(101), "c\u{7}", "1234567890123", "XX")),
            [
                ("line_2".to_owned(), FieldFault::too_long(LONGEST_LINE)),
                ("town".to_owned(), FieldFault::ForbiddenCharacter),
                ("postcode".to_owned(), FieldFault::too_long(LONGEST_POSTCODE)),
                ("country".to_owned(), FieldFault::UnknownChoice),
            ]
        );
    }
}
