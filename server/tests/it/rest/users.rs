//! The accounts of the organisation, as administrators and support see them.

use crate::house::house;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// The names on a page.
fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn accounts_are_listed_page_by_page_filtered_and_searched() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let local = house.client(&house.clinic.staff("Lola Local", "admin", Some(house.practice)).await).await;
    house.clinic.staff("Nina Nurse", "nurse", Some(house.practice)).await;
    let amara = house.clinic.patient("Amara Osei").await;

    let first = admin.get("/users?limit=3").await.expect(200);
    assert_eq!(names(&first), ["Amara Osei", "Ida Admin", "Lola Local"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = admin.get(&format!("/users?limit=3&cursor={cursor}")).await.expect(200);
    assert_eq!((names(&second), &second["next_cursor"]), (vec!["Nina Nurse"], &Value::Null));
    // A cursor belongs to the order of its list.
    let other = admin.get(&format!("/users?order=newest&cursor={cursor}")).await;
    assert_eq!((other.status.as_u16(), other.faults()), (422, vec![("cursor", "malformed")]));
    let newest = admin.get("/users?order=newest&limit=2").await.expect(200);
    let after = newest["next_cursor"].as_str().unwrap();
    let older = admin.get(&format!("/users?order=newest&limit=2&cursor={after}")).await.expect(200);
    let mut all = [names(&newest), names(&older)].concat();
    all.sort_unstable();
    assert_eq!(all, ["Amara Osei", "Ida Admin", "Lola Local", "Nina Nurse"]);

    let nurses = admin.get("/users?role=nurse&state=active").await.expect(200);
    assert_eq!(names(&nurses), ["Nina Nurse"]);
    assert_eq!(nurses["items"][0]["roles"], json!([{ "role": "nurse", "clinic": "Riverside Clinic" }]));
    let wrong = admin.get("/users?role=owner&state=gone&order=age&limit=0").await;
    assert_eq!(wrong.faults().iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["role", "state", "order", "limit"]);
    let found = admin.post("/users/search", json!({ "text": "osei" })).await.expect(200);
    assert_eq!((names(&found), &found["items"][0]["email"]), (vec!["Amara Osei"], &json!(amara.email)));
    assert_eq!(admin.post("/users/search", json!({})).await.faults(), [("text", "missing")]);

    // An administrator of one clinic gets the people who work there, and everybody else only themself.
    assert_eq!(names(&local.get("/users").await.expect(200)), ["Lola Local", "Nina Nurse"]);
    assert_eq!(names(&house.client(&amara).await.get("/users").await.expect(200)), ["Amara Osei"]);
}

#[tokio::test]
async fn an_account_is_read_suspended_and_restored() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ida Admin", "admin", None).await).await;
    let support = house.client(&house.clinic.staff("Sam Support", "support", None).await).await;
    let person = house.clinic.patient("Amara Osei").await;
    let amara = house.client(&person).await;
    let path = format!("/users/{}", person.user);
    let seen = admin.get(&path).await.expect(200);
    assert_eq!((&seen["email"], &seen["state"], &seen["may_suspend"]), (&json!(person.email), &json!("active"), &json!(true)));
    assert_eq!(seen["roles"], json!([{ "role": "patient", "clinic": null }]));
    assert_eq!(support.get(&path).await.expect(200)["may_suspend"], false);

    let (suspend, restore) = (format!("{path}/suspend"), format!("{path}/restore"));
    let reason = json!({ "reason": "Abuse of staff", "version": seen["version"] });
    assert_eq!(support.post(&suspend, reason.clone()).await.refusal(), (403, "access.forbidden"));
    assert_eq!(admin.post(&suspend, reason.clone()).await.status, 204);
    assert_eq!(admin.post(&suspend, reason.clone()).await.refusal(), (409, "request.stale"));
    assert_eq!(amara.get("/me").await.refusal(), (401, "access.sign_in_needed"));
    assert_eq!(names(&admin.get("/users?state=closed").await.expect(200)), ["Amara Osei"]);

    house.clinic.pass(SignedDuration::from_mins(1));
    let closed = admin.get(&path).await.expect(200);
    assert_eq!((&closed["state"], &closed["sessions"]), (&json!("closed"), &json!(0)));
    assert_eq!(admin.post(&restore, reason).await.refusal(), (409, "request.stale"));
    let reason = json!({ "reason": "Talked it over", "version": closed["version"] });
    assert_eq!(admin.post(&restore, reason).await.status, 204);
    let again = admin.get(&path).await.expect(200);
    let changes: Vec<&Value> = again["changes"].as_array().unwrap().iter().map(|change| &change["kind"]).collect();
    assert_eq!((&again["state"], changes), (&json!("active"), vec![&json!("restored"), &json!("suspended")]));
    assert_eq!(again["changes"][0]["by"], "Ida Admin");
}
