//! Mails about appointments, with their calendar files.

mod series;

use super::{super::letter::Letter, zone_of};
use crate::{
    config::Config,
    mail::calendar::{self, Attendee, Entry, Method, Publisher, Words},
};
use domain::{
    notices::Mail,
    scheduling::{AppointmentBrief, CalendarFeed, MailContent, OfferedTime},
};
use jiff::Timestamp;
use model::{
    format::{self, Names},
    scheduling::{Ahead, CancelledBy, FeedNames, TimeRange, Unattended, VisitMode},
    text::direction::isolated,
};
use words::{Locale, fee_sentence, say};

pub(super) fn letter(l: Locale, mail: &Mail, content: &MailContent, config: &Config) -> Letter {
    match content {
        MailContent::AppointmentBooked(brief) => booked(l, mail, brief, config),
        MailContent::AppointmentRequested(brief) => requested(l, mail, brief, config),
        MailContent::SeriesBooked(briefs) => series::booked(l, mail, briefs, config),
        MailContent::SeriesRequested(briefs) => series::requested(l, mail, briefs, config),
        MailContent::AppointmentCancelled(brief) => cancelled(l, mail, brief, config),
        MailContent::AppointmentMoved(brief, from) => moved(l, mail, brief, *from, config),
        MailContent::AppointmentClosed(brief, how) => closed(l, mail, brief, *how, config),
        MailContent::VisitNear(brief, ahead) => near(l, mail, brief, *ahead, config),
        MailContent::FollowUpDue(brief) => follow_up(l, mail, brief, config),
        MailContent::TimeOffered(offer) => offered(l, mail, offer, config),
        MailContent::VisitTypeManaged { visit_type } => managed(l, visit_type, config),
    }
}

/// The calendar file of an appointment. The mail and the download have the same event; only the mail names an attendee, who is its recipient.
pub(crate) fn calendar_file(
    l: Locale,
    brief: &AppointmentBrief,
    method: Method,
    attendee: Option<Attendee<'_>>,
    config: &Config,
) -> String {
    let mail = &config.mail;
    let publisher = Publisher { host: config.public_url.host(), name: &mail.from_name, address: &mail.from_address };
    let (summary, place, url) = (summary_of(l, brief), place_of(l, brief), config.public_url.link(&path_of(brief)));
    let words = Words { summary: &summary, place: Some(&place), url: &url };
    calendar::file(brief, method, publisher, attendee, words)
}

/// A private feed. Without names, its entries say nothing but when the visit is and where its page is.
pub(crate) fn calendar_feed(l: Locale, feed: &CalendarFeed, config: &Config) -> String {
    let said: Vec<(String, Option<String>, String)> = feed
        .visits
        .iter()
        .map(|visit| {
            let url = config.public_url.link(&path_of(&visit.brief));
            match feed.names {
                FeedNames::Hidden => (say!(l, mail.calendar.hidden).to_owned(), None, url),
                FeedNames::Shown => (summary_of(l, &visit.brief), Some(place_of(l, &visit.brief)), url),
            }
        })
        .collect();
    let entries: Vec<Entry<'_>> = feed
        .visits
        .iter()
        .zip(&said)
        .map(|(visit, (summary, place, url))| Entry {
            appointment: &visit.brief,
            state: visit.state,
            words: Words { summary, place: place.as_deref(), url },
        })
        .collect();
    calendar::feed(say!(l, mail.calendar.feed), config.public_url.host(), &entries)
}

/// What a calendar calls a visit. That a person is a patient is medical information, so the doctor's calendar has no names.
fn summary_of(l: Locale, brief: &AppointmentBrief) -> String {
    match (brief.mode, brief.to_doctor) {
        (VisitMode::Video, true) => say!(l, mail.calendar.summary_doctor).to_owned(),
        (VisitMode::Video, false) => say!(l, mail.calendar.summary, doctor = brief.doctor.as_str()),
        (VisitMode::InPerson | VisitMode::Phone | VisitMode::External, true) => {
            say!(l, mail.calendar.elsewhere_doctor).to_owned()
        }
        (VisitMode::InPerson | VisitMode::Phone | VisitMode::External, false) => {
            say!(l, mail.calendar.elsewhere, doctor = brief.doctor.as_str())
        }
    }
}

