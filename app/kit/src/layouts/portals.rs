//! The portals: for which roles each one is, its home page and its navigation. A role or a portal is declared here and nowhere else.
//!
//! Portals are only for convenience: the domain checks every permission each time.

use crate::parts::Sign;
use crate::viewer::SignedIn;
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
    /// For reception.
    Desk,
    /// For nurses.
    Ward,
    /// For pharmacists.
    Pharmacy,
    /// For laboratories.
    Laboratory,
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
    /// To whom it is shown: its page would refuse everybody else.
    pub(super) shown_to: fn(&SignedIn) -> bool,
}

const fn everybody(_: &SignedIn) -> bool {
    true
}

const fn verified(who: &SignedIn) -> bool {
    !who.unverified
}

/// Not a guardian who sees appointments only.
fn sees_record(who: &SignedIn) -> bool {
    !who.sees_appointments_only()
}

fn administrator(who: &SignedIn) -> bool {
    who.role == Role::Admin
}

/// An administrator of the whole organisation, not of one clinic.
fn administrator_of_all(who: &SignedIn) -> bool {
    administrator(who) && who.clinic_name.is_none()
}

const PATIENT: Declaration = Declaration {
    home: "/patient",
    ways: &[
        Way { href: "/patient", label: |l| say!(l, common.nav.home), sign: Sign::Home, shown_to: everybody },
        Way { href: "/doctors", label: |l| say!(l, common.nav.find_doctor), sign: Sign::Search, shown_to: everybody },
        Way { href: "/appointments", label: |l| say!(l, common.nav.visits), sign: Sign::Calendar, shown_to: everybody },
        Way { href: "/prescriptions", label: |l| say!(l, common.nav.prescriptions), sign: Sign::Medicine, shown_to: sees_record },
        Way { href: "/messages", label: |l| say!(l, common.nav.messages), sign: Sign::Chat, shown_to: sees_record },
    ],
};

const DOCTOR: Declaration = Declaration {
    home: "/doctor",
    ways: &[
        Way { href: "/doctor", label: |l| say!(l, common.nav.today), sign: Sign::Home, shown_to: verified },
        Way { href: "/doctor/week", label: |l| say!(l, common.nav.week), sign: Sign::Calendar, shown_to: verified },
        Way { href: "/doctor/hours", label: |l| say!(l, common.nav.hours), sign: Sign::Clock, shown_to: verified },
        Way {
            href: "/doctor/prescriptions",
            label: |l| say!(l, common.nav.prescriptions),
            sign: Sign::Medicine,
            shown_to: verified,
        },
        Way { href: "/doctor/messages", label: |l| say!(l, common.nav.messages), sign: Sign::Chat, shown_to: verified },
    ],
};

const ADMIN: Declaration = Declaration {
    home: "/admin",
    ways: &[
        Way { href: "/admin", label: |l| say!(l, common.nav.overview), sign: Sign::Home, shown_to: everybody },
        Way {
            href: "/admin/applications",
            label: |l| say!(l, common.nav.applications),
            sign: Sign::Approve,
            shown_to: administrator,
        },
        Way { href: "/admin/people", label: |l| say!(l, common.nav.people), sign: Sign::People, shown_to: everybody },
        Way { href: "/admin/audit", label: |l| say!(l, common.nav.audit), sign: Sign::Log, shown_to: administrator_of_all },
        Way { href: "/admin/health", label: |l| say!(l, common.nav.health), sign: Sign::Pulse, shown_to: administrator_of_all },
    ],
};

const DESK: Declaration = Declaration {
    home: "/desk",
    ways: &[
        Way { href: "/desk", label: |l| say!(l, common.nav.today), sign: Sign::Home, shown_to: everybody },
        Way { href: "/desk/patients", label: |l| say!(l, common.nav.patients), sign: Sign::People, shown_to: everybody },
        Way { href: "/desk/messages", label: |l| say!(l, common.nav.messages), sign: Sign::Chat, shown_to: everybody },
        Way { href: "/desk/tasks", label: |l| say!(l, common.nav.tasks), sign: Sign::Approve, shown_to: everybody },
        Way { href: "/doctors", label: |l| say!(l, common.nav.doctors), sign: Sign::Search, shown_to: everybody },
    ],
};

