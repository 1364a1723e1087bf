//! A doctor's calendars outside of Bedside: their busy times are neither offered nor booked, and a calendar that cannot be read keeps what it said.

use super::{Scene, after, code, scene, tomorrow_at_ten};
use domain::scheduling::{self, AddOutsideCalendar, DoctorSearch, DueCalendar};
use jiff::{SignedDuration, Timestamp, civil::date};
use model::{
    errors::{Code, FieldFault},
    scheduling::{OutsideCalendarView, OutsideTrouble},
};

const ADDRESS: &str = "https://calendar.example/private/basic.ics";
const LONDON: &str = "Europe/London";

fn command(name: &str, address: &str) -> AddOutsideCalendar {
    AddOutsideCalendar { name: name.to_owned(), address: address.to_owned(), idempotency_key: None }
}

/// A calendar with one event.
fn busy(start: Timestamp, end: Timestamp) -> Vec<u8> {
    let utc = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let (start, end) = (utc(start), utc(end));
    format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:{start}\r\nDTEND:{end}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
        .into_bytes()
}

impl Scene {
    async fn add_calendar(&self, name: &str) -> domain::Result<model::ids::OutsideCalendarId> {
        let access = self.doctor.access(&self.clinic);
        scheduling::add_outside_calendar(&self.clinic.domain, &access, command(name, ADDRESS)).await
    }

    async fn calendars(&self) -> Vec<OutsideCalendarView> {
        scheduling::outside_calendars(&self.clinic.domain, &self.doctor.access(&self.clinic)).await.unwrap()
    }

    /// The only calendar that is due.
    async fn due(&self) -> DueCalendar {
        let mut due = scheduling::due_calendars(&self.clinic.domain).await.unwrap();
        assert_eq!(due.len(), 1);
        due.remove(0)
    }

    async fn keep(&self, fetched: Result<Vec<u8>, OutsideTrouble>) {
        scheduling::keep_calendar(&self.clinic.domain, self.due().await, fetched).await.unwrap();
    }

    async fn is_offered(&self, at: Timestamp) -> bool {
        let (domain, stranger, doctor) = (&self.clinic.domain, self.clinic.stranger(), self.doctor.doctor());
        let times = scheduling::open_times(domain, &stranger, doctor, date(2026, 11, 25), LONDON).await.unwrap();
        times.iter().any(|time| time.start == at)
    }

    /// The first free time by which the search orders.
    async fn first_free(&self) -> Option<Timestamp> {
        let found =
            scheduling::find_doctors(&self.clinic.domain, &self.clinic.stranger(), DoctorSearch::default()).await.unwrap();
        found.page.items.first().and_then(|card| card.next_free.first()).map(|time| time.start)
    }
}

#[tokio::test]
async fn busy_times_are_neither_offered_nor_booked_and_stay_while_nothing_newer_is_known() {
    let scene = scene().await;
    let ten = tomorrow_at_ten();
    scene.add_calendar("Own").await.unwrap();
    assert!(scene.is_offered(ten).await);
    let due = scene.due().await;
    assert_eq!(due.address.expose(), ADDRESS);
    assert!(scheduling::due_calendars(&scene.clinic.domain).await.unwrap().is_empty(), "nobody else reads it meanwhile");
    let file = busy(ten, ten + SignedDuration::from_hours(1));
    scheduling::keep_calendar(&scene.clinic.domain, due, Ok(file)).await.unwrap();
    assert!(!scene.is_offered(ten).await && !scene.is_offered(ten + SignedDuration::from_mins(30)).await);
    assert!(scene.is_offered(ten + SignedDuration::from_hours(1)).await);
    assert_eq!(code(scene.book(ten).await), Code::SlotTaken);
    let [read]: [OutsideCalendarView; 1] = scene.calendars().await.try_into().unwrap();
    assert_eq!((read.trouble, read.read_at, read.broken), (None, Some(after(0)), 0));

    for trouble in [Err(OutsideTrouble::Unreachable), Ok(b"<html>Sign in</html>".to_vec())] {
        scene.clinic.pass(SignedDuration::from_mins(16));
        scene.keep(trouble).await;
        assert!(!scene.is_offered(ten).await, "the last good copy still counts");
    }
    let [kept]: [OutsideCalendarView; 1] = scene.calendars().await.try_into().unwrap();
    assert_eq!((kept.trouble, kept.read_at), (Some(OutsideTrouble::Unreadable), Some(after(0))));

    scene.clinic.pass(SignedDuration::from_mins(16));
    scene.keep(Ok(b"BEGIN:VCALENDAR\r\nnot a line\r\nEND:VCALENDAR\r\n".to_vec())).await;
    let [free]: [OutsideCalendarView; 1] = scene.calendars().await.try_into().unwrap();
    assert_eq!((free.trouble, free.broken), (None, 1));
    assert!(scene.is_offered(ten).await);
    assert!(scene.book(ten).await.is_ok());
}

