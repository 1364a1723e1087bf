//! What the care team does with a conversation: close, reopen, hand over.

use super::functions::{HandOverConversation, HandOverValues, SettleConversation, SettleValues};
use kit::forms::{Form, FormHandle, SubmitButton, use_form};
use kit::parts::{Choice, SelectField, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::chat::conversation::{ConversationView, Counterpart};
use words::say;

/// The forms of the page.
#[derive(Clone, Copy)]
pub(super) struct ToolForms {
    pub(super) settle: FormHandle,
    pub(super) hand_over: FormHandle,
}

impl ToolForms {
    /// Created with the page, before anything is awaited.
    pub(super) fn new() -> Self {
        let l = use_locale();
        Self {
            settle: use_form::<SettleConversation, SettleValues>(),
            hand_over: use_form::<HandOverConversation, HandOverValues>().field(
                "to",
                say!(l, visits.messages.hand_over_to),
                say!(l, visits.messages.hand_over_missing),
            ),
        }
    }
}

/// The tools, for those who may close the conversation.
#[component]
pub(super) fn Tools(
    /// The conversation.
    view: ConversationView,
    /// The forms of the page.
    forms: ToolForms,
) -> impl IntoView {
    let l = use_locale();
    if !view.may_close {
        return ().into_any();
    }
    let ConversationView { id, closed, version, counterpart, answered_by, colleagues, .. } = view;
    let (id, version) = (id.to_string(), i64::from(version));
    let of_hand_over = id.clone();
    let (state, label) =
        if closed { ("open", say!(l, visits.messages.reopen)) } else { ("closed", say!(l, visits.messages.close)) };
    let settle = forms.settle.editing(&SettleValues::default(), version);
    let who = answered_by.as_ref().map(|colleague| colleague.user.to_string()).unwrap_or_default();
    let is_desk = counterpart.with.is_shared();
    let nobody_else = colleagues.is_empty();
    let anybody = match counterpart.with {
        Counterpart::Group(_) => say!(l, visits.messages.anybody_of_group),
        Counterpart::Doctor(_) | Counterpart::Desk(_) => say!(l, visits.messages.anybody),
    };
    let anybody = Choice { value: String::new(), label: anybody.to_owned(), hint: None };
    let choices: Vec<Choice> = is_desk
        .then_some(anybody)
        .into_iter()
        .chain(colleagues.into_iter().map(|one| Choice { value: one.user.to_string(), label: one.name, hint: None }))
        .collect();
    let hand_over = (is_desk || !nobody_else).then(|| {
        let form = forms.hand_over.editing(&HandOverValues { to: who.clone(), ..HandOverValues::default() }, version);
        let answers = answered_by.map(|colleague| {
            view! { <p>{say!(l, visits.messages.answered_by)} " " {said(colleague.name)}</p> }
        });
        view! {
            {answers}
            {(!is_desk).then(|| view! { <p class="quiet">{say!(l, visits.messages.hand_over_lead)}</p> })}
            <Form form>
                <input type="hidden" name="thread" value=of_hand_over.clone()/>
                {if is_desk {
                    view! { <SelectField name="to" choices=choices.clone() preset=who.clone()/> }.into_any()
                } else {
                    view! { <SelectField name="to" choices=choices.clone()/> }.into_any()
                }}
                <div class="row"><SubmitButton label=say!(l, visits.messages.hand_over) class="plain"/></div>
            </Form>
        }
    });
    view! {
        <section class="card">
            <h2>{say!(l, visits.messages.tools)}</h2>
            {hand_over}
            <Form form=settle>
                <input type="hidden" name="thread" value=id.clone()/>
                <input type="hidden" name="state" value=state/>
                <div class="row"><SubmitButton label=label class="plain"/></div>
            </Form>
        </section>
    }
    .into_any()
}
