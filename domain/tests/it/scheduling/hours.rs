//! The doctor's days, week and hours.

use super::{code, scene, tomorrow_at_ten};
use domain::scheduling::{self, AddException, BlockTime, ReplaceWeek};
use jiff::civil::{Weekday, date, time};
use model::{
    errors::Code,
    scheduling::{
        DayException, ExceptionKind, LocalHours,
        views::{MonthDay, WeekHours},
    },
};

fn hours(from: i8, until: i8) -> LocalHours {
    LocalHours::new(time(from, 0, 0, 0), time(until, 0, 0, 0)).unwrap()
}

fn week(ranges: &[(Weekday, i8, i8)]) -> Vec<WeekHours> {
    ranges.iter().map(|(weekday, from, until)| WeekHours { weekday: *weekday, hours: hours(*from, *until) }).collect()
}

#[tokio::test]
async fn a_doctor_sees_the_day_with_reasons_and_the_week_without() {
    let scene = scene().await;
    scene.book(tomorrow_at_ten()).await.unwrap();
    let (domain, access) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let today = scheduling::day_of_doctor(domain, &access, None, "Europe/London").await.unwrap();
    assert!(today.date == date(2026, 11, 24) && today.entries.is_empty());
    let day = scheduling::day_of_doctor(domain, &access, Some(date(2026, 11, 25)), "Europe/London").await.unwrap();
    assert_eq!(day.entries[0].reason.as_deref(), Some("Sore throat since Thursday"));
    assert_eq!(day.entries[0].card.patient.age, 36);
    let week = scheduling::week_of_doctor(domain, &access, None, "Europe/London").await.unwrap();
    let counts: Vec<_> = week.days.iter().map(|day| day.entries.len()).collect();
    assert_eq!((week.first, counts), (date(2026, 11, 23), vec![0, 0, 1, 0, 0, 0, 0]));
    assert!(week.days[2].entries[0].reason.is_none());
    let month = scheduling::month_of_doctor(domain, &access, None, "Europe/London").await.unwrap();
    // 1 November is a Sunday, and 30 November is a Monday.
    assert_eq!((month.first, month.days.len(), month.days[0].date), (date(2026, 11, 1), 42, date(2026, 10, 26)));
    let on = |day| *month.days.iter().find(|shown| shown.date == date(2026, 11, day)).unwrap();
    let day = |date, visits, works| MonthDay { date, visits, works, is_blocked: false };
    assert_eq!((on(25), on(28)), (day(date(2026, 11, 25), 1, true), day(date(2026, 11, 28), 0, false)));

    let reads = scene.clinic.audited().await.iter().filter(|action| *action == "scheduling.day_read").count();
    assert_eq!(reads, 1, "reading the calendar must be audited once per request");
    for person in [&scene.patient, &scene.clinic.staff("Ada Admin", "admin", None).await] {
        let outcome = scheduling::day_of_doctor(domain, &person.access(&scene.clinic), None, "Europe/London").await;
        assert_eq!(code(outcome), Code::Forbidden);
        let outcome = scheduling::month_of_doctor(domain, &person.access(&scene.clinic), None, "Europe/London").await;
        assert_eq!(code(outcome), Code::Forbidden);
    }
}

#[tokio::test]
async fn new_hours_hold_at_once_and_name_the_visits_outside_them() {
    let scene = scene().await;
    let booked = scene.book(tomorrow_at_ten()).await.unwrap();
    let (domain, access) = (&scene.clinic.domain, || scene.doctor.access(&scene.clinic));
    let before = scheduling::hours(domain, &access()).await.unwrap();
    assert_eq!((before.clinics[0].week.len(), before.outside.len()), (5, 0));

    let replace = ReplaceWeek {
        clinic: scene.practice.clinic,
        week: week(&[(Weekday::Wednesday, 13, 0), (Weekday::Friday, 9, 12)]),
        version: before.version,
        idempotency_key: Some("h1".into()),
    };
    let after = scheduling::replace_week(domain, &access(), replace.clone()).await.unwrap();
    assert_eq!(after.clinics[0].week, replace.week);
    assert_eq!(after.outside.iter().map(|card| card.id).collect::<Vec<_>>(), [booked.card.id]);
    assert!(
        scheduling::replace_week(domain, &access(), replace.clone()).await.unwrap() == after,
        "a repeated request must change nothing"
    );
    let stale = ReplaceWeek { idempotency_key: None, ..replace.clone() };
    assert_eq!(code(scheduling::replace_week(domain, &access(), stale).await), Code::Stale);

    let stranger = scene.clinic.stranger();
    let times =
        scheduling::open_times(domain, &stranger, scene.doctor.doctor(), date(2026, 11, 25), "Europe/London").await.unwrap();
    assert_eq!(times.len(), 22, "there must be a time every half an hour from 13:00 to midnight");

    let overlapping = ReplaceWeek {
        week: week(&[(Weekday::Monday, 9, 12), (Weekday::Monday, 11, 14)]),
        version: after.version,
        idempotency_key: None,
        ..replace.clone()
    };
    assert_eq!(code(scheduling::replace_week(domain, &access(), overlapping).await), Code::HoursOverlap);
    let elsewhere = ReplaceWeek { clinic: domain.new_id(), version: after.version, idempotency_key: None, ..replace };
    let refused = scheduling::replace_week(domain, &access(), elsewhere).await.err().unwrap();
    assert_eq!(refused.field_errors()[0].field, "clinic");
}

