//! Calendars of a doctor outside of Bedside, whose busy times nobody can book.

use crate::{
    errors::FieldFault,
    ids::OutsideCalendarId,
    text::single_line,
    wire::{redacted, words},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// Why a calendar could not be read.
    OutsideTrouble {
        /// Its address leads into a private network.
        Forbidden = "forbidden",
        /// Nothing answers at its address.
        Unreachable = "unreachable",
        /// What answers does not give it.
        Refused = "refused",
        /// It leads on to other addresses again and again.
        Redirected = "redirected",
        /// It has more bytes than are read.
        TooLarge = "too_large",
        /// It does not end within the time that reading may take.
        TooSlow = "too_slow",
        /// It is no calendar, or only the beginning of one.
        Unreadable = "unreadable",
        /// It has more events than can be kept.
        TooMany = "too_many",
    }
}

/// What a doctor calls a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideName(String);

impl OutsideName {
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

/// The address of a calendar. Whoever has it can read the calendar, so it is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct OutsideAddress(String);

redacted!(OutsideAddress);

impl OutsideAddress {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 2_000;

    /// Parses the address that was typed: `https://…`, or `webcal://…`, which means the same.
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `Malformed`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(FieldFault::too_long(Self::MAX_CHARS));
        }
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let is_known = matches!(scheme.as_deref(), Some("https" | "webcal" | "webcals"));
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if !is_known || host.is_empty() || host.contains('@') || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(FieldFault::Malformed);
        }
        Ok(Self(format!("https://{rest}")))
    }

    /// The address.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A calendar outside of Bedside, as its doctor sees it. The address is not shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideCalendarView {
    /// Its id.
    pub id: OutsideCalendarId,
    /// What the doctor calls it.
    pub name: String,
    /// When it was last read well; none when it never was.
    pub read_at: Option<Timestamp>,
    /// Why the last attempt failed; none if it was read, or waits to be read for the first time. What was read before still counts.
    pub trouble: Option<OutsideTrouble>,
    /// How many lines and events of it could not be understood.
    pub broken: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_the_web() {
        let parsed = |text: &str| OutsideAddress::parse(text).map(|address| address.expose().to_owned());
        assert_eq!(parsed(" webcal://calendar.example/a.ics?b=c "), Ok("https://calendar.example/a.ics?b=c".to_owned()));
        assert_eq!(parsed(""), Err(FieldFault::Missing));
        for text in [
            "http://calendar.example/",
            "calendar.example",
            "https://",
            "https://a@b.example/",
            "https://a.example/ b",
            "file:///etc/passwd",
        ] {
            assert_eq!(parsed(text), Err(FieldFault::Malformed), "{text}");
        }
    }
}
