//! The caller's own account.

use crate::house::house;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_name_is_corrected_and_a_stale_or_wrong_one_is_not() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Taro Yamda").await).await;
    let before = patient.get("/me").await.expect(200);
    let put = async |body| patient.ask(Method::PUT, "/me/name", &[], Some(body)).await;

    let refused = put(json!({ "name": "山田 太郎", "version": before["version"] })).await.expect(422);
    assert_eq!(refused["details"]["fields"][0]["field"], "latin_name", "{refused}");
    let missing = put(json!({ "latin_name": 5 })).await.expect(422);
    let fields: Vec<_> = missing["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["name", "latin_name", "version"], "{missing}");

    let corrected = json!({ "name": "山田 太郎", "latin_name": "Taro Yamada", "version": before["version"] });
    let after = put(corrected.clone()).await.expect(200);
    assert_eq!((&after["name"], &after["latin_name"]), (&corrected["name"], &corrected["latin_name"]));
    assert_eq!(patient.get("/me").await.expect(200), after);
    assert_eq!(put(corrected).await.refusal(), (409, "request.stale"));
}
