//! Reading and showing the value of a key.
//!
//! The environment provides only text; a file also provides numbers, lists and booleans. Every kind of value accepts both, so that
//! `BEDSIDE_MAIL__FROM_NAME=007` stays the text `007`.

use super::secret::Secret;
use figment::value::Value;
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

/// A type that a key's value can have.
pub(crate) trait KeyValue: Sized {
    /// A description with an example, for faults and for the reference.
    fn kind() -> String;

    /// Reads a value; none when it has the wrong type. The caller shows the value in the fault unless it is secret.
    fn read(value: &Value) -> Option<Self>;

    /// The value as it would be written in the file; none when there is none.
    fn shown(&self) -> Option<String>;

    /// Whether a fault must not show the value.
    const IS_SECRET: bool = false;
}

/// A scalar as text, as it would be written in the environment.
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

/// Implements [`KeyValue`] for types with `FromStr` and `Display`.
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

/// A missing value or an empty text means none, so that the environment can switch off a default.
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

/// A list in the file; comma-separated items in the environment.
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
