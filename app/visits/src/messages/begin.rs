//! The pages that begin a conversation.

use super::composer::{urgent, urgent_notice};
use super::functions::{BeginChoices, BeginConversation, BeginValues, load_begin_choices};
use kit::forms::{Form, FormHandle, SubmitButton, use_field, use_form};
use kit::parts::{Choice, EmptyState, PageTitle, SelectField, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::chat::LONGEST_MESSAGE;
use words::say;

/// The page `/messages/new`, for patients.
#[component]
pub fn NewMessagePage() -> impl IntoView {
    page("/messages")
}

/// The page `/doctor/messages/new`. The address names the patient.
#[component]
pub fn DoctorNewMessagePage() -> impl IntoView {
    page("/doctor/messages")
}

/// The page `/ward/messages/new`. The address names the patient.
#[component]
pub fn WardNewMessagePage() -> impl IntoView {
    page("/ward/messages")
}

/// The page `/desk/messages/new`. The address names the patient.
#[component]
pub fn DeskNewMessagePage() -> impl IntoView {
    page("/desk/messages")
}

fn page(folder: &'static str) -> AnyView {
    let l = use_locale();
    let query = use_query_map();
    let is_patient = folder == "/messages";
    // Whoever cares for patients names one; without one, nobody is found.
    let asked = move || if is_patient { None } else { Some(query.with(|query| query.get("patient")).unwrap_or_default()) };
    let (with, missing) = if is_patient {
        (say!(l, visits.messages.with_whom), say!(l, visits.messages.with_missing))
    } else {
        (say!(l, visits.messages.for_whom), say!(l, visits.messages.for_missing))
    };
    let form = use_form::<BeginConversation, BeginValues>()
        .field("with", with, missing)
        .field("subject", say!(l, visits.messages.subject), say!(l, visits.messages.subject_missing))
        .field("text", say!(l, visits.messages.message), say!(l, visits.messages.message_missing));
    let choices = Resource::new_blocking(asked, load_begin_choices);
    view! {
        <PageTitle text=say!(l, visits.messages.begin)/>
        <p><a href=folder>"← " {say!(l, visits.messages.all)}</a></p>
        <h1>{say!(l, visits.messages.begin)}</h1>
        {loaded(choices, move |choices| {
            let patient = untrack(asked).unwrap_or_default();
            view! { <Begin choices form patient folder/> }
        })}
    }
    .into_any()
}

#[component]
fn Begin(choices: BeginChoices, form: FormHandle, patient: String, folder: &'static str) -> impl IntoView {
    let l = use_locale();
    let BeginChoices { counterparts, patient_name } = choices;
    let (is_patient, is_nurse) = (folder == "/messages", folder == "/ward/messages");
    if is_nurse && counterparts.is_empty() {
        return view! { <EmptyState title=say!(l, visits.messages.no_group_title) text=say!(l, visits.messages.no_group)/> }
            .into_any();
    }
    if is_patient && counterparts.is_empty() {
        return view! {
            <EmptyState title=say!(l, visits.messages.nobody_title) text=say!(l, visits.messages.nobody)>
                <a class="button" href="/doctors">{say!(l, common.nav.find_doctor)}</a>
            </EmptyState>
        }
        .into_any();
    }
    // A doctor and the desk write as themselves, or as a care group to which they belong.
    let themselves = match folder {
        "/doctor/messages" => Some(say!(l, visits.messages.as_doctor)),
        "/desk/messages" => Some(say!(l, visits.messages.as_desk)),
        _ => None,
    };
    let asks = is_patient || !counterparts.is_empty();
    let preset = themselves.map(|_| String::new());
    let themselves = themselves.map(|label| Choice { value: String::new(), label: label.to_owned(), hint: None });
    let groups = counterparts.into_iter().map(|one| Choice { value: one.with.to_string(), label: one.name, hint: None });
    let options: Vec<Choice> = themselves.into_iter().chain(groups).collect();
    let to = patient_name.map(|name| view! { <p>{say!(l, visits.messages.with)} " " <strong>{said(name)}</strong></p> });
    view! {
        {to}
        {is_patient.then(|| view! { <p class="quiet">{say!(l, visits.messages.not_for_emergencies)}</p> })}
        <Form form class="card">
            <input type="hidden" name="patient" value=patient.clone()/>
            {asks.then(|| match preset.clone() {
                Some(preset) => view! { <SelectField name="with" choices=options.clone() preset/> }.into_any(),
                None => view! { <SelectField name="with" choices=options.clone()/> }.into_any(),
            })}
            <TextField name="subject" hint=say!(l, visits.messages.subject_hint)/>
            <FirstMessage is_patient/>
            <div class="row"><SubmitButton label=say!(l, visits.messages.send)/></div>
        </Form>
    }
    .into_any()
}

/// The field for the message, and what to do in an emergency if it names one.
#[component]
fn FirstMessage(is_patient: bool) -> impl IntoView {
    let field = use_field("text", None);
    let typed = RwSignal::new(field.value.clone());
    let (id, error) = (field.id.clone(), field.error);
    let error_id = format!("{id}-error");
    view! {
        <div class="field" class:wrong=move || error.with(Option::is_some)>
            <label for=id.clone()>{field.label.clone()}</label>
            {move || error.get().map(|text| view! { <p class="error" id=error_id.clone()>{text}</p> })}
            <textarea
                id=id
                name=field.name.clone()
                dir="auto"
                rows="6"
                maxlength=LONGEST_MESSAGE.to_string()
                aria-describedby=field.described_by(false)
                aria-invalid=field.invalid()
                on:input=move |event| typed.set(event_target_value(&event))
            >
                {field.value.clone()}
            </textarea>
        </div>
        {urgent_notice(urgent(typed, is_patient))}
    }
    .into_any()
}