#[tokio::test]
async fn days_off_and_extra_hours_come_and_go() {
    let scene = scene().await;
    let booked = scene.book(tomorrow_at_ten()).await.unwrap();
    let (domain, access) = (&scene.clinic.domain, || scene.doctor.access(&scene.clinic));
    let free = async |day| {
        let stranger = scene.clinic.stranger();
        scheduling::open_times(domain, &stranger, scene.doctor.doctor(), day, "Europe/London").await.unwrap().len()
    };
    let add = async |day, kind| {
        let exception = DayException { date: day, kind };
        let command = AddException { clinic: scene.practice.clinic, exception, idempotency_key: None };
        scheduling::add_exception(domain, &access(), command).await
    };
    let (wednesday, thursday, saturday) = (date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 28));
    let off = add(wednesday, ExceptionKind::DayOff).await.unwrap();
    assert_eq!(off.outside.iter().map(|card| card.id).collect::<Vec<_>>(), [booked.card.id]);
    assert_eq!(free(wednesday).await, 0);
    assert_eq!(code(scene.book(tomorrow_at_ten() + jiff::SignedDuration::from_mins(60)).await), Code::SlotUnknown);
    add(wednesday, ExceptionKind::DayOff).await.unwrap();
    add(thursday, ExceptionKind::Off { hours: hours(12, 14) }).await.unwrap();
    let all = add(saturday, ExceptionKind::Extra { hours: hours(9, 11) }).await.unwrap();
    assert_eq!(all.clinics[0].exceptions.len(), 3, "adding the same day off twice must create one exception");
    assert_eq!((free(thursday).await, free(saturday).await), (12, 4));

    let id = all.clinics[0].exceptions[0].id;
    let left = scheduling::remove_exception(domain, &access(), id).await.unwrap();
    assert!(left.outside.is_empty());
    assert_eq!(free(wednesday).await, 15);
    assert_eq!(code(scheduling::remove_exception(domain, &access(), id).await), Code::NotFound);
    let past = add(date(2026, 11, 23), ExceptionKind::DayOff).await.err().unwrap();
    assert_eq!(past.field_errors()[0].field, "date");
}

#[tokio::test]
async fn blocked_time_cannot_be_booked_until_it_is_freed() {
    let scene = scene().await;
    let booked = scene.book(tomorrow_at_ten()).await.unwrap();
    let (domain, access) = (&scene.clinic.domain, || scene.doctor.access(&scene.clinic));
    let wednesday = date(2026, 11, 25);
    let command = BlockTime {
        date: wednesday,
        hours: hours(10, 12),
        zone: "Europe/London".into(),
        note: " Dentist ".into(),
        idempotency_key: Some("b1".into()),
    };
    let view = scheduling::block(domain, &access(), command.clone()).await.unwrap();
    assert_eq!(view.outside.iter().map(|card| card.id).collect::<Vec<_>>(), [booked.card.id], "booked visits stay");
    let again = scheduling::block(domain, &access(), command.clone()).await.unwrap();
    assert_eq!(again.clinics[0].exceptions.len(), 1, "a repeated request must block once");
    assert_eq!(code(scene.book(tomorrow_at_ten() + jiff::SignedDuration::from_mins(60)).await), Code::SlotUnknown);

    let day = scheduling::day_of_doctor(domain, &access(), Some(wednesday), "Europe/London").await.unwrap();
    let [block] = day.blocks.as_slice() else { panic!("one block") };
    assert_eq!((block.range.start(), block.range.duration().as_hours()), (tomorrow_at_ten(), 2));
    assert_eq!((block.note.as_deref(), block.is_day_off), (Some("Dentist"), false));
    assert!(day.in_blocked_time().map(|card| card.id).eq([booked.card.id]));
    assert_eq!(day.open.iter().map(|open| open.duration().as_hours()).collect::<Vec<_>>(), [1, 5]);
    let week = scheduling::week_of_doctor(domain, &access(), Some(wednesday), "Europe/London").await.unwrap();
    assert_eq!(week.days.iter().map(|day| day.blocks.len()).collect::<Vec<_>>(), [0, 0, 1, 0, 0, 0, 0]);
    let month = scheduling::month_of_doctor(domain, &access(), Some(wednesday), "Europe/London").await.unwrap();
    assert!(month.days.iter().filter(|day| day.is_blocked).map(|day| day.date).eq([wednesday]));

    let left = scheduling::remove_exception(domain, &access(), block.id).await.unwrap();
    assert!(left.outside.is_empty() && left.clinics[0].exceptions.is_empty());
    scene.book(tomorrow_at_ten() + jiff::SignedDuration::from_mins(60)).await.unwrap();
}