/// Where a visit is; for one in the clinic, the clinic with its address, on one line.
fn place_of(l: Locale, brief: &AppointmentBrief) -> String {
    match brief.mode {
        VisitMode::Video => say!(l, mail.calendar.on_video).to_owned(),
        VisitMode::InPerson => {
            std::iter::once(&brief.clinic).chain(&brief.address).map(String::as_str).collect::<Vec<_>>().join(", ")
        }
        VisitMode::Phone => say!(l, mail.calendar.by_phone).to_owned(),
        // The link is shown on the page only, and only shortly before the visit.
        VisitMode::External => say!(l, mail.calendar.external).to_owned(),
    }
}

/// The recipient, as the one who takes part.
fn attendee(mail: &Mail) -> Option<Attendee<'_>> {
    Some(Attendee { name: &mail.recipient.name, address: &mail.recipient.to })
}

/// The day and the time of an appointment in the reader's time zone; the time includes the zone's name.
fn when(l: Locale, mail: &Mail, brief: &AppointmentBrief) -> (String, String) {
    let zone = zone_of(mail);
    let names = &Names::ENGLISH;
    let day = format::date_long(brief.starts_at.to_zoned(zone.clone()).date(), names);
    let range = TimeRange::new(brief.starts_at, brief.ends_at);
    let clock = range.map(|range| format::time_range(range, &zone, names)).unwrap_or_default();
    let time = format!("{day}, {clock}");
    let time = say!(l, mail.zone, time = time.as_str(), zone = mail.recipient.time_zone.replace('_', " "));
    (day, time)
}

fn booked(l: Locale, mail: &Mail, brief: &AppointmentBrief, config: &Config) -> Letter {
    let (day, time) = when(l, mail, brief);
    let link = config.public_url.link(&path_of(brief));
    let doctor = brief.doctor.as_str();
    let summary = match (brief.mode, brief.to_doctor) {
        (VisitMode::Video, true) => say!(l, mail.booked.body_doctor).to_owned(),
        (VisitMode::Video, false) => say!(l, mail.booked.body, doctor = doctor),
        (VisitMode::InPerson, true) => say!(l, mail.booked.in_person_doctor).to_owned(),
        (VisitMode::InPerson, false) => say!(l, mail.booked.in_person, doctor = doctor),
        (VisitMode::Phone, true) => say!(l, mail.booked.by_phone_doctor).to_owned(),
        (VisitMode::Phone, false) => say!(l, mail.booked.by_phone, doctor = doctor),
        (VisitMode::External, true) => say!(l, mail.booked.external_doctor).to_owned(),
        (VisitMode::External, false) => say!(l, mail.booked.external, doctor = doctor),
    };
    let next = match (brief.mode, brief.to_doctor) {
        (VisitMode::Video, _) => Some(say!(l, mail.booked.next, n = config.scheduling.waiting_room_opens_minutes)),
        (VisitMode::InPerson, true) => None,
        (VisitMode::InPerson, false) => Some(say!(l, mail.booked.next_in_person).to_owned()),
        (VisitMode::Phone, true) => Some(say!(l, mail.booked.next_by_phone_doctor).to_owned()),
        // The number is the patient's own, and a mail may be read by others.
        (VisitMode::Phone, false) => Some(say!(l, mail.booked.next_by_phone).to_owned()),
        (VisitMode::External, true) => Some(say!(l, mail.booked.next_external_doctor).to_owned()),
        (VisitMode::External, false) => Some(say!(l, mail.booked.next_external).to_owned()),
    };
    let address = (brief.mode == VisitMode::InPerson && !brief.address.is_empty()).then(|| brief.address.join(", "));
    // The patient pays it, so the doctor's mail does not repeat it.
    let fee = brief.fee.filter(|_| !brief.to_doctor);
    Letter {
        subject: say!(l, mail.booked.subject, day = day.as_str()),
        paragraphs: vec![summary],
        facts: [
            Some((say!(l, mail.booked.when).into(), time)),
            // That a person is a patient is medical information, so no mail contains the patient's name, not even the doctor's mail.
            (!brief.to_doctor).then(|| (say!(l, mail.booked.who).into(), isolated(&brief.doctor).into_owned())),
            Some((say!(l, mail.booked.at_clinic).into(), isolated(&brief.clinic).into_owned())),
            address.map(|address| (say!(l, mail.booked.address).into(), isolated(&address).into_owned())),
            fee.map(|fee| (say!(l, mail.booked.fee).into(), fee_sentence(l, fee, &Names::ENGLISH))),
        ]
        .into_iter()
        .flatten()
        .collect(),
        button: Some((say!(l, mail.booked.button).into(), link)),
        after: next.into_iter().collect(),
        calendar: Some((calendar_file(l, brief, Method::Request, attendee(mail), config), Method::Request)),
        ..Letter::default()
    }
}

