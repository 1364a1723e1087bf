//! Several copies of the server, with the database and with Redis between them.

use crate::{
    live::{Page, copy_with},
    redis_server::RedisServer,
};
use domain::{identity, settings::Settings, visits};
use jiff::SignedDuration;
use model::{
    ids::EncounterId,
    live::{CLOSE_SIGNED_OUT, ClientMessage, ServerMessage},
    visits::views::VisitState,
};
use serde_json::json;
use server::{
    config::{Config, Sources},
    copies::{Copies, Heard, InDatabase, RedisBuckets},
    edge::limits::{InProcess, Key, Store},
    live::{Hub, Options},
};
use std::{
    net::{IpAddr, Ipv4Addr},
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};
use testing::{Person, TestClinic};
use tokio_util::sync::DropGuard;

/// Long enough for a page to move from one copy to another on a busy machine.
const ABSENCE: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(30);

/// A patient in the waiting room.
struct Waiting {
    clinic: TestClinic,
    patient: Person,
    doctor: Person,
    visit: EncounterId,
}

impl Waiting {
    async fn begin() -> Self {
        let clinic = testing::clinic().await;
        let practice = clinic.practice().await;
        let (patient, doctor) = (clinic.patient("Amara Osei").await, clinic.doctor("Dr Lena Hoffmann", practice).await);
        let visit = clinic.coming_encounter(&patient, &doctor, practice).await;
        visits::arrive(&clinic.domain, &patient.access(&clinic), visit).await.unwrap();
        clinic.dispatch().await;
        Self { clinic, patient, doctor, visit }
    }

    fn options(&self, copies: Arc<dyn Copies>) -> Options {
        Options { public_origin: crate::live::ORIGIN.into(), sockets_per_user: 5, relay: None, copies, absence: ABSENCE }
    }

    async fn copy(&self, copies: Arc<dyn Copies>) -> (Hub, DropGuard) {
        copy_with(self.clinic.domain.clone(), self.options(copies)).await
    }

    /// A page of the patient that follows the visit.
    async fn page(&self, hub: &Hub) -> Page {
        let mut page = Page::at(hub, &self.clinic, &self.patient).await;
        page.say(&ClientMessage::Subscribe { visit: self.visit }).await;
        page.until(|message| matches!(message, ServerMessage::Presence { .. })).await;
        page
    }

    async fn waits(&self) -> bool {
        let access = self.doctor.access(&self.clinic);
        let visit = visits::visit(&self.clinic.domain, &access, self.visit).await.unwrap();
        matches!(visit.state, VisitState::Waiting { .. })
    }

