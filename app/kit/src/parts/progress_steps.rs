//! The progress in a task of several pages.

use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// The steps of a task: done, current, to come.
#[component]
pub fn ProgressSteps(
    /// The names of the steps.
    steps: Vec<String>,
    /// The current step, from zero.
    at: u32,
) -> impl IntoView {
    let l = use_locale();
    let label = say!(l, common.steps.label, at = at + 1, of = steps.len());
    let items: Vec<_> = (0_u32..)
        .zip(steps)
        .map(|(index, step)| {
            let done = index < at;
            view! {
                <li class:done=done aria-current=(index == at).then_some("step")>
                    {done.then(|| view! { <span class="hidden">{format!("{} ", say!(l, common.steps.done))}</span> })}
                    {step}
                </li>
            }
        })
        .collect();
    view! { <ol class="steps" aria-label=label>{items}</ol> }.into_any()
}
