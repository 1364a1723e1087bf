//! Names, ids and values of fields.

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
    fn names_ids_and_values_of_nested_fields() {
        let values = serde_json::json!({ "items": [{ "dose": "5 mg" }], "name": "A" });
        assert_eq!(control_name("items.0.dose"), "items[0][dose]");
        assert_eq!(control_id("items.0.dose"), "items-0-dose");
        assert_eq!(typed(&values, "items.0.dose"), "5 mg");
        assert_eq!(typed(&values, "items.1.dose"), "");
        assert_eq!(typed(&values, "name"), "A");
    }
}
