//! Reads the named values of a body or a query one by one and collects all faults, so that a caller learns about all of them at once.

use domain::{Error, error::Faults};
use jiff::{Timestamp, civil::Date};
use model::errors::{FieldFault, Range};
use serde_json::{Map, Value};
use std::str::FromStr;

/// An unknown name that is longer than this is not quoted in the answer.
const LONGEST_NAME: usize = 40;

/// A request that is read from named values.
pub(super) trait FromFields: Sized {
    /// Takes the request's values. Returns `None` only when a fault was recorded.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// The values that have not been read yet, by name, and the faults found so far.
#[derive(Default)]
pub(super) struct Fields {
    values: Map<String, Value>,
    faults: Faults,
}

impl Fields {
    /// The members of a JSON object.
    pub(super) fn of_object(values: Map<String, Value>) -> Self {
        Self { values, faults: Faults::default() }
    }

    /// The parameters of a query. A repeated parameter is a fault.
    pub(super) fn of_query(query: &str) -> Self {
        let mut fields = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let name = name.into_owned();
            if fields.values.contains_key(&name) {
                fields.faults.add(shown(&name), FieldFault::Malformed);
            }
            fields.values.insert(name, Value::String(value.into_owned()));
        }
        fields
    }

    /// Reads the whole request. A value that `T` does not take is unknown and therefore a fault.
    ///
    /// # Errors
    /// `request.fields_invalid` with every fault.
    pub(super) fn finish<T: FromFields>(mut self) -> domain::Result<T> {
        let value = T::read(&mut self);
        for name in self.values.keys() {
            self.faults.add(shown(name), FieldFault::UnknownChoice);
        }
        self.faults.check()?;
        value.ok_or_else(|| Error::internal("a request without a value and without a fault"))
    }

    /// A required text.
    pub(super) fn required<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, FieldFault>) -> Option<T> {
        let parsed = match self.values.remove(name) {
            None | Some(Value::Null) => Err(FieldFault::Missing),
            Some(Value::String(text)) => parse(&text),
            Some(_) => Err(FieldFault::Malformed),
        };
        self.faults.take(name, parsed)
    }

    /// An optional text.
    pub(super) fn optional<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, FieldFault>) -> Option<T> {
        match self.values.get(name) {
            None | Some(Value::Null) => {
                self.values.remove(name);
                None
            }
            Some(_) => self.required(name, parse),
        }
    }

    /// A required list of texts.
    pub(super) fn required_texts(&mut self, name: &str) -> Option<Vec<String>> {
        let parsed = match self.values.remove(name) {
            None | Some(Value::Null) => Err(FieldFault::Missing),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().ok_or(FieldFault::Malformed).and_then(text)).collect()
            }
            Some(_) => Err(FieldFault::Malformed),
        };
        self.faults.take(name, parsed)
    }

    /// A required list of words.
    pub(super) fn required_words<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, FieldFault>) -> Option<Vec<T>> {
        let parsed = self.required_texts(name)?.iter().map(|word| parse(word)).collect();
        self.faults.take(name, parsed)
    }

    /// An optional list of texts.
    pub(super) fn optional_texts(&mut self, name: &str) -> Option<Vec<String>> {
        match self.values.get(name) {
            None | Some(Value::Null) => {
                self.values.remove(name);
                None
            }
            Some(_) => self.required_texts(name),
        }
    }

    /// An optional list of words.
    pub(super) fn optional_words<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, FieldFault>) -> Option<Vec<T>> {
        let parsed = self.optional_texts(name)?.iter().map(|word| parse(word)).collect();
        self.faults.take(name, parsed)
    }

    /// An optional list of objects. A fault in the third one is named like `lines.2.text`.
    pub(super) fn optional_objects<T: FromFields>(&mut self, name: &str) -> Option<Vec<T>> {
        let items = match self.values.remove(name) {
            None | Some(Value::Null) => return None,
            Some(Value::Array(items)) => items,
            Some(_) => return self.faults.take(name, Err(FieldFault::Malformed)),
        };
        let mut read = Vec::new();
        for (place, item) in items.into_iter().enumerate() {
            let Value::Object(values) = item else {
                self.faults.add(&format!("{name}.{place}"), FieldFault::Malformed);
                continue;
            };
            match Self::of_object(values).finish::<T>() {
                Ok(item) => read.push(item),
                Err(error) => {
                    for wrong in error.field_errors() {
                        self.faults.add(&format!("{name}.{place}.{}", wrong.field), wrong.fault);
                    }
                }
            }
        }
        Some(read)
    }

    /// A required whole number.
    pub(super) fn required_number(&mut self, name: &str) -> Option<i32> {
        if self.values.get(name).is_none_or(Value::is_null) {
            self.values.remove(name);
            self.faults.add(name, FieldFault::Missing);
            return None;
        }
        self.optional_number(name)
    }

    /// An optional whole number.
    pub(super) fn optional_number(&mut self, name: &str) -> Option<i32> {
        match self.values.remove(name) {
            None | Some(Value::Null) => None,
            Some(Value::Number(number)) => self.faults.take(name, whole(&number).ok_or(FieldFault::Malformed)),
            Some(_) => self.faults.take(name, Err(FieldFault::Malformed)),
        }
    }

    /// An optional truth value.
    pub(super) fn optional_bool(&mut self, name: &str) -> Option<bool> {
        match self.values.remove(name) {
            None | Some(Value::Null) => None,
            Some(Value::Bool(value)) => Some(value),
            Some(_) => self.faults.take(name, Err(FieldFault::Malformed)),
        }
    }
}

