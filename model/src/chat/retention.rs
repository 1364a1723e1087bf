//! How long a clinic keeps closed conversations.

use crate::{
    errors::{FieldFault, Range},
    ids::ClinicId,
    text::machine_form,
};
use serde::{Deserialize, Serialize};

/// The shortest time; notices about a conversation are gone by then.
const LEAST_DAYS: u16 = 90;
/// The longest time: 30 years.
const MOST_DAYS: u16 = 10_950;
/// From the shortest to the longest.
const DAYS: Range = Range::numbers(90, 10_950);

/// For how many days conversations are kept after they were closed, as typed; `None`, for ever, without a number.
///
/// # Errors
/// `Malformed`, `TooSmall`, `TooLarge`.
pub fn kept_days(typed: &str) -> Result<Option<u16>, FieldFault> {
    match machine_form(typed).as_str() {
        "" => Ok(None),
        digits => match digits.parse::<i64>() {
            Err(_) => Err(FieldFault::Malformed),
            Ok(days) if days < i64::from(LEAST_DAYS) => Err(FieldFault::TooSmall(DAYS)),
            Ok(days) => {
                let days = u16::try_from(days).ok().filter(|days| *days <= MOST_DAYS);
                days.map(Some).ok_or(FieldFault::TooLarge(DAYS))
            }
        },
    }
}

/// How long a clinic keeps conversations that are closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRetention {
    /// The clinic.
    pub clinic: ClinicId,
    /// Its name.
    pub clinic_name: String,
    /// For how many days; none for ever.
    pub days: Option<u16>,
    /// Grows with each change; 0 while nothing was ever set.
    pub version: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_are_a_number_or_nothing() {
        assert_eq!((kept_days(" "), kept_days("365"), kept_days("90")), (Ok(None), Ok(Some(365)), Ok(Some(90))));
        assert_eq!(kept_days("89"), Err(FieldFault::TooSmall(DAYS)));
        assert_eq!(kept_days("10951"), Err(FieldFault::TooLarge(DAYS)));
        assert_eq!(kept_days("a year"), Err(FieldFault::Malformed));
    }
}
