//! Writing a message. Without scripts it is an ordinary form; with scripts the message goes into the queue of the page.

use super::functions::SendValues;
use super::message::quoted_text;
use super::talk::{Talk, ids_of};
use crate::chat::{fit, is_of_input_method};
use kit::forms::typing::{self, TextKey};
use kit::forms::{Form, FormHandle, FormValues as _, use_field};
use kit::parts::{Emergency, Icon, Sign, said, switch};
use kit::viewer::use_locale;
use leptos::html::Textarea;
use leptos::prelude::*;
use model::chat::LONGEST_MESSAGE;
use model::drafts::DraftSubject;
use model::errors::Code;
use model::files::{DocumentView, FileState};
use model::ids::FileId;
use model::scheduling::{RedFlag, red_flag};
use words::{error_message, say};

/// The form that writes a message.
#[component]
pub(super) fn Composer(
    /// The conversation.
    talk: Talk,
    /// The form of the page.
    form: FormHandle,
    /// Whether the writer acts for the patient: then urgent words show what to do in an emergency.
    is_patient: bool,
    /// The address of the conversation.
    base: StoredValue<String>,
) -> impl IntoView {
    let thread = talk.thread.to_string();
    view! {
        <Form form class="write">
            <input type="hidden" name="thread" value=thread.clone()/>
            <Writing talk is_patient base/>
        </Form>
    }
    .into_any()
}

#[component]
fn Writing(talk: Talk, is_patient: bool, base: StoredValue<String>) -> impl IntoView {
    let l = use_locale();
    let field = use_field("text", None);
    let input = NodeRef::<Textarea>::new();
    let typed = RwSignal::new(field.value.clone());
    let flag = urgent(typed, is_patient);
    // Whether the last attempt to send was held back, so that the writer reads what to do in an emergency.
    let warned = RwSignal::new(false);
    let submit = move || {
        let Some(input) = input.get_untracked() else { return };
        let text = input.value();
        if text.trim().is_empty() {
            // If the focus cannot be moved, the page still works.
            let _ = input.focus();
            return;
        }
        if is_patient && !warned.get_untracked() && red_flag(&text).is_some() {
            typed.set(text);
            warned.set(true);
            return;
        }
        talk.send(text);
        talk.keep_typed("");
        let key = TextKey { form: SendValues::FORM, about: DraftSubject::Own(talk.thread.to_string()).to_string() };
        typing::sent(&key, typing::number(&key));
        input.set_value("");
        typed.set(String::new());
        warned.set(false);
        fit(&input);
        let _ = input.focus();
    };
    // What was being written when the page was loaded again, also by an upload.
    Effect::new(move |_| {
        let (Some(input), Some(text)) = (input.get(), talk.typed()) else { return };
        if input.value().is_empty() {
            input.set_value(&text);
            typed.set(text);
            fit(&input);
        }
    });
    let going = move || {
        let is_ready = |file: &&DocumentView| file.state == FileState::Ready;
        let ids: Vec<FileId> = talk.attached.with(|files| files.iter().filter(is_ready).map(|file| file.id).collect());
        ids_of(&ids).unwrap_or_default()
    };
    let (id, error) = (field.id.clone(), field.error);
    let error_id = format!("{id}-error");
    view! {
        {quoting(talk, base)}
        <input type="hidden" name="file_ids" value=going/>
        <label for=id.clone()>{field.label.clone()}</label>
        {move || error.get().map(|text| view! { <p class="error" id=error_id.clone()>{text}</p> })}
        <div class="line">
            <textarea
                id=id
                name=field.name.clone()
                dir="auto"
                node_ref=input
                rows="3"
                maxlength=LONGEST_MESSAGE.to_string()
                aria-describedby=field.described_by(false)
                aria-invalid=field.invalid()
                on:input=move |event| {
                    let text = event_target_value(&event);
                    talk.keep_typed(&text);
                    typed.set(text);
                    if let Some(input) = input.get_untracked() {
                        fit(&input);
                    }
                }
                on:keydown=move |event| {
                    talk.answers.with_value(|answers| kit::phrases::write_out(&event, answers));
                    if event.key() == "Enter" && !event.shift_key() && !is_of_input_method(&event) {
                        event.prevent_default();
                        submit();
                    }
                }
            >
                {field.value.clone()}
            </textarea>
            <button
                type="submit"
                class="button"
                on:click=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                <Icon sign=Sign::Send/>
                <span class="word">
                    {move || if warned.get() { say!(l, visits.messages.send_anyway) } else { say!(l, visits.messages.send) }}
                </span>
            </button>
        </div>
        {known_answers(talk)}
        {move || warned.get().then(|| view! { <p role="status">{error_message(l, Code::UrgentWords)}</p> })}
        {urgent_notice(flag)}
        <p class="quiet" role="status">
            {move || talk.held_up.get().then(|| say!(l, visits.messages.held_up))}
        </p>
    }
    .into_any()
}

/// The emergency that the typed text names; none for those who do not act for the patient.
pub(super) fn urgent(typed: RwSignal<String>, is_patient: bool) -> Memo<Option<RedFlag>> {
    Memo::new(move |_| is_patient.then(|| typed.with(|typed| red_flag(typed))).flatten())
}

/// What to do in an emergency, if the typed text names one; and for the server, that the page has said it.
pub(super) fn urgent_notice(flag: Memo<Option<RedFlag>>) -> impl IntoView {
    switch(
        move || flag.get(),
        |flag| {
            flag.map(|flag| {
                view! {
                    <Emergency flag/>
                    <input type="hidden" name="urgent_seen" value="true"/>
                }
            })
        },
    )
}

/// The canned answers that the writer can write, folded. Nothing if there are none.
fn known_answers(talk: Talk) -> impl IntoView {
    let l = use_locale();
    let answers = talk.answers.get_value();
    if answers.is_empty() {
        return ().into_any();
    }
    let lines: Vec<_> = answers
        .into_iter()
        .map(|answer| {
            view! {
                <dt>{said(format!(".{}", answer.abbreviation))}</dt>
                <dd class="lines" dir="auto">{answer.text}</dd>
            }
        })
        .collect();
    view! {
        <details>
            <summary>{say!(l, visits.answers.title)}</summary>
            <p class="quiet">{say!(l, visits.answers.how)}</p>
            <dl class="parts">{lines}</dl>
        </details>
    }
    .into_any()
}

/// Says which message the next one answers.
fn quoting(talk: Talk, base: StoredValue<String>) -> impl IntoView {
    let l = use_locale();
    move || {
        talk.quoted.get().map(|position| {
            let text = quoted_text(talk, position).unwrap_or_else(|| say!(l, visits.messages.quoted, n = position));
            let stop = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                talk.quoted.set(None);
            };
            view! {
                <p class="quiet">
                    {say!(l, visits.messages.answers)} " "
                    <a href=base.get_value() on:click=stop>{say!(l, visits.messages.no_quote)}</a>
                </p>
                <blockquote class="quiet" dir="auto">{text}</blockquote>
                <input type="hidden" name="quotes" value=position.to_string()/>
            }
        })
    }
}
