//! Which roles each portal is for. This is only for convenience: the domain checks every permission each time.

use crate::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::access::Role;

use super::ForbiddenPage;

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

impl Portal {
    fn admits(self, role: Role) -> bool {
        match self {
            Self::Patient => role == Role::Patient,
            Self::Doctor => role == Role::Doctor,
            Self::Admin => matches!(role, Role::Admin | Role::Support),
            Self::Everybody => true,
        }
    }
}

/// The home page of a role.
#[must_use]
pub const fn home_of(role: Option<Role>) -> &'static str {
    match role {
        None => "/",
        Some(Role::Patient) => "/patient",
        Some(Role::Doctor) => "/doctor",
        Some(Role::Admin | Role::Support) => "/admin",
        Some(Role::Nurse | Role::Receptionist | Role::Pharmacist | Role::LabTechnician) => "/account/sessions",
    }
}

/// Shows the page to viewers whose role the portal admits. A visitor who is not signed in is sent to the sign-in page and returns here afterwards;
/// any other viewer sees that the page is for another role.
pub fn admitted(portal: Portal, page: impl FnOnce() -> AnyView) -> AnyView {
    match use_viewer().role() {
        Some(role) if portal.admits(role) => page(),
        Some(_) => view! { <ForbiddenPage/> }.into_any(),
        None => {
            let location = use_location();
            let search = location.search.get_untracked();
            let search = search.trim_start_matches('?');
            let path = location.pathname.get_untracked();
            let here = if search.is_empty() { path } else { format!("{path}?{search}") };
            send_to_sign_in(&here);
            ().into_any()
        }
    }
}

#[cfg(feature = "ssr")]
fn send_to_sign_in(here: &str) {
    crate::request::see_other(&crate::address::sign_in_path(here));
}

#[cfg(not(feature = "ssr"))]
fn send_to_sign_in(here: &str) {
    // If the browser refuses, the page stays empty; the server answers the next click.
    let _ = window().location().replace(&crate::address::sign_in_path(here));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_home_that_admits_it() {
        for role in Role::ALL {
            let portal = match home_of(Some(role)) {
                "/patient" => Portal::Patient,
                "/doctor" => Portal::Doctor,
                "/admin" => Portal::Admin,
                _ => Portal::Everybody,
            };
            assert!(portal.admits(role), "{role:?}");
        }
    }
}
