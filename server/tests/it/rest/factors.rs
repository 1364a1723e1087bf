//! The caller's sessions and second factor.

use crate::house::{Client, house};
use axum::http::Method;
use serde_json::{Value, json};
use testing::{Authenticator, PASSWORD, PasskeyDevice};

#[tokio::test]
async fn an_app_is_set_up_and_then_a_program_signs_in_with_its_code() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let (client, stranger, now) = (house.client(&person).await, house.stranger(), house.clinic.domain.now());
    let post = async |path: &str, body| client.ask(Method::POST, path, &[], Some(body)).await;
    assert_eq!(client.get("/me/factors").await.expect(200)["totp"], false);

    let shown = post("/me/factors/set-up", json!({ "password": PASSWORD })).await.expect(201);
    let app = Authenticator::new(shown["secret"].as_str().unwrap());
    assert_eq!(shown["recovery_codes"].as_array().unwrap().len(), 10);
    assert_eq!(post("/me/factors/confirm", json!({ "code": "12" })).await.faults(), [("code", "malformed")]);
    let wrong = json!({ "code": app.wrong_code(now) });
    assert_eq!(post("/me/factors/confirm", wrong).await.refusal(), (403, "identity.code_wrong"));
    let factors = post("/me/factors/confirm", json!({ "code": app.code(now) })).await.expect(200);
    assert_eq!((&factors["totp"], &factors["recovery_codes_left"]), (&json!(true), &json!(10)));

    let mut credentials = json!({ "email": person.email, "password": PASSWORD });
    assert_eq!(stranger.post("/sessions", credentials.clone()).await.refusal(), (401, "identity.second_factor_needed"));
    credentials["code"] = json!(app.code(now));
    assert_eq!(stranger.post("/sessions", credentials.clone()).await.refusal(), (403, "identity.code_wrong"));
    credentials["code"] = shown["recovery_codes"][0].clone();
    let tokens = stranger.post("/sessions", credentials.clone()).await.expect(201);
    let second = Client { token: Some(tokens["access_token"].as_str().unwrap().to_owned()), ..house.stranger() };
    let sessions = second.get("/me/sessions").await.expect(200);
    let current = sessions["items"].as_array().unwrap().iter().find(|session| session["current"] == true).unwrap();
    assert_eq!(current["assurance"], "two_factors");
    assert_eq!(second.get("/me/factors").await.expect(200)["recovery_codes_left"], 9);

    second.delete("/me/factors/remembered-browsers").await.expect(204);
    for path in ["/me/factors/set-up", "/me/factors/end"] {
        assert_eq!(second.post(path, json!({ "password": PASSWORD })).await.faults(), [("code", "missing")]);
        let wrong = json!({ "password": PASSWORD, "code": app.wrong_code(now) });
        assert_eq!(second.post(path, wrong).await.refusal(), (403, "identity.code_wrong"));
    }
    let right = json!({ "password": PASSWORD, "code": shown["recovery_codes"][1] });
    post("/me/factors/end", right).await.expect(204);
    assert_eq!(post("/me/factors/end", json!({ "password": PASSWORD })).await.refusal(), (404, "not_found"));
    house.stranger().sign_in(&person.email).await;
}

