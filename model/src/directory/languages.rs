//! The languages that doctors can speak with patients, and the list of those that are offered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The languages that doctors and patients can choose from, as an administrator manages them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageList {
    /// The version, needed to change it; 0 while no administrator has chosen any, and all are offered.
    pub version: i32,
    /// The language tags, in the order in which they are offered.
    pub tags: Vec<String>,
    /// Its versions, newest first; empty if it was never changed.
    pub history: Vec<LanguageListVersion>,
}

/// A version of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageListVersion {
    /// The number of the version.
    pub version: i32,
    /// The language tags, in their order.
    pub tags: Vec<String>,
    /// The name of the administrator who made it.
    pub by: Option<String>,
    /// When it was made.
    pub at: Timestamp,
}

/// A language with its English name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpokenLanguage {
    /// The language tag (BCP 47).
    pub tag: &'static str,
    /// The English name.
    pub name: &'static str,
}

impl SpokenLanguage {
    /// All languages that can be chosen, sorted by name.
    pub fn all() -> impl Iterator<Item = Self> {
        LANGUAGES.iter().map(|&(tag, name)| Self { tag, name })
    }

    /// The language with that tag.
    #[must_use]
    pub fn find(tag: &str) -> Option<Self> {
        Self::all().find(|language| language.tag == tag)
    }

    /// The language with that tag or that English name, without regard to upper and lower case.
    #[must_use]
    pub fn written(text: &str) -> Option<Self> {
        Self::all().find(|language| [language.tag, language.name].iter().any(|known| known.eq_ignore_ascii_case(text)))
    }
}

/// The English name of a language tag; the tag itself when it is not in the list.
#[must_use]
pub fn spoken_language_name(tag: &str) -> &str {
    SpokenLanguage::find(tag).map_or(tag, |language| language.name)
}

/// Languages with more than ten million speakers, those of the European Union, and a few more that clinics ask for.
const LANGUAGES: &[(&str, &str)] = &[
    ("af", "Afrikaans"),
    ("sq", "Albanian"),
    ("am", "Amharic"),
    ("ar", "Arabic"),
    ("hy", "Armenian"),
    ("az", "Azerbaijani"),
    ("eu", "Basque"),
    ("be", "Belarusian"),
    ("bn", "Bengali"),
    ("bs", "Bosnian"),
    ("bg", "Bulgarian"),
    ("my", "Burmese"),
    ("yue", "Cantonese"),
    ("ca", "Catalan"),
    ("hr", "Croatian"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("nl", "Dutch"),
    ("en", "English"),
    ("et", "Estonian"),
    ("fil", "Filipino"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("gl", "Galician"),
    ("ka", "Georgian"),
    ("de", "German"),
    ("el", "Greek"),
    ("gu", "Gujarati"),
    ("ht", "Haitian Creole"),
    ("ha", "Hausa"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hu", "Hungarian"),
    ("is", "Icelandic"),
    ("ig", "Igbo"),
    ("id", "Indonesian"),
    ("ga", "Irish"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("kn", "Kannada"),
    ("kk", "Kazakh"),
    ("km", "Khmer"),
    ("ko", "Korean"),
    ("ku", "Kurdish"),
    ("lv", "Latvian"),
    ("lt", "Lithuanian"),
    ("lb", "Luxembourgish"),
    ("mk", "Macedonian"),
    ("ms", "Malay"),
    ("ml", "Malayalam"),
    ("mt", "Maltese"),
    ("zh", "Mandarin Chinese"),
    ("mr", "Marathi"),
    ("ne", "Nepali"),
    ("no", "Norwegian"),
    ("om", "Oromo"),
    ("ps", "Pashto"),
    ("fa", "Persian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("pa", "Punjabi"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sr", "Serbian"),
    ("sn", "Shona"),
    ("sd", "Sindhi"),
    ("si", "Sinhala"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("so", "Somali"),
    ("es", "Spanish"),
    ("sw", "Swahili"),
    ("sv", "Swedish"),
    ("ta", "Tamil"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("ti", "Tigrinya"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("uz", "Uzbek"),
    ("vi", "Vietnamese"),
    ("cy", "Welsh"),
    ("xh", "Xhosa"),
    ("yo", "Yoruba"),
    ("zu", "Zulu"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    #[test]
    fn every_tag_is_one_and_stands_once() {
        let mut tags: Vec<_> = SpokenLanguage::all().map(|language| language.tag).collect();
        assert!(tags.iter().all(|tag| Language::parse(tag).is_ok_and(|parsed| parsed.as_str() == *tag)));
        tags.sort_unstable();
        let before = tags.len();
        tags.dedup();
        assert_eq!(tags.len(), before);
        assert_eq!((spoken_language_name("de"), spoken_language_name("tlh")), ("German", "tlh"));
    }
}
