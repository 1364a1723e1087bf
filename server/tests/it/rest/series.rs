//! Series of appointments for programs.

use crate::house::house;
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_program_looks_at_a_series_books_it_and_cancels_the_rest() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let amara = house.client(&house.clinic.patient("Amara Osei").await).await;
    let ben = house.client(&house.clinic.patient("Ben Ito").await).await;
    let of = |mut body: Value| {
        body["doctor_id"] = json!(doctor.doctor());
        body["clinic_id"] = json!(house.practice.clinic);
        body
    };
    ben.book("other", of(json!({ "starts_at": "2026-12-02T10:00:00Z", "reason": "Cough" }))).await.expect(201);

    let rule = of(json!({ "starts_at": "2026-11-25T10:00:00Z", "every_weeks": 1, "times": 3 }));
    let preview = amara.post("/series/preview", rule).await.expect(200);
    assert_eq!((&preview["free"], &preview["time_zone"]), (&json!(false), &json!("Europe/London")), "{preview}");
    let near = json!(["2026-12-02T09:00:00Z", "2026-12-02T09:30:00Z", "2026-12-02T10:30:00Z"]);
    assert_eq!((&preview["dates"][1]["reason"], &preview["dates"][1]["nearest"]), (&json!("conflict"), &near), "{preview}");
    assert_eq!((&preview["dates"][2]["free"], &preview["dates"][2]["nearest"]), (&json!(true), &json!([])));

    let book = async |key: &str, starts: [&str; 3]| {
        let body = of(json!({ "starts_at": starts, "reason": "After the operation" }));
        amara.ask(Method::POST, "/series", &[("idempotency-key", key)], Some(body)).await
    };
    let taken = ["2026-11-25T10:00:00Z", "2026-12-02T10:00:00Z", "2026-12-09T10:00:00Z"];
    let refused = book("first", taken).await.expect(409);
    assert_eq!(refused["code"], "scheduling.series_collides");
    assert_eq!(refused["details"]["dates"][1]["nearest"], near, "{refused}");
    assert_eq!(amara.get("/appointments").await.expect(200)["items"], json!([]));

    let replaced = ["2026-11-25T10:00:00Z", "2026-12-02T10:30:00Z", "2026-12-09T10:00:00Z"];
    let series = book("second", replaced).await.expect(201);
    assert_eq!(book("second", replaced).await.expect(201)["id"], series["id"]);
    let path = format!("/series/{}", series["id"].as_str().unwrap());
    assert_eq!(ben.get(&path).await.refusal(), (404, "not_found"));
    let second = series["appointments"][1]["id"].as_str().unwrap().to_owned();
    let appointment = amara.get(&format!("/appointments/{second}")).await.expect(200);
    assert_eq!(
        (&appointment["series_id"], &appointment["series_place"], &appointment["series_size"]),
        (&series["id"], &json!(2), &json!(3))
    );

    let cancelled = amara.post(&format!("{path}/cancel"), json!({ "from_appointment_id": second })).await.expect(200);
    let states: Vec<&Value> = cancelled["appointments"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["confirmed", "cancelled", "cancelled"]);
    assert_eq!(amara.get(&path).await.expect(200)["can_cancel"], true);

    let wrong = of(json!({ "starts_at": ["2026-11-25T10:00:00Z"], "reason": " " }));
    let answer = amara.ask(Method::POST, "/series", &[("idempotency-key", "third")], Some(wrong)).await.expect(422);
    let fields: Vec<&str> =
        answer["details"]["fields"].as_array().unwrap().iter().map(|fault| fault["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["reason", "starts_at"], "{answer}");
}
