//! Names of people.

use crate::{
    errors::{FieldError, FieldFault},
    text::{fold, is_pictograph, single_line, visible},
    wire::{redacted, text_value},
};

/// The longest name accepted, in characters.
const MAX_CHARS: usize = 120;

/// A full name in any script, as its owner writes it. It is one field because not everybody has a given and a family name
/// (W3C, "Personal names around the world").
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// Parses a name of 1 to 120 characters, cleaned by [`single_line`]. Punctuation that occurs in names stays: apostrophes, hyphens, dots,
    /// brackets, and the quotation mark that stands for a geresh (`ד"ר כהן`).
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `ForbiddenCharacter` for control characters, angle brackets, emoji and similar; `Malformed` without any letter.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let line = single_line(text, MAX_CHARS)?;
        if line.chars().any(|c| matches!(c, '<' | '>' | '@' | '\\' | '{' | '}' | '|') || is_pictograph(c)) {
            return Err(FieldFault::ForbiddenCharacter);
        }
        if !line.chars().any(char::is_alphabetic) {
            return Err(FieldFault::Malformed);
        }
        Ok(Self(line))
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The initials for the avatar: one or two capital letters, from the first and the last word.
    #[must_use]
    pub fn initials(&self) -> String {
        let mut letters = self.0.split(' ').filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
        let first = letters.next();
        let last = letters.next_back();
        first.into_iter().chain(last).filter_map(|letter| letter.to_uppercase().next()).collect()
    }

    /// The key that lists are sorted by: the last word, then the rest, in lower case. The database collation decides the finer order (accents).
    #[must_use]
    pub fn sort_key(&self) -> String {
        match self.0.rsplit_once(' ') {
            Some((rest, last)) => format!("{last} {rest}").to_lowercase(),
            None => self.0.to_lowercase(),
        }
    }
}

redacted!(PersonName);
text_value!(PersonName);

/// A name in Latin letters, as in the machine-readable part of a passport or close to it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LatinName(String);

impl LatinName {
    /// Parses a name by the rules of [`PersonName`].
    ///
    /// # Errors
    /// Those of [`PersonName::parse`]; `NotLatin` for letters of another script.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let PersonName(name) = PersonName::parse(text)?;
        if name.chars().all(|c| !c.is_alphabetic() || is_latin(c)) { Ok(Self(name)) } else { Err(FieldFault::NotLatin) }
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

redacted!(LatinName);
text_value!(LatinName);

/// A name, with the same name in Latin letters where documents need it.
#[derive(Clone, PartialEq, Eq)]
pub struct WrittenName {
    name: PersonName,
    latin: Option<LatinName>,
}

impl WrittenName {
    /// Parses both fields. `printable` says whether documents can show a text. A name that they cannot show must also be given in Latin
    /// letters, so that creating a document never fails because of the name.
    ///
    /// # Errors
    /// Every fault of the fields `name` and `latin_name`: those of [`PersonName::parse`] and [`LatinName::parse`]; `LatinNeeded` when
    /// documents cannot show the name and the Latin name is empty; `Unprintable` when they cannot show the Latin name either.
    pub fn parse(name: &str, latin: &str, printable: impl Fn(&str) -> bool) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let name = PersonName::parse(name).map_err(|fault| faults.push(FieldError::new("name", fault))).ok();
        let shown = name.as_ref().is_none_or(|name| printable(name.as_str()));
        let latin = match LatinName::parse(latin) {
            Ok(latin) if printable(latin.as_str()) => Ok(Some(latin)),
            Ok(_) => Err(FieldFault::Unprintable),
            Err(FieldFault::Missing) if shown => Ok(None),
            Err(FieldFault::Missing) => Err(FieldFault::LatinNeeded),
            Err(fault) => Err(fault),
        };
        let latin = latin.map_err(|fault| faults.push(FieldError::new("latin_name", fault))).ok();
        match (name, latin) {
            (Some(name), Some(latin)) => Ok(Self { name, latin }),
            (_, _) => Err(faults),
        }
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &PersonName {
        &self.name
    }

    /// The name in Latin letters, if it was given.
    #[must_use]
    pub const fn latin(&self) -> Option<&LatinName> {
        self.latin.as_ref()
    }

