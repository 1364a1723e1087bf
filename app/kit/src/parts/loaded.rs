//! What a page shows while it loads from the server, and when the request fails.

use super::{Notice, NoticeKind, Region, loading, region};
use crate::failure::Failure;
use crate::layouts::Missing;
use crate::viewer::use_locale;
use leptos::prelude::*;
use model::errors::{Code, Kind};
use serde::{Serialize, de::DeserializeOwned};
use words::say;

/// Shows the value of a resource. During a refetch the old view stays; a failure is shown in its place.
///
/// Create resources and forms before this call, at the top of the page: if they are created inside, server and browser number them differently.
pub fn loaded<T, V>(
    resource: Resource<Result<T, Failure>>,
    view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let l = use_locale();
    let alive = Alive::here();
    view! {
        <Transition fallback=move || loading(l)>
            {
                let region = Region::here();
                move || {
                    let (region, view) = (region.clone(), view.clone());
                    Suspend::new(async move {
                        match resource.await {
                            _ if !alive.is() => ().into_any(),
                            Ok(value) => region.show(|| view(value)),
                            Err(failure) => region.show(|| refused(&failure)),
                        }
                    })
                }
            }
        </Transition>
    }
}

/// Like [`loaded`], for values that keep changing while the page is used: the view is created once and follows the value, so that selections and
/// typed text stay. If the focused element is removed, the nearest remaining element around it takes the focus.
pub fn followed<T, V>(
    resource: Resource<Result<T, Failure>>,
    view: impl Fn(Signal<T>) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let l = use_locale();
    let alive = Alive::here();
    let (shown, failure) = (RwSignal::new(None::<T>), RwSignal::new(None::<Failure>));
    let take = move |answer| match answer {
        Ok(next) => {
            if shown.with_untracked(|shown| shown.as_ref() != Some(&next)) {
                shown.set(Some(next));
            }
            failure.set(None);
        }
        Err(refused) => failure.set(Some(refused)),
    };
    // Outside of the `Transition`, which tracks every read of a resource inside it.
    Effect::new(move |_| {
        if let Some(answer) = resource.get() {
            keep_focus(|| take(answer));
        }
    });
    view! {
        <Transition fallback=move || loading(l)>
            // Untracked: a refetch must not rebuild the view.
            {untrack(|| Suspend::new(async move {
                let first = resource.await;
                if !alive.is() {
                    return ().into_any();
                }
                take(first);
                let refusal = Memo::new(move |_| failure.get());
                (move || {
                    if let Some(refusal) = refusal.get() {
                        return region(|| refused(&refusal));
                    }
                    let Some(first) = shown.get_untracked() else { return ().into_any() };
                    region(|| {
                        let now = Memo::new(move |_| shown.get().unwrap_or_else(|| first.clone()));
                        view(now.into())
                    })
                })
                    .into_any()
            }))}
        </Transition>
    }
}

/// Runs a change of the page. If it removes the focused element, the nearest remaining `fieldset`, `section` or `main` around it takes the focus:
/// a screen reader reads that element, and `Tab` leads on to the new content.
#[cfg(feature = "hydrate")]
fn keep_focus(change: impl FnOnce()) {
    use wasm_bindgen::JsCast as _;
    const TAKES_FOCUS: &str = "fieldset, section, main";
    let focused = document().active_element();
    let around: Vec<web_sys::Element> = std::iter::successors(focused, |element| element.parent_element()).collect();
    change();
    // By the next animation frame, everything that depends on the changed signals was updated.
    request_animation_frame(move || {
        let Some((focused, around)) = around.split_first() else { return };
        let elsewhere = document().active_element().is_some_and(|now| Some(&now) != document().body().as_deref());
        if focused.is_connected() || elsewhere {
            return;
        }
        let left = around.iter().find(|element| element.is_connected() && element.matches(TAKES_FOCUS).unwrap_or(false));
        if let Some(left) = left.and_then(|element| element.dyn_ref::<web_sys::HtmlElement>()) {
            if left.tab_index() < 0 {
                left.set_tab_index(-1);
            }
            // If the element refuses the focus, the page still works.
            let _ = left.focus();
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn keep_focus(change: impl FnOnce()) {
    change();
}

/// Tells whether the part of the page that created this still exists. A response may arrive after that part was replaced or left; then its
/// signals and stored values must not be used.
#[derive(Clone, Copy)]
pub(crate) struct Alive(StoredValue<()>);

impl Alive {
    /// Bound to the part of the page that is being created.
    pub(crate) fn here() -> Self {
        Self(StoredValue::new(()))
    }

    pub(crate) fn is(self) -> bool {
        self.0.try_get_value().is_some()
    }
}

fn refused(failure: &Failure) -> AnyView {
    if failure.code().is_some_and(|code| code.kind() == Kind::NotFound) {
        return view! { <Missing/> }.into_any();
    }
    let l = use_locale();
    let (title, message) = if failure.code() == Some(Code::Forbidden) {
        (say!(l, common.forbidden.reading_title), say!(l, common.forbidden.reading).to_owned())
    } else {
        (say!(l, common.form.summary_title), failure.message(l))
    };
    view! {
        <Notice kind=NoticeKind::Bad title=title>
            <p>{message}</p>
        </Notice>
    }
    .into_any()
}
