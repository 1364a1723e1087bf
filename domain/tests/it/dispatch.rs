//! Events that cannot be passed on hold up no others, are set aside, and can be passed on again.

use domain::{
    health,
    live::{self, Heard, Listener},
    notifications::{job_queue, replay_dead_mails},
    outbox::{self, MOST_TRIES},
};
use jiff::SignedDuration;
use model::{errors::Code, health::HealthFault};
use std::collections::BTreeSet;
use testing::TestClinic;

/// An event about a user who does not exist, so that storing its live event fails in the database; and one of a kind that this version does not know.
const POISON: &str = r#"
    insert into outbox_events (id, era, at, kind, body, mails_written)
    select gen_random_uuid(), (select max(era) from database_eras), '2026-11-24 08:59Z', body ->> 'kind', body, true
    from (values
      ('{"kind": "session_revoked", "user": "00000000-0000-0000-0000-000000000001", "session": "00000000-0000-0000-0000-000000000002"}'::jsonb),
      ('{"kind": "nothing_happened"}'::jsonb)) as poison (body)"#;

async fn waiting(clinic: &TestClinic) -> Vec<(String, i16)> {
    sqlx::query_as("select kind, tries from outbox_events order by kind").fetch_all(&clinic.owner).await.unwrap()
}

async fn dead(clinic: &TestClinic) -> Vec<(String, i16)> {
    sqlx::query_as("select kind, tries from outbox_dead order by kind").fetch_all(&clinic.owner).await.unwrap()
}

fn known(tries: i16) -> (String, i16) {
    ("session_revoked".to_owned(), tries)
}

/// Lets the clock run a little more than the longest pause, until an event has been tried this often.
async fn try_all(clinic: &TestClinic, times: i16) {
    for _ in 0..times {
        clinic.pass(SignedDuration::from_secs(61));
        clinic.dispatch().await;
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_passed_on_holds_up_no_other() {
    let clinic = testing::clinic().await;
    clinic.as_owner(POISON).await;
    clinic.patient("Amara Osei").await;
    clinic.dispatch().await;
    // The mail of the sign-up has its job, and only the two wait for another try.
    assert_eq!(job_queue(&clinic.domain).await.unwrap().waiting, 1);
    assert_eq!(waiting(&clinic).await, [("nothing_happened".to_owned(), 1), known(1)]);
    // Until then they are not tried, and nothing hangs.
    clinic.dispatch().await;
    assert_eq!(waiting(&clinic).await, [("nothing_happened".to_owned(), 1), known(1)]);
    clinic.pass(SignedDuration::from_secs(61));
    assert!(!health::read(&clinic.domain, None).await.faults().contains(&HealthFault::DispatcherStuck));
}

#[tokio::test]
async fn an_event_is_set_aside_with_its_cause_and_can_be_passed_on_again() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let patient = clinic.patient("Amara Osei").await;
    clinic.as_owner(POISON).await;
    try_all(&clinic, MOST_TRIES).await;
    assert_eq!(dead(&clinic).await, [known(MOST_TRIES)]);
    // A version that knows the other kind may be on its way.
    assert_eq!(waiting(&clinic).await, [("nothing_happened".to_owned(), MOST_TRIES)]);
    clinic.pass(SignedDuration::from_hours(1));
    clinic.dispatch().await;
    assert_eq!(dead(&clinic).await, [("nothing_happened".to_owned(), MOST_TRIES + 1), known(MOST_TRIES)]);

    let report = health::report(domain, &admin.access(&clinic), None).await.unwrap();
    assert!(report.faults().contains(&HealthFault::EventsSetAside));
    assert_eq!(report.parts.unwrap().events_dead, 2);
    let causes: Vec<&str> = report.dead_events.iter().map(|event| event.cause.as_str()).collect();
    assert!(causes[0].starts_with("unknown event") && causes[1].contains("database error 23503"), "{causes:?}");

    // Somebody mends the cause of one of them.
    sqlx::query("update outbox_dead set body = jsonb_set(body, '{user}', to_jsonb($1::text)) where kind = 'session_revoked'")
        .bind(patient.user.to_string())
        .execute(&clinic.owner)
        .await
        .unwrap();
    let heard = live::last_number(domain, patient.user).await.unwrap();
    assert_eq!(outbox::replay_dead_events(domain, &admin.access(&clinic)).await.unwrap(), 2);
    assert!(clinic.audited().await.contains(&"notifications.dead_events_replayed".to_owned()));
    clinic.dispatch().await;
    assert_eq!(live::last_number(domain, patient.user).await.unwrap(), heard + 1);
    assert_eq!(dead(&clinic).await, []);
    assert_eq!(waiting(&clinic).await, [("nothing_happened".to_owned(), 1)]);
}

#[tokio::test]
async fn the_mails_of_an_event_that_is_set_aside_are_sent() {
    let clinic = testing::clinic().await;
    clinic.patient("Amara Osei").await;
    clinic.as_owner(r#"update outbox_events set body = '{"kind": "nothing_happened"}'"#).await;
    clinic.dispatch().await;
    assert_eq!(job_queue(&clinic.domain).await.unwrap().waiting, 0);
    clinic.pass(SignedDuration::from_hours(1));
    try_all(&clinic, MOST_TRIES).await;
    assert_eq!(dead(&clinic).await.len(), 1);
    assert_eq!(job_queue(&clinic.domain).await.unwrap().waiting, 1);
}

#[tokio::test]
async fn only_administrators_pass_events_on_again() {
    let clinic = testing::clinic().await;
    let patient = clinic.patient("Amara Osei").await;
    for (access, code) in [(patient.access(&clinic), Code::Forbidden), (clinic.stranger(), Code::SignInNeeded)] {
        assert_eq!(outbox::replay_dead_events(&clinic.domain, &access).await.unwrap_err().code(), code);
        assert_eq!(replay_dead_mails(&clinic.domain, &access).await.unwrap_err().code(), code);
    }
}

/// Two hundred users, who are more than one NOTIFY can name, and an event for each.
const MANY: &str = r#"
    with made as (
      insert into users (id, display_name, name_search, email, email_key, time_zone, created_at)
      select gen_random_uuid(), 'Person ' || i, 'person ' || i, 'p' || i || '@many.example', 'p' || i || '@many.example', 'UTC', '2026-11-24 08:59Z'
      from generate_series(1, 200) i returning id)
    insert into outbox_events (id, era, at, kind, body, mails_written)
    select gen_random_uuid(), (select max(era) from database_eras), '2026-11-24 08:59Z', 'session_revoked',
      jsonb_build_object('kind', 'session_revoked', 'user', id, 'session', gen_random_uuid()), true
    from made"#;

#[tokio::test]
async fn a_large_batch_names_everybody_and_wakes_nobody_else() {
    let clinic = testing::clinic().await;
    let mut listener = Listener::start(&clinic.domain).await.unwrap();
    clinic.as_owner(MANY).await;
    clinic.dispatch().await;
    let (mut named, mut notifications) = (BTreeSet::new(), 0);
    while named.len() < 200 {
        match listener.next().await.unwrap() {
            Heard::News(told) => {
                notifications += 1;
                named.extend(told);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((named.len(), notifications), (200, 2));
    assert!(named.iter().all(|(_, number)| *number == 1));
}
