//! The proof that a caller may perform an action on one resource.

use super::{
    Access, Action, ActionKind, Actor, Limits, Phase, Rank, Relation, Relations,
    policy::{self, Decision, ResourceKind},
};
use crate::{Error, Result, audit, db::Tx};
use model::{
    errors::Code,
    ids::{BreakGlassId, ClinicId, DoctorId, PatientId, UserId},
};
use std::{collections::BTreeSet, marker::PhantomData};
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
    /// The clinics that it belongs to: where a patient is cared for, where a person works.
    pub clinics: BTreeSet<ClinicId>,
    /// Whether the person has a role in all clinics.
    pub everywhere: bool,
    /// The rank of the person, or of who closed the account if that is higher.
    pub rank: Rank,
    /// Whether the acting doctor treats the patient now.
    pub treating: bool,
    /// The caller's access to the patient's record outside of the usual rules, while it lasts.
    pub break_glass: Option<BreakGlassId>,
    /// How far the visit is at which it is written.
    pub phase: Phase,
    /// Whether it is a draft, which exists only for those who may [`follow`](ActionKind::Follow) it.
    pub unfinished: bool,
}

impl Facts {
    /// The facts about the doctor as whom the caller acts; `None` for another doctor. They were read with the caller, so a doctor who reads their own data costs no
    /// statement. Clinics and rank are left out, because they decide only about the data of others.
    pub(crate) fn of_acting_doctor(access: &Access, doctor: DoctorId) -> Option<Self> {
        let acting = access.acting().ok().filter(|acting| acting.doctor == Some(doctor))?;
        Some(Self { user: Some(acting.user), doctor: Some(doctor), ..Self::default() })
    }
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

/// The proof that the policy allows action `A` on the subject it carries. Only [`Tx::permit`] and `Tx::permit_also` make one. Store functions that
/// change data take it instead of an id, so a check that is missing or is for something else does not compile.
#[must_use = "a permit that nothing asks for protects nothing: hand it to the store"]
#[derive(Debug, Clone)]
pub struct Permit<A, S> {
    id: S,
    facts: Facts,
    break_glass: Option<BreakGlassId>,
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

    /// The access outside of the usual rules without which this would have been refused.
    pub fn break_glass(&self) -> Option<BreakGlassId> {
        self.break_glass
    }

    /// Whether the caller may also do something else to the resource, for a page that offers it.
    pub fn may<B: Action>(&self, access: &Access, _: B) -> bool {
        decide(access, B::KIND, S::KIND, &self.facts) == Decision::Allowed
    }

    /// Why the caller may not do something else to the resource, for a page that says so; `None` if they may.
    pub fn refusal<B: Action>(&self, access: &Access, _: B) -> Option<Code> {
        match decide(access, B::KIND, S::KIND, &self.facts) {
            Decision::Allowed => None,
            Decision::Refused(code) => Some(code),
            Decision::Hidden | Decision::SignIn => Some(Code::Forbidden),
        }
    }

    /// The facts on which the decision was based.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

pub(crate) async fn permit<A: Action, S: Subject>(tx: &mut Tx, action: A, id: S) -> Result<Permit<A, S>> {
    let Some(facts) = id.facts(tx, A::KIND.changes()).await? else {
        return match &tx.access().actor {
            Actor::Stranger => Err(Code::SignInNeeded.into()),
            Actor::User(_) | Actor::System => Err(Code::NotFound.into()),
        };
    };
    permit_by(tx, action, id, facts).await
}

/// A permit by facts that are known already.
pub(crate) async fn permit_by<A: Action, S: Subject>(tx: &mut Tx, _: A, id: S, facts: Facts) -> Result<Permit<A, S>> {
    let code = match decide(tx.access(), A::KIND, S::KIND, &facts) {
        Decision::Allowed => {
            let usual = Facts { break_glass: None, ..facts.clone() };
            let needed = facts.break_glass.filter(|_| decide(tx.access(), A::KIND, S::KIND, &usual) != Decision::Allowed);
            tx.under_break_glass(needed);
            if facts.patient.is_some() {
                // Break-glass counts only if it was needed.
                let relation = closest(tx.access(), A::KIND, S::KIND, if needed.is_some() { &facts } else { &usual });
                tx.by_relation(relation);
            }
            return Ok(Permit { id, facts, break_glass: needed, action: PhantomData });
        }
        Decision::SignIn => return Err(Code::SignInNeeded.into()),
        Decision::Hidden => Code::NotFound,
        Decision::Refused(code) => code,
    };
    audit::refused(tx, A::KIND, S::KIND, id.resource_id(), &facts).await?;
    Err(code.into())
}

/// The closest relation of the caller by which the policy allows it; `None` for the system.
fn closest(access: &Access, action: ActionKind, resource: ResourceKind, facts: &Facts) -> Option<Relation> {
    let acting = access.acting().ok()?;
    policy::closest(acting.role, &Relations::between(acting, facts), action, resource)
}

fn decide(access: &Access, action: ActionKind, resource: ResourceKind, facts: &Facts) -> Decision {
    match &access.actor {
        Actor::System => Decision::Allowed,
        Actor::Stranger => Decision::SignIn,
        Actor::User(acting) => {
            let (relations, limits) = (Relations::between(acting, facts), Limits::of(acting, facts));
            if facts.unfinished {
                policy::decide_unfinished(acting.role, &relations, limits, action, resource)
            } else {
                policy::decide(acting.role, &relations, limits, action, resource)
            }
        }
    }
}
