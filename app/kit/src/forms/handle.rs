//! The handle through which a page declares and controls its form.

use super::context::Labelled;
use super::typing::{self, DraftState, TextKey};
use super::{FormReply, FormStart, FormValues, Keep, KeptDraft, RefusedForms, start_form};
use crate::failure::Failure;
use crate::viewer::use_locale;
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server::ServerAction;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_params_map, use_query_map};
use model::drafts::DraftSubject;
use serde::de::DeserializeOwned;
use serde_json::Value;
use server_fn::ServerFn;
use web_sys::SubmitEvent;
use words::say;

/// A server function that takes a posted form. Implemented for every server function with the right types.
pub trait PostsForm: ServerFn<Output = FormReply, Error = Failure> + DeserializeOwned + Clone + Send + Sync + 'static {}

impl<S> PostsForm for S where S: ServerFn<Output = FormReply, Error = Failure> + DeserializeOwned + Clone + Send + Sync + 'static {}

/// A form of the page. Declare its fields, then pass it to `Form`.
#[derive(Clone, Copy)]
pub struct FormHandle {
    pub(super) url: &'static str,
    /// The form's name.
    pub(super) name: &'static str,
    pub(super) keep: Keep,
    /// The subject of its draft.
    pub(super) about: Signal<String>,
    /// The state of its draft.
    pub(super) state: RwSignal<DraftState>,
    /// Reads the values from the controls, without secrets.
    pub(super) collect: fn(&web_sys::FormData) -> Option<Value>,
    pub(super) labels: StoredValue<Vec<Labelled>>,
    pub(super) initial: StoredValue<Value>,
    pub(super) version: StoredValue<String>,
    pub(super) start: Resource<Result<FormStart, Failure>>,
    /// The server's draft with which the form started.
    pub(super) kept: StoredValue<Option<KeptDraft>>,
    /// Whether the start was already scheduled to load again, because the previous page's text was still on its way to the server.
    pub(super) looked_again: StoredValue<bool>,
    pub(super) failure: RwSignal<Option<Failure>>,
    pub(super) pending: Signal<bool>,
    pub(super) submit: Callback<SubmitEvent>,
    done: RwSignal<u32>,
}

/// Whether the page shows the errors of a form that was posted without wasm. Then a section that contains a form must not be collapsed.
#[must_use]
pub fn shows_refused() -> bool {
    use_query_map().with_untracked(|query| query.get("draft").is_some())
}

/// Makes a form that posts `V` to the server function `S`. Its draft is about the user's own page; the ids in the address tell such pages apart.
#[must_use]
pub fn use_form<S: PostsForm, V: FormValues>() -> FormHandle {
    let params = use_params_map();
    let ids = move || {
        let is_id = |value: &&str| value.parse::<uuid::Uuid>().is_ok();
        params.with(|params| params.into_iter().map(|(_, value)| value).filter(is_id).collect::<Vec<_>>().join(":"))
    };
    use_form_about::<S, V>(Signal::derive(move || DraftSubject::Own(ids())))
}

/// The subject of a draft about the visit whose id is the address parameter `id`; without that, the user's own page.
#[must_use]
pub fn visit_in_address() -> Signal<DraftSubject> {
    subject_in_address(DraftSubject::Visit)
}

/// The subject of a draft about the thing whose id is the address parameter `id`; without that, the user's own page.
#[must_use]
pub fn subject_in_address<I: std::str::FromStr>(
    subject: impl Fn(I) -> DraftSubject + Send + Sync + 'static,
) -> Signal<DraftSubject> {
    let params = use_params_map();
    Signal::derive(move || {
        let id = params.with(|params| params.get("id").and_then(|id| id.parse().ok()));
        id.map_or_else(|| DraftSubject::Own(String::new()), &subject)
    })
}