/// A visit that the doctor has to confirm. There is no calendar file, because nothing is agreed yet.
fn requested(l: Locale, mail: &Mail, brief: &AppointmentBrief, config: &Config) -> Letter {
    let (day, time) = when(l, mail, brief);
    let paragraph = if brief.to_doctor {
        say!(l, mail.requested.body_doctor).to_owned()
    } else {
        say!(l, mail.requested.body, doctor = brief.doctor.as_str())
    };
    Letter {
        subject: say!(l, mail.requested.subject, day = day.as_str()),
        paragraphs: vec![paragraph],
        facts: vec![(say!(l, mail.booked.when).into(), time)],
        button: Some((say!(l, mail.requested.button).into(), config.public_url.link(&path_of(brief)))),
        ..Letter::default()
    }
}

fn cancelled(l: Locale, mail: &Mail, brief: &AppointmentBrief, config: &Config) -> Letter {
    let (url, (day, time)) = (&config.public_url, when(l, mail, brief));
    let doctor = brief.doctor.as_str();
    let paragraphs = if brief.to_doctor {
        let who = match brief.cancelled_by {
            Some(CancelledBy::Patient) => say!(l, mail.cancelled.to_doctor_by_patient),
            Some(CancelledBy::Doctor) => say!(l, mail.cancelled.to_doctor_by_doctor),
            Some(CancelledBy::Clinic) => say!(l, mail.cancelled.to_doctor_by_clinic),
            Some(CancelledBy::System) | None => say!(l, mail.cancelled.to_doctor),
        };
        vec![who.to_owned(), say!(l, mail.cancelled.which).to_owned()]
    } else {
        let who = match brief.cancelled_by {
            Some(CancelledBy::Patient) => say!(l, mail.cancelled.by_patient, doctor = doctor),
            Some(CancelledBy::Doctor) => say!(l, mail.cancelled.by_doctor, doctor = doctor),
            Some(CancelledBy::Clinic) => say!(l, mail.cancelled.by_clinic, doctor = doctor),
            Some(CancelledBy::System) | None => say!(l, mail.cancelled.by_somebody, doctor = doctor),
        };
        // The message may be about the patient's health, so it is on the page only.
        let has_message = matches!(brief.cancelled_by, Some(CancelledBy::Doctor | CancelledBy::Clinic));
        let why = has_message.then(|| say!(l, mail.cancelled.why, link = url.link(&path_of(brief))));
        std::iter::once(who).chain(why).collect()
    };
    let button = if brief.to_doctor {
        (say!(l, mail.cancelled.button_doctor).into(), url.link("/doctor"))
    } else {
        (say!(l, mail.cancelled.button).into(), url.link("/doctors"))
    };
    Letter {
        subject: say!(l, mail.cancelled.subject, day = day.as_str()),
        paragraphs,
        facts: vec![(say!(l, mail.booked.when).into(), time)],
        button: Some(button),
        calendar: Some((calendar_file(l, brief, Method::Cancel, attendee(mail), config), Method::Cancel)),
        ..Letter::default()
    }
}

