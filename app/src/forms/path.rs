//! Field names and page addresses.

/// Returns the address if it is a page of this site: a path and not another host (`//host`, `/\host`), only visible ASCII, at most 2000 bytes.
#[must_use]
pub fn local_path(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    let is_path = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    (is_path && text.len() <= 2_000 && text.chars().all(|c| c.is_ascii_graphic())).then_some(text)
}

/// The address of the sign-in page that afterwards returns to `back`.
#[must_use]
pub fn sign_in_path(back: &str) -> String {
    format!("/sign-in?next={}", escaped(back))
}

/// The address with one query parameter set (or removed) and without a fragment.
#[cfg(any(feature = "ssr", test))]
pub(super) fn with_parameter(path: &str, name: &str, value: Option<&str>) -> String {
    let path = path.split('#').next().unwrap_or("/");
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name)).map(str::to_owned);
    let pairs: Vec<String> = kept.chain(value.map(|value| format!("{name}={value}"))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// Escapes a path for use as a query parameter (RFC 3986 §2.1: everything except unreserved characters, and here `/`, is escaped).
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// The name of the control as `serde_qs` reads it: `items.2.dose` becomes `items[2][dose]`.
pub(super) fn control_name(field: &str) -> String {
    let mut segments = field.split('.');
    let first = segments.next().unwrap_or_default().to_owned();
    segments.fold(first, |name, segment| format!("{name}[{segment}]"))
}

/// The id of the control: `items.2.dose` becomes `items-2-dose`.
pub(super) fn control_id(field: &str) -> String {
    field.replace('.', "-")
}

/// The value of a field as text; empty if there is none.
pub(super) fn typed(values: &serde_json::Value, field: &str) -> String {
    let found = field.split('.').try_fold(values, |value, segment| match value {
        serde_json::Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        serde_json::Value::Object(members) => members.get(segment),
        _ => None,
    });
    match found {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Number(number)) => number.to_string(),
        Some(serde_json::Value::Bool(true)) => "true".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_local() {
        for good in ["/", "/patient/visits?draft=1", "/a//b"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in ["", "patient", "//evil.test", "/\\evil.test", "https://evil.test/", "/a\r\nb", "/a b"] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_parameter_is_replaced_not_repeated() {
        assert_eq!(with_parameter("/x?draft=1&day=2", "draft", Some("9")), "/x?day=2&draft=9");
        assert_eq!(with_parameter("/x?draft=1#top", "draft", None), "/x");
        assert_eq!(escaped("/x?draft=1&y=ü"), "/x%3Fdraft%3D1%26y%3D%C3%BC");
    }

    #[test]
    fn names_ids_and_values_of_nested_fields() {
        let values = serde_json::json!({ "items": [{ "dose": "5 mg" }], "name": "A" });
        assert_eq!(control_name("items.0.dose"), "items[0][dose]");
        assert_eq!(control_id("items.0.dose"), "items-0-dose");
        assert_eq!(typed(&values, "items.0.dose"), "5 mg");
        assert_eq!(typed(&values, "items.1.dose"), "");
        assert_eq!(typed(&values, "name"), "A");
    }
}
