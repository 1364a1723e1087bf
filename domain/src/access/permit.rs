//! The proof that somebody may do something to one thing.

use super::{
    Access, Actor,
    policy::{self, ActionKind, Decision, Relation, ResourceKind},
};
use crate::{Error, Result, audit, db::Tx};
use model::{
    errors::Code,
    ids::{ClinicId, DoctorId, PatientId, UserId},
};
use std::marker::PhantomData;
use uuid::Uuid;

/// What the policy needs to know of one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The user whose own thing it is (an account, a session).
    pub user: Option<UserId>,
    /// The patient that it is about.
    pub patient: Option<PatientId>,
    /// The doctor who is responsible for it.
    pub doctor: Option<DoctorId>,
    /// The clinic that it belongs to.
    pub clinic: Option<ClinicId>,
    /// Whether the acting doctor has treated or will treat the patient.
    pub treating: bool,
}

/// Something that is protected, named by an id. Its area supplies the facts.
pub trait Subject: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// What it is.
    const KIND: ResourceKind;

    /// The id, for the audit.
    fn resource_id(self) -> Uuid;

    /// Loads the facts in this transaction; `lock` asks for a row lock. `None`: there is no such thing.
    fn facts(self, tx: &mut Tx, lock: bool) -> impl Future<Output = Result<Option<Facts>>> + Send;
}

/// What can be done to things; each is a type, so that a permit for one cannot serve for another.
pub trait Action: Copy + Send {
    /// The action in the policy's terms.
    const KIND: ActionKind;
}

/// The actions as types.
pub mod actions {
    use super::{Action, ActionKind};

    macro_rules! actions {
        ($($(#[$doc:meta])* $name:ident)*) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Action for $name {
                const KIND: ActionKind = ActionKind::$name;
            }
        )*};
    }

    actions! {
        /// See it.
        Read
        /// Change its content.
        Write
        /// Make one for this subject.
        Create
        /// Take it back.
        Cancel
        /// Enter the room.
        Join
        /// Let somebody in.
        Admit
        /// Finish it.
        End
        /// Put the own name under it.
        Sign
        /// Verify or refuse.
        Decide
        /// Lock out or restore.
        Suspend
    }
}

/// The proof that the policy allows action `A` on the subject it carries. Only [`Tx::permit`] makes one.
#[derive(Debug, Clone)]
pub struct Permit<A, S> {
    id: S,
    facts: Facts,
    action: PhantomData<A>,
}

impl<A, S: Subject> Permit<A, S> {
    /// The id that was permitted.
    pub fn id(&self) -> S {
        self.id
    }

    /// The patient that it is about.
    ///
    /// # Errors
    /// `internal` when the thing is not about a patient: a defect.
    pub fn patient(&self) -> Result<PatientId> {
        self.facts.patient.ok_or_else(|| Error::internal("a permit without a patient"))
    }

    /// The facts that decided.
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
        Actor::User(acting) => policy::decide(acting.role, Relation::between(acting, facts), action, resource),
    }
}