#[tokio::test]
async fn a_hold_does_not_outlive_what_the_calendar_says_and_the_search_follows() {
    let scene = scene().await;
    let ten = tomorrow_at_ten();
    scene.add_calendar("Own").await.unwrap();
    let held = scene.hold(ten).await.unwrap();
    let before = scene.first_free().await.unwrap();
    scene.keep(Ok(busy(before, ten + SignedDuration::from_mins(30)))).await;
    let command = scheduling::BookAppointment { hold: Some(held.reservation), ..scene.command(ten) };
    assert_eq!(code(scheduling::book(&scene.clinic.domain, &scene.as_patient(), command).await), Code::SlotTaken);
    assert_eq!(scene.first_free().await, Some(ten + SignedDuration::from_mins(30)));

    let id = scene.calendars().await[0].id;
    let doctor = scene.doctor.access(&scene.clinic);
    scheduling::remove_outside_calendar(&scene.clinic.domain, &doctor, id).await.unwrap();
    assert_eq!(scene.first_free().await, Some(before));
    assert_eq!(scene.count("select count(*) from outside_busy").await, 0);
    assert_eq!(code(scheduling::remove_outside_calendar(&scene.clinic.domain, &doctor, id).await), Code::NotFound);
}

#[tokio::test]
async fn only_the_doctor_adds_a_calendar_and_its_address_is_kept_encrypted() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let wrong = scheduling::add_outside_calendar(domain, &doctor, command("", "http://calendar.example/")).await.unwrap_err();
    let faults: Vec<_> = wrong.field_errors().iter().map(|wrong| (wrong.field.as_str(), wrong.fault)).collect();
    assert_eq!(faults, [("name", FieldFault::Missing), ("address", FieldFault::Malformed)]);
    assert_eq!(
        code(scheduling::add_outside_calendar(domain, &scene.as_patient(), command("Own", ADDRESS)).await),
        Code::Forbidden
    );
    assert_eq!(code(scheduling::outside_calendars(domain, &scene.clinic.stranger()).await), Code::SignInNeeded);

    let key = Some("once".to_owned());
    let once = AddOutsideCalendar { idempotency_key: key, ..command("Own", ADDRESS) };
    let id = scheduling::add_outside_calendar(domain, &doctor, once.clone()).await.unwrap();
    assert_eq!(scheduling::add_outside_calendar(domain, &doctor, once).await.unwrap(), id);
    let stored: Vec<u8> =
        sqlx::query_scalar("select address_cipher from outside_calendars").fetch_one(&scene.clinic.owner).await.unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains("calendar.example"));
    for n in 2..=5 {
        scene.add_calendar(&format!("Number {n}")).await.unwrap();
    }
    assert_eq!(code(scene.add_calendar("One more").await), Code::FieldsInvalid);

    let other = scene.clinic.doctor("Dr Tariq Mansour", scene.practice).await.access(&scene.clinic);
    assert!(scheduling::outside_calendars(domain, &other).await.unwrap().is_empty());
    assert_eq!(code(scheduling::remove_outside_calendar(domain, &other, id).await), Code::NotFound);
    scheduling::remove_outside_calendar(domain, &doctor, id).await.unwrap();
    let audited = scene.clinic.audited().await;
    let counted = |action: &str| audited.iter().filter(|entry| *entry == action).count();
    assert_eq!(counted("scheduling.outside_calendar_added"), 5);
    assert_eq!(counted("scheduling.outside_calendar_removed"), 1);
}

#[tokio::test]
async fn the_calendar_of_a_suspended_doctor_is_not_asked_for() {
    let scene = scene().await;
    scene.add_calendar("Own").await.unwrap();
    scene.owner("update users set suspended_at = created_at where display_name = 'Dr Lena Hoffmann'").await;
    assert!(scheduling::due_calendars(&scene.clinic.domain).await.unwrap().is_empty());
    scene.owner("update users set suspended_at = null").await;
    scene.due().await;
}
