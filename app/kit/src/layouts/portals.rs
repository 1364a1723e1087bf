//! The portals: for which roles each one is, its home page and its navigation. A role or a portal is declared here and nowhere else.
//!
//! Portals are only for convenience: the domain checks every permission each time.

use crate::parts::Sign;
use model::access::Role;
use words::{Locale, say};

/// The portals of the user interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portal {
    /// For patients and people who act for them.
    Patient,
    /// For practitioners.
    Doctor,
    /// For administrators and support staff.
    Admin,
    /// For every signed-in user: the user's own account, the visit.
    Everybody,
}

/// What belongs to a portal.
struct Declaration {
    home: &'static str,
    ways: &'static [Way],
}

/// A navigation link.
pub(super) struct Way {
    pub(super) href: &'static str,
    pub(super) label: fn(Locale) -> &'static str,
    pub(super) sign: Sign,
}

const PATIENT: Declaration = Declaration {
    home: "/patient",
    ways: &[
        Way { href: "/patient", label: |l| say!(l, common.nav.home), sign: Sign::Home },
        Way { href: "/doctors", label: |l| say!(l, common.nav.find_doctor), sign: Sign::Search },
        Way { href: "/appointments", label: |l| say!(l, common.nav.visits), sign: Sign::Calendar },
        Way { href: "/prescriptions", label: |l| say!(l, common.nav.prescriptions), sign: Sign::Medicine },
    ],
};

const DOCTOR: Declaration = Declaration {
    home: "/doctor",
    ways: &[
        Way { href: "/doctor", label: |l| say!(l, common.nav.today), sign: Sign::Home },
        Way { href: "/doctor/week", label: |l| say!(l, common.nav.week), sign: Sign::Calendar },
        Way { href: "/doctor/hours", label: |l| say!(l, common.nav.hours), sign: Sign::Clock },
        Way { href: "/doctor/prescriptions", label: |l| say!(l, common.nav.prescriptions), sign: Sign::Medicine },
    ],
};

const ADMIN: Declaration = Declaration {
    home: "/admin",
    ways: &[
        Way { href: "/admin", label: |l| say!(l, common.nav.overview), sign: Sign::Home },
        Way { href: "/admin/applications", label: |l| say!(l, common.nav.applications), sign: Sign::Approve },
        Way { href: "/admin/people", label: |l| say!(l, common.nav.people), sign: Sign::People },
        Way { href: "/admin/audit", label: |l| say!(l, common.nav.audit), sign: Sign::Log },
        Way { href: "/admin/health", label: |l| say!(l, common.nav.health), sign: Sign::Pulse },
    ],
};

const EVERYBODY: Declaration = Declaration { home: "/account/sessions", ways: &[] };

impl Portal {
    /// The portal of a role; `Everybody` for roles that have no portal of their own.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Patient => Self::Patient,
            Role::Doctor => Self::Doctor,
            Role::Admin | Role::Support => Self::Admin,
            Role::Nurse | Role::Receptionist | Role::Pharmacist | Role::LabTechnician => Self::Everybody,
        }
    }

    const fn declaration(self) -> Declaration {
        match self {
            Self::Patient => PATIENT,
            Self::Doctor => DOCTOR,
            Self::Admin => ADMIN,
            Self::Everybody => EVERYBODY,
        }
    }

    /// Whether the pages of the portal are for this role.
    pub(super) fn admits(self, role: Role) -> bool {
        self == Self::Everybody || self == Self::of(role)
    }

    /// The links of the navigation, at most five.
    pub(super) const fn ways(self) -> &'static [Way] {
        self.declaration().ways
    }
}

/// The home page of a role; the welcome page when nobody is signed in.
#[must_use]
pub const fn home_of(role: Option<Role>) -> &'static str {
    match role {
        None => "/",
        Some(role) => Portal::of(role).declaration().home,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_admitted_to_its_own_portal_and_to_that_of_everybody() {
        for role in Role::ALL {
            let admitting = [Portal::Patient, Portal::Doctor, Portal::Admin].map(|portal| portal.admits(role));
            let own = usize::from(Portal::of(role) != Portal::Everybody);
            assert_eq!(admitting.into_iter().filter(|admits| *admits).count(), own, "{role:?}");
            assert!(Portal::of(role).admits(role) && Portal::Everybody.admits(role), "{role:?}");
        }
    }

    #[test]
    fn a_navigation_begins_at_home_and_has_at_most_five_ways() {
        for portal in [Portal::Patient, Portal::Doctor, Portal::Admin] {
            let ways = portal.ways();
            assert_eq!(ways.first().map(|way| way.href), Some(portal.declaration().home), "{portal:?}");
            assert!(ways.len() <= 5, "{portal:?}");
        }
    }
}
