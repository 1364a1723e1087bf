//! The proof that a caller may perform an action on one resource.

use super::{
    Access, Action, ActionKind, Actor,
    policy::{self, Decision, Relation, ResourceKind},
};
use crate::{Error, Result, audit, db::Tx};
use model::{
    errors::Code,
    ids::{ClinicId, DoctorId, PatientId, UserId},
};
use std::marker::PhantomData;
use uuid::Uuid;

/// What the policy needs to know about one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The user who owns it (an account, a session).
    pub user: Option<UserId>,
    /// The patient that it is about.
    pub patient: Option<PatientId>,
    /// The doctor who is responsible for it.
    pub doctor: Option<DoctorId>,
    /// The clinic that it belongs to.
    pub clinic: Option<ClinicId>,
    /// Whether the acting doctor has treated or will treat the patient.
    pub treating: bool,
    /// Whether it is a draft, which exists only for those who may [`follow`](ActionKind::Follow) it.
    pub unfinished: bool,
}

/// A protected resource, named by an id. Its area supplies the facts.
pub trait Subject: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// The kind of resource.
    const KIND: ResourceKind;

    /// The id, for the audit.
    fn resource_id(self) -> Uuid;

    /// Loads the facts in this transaction; with `lock`, locks the row. `None` when the resource does not exist.
    fn facts(self, tx: &mut Tx, lock: bool) -> impl Future<Output = Result<Option<Facts>>> + Send;
}

/// The proof that the policy allows action `A` on the subject it carries. Only [`Tx::permit`] makes one. Store functions that
/// change data take it instead of an id, so a check that is missing or is for something else does not compile.
#[must_use = "a permit that nothing asks for protects nothing: hand it to the store"]
#[derive(Debug, Clone)]
pub struct Permit<A, S> {
    id: S,
    facts: Facts,
    action: PhantomData<A>,
}

impl<A, S: Subject> Permit<A, S> {
    /// The id that the permit is for.
    pub fn id(&self) -> S {
        self.id
    }

    /// The patient that it is about.
    ///
    /// # Errors
    /// `internal` when the resource is not about a patient, which is a defect.
    pub fn patient(&self) -> Result<PatientId> {
        self.facts.patient.ok_or_else(|| Error::internal("a permit without a patient"))
    }

    /// Whether the caller may also do something else to the resource, for a page that offers it.
    pub fn may<B: Action>(&self, access: &Access, _: B) -> bool {
        decide(access, B::KIND, S::KIND, &self.facts) == Decision::Allowed
    }

    /// The facts on which the decision was based.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

pub(crate) async fn permit<A: Action, S: Subject>(tx: &mut Tx, _: A, id: S) -> Result<Permit<A, S>> {
    let Some(facts) = id.facts(tx, A::KIND.changes()).await? else {
        return match &tx.access().actor {
            Actor::Stranger => Err(Code::SignInNeeded.into()),
            Actor::User(_) | Actor::System => Err(Code::NotFound.into()),
        };
    };
    let code = match decide(tx.access(), A::KIND, S::KIND, &facts) {
        Decision::Allowed => return Ok(Permit { id, facts, action: PhantomData }),
        Decision::SignIn => return Err(Code::SignInNeeded.into()),
        Decision::Hidden => Code::NotFound,
        Decision::Refused => Code::Forbidden,
    };
    audit::refused(tx, A::KIND, S::KIND, id.resource_id(), &facts).await?;
    Err(code.into())
}

fn decide(access: &Access, action: ActionKind, resource: ResourceKind, facts: &Facts) -> Decision {
    match &access.actor {
        Actor::System => Decision::Allowed,
        Actor::Stranger => Decision::SignIn,
        Actor::User(acting) => {
            let relation = Relation::between(acting, facts);
            if facts.unfinished {
                policy::decide_unfinished(acting.role, relation, action, resource)
            } else {
                policy::decide(acting.role, relation, action, resource)
            }
        }
    }
}
