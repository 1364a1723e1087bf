//! Composes mails from the message catalogue. What the mails of an area say is in the file of its name.

mod chat;
mod directory;
mod identity;
mod prescriptions;
mod records;
mod scheduling;

pub(crate) use self::scheduling::{calendar_feed, calendar_file};

use super::letter::Letter;
use crate::config::Config;
use domain::notices::{Mail, MailContent};
use jiff::{Timestamp, tz::TimeZone};
use model::format::{self, Names};
use words::{Locale, emergency_message, locale_of, say};

/// Composes the content of a mail.
pub(super) fn letter(mail: &Mail, config: &Config) -> Letter {
    let l = locale_of(&mail.recipient.language);
    let mut letter = match &mail.content {
        MailContent::Identity(content) => identity::letter(l, mail, content, &config.public_url),
        MailContent::Directory(content) => directory::letter(l, mail, content, &config.public_url),
        MailContent::Scheduling(content) => scheduling::letter(l, mail, content, config),
        MailContent::Chat(content) => chat::letter(l, content, &config.public_url),
        MailContent::Records(content) => records::letter(l, content, &config.public_url),
        MailContent::Prescriptions(content) => prescriptions::letter(l, content, &config.public_url),
    };
    letter.greeting = match mail.recipient.name.as_str() {
        "" => say!(l, mail.greeting_without_name).into(),
        name => say!(l, mail.greeting, name = name),
    };
    letter.link_hint = say!(l, mail.link_hint).into();
    let written = moment(l, mail, mail.created_at);
    letter.closing = vec![
        say!(l, mail.closing).into(),
        say!(l, mail.written, time = written.as_str()),
        emergency_message(l, Some(&mail.recipient.time_zone)),
    ];
    letter
}

/// A moment in the reader's time zone, with the name of the zone.
fn moment(l: Locale, mail: &Mail, at: Timestamp) -> String {
    let time = format::date_time(at, &zone_of(mail), &Names::ENGLISH);
    say!(l, mail.zone, time = time.as_str(), zone = mail.recipient.time_zone.replace('_', " "))
}

/// The reader's time zone.
fn zone_of(mail: &Mail) -> TimeZone {
    jiff::tz::db().get(&mail.recipient.time_zone).unwrap_or(TimeZone::UTC)
}
