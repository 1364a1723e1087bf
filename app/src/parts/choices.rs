//! One of a few: radio buttons, and times as large ones.

use super::fields::{error_line, hint_line};
use crate::forms::use_field;
use leptos::prelude::*;

/// One choice.
#[derive(Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line below the label.
    pub hint: Option<String>,
}

/// One of a few, each on its line.
#[component]
pub fn Radios(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The question, when no form around declares it.
    #[prop(into, optional)]
    label: Option<String>,
    /// What helps to answer.
    #[prop(into, optional)]
    hint: Option<String>,
    /// The choices.
    choices: Vec<Choice>,
) -> impl IntoView {
    let field = use_field(&name, label);
    let described = field.described_by(hint.is_some());
    let rows: Vec<_> = choices
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            let id = format!("{}-{index}", field.id);
            let hint_id = choice.hint.is_some().then(|| format!("{id}-hint"));
            view! {
                <div class="radio">
                    <input
                        type="radio"
                        id=id.clone()
                        name=field.name.clone()
                        value=choice.value.clone()
                        checked=choice.value == field.value
                        aria-describedby=hint_id.clone()
                    />
                    <label for=id>{choice.label}</label>
                    {choice.hint.map(|hint| view! { <small id=hint_id>{hint}</small> })}
                </div>
            }
        })
        .collect();
    view! {
        <fieldset class="field" class:wrong=move || field.error.with(Option::is_some) aria-describedby=described>
            <legend>{field.label.clone()}</legend>
            {hint_line(&field, hint)}
            {error_line(&field)}
            {rows}
        </fieldset>
    }
    .into_any()
}

/// Times under one heading: "Morning".
#[derive(Clone)]
pub struct TimeGroup {
    /// The heading.
    pub title: String,
    /// The times: what is sent and what is read, `10:30`.
    pub times: Vec<Choice>,
}

/// Free times as large radio buttons, in groups.
#[component]
pub fn TimeGrid(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The question, when no form around declares it.
    #[prop(into, optional)]
    label: Option<String>,
    /// Whose times they are.
    #[prop(into, optional)]
    hint: Option<String>,
    /// The times, in order.
    groups: Vec<TimeGroup>,
) -> impl IntoView {
    let field = use_field(&name, label);
    let described = field.described_by(hint.is_some());
    let mut index = 0_u32;
    let rows: Vec<_> = groups
        .into_iter()
        .map(|group| {
            let times: Vec<_> = group
                .times
                .into_iter()
                .map(|time| {
                    let id = format!("{}-{index}", field.id);
                    index += 1;
                    view! {
                        <label>
                            <input
                                type="radio"
                                id=id
                                name=field.name.clone()
                                value=time.value.clone()
                                checked=time.value == field.value
                            />
                            <span class="num">{time.label}</span>
                            {time.hint.map(|hint| view! { <small>{hint}</small> })}
                        </label>
                    }
                })
                .collect();
            view! {
                <h3>{group.title}</h3>
                <div class="times">{times}</div>
            }
        })
        .collect();
    view! {
        <fieldset class="field" class:wrong=move || field.error.with(Option::is_some) aria-describedby=described>
            <legend>{field.label.clone()}</legend>
            {hint_line(&field, hint)}
            {error_line(&field)}
            {rows}
        </fieldset>
    }
    .into_any()
}
