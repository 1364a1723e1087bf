//! Tokens: they are valid for minutes, are replaced, and end with their session.

use crate::house::{Client, House, house, house_with};
use jiff::SignedDuration;
use serde_json::{Value, json};

async fn refresh(house: &House, tokens: &Value) -> crate::house::Answer {
    house.stranger().post("/sessions/refresh", json!({ "refresh_token": tokens["refresh_token"] })).await
}

fn with(house: &House, tokens: &Value) -> Client {
    Client { token: tokens["access_token"].as_str().map(str::to_owned), ..house.stranger() }
}

#[tokio::test]
async fn an_access_token_lives_as_long_as_it_says_and_is_replaced() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let first = house.stranger().sign_in(&person.email).await;
    let secs = first["expires_in"].as_i64().unwrap();
    assert!((600..=900).contains(&secs) && first["token_type"] == "Bearer", "{first}");
    with(&house, &first).get("/me").await.expect(200);

    house.clinic.pass(SignedDuration::from_secs(secs));
    assert_eq!(with(&house, &first).get("/me").await.refusal(), (401, "access.sign_in_needed"));
    let second = refresh(&house, &first).await.expect(200);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    with(&house, &second).get("/me").await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_sent_again_within_the_grace_gets_the_same_answer() {
    let house = house_with(&[("session.refresh_grace_secs", "15")]).await;
    let first = house.stranger().sign_in(&house.clinic.patient("Amara Osei").await.email).await;
    let answer = refresh(&house, &first).await.expect(200);
    for secs in [0, 1, 13] {
        house.clinic.pass(SignedDuration::from_secs(secs));
        assert_eq!(refresh(&house, &first).await.expect(200), answer);
    }
    // The new pair can be refreshed in turn, and repeating that refresh works the same way.
    let next = refresh(&house, &answer).await.expect(200);
    assert_ne!(next, answer);
    assert_eq!(refresh(&house, &answer).await.expect(200), next);
    with(&house, &next).get("/me").await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_that_comes_back_after_the_grace_ends_its_session_and_no_other() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let (stolen, elsewhere) = (house.stranger().sign_in(&person.email).await, house.stranger().sign_in(&person.email).await);
    let newest = refresh(&house, &stolen).await.expect(200);
    house.clinic.pass(SignedDuration::from_secs(21));
    assert_eq!(refresh(&house, &stolen).await.refusal(), (401, "identity.token_reused"));
    for tokens in [&stolen, &newest] {
        assert_eq!(with(&house, tokens).get("/me").await.refusal(), (401, "access.sign_in_needed"));
    }
    assert_eq!(refresh(&house, &newest).await.refusal(), (401, "access.sign_in_needed"));
    with(&house, &elsewhere).get("/me").await.expect(200);
    assert!(house.clinic.audited().await.contains(&"identity.token_reused".to_owned()));
}

#[tokio::test]
async fn a_refresh_token_whose_successor_was_used_is_stolen_even_within_the_grace() {
    let house = house().await;
    let stolen = house.stranger().sign_in(&house.clinic.patient("Jonas Weber").await.email).await;
    let second = refresh(&house, &stolen).await.expect(200);
    let third = refresh(&house, &second).await.expect(200);
    assert_eq!(refresh(&house, &stolen).await.refusal(), (401, "identity.token_reused"));
    for tokens in [&second, &third] {
        assert_eq!(refresh(&house, tokens).await.refusal(), (401, "access.sign_in_needed"));
        assert_eq!(with(&house, tokens).get("/me").await.status, 401);
    }
}

#[tokio::test]
async fn a_session_that_ended_repeats_no_answer() {
    let house = house().await;
    let tokens = house.stranger().sign_in(&house.clinic.patient("Amara Osei").await.email).await;
    let second = refresh(&house, &tokens).await.expect(200);
    assert_eq!(with(&house, &second).delete("/sessions/current").await.status, 204);
    assert_eq!(refresh(&house, &tokens).await.refusal(), (401, "access.sign_in_needed"));
}

#[tokio::test]
async fn signing_out_ends_all_tokens_of_the_session() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let tokens = house.stranger().sign_in(&person.email).await;
    assert_eq!(with(&house, &tokens).delete("/sessions/current").await.status, 204);
    assert_eq!(with(&house, &tokens).get("/me").await.status, 401);
    assert_eq!(refresh(&house, &tokens).await.refusal(), (401, "access.sign_in_needed"));
}

#[tokio::test]
async fn a_token_is_good_for_its_own_purpose_only() {
    let house = house().await;
    let tokens = house.stranger().sign_in(&house.clinic.patient("Amara Osei").await.email).await;
    let swapped = json!({ "access_token": tokens["refresh_token"], "refresh_token": tokens["access_token"] });
    assert_eq!(with(&house, &swapped).get("/me").await.status, 401);
    assert_eq!(refresh(&house, &swapped).await.status, 401);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let try_in = async |email: &str| house.stranger().post("/sessions", json!({ "email": email, "password": "wrong" })).await;
    let (known, unknown) = (try_in(&person.email).await, try_in("nobody@people.example").await);
    assert_eq!(known.refusal(), (401, "identity.bad_credentials"));
    assert_eq!(known.body, unknown.body);
}

#[tokio::test]
async fn a_mailbox_signs_in_by_every_spelling_of_its_domain() {
    let house = house().await;
    let person = house.clinic.patient("Ida Brandt").await;
    house.clinic.as_owner("update users set email = 'ida@xn--bcher-kva.example', email_key = 'ida@xn--bcher-kva.example'").await;
    for spelling in ["ida@bücher.example", "IDA@BU\u{308}CHER.EXAMPLE", "ida@xn--bcher-kva.example", "ｉｄａ＠ｂücher。example"]
    {
        let tokens = house.stranger().sign_in(spelling).await;
        let me = with(&house, &tokens).get("/me").await.expect(200);
        assert_eq!((&me["user_id"], &me["email"]), (&json!(person.user), &json!("ida@xn--bcher-kva.example")), "{spelling}");
    }
    let body = json!({ "email": "ida@bücher.example", "password": "not the right one" });
    assert_eq!(house.stranger().post("/sessions", body).await.refusal(), (401, "identity.bad_credentials"));
}
