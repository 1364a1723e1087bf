//! Who looks at the page, in which language and zone, and what time it is: the same values in server rendering and in
//! hydration.
//!
//! The server takes them from `request::RequestContext`; they travel inside the page (`SharedValue`) and the browser reads
//! them from there. They live as long as the page: signing in or out, changing the role or the language loads it anew.

use crate::i18n::{Locale, locale_of};
use jiff::Timestamp;
use leptos::prelude::*;
use model::access::Role;
use model::ids::MembershipId;
use serde::{Deserialize, Serialize};

/// What every page knows about the person and the moment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The person, when somebody is signed in.
    pub who: Option<SignedIn>,
    /// A language tag of the catalogue: `en`.
    pub locale: String,
    /// The IANA zone in which times are shown: of the account, else of the installation.
    pub zone: String,
    /// The server's time when the page was made. [`use_now`] goes on from here.
    pub now: Timestamp,
}

/// A person who is signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The person's name as others see it.
    pub display_name: String,
    /// The role acted in now.
    pub role: Role,
    /// The clinic acted in now; none means all.
    pub clinic_name: Option<String>,
    /// Everything that the person may act as, the present role included.
    pub roles: Vec<HeldRole>,
    /// Acts as a doctor whose application waits or was refused.
    pub unverified: bool,
}

/// A role that the person holds and can change to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRole {
    /// The membership that gives the role.
    pub membership: MembershipId,
    /// The role.
    pub role: Role,
    /// The clinic in which it is held; none means all.
    pub clinic_name: Option<String>,
    /// Whether this is the one acted in now.
    pub current: bool,
}

impl std::fmt::Debug for Viewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Viewer").field("signed_in", &self.who.is_some()).field("zone", &self.zone).finish_non_exhaustive()
    }
}

impl Viewer {
    /// A stranger, in English and UTC, at the given moment.
    #[must_use]
    pub fn stranger(now: Timestamp) -> Self {
        Self { who: None, locale: "en".to_owned(), zone: "UTC".to_owned(), now }
    }

    /// The language of the page.
    #[must_use]
    pub fn locale(&self) -> Locale {
        locale_of(&self.locale)
    }

    /// The role acted in, when somebody is signed in.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.who.as_ref().map(|who| who.role)
    }
}

/// The viewer as the root provides it, and the clock that goes on from its moment.
#[derive(Clone, Copy)]
struct Shared {
    viewer: StoredValue<Viewer>,
    now: RwSignal<Timestamp>,
}

/// Provides the viewer and the clock to everything below. Called once, by the root.
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

/// The present moment by the server's clock. It is exactly `viewer.now` in server rendering and hydration, then moves on each
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

/// Moves `now` on by the time that has passed in this page: a device whose clock is wrong does no harm.
fn keep_time(now: RwSignal<Timestamp>) {
    let start = now.get_untracked();
    let began_ms = js_sys::Date::now();
    let tick = move || {
        let passed_ms = js_sys::Date::now() - began_ms;
        // A page does not live for the 292 million years that would not fit.
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
