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
