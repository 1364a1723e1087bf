//! The meeting elsewhere on the web at which patient and doctor meet, if the visit is not on video here.

use crate::{errors::FieldFault, wire::redacted};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The link to a meeting elsewhere on the web. Whoever has it can enter the meeting, so it is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct MeetingLink(String);

redacted!(MeetingLink);

impl MeetingLink {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 500;

    /// Patient and doctor see the link from this long before the visit on. The sentences name it.
    pub const SHOWN_BEFORE: SignedDuration = SignedDuration::from_mins(15);

    /// Parses the link that was typed: `https://…`, without a user name.
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
        let (scheme, rest) = text.split_once("://").ok_or(FieldFault::Malformed)?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // Browsers read a backslash as a slash, so the host would be another one than it seems.
        let is_clean = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if !scheme.eq_ignore_ascii_case("https") || host.is_empty() || host.contains('@') || !is_clean {
            return Err(FieldFault::Malformed);
        }
        Ok(Self(format!("https://{rest}")))
    }

    /// Parses the link that was typed; `None` when nothing was typed.
    ///
    /// # Errors
    /// `TooLong`; `Malformed`.
    pub fn parse_optional(text: &str) -> Result<Option<Self>, FieldFault> {
        match Self::parse(text) {
            Err(FieldFault::Missing) => Ok(None),
            parsed => parsed.map(Some),
        }
    }

    /// The link.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The meeting of a visit, as the caller may know it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingView {
    /// From when on patient and doctor see the link.
    pub opens_at: Timestamp,
    /// Whether the clinic has entered a link.
    pub is_entered: bool,
    /// The link; only for patient and doctor, and only while it is shown.
    pub link: Option<String>,
    /// Whether the caller may enter the link now.
    pub may_enter: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_https_and_names_a_host() {
        let parsed = |text: &str| MeetingLink::parse(text).map(|link| link.expose().to_owned());
        assert_eq!(parsed(" HTTPS://meet.example/j/1?pwd=a#b "), Ok("https://meet.example/j/1?pwd=a#b".to_owned()));
        assert_eq!(MeetingLink::parse_optional(" ").map(|link| link.is_none()), Ok(true));
        assert_eq!(parsed(&format!("https://meet.example/{}", "x".repeat(500))), Err(FieldFault::too_long(500)));
        for text in [
            "http://meet.example/1",
            "meet.example/1",
            "javascript:alert(1)",
            "https://",
            "https:///1",
            "https://doctor@meet.example/",
            "https://meet.example\\@elsewhere.example/",
            "https://meet.example/ 1",
        ] {
            assert_eq!(parsed(text), Err(FieldFault::Malformed), "{text}");
        }
    }
}
