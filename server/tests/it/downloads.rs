//! The audit log as a file: who gets it, and how it is sent.

use crate::house::{Answer, Client, house};
use axum::{
    body::Body,
    http::{Request, header},
};

async fn get(client: &Client, path: &str, accept: &str) -> Answer {
    let request = Request::get(path).header(header::ACCEPT, accept).body(Body::empty()).unwrap();
    client.send(request).await
}

#[tokio::test]
async fn the_log_is_sent_to_those_who_may_read_it() {
    let house = house().await;
    let admin = house.client(&house.clinic.staff("Ada Admin", "admin", None).await).await;
    let local = house.client(&house.clinic.staff("Lola Local", "admin", Some(house.practice)).await).await;
    let nurse = house.clinic.staff("Sam Nurse", "nurse", Some(house.practice)).await;
    house.client(&nurse).await;

    let path = "/admin/audit.csv?action=identity.tokens_issued&from=2026-11-24&until=2026-11-24&zone=Europe/London";
    let sent = get(&admin, path, "text/html").await;
    assert_eq!((sent.status.as_u16(), sent.header("content-type")), (200, "text/csv; charset=utf-8; header=present"));
    assert_eq!(sent.header("content-disposition"), "attachment; filename=\"audit-log-2026-11-24.csv\"");
    let text = String::from_utf8(sent.bytes).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    // The headings, a line for each of the three who got tokens, and nothing after the last line break.
    assert_eq!((lines.len(), lines[4]), (5, ""), "{text}");
    assert!(lines[1..4].iter().all(|line| line.contains("\"identity.tokens_issued\"")), "{text}");
    assert!(text.contains(&nurse.user.to_string()), "{text}");
    // The day before in the named zone has no rows.
    let before = get(&admin, "/admin/audit.csv?from=2026-11-23&until=2026-11-23&zone=Europe/London", "text/html").await;
    assert_eq!(String::from_utf8(before.bytes).unwrap().lines().count(), 1);

    assert_eq!(get(&local, path, "*/*").await.status, 403);
    assert_eq!(get(&local, path, "text/html").await.header("location"), "/admin/audit");
    assert_eq!(get(&house.stranger(), path, "text/html").await.header("location"), "/sign-in?next=/admin/audit");
    let exports = house.clinic.audited().await.into_iter().filter(|action| action == "audit.exported").count();
    assert_eq!(exports, 2);
}
