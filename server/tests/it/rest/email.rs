//! The email address of the caller's account.

use crate::house::house;
use domain::{
    identity::{MailContent, MailKind},
    notices,
};
use serde_json::json;
use testing::PASSWORD;

#[tokio::test]
async fn a_program_gives_its_account_another_address_with_the_code_that_was_sent_there() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let client = house.client(&person).await;
    let own = client.get("/me/email").await.expect(200);
    assert_eq!((&own["email"], &own["waiting"]), (&json!(person.email), &json!(null)));
    assert_eq!(client.post("/me/email/send-code", json!({ "email": "amara" })).await.faults(), [("password", "missing")]);
    let wrong = json!({ "email": "amara", "password": PASSWORD });
    assert_eq!(client.post("/me/email/send-code", wrong).await.faults(), [("email", "malformed")]);

    let sent = json!({ "email": "amara@new.example", "password": PASSWORD });
    let asked = client.post("/me/email/send-code", sent).await.expect(200);
    assert_eq!((&asked["email"], &asked["waiting"]), (&json!(person.email), &json!("amara@new.example")));
    let mail = house.clinic.mails(MailKind::EmailCode).await.pop().unwrap();
    let notices::MailContent::Identity(MailContent::EmailCode { code }) = mail.content else { panic!("a code was sent") };
    assert_eq!(client.post("/me/email/confirm", json!({ "code": "12" })).await.faults(), [("code", "malformed")]);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(client.post("/me/email/confirm", json!({ "code": wrong })).await.refusal(), (403, "identity.email_code_wrong"));
    let own = client.post("/me/email/confirm", json!({ "code": code })).await.expect(200);
    assert_eq!((&own["email"], &own["waiting"]), (&json!("amara@new.example"), &json!(null)));
}
