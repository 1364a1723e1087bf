//! What hashes a password costs the same in whichever way it is asked for: none of them lets anybody keep the processors busy.

use crate::{functions::Scene, house::DESCRIPTION};
use axum::http::Method;
use serde_json::Value;
use server::edge::cost::cost_of;
use std::{collections::BTreeSet, num::NonZeroU32};

/// Server functions that take a password, or hash one, though the bodies in the table of functions have none.
const WITHOUT_ONE_IN_THE_TABLE: [&str; 7] =
    ["accept-as-new", "answer-app", "apply", "bring-back", "set-up", "sign-in", "sign-up"];

/// How deep the schemas of requests are nested at most.
const DEPTH: u8 = 6;

fn of_a_sign_in() -> NonZeroU32 {
    cost_of(&Method::POST, "/do/sign-in")
}

/// Whether a request of this schema has a password.
fn has_password(schema: &Value, depth: u8) -> bool {
    if depth == 0 {
        return false;
    }
    let named = schema["$ref"].as_str().and_then(|name| DESCRIPTION.pointer(name.trim_start_matches('#')));
    let parts = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|word| schema[word].as_array()).flatten();
    let mut properties = schema["properties"].as_object().into_iter().flatten();
    named.into_iter().chain(parts).any(|part| has_password(part, depth - 1))
        || properties.any(|(name, part)| name.contains("password") || has_password(part, depth - 1))
}

#[test]
fn every_route_that_takes_a_password_costs_as_much_as_a_sign_in() {
    let mut routes = Vec::new();
    for (path, item) in DESCRIPTION["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
            if bodies.map(|(_, body)| &body["schema"]).any(|schema| has_password(schema, DEPTH)) {
                routes.push((Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), format!("/api/v1{path}")));
            }
        }
    }
    assert!(routes.len() >= 10, "the description has passwords: {routes:?}");
    let cheap: Vec<_> = routes.iter().filter(|(method, path)| cost_of(method, path) < of_a_sign_in()).collect();
    assert!(cheap.is_empty(), "{cheap:?}: add it to server/src/edge/cost.rs");
}

/// Whether a form has a password.
fn is_in_form(body: &str) -> bool {
    body.split('&').any(|field| field.starts_with("password=") || field.starts_with("current="))
}

#[test]
fn every_server_function_that_takes_a_password_costs_as_much_as_a_sign_in() {
    let bodies: Vec<_> = Scene::bodies().collect();
    let named: BTreeSet<&str> = bodies.iter().map(|(function, _)| *function).collect();
    for function in WITHOUT_ONE_IN_THE_TABLE {
        assert!(named.contains(function), "{function} is no server function any more");
    }
    let takes = bodies.iter().filter(|(function, body)| is_in_form(body) || WITHOUT_ONE_IN_THE_TABLE.contains(function));
    let cheap: Vec<_> = takes
        .map(|(function, _)| format!("/do/{function}"))
        .filter(|path| cost_of(&Method::POST, path) < of_a_sign_in())
        .collect();
    assert!(cheap.is_empty(), "{cheap:?}: add it to server/src/edge/cost.rs");
}

#[test]
fn what_takes_in_a_file_or_compares_everybody_costs_the_same_on_both_ways() {
    for (function, route) in [
        ("/do/import-staff", "/api/v1/invitations/import"),
        ("/do/import-patients", "/api/v1/patients/import"),
        ("/do/find-people", "/api/v1/users/search"),
        ("/do/find-patients", "/api/v1/patients/search"),
        ("/do/find-in-conversations", "/api/v1/threads/search"),
        ("/do/delete-account", "/api/v1/me/delete"),
        ("/do/make-token", "/api/v1/me/tokens"),
    ] {
        assert_eq!(cost_of(&Method::POST, function), cost_of(&Method::POST, route), "{function} and {route}");
        assert!(cost_of(&Method::POST, function) > cost_of(&Method::POST, "/do/cancel-visit"), "{function}");
    }
}
