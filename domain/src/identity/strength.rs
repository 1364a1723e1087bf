//! How hard a new password is to guess. Whatever sets a password parses it with [`new_password`].
//!
//! `zxcvbn` counts the guesses of an attacker who tries words, names, dates and patterns of keys, and who knows the name and the address of the owner. It takes some
//! milliseconds, and longer for longer text, so it looks at the beginning only.

use model::{
    errors::FieldFault,
    identity::{EmailAddress, Password},
};
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

/// So many characters of a password are looked at. What is hard to guess with them is not easier with more.
const LOOKED_AT: usize = 100;
/// A password below this can be guessed by a program that may try for some weeks: 10^8 guesses.
const WEAKEST: Score = Score::Three;
/// Shorter parts of a name or an address are in most texts.
const SHORTEST_PART: usize = 3;
/// So many parts of the name and the address count.
const MOST_PARTS: usize = 30;

/// Whose password it is: what a guesser knows, as it is stored or typed.
pub(super) struct Owner {
    pub(super) name: String,
    /// Empty if it was not given.
    pub(super) latin_name: String,
    pub(super) email: String,
}

impl Owner {
    /// The owner is unknown, because the link is not valid.
    pub(super) const fn unknown() -> Self {
        Self { name: String::new(), latin_name: String::new(), email: String::new() }
    }

    /// The name and the address: as they are, written together, and their parts.
    fn words(&self) -> Vec<String> {
        let texts = [self.name.as_str(), self.latin_name.as_str(), self.email.as_str()];
        let local_part = self.email.split('@').next().unwrap_or_default();
        let mut words: Vec<String> = texts.map(|text| text.trim().to_owned()).into();
        words.extend([self.name.as_str(), self.latin_name.as_str(), local_part].map(together));
        words.extend(texts.into_iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).map(str::to_owned));
        words.retain(|word| word.chars().count() >= SHORTEST_PART);
        words.truncate(MOST_PARTS);
        words.push("bedside".to_owned());
        words
    }
}

/// The letters and digits of a text, without what stands between them.
fn together(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Parses a password that the owner of an account chooses.
///
/// # Errors
/// Those of [`Password::parse_for`]; `TooGuessable` when it can be guessed in too few attempts.
pub(super) fn new_password(text: &str, owner: &Owner) -> Result<Password, FieldFault> {
    let password = match EmailAddress::parse(&owner.email) {
        Ok(email) => Password::parse_for(text, &email)?,
        Err(_) => Password::parse(text)?,
    };
    let looked_at: Zeroizing<String> = Zeroizing::new(password.as_str().chars().take(LOOKED_AT).collect());
    let words = owner.words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if zxcvbn(&looked_at, &words).score() < WEAKEST { Err(FieldFault::TooGuessable) } else { Ok(password) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> Result<Password, FieldFault> {
        let (name, latin_name) = ("Adaeze Nwachukwu-Ferreira".to_owned(), String::new());
        new_password(text, &Owner { name, latin_name, email: "adaeze.1980@people.example".to_owned() })
    }

    #[test]
    fn a_few_words_are_enough_and_patterns_are_not() {
        for text in ["a long walk by the river", "three brown envelopes", "cafe au lait noir", "ключ от дома на крыше"]
        {
            assert!(chosen(text).is_ok(), "{text}");
        }
        for text in ["Password2024!", "hunter2hunter2", "qwertzuiop1", "abcabcabcabcabc", "iloveyou1980"] {
            let fault = chosen(text).expect_err(text);
            assert!(matches!(fault, FieldFault::TooGuessable | FieldFault::TooCommon), "{text}: {fault:?}");
        }
    }

    #[test]
    fn the_name_and_the_address_of_the_owner_count_for_little() {
        for text in ["AdaezeNwachukwu", "NwachukwuFerreira", "adaeze.1980@people.example"] {
            assert!(chosen(text).is_err(), "{text}");
        }
        assert!(new_password("AdaezeNwachukwu", &Owner::unknown()).is_ok(), "for somebody else it is a rare word");
    }

    #[test]
    fn text_beyond_what_is_looked_at_changes_nothing() {
        let weak = "ab".repeat(50) + "correct horse battery staple";
        assert_eq!(chosen(&weak).expect_err("weak"), FieldFault::TooGuessable);
        assert_eq!(chosen("short").expect_err("short"), FieldFault::too_short(10));
    }
}
