//! Items of a record that are shared by links, and what is marked as new to the patient's side.

use domain::{
    access::Access,
    records::{self, AddEntry, ReadRecord, ReadTimeline, ShareItem},
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    ids::{RecordEntryId, RecordShareId},
    records::{ShareState, SharedContent, SharedItem, TypedEntry},
};
use testing::{Consultation, Person};
use uuid::Uuid;

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn entry(scene: &Consultation, name: &str) -> RecordEntryId {
    let typed =
        TypedEntry { kind: "history".to_owned(), source: "patient".to_owned(), name: name.to_owned(), ..TypedEntry::default() };
    let command = AddEntry { patient: scene.patient.patient(), typed, idempotency_key: None };
    records::add_entry(&scene.clinic.domain, &scene.by(&scene.doctor), command).await.unwrap()
}

async fn share(scene: &Consultation, person: &Person, kind: &str, item: Uuid, life: &str) -> Result<RecordShareId, Code> {
    let command = ShareItem { patient: None, kind: kind.to_owned(), item, life: life.to_owned() };
    records::share_item(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

async fn token(scene: &Consultation, id: RecordShareId) -> String {
    let listed = records::shares(&scene.clinic.domain, &scene.by(&scene.patient), None).await.unwrap();
    listed.into_iter().find(|row| row.id == id).and_then(|row| row.token).unwrap()
}

async fn open(scene: &Consultation, access: &Access, token: &str) -> Result<SharedItem, Code> {
    records::open_share(&scene.clinic.domain, access, token).await.map_err(|error| error.code())
}

#[tokio::test]
async fn a_link_shows_one_item_to_whoever_has_it_and_counts() {
    let scene = testing::consultation().await;
    let (measles, mumps) = (entry(&scene, "Measles").await, entry(&scene, "Mumps").await);
    let id = share(&scene, &scene.patient, "entry", measles.uuid(), "day").await.unwrap();
    let link = token(&scene, id).await;
    assert_eq!(link.len(), 32, "128 bits in hexadecimal");
    let stranger = scene.clinic.stranger();
    for _ in 0..2 {
        scene.clinic.pass(SignedDuration::from_mins(1));
        let item = open(&scene, &stranger, &link).await.unwrap();
        assert_eq!(item.patient_name, "Amara Osei");
        let SharedContent::Entry { view } = item.content else { panic!("an entry was shared") };
        assert!(view.id == measles && view.id != mumps);
    }
    let row = records::shares(&scene.clinic.domain, &scene.by(&scene.patient), None).await.unwrap().remove(0);
    assert_eq!((row.openings, row.opened_at.len(), row.state), (2, 2, ShareState::Open));
    assert!(row.opened_at[0] > row.opened_at[1]);
    let opened: i64 = sqlx::query_scalar(
        "select count(*) from audit_events where action = 'records.share_opened' and actor_user_id is null and $1 = any(patient_ids)",
    )
    .bind(scene.patient.patient().uuid())
    .fetch_one(&scene.clinic.owner)
    .await
    .unwrap();
    assert_eq!(opened, 2, "each opening is audited");
    let hashes: Vec<Vec<u8>> =
        sqlx::query_scalar("select token_hash from record_shares").fetch_all(&scene.clinic.owner).await.unwrap();
    assert!(hashes.iter().all(|hash| hash.len() == 32 && !hash.windows(4).any(|four| link.as_bytes().starts_with(four))));

    scene.clinic.pass(DAY);
    assert_eq!(open(&scene, &stranger, &link).await.err(), Some(Code::ShareExpired));
    let ended = share(&scene, &scene.patient, "entry", mumps.uuid(), "week").await.unwrap();
    let link = token(&scene, ended).await;
    let (domain, patient) = (&scene.clinic.domain, scene.by(&scene.patient));
    records::end_share(domain, &patient, ended).await.unwrap();
    records::end_share(domain, &patient, ended).await.unwrap();
    assert_eq!(open(&scene, &stranger, &link).await.err(), Some(Code::ShareEnded));
    assert_eq!(open(&scene, &stranger, &"0".repeat(32)).await.err(), Some(Code::LinkUnknown));
    let states: Vec<_> = records::shares(domain, &patient, None).await.unwrap();
    let states: Vec<_> = states.iter().map(|row| (row.state, row.token.is_some())).collect();
    assert_eq!(states, [(ShareState::Ended, false), (ShareState::Expired, false)]);
    for action in ["records.share_made", "records.share_ended", "records.shares_listed"] {
        assert!(scene.clinic.audited().await.iter().any(|one| one == action), "{action}");
    }
}

#[tokio::test]
async fn only_the_patients_side_shares_what_it_may_read() {
    let scene = testing::consultation().await;
    let domain = &scene.clinic.domain;
    let entry = entry(&scene, "Measles").await;
    let visit = scene.encounter.uuid();
    assert_eq!(share(&scene, &scene.patient, "visit", visit, "day").await.err(), Some(Code::NotFound), "it has not ended");
    scene.clinic.end_encounter(scene.encounter).await;
    let shared = share(&scene, &scene.patient, "visit", visit, "day").await.unwrap();
    let link = token(&scene, shared).await;
    let item = open(&scene, &scene.clinic.stranger(), &link).await.unwrap();
    assert!(matches!(item.content, SharedContent::Visit { summary } if summary.doctor_name == "Dr Lena Hoffmann"));

    for (kind, life) in [("rumour", "day"), ("entry", "for ever")] {
        assert_eq!(share(&scene, &scene.patient, kind, entry.uuid(), life).await.err(), Some(Code::FieldsInvalid), "{kind}");
    }
    assert_eq!(share(&scene, &scene.patient, "note", visit, "day").await.err(), Some(Code::NotFound), "patients read no notes");
    let other = scene.clinic.patient("Jonas Keller").await;
    assert_eq!(share(&scene, &other, "entry", entry.uuid(), "day").await.err(), Some(Code::NotFound));
    assert_eq!(share(&scene, &scene.doctor, "entry", entry.uuid(), "day").await.err(), Some(Code::Forbidden));
    for person in [&other, &scene.doctor] {
        let listed = records::shares(domain, &scene.by(person), Some(scene.patient.patient())).await;
        assert_eq!(listed.map(drop).unwrap_err().code(), Code::NotFound);
        assert_eq!(records::end_share(domain, &scene.by(person), shared).await.unwrap_err().code(), Code::NotFound);
    }
    let stranger = records::end_share(domain, &scene.clinic.stranger(), shared).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);
}

#[tokio::test]
async fn what_came_since_the_last_look_is_new_on_all_devices_until_the_look_is_over() {
    let scene = testing::consultation().await;
    let (domain, patient) = (&scene.clinic.domain, scene.by(&scene.patient));
    entry(&scene, "Measles").await;
    let news = async || {
        let view = records::timeline(domain, &patient, ReadTimeline::default()).await.unwrap();
        view.page.items.iter().filter(|item| view.is_new(item)).count()
    };
    let minute = SignedDuration::from_mins(1);
    scene.clinic.pass(minute);
    assert_eq!(news().await, 1, "at the first look everything is new");
    scene.clinic.pass(minute * 20);
    assert_eq!(news().await, 1, "the look goes on");
    scene.clinic.pass(DAY);
    assert_eq!(news().await, 0);
    scene.clinic.pass(minute);
    entry(&scene, "Mumps").await;
    scene.clinic.pass(DAY);
    // The page of entries and the timeline are one look.
    let record = records::record(domain, &patient, ReadRecord::default()).await.unwrap();
    let since = record.new_since.unwrap();
    assert_eq!(record.entries.iter().filter(|view| view.written_at > since).count(), 1);
    assert_eq!(news().await, 1);
    let by_doctor = ReadTimeline { patient: Some(scene.patient.patient()), ..ReadTimeline::default() };
    let view = records::timeline(domain, &scene.by(&scene.doctor), by_doctor).await.unwrap();
    assert!(view.new_since.is_none(), "nothing is marked for staff");
}
