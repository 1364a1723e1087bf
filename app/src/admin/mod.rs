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
