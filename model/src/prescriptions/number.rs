//! The number with which the reception desk and pharmacies refer to a prescription.

use crate::{errors::FieldFault, identity::PersonNumber, text::machine_form, wire::text_value};
use std::fmt;

/// `RX-` followed by a number with a check symbol, made from a counter like a [`PersonNumber`]. It is not a secret and grants no access.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PrescriptionNumber(String);

const PREFIX: &str = "RX-";

impl PrescriptionNumber {
    /// The number of the n-th prescription; `None` beyond the largest counter of a [`PersonNumber`].
    #[must_use]
    pub fn from_counter(counter: u64) -> Option<Self> {
        PersonNumber::from_counter(counter).map(|number| Self(format!("{PREFIX}{number}")))
    }

    /// Parses a number as people write it, with or without `RX`.
    ///
    /// # Errors
    /// Those of [`PersonNumber::parse`].
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = machine_form(text);
        let symbols = match text.get(..2) {
            Some(start) if start.eq_ignore_ascii_case("rx") => &text[2..],
            Some(_) | None => &text,
        };
        PersonNumber::parse(symbols).map(|number| Self(format!("{PREFIX}{number}")))
    }

    /// The number as it is shown: `RX-7K3-9QF-2X`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PrescriptionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_value!(PrescriptionNumber);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_what_it_writes_and_finds_a_slip() {
        let number = PrescriptionNumber::from_counter(1_048_576).expect("a number");
        assert!(number.as_str().starts_with("RX-"));
        assert_eq!(PrescriptionNumber::parse(&number.to_string().to_lowercase()), Ok(number.clone()));
        assert_eq!(PrescriptionNumber::parse(&number.as_str().replace("RX-", "")), Ok(number.clone()));
        let fullwidth: String = number.as_str().chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect();
        assert_eq!(PrescriptionNumber::parse(&fullwidth), Ok(number.clone()));
        let mut wrong = number.as_str().to_owned();
        let last = wrong.pop().expect("not empty");
        wrong.push(if last == '7' { '8' } else { '7' });
        assert_eq!(PrescriptionNumber::parse(&wrong), Err(FieldFault::Malformed));
    }
}
