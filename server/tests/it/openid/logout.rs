//! A provider tells that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0).

use super::{SESSION, Scene, cookie, scene, stand_in::CLIENT};
use serde_json::{Value, json};
use testing::BEGIN;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl Scene {
    /// What a good logout token says.
    fn logout(&self, jti: &str, more: &Value) -> Value {
        let now = BEGIN.as_second();
        let mut claims = json!({
            "iss": self.provider.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": jti, "events": { EVENT: {} },
        });
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }

    async fn tell(&self, token: &str) -> u16 {
        let answer = self.post("/sign-in/from/clinic/logout", "", &[("logout_token", token)]).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        answer.status.as_u16()
    }

    /// A session that begins at the provider, where its session has this name.
    async fn enter(&self, sid: &str) -> String {
        cookie(&self.visit(json!({ "sid": sid })).await, SESSION).unwrap()
    }

    async fn is_open(&self, session: &str) -> bool {
        self.get("/account", session).await.status == 200
    }
}

#[tokio::test]
async fn a_logout_at_the_provider_ends_the_sessions_that_began_there() {
    let scene = scene("").await;
    let clinic = &scene.house.clinic;
    let amara = clinic.patient("Amara Osei").await;
    let own = scene.sign_in(&amara.email).await;
    let sent = scene.connect(&own).await;
    let claims = scene.claims(&sent, json!({}));
    scene.come_back(&sent, &sent.cookie, claims).await;
    let (first, second, third) = (scene.enter("one").await, scene.enter("two").await, scene.enter("three").await);

    let signed = |claims: Value| scene.provider.signed("logout+jwt", &claims);
    let ada = json!({ "sub": "ada-7" });
    // What is not a logout token for this client, in its time, ends nothing.
    let now = BEGIN.as_second();
    for wrong in [
        json!({ "iss": "http://127.0.0.1:1" }),
        json!({ "aud": "another" }),
        json!({ "nonce": "n" }),
        json!({ "events": {} }),
        json!({ "iat": now - 601 }),
        json!({ "iat": now + 61 }),
        json!({ "exp": now - 1 }),
        json!({ "jti": "" }),
        json!({ "sub": null }),
    ] {
        let mut claims = scene.logout("wrong", &ada);
        for (name, value) in wrong.as_object().unwrap() {
            claims[name] = value.clone();
        }
        assert_eq!(scene.tell(&signed(claims)).await, 400, "{wrong}");
    }
    let good = signed(scene.logout("forged", &ada));
    let (front, signature) = good.rsplit_once('.').unwrap();
    let turned: String = signature.chars().rev().collect();
    for forged in [format!("{front}.{turned}"), format!("{front}."), front.to_owned(), String::new()] {
        assert_eq!(scene.tell(&forged).await, 400);
    }
    let elsewhere = scene.post("/sign-in/from/elsewhere/logout", "", &[("logout_token", good.as_str())]).await;
    assert_eq!(elsewhere.status, 404);
    assert!(scene.is_open(&first).await && scene.is_open(&second).await);

    // One session of the provider; then a token that was used; then all of the person.
    let one = signed(scene.logout("1", &json!({ "sid": "one" })));
    assert_eq!(scene.tell(&one).await, 200);
    assert!(!scene.is_open(&first).await && scene.is_open(&second).await);
    assert_eq!(scene.tell(&one).await, 400);
    let both = signed(scene.logout("2", &json!({ "sub": "ada-7", "sid": "two" })));
    assert_eq!(scene.tell(&both).await, 200);
    assert!(!scene.is_open(&second).await && scene.is_open(&third).await);
    assert_eq!(scene.tell(&signed(scene.logout("3", &ada))).await, 200);
    assert!(!scene.is_open(&third).await);
    // A session that began with the password goes on.
    assert!(scene.is_open(&own).await);
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|found| *found == "identity.foreign_signed_out").count(), 3);
}
