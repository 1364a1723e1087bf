//! The viewer of the page: user, language, time zone and current time. The values are the same in server rendering and hydration.
//!
//! The server takes them from `request::RequestContext`. They travel inside the page (`SharedValue`), and the browser reads
//! them from there. They live as long as the page: signing in or out, or changing the role or the language, loads it again.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use model::access::Role;
use model::ids::{MembershipId, PatientId};
use serde::{Deserialize, Serialize};
use words::{Locale, locale_of};

/// What every page knows about its user and the time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The signed-in user, if any.
    pub who: Option<SignedIn>,
    /// A language tag of the catalogue, for example `en`.
    pub locale: String,
    /// The IANA time zone of the viewer: the account's, or else the browser's; `None` until the browser has told it. Then a page shows times in the
    /// zone of a clinic, and names it.
    pub zone: Option<String>,
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
    /// The patients for whom the user may act, their own record first.
    pub patients: Vec<HeldPatient>,
    /// Whether the user acts as a doctor whose application was not approved, either waiting or refused.
    pub unverified: bool,
}

/// A role that the user has and can switch to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRole {
    /// The membership that gives the role; none for that of a patient.
    pub membership: Option<MembershipId>,
    /// The role.
    pub role: Role,
    /// The clinic in which the user has it; none means all.
    pub clinic_name: Option<String>,
    /// Whether the user acts in it now.
    pub current: bool,
}

/// A patient for whom the user may act.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPatient {
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub name: String,
    /// Whether it is the user's own record.
    pub own: bool,
    /// Whether the user acts for this patient now.
    pub current: bool,
    /// Whether the user is a guardian who sees appointments only.
    pub appointments_only: bool,
}

impl std::fmt::Debug for Viewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Viewer").field("signed_in", &self.who.is_some()).field("zone", &self.zone).finish_non_exhaustive()
    }
}

impl SignedIn {
    /// Whether the user acts for a patient as a guardian who sees appointments only.
    #[must_use]
    pub fn sees_appointments_only(&self) -> bool {
        self.patients.iter().any(|held| held.current && held.appointments_only)
    }
}

impl Viewer {
    /// A visitor who is not signed in, in English and in an unknown time zone, at the given time.
    #[must_use]
    pub fn stranger(now: Timestamp) -> Self {
        Self { who: None, locale: "en".to_owned(), zone: None, now }
    }

    /// The rules of the viewer's time zone. While it is not known, UTC: for pages that only signed-in users see, and for what is not shown.
    #[must_use]
    pub fn zone_rules(&self) -> TimeZone {
        crate::parts::time::zone(self.zone_name())
    }

    /// The name of that time zone.
    #[must_use]
    pub fn zone_name(&self) -> &str {
        self.zone.as_deref().unwrap_or("UTC")
    }

    /// The language of the page.
    #[must_use]
    pub fn locale(&self) -> Locale {
        locale_of(&self.locale)
    }

    /// The patient for whom the user acts; none if they act in another role, or nobody is signed in.
    #[must_use]
    pub fn acts_for(&self) -> Option<PatientId> {
        self.who.as_ref()?.patients.iter().find(|held| held.current).map(|held| held.patient)
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
    zone: RwSignal<Option<String>>,
    now: RwSignal<Timestamp>,
    /// The time of the device when the page began to count, in milliseconds of the Unix epoch; none on the server and before hydration.
    began_ms: StoredValue<Option<i64>>,
}

impl Shared {
    /// The viewer's `now`, plus the time that has passed in this page, so that a wrong clock on the device does no harm.
    fn exact(self) -> Timestamp {
        let start = self.viewer.with_value(|viewer| viewer.now);
        let Some(began_ms) = self.began_ms.get_value() else { return start };
        let passed = jiff::SignedDuration::from_millis(device_ms() - began_ms);
        start.checked_add(passed).unwrap_or(start)
    }
}

/// Provides the viewer and the clock to the whole application. Called once, by the root.
pub fn provide_viewer() {
    let viewer = SharedValue::new(from_request).into_inner();
    let (zone, now) = (RwSignal::new(viewer.zone.clone()), RwSignal::new(viewer.now));
    let shared = Shared { viewer: StoredValue::new(viewer), zone, now, began_ms: StoredValue::new(None) };
    provide_context(shared);
    Effect::new(move |_| {
        keep_time(shared);
        // After hydration, which must see the viewer as the server saw it. The page may still wait for its part of the WebAssembly.
        if document().document_element().is_some_and(|root| root.has_attribute("data-reacts")) {
            learn_zone(shared);
        } else {
            let listener = window_event_listener_untyped("bedside:reacts", move |_| learn_zone(shared));
            on_cleanup(move || listener.remove());
        }
    });
}

/// The viewer of this page. Its zone may become known later, see [`use_zone`].
#[must_use]
pub fn use_viewer() -> Viewer {
    use_context::<Shared>().map_or_else(|| Viewer::stranger(Timestamp::UNIX_EPOCH), |shared| shared.viewer.get_value())
}

/// The viewer's time zone. It changes at most once: a stranger's first page was made before the server knew the zone, and the browser knows it.
#[must_use]
pub fn use_zone() -> Signal<Option<String>> {
    use_context::<Shared>().map_or_else(|| Signal::stored(None), |shared| shared.zone.into())
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

/// The current time by the server's clock, to the moment: for what is counted in seconds. On the server and before hydration it is `viewer.now`.
pub fn use_clock() -> impl Fn() -> Timestamp + Copy + Send + Sync + 'static {
    let shared = use_context::<Shared>();
    move || shared.map_or(Timestamp::UNIX_EPOCH, Shared::exact)
}

#[cfg(feature = "ssr")]
fn from_request() -> Viewer {
    crate::request::RequestContext::current().map_or_else(|| Viewer::stranger(Timestamp::UNIX_EPOCH), |request| request.viewer)
}

#[cfg(not(feature = "ssr"))]
fn from_request() -> Viewer {
    Viewer::stranger(Timestamp::UNIX_EPOCH)
}

/// Takes the browser's time zone for a viewer whose zone the server did not know. The cookie that tells it (`zone.js` of the document) comes with the
/// next request.
fn learn_zone(shared: Shared) {
    if shared.zone.with_untracked(Option::is_some) {
        return;
    }
    let Some(zone) = browser_zone() else { return };
    shared.viewer.update_value(|viewer| viewer.zone = Some(zone.clone()));
    shared.zone.set(Some(zone));
}

/// The time of the device, in milliseconds of the Unix epoch; a whole number, because the code that writes and reads fractions is large. Browser only.
pub(crate) fn device_ms() -> i64 {
    // The cast would overflow only in 292 million years.
    #[allow(clippy::cast_possible_truncation)]
    let now_ms = js_sys::Date::now() as i64;
    now_ms
}

/// The browser's own time zone (ECMA-402 §15.3.5).
pub(crate) fn browser_zone() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?.as_string()
}

/// Advances `now` while the page is open.
fn keep_time(shared: Shared) {
    shared.began_ms.set_value(Some(device_ms()));
    if let Ok(interval) = set_interval_with_handle(move || shared.now.set(shared.exact()), std::time::Duration::from_secs(30)) {
        on_cleanup(move || interval.clear());
    }
}
