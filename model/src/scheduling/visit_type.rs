//! The kinds of visits that a doctor offers.

use super::VisitMode;
use crate::{
    errors::{FieldFault, Range},
    ids::{DoctorId, VisitTypeId},
    money::{Currency, Money},
    text::{machine_form, single_line},
};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU16;

/// The shortest and the longest visit, in minutes.
const MINUTES: std::ops::RangeInclusive<u16> = 5..=240;

/// The name of a visit type, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitTypeName(String);

impl VisitTypeName {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 60;

    /// Parses the text that was typed, with [`single_line`].
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `ForbiddenCharacter`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        single_line(text, Self::MAX_CHARS).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Parses the length of a visit in minutes, in the digits of any script; `None` when nothing was typed.
///
/// # Errors
/// `Malformed`; `TooSmall` and `TooLarge` with the limits.
pub fn visit_minutes(text: &str) -> Result<Option<NonZeroU16>, FieldFault> {
    let text = machine_form(text);
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() > 5 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldFault::Malformed);
    }
    let range = || Range::numbers(i64::from(*MINUTES.start()), i64::from(*MINUTES.end()));
    let minutes: u16 = text.parse().map_err(|_| FieldFault::TooLarge(range()))?;
    if minutes < *MINUTES.start() {
        return Err(FieldFault::TooSmall(range()));
    }
    if minutes > *MINUTES.end() {
        return Err(FieldFault::TooLarge(range()));
    }
    Ok(NonZeroU16::new(minutes))
}

/// A visit type as patients see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitTypeView {
    /// The type's id.
    pub id: VisitTypeId,
    /// What the doctor calls it.
    pub name: String,
    /// How patient and doctor meet.
    pub mode: VisitMode,
    /// How long it lasts.
    pub minutes: u16,
    /// What it costs.
    pub fee: Money,
    /// Whether the doctor answers before such a visit is agreed.
    pub needs_approval: bool,
}

/// A visit type as its doctor edits it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnVisitType {
    /// The type's id.
    pub id: VisitTypeId,
    /// What the doctor calls it.
    pub name: String,
    /// How patient and doctor meet.
    pub mode: VisitMode,
    /// How long it lasts; none for the usual length.
    pub minutes: Option<u16>,
    /// Minutes that the doctor needs before it; none for the usual ones.
    pub buffer_before: Option<u16>,
    /// Minutes that the doctor needs after it; none for the usual ones.
    pub buffer_after: Option<u16>,
    /// The link to the meeting of visits for which no other one is entered.
    pub meeting_link: Option<String>,
    /// What it costs; none for the usual fee.
    pub fee: Option<Money>,
    /// Whether patients can book it.
    pub is_active: bool,
    /// Whether the doctor answers before such a visit is agreed.
    pub needs_approval: bool,
}

/// All visit types of a doctor, in the order in which patients see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnVisitTypes {
    /// The version that a change must name: that of the doctor.
    pub version: i32,
    /// The usual length of a visit.
    pub usual_minutes: u16,
    /// The minutes that the doctor usually needs before a visit and after it.
    pub usual_buffers: (u16, u16),
    /// The usual fee; none when nobody has set it.
    pub usual_fee: Option<Money>,
    /// The currency of the fees.
    pub currency: Currency,
    /// The types.
    pub types: Vec<OwnVisitType>,
}

/// A doctor whose visit types an administrator manages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedDoctor {
    /// The doctor.
    pub doctor: DoctorId,
    /// The name.
    pub name: String,
}

/// All visit types of a doctor, for an administrator: without the links to meetings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorVisitTypes {
    /// The doctor.
    pub doctor: ManagedDoctor,
    /// The types.
    pub types: OwnVisitTypes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_some_minutes_or_the_usual_one() {
        let minutes = |text| visit_minutes(text).map(|minutes| minutes.map(NonZeroU16::get));
        assert_eq!(minutes(" "), Ok(None));
        assert_eq!(minutes(" 45 "), Ok(Some(45)));
        assert_eq!(minutes("٢٠"), Ok(Some(20)));
        for text in ["half an hour", "4.5", "-30", "123456"] {
            assert_eq!(minutes(text), Err(FieldFault::Malformed), "{text}");
        }
        assert_eq!(minutes("4"), Err(FieldFault::TooSmall(Range::numbers(5, 240))));
        for text in ["241", "99999"] {
            assert_eq!(minutes(text), Err(FieldFault::TooLarge(Range::numbers(5, 240))), "{text}");
        }
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(VisitTypeName::parse(" First visit ").map(|name| name.as_str().to_owned()), Ok("First visit".to_owned()));
        assert_eq!(VisitTypeName::parse(" "), Err(FieldFault::Missing));
        assert_eq!(VisitTypeName::parse(&"x".repeat(61)), Err(FieldFault::too_long(60)));
    }
}
