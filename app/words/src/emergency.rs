//! The sentence that sends people with an emergency to their emergency number.

use crate::{Locale, say};
use model::emergency::emergency_number;

/// Says what to do in an emergency, with the number of the country of a time zone (its IANA name), where we know it.
#[must_use]
pub fn emergency_message(l: Locale, zone: Option<&str>) -> String {
    zone.and_then(emergency_number)
        .map_or_else(|| say!(l, common.emergency_local).to_owned(), |number| say!(l, common.emergency, number = number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_said_where_it_is_known() {
        let said = |zone| emergency_message(Locale::en, zone);
        assert_eq!(said(Some("Europe/London")), "In an emergency call 999. Bedside is not for emergencies.");
        let local = "In an emergency call your local emergency number. Bedside is not for emergencies.";
        assert_eq!((said(Some("Asia/Tokyo")).as_str(), said(None).as_str()), (local, local));
    }
}
