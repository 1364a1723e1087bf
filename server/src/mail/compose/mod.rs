//! Composes mails from the message catalogue. What the mails of an area say is in the file of its name.

mod directory;
mod identity;
mod scheduling;

pub(crate) use self::scheduling::calendar_file;

use super::letter::Letter;
use crate::config::Config;
use domain::notices::{Mail, MailContent};
use jiff::tz::TimeZone;
use model::format::{self, Names};
use words::{emergency_message, locale_of, say};

/// Composes the content of a mail.
pub(super) fn letter(mail: &Mail, config: &Config) -> Letter {
    let l = locale_of(&mail.language);
    let mut letter = match &mail.content {
        MailContent::Identity(content) => identity::letter(l, content, &config.public_url),
        MailContent::Directory(content) => directory::letter(l, content, &config.public_url),
        MailContent::Scheduling(content) => scheduling::letter(l, mail, content, config),
    };
    letter.greeting = say!(l, mail.greeting, name = mail.name.as_str());
    letter.link_hint = say!(l, mail.link_hint).into();
    let written = format::date_time(mail.created_at, &zone_of(mail), &Names::ENGLISH);
    let written = say!(l, mail.zone, time = written.as_str(), zone = mail.time_zone.replace('_', " "));
    letter.closing = vec![
        say!(l, mail.closing).into(),
        say!(l, mail.written, time = written.as_str()),
        emergency_message(l, Some(&mail.time_zone)),
    ];
    letter
}

/// The reader's time zone.
fn zone_of(mail: &Mail) -> TimeZone {
    jiff::tz::db().get(&mail.time_zone).unwrap_or(TimeZone::UTC)
}