/// The number as an integer. JSON Schema treats `1.0` as an integer too.
fn whole(number: &serde_json::Number) -> Option<i32> {
    let digits = number.to_string();
    let digits = digits.split_once('.').map_or(digits.as_str(), |(whole, rest)| if rest == "0" { whole } else { "" });
    digits.parse().ok()
}

/// The name of an unknown value, or `unknown` if the name is not safe to quote.
fn shown(name: &str) -> &str {
    let plain = name.len() <= LONGEST_NAME && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if plain && !name.is_empty() { name } else { "unknown" }
}

/// Any text that can be stored. The use case checks the rest.
pub(super) fn text(text: &str) -> Result<String, FieldFault> {
    if text.contains('\0') { Err(FieldFault::ForbiddenCharacter) } else { Ok(text.to_owned()) }
}

/// One line of text for a search. Control characters are refused: the database cannot store NUL, and nobody searches for invisible characters.
pub(super) fn line(text: &str) -> Result<String, FieldFault> {
    if text.chars().any(char::is_control) { Err(FieldFault::ForbiddenCharacter) } else { Ok(text.to_owned()) }
}

/// An id.
pub(super) fn id<T: FromStr>(text: &str) -> Result<T, FieldFault> {
    text.parse().map_err(|_| FieldFault::Malformed)
}

/// An instant with its offset (RFC 3339).
pub(super) fn instant(text: &str) -> Result<Timestamp, FieldFault> {
    text.parse().map_err(|_| FieldFault::Malformed)
}

/// A day: `2026-11-24`.
pub(super) fn day(text: &str) -> Result<Date, FieldFault> {
    // The parser also accepts complete date-times as a day.
    if text.len() == "2026-11-24".len() { text.parse().map_err(|_| FieldFault::Malformed) } else { Err(FieldFault::Malformed) }
}

/// The possible numbers of items per page.
const LIMITS: Range = Range::numbers(1, model::page::PAGE_SIZE_MAX as i64);

/// The number of items per page.
pub(super) fn limit(text: &str) -> Result<u32, FieldFault> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldFault::Malformed);
    }
    match text.parse() {
        Ok(0) => Err(FieldFault::TooSmall(LIMITS)),
        Ok(limit) if limit <= model::page::PAGE_SIZE_MAX => Ok(limit),
        Ok(_) | Err(_) => Err(FieldFault::TooLarge(LIMITS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::errors::FieldError;

    struct Asked(Option<u32>, Date);

    impl FromFields for Asked {
        fn read(fields: &mut Fields) -> Option<Self> {
            let (size, on) = (fields.optional("limit", limit), fields.required("day", day));
            Some(Self(size, on?))
        }
    }

    #[test]
    fn all_faults_are_named_at_once() {
        let faults = |query: &str| match Fields::of_query(query).finish::<Asked>() {
            Ok(_) => Vec::new(),
            Err(error) => error.field_errors().to_vec(),
        };
        let expected = |faults: &[(&str, FieldFault)]| faults.iter().map(|(f, w)| FieldError::new(*f, *w)).collect::<Vec<_>>();
        assert_eq!(faults("day=2026-11-24&limit=100"), []);
        assert_eq!(
            faults("limit=101&speciality=x"),
            expected(&[
                ("limit", FieldFault::TooLarge(LIMITS)),
                ("day", FieldFault::Missing),
                ("speciality", FieldFault::UnknownChoice),
            ])
        );
        assert_eq!(
            faults("day=2026-11-24T10:00&limit=-1"),
            expected(&[("limit", FieldFault::Malformed), ("day", FieldFault::Malformed),])
        );
        assert_eq!(faults("day=2026-11-24&day=2026-11-25"), expected(&[("day", FieldFault::Malformed)]));
        assert_eq!(faults("day=2026-11-24&%00=1"), expected(&[("unknown", FieldFault::UnknownChoice)]));
    }

    #[test]
    fn what_was_asked_is_read() {
        let Asked(size, on) = Fields::of_query("limit=7&day=2026-11-24").finish().unwrap();
        assert_eq!((size, on), (Some(7), jiff::civil::date(2026, 11, 24)));
        assert_eq!(limit("0"), Err(FieldFault::TooSmall(LIMITS)));
        assert_eq!(instant("2026-11-24T09:00:00+01:00"), Ok("2026-11-24T08:00:00Z".parse().unwrap()));
    }
}