/// Makes a form whose draft is about something other than the user's own page: a visit, a patient. The draft is encrypted with the patient's key, and
/// every form with the same name and subject finds it.
#[must_use]
pub fn use_form_about<S: PostsForm, V: FormValues>(subject: Signal<DraftSubject>) -> FormHandle {
    let about = Signal::derive(move || subject.with(DraftSubject::to_string));
    let action = ServerAction::<S>::new();
    let value = action.value();
    let refused = ArcRwSignal::new(value.get_untracked().and_then(Result::err));
    if let Some(forms) = use_context::<RefusedForms>() {
        forms.add(&refused);
    }
    let failure = RwSignal::from(refused);
    let done = RwSignal::new(0_u32);
    let state = RwSignal::new(DraftState::Untouched);
    // The text that the form is being submitted with.
    let sent = StoredValue::new(None::<(TextKey, u32)>);

    let follow = use_follow(done);
    Effect::new(move |_| match value.get() {
        Some(Ok(reply)) => {
            failure.set(None);
            if let Some((key, number)) = sent.get_value().filter(|_| V::SENT_IS_DONE && !reply.reload)
                && typing::sent(&key, number)
            {
                state.set(DraftState::Untouched);
            }
            follow(reply);
        }
        Some(Err(refused)) => failure.set(Some(refused)),
        None => {}
    });

    // Unsaved drafts of other forms are sent first, because this submit may make it impossible to save them afterwards.
    let waits = RwSignal::new(false);
    let pending = Signal::derive(move || waits.get() || action.pending().get());
    let submit = Callback::new(move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        let Ok(input) = S::from_event(event.as_ref()) else {
            failure.set(Some(model::errors::Code::BodyMalformed.into()));
            return;
        };
        let key = TextKey { form: V::FORM, about: about.get_untracked() };
        let others_unsaved = typing::others_unsaved(&key);
        let number = typing::number(&key);
        typing::submitted(&key, number);
        sent.set_value(Some((key, number)));
        if !others_unsaved {
            action.dispatch(input);
            return;
        }
        waits.set(true);
        spawn_local(async move {
            typing::settled().await;
            // `try_set` answers `None` while the page is still there. If the page was left in the meantime, nothing is submitted.
            if waits.try_set(false).is_none() {
                action.dispatch(input);
            }
        });
    });

    let query = use_query_map();
    let start = Resource::new_blocking(
        // The `draft` parameter is read untracked: it belongs to the page as it was loaded, not to later changes of the address.
        move || (done.get(), about.get(), query.with_untracked(|query| query.get("draft"))),
        |(done, about, draft)| {
            let about = (V::KEEP == Keep::OnServer).then_some(about);
            let confirmations = typing::confirmations();
            let start = start_form(V::FORM.to_owned(), draft.filter(|_| done == 0), about);
            async move { start.await.map(|start| FormStart { confirmations, ..start }) }
        },
    );

    FormHandle {
        url: S::url(),
        name: V::FORM,
        keep: V::KEEP,
        about,
        state,
        collect: collect::<V>,
        labels: StoredValue::new(Vec::new()),
        initial: StoredValue::new(Value::Null),
        version: StoredValue::new(String::new()),
        start,
        kept: StoredValue::new(None),
        looked_again: StoredValue::new(false),
        failure,
        pending,
        submit,
        done,
    }
}

/// Reads the values from the controls of a form, without secrets.
fn collect<V: FormValues>(data: &web_sys::FormData) -> Option<Value> {
    let values = <V as FromFormData>::from_form_data(data).ok()?;
    Some(without_secrets(&values))
}

/// The values without their secrets, as they may be stored.
pub(super) fn without_secrets<V: FormValues>(values: &V) -> Value {
    // Values are structs of strings, which always serialize. If one did not, an empty form is the right result.
    let mut values = serde_json::to_value(values).unwrap_or_default();
    if let Value::Object(members) = &mut values {
        members.retain(|name, _| !V::SECRETS.contains(&name.as_str()));
    }
    values
}

