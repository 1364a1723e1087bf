//! What a page holds of its form.

use super::context::Labelled;
use super::{FormReply, FormStart, FormValues, start_form};
use crate::failure::Failure;
use crate::i18n::{say, use_locale};
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server::ServerAction;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use serde::de::DeserializeOwned;
use serde_json::Value;
use server_fn::ServerFn;
use web_sys::SubmitEvent;

/// A server function that takes a posted form. Implemented for all that fit.
pub trait PostsForm: ServerFn<Output = FormReply, Error = Failure> + DeserializeOwned + Clone + Send + Sync + 'static {}

impl<S> PostsForm for S where S: ServerFn<Output = FormReply, Error = Failure> + DeserializeOwned + Clone + Send + Sync + 'static {}

/// A form of the page. Declare its fields, then hand it to `Form`.
#[derive(Clone, Copy)]
pub struct FormHandle {
    pub(super) url: &'static str,
    pub(super) labels: StoredValue<Vec<Labelled>>,
    pub(super) initial: StoredValue<Value>,
    pub(super) version: StoredValue<String>,
    pub(super) start: Resource<Result<FormStart, Failure>>,
    pub(super) failure: RwSignal<Option<Failure>>,
    pub(super) pending: Signal<bool>,
    pub(super) submit: Callback<SubmitEvent>,
    done: RwSignal<u32>,
}

/// Whether the page was loaded to show what is wrong with a form that was posted before wasm came: nothing that holds a form may be folded.
#[must_use]
pub fn shows_refused() -> bool {
    use_query_map().with_untracked(|query| query.get("draft").is_some())
}

/// A form that posts to the server function `S` what `V` holds.
#[must_use]
pub fn use_form<S: PostsForm, V: FormValues>() -> FormHandle {
    let action = ServerAction::<S>::new();
    let value = action.value();
    let failure = RwSignal::new(value.get_untracked().and_then(Result::err));
    let done = RwSignal::new(0_u32);

    let follow = use_follow(done);
    Effect::new(move |_| match value.get() {
        Some(Ok(reply)) => {
            failure.set(None);
            follow(reply);
        }
        Some(Err(refused)) => failure.set(Some(refused)),
        None => {}
    });

    let pending = action.pending();
    let submit = Callback::new(move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        match S::from_event(event.as_ref()) {
            Ok(input) => {
                action.dispatch(input);
            }
            Err(_) => failure.set(Some(model::errors::Code::BodyMalformed.into())),
        }
    });

    let query = use_query_map();
    let start = Resource::new_blocking(
        // The draft is read once: it belongs to the page as it was loaded, not to later changes of the address.
        move || (done.get(), query.with_untracked(|query| query.get("draft"))),
        |(done, draft)| start_form(V::FORM.to_owned(), draft.filter(|_| done == 0)),
    );

    FormHandle {
        url: S::url(),
        labels: StoredValue::new(Vec::new()),
        initial: StoredValue::new(Value::Null),
        version: StoredValue::new(String::new()),
        start,
        failure,
        pending: pending.into(),
        submit,
        done,
    }
}

/// Goes where the reply says. When that is the page of the form itself, the form starts afresh.
fn use_follow(done: RwSignal<u32>) -> impl Fn(FormReply) + Clone + 'static {
    let navigate = use_navigate();
    let here = use_location().pathname;
    move |reply: FormReply| {
        if reply.reload {
            // A refused address would be a defect of ours; the browser stays where it is.
            let _ = window().location().assign(&reply.next);
            return;
        }
        let stays = reply.next.split(['?', '#']).next() == Some(here.get_untracked().as_str());
        navigate(&reply.next, NavigateOptions::default());
        if stays {
            done.update(|n| *n += 1);
        }
    }
}

impl FormHandle {
    /// Declares a field and its label. An item of a list is `items.#.dose` with `{n}` in the label.
    #[must_use]
    pub fn field(self, name: &str, label: impl Into<String>) -> Self {
        self.declare(name, label.into(), "")
    }

    /// Declares a date of three fields, `name_day`, `name_month`, `name_year`.
    #[must_use]
    pub fn date(self, name: &str, label: &str) -> Self {
        let l = use_locale();
        self.declare(&format!("{name}_day"), say!(l, common.form.day_of, label = label), "")
            .declare(&format!("{name}_month"), say!(l, common.form.month_of, label = label), "")
            .declare(&format!("{name}_year"), say!(l, common.form.year_of, label = label), "")
            .declare(name, label.to_owned(), "_day")
    }

    /// Declares a choice of radio buttons.
    #[must_use]
    pub fn choice(self, name: &str, label: impl Into<String>) -> Self {
        self.declare(name, label.into(), "-0")
    }

    /// Fills the form with what exists, and names the version that is shown.
    #[must_use]
    pub fn editing(self, values: &impl FormValues, version: i64) -> Self {
        self.version.set_value(version.to_string());
        self.filled(values)
    }

    /// Fills the form before the person types: a day that was chosen on the page before.
    #[must_use]
    pub fn filled(self, values: &impl FormValues) -> Self {
        self.initial.set_value(serde_json::to_value(values).unwrap_or_default());
        self
    }

    /// How often the form has succeeded without leaving its page: the source for lists that it changes.
    #[must_use]
    pub fn done(self) -> Signal<u32> {
        self.done.into()
    }

    fn declare(self, name: &str, label: String, first: &'static str) -> Self {
        self.labels.update_value(|labels| labels.push(Labelled { name: name.to_owned(), label, first }));
        self
    }
}
