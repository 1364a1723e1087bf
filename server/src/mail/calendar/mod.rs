//! Calendar files (iCalendar, RFC 5545): in mails, as requests and cancellations (iTIP, RFC 5546), as downloads, and as private feeds.
//!
//! All entries of one appointment have the same UID, whether sent by mail, downloaded or in a feed, and SEQUENCE is the appointment's
//! version. So a calendar recognises a newer file as a change of the same event, and ignores an older one that arrives late. Its times are those of the
//! clinic's zone, with the zone's rules, so no calendar has to guess them.

mod lines;
mod zone;

use self::{
    lines::{Lines, quoted},
    zone::{Zone, utc, write_times},
};
use domain::scheduling::AppointmentBrief;
use model::scheduling::{AppointmentState, TimeRange};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeMap;

/// The purpose of a calendar file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The appointment is booked; the file is downloaded (RFC 5546 §3.2.1).
    Publish,
    /// The appointment is only requested; the file is downloaded (RFC 5546 §3.2.1).
    PublishRequested,
    /// The appointment is booked; the file is mailed to somebody who takes part (RFC 5546 §3.2.2).
    Request,
    /// The appointment is cancelled (RFC 5546 §3.2.5).
    Cancel,
}

impl Method {
    /// The value of the METHOD property and of the media type's `method` parameter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish | Self::PublishRequested => "PUBLISH",
            Self::Request => "REQUEST",
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

/// The person to whom a file is mailed. Nobody else is named, so that a mail does not say who is a patient.
#[derive(Debug, Clone, Copy)]
pub struct Attendee<'a> {
    /// The person's name; may be empty.
    pub name: &'a str,
    /// The address to which the mail goes: calendars look for their owner's address.
    pub address: &'a str,
}

/// How long before the appointment a calendar reminds of it: the time to find a quiet place and try the camera.
const REMINDS: &str = "-PT15M";

/// What a calendar file says in words.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// What the appointment is.
    pub summary: &'a str,
    /// Where it is; none when that is hidden.
    pub place: Option<&'a str>,
    /// The page of the appointment.
    pub url: &'a str,
}

/// The calendar file of an appointment. Apart from its times, it contains only these words. A booked appointment has an alarm, a cancelled one must
/// not have one (RFC 5546 §3.2.5).
#[must_use]
pub fn file(
    appointment: &AppointmentBrief,
    method: Method,
    publisher: Publisher<'_>,
    attendee: Option<Attendee<'_>>,
    words: Words<'_>,
) -> String {
    let mut lines = Lines::default();
    begin(&mut lines);
    lines.raw("METHOD", method.as_str());
    let zone = Zone::of(&appointment.time_zone);
    if let (Some(zone), Some(range)) = (&zone, TimeRange::new(appointment.starts_at, appointment.ends_at)) {
        zone.write(&mut lines, range);
    }
    begin_event(&mut lines, appointment, zone.as_ref(), publisher.host, words);
    lines.raw(&format!("ORGANIZER;CN={}", quoted(publisher.name)), &mailto(publisher.address));
    if let Some(attendee) = attendee {
        let name = if attendee.name.is_empty() { attendee.address } else { attendee.name };
        // Whoever booked a visit has accepted it, and no answer is expected.
        let kind = format!("ATTENDEE;CN={};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE", quoted(name));
        lines.raw(&kind, &mailto(attendee.address));
    }
    match method {
        Method::Publish | Method::Request => {
            lines.raw("STATUS", "CONFIRMED");
            lines.raw("TRANSP", "OPAQUE");
            alarm(&mut lines, appointment, publisher.host, words.summary);
        }
        // Nothing is agreed yet, so nothing reminds of it.
        Method::PublishRequested => {
            lines.raw("STATUS", "TENTATIVE");
            lines.raw("TRANSP", "OPAQUE");
        }
        Method::Cancel => lines.raw("STATUS", "CANCELLED"),
    }
    lines.raw("END", "VEVENT");
    end(lines)
}

/// An entry of a feed.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The appointment.
    pub appointment: &'a AppointmentBrief,
    /// Its state.
    pub state: AppointmentState,
    /// What is said about it.
    pub words: Words<'a>,
}