/// A visit at another time than before. The calendar file has the UID of the first one and a higher SEQUENCE, so it replaces the entry.
fn moved(l: Locale, mail: &Mail, brief: &AppointmentBrief, from: Timestamp, config: &Config) -> Letter {
    let (day, time) = when(l, mail, brief);
    let before = format::date_time(from, &zone_of(mail), &Names::ENGLISH);
    let paragraph = if brief.to_doctor {
        say!(l, mail.moved.body_doctor).to_owned()
    } else {
        say!(l, mail.moved.body, doctor = brief.doctor.as_str())
    };
    Letter {
        subject: say!(l, mail.moved.subject, day = day.as_str()),
        paragraphs: vec![paragraph],
        facts: vec![(say!(l, mail.moved.now).into(), time), (say!(l, mail.moved.before).into(), before)],
        button: Some((say!(l, mail.booked.button).into(), config.public_url.link(&path_of(brief)))),
        calendar: Some((calendar_file(l, brief, Method::Request, attendee(mail), config), Method::Request)),
        ..Letter::default()
    }
}

/// A visit type that an administrator has added or changed.
fn managed(l: Locale, visit_type: &str, config: &Config) -> Letter {
    Letter {
        subject: say!(l, mail.visit_type_managed.subject).into(),
        paragraphs: vec![
            say!(l, mail.visit_type_managed.body, name = visit_type),
            say!(l, mail.visit_type_managed.next).to_owned(),
        ],
        button: Some((say!(l, mail.visit_type_managed.button).into(), config.public_url.link("/doctor/visit-types"))),
        ..Letter::default()
    }
}

/// A free time that a person on the waiting list can accept. There is no calendar file, because nothing is agreed yet.
fn offered(l: Locale, mail: &Mail, offer: &OfferedTime, config: &Config) -> Letter {
    let (zone, names) = (zone_of(mail), &Names::ENGLISH);
    let day = format::date_long(offer.starts_at.to_zoned(zone.clone()).date(), names);
    let range = TimeRange::new(offer.starts_at, offer.ends_at);
    let clock = range.map(|range| format::time_range(range, &zone, names)).unwrap_or_default();
    let time = format!("{day}, {clock}");
    let time = say!(l, mail.zone, time = time.as_str(), zone = mail.recipient.time_zone.replace('_', " "));
    let until = format::date_time(offer.expires_at, &zone, names);
    let paragraph = if offer.moves {
        say!(l, mail.offered.body_moves, doctor = offer.doctor.as_str())
    } else {
        say!(l, mail.offered.body, doctor = offer.doctor.as_str())
    };
    Letter {
        subject: say!(l, mail.offered.subject, day = day.as_str()),
        paragraphs: vec![paragraph, say!(l, mail.offered.until, until = until.as_str())],
        facts: vec![
            (say!(l, mail.booked.when).into(), time),
            (say!(l, mail.booked.who).into(), isolated(&offer.doctor).into_owned()),
            (say!(l, mail.booked.at_clinic).into(), isolated(&offer.clinic).into_owned()),
        ],
        button: Some((say!(l, mail.offered.button).into(), config.public_url.link("/waiting"))),
        after: vec![say!(l, mail.offered.after).to_owned()],
        ..Letter::default()
    }
}

