//! The time zone and the language of a user.

use crate::{errors::FieldFault, wire::text_value};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::fmt;

/// The longest name of a time zone, in bytes; all its characters are ASCII.
const LONGEST: usize = 64;

/// The name of a time zone in IANA's database, e.g. `Europe/London`.
///
/// The type guarantees only the syntax. Whether the zone exists depends on the time zone database, which is passed as an argument;
/// server and browser must use the same one.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeZoneName(String);

impl TimeZoneName {
    /// Parses a name; checks only its syntax.
    ///
    /// # Errors
    /// `Missing`, `TooLong` beyond 64 bytes, `Malformed`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        if text.len() > LONGEST {
            return Err(FieldFault::too_long(LONGEST));
        }
        let is_part = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphabetic())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+'))
        };
        if text.split('/').all(is_part) { Ok(Self(text.to_owned())) } else { Err(FieldFault::Malformed) }
    }

    /// Parses a name of a zone that must exist.
    ///
    /// # Errors
    /// Those of [`TimeZoneName::parse`]; `UnknownChoice` when `known` returns false.
    pub fn parse_known(text: &str, known: impl FnOnce(&str) -> bool) -> Result<Self, FieldFault> {
        let name = Self::parse(text)?;
        if known(&name.0) { Ok(name) } else { Err(FieldFault::UnknownChoice) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The rules of the zone, if the database contains it.
    #[must_use]
    pub fn zone(&self, database: &TimeZoneDatabase) -> Option<TimeZone> {
        database.get(&self.0).ok()
    }

    /// The city, for "London time": the last part of the name, with spaces for underscores.
    #[must_use]
    pub fn city(&self) -> String {
        self.0.rsplit('/').next().unwrap_or(&self.0).replace('_', " ")
    }
}

impl fmt::Display for TimeZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TimeZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TimeZoneName({})", self.0)
    }
}

text_value!(TimeZoneName);

/// A language tag (BCP 47): a language with optional script and region, in the usual case: `en`, `en-GB`, `sr-Latn-RS`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(String);

impl Language {
    /// Parses a tag. Underscores are read as hyphens; variants, extensions and private-use subtags are dropped.
    ///
    /// # Errors
    /// `Missing`, `Malformed`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim().replace('_', "-");
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        let mut parts = text.split('-').peekable();
        let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let mut tag = match parts.next() {
            Some(part) if matches!(part.len(), 2 | 3) && letters(part) => part.to_ascii_lowercase(),
            _ => return Err(FieldFault::Malformed),
        };
        if let Some(script) = parts.next_if(|part| part.len() == 4 && letters(part)) {
            let lower = script.to_ascii_lowercase();
            tag = format!("{tag}-{}{}", lower[..1].to_ascii_uppercase(), &lower[1..]);
        }
        let is_region = |part: &str| {
            (part.len() == 2 && letters(part)) || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        if let Some(region) = parts.next_if(|part| is_region(part)) {
            tag = format!("{tag}-{}", region.to_ascii_uppercase());
        }
        if parts.all(|part| matches!(part.len(), 1..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            Ok(Self(tag))
        } else {
            Err(FieldFault::Malformed)
        }
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without script and region: `en` of `en-GB`.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// Whether the language is written from right to left, for the page's `dir` attribute.
    #[must_use]
    pub fn is_right_to_left(&self) -> bool {
        match self.0.split('-').nth(1).filter(|part| part.len() == 4) {
            Some(script) => matches!(script, "Arab" | "Hebr" | "Syrc" | "Thaa" | "Nkoo" | "Adlm" | "Rohg"),
            None => matches!(self.primary(), "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "ug" | "ur" | "yi"),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.0)
    }
}

text_value!(Language);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_names_have_a_syntax_a_city_and_rules() {
        let name = TimeZoneName::parse(" America/Argentina/Buenos_Aires ").expect("a name");
        assert_eq!(name.city(), "Buenos Aires");
        assert!(name.zone(jiff::tz::db()).is_some());
        for text in ["Europe/London; DROP", "/etc/passwd", "../UTC", "Europe//London", "+01:00"] {
            assert_eq!(TimeZoneName::parse(text), Err(FieldFault::Malformed), "{text}");
        }
        assert!(TimeZoneName::parse("Etc/GMT+5").is_ok());
        let known = |name: &str| jiff::tz::db().get(name).is_ok();
        assert_eq!(TimeZoneName::parse_known("Europe/Atlantis", known), Err(FieldFault::UnknownChoice));
        assert!(TimeZoneName::parse_known("UTC", known).is_ok());
    }

    #[test]
    fn tags_come_to_their_usual_case() {
        for (text, tag) in [
            ("EN", "en"),
            ("en_gb", "en-GB"),
            ("SR-latn-rs", "sr-Latn-RS"),
            ("es-419", "es-419"),
            ("de-DE-u-co-phonebk", "de-DE"),
        ] {
            assert_eq!(Language::parse(text).expect(text).as_str(), tag);
        }
        for text in ["e", "english", "en-", "12", "en--GB", "*"] {
            assert_eq!(Language::parse(text), Err(FieldFault::Malformed), "{text}");
        }
        assert!(Language::parse("ar-EG").expect("a tag").is_right_to_left());
        assert!(Language::parse("az-Arab").expect("a tag").is_right_to_left());
        assert!(!Language::parse("uz-Latn").expect("a tag").is_right_to_left());
    }
}
