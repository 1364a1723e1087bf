use super::*;
use model::scheduling::VisitMode;
use uuid::Uuid;

const PUBLISHER: Publisher<'_> = Publisher { host: "clinic.example", name: "Riverside Clinic", address: "visits@clinic.example" };
const WORDS: Words<'_> = Words { summary: "Video visit", place: Some("On video"), url: "https://clinic.example/appointments/5" };

fn appointment() -> AppointmentBrief {
    AppointmentBrief {
        id: Uuid::from_u128(5).into(),
        version: 1,
        doctor: "Dr Lena Hoffmann".into(),
        to_doctor: false,
        clinic: "Riverside Clinic".into(),
        address: Vec::new(),
        time_zone: "America/New_York".into(),
        mode: VisitMode::Video,
        fee: None,
        starts_at: "2026-11-24T10:30:00Z".parse().unwrap(),
        ends_at: "2026-11-24T11:00:00Z".parse().unwrap(),
        revised_at: "2026-11-20T08:15:30Z".parse().unwrap(),
        cancelled_by: None,
    }
}

fn made(appointment: &AppointmentBrief, method: Method, publisher: Publisher<'_>) -> String {
    let attendee = Attendee { name: "Amara Osei", address: "amara@people.example" };
    // Long lines are folded.
    file(appointment, method, publisher, Some(attendee), WORDS).replace("\r\n ", "")
}

fn line<'a>(file: &'a str, name: &str) -> &'a str {
    file.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} in {file}"))
}

#[test]
fn a_cancellation_has_the_uid_and_the_organizer_of_the_booking_and_a_later_sequence() {
    let mut appointment = appointment();
    let booked = made(&appointment, Method::Request, PUBLISHER);
    appointment.version = 2;
    let cancelled = made(&appointment, Method::Cancel, PUBLISHER);
    for line in [
        "TZID:America/New_York",
        "DTSTART;TZID=America/New_York:20261124T053000",
        "DTEND;TZID=America/New_York:20261124T060000",
        "DTSTAMP:20261120T081530Z",
        "METHOD:REQUEST",
        "SEQUENCE:1",
        "ORGANIZER;CN=\"Riverside Clinic\":mailto:visits@clinic.example",
        "ATTENDEE;CN=\"Amara Osei\";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:amara@people.example",
        "TRIGGER:-PT15M",
        "LOCATION:On video",
    ] {
        assert!(booked.lines().any(|written| written == line), "{line} in {booked}");
    }
    assert!(cancelled.contains("STATUS:CANCELLED") && cancelled.contains("SEQUENCE:2"));
    assert!(!cancelled.contains("VALARM"), "{cancelled}");
    for name in ["UID:", "ORGANIZER", "ATTENDEE", "DTSTART;TZID"] {
        assert_eq!(line(&booked, name), line(&cancelled, name));
    }
    let downloaded = file(&appointment, Method::Publish, PUBLISHER, None, WORDS);
    assert!(!downloaded.contains("ATTENDEE"), "RFC 5546 §3.2.1");
    let requested = file(&appointment, Method::PublishRequested, PUBLISHER, None, WORDS);
    assert!(requested.contains("METHOD:PUBLISH") && requested.contains("STATUS:TENTATIVE") && !requested.contains("VALARM"));
}

#[test]
fn the_organizers_name_and_address_are_written_as_their_grammars_ask() {
    let odd = Publisher { name: "Müller, \"Söhne\" & Co; ^1", address: "clinic/visits?#1@clinic.example", ..PUBLISHER };
    let file = made(&appointment(), Method::Request, odd);
    assert_eq!(
        line(&file, "ORGANIZER"),
        "ORGANIZER;CN=\"Müller, ^'Söhne^' & Co; ^^1\":mailto:clinic%2Fvisits%3F%231@clinic.example"
    );
}

#[test]
fn a_feed_has_each_zone_once_and_the_uid_of_the_mail() {
    let mut other = appointment();
    other.id = Uuid::from_u128(6).into();
    other.starts_at = "2027-07-01T10:30:00Z".parse().unwrap();
    other.ends_at = "2027-07-01T11:00:00Z".parse().unwrap();
    let first = appointment();
    let hidden = Words { summary: "Visit", place: None, ..WORDS };
    let entries = [
        Entry { appointment: &first, state: AppointmentState::Confirmed, words: hidden },
        Entry { appointment: &other, state: AppointmentState::Cancelled, words: hidden },
    ];
    let feed = feed("Visits", PUBLISHER.host, &entries).replace("\r\n ", "");
    assert_eq!((feed.matches("BEGIN:VTIMEZONE").count(), feed.matches("BEGIN:VEVENT").count()), (1, 2));
    // New York changes its clocks on 1 November 2026 and 14 March 2027.
    assert!(feed.contains("DTSTART:20261101T020000") && feed.contains("DTSTART:20270314T020000"), "{feed}");
    assert!(feed.contains("DTSTART;TZID=America/New_York:20270701T063000"), "{feed}");
    assert_eq!(line(&feed, "UID:"), line(&made(&first, Method::Request, PUBLISHER), "UID:"));
    assert!(feed.contains("STATUS:CANCELLED") && !feed.contains("METHOD") && !feed.contains("LOCATION"), "{feed}");
}

#[test]
fn one_file_publishes_all_visits_of_a_series() {
    let mut second = appointment();
    second.id = Uuid::from_u128(6).into();
    second.starts_at = "2026-12-01T10:30:00Z".parse().unwrap();
    second.ends_at = "2026-12-01T11:00:00Z".parse().unwrap();
    let first = appointment();
    let file = several(&[(&first, WORDS), (&second, WORDS)], PUBLISHER).replace("\r\n ", "");
    let count = |text: &str| file.matches(text).count();
    assert_eq!((count("METHOD:PUBLISH"), count("BEGIN:VTIMEZONE"), count("BEGIN:VEVENT"), count("BEGIN:VALARM")), (1, 1, 2, 2));
    assert_eq!((count("ORGANIZER;"), count("STATUS:CONFIRMED"), count("ATTENDEE")), (2, 2, 0), "RFC 5546 §3.2.1");
    for appointment in [first, second] {
        assert_eq!(count(line(&made(&appointment, Method::Request, PUBLISHER), "UID:")), 1, "the UID of other mails");
    }
}
