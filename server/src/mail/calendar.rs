//! Calendar files (iCalendar, RFC 5545) that publish and cancel appointments (iTIP, RFC 5546).
//!
//! All files of one appointment have the same UID and ORGANIZER, whether sent by mail or downloaded, and SEQUENCE is the appointment's
//! version. So a calendar recognises a newer file as a change of the same event, and ignores an older one that arrives late.

use chrono::TimeDelta;
use domain::scheduling::AppointmentBrief;
use icalendar::{Alarm, Calendar, Component, Event, EventLike, EventStatus, Property, Trigger};
use jiff::{Timestamp, tz::TimeZone};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The purpose of a calendar file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The appointment is booked (RFC 5546 §3.2.1).
    Publish,
    /// The appointment is cancelled (RFC 5546 §3.2.5).
    Cancel,
}

impl Method {
    /// The value of the METHOD property and of the media type's `method` parameter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }

    /// The media type of a file with this method (RFC 6047 §2.4).
    #[must_use]
    pub fn media_type(self) -> String {
        format!("text/calendar; charset=utf-8; method={}", self.as_str())
    }
}

/// The organizer of the appointments: this installation, with the same name and address as in its mail.
#[derive(Debug, Clone, Copy)]
pub struct Publisher<'a> {
    /// The host name that makes UIDs unique.
    pub host: &'a str,
    /// The sender's name in mail.
    pub name: &'a str,
    /// The sender's address in mail.
    pub address: &'a str,
}

/// How long before the appointment a calendar reminds of it: the time to find a quiet place and try the camera.
const REMINDS_MINUTES: i64 = 15;

/// What a calendar file says in words.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// What the appointment is.
    pub summary: &'a str,
    /// Where it is.
    pub place: &'a str,
    /// The page of the appointment.
    pub url: &'a str,
}

/// The calendar file of an appointment. Apart from its times, it contains only these words. A published appointment has an alarm, a cancelled one must
/// not have one (RFC 5546 §3.2.5).
#[must_use]
pub fn file(appointment: &AppointmentBrief, method: Method, publisher: Publisher<'_>, words: Words<'_>) -> String {
    let mut event = Event::new();
    event
        .uid(&format!("{}@{}", appointment.id, publisher.host))
        .add_property("DTSTAMP", utc(appointment.revised_at))
        .add_property("DTSTART", utc(appointment.starts_at))
        .add_property("DTEND", utc(appointment.ends_at))
        .add_property("SEQUENCE", appointment.version.to_string())
        .append_property(organizer(publisher))
        .summary(words.summary)
        .location(words.place)
        .append_property(Property::new("URL", words.url));
    match method {
        Method::Publish => {
            let mut alarm = Alarm::display(words.summary, Trigger::before_start(TimeDelta::minutes(REMINDS_MINUTES)));
            // The library fills in what is missing with a random id and the present time; a repeated mail must be the same.
            alarm
                .uid(&format!("{}-alarm@{}", appointment.id, publisher.host))
                .add_property("DTSTAMP", utc(appointment.revised_at));
            event.status(EventStatus::Confirmed).alarm(alarm);
        }
        Method::Cancel => {
            event.status(EventStatus::Cancelled);
        }
    }
    let mut calendar = Calendar::empty();
    for (name, value) in
        [("VERSION", "2.0"), ("PRODID", "-//Bedside//Bedside//EN"), ("CALSCALE", "GREGORIAN"), ("METHOD", method.as_str())]
    {
        calendar.append_property(Property::new(name, value));
    }
    calendar.push(event.done()).to_string()
}

/// The characters that need no encoding in a `mailto:` address (RFC 6068 §2).
const ADDRESS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'~').remove(b'+').remove(b'!').remove(b'$');

fn organizer(publisher: Publisher<'_>) -> Property {
    let mut organizer = Property::new("ORGANIZER", format!("mailto:{}", utf8_percent_encode(publisher.address, ADDRESS)));
    organizer.add_parameter("CN", &parameter_value(publisher.name));
    organizer.done()
}

/// A parameter value cannot contain quotes or line breaks; RFC 6868 encodes them with a caret. The iCalendar writer adds the quotes around it.
fn parameter_value(text: &str) -> String {
    let text = text.replace('^', "^^").replace('"', "^'").replace("\r\n", "^n").replace('\n', "^n");
    text.chars().filter(|c| !c.is_control()).collect()
}

fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::scheduling::VisitMode;
    use uuid::Uuid;

    const PUBLISHER: Publisher<'_> =
        Publisher { host: "clinic.example", name: "Riverside Clinic", address: "visits@clinic.example" };

    fn appointment() -> AppointmentBrief {
        AppointmentBrief {
            id: Uuid::from_u128(5).into(),
            version: 1,
            doctor: "Dr Lena Hoffmann".into(),
            to_doctor: false,
            clinic: "Riverside Clinic".into(),
            address: Vec::new(),
            mode: VisitMode::Video,
            fee: None,
            starts_at: "2026-11-24T10:30:00Z".parse().unwrap(),
            ends_at: "2026-11-24T11:00:00Z".parse().unwrap(),
            revised_at: "2026-11-20T08:15:30Z".parse().unwrap(),
            cancelled_by: None,
        }
    }

    fn made(appointment: &AppointmentBrief, method: Method, publisher: Publisher<'_>) -> String {
        let words = Words { summary: "Video visit", place: "On video", url: "https://clinic.example/appointments/5" };
        let file = file(appointment, method, publisher, words);
        // The iCalendar writer folds long lines.
        file.replace("\r\n ", "")
    }

    fn line<'a>(file: &'a str, name: &str) -> &'a str {
        file.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} in {file}"))
    }

    #[test]
    fn a_cancellation_has_the_uid_and_the_organizer_of_the_booking_and_a_later_sequence() {
        let mut appointment = appointment();
        let booked = made(&appointment, Method::Publish, PUBLISHER);
        appointment.version = 2;
        let cancelled = made(&appointment, Method::Cancel, PUBLISHER);
        for line in [
            "DTSTART:20261124T103000Z",
            "DTEND:20261124T110000Z",
            "DTSTAMP:20261120T081530Z",
            "METHOD:PUBLISH",
            "SEQUENCE:1",
            "ORGANIZER;CN=Riverside Clinic:mailto:visits@clinic.example",
        ] {
            assert!(booked.contains(line), "{line} in {booked}");
        }
        assert!(cancelled.contains("STATUS:CANCELLED") && cancelled.contains("SEQUENCE:2"));
        assert!(booked.contains("LOCATION:On video") && booked.contains("TRIGGER;RELATED=START:-PT900S"), "{booked}");
        assert!(!cancelled.contains("VALARM"), "{cancelled}");
        for name in ["UID:", "ORGANIZER"] {
            assert_eq!(line(&booked, name), line(&cancelled, name));
        }
    }

    #[test]
    fn the_organizers_name_and_address_are_written_as_their_grammars_ask() {
        let odd = Publisher { name: "Müller, \"Söhne\" & Co; ^1", address: "clinic/visits?#1@clinic.example", ..PUBLISHER };
        let file = made(&appointment(), Method::Publish, odd);
        assert_eq!(
            line(&file, "ORGANIZER"),
            "ORGANIZER;CN=\"Müller, ^'Söhne^' & Co; ^^1\":mailto:clinic%2Fvisits%3F%231@clinic.example"
        );
    }
}
