//! One of a few: radio buttons, and times as large ones.

use super::fields::{error_line, hint_line};
use crate::forms::use_field;
use crate::i18n::{say, use_locale};
use leptos::prelude::*;

/// One choice.
#[derive(Clone, PartialEq, Eq)]
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
#[derive(Clone, PartialEq, Eq)]
pub struct TimeGroup {
    /// The heading.
    pub title: String,
    /// The times: what is sent and what is read, `10:30`.
    pub times: Vec<Choice>,
}

/// Free times as large radio buttons, in groups. They may change while one chooses: those that stay keep what was chosen, and when the chosen
/// one goes, the grid says so.
#[component]
pub fn TimeGrid(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The question, when no form around declares it. Under another question the times are others, and none was taken.
    #[prop(into, optional)]
    label: Option<Signal<String>>,
    /// Whose times they are.
    #[prop(into, optional)]
    hint: Option<String>,
    /// The times, in order.
    #[prop(into)]
    groups: Signal<Vec<TimeGroup>>,
) -> impl IntoView {
    let l = use_locale();
    let field = use_field(&name, None);
    let described = field.described_by(hint.is_some());
    let declared = field.label.clone();
    let question = Signal::derive(move || label.map_or_else(|| declared.clone(), |label| label.get()));
    let gone = use_gone(question, groups);
    let (id, name, first) = (field.id.clone(), field.name.clone(), field.value.clone());
    let time = move |Choice { value, label, hint }: Choice| {
        let id = {
            let (id, value) = (id.clone(), value.clone());
            // The summary of errors leads to the first.
            move || format!("{id}-{}", groups.with(|groups| position(groups, &value)))
        };
        view! {
            <label>
                <input type="radio" id=id name=name.clone() value=value.clone() checked=value == first/>
                <span class="num">{label}</span>
                {hint.map(|hint| view! { <small>{hint}</small> })}
            </label>
        }
    };
    let titles = move || groups.with(|groups| groups.iter().map(|group| group.title.clone()).collect::<Vec<_>>());
    view! {
        <fieldset
            class="field"
            class:wrong=move || field.error.with(Option::is_some)
            aria-describedby=described
            on:change=move |event| gone.chosen(&event_target_value(&event))
        >
            <legend>{question}</legend>
            {hint_line(&field, hint)}
            {error_line(&field)}
            <div role="status">
                {move || gone.time.get().map(|time| view! { <p class="error">{say!(l, common.form.time_gone, time = time)}</p> })}
            </div>
            <For each=titles key=Clone::clone let(title)>
                <h3>{title.clone()}</h3>
                <div class="times">
                    <For each=move || times_of(groups, &title) key=|time| time.value.clone() children=time.clone()/>
                </div>
            </For>
        </fieldset>
    }
    .into_any()
}

fn times_of(groups: Signal<Vec<TimeGroup>>, title: &str) -> Vec<Choice> {
    groups.with(|groups| groups.iter().find(|group| group.title == title).map(|group| group.times.clone()).unwrap_or_default())
}

fn position(groups: &[TimeGroup], value: &str) -> usize {
    groups.iter().flat_map(|group| &group.times).position(|time| time.value == value).unwrap_or_default()
}

/// What is known of the choice among times that may go.
#[derive(Clone, Copy)]
struct Gone {
    groups: Signal<Vec<TimeGroup>>,
    chosen: RwSignal<Option<Choice>>,
    /// The chosen time, as it was read, after somebody else took it.
    time: RwSignal<Option<String>>,
}

impl Gone {
    fn chosen(self, value: &str) {
        let find =
            |groups: &Vec<TimeGroup>| groups.iter().flat_map(|group| &group.times).find(|time| time.value == value).cloned();
        self.chosen.set(self.groups.with_untracked(find));
        self.time.set(None);
    }
}

fn use_gone(question: Signal<String>, groups: Signal<Vec<TimeGroup>>) -> Gone {
    let gone = Gone { groups, chosen: RwSignal::new(None), time: RwSignal::new(None) };
    Effect::new(move |before: Option<String>| {
        let (asked, groups, chosen) = (question.get(), groups.get(), gone.chosen.get_untracked());
        let is_there = |time: &Choice| groups.iter().any(|group| group.times.contains(time));
        if let Some(time) = chosen.filter(|time| !is_there(time)) {
            gone.chosen.set(None);
            gone.time.set((before.as_ref() == Some(&asked)).then_some(time.label));
        } else if before.is_some_and(|before| before != asked) {
            gone.time.set(None);
        }
        asked
    });
    gone
}
