//! What a visit costs: the fee as it is typed, and how it is paid.

use crate::{
    errors::{FieldError, FieldFault},
    money::{Currency, Money},
    wire::words,
};
use serde::{Deserialize, Serialize};

/// The highest fee, in minor units. It only stops amounts that nobody can mean.
const HIGHEST_MINOR: i64 = 1_000_000_000;

words! {
    /// How and when the patient pays for a visit. Nothing is paid online.
    Payment {
        /// There is nothing to pay.
        FreeOfCharge = "free_of_charge",
        /// The patient pays the clinic after the visit.
        AfterVisit = "to_clinic_after_visit",
    }
}

impl Payment {
    /// How a fee is paid.
    #[must_use]
    pub const fn of(fee: Money) -> Self {
        if fee.minor == 0 { Self::FreeOfCharge } else { Self::AfterVisit }
    }
}

/// A fee as it is typed. A fee of zero must be chosen: it is a value of its own, and not an amount that somebody forgot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedFee {
    /// The amount, such as `60` or `60.50`; empty when visits are free of charge.
    pub fee: String,
    /// `true` when visits are free of charge, otherwise empty.
    pub fee_free: String,
}

impl TypedFee {
    /// The fee as a form shows it.
    #[must_use]
    pub fn of(fee: Money) -> Self {
        match Payment::of(fee) {
            Payment::FreeOfCharge => Self { fee: String::new(), fee_free: "true".to_owned() },
            Payment::AfterVisit => Self { fee: fee.amount(), fee_free: String::new() },
        }
    }

    /// Whether neither an amount was typed nor "free of charge" chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fee.trim().is_empty() && !self.is_free()
    }

    /// Parses the fee in this currency.
    ///
    /// # Errors
    /// On the field `fee`: `Missing`, also for a zero without "free of charge", which may be a mistake; `Malformed`, also for an amount that cannot be a fee. On
    /// the field `fee_free`: `UnknownChoice`, if it was chosen although there is an amount.
    pub fn parse(&self, currency: Currency) -> Result<Money, FieldError> {
        let fee = match Money::parse(&self.fee, currency) {
            Ok(fee) => fee,
            Err(FieldFault::Missing) if self.is_free() => return Ok(Money::new(0, currency)),
            Err(FieldFault::Missing) => return Err(FieldError::new("fee", FieldFault::Missing)),
            Err(_) => return Err(FieldError::new("fee", FieldFault::Malformed)),
        };
        let fee = check_fee(fee).map_err(|fault| FieldError::new("fee", fault))?;
        match (Payment::of(fee), self.is_free()) {
            (Payment::FreeOfCharge, true) | (Payment::AfterVisit, false) => Ok(fee),
            (Payment::FreeOfCharge, false) => Err(FieldError::new("fee", FieldFault::Missing)),
            (Payment::AfterVisit, true) => Err(FieldError::new("fee_free", FieldFault::UnknownChoice)),
        }
    }

    fn is_free(&self) -> bool {
        self.fee_free == "true"
    }
}

/// Checks that an amount can be a fee. Zero can.
///
/// # Errors
/// `Malformed` for a negative amount, and for one that nobody can mean.
pub const fn check_fee(fee: Money) -> Result<Money, FieldFault> {
    if fee.minor >= 0 && fee.minor <= HIGHEST_MINOR { Ok(fee) } else { Err(FieldFault::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fee: &str, fee_free: &str) -> TypedFee {
        TypedFee { fee: fee.to_owned(), fee_free: fee_free.to_owned() }
    }

    #[test]
    fn a_fee_is_an_amount_or_free_of_charge_on_purpose() {
        let parse = |fee: &str, fee_free: &str| typed(fee, fee_free).parse(Currency::GBP).map(|fee| fee.minor);
        let fault = |field: &str, fault| Err(FieldError::new(field, fault));
        assert_eq!(parse("60", ""), Ok(6_000));
        assert_eq!(parse(" 60.50 ", ""), Ok(6_050));
        assert_eq!(parse("", "true"), Ok(0));
        assert_eq!(parse("0.00", "true"), Ok(0));
        assert_eq!(parse("", ""), fault("fee", FieldFault::Missing));
        assert_eq!(parse("0", ""), fault("fee", FieldFault::Missing));
        for text in ["-5", "60,50", "sixty", "10000000.01", &"9".repeat(20)] {
            assert_eq!(parse(text, ""), fault("fee", FieldFault::Malformed), "{text}");
        }
        assert_eq!(parse("60", "true"), fault("fee_free", FieldFault::UnknownChoice));
    }

    #[test]
    fn a_fee_that_a_form_shows_is_read_back() {
        let yen = Currency::parse("JPY").expect("a currency");
        for fee in [Money::new(0, Currency::GBP), Money::new(6_050, Currency::GBP), Money::new(5_000, yen)] {
            assert_eq!(TypedFee::of(fee).parse(fee.currency), Ok(fee));
            assert!(!TypedFee::of(fee).is_empty());
        }
        assert!(typed(" ", "").is_empty());
    }

    #[test]
    fn nothing_is_to_pay_for_a_fee_of_zero_only() {
        assert_eq!(Payment::of(Money::new(0, Currency::EUR)), Payment::FreeOfCharge);
        assert_eq!(Payment::of(Money::new(1, Currency::EUR)), Payment::AfterVisit);
    }
}