const WARD: Declaration = Declaration {
    home: "/ward",
    ways: &[
        Way { href: "/ward", label: |l| say!(l, common.nav.today), sign: Sign::Home, shown_to: everybody },
        Way { href: "/ward/patients", label: |l| say!(l, common.nav.patients), sign: Sign::People, shown_to: everybody },
        Way { href: "/ward/tasks", label: |l| say!(l, common.nav.tasks), sign: Sign::Approve, shown_to: everybody },
        Way { href: "/ward/handover", label: |l| say!(l, common.nav.handover), sign: Sign::Log, shown_to: everybody },
        Way { href: "/doctors", label: |l| say!(l, common.nav.doctors), sign: Sign::Search, shown_to: everybody },
    ],
};

const PHARMACY: Declaration = Declaration {
    home: "/pharmacy",
    ways: &[
        Way { href: "/pharmacy", label: |l| say!(l, common.nav.prescriptions), sign: Sign::Medicine, shown_to: everybody },
        Way { href: "/doctors", label: |l| say!(l, common.nav.doctors), sign: Sign::Search, shown_to: everybody },
    ],
};

const LABORATORY: Declaration = Declaration {
    home: "/laboratory",
    ways: &[
        Way { href: "/laboratory", label: |l| say!(l, common.nav.home), sign: Sign::Home, shown_to: everybody },
        Way { href: "/doctors", label: |l| say!(l, common.nav.doctors), sign: Sign::Search, shown_to: everybody },
    ],
};

const EVERYBODY: Declaration = Declaration { home: "/account", ways: &[] };

impl Portal {
    /// The portal of a role.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Patient => Self::Patient,
            Role::Doctor => Self::Doctor,
            Role::Admin | Role::Support => Self::Admin,
            Role::Receptionist => Self::Desk,
            Role::Nurse => Self::Ward,
            Role::Pharmacist => Self::Pharmacy,
            Role::LabTechnician => Self::Laboratory,
        }
    }

    const fn declaration(self) -> Declaration {
        match self {
            Self::Patient => PATIENT,
            Self::Doctor => DOCTOR,
            Self::Admin => ADMIN,
            Self::Desk => DESK,
            Self::Ward => WARD,
            Self::Pharmacy => PHARMACY,
            Self::Laboratory => LABORATORY,
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
    use crate::viewer::HeldPatient;

    const PORTALS: [Portal; 7] =
        [Portal::Patient, Portal::Doctor, Portal::Admin, Portal::Desk, Portal::Ward, Portal::Pharmacy, Portal::Laboratory];

    fn acting(role: Role) -> SignedIn {
        SignedIn {
            display_name: "Rosa Almeida".into(),
            role,
            clinic_name: None,
            roles: Vec::new(),
            patients: Vec::new(),
            unverified: false,
        }
    }

    fn shown_to(who: &SignedIn) -> Vec<&'static str> {
        Portal::of(who.role).ways().iter().filter(|way| (way.shown_to)(who)).map(|way| way.href).collect()
    }

    #[test]
    fn a_role_is_admitted_to_its_own_portal_and_to_that_of_everybody() {
        for role in Role::ALL {
            let admitting: Vec<_> = PORTALS.into_iter().filter(|portal| portal.admits(role)).collect();
            assert_eq!(admitting, [Portal::of(role)], "{role:?}");
            assert!(Portal::Everybody.admits(role), "{role:?}");
        }
    }

    #[test]
    fn a_navigation_begins_at_home_and_has_at_most_five_ways() {
        for portal in PORTALS {
            let ways = portal.ways();
            assert_eq!(ways.first().map(|way| way.href), Some(portal.declaration().home), "{portal:?}");
            assert!(ways.len() <= 5, "{portal:?}");
        }
    }

    #[test]
    fn ways_that_would_be_refused_are_not_shown() {
        assert_eq!(shown_to(&acting(Role::Support)), ["/admin", "/admin/people"]);
        let of_a_clinic = SignedIn { clinic_name: Some("Riverside Clinic".into()), ..acting(Role::Admin) };
        assert_eq!(shown_to(&of_a_clinic), ["/admin", "/admin/applications", "/admin/people"]);
        assert_eq!(shown_to(&acting(Role::Admin)).len(), 5);
        assert_eq!(shown_to(&SignedIn { unverified: true, ..acting(Role::Doctor) }), Vec::<&str>::new());
        assert_eq!(shown_to(&acting(Role::Doctor)).len(), 5);
        let patient = "01930000-0000-7000-8000-000000000009".parse().expect("an id");
        let ward = HeldPatient { patient, name: "Mia Osei".into(), own: false, current: true, appointments_only: true };
        let narrowed = SignedIn { patients: vec![ward], ..acting(Role::Patient) };
        assert_eq!(shown_to(&narrowed), ["/patient", "/doctors", "/appointments"]);
    }
}