#[tokio::test]
async fn a_passkey_is_added_renamed_and_removed() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let client = house.client(&person).await;
    let question = client.ask(Method::POST, "/me/factors/passkeys/begin", &[], None).await.expect(200);
    let (_, answer) = PasskeyDevice::new(question["options"].as_str().unwrap());
    let mut new = json!({ "name": " ", "password": PASSWORD, "question": question["question"], "answer": answer });
    let add = async |body| client.ask(Method::POST, "/me/factors/passkeys", &[], Some(body)).await;
    assert_eq!(add(new.clone()).await.faults(), [("name", "missing")]);
    new["name"] = json!("My phone");
    let factors = add(new.clone()).await.expect(201);
    let passkey = factors["passkeys"][0].clone();
    assert_eq!((&passkey["name"], &passkey["version"]), (&json!("My phone"), &json!(1)));
    assert_eq!(add(new).await.refusal(), (410, "identity.passkey_answered"));

    let path = format!("/me/factors/passkeys/{}", passkey["passkey_id"].as_str().unwrap());
    let rename = async |body| client.ask(Method::PUT, &path, &[], Some(body)).await;
    let factors = rename(json!({ "name": "Old phone", "version": 1 })).await.expect(200);
    assert_eq!(factors["passkeys"][0]["name"], "Old phone");
    assert_eq!(rename(json!({ "name": "Phone", "version": 1 })).await.refusal(), (409, "request.stale"));
    client.post(&format!("{path}/remove"), json!({ "password": PASSWORD })).await.expect(204);
    assert_eq!(client.get("/me/factors").await.expect(200)["passkeys"], json!([]));
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let (first, second) = (house.client(&person).await, house.client(&person).await);
    let sessions = first.get("/me/sessions").await.expect(200);
    // The person had a session before.
    assert_eq!(sessions["items"].as_array().unwrap().len(), 3);
    let path = format!("/me/sessions/{}", person.session);
    first.delete(&path).await.expect(204);
    assert_eq!(first.delete(&path).await.refusal(), (404, "not_found"));
    second.get("/me").await.expect(200);
    first.delete("/me/sessions").await.expect(204);
    assert_eq!(second.get("/me").await.refusal(), (401, "access.sign_in_needed"));
    assert_eq!(first.get("/me/sessions").await.expect(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_account_is_deleted_and_brought_back() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let (client, stranger) = (house.client(&person).await, house.stranger());
    let credentials = || json!({ "email": person.email, "password": PASSWORD });
    assert_eq!(client.post("/me/delete", json!({})).await.faults(), [("password", "missing")]);
    let deleted = client.post("/me/delete", json!({ "password": PASSWORD })).await.expect(200);
    assert_eq!(client.get("/me").await.refusal(), (401, "access.sign_in_needed"));
    assert_eq!(stranger.post("/sessions", credentials()).await.refusal(), (403, "identity.account_deleted"));

    let listed = admin.get("/deleted-accounts").await.expect(200);
    assert_eq!((&listed["items"][0]["email"], &listed["items"][0]["final_at"]), (&json!(person.email), &deleted["final_at"]));
    let wrong = json!({ "email": person.email, "password": "not the password" });
    assert_eq!(stranger.post("/accounts/bring-back", wrong).await.refusal(), (401, "identity.bad_credentials"));
    stranger.post("/accounts/bring-back", credentials()).await.expect(204);
    house.stranger().sign_in(&person.email).await;

    house.client(&person).await.post("/me/delete", json!({ "password": PASSWORD })).await.expect(200);
    let path = format!("/deleted-accounts/{}/bring-back", person.user);
    admin.ask(Method::POST, &path, &[], None).await.expect(204);
    assert_eq!(admin.ask(Method::POST, &path, &[], None).await.refusal(), (404, "not_found"));
    house.stranger().sign_in(&person.email).await;
}

#[tokio::test]
async fn an_administrator_asks_for_a_second_factor_to_be_turned_off_and_its_owner_stops_it() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let person = house.clinic.patient("Amara Osei").await;
    let (client, now) = (house.client(&person).await, house.clinic.domain.now());
    let path = format!("/users/{}/factors", person.user);
    let (reset, checked) = (format!("{path}/reset"), json!({ "reason": "Passport in a video call" }));
    let before = admin.get(&path).await.expect(200);
    assert_eq!((&before["name"], &before["has_factor"]), (&json!("Amara Osei"), &json!(false)));
    assert_eq!(admin.post(&reset, checked.clone()).await.refusal(), (409, "identity.second_factor_absent"));

    let shown = client.post("/me/factors/set-up", json!({ "password": PASSWORD })).await.expect(201);
    let app = Authenticator::new(shown["secret"].as_str().unwrap());
    client.post("/me/factors/confirm", json!({ "code": app.code(now) })).await.expect(200);
    assert_eq!(admin.post(&reset, json!({})).await.faults(), [("reason", "missing")]);
    let asked = admin.post(&reset, checked.clone()).await.expect(200);
    assert_eq!((&asked["has_factor"], asked["reset_at"].is_string()), (&json!(true), true));
    assert_eq!(admin.post(&reset, checked).await.refusal(), (409, "identity.reset_asked"));
    assert_eq!(client.get("/me/factors").await.expect(200)["reset_at"], asked["reset_at"]);
    client.delete("/me/factors/reset").await.expect(204);
    assert_eq!(admin.get(&path).await.expect(200)["reset_at"], Value::Null);
}