#[tokio::test]
async fn time_is_blocked_in_the_zone_of_the_doctor_and_freed_as_one() {
    let scene = scene().await;
    let (domain, access) = (&scene.clinic.domain, || scene.doctor.access(&scene.clinic));
    // 03:00 to 07:00 on Thursday in Sydney are 16:00 to 20:00 on Wednesday in London.
    let command = |from, until| BlockTime {
        date: date(2026, 11, 26),
        hours: hours(from, until),
        zone: "Australia/Sydney".into(),
        note: String::new(),
        idempotency_key: None,
    };
    let view = scheduling::block(domain, &access(), command(3, 7)).await.unwrap();
    let london = DayException { date: date(2026, 11, 25), kind: ExceptionKind::Off { hours: hours(16, 20) } };
    assert_eq!(view.clinics[0].exceptions.iter().map(|differs| differs.exception).collect::<Vec<_>>(), [london]);
    scheduling::remove_exception(domain, &access(), view.clinics[0].exceptions[0].id).await.unwrap();

    // These are 22:00 on Wednesday to 02:00 on Thursday in London.
    let view = scheduling::block(domain, &access(), command(9, 13)).await.unwrap();
    let exceptions = &view.clinics[0].exceptions;
    assert!(exceptions.len() == 2 && exceptions[0].id == exceptions[1].id);
    let day = scheduling::day_of_doctor(domain, &access(), Some(date(2026, 11, 26)), "Australia/Sydney").await.unwrap();
    assert_eq!(day.blocks.iter().map(|block| block.range.duration().as_hours()).collect::<Vec<_>>(), [4]);
    let left = scheduling::remove_exception(domain, &access(), exceptions[0].id).await.unwrap();
    assert!(left.clinics[0].exceptions.is_empty());
}

#[tokio::test]
async fn only_a_doctors_own_time_to_come_is_blocked() {
    let scene = scene().await;
    let domain = &scene.clinic.domain;
    let command = BlockTime {
        date: date(2026, 11, 24),
        hours: hours(8, 9),
        zone: "Europe/London".into(),
        note: "x".repeat(121),
        idempotency_key: None,
    };
    let refused = scheduling::block(domain, &scene.doctor.access(&scene.clinic), command.clone()).await.err().unwrap();
    let fields: Vec<_> = refused.field_errors().iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["note", "until"], "it is nine o'clock already");
    let yesterday = BlockTime { date: date(2026, 11, 23), note: String::new(), ..command.clone() };
    let refused = scheduling::block(domain, &scene.doctor.access(&scene.clinic), yesterday).await.err().unwrap();
    assert_eq!(refused.field_errors()[0].field, "date");
    assert_eq!(code(scheduling::block(domain, &scene.patient.access(&scene.clinic), command.clone()).await), Code::Forbidden);
    assert_eq!(code(scheduling::block(domain, &scene.clinic.stranger(), command).await), Code::SignInNeeded);
}

#[tokio::test]
async fn hours_are_the_doctors_own() {
    let scene = scene().await;
    let other = scene.clinic.doctor("Dr Chidi Okafor", scene.practice).await;
    let domain = &scene.clinic.domain;
    let exception = DayException { date: date(2026, 11, 25), kind: ExceptionKind::DayOff };
    let command = AddException { clinic: scene.practice.clinic, exception, idempotency_key: None };
    let mine = scheduling::add_exception(domain, &scene.doctor.access(&scene.clinic), command.clone()).await.unwrap();
    let id = mine.clinics[0].exceptions[0].id;
    assert_eq!(code(scheduling::remove_exception(domain, &other.access(&scene.clinic), id).await), Code::NotFound);
    assert_eq!(code(scheduling::hours(domain, &scene.patient.access(&scene.clinic)).await), Code::Forbidden);
    assert_eq!(code(scheduling::add_exception(domain, &scene.clinic.stranger(), command).await), Code::SignInNeeded);
}

#[tokio::test]
async fn a_doctor_who_has_left_a_clinic_is_not_booked_there() {
    let scene = scene().await;
    let free = async || {
        let (stranger, doctor) = (scene.clinic.stranger(), scene.doctor.doctor());
        let times = scheduling::open_times(&scene.clinic.domain, &stranger, doctor, date(2026, 11, 25), "Europe/London").await;
        times.unwrap().len()
    };
    assert!(free().await > 0);
    scene.owner("update memberships set ended_at = created_at where role = 'doctor'").await;
    assert_eq!(free().await, 0);
    assert_eq!(code(scene.book(tomorrow_at_ten()).await), Code::SlotUnknown);
}
