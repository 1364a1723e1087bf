//! What can hold back an action that a role and a relation allow.

use super::{Acting, ActionKind, Facts, ResourceKind};
use model::{access::Role, errors::Code, ids::ClinicId};

/// What a user may decide about others. Nobody acts on an account of a higher rank, or on its roles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rank {
    /// Everybody else: patients and those who care for them.
    #[default]
    Person,
    /// An administrator of a clinic.
    ClinicAdmin,
    /// An administrator of the whole organisation.
    OrganisationAdmin,
}

impl Rank {
    /// The rank in which a signed-in user acts.
    #[must_use]
    pub fn of(acting: &Acting) -> Self {
        match (acting.role, acting.clinic) {
            (Role::Admin, None) => Self::OrganisationAdmin,
            (Role::Admin, Some(_)) => Self::ClinicAdmin,
            (
                Role::Patient
                | Role::Doctor
                | Role::Nurse
                | Role::Receptionist
                | Role::Pharmacist
                | Role::LabTechnician
                | Role::Support,
                _,
            ) => Self::Person,
        }
    }
}

/// How a person stands to the caller who decides about them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// Within what the caller decides about.
    #[default]
    Within,
    /// The person is the caller.
    Oneself,
    /// The person has a higher rank, or somebody of a higher rank closed the account.
    Above,
    /// The caller decides for one clinic, and the person also works elsewhere.
    Elsewhere,
}

impl Standing {
    /// All standings.
    pub const ALL: [Self; 4] = [Self::Within, Self::Oneself, Self::Above, Self::Elsewhere];

    fn of(acting: &Acting, facts: &Facts) -> Self {
        let elsewhere = |acts_in: ClinicId| facts.everywhere || facts.clinics.iter().any(|clinic| *clinic != acts_in);
        if facts.user == Some(acting.user) {
            Self::Oneself
        } else if facts.rank > Rank::of(acting) {
            Self::Above
        } else if acting.clinic.is_some_and(elsewhere) {
            Self::Elsewhere
        } else {
            Self::Within
        }
    }
}

/// What can hold back an action that the role and a relation allow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// How far the visit is.
    pub phase: Phase,
    /// How the person stands to the caller.
    pub standing: Standing,
}

impl Limits {
    /// The limits that the facts show.
    #[must_use]
    pub fn of(acting: &Acting, facts: &Facts) -> Self {
        Self { phase: facts.phase, standing: Standing::of(acting, facts) }
    }
}

/// How far the visit is to which something clinical belongs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// It belongs to no visit.
    #[default]
    NoVisit,
    /// The day of the visit has not come where its clinic is.
    Ahead,
    /// The day of the visit has come. The visit can still take place, is in progress, or has ended.
    Come,
    /// The visit was cancelled, or its time is over and nobody was admitted.
    NotHeld,
}

impl Phase {
    /// All phases, in the order of time.
    pub const ALL: [Self; 4] = [Self::NoVisit, Self::Ahead, Self::Come, Self::NotHeld];
}

/// Why an action is held back that role and relations allow; `None` if it is not.
pub(super) fn held_back(limits: Limits, action: ActionKind, resource: ResourceKind) -> Option<Code> {
    out_of_phase(limits.phase, action, resource).or_else(|| out_of_reach(limits.standing, action, resource))
}

/// What is written at a visit is written on its day or later, and only if the visit is held.
const fn out_of_phase(phase: Phase, action: ActionKind, resource: ResourceKind) -> Option<Code> {
    let clinical =
        matches!(resource, ResourceKind::Note | ResourceKind::Diagnosis | ResourceKind::Prescription | ResourceKind::Letter);
    let writes = matches!(action, ActionKind::Write | ActionKind::Create | ActionKind::Sign);
    match phase {
        Phase::Ahead if clinical && writes => Some(Code::VisitNotYet),
        Phase::NotHeld if clinical && writes => Some(Code::VisitNotHeld),
        Phase::NoVisit | Phase::Ahead | Phase::Come | Phase::NotHeld => None,
    }
}

/// Nobody decides about themselves, about somebody of a higher rank, or for a clinic in which they do not act. Nobody changes a role of somebody of a higher rank.
const fn out_of_reach(standing: Standing, action: ActionKind, resource: ResourceKind) -> Option<Code> {
    if matches!(action, ActionKind::Write) && matches!(resource, ResourceKind::Membership) {
        return match standing {
            Standing::Above => Some(Code::AccountAbove),
            Standing::Within | Standing::Oneself | Standing::Elsewhere => None,
        };
    }
    let suspends = matches!(action, ActionKind::Suspend);
    if !suspends && !matches!(action, ActionKind::Decide) {
        return None;
    }
    match standing {
        Standing::Within => None,
        Standing::Oneself if suspends => Some(Code::SuspendSelf),
        Standing::Oneself => Some(Code::Forbidden),
        Standing::Above => Some(Code::AccountAbove),
        Standing::Elsewhere => Some(Code::AccountElsewhere),
    }
}
