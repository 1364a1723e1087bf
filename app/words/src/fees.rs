//! What a visit costs and how it is paid, in words.

use crate::{Locale, say};
use model::directory::Payment;
use model::format::{self, Names};
use model::money::Money;

/// The amount, when it is paid, and to whom: `£60.00, paid to the clinic after the visit`.
#[must_use]
pub fn fee_sentence(l: Locale, fee: Money, names: &Names) -> String {
    match Payment::of(fee) {
        Payment::FreeOfCharge => say!(l, common.fee.free).to_owned(),
        Payment::AfterVisit => say!(l, common.fee.after_visit, amount = format::money(fee, names)),
    }
}

/// The same in fewer words, for a list: `£60.00, paid after the visit`.
#[must_use]
pub fn fee_briefly(l: Locale, fee: Money, names: &Names) -> String {
    match Payment::of(fee) {
        Payment::FreeOfCharge => say!(l, common.fee.free).to_owned(),
        Payment::AfterVisit => say!(l, common.fee.briefly, amount = format::money(fee, names)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::money::Currency;

    #[test]
    fn a_fee_says_how_it_is_paid_and_zero_that_it_is_free() {
        let sentence = |minor| fee_sentence(Locale::en, Money::new(minor, Currency::GBP), &Names::ENGLISH);
        assert_eq!(sentence(6_000), "£60.00, paid to the clinic after the visit");
        assert_eq!(sentence(0), "Free of charge");
        let briefly = fee_briefly(Locale::en, Money::new(6_000, Currency::GBP), &Names::ENGLISH);
        assert_eq!(briefly, "£60.00, paid after the visit");
    }
}