/// A visit that was not attended, or not ended. It is over, so there is no calendar file: nobody's calendar needs a correction of the past.
fn closed(l: Locale, mail: &Mail, brief: &AppointmentBrief, how: Unattended, config: &Config) -> Letter {
    let (url, (day, time)) = (&config.public_url, when(l, mail, brief));
    let (day, doctor) = (day.as_str(), brief.doctor.as_str());
    let (subject, paragraph) = match (how, brief.to_doctor) {
        (Unattended::PatientAbsent, false) => (
            say!(l, mail.closed.not_held, day = day),
            match brief.mode {
                VisitMode::Video => say!(l, mail.closed.absent, doctor = doctor),
                VisitMode::InPerson => say!(l, mail.closed.absent_in_person, doctor = doctor),
                VisitMode::Phone => say!(l, mail.closed.absent_by_phone, doctor = doctor),
                VisitMode::External => say!(l, mail.closed.absent_external, doctor = doctor),
            },
        ),
        (Unattended::PatientAbsent, true) => (
            say!(l, mail.closed.not_held, day = day),
            match brief.mode {
                VisitMode::Video => say!(l, mail.closed.absent_doctor).to_owned(),
                VisitMode::InPerson => say!(l, mail.closed.absent_in_person_doctor).to_owned(),
                VisitMode::Phone => say!(l, mail.closed.absent_by_phone_doctor).to_owned(),
                VisitMode::External => say!(l, mail.closed.absent_external_doctor).to_owned(),
            },
        ),
        (Unattended::NotAdmitted, false) => {
            (say!(l, mail.closed.not_held, day = day), say!(l, mail.closed.not_admitted, doctor = doctor))
        }
        (Unattended::NotAdmitted, true) => {
            (say!(l, mail.closed.not_held, day = day), say!(l, mail.closed.not_admitted_doctor).to_owned())
        }
        (Unattended::NotEnded, false) => (say!(l, mail.closed.ended, day = day), say!(l, mail.closed.not_ended, doctor = doctor)),
        (Unattended::NotEnded, true) => (say!(l, mail.closed.ended, day = day), say!(l, mail.closed.not_ended_doctor).to_owned()),
    };
    let button = match (how, brief.to_doctor) {
        (Unattended::PatientAbsent | Unattended::NotAdmitted, false) => {
            (say!(l, mail.cancelled.button).into(), url.link("/doctors"))
        }
        (Unattended::NotEnded, false) | (_, true) => (say!(l, mail.booked.button).into(), url.link(&path_of(brief))),
    };
    Letter {
        subject,
        paragraphs: vec![paragraph],
        facts: vec![(say!(l, mail.booked.when).into(), time)],
        button: Some(button),
        ..Letter::default()
    }
}

/// A reminder. The calendar has the visit already, so there is no file.
fn near(l: Locale, mail: &Mail, brief: &AppointmentBrief, ahead: Ahead, config: &Config) -> Letter {
    let (day, time) = when(l, mail, brief);
    let doctor = brief.doctor.as_str();
    let subject = match ahead {
        Ahead::Day => say!(l, mail.near.subject, day = day.as_str()),
        Ahead::Hour => say!(l, mail.near.subject_soon).to_owned(),
    };
    let (body, next) = match brief.mode {
        VisitMode::Video => (
            say!(l, mail.near.body, doctor = doctor),
            say!(l, mail.booked.next, n = config.scheduling.waiting_room_opens_minutes),
        ),
        VisitMode::InPerson => (say!(l, mail.near.in_person, doctor = doctor), say!(l, mail.booked.next_in_person).to_owned()),
        VisitMode::Phone => (say!(l, mail.near.by_phone, doctor = doctor), say!(l, mail.booked.next_by_phone).to_owned()),
        VisitMode::External => (say!(l, mail.near.external, doctor = doctor), say!(l, mail.booked.next_external).to_owned()),
    };
    let place = (brief.mode == VisitMode::InPerson).then(|| place_of(l, brief));
    let cancel = (ahead == Ahead::Day).then(|| say!(l, mail.near.cancel).to_owned());
    Letter {
        subject,
        paragraphs: vec![body],
        facts: [
            Some((say!(l, mail.booked.when).into(), time)),
            Some((say!(l, mail.booked.who).into(), isolated(&brief.doctor).into_owned())),
            place.map(|place| (say!(l, mail.booked.at_clinic).into(), isolated(&place).into_owned())),
        ]
        .into_iter()
        .flatten()
        .collect(),
        button: Some((say!(l, mail.booked.button).into(), config.public_url.link(&path_of(brief)))),
        after: std::iter::once(next).chain(cancel).collect(),
        ..Letter::default()
    }
}

/// The patient is to be seen again. The page of the visit that it follows leads to the doctor's times.
fn follow_up(l: Locale, mail: &Mail, brief: &AppointmentBrief, config: &Config) -> Letter {
    let (_, time) = when(l, mail, brief);
    Letter {
        subject: say!(l, mail.follow_up.subject).to_owned(),
        paragraphs: vec![say!(l, mail.follow_up.body, doctor = brief.doctor.as_str())],
        facts: vec![(say!(l, mail.follow_up.last).into(), time)],
        button: Some((say!(l, mail.follow_up.button).into(), config.public_url.link(&path_of(brief)))),
        ..Letter::default()
    }
}

fn path_of(brief: &AppointmentBrief) -> String {
    let folder = if brief.to_doctor { "/doctor/appointments" } else { "/appointments" };
    format!("{folder}/{}", brief.id)
}
