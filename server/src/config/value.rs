//! How one value of a key is read and shown.
//!
//! The environment gives text only, a file gives numbers, lists and truth values as well; every kind of value takes both,
//! so that `BEDSIDE_MAIL__FROM_NAME=007` stays the text `007`.

use super::secret::Secret;
use figment::value::Value;
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

/// A kind of value that a key may have.
pub(crate) trait KeyValue: Sized {
    /// What stands there, with an example, for a fault and for the reference.
    fn kind() -> String;

    /// Reads a value; none when it is of another kind. The caller names the value in the fault unless it is secret.
    fn read(value: &Value) -> Option<Self>;

    /// The value as one would write it in the file; none when there is none.
    fn shown(&self) -> Option<String>;

    /// Whether a fault must not repeat the value.
    const IS_SECRET: bool = false;
}

/// The text of a scalar, as it would stand in the environment.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.trim().to_owned()),
        Value::Char(_, char) => Some(char.to_string()),
        Value::Bool(_, truth) => Some(truth.to_string()),
        Value::Num(_, number) => number
            .to_i128()
            .map(|whole| whole.to_string())
            .or_else(|| number.to_u128().map(|whole| whole.to_string()))
            .or_else(|| number.to_f64().map(|float| float.to_string())),
        Value::Empty(..) | Value::Dict(..) | Value::Array(..) => None,
    }
}

/// Implements [`KeyValue`] for types that read and show themselves as text.
macro_rules! text_values {
    ($($type:ty: $kind:literal;)*) => {$(
        impl KeyValue for $type {
            fn kind() -> String {
                $kind.to_owned()
            }

            fn read(value: &Value) -> Option<Self> {
                text_of(value).and_then(|text| Self::from_str(&text).ok())
            }

            fn shown(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}
pub(super) use text_values;

text_values! {
    bool: "true or false";
    u16: "a whole number";
    u32: "a whole number";
    u64: "a whole number";
    String: "text";
    IpAddr: "an IP address, such as 203.0.113.7";
    SocketAddr: "an address and a port, such as 127.0.0.1:3000 or [::]:3000";
}

impl KeyValue for PathBuf {
    fn kind() -> String {
        "a path".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        text_of(value).filter(|text| !text.is_empty()).map(Self::from)
    }

    fn shown(&self) -> Option<String> {
        Some(self.display().to_string())
    }
}

impl KeyValue for IpNet {
    fn kind() -> String {
        "a network, such as 10.0.0.0/8, or one address".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        let text = text_of(value)?;
        text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(Self::from))
    }

    fn shown(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl KeyValue for Secret<String> {
    const IS_SECRET: bool = true;

    fn kind() -> String {
        "secret text".to_owned()
    }

    fn read(value: &Value) -> Option<Self> {
        text_of(value).map(Self::new)
    }

    fn shown(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// Nothing, or the empty text, means none: so a default can be switched off from the environment.
impl<T: KeyValue> KeyValue for Option<T> {
    const IS_SECRET: bool = T::IS_SECRET;

    fn kind() -> String {
        format!("{}, or empty for none", T::kind())
    }

    fn read(value: &Value) -> Option<Self> {
        match text_of(value) {
            Some(text) if text.is_empty() => Some(None),
            _ => T::read(value).map(Some),
        }
    }

    fn shown(&self) -> Option<String> {
        self.as_ref().and_then(T::shown)
    }
}

/// A list in the file; in the environment its items stand with commas between them.
impl<T: KeyValue> KeyValue for Vec<T> {
    const IS_SECRET: bool = T::IS_SECRET;

    fn kind() -> String {
        format!("a list, each item {}", T::kind())
    }

    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Array(_, items) => items.iter().map(T::read).collect(),
            _ => text_of(value)?
                .trim_start_matches('[')
                .trim_end_matches(']')
                .split(',')
                .map(|item| item.trim().trim_matches('"'))
                .filter(|item| !item.is_empty())
                .map(|item| T::read(&Value::from(item)))
                .collect(),
        }
    }

    fn shown(&self) -> Option<String> {
        let items: Vec<_> = self.iter().filter_map(T::shown).collect();
        (!items.is_empty()).then(|| items.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_from_a_file_and_from_the_environment() {
        let wanted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        assert_eq!(Vec::read(&Value::from(vec!["10.0.0.0/8", "::1"])), Some(wanted.clone()));
        assert_eq!(Vec::read(&Value::from("10.0.0.0/8, ::1")), Some(wanted.clone()));
        assert_eq!(Vec::read(&Value::from(r#"["10.0.0.0/8","::1"]"#)), Some(wanted));
        assert_eq!(Vec::<IpNet>::read(&Value::from("10.0.0.0/8, nowhere")), None);
    }

    #[test]
    fn an_empty_text_switches_an_optional_value_off() {
        assert_eq!(Option::<SocketAddr>::read(&Value::from("")), Some(None));
        assert_eq!(Option::<SocketAddr>::read(&Value::from("nowhere")), None);
    }

    #[test]
    fn a_number_in_a_file_serves_as_text() {
        assert_eq!(String::read(&Value::from(42)), Some("42".to_owned()));
        assert_eq!(u16::read(&Value::from("443")), Some(443));
        assert_eq!(u16::read(&Value::from(70_000)), None);
    }
}
