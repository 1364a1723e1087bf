//! Who the caller is, and what they may do. Middleware makes an [`Access`] once per request; [`crate::db::Tx::permit`] asks the policy.
//!
//! Invariants
//! - The policy ([`policy::decide`]) is one pure `match` and does not use the database.
//! - A [`Permit`] is made only here, and carries the id that was asked for.
//! - This area depends on no other area: each area supplies the facts about its own resources through [`Subject`].

mod action;
mod asker;
mod device;
mod limits;
mod line;
mod permit;
pub mod policy;
mod relations;

pub use action::{Action, ActionKind, actions};
pub(crate) use asker::Asker;
pub use device::Device;
pub use limits::{Limits, Phase, Rank, Standing};
pub use line::line_of;
pub use permit::{Facts, Permit, Subject};
pub(crate) use permit::{permit, permit_by};
pub use policy::{Decision, ResourceKind, Scope};
pub use relations::{Relation, Relations};

use model::{
    access::Role,
    audit::AuditAction,
    errors::Code,
    ids::{ClinicId, DoctorId, PatientId, RequestId, SessionId, UserId},
};
use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, Mutex},
};
use uuid::Uuid;

/// What authorization decisions and the audit need to know about a request.
#[derive(Debug, Clone)]
pub struct Access {
    /// The caller.
    pub actor: Actor,
    /// The id of the request or job, for logs and the audit.
    pub request: RequestId,
    /// The address that the request came from, as seen behind the listed proxies.
    pub address: Option<IpAddr>,
    /// The browser, for signing in; `None` when it has no cookie, and for programs.
    pub device: Option<Device>,
    /// The user agent that the browser or program reports, cut to 300 bytes.
    pub user_agent: Option<String>,
    /// The IANA time zone that the browser sent, if such a zone exists.
    pub zone: Option<String>,
    /// The reads of this request that the audit log has already.
    audited: Arc<Mutex<HashSet<AuditedRead>>>,
}

/// A read as the audit log tells it apart from others of the same request: what was read, of which patient, in which resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AuditedRead {
    pub(crate) action: AuditAction,
    pub(crate) patient: PatientId,
    pub(crate) resource: Option<(ResourceKind, Uuid)>,
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
    /// Whether they act for this patient as a guardian who sees appointments only, and nothing of the record.
    pub appointments_only: bool,
    /// For a doctor: the doctor's id.
    pub doctor: Option<DoctorId>,
}

impl Access {
    /// The access of a request.
    #[must_use]
    pub fn new(actor: Actor, request: RequestId) -> Self {
        Self { actor, request, address: None, device: None, user_agent: None, zone: None, audited: Arc::default() }
    }

    /// The same caller in another request, whose reads are audited anew. Each message of a socket is one.
    #[must_use]
    pub fn in_request(&self, request: RequestId) -> Self {
        Self { request, audited: Arc::default(), ..self.clone() }
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

    /// Whether the audit log has this read of this request.
    pub(crate) fn has_audited(&self, read: &AuditedRead) -> bool {
        self.audited.lock().is_ok_and(|audited| audited.contains(read))
    }

    /// Records that the audit log has these reads. Called when their row is committed, so that a read whose row was lost is written when it is repeated.
    pub(crate) fn note_audited(&self, reads: Vec<AuditedRead>) {
        if let Ok(mut audited) = self.audited.lock() {
            audited.extend(reads);
        }
    }
}
