//! What text messages say.

use crate::config::address::PublicUrl;
use domain::{
    identity,
    notices::{Text, TextContent},
    scheduling,
};
use jiff::tz::TimeZone;
use model::format::{self, Names};
use words::{locale_of, say};

/// The text of a message.
pub(super) fn body(text: &Text, url: &PublicUrl) -> String {
    let l = locale_of(&text.language);
    match &text.content {
        TextContent::Identity(identity::TextContent::PhoneCode { code }) => say!(l, mail.text.code, code = code.as_str()),
        TextContent::Identity(identity::TextContent::ResetPassword { token }) => {
            format!("{}\n{}", say!(l, mail.text.reset), url.link(&format!("/reset-password/{token}")))
        }
        TextContent::Scheduling(scheduling::TextContent::VisitNear { appointment, starts_at, time_zone }) => {
            let zone = jiff::tz::db().get(time_zone).unwrap_or(TimeZone::UTC);
            let time = format::date_time_short(*starts_at, &zone, &Names::ENGLISH);
            let time = say!(l, mail.zone, time = time.as_str(), zone = time_zone.replace('_', " "));
            let said = say!(l, mail.text.near, time = time.as_str());
            format!("{said}\n{}", url.link(&format!("/appointments/{appointment}")))
        }
        TextContent::Scheduling(scheduling::TextContent::FollowUpDue { appointment }) => {
            format!("{}\n{}", say!(l, mail.text.follow_up), url.link(&format!("/appointments/{appointment}")))
        }
    }
}
