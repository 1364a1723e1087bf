//! Readiness: what is wrong with this process takes it out of the load balancer, what is wrong for all copies is only named.

use crate::house::{Client, House, ORIGIN, house};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

async fn ready(house: &House) -> (StatusCode, Value) {
    let answer = house.stranger().send(Request::get("/health/ready").body(Body::empty()).unwrap()).await;
    (answer.status, answer.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_all_copies_share_does_not_take_one_out() {
    let house = house().await;
    let (_, _listening) = house.listen().await;
    house.state.watched.read(&house.clinic.domain).await;
    assert_eq!(ready(&house).await, (StatusCode::OK, json!({ "status": "ready", "faults": [] })));

    // Nobody dispatches or seals for more than a minute, and an event was set aside.
    house.clinic.patient("Amara Osei").await;
    house
        .clinic
        .as_owner(
            "insert into outbox_dead (id, at, kind, body, mails_written, tries, cause, died_at)
             values (gen_random_uuid(), '2026-11-24 08:00Z', 'x', '{}', true, 8, 'unknown', '2026-11-24 08:00Z')",
        )
        .await;
    house.clinic.pass(SignedDuration::from_secs(61));
    house.state.watched.read(&house.clinic.domain).await;
    let faults = ["dispatcher_stuck", "sealing_late", "events_set_aside"];
    assert_eq!(ready(&house).await, (StatusCode::OK, json!({ "status": "degraded", "faults": faults })));

    // What the copies share cannot be read: this says nothing about this process.
    house.clinic.as_owner("alter table audit_seals rename to elsewhere").await;
    house.state.watched.read(&house.clinic.domain).await;
    assert_eq!(ready(&house).await, (StatusCode::OK, json!({ "status": "degraded", "faults": ["state_unknown"] })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_hears_no_events_is_not_ready() {
    let house = house().await;
    let (status, body) = ready(&house).await;
    assert_eq!((status, &body["faults"]), (StatusCode::SERVICE_UNAVAILABLE, &json!(["listener_lost"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_without_the_database_is_not_ready() {
    let house = house().await;
    house.clinic.domain.close().await;
    let (status, body) = ready(&house).await;
    assert_eq!((status, &body["faults"]), (StatusCode::SERVICE_UNAVAILABLE, &json!(["database_unreachable", "listener_lost"])));
}

/// The HTML of the system status.
async fn status_page(client: &Client) -> String {
    let request = Request::get("/admin/health").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    String::from_utf8(client.send(request).await.bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_failed_events_and_has_them_passed_on_again() {
    let house = house().await;
    let admin = house.clinic.staff("Ada Admin", "admin", None).await;
    let client = house.client(&admin).await;
    let page = status_page(&client).await;
    assert!(page.contains("No failed events") && !page.contains("/do/replay-dead-events"), "{page}");
    house
        .clinic
        .as_owner(
            "insert into outbox_dead (id, at, kind, body, mails_written, tries, cause, died_at)
             values (gen_random_uuid(), '2026-11-24 08:00Z', 'nothing_happened', '{\"kind\": \"nothing_happened\"}', true, 8, 'a cause', '2026-11-24 08:00Z')",
        )
        .await;
    let page = status_page(&client).await;
    for shown in ["nothing_happened", "a cause", "/do/replay-dead-events"] {
        assert!(page.contains(shown), "{shown} is not in\n{page}");
    }
    let post = Request::post("/do/replay-dead-events")
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, ORIGIN)
        .body(Body::empty());
    let answer = client.send(post.unwrap()).await;
    assert!(answer.status.is_redirection() && answer.header("location") == "/admin/health", "{answer:?}");
    assert!(status_page(&client).await.contains("No failed events"));
    assert!(house.clinic.audited().await.contains(&"notifications.dead_events_replayed".to_owned()));
}
