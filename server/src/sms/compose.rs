//! What text messages say.

use crate::config::address::PublicUrl;
use domain::{
    identity,
    notices::{Text, TextContent},
    scheduling::{self, AboutVisit},
};
use jiff::{Timestamp, tz::TimeZone};
use model::format::{self, Names};
use words::{Locale, locale_of, say};

/// The text of a message.
pub(super) fn body(text: &Text, url: &PublicUrl) -> String {
    let l = locale_of(&text.language);
    match &text.content {
        TextContent::Identity(identity::TextContent::PhoneCode { code }) => say!(l, mail.text.code, code = code.as_str()),
        TextContent::Identity(identity::TextContent::ResetPassword { token }) => {
            format!("{}\n{}", say!(l, mail.text.reset), url.link(&format!("/reset-password/{token}")))
        }
        TextContent::Scheduling(scheduling::TextContent::VisitNear { appointment, starts_at, time_zone }) => {
            let time = written(l, *starts_at, time_zone);
            let said = say!(l, mail.text.near, time = time.as_str());
            format!("{said}\n{}", url.link(&format!("/appointments/{appointment}")))
        }
        TextContent::Scheduling(scheduling::TextContent::FollowUpDue { appointment }) => {
            format!("{}\n{}", say!(l, mail.text.follow_up), url.link(&format!("/appointments/{appointment}")))
        }
        TextContent::Scheduling(scheduling::TextContent::Visit { about, appointment, starts_at, time_zone }) => {
            let time = written(l, *starts_at, time_zone);
            let said = match about {
                AboutVisit::Booked => say!(l, mail.text.booked, time = time.as_str()),
                AboutVisit::Moved => say!(l, mail.text.moved, time = time.as_str()),
                AboutVisit::Cancelled => say!(l, mail.text.cancelled, time = time.as_str()),
            };
            format!("{said}\n{}", url.link(&format!("/appointments/{appointment}")))
        }
        TextContent::Scheduling(scheduling::TextContent::TimeOffered { expires_at, time_zone }) => {
            let time = written(l, *expires_at, time_zone);
            format!("{}\n{}", say!(l, mail.text.offered, time = time.as_str()), url.link("/waiting"))
        }
    }
}

/// An instant in the time zone of the account, which is named.
fn written(l: Locale, at: Timestamp, time_zone: &str) -> String {
    let zone = jiff::tz::db().get(time_zone).unwrap_or(TimeZone::UTC);
    let time = format::date_time_short(at, &zone, &Names::ENGLISH);
    say!(l, mail.zone, time = time.as_str(), zone = time_zone.replace('_', " "))
}
