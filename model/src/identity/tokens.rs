//! Tokens with which programs use the API in the name of their user.

use crate::{
    errors::{FieldFault, Range},
    ids::SessionId,
    scopes::ApiScope,
    text::{machine_form, single_line},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest name of a token, in characters.
const LONGEST_NAME: usize = 60;

/// For how many days a token may work.
const DAYS: Range = Range::numbers(1, 365);

/// The name that a user gives a token.
///
/// # Errors
/// `Missing`; `TooLong` beyond 60 characters; `ForbiddenCharacter`.
pub fn token_name(text: &str) -> Result<String, FieldFault> {
    single_line(text, LONGEST_NAME)
}

/// For how many days a token is to work: 1 to 365.
///
/// # Errors
/// `Missing`, `Malformed`, `TooSmall`, `TooLarge`.
pub fn token_days(text: &str) -> Result<u16, FieldFault> {
    match machine_form(text).as_str() {
        "" => Err(FieldFault::Missing),
        digits => match digits.parse::<i64>() {
            Err(_) => Err(FieldFault::Malformed),
            Ok(days) if days < 1 => Err(FieldFault::TooSmall(DAYS)),
            Ok(days) => u16::try_from(days).ok().filter(|days| *days <= 365).ok_or(FieldFault::TooLarge(DAYS)),
        },
    }
}

/// A personal token as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    /// The token's own session, which the audit log names.
    pub id: SessionId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<ApiScope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// The network address from which it was last used.
    pub used_from: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_works_for_a_day_to_a_year() {
        assert_eq!(token_days(" 90 "), Ok(90));
        assert_eq!(token_days("365"), Ok(365));
        assert_eq!(token_days(""), Err(FieldFault::Missing));
        assert_eq!(token_days("soon"), Err(FieldFault::Malformed));
        assert_eq!(token_days("0"), Err(FieldFault::TooSmall(DAYS)));
        assert_eq!(token_days("366"), Err(FieldFault::TooLarge(DAYS)));
        assert_eq!(token_days("99999999"), Err(FieldFault::TooLarge(DAYS)));
    }
}
