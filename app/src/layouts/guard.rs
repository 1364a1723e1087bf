//! Who may come into which portal. This is courtesy: what somebody may see and do is decided by the domain, each time.

use crate::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::access::Role;

use super::ForbiddenPage;

/// The parts of the face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portal {
    /// For patients and those who act for them.
    Patient,
    /// For practitioners.
    Doctor,
    /// For those who run the organisation.
    Admin,
    /// For everybody who is signed in: the own account, the visit.
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

/// The first page of a role.
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

/// Shows the page to those whom the portal admits. Strangers are sent to sign in and come back here afterwards; others read
/// that the page is for another role.
pub(crate) fn admitted(portal: Portal, page: impl FnOnce() -> AnyView) -> AnyView {
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
    crate::request::see_other(&crate::forms::sign_in_path(here));
}

#[cfg(not(feature = "ssr"))]
fn send_to_sign_in(here: &str) {
    // A page that cannot be left stays empty; the next click is answered by the server.
    let _ = window().location().replace(&crate::forms::sign_in_path(here));
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
