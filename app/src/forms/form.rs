//! The form element and its button.

use super::FormHandle;
use super::context::FormContext;
use crate::i18n::{say, use_locale};
use crate::parts::{Alive, ErrorSummary, Region};
use leptos::children::ChildrenFn;
use leptos::context::Provider;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A form: the summary of errors, what the form carries unseen, and the fields.
#[component]
pub fn Form(
    /// The form, with its fields declared.
    form: FormHandle,
    /// Placement only, e.g. `card`.
    #[prop(optional)]
    class: &'static str,
    /// The fields and the button.
    children: ChildrenFn,
) -> impl IntoView {
    let l = use_locale();
    let location = use_location();
    let fields = StoredValue::new(children);
    let alive = Alive::here();
    view! {
        <Transition fallback=move || view! { <p class="quiet">{say!(l, common.loading)}</p> }>
            {
                let region = Region::here();
                move || {
                let start = form.start;
                let back = location.pathname.get_untracked() + &query_of(&location.search.get_untracked());
                let region = region.clone();
                Suspend::new(async move {
                    let start = start.await;
                    if !alive.is() {
                        return ().into_any();
                    }
                    let (key, values, failure) = match start {
                        Ok(start) => (start.idempotency_key, start.values, start.failure),
                        Err(failure) => (String::new(), None, Some(failure)),
                    };
                    if failure.is_some() {
                        form.failure.set(failure);
                    }
                    region.show(|| {
                    let context = FormContext {
                        values: StoredValue::new(values.unwrap_or_else(|| form.initial.get_value())),
                        labels: form.labels,
                        failure: form.failure.into(),
                        pending: form.pending,
                    };
                    view! {
                        <Provider value=context>
                            <form
                                class=format!("form {class}")
                                method="post"
                                action=form.url
                                novalidate
                                on:submit=move |event| form.submit.run(event)
                            >
                                <ErrorSummary/>
                                <input type="hidden" name="idempotency_key" value=key/>
                                <input type="hidden" name="version" value=form.version.get_value()/>
                                <input type="hidden" name="back" value=back/>
                                {fields.with_value(|fields| fields())}
                            </form>
                        </Provider>
                    }
                    })
                })
                }
            }
        </Transition>
    }
    .into_any()
}

fn query_of(search: &str) -> String {
    let search = search.trim_start_matches('?');
    if search.is_empty() { String::new() } else { format!("?{search}") }
}

/// The button that sends the form. It says what happens; while the form is under way it says so and a second press does
/// nothing.
#[component]
pub fn SubmitButton(
    /// What happens: "Book this time".
    #[prop(into)]
    label: String,
    /// Placement or weight: `plain`, `bad`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let l = use_locale();
    let pending = use_context::<FormContext>().map_or_else(|| Signal::stored(false), |form| form.pending);
    view! {
        // `aria-disabled` instead of `disabled`: the focus stays where it is.
        <button type="submit" class=format!("button {class}") aria-disabled=move || pending.get().then_some("true")>
            {move || if pending.get() { say!(l, common.form.sending).to_owned() } else { label.clone() }}
        </button>
    }
    .into_any()
}