    /// The search key of both names. Wherever a name is stored, this key is stored with it.
    #[must_use]
    pub fn search_key(&self) -> String {
        name_search_key(self.name.as_str(), self.latin.as_ref().map(LatinName::as_str))
    }
}

redacted!(WrittenName);

/// A name and its Latin form as searches compare them, a line each.
#[must_use]
pub fn name_search_key(name: &str, latin: Option<&str>) -> String {
    let keys: Vec<String> = [name].into_iter().chain(latin).map(fold::search_key).collect();
    keys.join("\n")
}

/// The name as a document shows it: the full name where it can, else the Latin one; `None` when it can show neither. Names that were stored
/// before invisible characters were removed are cleaned here.
#[must_use]
pub fn printed_name(name: &str, latin: Option<&str>, printable: impl Fn(&str) -> bool) -> Option<String> {
    let clean = |text: &str| Some(visible(text).trim().to_owned()).filter(|text| !text.is_empty() && printable(text));
    clean(name).or_else(|| latin.and_then(clean))
}

/// Letters of the Latin script, and the modifier letters used with them (such as the okina).
const fn is_latin(character: char) -> bool {
    matches!(character, 'A'..='Z' | 'a'..='z' | '\u{AA}' | '\u{BA}' | '\u{C0}'..='\u{2FF}' | '\u{300}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}'
        | '\u{2C60}'..='\u{2C7F}' | '\u{A720}'..='\u{A7FF}' | '\u{FB00}'..='\u{FB06}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_and_order_work_in_any_script() {
        for (name, initials, sort_key) in [
            ("Amara  Osei", "AO", "osei amara"),
            (" Björk ", "B", "björk"),
            ("maria josé da silva", "MS", "silva maria josé da"),
            ("Ольга Иванова", "ОИ", "иванова ольга"),
            ("山田 太郎", "山太", "太郎 山田"),
            ("山田　太郎", "山太", "太郎 山田"),
            ("Seán O'Connor-Ní", "SO", "o'connor-ní seán"),
        ] {
            let parsed = PersonName::parse(name).expect(name);
            assert_eq!(parsed.initials(), initials);
            assert_eq!(parsed.sort_key(), sort_key);
        }
    }

    #[test]
    fn names_are_taken_as_their_owners_write_them() {
        for name in [
            "ד\"ר כהן",
            "ד״ר כהן",
            "צ'רלי ז׳בוטינסקי",
            "Liliʻuokalani",
            "Jean‐Luc d’Arc",
            "Gal·la Col·legi",
            "Robert “Bob” O'Neil, Jr.",
            "Ahmad (Ali) s/o Yusof",
            "علی\u{200C}رضا",
            "क\u{94D}\u{200D}षमा",
            "Priya राव",
            "レオナルド・ダ・ヴィンチ",
            "葛\u{E0100}西",
            "María de los Ángeles 3ª",
        ] {
            assert_eq!(PersonName::parse(name).expect(name).as_str(), name);
        }
        assert_eq!(
            PersonName::parse("A\u{200B}d\u{AD}a\u{202E} \u{3164}Lovelace\u{FEFF}").expect("a name").as_str(),
            "Ada Lovelace"
        );
        assert_eq!(PersonName::parse("Ame\u{301}lie"), PersonName::parse("Amélie"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for (text, fault) in [
            (" ", FieldFault::Missing),
            ("\u{3164}", FieldFault::Missing),
            ("\u{AD}\u{AD}", FieldFault::Missing),
            ("\u{2800}\u{200D}\u{115F}", FieldFault::Missing),
            ("12345", FieldFault::Malformed),
            ("\u{301}\u{301}", FieldFault::Malformed),
            ("Eve <script>", FieldFault::ForbiddenCharacter),
            ("Eve\u{7}", FieldFault::ForbiddenCharacter),
            ("Eve 🐍", FieldFault::ForbiddenCharacter),
        ] {
            assert_eq!(PersonName::parse(text).expect_err(text), fault);
        }
        assert_eq!(PersonName::parse(&"é".repeat(121)).expect_err("long"), FieldFault::too_long(120));
        assert!(PersonName::parse(&"é".repeat(120)).is_ok());
    }

    /// Parses both names for a document that can show ASCII only.
    fn written(name: &str, latin: &str) -> Result<WrittenName, Vec<(String, FieldFault)>> {
        let read = WrittenName::parse(name, latin, str::is_ascii);
        read.map_err(|faults| faults.into_iter().map(|wrong| (wrong.field, wrong.fault)).collect())
    }

    #[test]
    fn latin_letters_are_asked_for_only_where_the_paper_needs_them() {
        let faults = |name, latin| written(name, latin).expect_err(name);
        let latin = |fault| vec![("latin_name".to_owned(), fault)];
        assert_eq!(written("Ada", "").expect("a name").latin(), None);
        assert_eq!(faults("محمد", " \u{200E} "), latin(FieldFault::LatinNeeded));
        assert_eq!(faults("محمد", "Мухаммад"), latin(FieldFault::NotLatin));
        assert_eq!(faults("محمد", "Muḥammad"), latin(FieldFault::Unprintable));
        assert_eq!(written("محمد", "Muhammad").expect("both").latin().map(LatinName::as_str), Some("Muhammad"));
        let both = vec![("name".to_owned(), FieldFault::Missing), ("latin_name".to_owned(), FieldFault::NotLatin)];
        assert_eq!(faults("\u{3164}", "山"), both);
    }

    #[test]
    fn a_search_finds_both_names() {
        let key = |name, latin| written(name, latin).expect("a name").search_key();
        assert_eq!(key("山田 太郎", "Yamada Taro"), "山田 太郎\nyamada taro");
        assert_eq!(key("Amara Osei", ""), "amara osei");
    }

    #[test]
    fn the_paper_shows_the_name_if_it_can() {
        assert_eq!(printed_name("Ada", Some("Eda"), str::is_ascii).as_deref(), Some("Ada"));
        assert_eq!(printed_name("A\u{200B}da", None, str::is_ascii).as_deref(), Some("Ada"));
        assert_eq!(printed_name("山田", Some("Yamada"), str::is_ascii).as_deref(), Some("Yamada"));
        assert_eq!(printed_name("山田", None, str::is_ascii), None);
        assert_eq!(printed_name("\u{3164}", None, str::is_ascii), None);
    }
}
