//! Who the caller is, and what they may do. Middleware makes an [`Access`] once per request; [`crate::db::Tx::permit`] asks the policy.
//!
//! Invariants
//! - The policy ([`policy::decide`]) is one pure `match` and does not use the database.
//! - A [`Permit`] is made only here, and carries the id that was asked for.
//! - This area depends on no other area: each area supplies the facts about its own resources through [`Subject`].

mod action;
mod line;
mod permit;
pub mod policy;

pub use action::{Action, ActionKind, actions};
pub use line::line_of;
pub(crate) use permit::permit;
pub use permit::{Facts, Permit, Subject};
pub use policy::{Decision, Relation, ResourceKind, Scope};

use model::{
    access::Role,
    errors::Code,
    ids::{ClinicId, DoctorId, PatientId, RequestId, SessionId, UserId},
};
use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, Mutex},
};

/// What authorization decisions and the audit need to know about a request.
#[derive(Debug, Clone)]
pub struct Access {
    /// The caller.
    pub actor: Actor,
    /// The id of the request or job, for logs and the audit.
    pub request: RequestId,
    /// The address that the request came from, as seen behind the listed proxies.
    pub address: Option<IpAddr>,
    /// The user agent that the browser or program reports, cut to 300 bytes.
    pub user_agent: Option<String>,
    /// The patients whose reading was already audited in this request: one entry per request, actor and patient is enough.
    pub(crate) seen: Arc<Mutex<HashSet<PatientId>>>,
}

/// The caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody is signed in.
    Stranger,
    /// A signed-in user.
    User(Acting),
    /// A background worker of the server.
    System,
}

/// A signed-in user, in the role in which they act now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The user.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// The role.
    pub role: Role,
    /// The clinic that the role is limited to; `None` means all clinics.
    pub clinic: Option<ClinicId>,
    /// For a patient: the patient on whose behalf they act (themselves or a child).
    pub patient: Option<PatientId>,
    /// For a doctor: the doctor's id.
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

    /// The signed-in user.
    ///
    /// # Errors
    /// `access.sign_in_needed` for unauthenticated callers and for the system.
    pub fn acting(&self) -> crate::Result<&Acting> {
        match &self.actor {
            Actor::User(acting) => Ok(acting),
            Actor::Stranger | Actor::System => Err(Code::SignInNeeded.into()),
        }
    }

    /// The patient on whose behalf the caller acts.
    ///
    /// # Errors
    /// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a patient.
    pub(crate) fn acting_patient(&self) -> crate::Result<PatientId> {
        self.acting()?.patient.ok_or_else(|| Code::Forbidden.into())
    }

    /// The doctor as whom the caller acts.
    ///
    /// # Errors
    /// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
    pub(crate) fn acting_doctor(&self) -> crate::Result<DoctorId> {
        self.acting()?.doctor.ok_or_else(|| Code::Forbidden.into())
    }

    /// Which resources of this kind the caller may list.
    ///
    /// # Errors
    /// `access.sign_in_needed`, `access.forbidden`.
    pub fn scope(&self, resource: ResourceKind) -> crate::Result<Scope> {
        policy::scope(self.acting()?, resource)
    }

    /// Records that reading this patient was audited; `false` if it was audited before in this request.
    pub(crate) fn first_read_of(&self, patient: PatientId) -> bool {
        self.seen.lock().is_ok_and(|mut seen| seen.insert(patient))
    }
}
