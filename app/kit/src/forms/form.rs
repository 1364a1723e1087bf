//! The form element and its submit button.

use super::context::FormContext;
use super::draft::{BroughtBack, DiscardForm, DraftLine, brought_back};
use super::typing::{self, Origin};
use super::{FormHandle, FormStart, Keep, start_form};
use crate::parts::{Alive, ErrorSummary, Region, anew, loading};
use crate::viewer::{use_locale, use_viewer};
use leptos::children::ChildrenFn;
use leptos::context::Provider;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use std::time::Duration;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlFormElement, HtmlInputElement, HtmlTextAreaElement};
use words::say;

/// A form: the error summary, the hidden inputs, and the fields.
#[component]
pub fn Form(
    /// The handle, with its fields declared.
    form: FormHandle,
    /// CSS classes for placement only, e.g. `card`.
    #[prop(optional)]
    class: &'static str,
    /// The fields and the submit button.
    children: ChildrenFn,
) -> impl IntoView {
    let l = use_locale();
    let location = use_location();
    let fields = StoredValue::new(children);
    // The patient of the page, whom its header names. The session may have been switched to another patient in another tab.
    let acts_for = StoredValue::new(use_viewer().acts_for().map(|patient| patient.to_string()).unwrap_or_default());
    let alive = Alive::here();
    view! {
        <Transition fallback=move || loading(l)>
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
                    let saved = form.initial.get_value();
                    let version = form.version.get_value();
                    let text = form.key();
                    form.kept.set_value(start.as_ref().ok().and_then(|start| start.kept.clone()));
                    let (key, typed, failure, opened_for, author, kept, confirmations) = match start {
                        Ok(start) => (
                            start.idempotency_key,
                            start.values,
                            start.failure,
                            start.opened_for,
                            start.author.filter(|_| form.keep == Keep::OnServer),
                            start.kept,
                            Some(start.confirmations),
                        ),
                        Err(failure) => (String::new(), None, Some(failure), None, None, None, None),
                    };
                    let is_refused = typed.is_some();
                    let opened_for = opened_for.unwrap_or_else(|| acts_for.get_value());
                    if failure.is_some() {
                        form.failure.set(failure);
                    }
                    let recalled = if is_refused { None } else { typing::recall(&text, confirmations) };
                    let brought = form.labels.with_value(|labels| brought_back(recalled, kept, labels, &saved, &version));
                    let shown = brought.as_ref().map(|brought| brought.page.clone()).unwrap_or_default();
                    let values = typed.or_else(|| brought.as_ref().map(|brought| brought.values.clone())).unwrap_or(saved);
                    let draft_of = if author.is_some() { text.about.clone() } else { String::new() };
                    let origin = Origin {
                        key: text,
                        author,
                        page: key.clone(),
                        shown: shown.clone(),
                        version: version.clone(),
                        opened_for: opened_for.clone(),
                        state: form.state,
                    };
                    region.show(|| {
                    let context = FormContext {
                        values: StoredValue::new(values),
                        labels: form.labels,
                        failure: form.failure.into(),
                        pending: form.pending,
                    };
                    let element = NodeRef::<leptos::html::Form>::new();
                    watch(form, element, &origin);
                    // No notice when the form shows refused values instead of the draft, nor for visitors who are not signed in.
                    let brought = brought.filter(|_| author.is_some() && !is_refused);
                    let discard = brought.is_some().then(|| {
                        view! { <DiscardForm form page=key.clone() shown=shown.clone() back=back.clone()/> }
                    });
                    let line = author.map(|_| view! { <DraftLine state=form.state/> });
                    let start = key.clone();
                    let made = view! {
                        {discard}
                        <Provider value=context>
                            <form
                                class=format!("form {class}")
                                method="post"
                                action=form.url
                                novalidate
                                node_ref=element
                                on:submit=move |event| form.submit.run(event)
                                on:input=move |event| changed(form, element, &origin, &event)
                                on:change=move |_| typing::flush()
                            >
                                <ErrorSummary/>
                                {brought.map(|brought| view! { <BroughtBack form brought/> })}
                                <input type="hidden" name="idempotency_key" value=key/>
                                <input type="hidden" name="version" value=version/>
                                <input type="hidden" name="back" value=back/>
                                <input type="hidden" name="draft_of" value=draft_of/>
                                <input type="hidden" name="draft_shown" value=shown/>
                                <input type="hidden" name="opened_for" value=opened_for/>
                                {fields.with_value(|fields| fields())}
                                {line}
                            </form>
                        </Provider>
                    };
                    anew(start, made.into_any())
                    })
                })
                }
            }
        </Transition>
    }
    .into_any()
}

