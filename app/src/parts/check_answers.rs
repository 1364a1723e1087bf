//! "Check your answers": everything once more before it is final.

use crate::i18n::{say, use_locale};
use leptos::prelude::*;

/// One answer to check.
#[derive(Clone)]
pub struct Answer {
    /// What was asked.
    pub label: String,
    /// What was answered.
    pub value: String,
    /// Where it can be changed; none when it cannot.
    pub change: Option<String>,
}

/// A list of answers, each with the way to change it.
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
