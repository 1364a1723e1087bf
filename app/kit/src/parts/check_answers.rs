//! "Check your answers": a list of all answers before a form is final.

use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// One answer to check.
#[derive(Clone)]
pub struct Answer {
    /// The question.
    pub label: String,
    /// The answer.
    pub value: String,
    /// Address of the page that changes it; none when it cannot be changed.
    pub change: Option<String>,
}

/// A list of answers, each with a link that changes it.
#[component]
pub fn CheckAnswers(
    /// The answers, in the order of the questions.
    answers: Vec<Answer>,
) -> impl IntoView {
    let l = use_locale();
    let rows: Vec<_> = answers
        .into_iter()
        .map(|Answer { label, value, change }| {
            let link = change.map(|href| {
                view! {
                    <a href=href>
                        {say!(l, common.form.change)} <span class="hidden">{format!(" {label}")}</span>
                    </a>
                }
            });
            view! {
                <div>
                    <dt>{label.clone()}</dt>
                    <dd dir="auto">{value}</dd>
                    <dd class="change">{link}</dd>
                </div>
            }
        })
        .collect();
    view! { <dl class="answers">{rows}</dl> }.into_any()
}