/// A feed. It has no METHOD: it is what a calendar shows, not a message (RFC 5546 is for messages). `host` is that of the UIDs.
#[must_use]
pub fn feed(name: &str, host: &str, entries: &[Entry<'_>]) -> String {
    let mut lines = Lines::default();
    begin(&mut lines);
    // RFC 7986 §5.1 and §5.7, and the older names that Apple, Google and Outlook read.
    lines.text("NAME", name);
    lines.text("X-WR-CALNAME", name);
    lines.raw("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    lines.raw("X-PUBLISHED-TTL", "PT1H");
    let zones = write_zones(&mut lines, entries.iter().map(|entry| entry.appointment));
    for entry in entries {
        let zone = zones.get(entry.appointment.time_zone.as_str()).map(|(zone, _)| zone);
        begin_event(&mut lines, entry.appointment, zone, host, entry.words);
        let status = match entry.state {
            AppointmentState::Requested => "TENTATIVE",
            AppointmentState::Cancelled => "CANCELLED",
            AppointmentState::Confirmed | AppointmentState::InVisit | AppointmentState::Completed | AppointmentState::NoShow => {
                "CONFIRMED"
            }
        };
        lines.raw("STATUS", status);
        lines.raw("TRANSP", if status == "CANCELLED" { "TRANSPARENT" } else { "OPAQUE" });
        lines.raw("END", "VEVENT");
    }
    end(lines)
}

/// One file for appointments that were booked together. A message can publish several events, and can request only one (RFC 5546 §3.2.1, §3.2.2). Each has its own UID, so a later
/// file about one of them changes that one.
#[must_use]
pub fn several(appointments: &[(&AppointmentBrief, Words<'_>)], publisher: Publisher<'_>) -> String {
    let mut lines = Lines::default();
    begin(&mut lines);
    lines.raw("METHOD", Method::Publish.as_str());
    let zones = write_zones(&mut lines, appointments.iter().map(|(appointment, _)| *appointment));
    for (appointment, words) in appointments {
        let zone = zones.get(appointment.time_zone.as_str()).map(|(zone, _)| zone);
        begin_event(&mut lines, appointment, zone, publisher.host, *words);
        lines.raw(&format!("ORGANIZER;CN={}", quoted(publisher.name)), &mailto(publisher.address));
        lines.raw("STATUS", "CONFIRMED");
        lines.raw("TRANSP", "OPAQUE");
        alarm(&mut lines, appointment, publisher.host, words.summary);
        lines.raw("END", "VEVENT");
    }
    end(lines)
}

/// Writes the zones of appointments, each with its rules for all of them, and returns them by name.
fn write_zones<'a>(
    lines: &mut Lines,
    appointments: impl Iterator<Item = &'a AppointmentBrief>,
) -> BTreeMap<&'a str, (Zone, TimeRange)> {
    let mut zones: BTreeMap<&str, (Zone, TimeRange)> = BTreeMap::new();
    for AppointmentBrief { time_zone, starts_at, ends_at, .. } in appointments {
        let (Some(zone), Some(range)) = (Zone::of(time_zone), TimeRange::new(*starts_at, *ends_at)) else { continue };
        let (_, whole) = zones.entry(time_zone).or_insert((zone, range));
        *whole = TimeRange::new(whole.start().min(range.start()), whole.end().max(range.end())).unwrap_or(*whole);
    }
    for (zone, range) in zones.values() {
        zone.write(lines, *range);
    }
    zones
}

fn begin(lines: &mut Lines) {
    for (name, value) in
        [("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", "-//Bedside//Bedside//EN"), ("CALSCALE", "GREGORIAN")]
    {
        lines.raw(name, value);
    }
}

fn end(mut lines: Lines) -> String {
    lines.raw("END", "VCALENDAR");
    lines.finish()
}

/// The beginning of an event, with the properties that mails and feeds have in common.
fn begin_event(lines: &mut Lines, appointment: &AppointmentBrief, zone: Option<&Zone>, host: &str, words: Words<'_>) {
    lines.raw("BEGIN", "VEVENT");
    lines.text("UID", &format!("{}@{host}", appointment.id));
    lines.raw("DTSTAMP", &utc(appointment.revised_at));
    write_times(lines, zone, appointment.starts_at, appointment.ends_at);
    lines.raw("SEQUENCE", &appointment.version.to_string());
    lines.text("SUMMARY", words.summary);
    if let Some(place) = words.place {
        lines.text("LOCATION", place);
    }
    lines.raw("URL", words.url);
}

fn alarm(lines: &mut Lines, appointment: &AppointmentBrief, host: &str, summary: &str) {
    lines.raw("BEGIN", "VALARM");
    lines.text("UID", &format!("{}-alarm@{host}", appointment.id));
    lines.raw("ACTION", "DISPLAY");
    lines.text("DESCRIPTION", summary);
    lines.raw("TRIGGER", REMINDS);
    lines.raw("END", "VALARM");
}

/// The characters that need no encoding in a `mailto:` address (RFC 6068 §2).
const ADDRESS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'~').remove(b'+').remove(b'!').remove(b'$');

fn mailto(address: &str) -> String {
    format!("mailto:{}", utf8_percent_encode(address, ADDRESS))
}

#[cfg(test)]
mod tests;
