//! Calendar files (iCalendar, RFC 5545; invitations by RFC 5546).

use domain::notifications::AppointmentBrief;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use jiff::{Timestamp, tz::TimeZone};

/// What the file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Here it is.
    Publish,
    /// It is off.
    Cancel,
}

impl Method {
    /// The METHOD property, and the parameter of the media type.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }
}

/// An appointment as a calendar file. `summary` and `url` are all that it says; its UID stays the same, so that a cancellation finds it.
#[must_use]
pub fn file(appointment: &AppointmentBrief, method: Method, stamp: Timestamp, host: &str, summary: &str, url: &str) -> String {
    let mut event = Event::new();
    event
        .uid(&format!("{}@{host}", appointment.id))
        .add_property("DTSTAMP", utc(stamp))
        .add_property("DTSTART", utc(appointment.starts_at))
        .add_property("DTEND", utc(appointment.ends_at))
        .add_property("SEQUENCE", appointment.version.to_string())
        .summary(summary)
        .location(&appointment.clinic)
        .append_property(Property::new("URL", url));
    if method == Method::Cancel {
        event.status(EventStatus::Cancelled);
    } else {
        event.status(EventStatus::Confirmed);
    }
    let mut calendar = Calendar::new();
    calendar.append_property(Property::new("METHOD", method.as_str()));
    calendar.push(event.done()).to_string()
}

fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_cancellation_has_the_uid_of_the_booking() {
        let mut appointment = AppointmentBrief {
            id: Uuid::from_u128(5).into(),
            version: 1,
            doctor: "Dr Lena Hoffmann".into(),
            to_doctor: false,
            clinic: "Riverside Clinic".into(),
            starts_at: "2026-11-24T10:30:00Z".parse().unwrap(),
            ends_at: "2026-11-24T11:00:00Z".parse().unwrap(),
        };
        let made = |appointment: &AppointmentBrief, method| {
            file(
                appointment,
                method,
                Timestamp::UNIX_EPOCH,
                "clinic.example",
                "Video visit",
                "https://clinic.example/appointments/5",
            )
        };
        let booked = made(&appointment, Method::Publish);
        appointment.version = 2;
        let cancelled = made(&appointment, Method::Cancel);
        for line in ["DTSTART:20261124T103000Z", "DTEND:20261124T110000Z", "METHOD:PUBLISH", "SEQUENCE:1"] {
            assert!(booked.contains(line), "{line} in {booked}");
        }
        assert!(cancelled.contains("STATUS:CANCELLED") && cancelled.contains("SEQUENCE:2"));
        let uid = |text: &str| text.lines().find(|line| line.starts_with("UID:")).map(str::to_owned);
        assert_eq!(uid(&booked), uid(&cancelled));
    }
}
