//! How a caller is related to a resource.

use super::{Acting, Facts};
use model::access::Role;
use std::collections::BTreeSet;

/// A relation of the caller to the resource. A caller may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// It is the caller's own: the account, or the record of the patient on whose behalf they act.
    Own,
    /// It is that of a patient for whom the caller acts as a guardian who sees appointments only.
    Guardian,
    /// The caller is the doctor who is responsible for it.
    Responsible,
    /// The caller is a doctor who treats the patient.
    Treating,
    /// The caller has opened the record outside of the usual rules, with a reason, and the time has not run out.
    BreakGlass,
    /// It belongs to a clinic in which the caller acts, or the caller's role covers all clinics.
    SameClinic,
}

impl Relation {
    /// The relation as it is written in the audit.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Guardian => "guardian",
            Self::Responsible => "responsible",
            Self::Treating => "treating",
            Self::BreakGlass => "break_glass",
            Self::SameClinic => "same_clinic",
        }
    }

    /// All relations, closest first.
    pub const ALL: [Self; 6] = [Self::Own, Self::Guardian, Self::Responsible, Self::Treating, Self::BreakGlass, Self::SameClinic];
}

/// All relations of the caller to the resource; none when it is somebody else's business. What one of them allows is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations(BTreeSet<Relation>);

impl Relations {
    /// The relations that the facts show.
    #[must_use]
    pub fn between(acting: &Acting, facts: &Facts) -> Self {
        let acts_for = acting.patient.is_some() && facts.patient == acting.patient;
        let shown = |relation| match relation {
            Relation::Own => facts.user == Some(acting.user) || (acts_for && !acting.appointments_only),
            Relation::Guardian => acts_for && acting.appointments_only,
            Relation::Responsible => acting.doctor.is_some() && facts.doctor == acting.doctor,
            Relation::Treating => acting.doctor.is_some() && facts.treating,
            Relation::BreakGlass => facts.break_glass.is_some(),
            Relation::SameClinic => shares_clinic(acting, facts),
        };
        Relation::ALL.into_iter().filter(|relation| shown(*relation)).collect()
    }

    /// The relations, closest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = Relation> {
        self.0.iter().copied()
    }

    /// Whether this relation is among them.
    #[must_use]
    pub fn contain(&self, relation: Relation) -> bool {
        self.0.contains(&relation)
    }
}

impl FromIterator<Relation> for Relations {
    fn from_iter<T: IntoIterator<Item = Relation>>(relations: T) -> Self {
        Self(relations.into_iter().collect())
    }
}

/// A role in all clinics covers patients who are cared for at one of them, and everything that is about no patient.
fn shares_clinic(acting: &Acting, facts: &Facts) -> bool {
    let covered = match acting.clinic {
        Some(acts_in) => facts.clinics.contains(&acts_in),
        None => facts.patient.is_none() || !facts.clinics.is_empty(),
    };
    covered && acting.role != Role::Patient
}
