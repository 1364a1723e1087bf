//! How values stand on the wire: as text, read back through the same rules that made them.

use crate::errors::FieldFault;

/// Reads text and parses it, so that a value which came over the wire obeys the same rules as one that was typed.
pub(crate) fn deserialize_text<'de, D, T>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Result<T, FieldFault>,
) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
{
    use serde::{Deserialize, de::Error};
    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    // The fault names no value: an error must not carry what somebody typed.
    parse(&text).map_err(|fault| D::Error::custom(format_args!("not acceptable: {fault:?}")))
}

/// One line of text as people write it: trimmed, runs of blanks made one, nothing in it that cannot be seen.
///
/// # Errors
/// `Missing` when nothing is left; `TooLong` beyond `max` characters; `ForbiddenCharacter` for control characters and
/// those that reorder text (Unicode TR 9 §2, used to disguise).
pub(crate) fn single_line(text: &str, max: usize) -> Result<String, FieldFault> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err(FieldFault::Missing);
    }
    if line.chars().any(is_forbidden) {
        return Err(FieldFault::ForbiddenCharacter);
    }
    if line.chars().count() > max {
        return Err(FieldFault::TooLong);
    }
    Ok(line)
}

/// Lines of text as people write them: blanks around the whole go, line breaks become `\n`, nothing in it that cannot be seen.
///
/// # Errors
/// `Missing` when nothing is left; `TooLong` beyond `max` characters; `ForbiddenCharacter` as for one line, but line breaks and tabs stay.
pub(crate) fn many_lines(text: &str, max: usize) -> Result<String, FieldFault> {
    let lines = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let lines = lines.trim();
    if lines.is_empty() {
        return Err(FieldFault::Missing);
    }
    if lines.chars().any(|character| !matches!(character, '\n' | '\t') && is_forbidden(character)) {
        return Err(FieldFault::ForbiddenCharacter);
    }
    if lines.chars().count() > max {
        return Err(FieldFault::TooLong);
    }
    Ok(lines.to_owned())
}

fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFD}' | '\u{E0000}'..='\u{E007F}')
}

/// Serde, `FromStr` and `TryFrom<&str>` of a type with `parse(&str) -> Result<Self, FieldFault>` and `as_str(&self) -> &str`.
macro_rules! text_value {
    ($name:ident) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::wire::deserialize_text(deserializer, Self::parse)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = crate::errors::FieldFault;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
    };
}

/// `Debug` that shows the type and nothing of the value.
macro_rules! redacted {
    ($name:ident) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

/// An enum of words: `ALL`, `as_str`, `parse`, serde as the word.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every one of them, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for the wire and the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Reads what `as_str` wrote.
            ///
            /// # Errors
            /// `UnknownChoice` for every other text.
            pub fn parse(text: &str) -> Result<Self, crate::errors::FieldFault> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or(crate::errors::FieldFault::UnknownChoice)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        crate::wire::text_value!($name);
    };
}

pub(crate) use {redacted, text_value, words};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_holds_nothing_invisible() {
        assert_eq!(single_line("  a \t b\n", 3), Ok("a b".to_owned()));
        assert_eq!(single_line(" \n ", 3), Err(FieldFault::Missing));
        assert_eq!(single_line("abcd", 3), Err(FieldFault::TooLong));
        assert_eq!(single_line("a\u{0}b", 9), Err(FieldFault::ForbiddenCharacter));
        assert_eq!(single_line("a\u{202E}b", 9), Err(FieldFault::ForbiddenCharacter));
    }

    #[test]
    fn lines_keep_their_breaks_and_nothing_else_is_hidden_in_them() {
        assert_eq!(many_lines(" a\r\nb\rc\n", 9), Ok("a\nb\nc".to_owned()));
        assert_eq!(many_lines(" \n ", 9), Err(FieldFault::Missing));
        assert_eq!(many_lines("abcd", 3), Err(FieldFault::TooLong));
        assert_eq!(many_lines("a\u{0}b", 9), Err(FieldFault::ForbiddenCharacter));
        assert_eq!(many_lines("a\u{2066}b", 9), Err(FieldFault::ForbiddenCharacter));
    }
}
