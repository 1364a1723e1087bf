//! The first free times by which the search is ordered, compared with what is computed from hours and reservations.

use super::{Scene, scene};
use domain::scheduling::{self, DoctorSearch};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use testing::Person;

/// A small generator of numbers, so that each run makes the same changes.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// The stored first time of a doctor.
async fn stored(scene: &Scene) -> Option<Timestamp> {
    let time: Option<jiff_sqlx::Timestamp> = sqlx::query_scalar("select starts_at from first_times where doctor_id = $1")
        .bind(scene.doctor.doctor().uuid())
        .fetch_one(&scene.clinic.owner)
        .await
        .unwrap();
    time.map(jiff_sqlx::Timestamp::to_jiff)
}

/// Searches for doctors, which brings the stored times up to date, and compares.
async fn compare(scene: &Scene, after: &str) {
    let search = DoctorSearch { zone: Some("Europe/London".to_owned()), ..DoctorSearch::default() };
    let found = scheduling::find_doctors(&scene.clinic.domain, &scene.clinic.stranger(), search).await.unwrap();
    let card = found.page.items.first().expect("the doctor is listed");
    assert_eq!(stored(scene).await, card.next_free.first().map(|time| time.start), "after {after}");
}

/// Changes that are made with SQL, and undone by the next one of the same kind.
const CHANGES: [&str; 10] = [
    "update schedule_rules set valid_from = '2026-12-03'",
    "update schedule_rules set valid_from = '2020-01-01'",
    "update memberships set ended_at = created_at where role = 'doctor'",
    "update memberships set ended_at = null where role = 'doctor'",
    "update licences set expires_on = '2027-11-23'",
    "update licences set expires_on = '2030-01-01'",
    "update visit_types set minutes = 60",
    "update visit_types set minutes = null",
    "insert into schedule_exceptions (id, doctor_id, clinic_id, on_date, kind, created_at)
       select gen_random_uuid(), d.doctor_id, d.clinic_id, '2026-11-24', 'off', '2026-11-20T09:00:00Z'
       from (select distinct doctor_id, clinic_id from schedule_rules) d where not exists (select from schedule_exceptions)",
    "delete from schedule_exceptions",
];

#[tokio::test]
async fn stored_first_times_stay_true_after_random_changes() {
    let scene = scene().await;
    let mut patients: Vec<Person> = Vec::new();
    for name in ["Jonas Weber", "Rosa Almeida", "Taro Yamada"] {
        patients.push(scene.clinic.patient(name).await);
    }
    let mut numbers = Numbers(8);
    compare(&scene, "the beginning").await;
    for round in 0..60 {
        let what = match numbers.below(4) {
            // Some of the first times are taken by holds, which replace each other and expire.
            0 | 1 => {
                let patient = &patients[usize::try_from(numbers.below(3)).unwrap()];
                if let Some(start) = stored(&scene).await {
                    let later = i64::try_from(numbers.below(2)).unwrap() * 30;
                    // A time may be refused: it may be the last one of the day.
                    let _ = scene.hold_as(patient, start + SignedDuration::from_mins(later)).await;
                }
                "a hold"
            }
            2 => {
                scene.clinic.pass(SignedDuration::from_mins(i64::try_from(numbers.below(20)).unwrap()));
                "time"
            }
            _ => {
                let change = CHANGES[usize::try_from(numbers.below(10)).unwrap()];
                scene.owner(change).await;
                change
            }
        };
        compare(&scene, &format!("round {round}: {what}")).await;
    }
}

#[tokio::test]
async fn a_time_is_free_again_when_its_hold_has_expired_and_all_times_can_be_rebuilt() {
    let scene = scene().await;
    let first = super::after(60);
    scene.hold(first).await.unwrap();
    compare(&scene, "a hold").await;
    assert_eq!(stored(&scene).await, Some(super::after(90)));
    // As if the stored times had been damaged.
    scene.owner("update first_times set starts_at = null, renew_at = '2030-01-01'").await;
    assert_eq!(stored(&scene).await, None);
    let doctors = scheduling::rebuild_first_times(&scene.clinic.domain).await.unwrap();
    assert_eq!((doctors, stored(&scene).await), (1, Some(super::after(90))));

    let tomorrow = super::tomorrow_at_ten();
    sqlx::query("update schedule_rules set valid_from = $1").bind(date_of(tomorrow)).execute(&scene.clinic.owner).await.unwrap();
    let nine = super::after(24 * 60);
    scene.hold(nine).await.unwrap();
    compare(&scene, "a hold of tomorrow").await;
    assert_eq!(stored(&scene).await, Some(super::after(24 * 60 + 30)));
    // The sweeper has not run.
    scene.clinic.pass(SignedDuration::from_hours(2));
    compare(&scene, "its end").await;
    assert_eq!(stored(&scene).await, Some(nine));
}

/// The date of an instant in London.
fn date_of(instant: Timestamp) -> jiff_sqlx::Date {
    instant.to_zoned(jiff::tz::db().get("Europe/London").unwrap()).date().to_sqlx()
}
