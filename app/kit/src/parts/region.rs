//! Regions: parts of a page that are replaced while the page stays.
//!
//! When a closure in a view runs again, Leptos first disposes every signal that the closure's last run made. The effects of the old view end
//! only later, one level of nesting at a time. An effect that was queued in between would read a disposed signal and panic, and with it the
//! whole page would die. It happens whenever one change both replaces a view and is read inside it: the last free time of a day is taken, so the
//! form is removed, while the list inside the form follows the same times.
//!
//! A region owns what is made in it. Before anything that it owns is disposed, its effects are paused, so none of them can run afterwards.
//!
//! Rule: a closure that makes a view with components, effects or signals of its own makes it in a region. [`switch`] does so for a view that
//! depends on a value. `cargo xtask lint` enforces the rule for `Suspend` and `For` (`xtask/src/rules/views.rs`).

use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use leptos::tachys::view::keyed::keyed;

/// A place in the page whose view is replaced from time to time. What a view owns lives until that view is removed, even if the surrounding closure
/// has run again and still waits for the next view: until then the user sees the old view and may use its controls.
#[derive(Clone)]
pub struct Region(Owner);

impl Region {
    /// Makes a region that lives as long as the part of the page that is being created.
    pub fn here() -> Self {
        Self(Owner::current().unwrap_or_default())
    }

    /// Makes a view that owns its signals and effects.
    pub fn show<V: IntoView + 'static>(&self, make: impl FnOnce() -> V) -> AnyView {
        let view = self.0.child();
        let content = view.with(|| {
            // Owners dispose their children in the order of creation, so the effects are paused before their signals are disposed.
            let (pauses, content) = (Owner::new(), Owner::new());
            let paused = content.clone();
            pauses.with(|| on_cleanup(move || paused.pause()));
            StoredValue::new(pauses);
            content
        });
        let made = content.with(|| make().into_view());
        OwnedView::new_with_owner(OwnedView::new_with_owner(made, content), view).into_any()
    }
}

/// Makes a view in a region that is disposed when the surrounding closure runs again.
pub fn region<V: IntoView + 'static>(make: impl FnOnce() -> V) -> AnyView {
    Region::here().show(make)
}

/// Shows the view of a value and rebuilds it only when the value has changed.
pub fn switch<K, V>(
    value: impl Fn() -> K + Send + Sync + 'static,
    view: impl Fn(K) -> V + Send + 'static,
) -> impl Fn() -> AnyView + Send + 'static
where
    K: Clone + PartialEq + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let value = Memo::new(move |_| value());
    move || {
        let value = value.get();
        region(|| view(value))
    }
}

/// Rebuilds the elements of a view when the key changes. Otherwise Leptos updates the existing elements, and a control that the user has typed into
/// keeps that text whatever its `value` says (HTML §4.10.5.4, the "dirty value flag").
pub(crate) fn anew(key: String, view: AnyView) -> impl IntoView {
    keyed([(key, view)], |(key, _)| key.clone(), |_, (_, view)| (|_| (), view))
}
