//! How patients book a doctor: what the doctor decides, and that simultaneous bookings never break it.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    scheduling::{self, BookAppointment, Offer, TypedBookingRules, TypedVisitType},
};
use jiff::{SignedDuration, Timestamp, civil::date};
use model::{
    directory::TypedFee,
    errors::{Code, FieldFault, Range},
    ids::VisitTypeId,
    scheduling::BookingRules,
};
use std::{collections::HashMap, sync::Arc};
use testing::Person;
use tokio::sync::Barrier;

const LONDON: &str = "Europe/London";

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// The rules of a doctor of the tests, with a buffer after each visit and a largest number of visits.
fn typed(after: &str, most_per_day: &str) -> TypedBookingRules {
    TypedBookingRules {
        buffer_before: String::new(),
        buffer_after: after.to_owned(),
        notice: "60".to_owned(),
        horizon: "60".to_owned(),
        most_per_day: most_per_day.to_owned(),
    }
}

impl Scene {
    async fn rules(&self) -> BookingRules {
        scheduling::booking_rules(&self.clinic.domain, &self.doctor.access(&self.clinic)).await.unwrap()
    }

    async fn change_rules(&self, typed: TypedBookingRules) -> Result<()> {
        let version = self.rules().await.version;
        scheduling::change_booking_rules(&self.clinic.domain, &self.doctor.access(&self.clinic), typed, version).await
    }

    /// How many bookings ended with which code, when each of these people books the time and the type at the same moment.
    async fn all_book(&self, wanted: Vec<(&Person, Timestamp, Option<VisitTypeId>)>) -> HashMap<Option<Code>, usize> {
        let start = Arc::new(Barrier::new(wanted.len()));
        let racers: Vec<_> = wanted
            .into_iter()
            .map(|(person, at, visit_type)| {
                let (domain, access, start) = (self.clinic.domain.clone(), person.access(&self.clinic), start.clone());
                let command = BookAppointment { visit_type, ..self.command(at) };
                tokio::spawn(async move {
                    start.wait().await;
                    scheduling::book(&domain, &access, command).await.map(drop).map_err(|error| error.code())
                })
            })
            .collect();
        let mut outcomes = HashMap::new();
        for racer in racers {
            *outcomes.entry(racer.await.unwrap().err()).or_default() += 1;
        }
        outcomes
    }
}

