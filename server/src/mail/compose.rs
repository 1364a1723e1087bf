//! Composes mails from the message catalogue.

use super::{
    calendar::{self, Method, Publisher},
    letter::Letter,
};
use crate::config::Config;
use domain::notifications::{AppointmentBrief, Mail, MailContent};
use jiff::tz::TimeZone;
use model::{
    format::{self, Names},
    scheduling::TimeRange,
    text::direction::isolated,
};
use words::{Locale, locale_of, say};

/// Composes the content of a mail.
pub(super) fn letter(mail: &Mail, config: &Config) -> Letter {
    let (l, url) = (locale_of(&mail.language), &config.public_url);
    let mut letter = match &mail.content {
        MailContent::ConfirmEmail { token } => Letter {
            subject: say!(l, mail.confirm.subject).into(),
            paragraphs: vec![say!(l, mail.confirm.body).into()],
            button: Some((say!(l, mail.confirm.button).into(), url.link(&format!("/confirm/{token}")))),
            after: vec![say!(l, mail.confirm.ignore).into()],
            ..Letter::default()
        },
        MailContent::SignUpRepeated => Letter {
            subject: say!(l, mail.repeated.subject).into(),
            paragraphs: vec![say!(l, mail.repeated.body).into()],
            button: Some((say!(l, mail.repeated.button).into(), url.link("/sign-in"))),
            after: vec![say!(l, mail.repeated.forgot).into()],
            ..Letter::default()
        },
        MailContent::ResetPassword { token } => Letter {
            subject: say!(l, mail.reset.subject).into(),
            paragraphs: vec![say!(l, mail.reset.body).into()],
            button: Some((say!(l, mail.reset.button).into(), url.link(&format!("/reset-password/{token}")))),
            after: vec![say!(l, mail.reset.ignore).into()],
            ..Letter::default()
        },
        MailContent::PasswordChanged => Letter {
            subject: say!(l, mail.password_changed.subject).into(),
            paragraphs: vec![say!(l, mail.password_changed.body).into(), say!(l, mail.password_changed.not_you).into()],
            button: Some((say!(l, mail.password_changed.button).into(), url.link("/reset-password"))),
            ..Letter::default()
        },
        MailContent::DoctorVerified { reason } => Letter {
            subject: say!(l, mail.verified.subject).into(),
            paragraphs: words(say!(l, mail.verified.body), say!(l, mail.verified.words), reason),
            button: Some((say!(l, mail.verified.button).into(), url.link("/doctor/hours"))),
            ..Letter::default()
        },
        MailContent::DoctorRefused { reason } => Letter {
            subject: say!(l, mail.refused.subject).into(),
            paragraphs: words(say!(l, mail.refused.body), say!(l, mail.refused.words), reason),
            button: Some((say!(l, mail.refused.button).into(), url.link("/doctor"))),
            ..Letter::default()
        },
        MailContent::UserSuspended { reason } => Letter {
            subject: say!(l, mail.suspended.subject).into(),
            paragraphs: words(say!(l, mail.suspended.body), say!(l, mail.suspended.words), reason),
            ..Letter::default()
        },
        MailContent::UserRestored { reason } => Letter {
            subject: say!(l, mail.restored.subject).into(),
            paragraphs: words(say!(l, mail.restored.body), say!(l, mail.restored.words), reason),
            button: Some((say!(l, mail.restored.button).into(), url.link("/sign-in"))),
            ..Letter::default()
        },
        MailContent::AppointmentBooked(brief) => booked(l, mail, brief, config),
        MailContent::AppointmentCancelled(brief) => cancelled(l, mail, brief, config),
    };
    letter.greeting = say!(l, mail.greeting, name = mail.name.as_str());
    letter.link_hint = say!(l, mail.link_hint).into();
    let written = format::date_time(mail.created_at, &zone_of(mail), &Names::ENGLISH);
    let written = say!(l, mail.zone, time = written.as_str(), zone = mail.time_zone.replace('_', " "));
    letter.closing =
        vec![say!(l, mail.closing).into(), say!(l, mail.written, time = written.as_str()), say!(l, mail.emergency).into()];
    letter
}

