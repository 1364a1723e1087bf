//! Text messages go to a stand-in that checks the exact request of Twilio's interface and signs its reports, or to the folder of the mailbox.

use crate::house::{Client, House, house_with, loopback};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, Request, StatusCode, header},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::notices::Text;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use server::sms::{self, Refusal};
use sha1::Sha1;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use testing::{PASSWORD, Person};
use url::form_urlencoded;

const ACCOUNT: &str = "AC0123456789abcdef";
const TOKEN: &str = "the token of the account";
const SENDER: &str = "+447400000001";

/// What the stand-in was asked: the account in the path, the credentials, and the form.
type Asked = (String, String, BTreeMap<String, String>);

/// What it answers to the next messages, and what it was asked.
#[derive(Clone, Default)]
struct StandIn {
    answers: Arc<Mutex<Vec<(u16, &'static str)>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

async fn take(
    State(stand_in): State<StandIn>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    assert_eq!(headers[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
    let form = form_urlencoded::parse(&body).into_owned().collect();
    let credentials = headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
    stand_in.asked.lock().unwrap().push((account, credentials, form));
    let (status, answer) = stand_in.answers.lock().unwrap().pop().unwrap_or((201, r#"{"sid": "SM1", "status": "queued"}"#));
    (StatusCode::from_u16(status).unwrap(), answer.to_owned())
}

/// A house whose messages go to a stand-in.
async fn house_of(stand_in: &StandIn) -> House {
    let router = Router::new().route("/2010-04-01/Accounts/{account}/Messages.json", post(take)).with_state(stand_in.clone());
    let url = loopback(router).await;
    house_with(&[
        ("sms.account_sid", ACCOUNT),
        ("sms.auth_token", TOKEN),
        ("sms.url", url.as_str()),
        ("sms.from", SENDER),
        ("sms.countries", "GB"),
    ])
    .await
}

/// A person who has asked for a code, and the message with it.
async fn asked_for_code(house: &House) -> (Person, Client, Text) {
    let person = house.clinic.patient("Amara Osei").await;
    let client = house.client(&person).await;
    let request = json!({ "phone": "+44 7400 123456", "password": PASSWORD });
    let phone = client.post("/me/phone/send-code", request).await.expect(200);
    assert_eq!((&phone["verified"], &phone["waiting"]), (&json!(null), &json!("+44 7400 123456")));
    let text = house.clinic.texts().await.remove(0);
    (person, client, text)
}

/// The signature of a form that is posted to an address, as Twilio's documentation describes it.
fn signature(token: &str, url: &str, form: &BTreeMap<&str, &str>) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
    let signed = form.iter().fold(url.to_owned(), |text, (name, value)| text + name + value);
    mac.update(signed.as_bytes());
    BASE64.encode(mac.finalize().into_bytes())
}

async fn report(house: &House, path: &str, form: &BTreeMap<&str, &str>, signature: Option<&str>) -> u16 {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(signature) = signature {
        request = request.header("x-twilio-signature", signature);
    }
    house.stranger().send(request.body(Body::from(body)).unwrap()).await.status.as_u16()
}

#[tokio::test]
async fn a_code_leaves_as_twilio_wants_it_and_verifies_the_number() {
    let stand_in = StandIn::default();
    let house = house_of(&stand_in).await;
    let (_, client, text) = asked_for_code(&house).await;
    assert_eq!(sms::send(&house.state, &text).await, Ok(Some("SM1".to_owned())));
    let (account, credentials, form) = stand_in.asked.lock().unwrap().remove(0);
    assert_eq!((account.as_str(), credentials), (ACCOUNT, format!("Basic {}", BASE64.encode(format!("{ACCOUNT}:{TOKEN}")))));
    let callback = format!("http://localhost:3000/hooks/texts/{}", text.id);
    let (code, rest) = form["Body"].split_at(6);
    let expected =
        [("To", "+447400123456"), ("From", SENDER), ("StatusCallback", callback.as_str()), ("Body", form["Body"].as_str())];
    assert_eq!(form, BTreeMap::from(expected.map(|(name, value)| (name.to_owned(), value.to_owned()))));
    assert!(code.bytes().all(|byte| byte.is_ascii_digit()) && rest.starts_with(" is your Bedside code."), "{form:?}");

    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = client.post("/me/phone/confirm", json!({ "code": wrong })).await;
    assert_eq!(refused.refusal(), (403, "identity.phone_code_wrong"));
    assert_eq!(client.post("/me/phone/confirm", json!({ "code": "12" })).await.faults(), [("code", "malformed")]);
    let phone = client.post("/me/phone/confirm", json!({ "code": code })).await.expect(200);
    assert_eq!((&phone["verified"], &phone["waiting"]), (&json!("+44 7400 123456"), &json!(null)));
    let unknown = client.post("/me/phone/send-code", json!({ "phone": "+44 7700 900123", "password": PASSWORD })).await;
    assert_eq!(unknown.faults(), [("phone", "no_such_number")]);
    client.post("/me/phone/remove", json!({ "password": PASSWORD })).await.expect(204);
    assert_eq!(client.get("/me/phone").await.expect(200)["verified"], json!(null));
}

#[tokio::test]
async fn refusals_of_the_service_are_told_apart() {
    let stand_in = StandIn::default();
    let house = house_of(&stand_in).await;
    let (_, _, text) = asked_for_code(&house).await;
    for (answer, refusal) in [
        (
            (400, r#"{"code": 21211, "message": "The 'To' number +447400123456 is not a valid phone number."}"#),
            Refusal::Final("21211".to_owned()),
        ),
        ((429, r#"{"code": 20429}"#), Refusal::ForNow("20429".to_owned())),
        ((503, "<html>"), Refusal::ForNow("http 503".to_owned())),
    ] {
        stand_in.answers.lock().unwrap().push(answer);
        assert_eq!(sms::send(&house.state, &text).await, Err(refusal));
    }
}

#[tokio::test]
async fn a_report_counts_only_with_the_signature_of_the_account() {
    let house = house_of(&StandIn::default()).await;
    let (person, _, text) = asked_for_code(&house).await;
    let path = format!("/hooks/texts/{}", text.id);
    let url = format!("http://localhost:3000{path}");
    let delivered = BTreeMap::from([("MessageSid", "SM1"), ("MessageStatus", "delivered"), ("To", "+447400123456")]);
    let mut failed = delivered.clone();
    failed.extend([("MessageStatus", "undelivered"), ("ErrorCode", "30003")]);
    let right = signature(TOKEN, &url, &delivered);
    let other_url = url.replace("3000", "3001");
    for wrong in [
        None,
        Some("no signature".to_owned()),
        Some(signature("another token", &url, &delivered)),
        Some(signature(TOKEN, &other_url, &delivered)),
        Some(signature(TOKEN, &url, &failed)),
    ] {
        assert_eq!(report(&house, &path, &delivered, wrong.as_deref()).await, 403, "{wrong:?}");
    }
    assert_eq!(house.clinic.text_state(text.id).await.0, "queued");
    let sending = BTreeMap::from([("MessageSid", "SM1"), ("MessageStatus", "sending")]);
    assert_eq!(report(&house, &path, &sending, Some(&signature(TOKEN, &url, &sending))).await, 204);
    assert_eq!(house.clinic.text_state(text.id).await.0, "queued");
    assert_eq!(report(&house, &path, &failed, Some(&signature(TOKEN, &url, &failed))).await, 204);
    assert_eq!(house.clinic.text_state(text.id).await, ("failed".to_owned(), Some("30003".to_owned())));
    assert_eq!(report(&house, &path, &delivered, Some(&right)).await, 204);
    assert_eq!(house.clinic.text_state(text.id).await, ("delivered".to_owned(), None));

    let support = house.client(&house.clinic.staff("Sam Support", "support", None).await).await;
    let page = support.get(&format!("/deliveries?way=text&state=delivered&user_id={}", person.user)).await.expect(200);
    let found = &page["items"][0];
    assert_eq!((&found["id"], &found["kind"], &found["number"]), (&json!(text.id), &json!("phone_code"), &json!("…456")));
    assert_eq!(support.get("/deliveries?cursor=1").await.faults(), [("cursor", "malformed")]);
    let again = support.post("/deliveries/repeat", json!({ "way": "text", "id": text.id })).await;
    assert_eq!(again.refusal(), (404, "not_found"), "it has arrived");
}

#[tokio::test]
async fn without_a_service_there_are_no_reports_and_messages_are_in_the_mailbox() {
    let folder = tempfile::tempdir().unwrap();
    let house = house_with(&[("mode", "development"), ("var_dir", folder.path().to_str().unwrap())]).await;
    let (_, _, text) = asked_for_code(&house).await;
    assert_eq!(sms::send(&house.state, &text).await, Ok(None));
    assert_ne!(report(&house, &format!("/hooks/texts/{}", text.id), &BTreeMap::new(), Some("x")).await, 204);
    let request = Request::get("/dev/mail.json?to=%2B447400123456").body(Body::empty()).unwrap();
    let kept = house.stranger().send(request).await.expect(200);
    assert_eq!((kept[0]["to"].as_str(), kept[0]["subject"].as_str()), (Some("+447400123456"), Some("Text message")));
    assert!(kept[0]["text"].as_str().unwrap().contains("is your Bedside code."), "{kept}");
}