/// The delays after hydration at which the draft is loaded again, if the previous page's text was still on its way to the server.
const ARRIVAL: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(6)];

/// Whether text is typed into this control, as opposed to choosing.
fn is_text(control: &web_sys::Element) -> bool {
    const TYPED: [&str; 9] = ["text", "email", "tel", "search", "url", "number", "date", "time", "datetime-local"];
    control.has_type::<HtmlTextAreaElement>()
        || control.dyn_ref::<HtmlInputElement>().is_some_and(|input| TYPED.contains(&input.type_().as_str()))
}

/// Remembers the form's values after a change. Changed choices alone are not remembered; once text was typed, choices are remembered with it.
fn changed(form: FormHandle, element: NodeRef<leptos::html::Form>, origin: &Origin, event: &web_sys::Event) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if form.keep == Keep::Nowhere || !(target.is_some_and(|control| is_text(&control)) || typing::number(&origin.key) > 0) {
        return;
    }
    if let Some(element) = element.get_untracked()
        && let Some(values) = values_in(form, &element)
    {
        typing::typed(origin, values);
    }
}

fn values_in(form: FormHandle, element: &HtmlFormElement) -> Option<serde_json::Value> {
    let data = web_sys::FormData::new_with_form(element).ok()?;
    (form.collect)(&data)
}

/// Remembers text that was typed before hydration or restored by the browser. When the form is removed, sends what the server does not have yet.
fn watch(form: FormHandle, element: NodeRef<leptos::html::Form>, origin: &Origin) {
    if form.keep == Keep::Nowhere {
        return;
    }
    let origin = origin.clone();
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let controls = element.elements();
        let is_changed = (0..controls.length()).filter_map(|at| controls.item(at)).any(|control| {
            let is_other = match (control.dyn_ref::<HtmlTextAreaElement>(), control.dyn_ref::<HtmlInputElement>()) {
                (Some(area), _) => area.default_value().is_ok_and(|default| area.value() != default),
                (None, Some(input)) => input.value() != input.default_value(),
                (None, None) => false,
            };
            is_other && is_text(&control)
        });
        if is_changed {
            if let Some(values) = values_in(form, &element) {
                typing::found(&origin, values);
            }
        } else if origin.author.is_some() && !form.looked_again.get_value() && typing::text_is_under_way() {
            form.looked_again.set_value(true);
            for pause in ARRIVAL {
                set_timeout(move || spawn_local(look_again(form)), pause);
            }
        }
    });
    on_cleanup(typing::flush);
}

/// Starts the form with the previous page's text if that has arrived meanwhile, unless the user has already typed here: the newer text wins.
async fn look_again(form: FormHandle) {
    let is_untouched = move || form.kept.try_get_value().is_some() && typing::number(&form.key()) == 0;
    if !is_untouched() {
        return;
    }
    let Ok(arrived) = start_form(form.name.to_owned(), None, Some(form.key().about)).await else { return };
    if arrived.kept.is_some() && is_untouched() && form.kept.get_value() != arrived.kept {
        form.start.update(|start| {
            // What was refused stays.
            let (values, failure, opened_for) = match start.take() {
                Some(Ok(start)) => (start.values, start.failure, start.opened_for),
                Some(Err(_)) | None => (None, None, None),
            };
            *start = Some(Ok(FormStart { values, failure, opened_for, ..arrived }));
        });
    }
}

fn query_of(search: &str) -> String {
    let search = search.trim_start_matches('?');
    if search.is_empty() { String::new() } else { format!("?{search}") }
}

/// The submit button. Its label says what happens. While the form is being submitted, the button says so and ignores presses.
#[component]
pub fn SubmitButton(
    /// The action, for example "Book this time".
    #[prop(into)]
    label: String,
    /// CSS classes, for example `plain`, `bad`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let l = use_locale();
    let pending = use_context::<FormContext>().map_or_else(|| Signal::stored(false), |form| form.pending);
    view! {
        // `aria-disabled` instead of `disabled`, so that the button keeps the focus.
        <button type="submit" class=format!("button {class}") aria-disabled=move || pending.get().then_some("true")>
            {move || if pending.get() { say!(l, common.form.sending).to_owned() } else { label.clone() }}
        </button>
    }
    .into_any()
}
