//! What one patient may have of what takes the time of others, or lets others in: conversations that are begun, places on the waiting list, links to the record.
//! For appointments and holds see `scheduling/limits.rs`.

use domain::{
    chat::{self, OpenConversation},
    records::{self, AddEntry, ShareItem},
    scheduling::{self, JoinWaitingList},
};
use jiff::{SignedDuration, civil::date};
use model::{
    errors::Code,
    ids::{RecordShareId, ThreadId},
    records::{ShareState, TypedEntry},
};
use testing::{Consultation, Person, consultation};
use uuid::Uuid;

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn begin(scene: &Consultation, person: &Person, key: u128) -> domain::Result<ThreadId> {
    let is_patient = person.user == scene.patient.user;
    let command = OpenConversation {
        patient: (!is_patient).then(|| scene.patient.patient()),
        doctor: is_patient.then(|| scene.doctor.doctor()),
        clinic: None,
        subject: "My cough".to_owned(),
        text: "It is worse since Monday.".to_owned(),
        client_key: Uuid::from_u128(key),
    };
    chat::open_conversation(&scene.clinic.domain, &scene.by(person), command).await
}

#[tokio::test]
async fn a_patient_begins_so_many_conversations_within_a_day() {
    let scene = consultation().await;
    for key in 1..20 {
        begin(&scene, &scene.patient, key).await.unwrap();
    }
    // What the doctor begins is the doctor's own business.
    begin(&scene, &scene.doctor, 100).await.unwrap();
    let last = begin(&scene, &scene.patient, 20).await.unwrap();
    let refused = begin(&scene, &scene.patient, 21).await.unwrap_err();
    assert_eq!((refused.code(), refused.retry_after_secs()), (Code::RateLimited, Some(24 * 60 * 60 + 1)));
    assert_eq!(begin(&scene, &scene.patient, 20).await.unwrap(), last, "a repeat begins nothing");
    begin(&scene, &scene.doctor, 101).await.unwrap();
    scene.clinic.pass(DAY);
    begin(&scene, &scene.patient, 21).await.unwrap();
}

async fn join(scene: &Consultation) -> Result<(), Code> {
    let wish = JoinWaitingList {
        patient: None,
        appointment: None,
        doctor: Some(scene.doctor.doctor()),
        specialty: None,
        mode: None,
        days: Vec::new(),
        from: None,
        to: None,
        until: date(2026, 12, 24),
        reason: "Cough".to_owned(),
    };
    let joined = scheduling::join_waiting_list(&scene.clinic.domain, &scene.by(&scene.patient), wish).await;
    joined.map(drop).map_err(|error| error.code())
}

#[tokio::test]
async fn a_patient_waits_in_so_many_places_at_the_same_time() {
    let scene = consultation().await;
    sqlx::query(
        "insert into waiting_entries (id, patient_id, specialty, days, until_date, reason_cipher, added_by, created_at)
         select gen_random_uuid(), $1, 'specialty-' || n, 127, date '2026-12-24', '\\x00'::bytea, $2, now() from generate_series(1, 20) n",
    )
    .bind(scene.patient.patient().uuid())
    .bind(scene.patient.user.uuid())
    .execute(&scene.clinic.owner)
    .await
    .unwrap();
    assert_eq!(join(&scene).await, Err(Code::WaitingTooOften));
    // What nobody sees any more does not count.
    scene.clinic.as_owner("update waiting_entries set until_date = '2026-11-01' where specialty = 'specialty-7'").await;
    join(&scene).await.unwrap();
    assert_eq!(join(&scene).await, Err(Code::WaitingTooOften), "there are twenty again");
}

async fn share(scene: &Consultation, item: Uuid, life: &str) -> Result<RecordShareId, Code> {
    let command = ShareItem { patient: None, kind: "entry".to_owned(), item, life: life.to_owned() };
    records::share_item(&scene.clinic.domain, &scene.by(&scene.patient), command).await.map_err(|error| error.code())
}

#[tokio::test]
async fn the_list_of_shares_has_every_link_that_works_and_there_are_so_many() {
    let scene = consultation().await;
    let (domain, patient) = (&scene.clinic.domain, scene.by(&scene.patient));
    let typed = TypedEntry {
        kind: "history".to_owned(),
        source: "patient".to_owned(),
        name: "Measles".to_owned(),
        ..TypedEntry::default()
    };
    let command = AddEntry { patient: scene.patient.patient(), typed, idempotency_key: None };
    let entry = records::add_entry(domain, &scene.by(&scene.doctor), command).await.unwrap().uuid();

    let first = share(&scene, entry, "week").await.unwrap();
    scene.clinic.pass(SignedDuration::from_mins(1));
    for _ in 0..3 {
        for _ in 0..49 {
            share(&scene, entry, "day").await.unwrap();
        }
        assert_eq!(share(&scene, entry, "day").await, Err(Code::TooManyShares));
        scene.clinic.pass(DAY);
    }
    // Many later ones have expired, and the first one can still be found and ended.
    let listed = records::shares(domain, &patient, None).await.unwrap();
    let open: Vec<_> = listed.iter().filter(|row| row.state == ShareState::Open).map(|row| row.id).collect();
    assert_eq!((open, listed.len()), (vec![first], 101));
    for _ in 0..49 {
        share(&scene, entry, "week").await.unwrap();
    }
    assert_eq!(share(&scene, entry, "week").await, Err(Code::TooManyShares));
    records::end_share(domain, &patient, first).await.unwrap();
    share(&scene, entry, "week").await.unwrap();
}