/// Navigates where the reply says. If that is the form's own page, the form starts again.
fn use_follow(done: RwSignal<u32>) -> impl Fn(FormReply) + Clone + 'static {
    let navigate = use_navigate();
    let here = use_location().pathname;
    move |reply: FormReply| {
        if reply.reload {
            // Only a bug could produce an address that the browser refuses; then it stays where it is.
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
    /// Declares a field: its label, and the sentence for a value that is missing. For a choice that is also the sentence for one that does not exist.
    /// A field of a list item is `items.#.dose`, with `{n}` in the texts.
    #[must_use]
    pub fn field(self, name: &str, label: impl Into<String>, missing: impl Into<String>) -> Self {
        self.declare(Labelled { missing: Some(missing.into()), ..labelled(name, label) })
    }

    /// Declares a field that may be empty.
    #[must_use]
    pub fn optional(self, name: &str, label: impl Into<String>) -> Self {
        self.declare(labelled(name, label))
    }

    /// Declares a group of radio buttons; `missing` is the sentence when none is chosen.
    #[must_use]
    pub fn choice(self, name: &str, label: impl Into<String>, missing: impl Into<String>) -> Self {
        self.declare(Labelled { first: "-0", missing: Some(missing.into()), ..labelled(name, label) })
    }

    /// Declares a date in three fields, `name_day`, `name_month`, `name_year`; `missing` is the sentence when all three are empty.
    #[must_use]
    pub fn date(self, name: &str, label: &str, missing: impl Into<String>) -> Self {
        self.three_fields(name, label, Some(missing.into()))
    }

    /// Declares a date that may be empty.
    #[must_use]
    pub fn optional_date(self, name: &str, label: &str) -> Self {
        self.three_fields(name, label, None)
    }

    fn three_fields(self, name: &str, label: &str, missing: Option<String>) -> Self {
        let l = use_locale();
        let part = |name: String, label: String, noun: &str, missing: String, malformed: &str| Labelled {
            noun: Some(noun.to_owned()),
            missing: Some(missing),
            malformed: Some(malformed.to_owned()),
            ..labelled(&name, label)
        };
        let day = say!(l, common.form.day_of, label = label);
        let month = say!(l, common.form.month_of, label = label);
        let year = say!(l, common.form.year_of, label = label);
        let day_missing = say!(l, common.form.day_missing, date = label);
        let month_missing = say!(l, common.form.month_missing, date = label);
        let year_missing = say!(l, common.form.year_missing, date = label);
        self.declare(part(format!("{name}_day"), day, say!(l, common.form.day), day_missing, say!(l, common.form.day_wrong)))
            .declare(part(
                format!("{name}_month"),
                month,
                say!(l, common.form.month),
                month_missing,
                say!(l, common.form.month_wrong),
            ))
            .declare(part(format!("{name}_year"), year, say!(l, common.form.year), year_missing, say!(l, common.form.year_wrong)))
            .declare(Labelled {
                first: "_day",
                missing,
                malformed: Some(say!(l, common.form.date_unreal, date = label)),
                ..labelled(name, label)
            })
    }

    /// Declares the fee of a doctor's visits, the fields `fee` and `fee_free`.
    #[must_use]
    pub fn fee(self) -> Self {
        let l = use_locale();
        self.field("fee", say!(l, common.fee.label), say!(l, common.fee.missing)).malformed(say!(l, common.fee.malformed)).field(
            "fee_free",
            say!(l, common.fee.free),
            say!(l, common.fee.both),
        )
    }

    /// Declares an email address.
    #[must_use]
    pub fn email(self, name: &str) -> Self {
        let l = use_locale();
        self.field(name, say!(l, common.person.email), say!(l, common.person.email_missing))
            .malformed(say!(l, common.person.email_malformed))
    }

    /// Declares the user's own phone number.
    #[must_use]
    pub fn phone(self, name: &str) -> Self {
        let l = use_locale();
        self.field(name, say!(l, common.person.phone), say!(l, common.person.phone_missing))
            .malformed(say!(l, common.person.phone_malformed))
    }

    /// Declares a time zone.
    #[must_use]
    pub fn zone(self, name: &str) -> Self {
        let l = use_locale();
        self.field(name, say!(l, common.person.zone), say!(l, common.person.zone_missing))
    }

    /// Sets the sentence for a value that is not in the right form, or has a wrong character, of the field that was declared last. It shows the right
    /// form: "Enter a time like 09:00".
    #[must_use]
    pub fn malformed(self, sentence: impl Into<String>) -> Self {
        self.change_last(|field| field.malformed = Some(sentence.into()))
    }

    /// Sets the name that the field declared last has at the beginning of a sentence, for a label that is a question or no noun: "Your reason".
    #[must_use]
    pub fn noun(self, noun: impl Into<String>) -> Self {
        self.change_last(|field| field.noun = Some(noun.into()))
    }

    /// Fills the form with existing values, and sets the version that they have.
    #[must_use]
    pub fn editing(self, values: &impl FormValues, version: i64) -> Self {
        self.version.set_value(version.to_string());
        self.filled(values)
    }

    /// Fills the form with initial values, for example the day that was chosen on the previous page.
    #[must_use]
    pub fn filled(self, values: &impl FormValues) -> Self {
        self.initial.set_value(serde_json::to_value(values).unwrap_or_default());
        self
    }

    /// Counts the submits that succeeded without leaving the page. Lists that the form changes refetch when it changes.
    #[must_use]
    pub fn done(self) -> Signal<u32> {
        self.done.into()
    }

    /// The key of the form's text.
    pub(super) fn key(self) -> TextKey {
        TextKey { form: self.name, about: self.about.get_untracked() }
    }

    /// Starts the form again without the typed values.
    pub(super) fn start_afresh(self) {
        self.failure.try_set(None);
        self.done.try_update(|done| *done += 1);
    }

    /// The current failure of the form.
    #[must_use]
    pub fn failure(self) -> Signal<Option<Failure>> {
        self.failure.into()
    }

    fn declare(self, field: Labelled) -> Self {
        self.labels.update_value(|labels| labels.push(field));
        self
    }

    fn change_last(self, change: impl FnOnce(&mut Labelled)) -> Self {
        self.labels.update_value(|labels| {
            if let Some(last) = labels.last_mut() {
                change(last);
            }
        });
        self
    }
}

fn labelled(name: &str, label: impl Into<String>) -> Labelled {
    Labelled { name: name.to_owned(), label: label.into(), ..Labelled::default() }
}