/// The calendar file of an appointment. The mail and the download use the same one.
pub(crate) fn calendar_file(l: Locale, brief: &AppointmentBrief, method: Method, config: &Config) -> String {
    let mail = &config.mail;
    let publisher = Publisher { host: config.public_url.host(), name: &mail.from_name, address: &mail.from_address };
    let summary = if brief.to_doctor {
        say!(l, mail.calendar.summary_doctor).to_owned()
    } else {
        say!(l, mail.calendar.summary, doctor = brief.doctor.as_str())
    };
    calendar::file(brief, method, publisher, &summary, &config.public_url.link(&path_of(brief)))
}

fn zone_of(mail: &Mail) -> TimeZone {
    jiff::tz::db().get(&mail.time_zone).unwrap_or(TimeZone::UTC)
}

fn words(body: &str, lead: &str, reason: &str) -> Vec<String> {
    let mut paragraphs = vec![body.to_owned()];
    if !reason.trim().is_empty() {
        paragraphs.push(format!("{lead} {}", isolated(reason.trim())));
    }
    paragraphs
}

/// The day and the time of an appointment in the reader's time zone; the time includes the zone's name.
fn when(l: Locale, mail: &Mail, brief: &AppointmentBrief) -> (String, String) {
    let zone = zone_of(mail);
    let names = &Names::ENGLISH;
    let day = format::date_long(brief.starts_at.to_zoned(zone.clone()).date(), names);
    let range = TimeRange::new(brief.starts_at, brief.ends_at);
    let clock = range.map(|range| format::time_range(range, &zone, names)).unwrap_or_default();
    let time = format!("{day}, {clock}");
    let time = say!(l, mail.zone, time = time.as_str(), zone = mail.time_zone.replace('_', " "));
    (day, time)
}

fn booked(l: Locale, mail: &Mail, brief: &AppointmentBrief, config: &Config) -> Letter {
    let (day, time) = when(l, mail, brief);
    let link = config.public_url.link(&path_of(brief));
    let summary = if brief.to_doctor {
        say!(l, mail.booked.body_doctor).to_owned()
    } else {
        say!(l, mail.booked.body, doctor = brief.doctor.as_str())
    };
    Letter {
        subject: say!(l, mail.booked.subject, day = day.as_str()),
        paragraphs: vec![summary],
        facts: [
            Some((say!(l, mail.booked.when).into(), time)),
            // That a person is a patient is medical information, so no mail contains the patient's name, not even the doctor's mail.
            (!brief.to_doctor).then(|| (say!(l, mail.booked.who).into(), isolated(&brief.doctor).into_owned())),
            Some((say!(l, mail.booked.at_clinic).into(), isolated(&brief.clinic).into_owned())),
        ]
        .into_iter()
        .flatten()
        .collect(),
        button: Some((say!(l, mail.booked.button).into(), link)),
        after: vec![say!(l, mail.booked.next, n = config.scheduling.waiting_room_opens_minutes)],
        calendar: Some((calendar_file(l, brief, Method::Publish, config), Method::Publish)),
        ..Letter::default()
    }
}

fn cancelled(l: Locale, mail: &Mail, brief: &AppointmentBrief, config: &Config) -> Letter {
    let (url, (day, time)) = (&config.public_url, when(l, mail, brief));
    let (summary, button) = if brief.to_doctor {
        let body = say!(l, mail.cancelled.body_doctor).to_owned();
        (body, (say!(l, mail.cancelled.button_doctor).into(), url.link("/doctor")))
    } else {
        let body = say!(l, mail.cancelled.body, doctor = brief.doctor.as_str());
        (body, (say!(l, mail.cancelled.button).into(), url.link("/doctors")))
    };
    Letter {
        subject: say!(l, mail.cancelled.subject, day = day.as_str()),
        paragraphs: vec![summary],
        facts: vec![(say!(l, mail.booked.when).into(), time)],
        button: Some(button),
        calendar: Some((calendar_file(l, brief, Method::Cancel, config), Method::Cancel)),
        ..Letter::default()
    }
}

fn path_of(brief: &AppointmentBrief) -> String {
    let folder = if brief.to_doctor { "/doctor/appointments" } else { "/appointments" };
    format!("{folder}/{}", brief.id)
}
