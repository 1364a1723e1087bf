//! Limited tokens: every route says what it needs of one, and the edge refuses the rest.

use crate::house::{Client, DESCRIPTION, House, house};
use axum::http::{Method, Request, header};
use model::scopes::ApiScope;
use serde_json::json;
use server::edge::scopes::{NEEDS, Need};
use std::collections::BTreeSet;
use testing::{PASSWORD, Person};

/// A client with a personal token that has these scopes.
async fn with_token(house: &House, person: &Person, scopes: &[&str]) -> (Client, String) {
    let body = json!({ "name": "A program", "scopes": scopes, "days": 30, "password": PASSWORD });
    let made = house.client(person).await.post("/me/tokens", body).await.expect(201);
    let client = Client { token: made["token"].as_str().map(str::to_owned), ..house.stranger() };
    (client, made["token_id"].as_str().unwrap().to_owned())
}

#[test]
fn every_route_of_the_description_says_what_it_needs_of_a_limited_token_and_only_once() {
    let mut documented = BTreeSet::new();
    for (path, item) in DESCRIPTION["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase();
            let security = operation.get("security").unwrap_or(&DESCRIPTION["security"]).as_array().unwrap();
            let is_public = security.iter().any(|requirement| requirement.as_object().unwrap().is_empty());
            let needs: Vec<Need> =
                NEEDS.iter().filter(|(of, at, _)| *of == method && at == path).map(|(.., need)| *need).collect();
            assert_eq!(needs.len(), 1, "{method} {path}: add the scope to server/src/edge/scopes.rs");
            assert!(is_public || needs[0] != Need::Anybody, "{method} {path} needs a sign-in, so a limited token needs a scope");
            documented.insert((method, path.clone()));
        }
    }
    let listed: BTreeSet<_> = NEEDS.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(listed, documented, "each row is a route");
    for scope in ApiScope::ALL {
        assert!(NEEDS.iter().any(|(.., need)| *need == Need::Scope(*scope)), "{scope} opens nothing");
    }
}

#[tokio::test]
async fn a_token_opens_what_its_scopes_say_and_names_what_it_lacks() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let (client, _) = with_token(&house, &person, &["appointments:read"]).await;
    client.get("/appointments").await.expect(200);
    client.get("/specialties").await.expect(200);
    let refused = client.get("/me").await;
    assert_eq!(refused.refusal(), (403, "access.scope_missing"));
    assert_eq!(refused.body["details"]["scope"], "account:read");
    assert!(refused.header("www-authenticate").contains("insufficient_scope"));
    let cancelled = client.post(&format!("/appointments/{}/cancel", person.session), json!({})).await;
    assert_eq!(cancelled.refusal(), (403, "access.scope_missing"));
    for path in ["/me/sessions", "/me/tokens", "/me/factors"] {
        assert_eq!(client.get(path).await.refusal(), (403, "access.token_limited"), "{path}");
    }
    assert_eq!(client.post("/me/delete", json!({ "password": PASSWORD })).await.refusal(), (403, "access.token_limited"));
    // The pages have no scopes.
    let page = Request::get("/account").header(header::ACCEPT, "text/html").body(axum::body::Body::empty()).unwrap();
    assert_eq!(client.send(page).await.status, 403);
    // The token of a sign-in needs no scope.
    house.client(&person).await.get("/me").await.expect(200);
}

#[tokio::test]
async fn tokens_are_listed_and_ended_and_every_wrong_field_is_named() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let owner = house.client(&person).await;
    let (client, id) = with_token(&house, &person, &["account:read"]).await;
    client.get("/me").await.expect(200);
    let listed = owner.get("/me/tokens").await.expect(200);
    assert_eq!((&listed["items"][0]["token_id"], &listed["items"][0]["scopes"]), (&json!(id), &json!(["account:read"])));
    assert!(listed["items"][0]["used_at"].is_string() && !listed.to_string().contains("bedside_pat_"));
    let wrong = json!({ "name": "", "scopes": ["everything"], "days": 366, "password": PASSWORD });
    let expected = [("name", "missing"), ("scopes", "unknown_choice"), ("days", "too_large")];
    assert_eq!(owner.post("/me/tokens", wrong).await.faults(), expected);
    owner.delete(&format!("/me/tokens/{id}")).await.expect(204);
    assert_eq!(client.ask(Method::GET, "/me", &[], None).await.refusal(), (401, "access.sign_in_needed"));
    assert_eq!(owner.delete(&format!("/me/tokens/{id}")).await.refusal(), (404, "not_found"));
}
