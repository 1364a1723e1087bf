//! The administrators' portal: applications, people, the audit log, the system status. It shows no clinical content.

mod actions;
mod application;
mod applications;
mod audit;
mod decision;
mod health;
mod overview;
mod people;
mod person;
mod relay;
mod suspension;

pub use application::{ApplicationPage, LoadApplication, load_application};
pub use applications::{ApplicationsPage, LoadApplications, load_applications};
pub use audit::{AuditAsked, AuditPage, LoadAudit, load_audit};
pub use decision::{
    ApprovePage, ApproveValues, DecideApproval, DecideRefusal, LoadDecision, RefusePage, RefuseValues, ToDecide, decide_approval,
    decide_refusal, load_decision,
};
pub use health::{HealthPage, LoadHealth, ReplayDeadMails, load_health, replay_dead_mails};
pub use overview::{LoadOverview, Overview, OverviewPage, load_overview};
pub use people::{FindPeople, FindPeopleValues, FoundPeople, LoadPeople, PeoplePage, find_people, load_people};
pub use person::{LoadPerson, PersonPage, load_person};
pub use relay::RelayReading;
pub use suspension::{ReasonValues, Restore, RestorePage, Suspend, SuspendPage, restore, suspend};

use crate::i18n::{Locale, say};
use crate::parts::TagKind;
use model::directory::ApplicationStatus;

/// The word for an application's status.
fn status_name(l: Locale, status: ApplicationStatus) -> &'static str {
    match status {
        ApplicationStatus::Applied => say!(l, directory.status.applied),
        ApplicationStatus::Verified => say!(l, directory.status.verified),
        ApplicationStatus::Refused => say!(l, directory.status.refused),
    }
}

const fn status_tag(status: ApplicationStatus) -> TagKind {
    match status {
        ApplicationStatus::Applied => TagKind::Warn,
        ApplicationStatus::Verified => TagKind::Good,
        ApplicationStatus::Refused => TagKind::Plain,
    }
}

/// Builds the query of an address; empty values are left out. Names must be safe characters; values are escaped (RFC 3986 §2.1).
fn query(pairs: &[(&str, Option<&str>)]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for (name, value) in pairs.iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?))) {
        out.push(if out.is_empty() { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                out.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Parses an id from the address. A malformed id is answered like an unknown one: `NotFound`.
#[cfg(feature = "ssr")]
fn id<I: std::str::FromStr>(text: &str) -> Result<I, crate::failure::Failure> {
    text.parse().map_err(|_| {
        crate::request::set_status(http::StatusCode::NOT_FOUND);
        model::errors::Code::NotFound.into()
    })
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn absent_and_empty_values_are_left_out() {
        assert_eq!(
            query(&[("action", Some("")), ("from", None), ("after", Some("2026-11-24T09:00:00Z~7"))]),
            "?after=2026-11-24T09%3A00%3A00Z~7"
        );
    }
}
