//! What a page shows while it asks the server, and when the answer is no.

use super::{Notice, NoticeKind, Region, region};
use crate::failure::Failure;
use crate::i18n::{say, use_locale};
use crate::layouts::Missing;
use leptos::prelude::*;
use model::errors::Kind;
use serde::{Serialize, de::DeserializeOwned};

/// Shows what a resource brings. While it is asked again, what was there stays; a failure is explained in its place.
///
/// Resources and forms are made before, at the top of the page: what is made inside would be numbered differently by server and browser.
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
        <Transition fallback=move || view! { <p class="quiet">{say!(l, common.loading)}</p> }>
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

/// Like [`loaded`], for what goes on changing while somebody uses it: the view is made once and follows the answers, so that what was chosen
/// or typed stays. When what has the focus goes, the nearest that is left around it takes it.
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
    // Outside of the transition, which would count each look at the resource.
    Effect::new(move |_| {
        if let Some(answer) = resource.get() {
            keep_focus(|| take(answer));
        }
    });
    view! {
        <Transition fallback=move || view! { <p class="quiet">{say!(l, common.loading)}</p> }>
            // Untracked: what is asked again must not be made again.
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

/// Changes something on the page. If what has the focus goes by it, the nearest question or section that is left around it takes the focus: a
/// screen reader reads it, and from there on `Tab` leads to what came instead.
#[cfg(feature = "hydrate")]
fn keep_focus(change: impl FnOnce()) {
    use wasm_bindgen::JsCast as _;
    const TAKES_FOCUS: &str = "fieldset, section, main";
    let focused = document().active_element();
    let around: Vec<web_sys::Element> = std::iter::successors(focused, |element| element.parent_element()).collect();
    change();
    // What follows a signal has followed it by then.
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
            // An element that refuses the focus is only less convenient.
            let _ = left.focus();
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn keep_focus(change: impl FnOnce()) {
    change();
}

/// Whether the part of the page that made this is still there. An answer may come after the part that asked was replaced or left; what
/// that part holds must not be touched then.
#[derive(Clone, Copy)]
pub(crate) struct Alive(StoredValue<()>);

impl Alive {
    /// Of the part that is being made.
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
    let message = failure.message(l);
    view! {
        <Notice kind=NoticeKind::Bad title=say!(l, common.form.failure_title)>
            <p>{message}</p>
        </Notice>
    }
    .into_any()
}
