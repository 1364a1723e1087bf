//! Mails about visits that were booked together.

use super::{super::super::letter::Letter, path_of, place_of, summary_of, when};
use crate::{
    config::Config,
    mail::calendar::{self, Method, Publisher, Words},
};
use domain::{notices::Mail, scheduling::AppointmentBrief};
use model::{format::Names, text::direction::isolated};
use words::{Locale, fee_sentence, say};

/// Visits that were booked together: one list, and one calendar file with all of them.
pub(super) fn booked(l: Locale, mail: &Mail, briefs: &[AppointmentBrief], config: &Config) -> Letter {
    let Some(first) = briefs.first() else { return Letter::default() };
    let (n, day) = (briefs.len(), when(l, mail, first).0);
    let paragraph = if first.to_doctor {
        say!(l, mail.series.body_doctor, n = n)
    } else {
        say!(l, mail.series.body, n = n, doctor = first.doctor.as_str())
    };
    let mut facts = times_of(l, mail, briefs);
    facts.push((say!(l, mail.series.place).into(), isolated(&place_of(l, first)).into_owned()));
    let fee = first.fee.filter(|_| !first.to_doctor);
    facts.extend(fee.map(|fee| (say!(l, mail.series.fee).into(), fee_sentence(l, fee, &Names::ENGLISH))));
    let said: Vec<(String, String, String)> =
        briefs.iter().map(|brief| (summary_of(l, brief), place_of(l, brief), config.public_url.link(&path_of(brief)))).collect();
    let events: Vec<_> = briefs
        .iter()
        .zip(&said)
        .map(|(brief, (summary, place, url))| (brief, Words { summary, place: Some(place.as_str()), url }))
        .collect();
    let sender = &config.mail;
    let publisher = Publisher { host: config.public_url.host(), name: &sender.from_name, address: &sender.from_address };
    Letter {
        subject: say!(l, mail.series.subject, n = n, day = day.as_str()),
        paragraphs: vec![paragraph],
        facts,
        button: Some((say!(l, mail.series.button).into(), config.public_url.link(&path_of(first)))),
        after: vec![say!(l, mail.series.calendar).to_owned()],
        calendar: Some((calendar::several(&events, publisher), Method::Publish)),
        ..Letter::default()
    }
}

/// Visits that the doctor has to confirm. There is no calendar file, because nothing is agreed yet.
pub(super) fn requested(l: Locale, mail: &Mail, briefs: &[AppointmentBrief], config: &Config) -> Letter {
    let Some(first) = briefs.first() else { return Letter::default() };
    let (n, day) = (briefs.len(), when(l, mail, first).0);
    let paragraph = if first.to_doctor {
        say!(l, mail.series.requested_doctor, n = n)
    } else {
        say!(l, mail.series.requested, n = n, doctor = first.doctor.as_str())
    };
    Letter {
        subject: say!(l, mail.series.requested_subject, n = n, day = day.as_str()),
        paragraphs: vec![paragraph],
        facts: times_of(l, mail, briefs),
        button: Some((say!(l, mail.requested.button).into(), config.public_url.link(&path_of(first)))),
        ..Letter::default()
    }
}

/// When visits are, one after the other.
fn times_of(l: Locale, mail: &Mail, briefs: &[AppointmentBrief]) -> Vec<(String, String)> {
    let numbered = (1_usize..).zip(briefs);
    numbered.map(|(n, brief)| (say!(l, mail.series.visit, n = n), when(l, mail, brief).1)).collect()
}