    async fn has_left(&self) {
        let begun = Instant::now();
        while self.waits().await {
            assert!(begun.elapsed() < PATIENCE, "the patient is still in the waiting room");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn a_patient_with_two_tabs_at_two_copies_stays(waiting: &Waiting, copies: [Arc<dyn Copies>; 2]) {
    let [(one, _stop_one), (other, _stop_other)] = {
        let [one, other] = copies;
        [waiting.copy(one).await, waiting.copy(other).await]
    };
    let (here, there) = (waiting.page(&one).await, waiting.page(&other).await);
    drop(here);
    // Nothing tells a test that nothing happens: this is longer than a patient without the other tab would stay.
    tokio::time::sleep(2 * ABSENCE).await;
    assert!(waiting.waits().await, "another tab is open at the other copy");

    // The page moves to the first copy, and is away for a moment only.
    drop(there);
    let back = waiting.page(&one).await;
    tokio::time::sleep(2 * ABSENCE).await;
    assert!(waiting.waits().await, "the page has come back at the other copy");
    drop(back);
    waiting.has_left().await;
}

#[tokio::test]
async fn a_tab_at_another_copy_keeps_the_patient_in_the_waiting_room() {
    let waiting = Waiting::begin().await;
    let domain = &waiting.clinic.domain;
    let copies: [Arc<dyn Copies>; 2] = [Arc::new(InDatabase::new(domain)), Arc::new(InDatabase::new(domain))];
    a_patient_with_two_tabs_at_two_copies_stays(&waiting, copies).await;
}

#[tokio::test]
async fn a_tab_at_another_copy_keeps_the_patient_in_the_waiting_room_with_redis() {
    let (redis, waiting) = (RedisServer::start().await, Waiting::begin().await);
    a_patient_with_two_tabs_at_two_copies_stays(&waiting, [Arc::new(redis.copy()), Arc::new(redis.copy())]).await;
}

#[tokio::test]
async fn a_patient_whose_copy_was_killed_leaves_the_waiting_room_unless_they_come_back() {
    let waiting = Waiting::begin().await;
    // A copy that says once that the patient is there, and never again: it does not listen, so it does not beat.
    let killed = Hub::new(waiting.clinic.domain.clone(), waiting.options(Arc::new(InDatabase::new(&waiting.clinic.domain))));
    let _page = waiting.page(&killed).await;
    let (_other, _stop) = waiting.copy(Arc::new(InDatabase::new(&waiting.clinic.domain))).await;
    assert!(waiting.waits().await);
    waiting.clinic.pass(SignedDuration::from_secs(16));
    waiting.has_left().await;
}

#[tokio::test]
async fn redis_carries_messages_and_knows_who_is_present() {
    let (redis, clinic) = (RedisServer::start().await, testing::clinic().await);
    let (one, other) = (redis.copy(), redis.copy());
    let visit = clinic.domain.new_id();
    let mut incoming = other.listen().await.unwrap();
    assert_eq!(one.beat(&[]).await.unwrap().others.len(), 0);
    assert_eq!(other.beat(&[visit]).await.unwrap().others.len(), 1);
    // A copy does not hear itself.
    other.tell(json!("own"));
    for number in 0..3 {
        one.tell(json!({ "number": number }));
    }
    for number in 0..3 {
        let Heard::Message(_, message) = incoming.next().await.unwrap() else { panic!("a message") };
        assert_eq!(message, json!({ "number": number }));
    }

    one.enter(visit).await.unwrap();
    one.leave(visit).await.unwrap();
    assert!(one.is_present(visit).await.unwrap(), "the other copy still says so");
    assert!(!one.is_present(clinic.domain.new_id()).await.unwrap());
    other.end().await.unwrap();
    assert!(!one.is_present(visit).await.unwrap());
    let beat = one.beat(&[]).await.unwrap();
    assert_eq!((beat.others.len(), beat.lapsed), (0, vec![visit]));
    assert!(one.beat(&[]).await.unwrap().lapsed.is_empty());
}

#[tokio::test]
async fn limits_are_counted_together_in_redis_and_alone_without_it() {
    let (mut redis, clinic) = (RedisServer::start().await, testing::clinic().await);
    let config = Config::load(&Sources::default().with("limits.requests_per_address_per_minute", "60")).unwrap();
    let [one, other] = [redis.copy(), redis.copy()]
        .map(|copy| RedisBuckets::new(copy, &config.limits, InProcess::new(&config.limits, &clinic.domain)));
    let line = Key::Line(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)));
    let units = |count| NonZeroU32::new(count).unwrap();
    assert!(one.take(line, units(59)).await.is_ok());
    let wait = other.take(line, units(30)).await.unwrap_err();
    assert!(wait > Duration::from_secs(20) && wait <= Duration::from_secs(29), "{wait:?}");

    redis.kill();
    assert!(other.take(line, units(60)).await.is_ok(), "without Redis each copy counts for itself");
    assert!(other.take(line, units(1)).await.is_err());
}

#[tokio::test]
async fn an_ended_session_closes_sockets_at_all_copies_without_the_dispatcher() {
    let waiting = Waiting::begin().await;
    let domain = &waiting.clinic.domain;
    let (one, _stop_one) = waiting.copy(Arc::new(InDatabase::new(domain))).await;
    // The second one is another process as far as the first one is concerned.
    let elsewhere = waiting.clinic.domain_with(Settings::default()).await;
    let options = waiting.options(Arc::new(InDatabase::new(&elsewhere)));
    let (other, _stop_other) = copy_with(elsewhere, options).await;
    let (mut here, mut there) = (waiting.page(&one).await, waiting.page(&other).await);
    // The dispatcher of this test would run only if it were called: it may wait for a transaction that lasts for minutes.
    let begun = Instant::now();
    identity::sign_out(domain, &waiting.patient.access(&waiting.clinic)).await.unwrap();
    assert_eq!((here.closed().await, there.closed().await), (Some(CLOSE_SIGNED_OUT), Some(CLOSE_SIGNED_OUT)));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}
