//! Decimal numbers, exactly as they were typed.

use crate::{errors::FieldFault, text::single_line, wire::deserialize_text};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{cmp::Ordering, fmt};

/// The most digits of a number. More are no measurement, and would not fit into the arithmetic below.
const MOST_DIGITS: usize = 12;
/// The most digits after the comma.
const MOST_PLACES: u32 = 4;

/// A number of zero or more with a few digits after the comma. It keeps as many of them as were typed: `37.0` is shown as `37.0`, and equal to `37`.
#[derive(Clone, Copy)]
pub struct Decimal {
    units: i64,
    places: u32,
}

impl Decimal {
    /// A whole number.
    #[must_use]
    pub const fn whole(number: i64) -> Self {
        Self { units: number, places: 0 }
    }

    /// The number `units / 10^places`.
    #[must_use]
    pub const fn of(units: i64, places: u32) -> Self {
        Self { units, places }
    }

    /// Parses a number as people type it, with a comma or a point. There is no sign, no exponent and no separator of thousands.
    ///
    /// # Errors
    /// `Missing`, `Malformed`; `TooLong` for more digits than a measurement has.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = single_line(text, 40)?;
        let (whole, rest) = match text.split_once(['.', ',']) {
            Some((whole, rest)) if !rest.is_empty() => (whole, rest),
            Some(_) => return Err(FieldFault::Malformed),
            None => (text.as_str(), ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(rest) {
            return Err(FieldFault::Malformed);
        }
        if whole.len() + rest.len() > MOST_DIGITS {
            return Err(FieldFault::too_long(MOST_DIGITS));
        }
        let places = u32::try_from(rest.len()).map_err(|_| FieldFault::Malformed)?;
        if places > MOST_PLACES {
            return Err(FieldFault::Malformed);
        }
        let units = format!("{whole}{rest}").parse().map_err(|_| FieldFault::Malformed)?;
        Ok(Self { units, places })
    }

    /// How many digits stand after the comma, without zeros at the end.
    #[must_use]
    pub fn places(self) -> u32 {
        self.shortest().places
    }

    /// The number without zeros at its end.
    #[must_use]
    pub fn shortest(self) -> Self {
        let mut shortest = self;
        while shortest.places > 0 && shortest.units % 10 == 0 {
            shortest = Self { units: shortest.units / 10, places: shortest.places - 1 };
        }
        shortest
    }

    /// The number plus a whole number.
    #[must_use]
    pub fn plus(self, number: i64) -> Self {
        Self { units: self.units + number * power(self.places), places: self.places }
    }

    /// The number times `factor / divisor`, rounded to `places` digits after the comma, half away from zero.
    #[must_use]
    pub fn times(self, factor: i64, divisor: i64, places: u32) -> Self {
        let numerator = i128::from(self.units) * i128::from(factor) * i128::from(power(places));
        let denominator = i128::from(divisor) * i128::from(power(self.places));
        Self { units: rounded(numerator, denominator), places }
    }

    /// The number in steps of `1 / 10^places`, rounded half away from zero.
    #[must_use]
    pub fn in_steps(self, places: u32) -> i64 {
        self.times(1, 1, places).units
    }
}

fn power(places: u32) -> i64 {
    10_i64.pow(places)
}

fn rounded(numerator: i128, denominator: i128) -> i64 {
    let half = if numerator < 0 { -denominator / 2 } else { denominator / 2 };
    // The digits of a number and the factors of units are few, so this fits.
    i64::try_from((numerator + half) / denominator).unwrap_or(i64::MAX)
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scaled = |number: &Self, by: u32| i128::from(number.units) * i128::from(power(by));
        scaled(self, other.places).cmp(&scaled(other, self.places))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let (units, of) = (self.units.unsigned_abs(), power(self.places).unsigned_abs());
        if self.places == 0 {
            return write!(f, "{sign}{units}");
        }
        let width = self.places as usize;
        write!(f, "{sign}{}.{:0width$}", units / of, units % of)
    }
}

/// Measurements are medical, so an error or a log must not contain one.
impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decimal(…)")
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_text(deserializer, Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::Length;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).expect("a number")
    }

    #[test]
    fn a_number_is_read_with_a_comma_or_a_point_and_kept_as_it_was_typed() {
        for (typed, shown) in [("37,5", "37.5"), (" 37.0 ", "37.0"), ("120", "120"), ("0,25", "0.25"), ("007", "7")] {
            assert_eq!(decimal(typed).to_string(), shown, "{typed}");
        }
        assert!(decimal("37.0") == decimal("37") && decimal("37,05") < decimal("37.5"));
        assert_eq!((decimal("37.50").places(), decimal("37.00").places(), decimal("10").places()), (1, 0, 0));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for typed in ["-1", "+1", "1e9", "10⁹", "1.5.2", "1,000.5", "37,", ",5", "3 7", "12/8", "٣٧", "37.00001", "NaN"] {
            assert!(Decimal::parse(typed).is_err_and(|fault| fault == FieldFault::Malformed), "{typed}");
        }
        assert!(Decimal::parse(" ").is_err_and(|fault| fault == FieldFault::Missing));
        assert!(Decimal::parse("1000000000000").is_err_and(|fault| fault == FieldFault::TooLong(Length::Characters(12))));
        assert_eq!(decimal("1000000000").to_string(), "1000000000");
    }

    #[test]
    fn results_are_rounded_half_away_from_zero() {
        assert_eq!(decimal("98.6").plus(-32).times(5, 9, 2).to_string(), "37.00");
        assert_eq!(decimal("0.125").times(1, 1, 2).to_string(), "0.13");
        assert_eq!(decimal("30").plus(-32).times(5, 9, 2).to_string(), "-1.11");
        assert_eq!(decimal("36.05").in_steps(1), 361);
    }

    proptest! {
        #[test]
        fn a_number_survives_its_text(units in 0_i64..100_000_000, places in 0_u32..=4) {
            let number = Decimal::of(units, places);
            let again = decimal(&number.to_string());
            prop_assert!(again == number && again.to_string() == number.to_string());
            prop_assert!(number.shortest() == number);
        }

        #[test]
        fn the_order_is_that_of_the_numbers(a in 0_i64..1_000_000, b in 0_i64..1_000_000, more in 0_u32..=3) {
            let (one, other) = (Decimal::of(a, 1), Decimal::of(b * power(more), 1 + more));
            prop_assert_eq!(one.cmp(&other), a.cmp(&b));
        }
    }
}
