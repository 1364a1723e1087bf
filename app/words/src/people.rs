//! Words about people that several areas show.

use crate::{Locale, say};
use model::directory::Sex;

/// The word for a sex.
#[must_use]
pub fn sex_name(l: Locale, sex: Sex) -> &'static str {
    match sex {
        Sex::Female => say!(l, common.person.sex_female),
        Sex::Male => say!(l, common.person.sex_male),
        Sex::Intersex => say!(l, common.person.sex_intersex),
    }
}
