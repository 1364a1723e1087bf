//! What patients say about a visit that they have had.

use crate::{
    errors::FieldFault,
    ids::{DoctorId, EncounterId, RatingId},
    page::Page,
    text::{machine_form, many_lines},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// From how many ratings on they are shown to everybody: fewer would say more about the one patient than about the doctor.
pub const RATINGS_SHOWN_FROM: i64 = 5;

/// How many days after it was written a rating can be changed.
pub const RATING_CHANGED_WITHIN_DAYS: i64 = 14;

/// The longest words of a rating, of its answer, or of the reason why it is hidden, in characters.
const LONGEST_WORDS: usize = 1_000;

/// One to five stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stars(i16);

impl Stars {
    /// Parses a number from 1 to 5.
    ///
    /// # Errors
    /// `Missing`; `UnknownChoice` for anything else.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        match machine_form(text).as_str() {
            "" => Err(FieldFault::Missing),
            digits => {
                digits.parse::<i16>().ok().filter(|stars| (1..=5_i16).contains(stars)).map(Self).ok_or(FieldFault::UnknownChoice)
            }
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> i16 {
        self.0
    }
}

/// The words of a rating; may be empty.
///
/// # Errors
/// `TooLong` beyond 1,000 characters; `ForbiddenCharacter`.
pub fn rating_words(text: &str) -> Result<String, FieldFault> {
    match many_lines(text, LONGEST_WORDS) {
        Err(FieldFault::Missing) => Ok(String::new()),
        read => read,
    }
}

/// An answer to a rating, or the reason why it is hidden.
///
/// # Errors
/// `Missing`; `TooLong` beyond 1,000 characters; `ForbiddenCharacter`.
pub fn rating_answer(text: &str) -> Result<String, FieldFault> {
    many_lines(text, LONGEST_WORDS)
}

/// A rating. It does not say whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingView {
    /// The rating.
    pub id: RatingId,
    /// One to five.
    pub stars: i16,
    /// The patient's words; may be empty.
    pub words: String,
    /// When it was written.
    pub rated_at: Timestamp,
    /// The doctor's answer.
    pub answer: Option<String>,
    /// Why an administrator has hidden it; none for one that is shown.
    pub hidden: Option<String>,
    /// The name of the doctor.
    pub doctor_name: String,
    /// The version that was shown. A change must name it.
    pub version: i32,
}

/// The rating of one visit, for its patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnRating {
    /// The visit.
    pub encounter: EncounterId,
    /// The name of the doctor.
    pub doctor_name: String,
    /// The rating, if the patient has written one.
    pub rating: Option<RatingView>,
    /// Until when it can be written or changed; none for a visit that was not held, and when that time is over.
    pub until: Option<Timestamp>,
    /// Whether the patient can rate the visit now, or change the rating.
    pub may_rate: bool,
}

/// What everybody reads about a doctor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorRatings {
    /// The doctor.
    pub doctor: DoctorId,
    /// How many ratings there are; 0 while there are too few to show.
    pub count: i64,
    /// The average in tenths of a star.
    pub average_tenths: i64,
    /// The ratings, newest first.
    pub page: Page<RatingView>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_from_one_to_five() {
        assert_eq!(Stars::parse(" ٤ ").map(Stars::number), Ok(4));
        assert_eq!(Stars::parse(""), Err(FieldFault::Missing));
        for wrong in ["0", "6", "-1", "4.5", "five"] {
            assert_eq!(Stars::parse(wrong), Err(FieldFault::UnknownChoice), "{wrong}");
        }
        assert_eq!(rating_words(" "), Ok(String::new()));
        assert_eq!(rating_answer(" "), Err(FieldFault::Missing));
    }
}
