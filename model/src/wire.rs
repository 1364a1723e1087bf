//! How values are serialized: as text, and parsed back by the same rules that created them.

use crate::errors::FieldFault;

/// Deserializes a text and parses it, so that a value from the wire follows the same rules as a typed one.
pub(crate) fn deserialize_text<'de, D, T>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Result<T, FieldFault>,
) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
{
    use serde::{Deserialize, de::Error};
    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    // The error contains only the fault, not the value: errors must not contain user input.
    parse(&text).map_err(|fault| D::Error::custom(format_args!("not acceptable: {fault:?}")))
}

/// Implements serde and `FromStr` for a type with `parse(&str) -> Result<Self, FieldFault>` and `as_str(&self) -> &str`.
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

/// Implements `Debug` so that it shows the type's name and nothing of the value.
macro_rules! redacted {
    ($name:ident) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

/// Declares an enum whose variants have a text each: `ALL`, `as_str`, `parse`, and serde as that text.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// All variants, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text of the variant, for the wire and the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Parses the text that `as_str` returns.
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
