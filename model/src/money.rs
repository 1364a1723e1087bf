//! Money: an integer number of minor units with a currency, never a float.

use crate::{
    errors::{FieldFault, Range},
    text::machine_form,
    wire::text_value,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The active currency codes of ISO 4217 that people pay with, sorted.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC \
     CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES \
     KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR \
     PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS \
     UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW";

/// A currency, by its three-letter ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Pound sterling.
    pub const GBP: Self = Self(*b"GBP");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// US dollar.
    pub const USD: Self = Self(*b"USD");
    /// Indian rupee.
    pub const INR: Self = Self(*b"INR");
    /// Australian dollar.
    pub const AUD: Self = Self(*b"AUD");

    /// Parses a code in upper or lower case.
    ///
    /// # Errors
    /// `Missing`; `Malformed` when it is not three letters; `UnknownChoice` when ISO 4217 does not list it.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let code = text.trim().to_ascii_uppercase();
        if code.is_empty() {
            return Err(FieldFault::Missing);
        }
        let Ok(letters) = <[u8; 3]>::try_from(code.as_bytes()) else { return Err(FieldFault::Malformed) };
        if !letters.iter().all(u8::is_ascii_uppercase) {
            return Err(FieldFault::Malformed);
        }
        if CODES.split_whitespace().any(|known| known == code) { Ok(Self(letters)) } else { Err(FieldFault::UnknownChoice) }
    }

    /// The code, e.g. `GBP`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // `parse` accepts only ASCII letters and stores them in upper case.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The number of decimal places: 2 for most currencies, 0 for the yen, 3 for some dinars.
    #[must_use]
    pub const fn exponent(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX" | b"VND"
            | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// The codes of all currencies with this number of decimal places.
    #[must_use]
    pub fn codes_of_exponent(exponent: u32) -> Vec<String> {
        let known = CODES.split_whitespace().filter_map(|code| Self::parse(code).ok());
        known.filter(|currency| currency.exponent() == exponent).map(|currency| currency.as_str().to_owned()).collect()
    }

    /// The whole amounts that fit into [`Money::minor`].
    const fn range(self) -> Range {
        let most = i64::MAX / 10_i64.pow(self.exponent());
        Range::numbers(-most, most)
    }

    /// The sign in front of the amount; `None` for currencies that are shown by their code. Some of these signs are written for other currencies too: `$`, `£`
    /// and `₩` stand here for the US dollar, the pound sterling and the South Korean won only, so that an amount with a sign has one meaning.
    #[must_use]
    pub const fn sign(self) -> Option<&'static str> {
        match &self.0 {
            b"EUR" => Some("€"),
            b"GBP" => Some("£"),
            b"USD" => Some("$"),
            b"INR" => Some("₹"),
            b"ILS" => Some("₪"),
            b"KRW" => Some("₩"),
            b"NGN" => Some("₦"),
            b"PHP" => Some("₱"),
            b"TRY" => Some("₺"),
            b"UAH" => Some("₴"),
            b"VND" => Some("₫"),
            _ => None,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

text_value!(Currency);

/// An amount of money. Only amounts of the same currency can be added, and overflow is never silent.
///
/// `format::money` formats it for users; `Display` gives the neutral form `85.00 GBP`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The number of minor units: pence, cents, yen.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Creates an amount from minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Parses a typed amount such as `85`, `85.5` or `1250.00`: digits of any script, a point as decimal separator, no grouping.
    ///
    /// # Errors
    /// `Missing`; `Malformed`, also for more decimal places than the currency has; `TooLarge` beyond 64 bits.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, FieldFault> {
        let text = machine_form(text);
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        let (negative, digits) = text.strip_prefix('-').map_or((false, text.as_str()), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let places = currency.exponent() as usize;
        let all_digits = [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        if whole.is_empty() || !all_digits || fraction.len() > places || digits.ends_with('.') {
            return Err(FieldFault::Malformed);
        }
        let minor: i64 = format!("{whole}{fraction:0<places$}").parse().map_err(|_| FieldFault::TooLarge(currency.range()))?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The amount without its currency, as [`Self::parse`] reads it: `85.00`.
    #[must_use]
    pub fn amount(self) -> String {
        let (negative, whole, fraction) = self.parts();
        let sign = if negative { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }

    /// The sum; `None` for different currencies or on overflow.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        self.minor.checked_add(other.minor).map(|minor| Self { minor, ..self })
    }

    /// The amount multiplied by `times`; `None` on overflow.
    #[must_use]
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.minor.checked_mul(times).map(|minor| Self { minor, ..self })
    }

    /// The sign (true for negative), the whole units and the digits after the point (empty if the currency has none).
    pub(crate) fn parts(self) -> (bool, u64, String) {
        let unit = 10_u64.pow(self.currency.exponent());
        let places = self.currency.exponent() as usize;
        let magnitude = self.minor.unsigned_abs();
        let fraction = if places == 0 { String::new() } else { format!("{:0places$}", magnitude % unit) };
        (self.minor < 0, magnitude / unit, fraction)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).expect("a currency")
    }

    #[test]
    fn the_exponent_places_the_point() {
        assert_eq!(Money::new(8500, Currency::GBP).to_string(), "85.00 GBP");
        assert_eq!(Money::new(-5, Currency::EUR).to_string(), "-0.05 EUR");
        assert_eq!(Money::new(1200, currency("jpy")).to_string(), "1200 JPY");
        assert_eq!(Money::new(1200, currency("KWD")).to_string(), "1.200 KWD");
        assert_eq!(Money::new(i64::MIN, Currency::USD).to_string(), "-92233720368547758.08 USD");
    }

    #[test]
    fn codes_and_amounts_are_checked() {
        assert_eq!(Currency::parse("XYZ"), Err(FieldFault::UnknownChoice));
        assert_eq!(Currency::parse("€"), Err(FieldFault::Malformed));
        assert!(CODES.split_whitespace().is_sorted());
        assert_eq!(Money::parse("85.5", Currency::GBP), Ok(Money::new(8550, Currency::GBP)));
        assert_eq!(Money::parse("٨٥٫٥", Currency::GBP), Ok(Money::new(8550, Currency::GBP)));
        assert_eq!(Money::parse("１２５０．００", Currency::GBP), Ok(Money::new(125_000, Currency::GBP)));
        for text in ["85.505", "1,250", "85.", ".5", "+1", "1e3", "--1"] {
            assert_eq!(Money::parse(text, Currency::GBP), Err(FieldFault::Malformed), "{text}");
        }
        assert_eq!(Money::parse("9".repeat(20).as_str(), Currency::GBP), Err(FieldFault::TooLarge(Currency::GBP.range())));
        assert_eq!(Money::parse("85.0", currency("JPY")), Err(FieldFault::Malformed));
    }

    #[test]
    fn sums_stay_within_a_currency() {
        let pound = Money::new(100, Currency::GBP);
        assert_eq!(pound.checked_add(pound), Some(Money::new(200, Currency::GBP)));
        assert_eq!(pound.checked_add(Money::new(100, Currency::EUR)), None);
        assert_eq!(pound.checked_mul(i64::MAX), None);
        assert_eq!(serde_json::to_string(&pound).expect("json"), r#"{"minor":100,"currency":"GBP"}"#);
    }

    proptest! {
        #[test]
        fn an_amount_reads_back(minor in -i64::MAX..=i64::MAX, code in prop::sample::select(vec!["GBP", "JPY", "KWD"])) {
            let money = Money::new(minor, currency(code));
            prop_assert_eq!(Money::parse(&money.amount(), money.currency), Ok(money));
        }
    }
}
