//! Care groups: people of a clinic who answer patients together.

use super::conversation::Colleague;
use crate::{
    errors::FieldFault,
    ids::{CareGroupId, ClinicId},
    text::single_line,
};
use serde::{Deserialize, Serialize};

/// What a care group is called: "Diabetes team".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareGroupName(String);

impl CareGroupName {
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

/// A care group, for those who manage its clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareGroupView {
    /// The id.
    pub id: CareGroupId,
    /// The name.
    pub name: String,
    /// The members by name, also those who do not work at the clinic any more.
    pub members: Vec<Colleague>,
}

/// The care groups of a clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareGroupList {
    /// The clinic.
    pub clinic: ClinicId,
    /// The name of the clinic.
    pub clinic_name: String,
    /// The groups, in the order of their names.
    pub groups: Vec<CareGroupView>,
    /// Who can be a member: the doctors, the nurses and the reception of the clinic, by name.
    pub staff: Vec<Colleague>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(CareGroupName::parse(" Diabetes\nteam ").map(|name| name.as_str().to_owned()), Ok("Diabetes team".to_owned()));
        assert_eq!(CareGroupName::parse(" "), Err(FieldFault::Missing));
        assert_eq!(CareGroupName::parse(&"x".repeat(61)), Err(FieldFault::too_long(60)));
    }
}
