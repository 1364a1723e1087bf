//! The content of an audit entry, and its canonical form.

use crate::access::{Access, Actor, ResourceKind};
use jiff::Timestamp;
use model::audit::AuditAction;
use model::ids::{AuditEventId, Id, PatientId, UserId};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// An audit entry: what a use case did. [`crate::db::Tx::commit`] takes one.
#[derive(Debug, Clone)]
pub struct Audit {
    pub(super) action: AuditAction,
    pub(super) outcome: Outcome,
    pub(super) by: Option<UserId>,
    pub(super) patients: Vec<PatientId>,
    pub(super) resource: Option<(ResourceKind, Uuid)>,
    pub(super) details: BTreeMap<&'static str, Detail>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    Read,
    Refused,
}

impl Outcome {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Done | Self::Read => "done",
            Self::Refused => "refused",
        }
    }
}

/// A detail: a fixed word, a number, an id or an instant. Text that a person wrote does not fit any of these types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Detail {
    /// A fixed word from our code.
    Word(&'static str),
    /// A number.
    Number(i64),
    /// An id.
    Id(Uuid),
    /// An instant.
    At(Timestamp),
}

impl From<&'static str> for Detail {
    fn from(value: &'static str) -> Self {
        Self::Word(value)
    }
}

impl From<i64> for Detail {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<Timestamp> for Detail {
    fn from(value: Timestamp) -> Self {
        Self::At(value)
    }
}

impl Audit {
    /// An action that was done.
    #[must_use]
    pub fn of(action: AuditAction) -> Self {
        Self { action, outcome: Outcome::Done, by: None, patients: Vec::new(), resource: None, details: BTreeMap::new() }
    }

    /// A read of medical data. One row is written per request, action, resource and patient, however often the data is read.
    #[must_use]
    pub fn read(action: AuditAction) -> Self {
        Self { outcome: Outcome::Read, ..Self::of(action) }
    }

    pub(super) fn refused(action: AuditAction) -> Self {
        Self { outcome: Outcome::Refused, ..Self::of(action) }
    }

    /// Sets who did it, when the request is not signed in but identifies the user: by a password, or by a link from their mailbox.
    #[must_use]
    pub fn by(mut self, user: UserId) -> Self {
        self.by = Some(user);
        self
    }

    /// Adds a patient whose data was used.
    #[must_use]
    pub fn patient(mut self, patient: PatientId) -> Self {
        if !self.patients.contains(&patient) {
            self.patients.push(patient);
        }
        self
    }

    /// Adds several patients.
    #[must_use]
    pub fn patients(self, patients: impl IntoIterator<Item = PatientId>) -> Self {
        patients.into_iter().fold(self, Self::patient)
    }

    /// Sets the resource that it was done to.
    #[must_use]
    pub fn on(mut self, kind: ResourceKind, id: impl Into<Uuid>) -> Self {
        self.resource = Some((kind, id.into()));
        self
    }

    /// Adds a detail.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Detail>) -> Self {
        self.details.insert(name, value.into());
        self
    }

    /// Adds an id as a detail.
    #[must_use]
    pub fn with_id(mut self, name: &'static str, id: impl Id) -> Self {
        self.details.insert(name, Detail::Id(id.uuid()));
        self
    }
}

/// The canonical form, version 1: JSON of these members in this order, without white space; instants in microseconds since 1970.
#[derive(Debug, Serialize)]
struct Canonical<'a> {
    v: u8,
    id: Uuid,
    at_micros: i64,
    era: i16,
    action: &'a str,
    outcome: &'a str,
    actor: &'a str,
    user: Option<Uuid>,
    role: Option<&'a str>,
    on_behalf_of: Option<Uuid>,
    session: Option<Uuid>,
    request: Uuid,
    address: Option<String>,
    patients: Vec<Uuid>,
    resource_kind: Option<&'a str>,
    resource_id: Option<Uuid>,
    details: &'a BTreeMap<&'static str, Detail>,
}

/// The columns of a row and its canonical bytes.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: AuditEventId,
    pub(super) at: Timestamp,
    pub(super) action: &'static str,
    pub(super) outcome: &'static str,
    pub(super) user: Option<Uuid>,
    pub(super) role: Option<&'static str>,
    pub(super) patients: Vec<Uuid>,
    pub(super) resource_kind: Option<&'static str>,
    pub(super) resource_id: Option<Uuid>,
    pub(super) body: Vec<u8>,
}

impl Row {
    pub(super) fn new(id: AuditEventId, at: Timestamp, era: i16, access: &Access, entry: &Audit) -> Self {
        let (actor, acting) = match &access.actor {
            Actor::Stranger => ("stranger", None),
            Actor::System => ("system", None),
            Actor::User(acting) => ("user", Some(acting)),
        };
        let patients: Vec<Uuid> = entry.patients.iter().map(|patient| patient.uuid()).collect();
        let user = acting.map(|acting| acting.user).or(entry.by).map(UserId::uuid);
        let role = acting.map(|acting| acting.role.as_str());
        let resource_kind = entry.resource.map(|(kind, _)| kind.as_str());
        let resource_id = entry.resource.map(|(_, id)| id);
        let canonical = Canonical {
            v: 1,
            id: id.uuid(),
            at_micros: at.as_microsecond(),
            era,
            action: entry.action.as_str(),
            outcome: entry.outcome.as_str(),
            actor,
            user,
            role,
            on_behalf_of: acting.and_then(|acting| acting.patient).map(PatientId::uuid),
            session: acting.map(|acting| acting.session.uuid()),
            request: access.request.uuid(),
            address: access.address.map(|address| address.to_string()),
            patients: patients.clone(),
            resource_kind,
            resource_id,
            details: &entry.details,
        };
        let body = serde_json::to_vec(&canonical).expect("ids, words and numbers serialize");
        let (action, outcome) = (entry.action.as_str(), entry.outcome.as_str());
        Self { id, at, action, outcome, user, role, patients, resource_kind, resource_id, body }
    }
}
