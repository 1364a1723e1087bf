//! What copies of the server share in the database: messages, presence, buckets of limits.

use domain::{
    copies::{
        CopyId,
        buckets::{self, Taken},
        messages::{self, Heard, Incoming},
        presence,
    },
    live::Listener,
    randomness::SystemRandomness,
};
use jiff::SignedDuration;
use model::ids::EncounterId;
use serde_json::{Value, json};
use testing::{BEGIN, TestClinic};
use uuid::Uuid;

fn two() -> (CopyId, CopyId) {
    (CopyId::random(&SystemRandomness), CopyId::random(&SystemRandomness))
}

fn visit(number: u128) -> EncounterId {
    Uuid::from_u128(number).into()
}

#[tokio::test]
async fn messages_reach_the_other_copies_in_order_however_long_they_are() {
    let clinic = testing::clinic().await;
    let (one, other) = two();
    let (mut own, mut incoming) =
        (Incoming::open(&clinic.domain, one).await.unwrap(), Incoming::open(&clinic.domain, other).await.unwrap());
    messages::publish(&clinic.domain, one, &[]).await.unwrap();
    assert_eq!(incoming.next().await.unwrap(), Heard::Hello(one));

    let long: Vec<Value> = [9_000, 3, 7_000, 7_000, 20_000, 1].map(|length| json!({ "text": "ä".repeat(length / 2) })).to_vec();
    messages::publish(&clinic.domain, one, &long).await.unwrap();
    for message in &long {
        assert_eq!(incoming.next().await.unwrap(), Heard::Message(one, message.clone()));
    }
    // A copy does not hear itself.
    messages::publish(&clinic.domain, other, &[json!("back")]).await.unwrap();
    assert_eq!(own.next().await.unwrap(), Heard::Message(other, json!("back")));

    let kept = "select count(*) from live_signals";
    assert_eq!(sqlx::query_scalar::<_, i64>(kept).fetch_one(&clinic.owner).await.unwrap(), 2, "only long messages need a row");
    clinic.pass(SignedDuration::from_mins(2));
    assert_eq!(messages::sweep(&clinic.domain).await.unwrap(), 2);
}

#[tokio::test]
async fn only_the_connections_that_listen_use_the_address_for_it() {
    let clinic = testing::clinic().await;
    let domain = clinic.domain_that_listens_as("listens").await;
    domain.ping().await.unwrap();
    let (one, _) = two();
    let _listening = (Listener::start(&domain).await.unwrap(), Incoming::open(&domain, one).await.unwrap());
    let asked = "select count(*) from pg_stat_activity where application_name = 'listens' and datname = current_database()";
    assert_eq!(sqlx::query_scalar::<_, i64>(asked).fetch_one(&clinic.owner).await.unwrap(), 2);
}

#[tokio::test]
async fn a_patient_is_present_as_long_as_any_copy_says_so() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let ((one, other), visit) = (two(), visit(1));
    presence::enter(domain, one, visit).await.unwrap();
    presence::enter(domain, other, visit).await.unwrap();
    presence::leave(domain, one, visit).await.unwrap();
    assert!(presence::is_present(domain, visit).await.unwrap());
    presence::leave(domain, other, visit).await.unwrap();
    assert!(!presence::is_present(domain, visit).await.unwrap());
}

#[tokio::test]
async fn what_a_killed_copy_knew_is_given_to_one_of_the_others() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let ((one, other), third) = (two(), CopyId::random(&SystemRandomness));
    presence::beat(domain, one, &[visit(1), visit(2)]).await.unwrap();
    assert_eq!(presence::beat(domain, other, &[visit(2)]).await.unwrap().others, [one].into());

    clinic.pass(SignedDuration::from_secs(10));
    assert!(presence::beat(domain, other, &[visit(2)]).await.unwrap().lapsed.is_empty());
    clinic.pass(SignedDuration::from_secs(6));
    let beat = presence::beat(domain, other, &[visit(2)]).await.unwrap();
    let mut lapsed = beat.lapsed;
    lapsed.sort();
    assert_eq!((beat.others.len(), lapsed), (0, vec![visit(1), visit(2)]));
    assert!(!presence::is_present(domain, visit(1)).await.unwrap() && presence::is_present(domain, visit(2)).await.unwrap());
    assert_eq!(presence::beat(domain, third, &[]).await.unwrap(), presence::Beat { others: [other].into(), lapsed: vec![] });

    // A copy that stops leaves at once.
    presence::end(domain, other).await.unwrap();
    assert_eq!(
        presence::beat(domain, third, &[]).await.unwrap(),
        presence::Beat { lapsed: vec![visit(2)], ..Default::default() }
    );
}

#[tokio::test]
async fn what_two_copies_take_adds_up_and_fills_again() {
    let clinic = testing::clinic().await;
    let minute = SignedDuration::from_mins(1);
    let take = async |clinic: &TestClinic, secs: i64| {
        let taken = [Taken { key: "line 203.0.113.7".to_owned(), micros: secs * 1_000_000 }];
        let buckets = buckets::take(&clinic.domain, &taken, minute).await.unwrap();
        buckets[0].1.duration_since(BEGIN).as_secs()
    };
    assert_eq!((take(&clinic, 20).await, take(&clinic, 30).await), (20, 50));
    assert_eq!(take(&clinic, 30).await, 60, "no bucket takes longer to fill than an empty one");
    clinic.pass(SignedDuration::from_secs(61));
    assert_eq!(take(&clinic, 1).await, 62);
    clinic.pass(SignedDuration::from_secs(1));
    assert_eq!(buckets::sweep(&clinic.domain).await.unwrap(), 1);
}
