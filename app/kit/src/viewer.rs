//! The viewer of the page: user, language, time zone and current time. The values are the same in server rendering and hydration.
//!
//! The server takes them from `request::RequestContext`. They travel inside the page (`SharedValue`), and the browser reads
//! them from there. They live as long as the page: signing in or out, or changing the role or the language, loads it again.

use jiff::Timestamp;
use leptos::prelude::*;
use model::access::Role;
use model::ids::MembershipId;
use serde::{Deserialize, Serialize};
use words::{Locale, locale_of};

/// What every page knows about its user and the time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The signed-in user, if any.
    pub who: Option<SignedIn>,
    /// A language tag of the catalogue, for example `en`.
    pub locale: String,
    /// The IANA time zone in which times are shown: the account's, or else the installation's.
    pub zone: String,
    /// The server's time when the page was rendered. [`use_now`] continues from here.
    pub now: Timestamp,
}

/// A signed-in user.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The person's name as others see it.
    pub display_name: String,
    /// The role that the user acts in now.
    pub role: Role,
    /// The clinic that the user acts in now; none means all.
    pub clinic_name: Option<String>,
    /// Every role that the user may act in, the current one included.
    pub roles: Vec<HeldRole>,
    /// Whether the user acts as a doctor whose application was not approved, either waiting or refused.
    pub unverified: bool,
}

/// A role that the user has and can switch to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRole {
    /// The membership that gives the role.
    pub membership: MembershipId,
    /// The role.
    pub role: Role,
    /// The clinic in which the user has it; none means all.
    pub clinic_name: Option<String>,
    /// Whether the user acts in it now.
    pub current: bool,
}

impl std::fmt::Debug for Viewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Viewer").field("signed_in", &self.who.is_some()).field("zone", &self.zone).finish_non_exhaustive()
    }
}

impl Viewer {
    /// A visitor who is not signed in, in English and UTC, at the given time.
    #[must_use]
    pub fn stranger(now: Timestamp) -> Self {
        Self { who: None, locale: "en".to_owned(), zone: "UTC".to_owned(), now }
    }

    /// The language of the page.
    #[must_use]
    pub fn locale(&self) -> Locale {
        locale_of(&self.locale)
    }

    /// The role that the user acts in; none if nobody is signed in.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.who.as_ref().map(|who| who.role)
    }
}

/// The context that the root provides: the viewer, and the clock that continues from the viewer's `now`.
#[derive(Clone, Copy)]
struct Shared {
    viewer: StoredValue<Viewer>,
    now: RwSignal<Timestamp>,
}

/// Provides the viewer and the clock to the whole application. Called once, by the root.
pub fn provide_viewer() {
    let viewer = SharedValue::new(from_request).into_inner();
    let now = RwSignal::new(viewer.now);
    provide_context(Shared { viewer: StoredValue::new(viewer.clone()), now });
    Effect::new(move |_| keep_time(now));
}

/// The viewer of this page.
#[must_use]
pub fn use_viewer() -> Viewer {
    use_context::<Shared>().map_or_else(|| Viewer::stranger(Timestamp::UNIX_EPOCH), |shared| shared.viewer.get_value())
}

/// The language of this page. Call it at the top of a component, not inside an event handler.
#[must_use]
pub fn use_locale() -> Locale {
    use_viewer().locale()
}

/// The current time by the server's clock. It is exactly `viewer.now` in server rendering and hydration, then it advances every
/// half minute, whatever the clock of the device says.
#[must_use]
pub fn use_now() -> Signal<Timestamp> {
    use_context::<Shared>().map_or_else(|| Signal::stored(Timestamp::UNIX_EPOCH), |shared| shared.now.into())
}

#[cfg(feature = "ssr")]
fn from_request() -> Viewer {
    crate::request::RequestContext::current().map_or_else(|| Viewer::stranger(Timestamp::UNIX_EPOCH), |request| request.viewer)
}

#[cfg(not(feature = "ssr"))]
fn from_request() -> Viewer {
    Viewer::stranger(Timestamp::UNIX_EPOCH)
}

/// Advances `now` by the time that has passed in this page, so that a wrong clock on the device does no harm.
fn keep_time(now: RwSignal<Timestamp>) {
    let start = now.get_untracked();
    let began_ms = js_sys::Date::now();
    let tick = move || {
        let passed_ms = js_sys::Date::now() - began_ms;
        // The cast would overflow only after 292 million years.
        #[allow(clippy::cast_possible_truncation)]
        let passed = jiff::SignedDuration::from_millis(passed_ms as i64);
        if let Ok(next) = start.checked_add(passed) {
            now.set(next);
        }
    };
    if let Ok(interval) = set_interval_with_handle(tick, std::time::Duration::from_secs(30)) {
        on_cleanup(move || interval.clear());
    }
}
