//! Reports from browsers about pages that stopped.

use crate::house::{Answer, Client, ORIGIN, house, house_with};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::json;
use server::telemetry::Metrics;
use std::{
    io::Write,
    sync::{Arc, Mutex},
};

async fn report(client: &Client, path: &str, location: &str) -> Answer {
    let body = json!({ "path": path, "location": location }).to_string();
    let request = Request::post("/browser/stopped")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, ORIGIN)
        .body(Body::from(body));
    client.send(request.unwrap()).await
}

/// A log that the test can read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_page_that_stopped_is_counted_and_logged_by_its_kind_and_place_in_code() {
    let house = house().await;
    let (rendered, recorder) = Metrics::detached();
    let log = Log::default();
    let subscriber = {
        let log = log.clone();
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || log.clone()).finish()
    };
    let _counted = metrics::set_default_local_recorder(&recorder);
    let _logged = tracing::subscriber::set_default(subscriber);

    let client = house.stranger();
    let secret = "0193aaaa-0000-7000-8000-000000000000";
    assert_eq!(report(&client, &format!("/doctors/{secret}"), "app/kit/src/parts/choices.rs:121:40").await.status, 204);
    assert_eq!(report(&client, &format!("/confirm/{secret}"), &format!("Amara {secret}")).await.status, 204);
    assert_eq!(report(&client, &format!("/no/such/{secret}"), "").await.status, 204);

    let (figures, log) = (rendered.render(), log.text());
    for page in ["/doctors/{id}", "/confirm/{token}", "unknown"] {
        let line = format!("bedside_browser_stops_total{{page=\"{page}\"}} 1");
        assert!(figures.contains(&line), "{line} is missing in {figures}");
    }
    assert!(log.contains("panic.location=\"app/kit/src/parts/choices.rs:121:40\"") && log.contains("ERROR"), "{log}");
    assert!(log.contains("request.id"), "the log line must contain the id of its request: {log}");
    assert!(!log.contains(secret) && !log.contains("Amara"), "personal data must not be logged: {log}");
}

#[tokio::test]
async fn reports_are_limited_and_must_come_from_our_pages() {
    // A sign-in costs ten units, a report two.
    let limits = [("limits.requests_per_address_per_minute", "14"), ("limits.requests_per_account_per_minute", "2")];
    let house = house_with(&limits).await;
    let amara = house.client(&house.clinic.patient("Amara Osei").await).await;
    let amara = Client { address: "203.0.113.2".parse().unwrap(), ..amara };
    for client in [house.stranger(), amara] {
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(report(&client, "/", "").await.status.as_u16());
        }
        assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    }
    let stranger = Client { address: "203.0.113.9".parse().unwrap(), ..house.stranger() };
    let large = Request::post("/browser/stopped")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "path": "x".repeat(10_000) }).to_string()));
    assert_eq!(stranger.send(large.unwrap()).await.status, 413);
    let elsewhere = Request::post("/browser/stopped")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::COOKIE, "bedside=x")
        .header(header::ORIGIN, "https://elsewhere.example")
        .body(Body::from(json!({ "path": "/" }).to_string()));
    assert_eq!(stranger.send(elsewhere.unwrap()).await.status, 403);
}
