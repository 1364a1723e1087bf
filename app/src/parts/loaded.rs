//! What a page shows while it asks the server, and when the answer is no.

use super::{Notice, NoticeKind};
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
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    match resource.await {
                        _ if !alive.is() => ().into_any(),
                        Ok(value) => view(value).into_any(),
                        Err(failure) => refused(&failure),
                    }
                })
            }}
        </Transition>
    }
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
