//! The OpenAPI description: the committed file matches the code, and every operation is documented.

use crate::house::{DESCRIPTION, house};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path};

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever renews the file says so in the environment")]
fn the_committed_description_is_the_one_of_this_code() {
    // Asked when the test runs: clones of the project may share what was built.
    let server = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    let path = Path::new(&server).join("../api/openapi.json");
    let text = serde_json::to_string_pretty(&*DESCRIPTION).unwrap() + "\n";
    if std::env::var("UPDATE_DOCS").is_ok() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "api/openapi.json differs from the code. Run `cargo xtask openapi` and review the change.");
}

#[tokio::test]
async fn the_description_is_served() {
    let house = house().await;
    assert_eq!(house.stranger().get("/openapi.json").await.expect(200), *DESCRIPTION);
}

#[test]
fn every_operation_says_what_it_answers() {
    assert_eq!(DESCRIPTION["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (path, item) in DESCRIPTION["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let what = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{what}: the operationId is not unique");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{what} has no summary");
            let responses = operation["responses"].as_object().unwrap();
            assert!(["401", "406", "429", "500", "503"].iter().all(|status| responses.contains_key(*status)), "{what}");
            for (status, response) in responses {
                if status.starts_with(['4', '5']) {
                    assert_eq!(error_schema(response), "#/components/schemas/Error", "{what} {status}");
                }
            }
        }
    }
}

/// The schema of an error response, which is described inline or by reference.
fn error_schema(response: &Value) -> &Value {
    let named = response["$ref"].as_str().map(|name| name.trim_start_matches('#').to_owned());
    let response = named.map_or(response, |pointer| DESCRIPTION.pointer(&pointer).unwrap());
    &response["content"]["application/json"]["schema"]["$ref"]
}
