//! Who calls, and what they may do. Decided once: middleware makes an [`Access`], [`crate::db::Tx::permit`] asks the policy.
//!
//! Invariants
//! - The policy ([`policy::decide`]) is one pure `match` and knows no database.
//! - A [`Permit`] is made here only, and carries the id that it was asked for.
//! - This area knows none of the others: each supplies the facts about its own resources through [`Subject`].

mod line;
mod permit;
pub mod policy;

pub use line::line_of;
pub(crate) use permit::permit;
pub use permit::{Action, Facts, Permit, Subject, actions};
pub use policy::{ActionKind, Decision, Relation, ResourceKind, Scope};

use model::{
    access::Role,
    ids::{ClinicId, DoctorId, PatientId, RequestId, SessionId, UserId},
};
use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, Mutex},
};

/// Everything that decisions and the audit need to know of a request.
#[derive(Debug, Clone)]
pub struct Access {
    /// Who calls.
    pub actor: Actor,
    /// The request or job, for logs and the audit.
    pub request: RequestId,
    /// Where the request came from, as seen behind listed proxies.
    pub address: Option<IpAddr>,
    /// What the browser or program calls itself, cut to 300 bytes.
    pub user_agent: Option<String>,
    /// Patients whose reading was audited already in this request: once per request, actor and patient is enough.
    pub(crate) seen: Arc<Mutex<HashSet<PatientId>>>,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody is signed in.
    Stranger,
    /// Somebody is signed in.
    User(Acting),
    /// A worker of ours.
    System,
}

/// Somebody who is signed in, in the role that they act in now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// Who it is.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// As what.
    pub role: Role,
    /// The clinic that the role is limited to; none means all.
    pub clinic: Option<ClinicId>,
    /// For a patient: on whose behalf (the own record, or a child's).
    pub patient: Option<PatientId>,
    /// For a doctor: the practitioner.
    pub doctor: Option<DoctorId>,
}

impl Access {
    /// The access of a request.
    #[must_use]
    pub fn new(actor: Actor, request: RequestId) -> Self {
        Self { actor, request, address: None, user_agent: None, seen: Arc::default() }
    }

    /// The access of a job.
    #[must_use]
    pub fn system(request: RequestId) -> Self {
        Self::new(Actor::System, request)
    }

    /// The signed-in person.
    ///
    /// # Errors
    /// `access.sign_in_needed` for strangers and for the system.
    pub fn acting(&self) -> crate::Result<&Acting> {
        match &self.actor {
            Actor::User(acting) => Ok(acting),
            Actor::Stranger | Actor::System => Err(model::errors::Code::SignInNeeded.into()),
        }
    }

    /// What of a kind of resource the caller's lists may hold.
    ///
    /// # Errors
    /// `access.sign_in_needed`, `access.forbidden`.
    pub fn scope(&self, resource: ResourceKind) -> crate::Result<Scope> {
        policy::scope(self.acting()?, resource)
    }

    /// Remembers that reading this patient was audited; false when it was before.
    pub(crate) fn first_read_of(&self, patient: PatientId) -> bool {
        self.seen.lock().is_ok_and(|mut seen| seen.insert(patient))
    }
}