#[tokio::test]
async fn a_doctor_decides_how_patients_book() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let before = scene.rules().await;
    assert_eq!((before.buffer_after_mins, before.notice_mins, before.horizon_days, before.most_per_day), (0, 60, 60, None));

    let wrong = TypedBookingRules {
        buffer_before: "soon".to_owned(),
        notice: String::new(),
        horizon: "0".to_owned(),
        ..typed("121", "101")
    };
    let wrong = scene.change_rules(wrong).await.unwrap_err();
    let faults: Vec<_> = wrong.field_errors().iter().map(|wrong| (wrong.field.as_str(), wrong.fault)).collect();
    assert_eq!(
        faults,
        [
            ("buffer_before", FieldFault::Malformed),
            ("buffer_after", FieldFault::TooLarge(Range::numbers(0, 120))),
            ("notice", FieldFault::Missing),
            ("horizon", FieldFault::TooSmall(Range::numbers(1, 366))),
            ("most_per_day", FieldFault::TooLarge(Range::numbers(1, 100))),
        ]
    );

    let new = TypedBookingRules { notice: "180".to_owned(), horizon: "1".to_owned(), ..typed("15", "12") };
    scene.change_rules(new.clone()).await.unwrap();
    let after = scene.rules().await;
    assert_eq!((after.buffer_after_mins, after.notice_mins, after.horizon_days, after.most_per_day), (15, 180, 1, Some(12)));
    // It is nine: the first time with three hours of notice is the one at noon, and they begin every 45 minutes.
    let times = scheduling::open_times(domain, &scene.clinic.stranger(), scene.doctor.doctor(), date(2026, 11, 24), LONDON).await;
    let first = tomorrow_at_ten() - minutes(22 * 60);
    assert_eq!(times.unwrap().iter().take(2).map(|time| time.start).collect::<Vec<_>>(), [first, first + minutes(45)]);
    let later = scheduling::open_times(domain, &scene.clinic.stranger(), scene.doctor.doctor(), date(2026, 11, 26), LONDON).await;
    assert!(later.unwrap().is_empty(), "it is further ahead than one day");

    let stale = scheduling::change_booking_rules(domain, &doctor, new.clone(), before.version).await;
    assert_eq!(code(stale), Code::Stale);
    for outcome in [
        scheduling::change_booking_rules(domain, &scene.as_patient(), new, after.version).await,
        scheduling::booking_rules(domain, &scene.as_patient()).await.map(drop),
    ] {
        assert_eq!(code(outcome), Code::Forbidden);
    }
    let changed = scene.clinic.audited().await.iter().filter(|action| *action == "scheduling.rules_changed").count();
    assert_eq!(changed, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_visits_between_which_a_buffer_would_be_missing_one_is_booked() {
    let scene = scene().await;
    let call = TypedVisitType {
        name: "Short visit".to_owned(),
        mode: "video".to_owned(),
        minutes: "15".to_owned(),
        buffer_before: "0".to_owned(),
        buffer_after: "0".to_owned(),
        meeting_link: String::new(),
        fee: TypedFee::default(),
        is_active: true,
    };
    let version = scene.rules().await.version;
    let access = scene.doctor.access(&scene.clinic);
    let short = scheduling::add_visit_type(&scene.clinic.domain, &access, call, version).await.unwrap();
    scene.change_rules(typed("15", "")).await.unwrap();

    // The usual visit takes half an hour and 15 minutes after it; the short one would begin in them.
    let (first, second) = (tomorrow_at_ten() - minutes(15), tomorrow_at_ten() + minutes(15));
    let other = scene.clinic.patient("Jonas Weber").await;
    let outcomes = scene.all_book(vec![(&scene.patient, first, None), (&other, second, Some(short))]).await;
    assert_eq!(outcomes, HashMap::from([(None, 1), (Some(Code::SlotTaken), 1)]));

    // Fifteen minutes later the doctor is free, whichever of the two was booked.
    let offer = Offer { doctor: scene.doctor.doctor(), visit_type: Some(short) };
    let times = scheduling::open_times(&scene.clinic.domain, &scene.clinic.stranger(), offer, date(2026, 11, 25), LONDON).await;
    let times: Vec<Timestamp> = times.unwrap().iter().map(|time| time.start).collect();
    assert!(times.contains(&(second + minutes(15))) && !times.contains(&second));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_book_at_once_a_day_has_no_more_visits_than_the_doctor_wants() {
    let scene = scene().await;
    scene.change_rules(typed("", "2")).await.unwrap();
    let mut people = Vec::new();
    for letter in ["A", "B", "C", "D", "E", "F"] {
        people.push(scene.clinic.patient(&format!("Patient {letter}")).await);
    }
    let at = |place: usize| tomorrow_at_ten() + minutes(30 * i64::try_from(place).unwrap());
    let wanted = people.iter().enumerate().map(|(place, person)| (person, at(place), None)).collect();
    assert_eq!(scene.all_book(wanted).await, HashMap::from([(None, 2), (Some(Code::SlotTaken), 4)]));

    let (domain, stranger, doctor) = (&scene.clinic.domain, scene.clinic.stranger(), scene.doctor.doctor());
    let times = scheduling::open_times(domain, &stranger, doctor, date(2026, 11, 25), LONDON).await.unwrap();
    assert!(times.is_empty(), "the day is full");
    // A visit that is over still counts, a cancelled one does not.
    scene.owner("delete from reservations; update appointments set state = 'completed'").await;
    assert_eq!(code(scene.book(at(8)).await), Code::SlotTaken);
    scene.owner("update appointments set state = 'cancelled', cancelled_at = now() where id = (select min(id::text)::uuid from appointments)").await;
    assert!(scene.book(at(8)).await.is_ok());
    assert!(scene.book(tomorrow_at_ten() + minutes(24 * 60)).await.is_ok(), "the next day has its own number");
}

#[tokio::test]
async fn a_closed_clinic_takes_no_bookings() {
    let scene = scene().await;
    scene
        .owner(
            "update clinics set opening_hours = array_fill('09:00–10:30'::text, array[7]);
             update visit_types set mode = 'in_person'",
        )
        .await;
    let start = tomorrow_at_ten();
    assert_eq!(code(scene.book(start + minutes(30)).await), Code::SlotUnknown, "the clinic closes at half past ten");
    scene.owner("update visit_types set mode = 'video'").await;
    scene.book(start + minutes(30)).await.unwrap();
    scene
        .owner(
            "insert into clinic_closures (id, clinic_id, first_day, last_day, reason, added_by, added_at)
             select gen_random_uuid(), c.id, '2026-11-24', '2026-11-25', 'Public holiday', u.id, now() from clinics c, users u limit 1",
        )
        .await;
    assert_eq!(code(scene.book(start + minutes(60)).await), Code::SlotUnknown);
    scene.owner("update clinic_closures set removed_by = added_by, removed_at = now()").await;
    assert!(scene.book(start + minutes(60)).await.is_ok());
}
