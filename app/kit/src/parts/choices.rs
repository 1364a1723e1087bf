//! Choosing one of a few: radio buttons, and a grid of times.

use super::fields::{error_line, hint_line};
use crate::forms::use_field;
use crate::viewer::use_locale;
use leptos::html::Fieldset;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use words::say;

/// One choice.
#[derive(Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value that is sent.
    pub value: String,
    /// The visible label.
    pub label: String,
    /// A line below the label.
    pub hint: Option<String>,
}

/// Radio buttons, one per line.
#[component]
pub fn Radios(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The question; needed only when no surrounding form declares it.
    #[prop(into, optional)]
    label: Option<String>,
    /// Help text below the label.
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

/// Times under one heading, for example "Morning".
#[derive(Clone, PartialEq, Eq)]
pub struct TimeGroup {
    /// The heading.
    pub title: String,
    /// The times: the value that is sent, and the label, for example `10:30`.
    pub times: Vec<Choice>,
}

/// Free times as large radio buttons, in groups. The times may change while the user chooses: times that stay keep the selection, and when
/// the selected time is taken, the grid says so.
#[component]
pub fn TimeGrid(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The question; needed only when no surrounding form declares it. When it changes, a selected time that the new times lack is
    /// dropped without a message, because nobody took it.
    #[prop(into, optional)]
    label: Option<Signal<String>>,
    /// Says whose times they are.
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
    let grid = NodeRef::<Fieldset>::new();
    let gone = use_gone(grid, question, groups, &field.value);
    let (id, name) = (field.id.clone(), field.name.clone());
    let time = move |Choice { value, label, hint }: Choice| {
        let id = {
            let (id, value) = (id.clone(), value.clone());
            // Ids are numbered in order of the times: the error summary links to the first one.
            move || format!("{id}-{}", groups.with(|groups| position(groups, &value)))
        };
        // A time that was taken and becomes free again is not selected again.
        let checked = gone.chosen.with_untracked(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.value == value));
        view! {
            <label>
                <input type="radio" id=id name=name.clone() value=value.clone() checked=checked/>
                <span class="num">{label}</span>
                {hint.map(|hint| view! { <small>{hint}</small> })}
            </label>
        }
    };
    let titles = move || groups.with(|groups| groups.iter().map(|group| group.title.clone()).collect::<Vec<_>>());
    view! {
        <fieldset
            node_ref=grid
            class="field"
            class:wrong=move || field.error.with(Option::is_some)
            aria-describedby=described
            on:change=move |event| gone.choose(&event_target_value(&event))
        >
            <legend>{question}</legend>
            {hint_line(&field, hint)}
            {error_line(&field)}
            <div role="status">
                {move || gone.lost.get().map(|lost| view! { <p class="error">{say!(l, common.form.time_gone, time = lost.label)}</p> })}
            </div>
            <For each=titles key=Clone::clone let(title)>
                <h3>{title.clone()}</h3>
                <div class="times">
                    <For each=move || times_of(groups, &title) key=|time| (time.value.clone(), time.hint.clone()) children=time.clone()/>
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

/// The selected time, and whether it was taken meanwhile.
#[derive(Clone, Copy)]
struct Gone {
    groups: Signal<Vec<TimeGroup>>,
    chosen: RwSignal<Option<Choice>>,
    /// The selected time after somebody else took it, until it is free again or the user selects another one.
    lost: RwSignal<Option<Choice>>,
}

impl Gone {
    fn choose(self, value: &str) {
        self.chosen.set(self.groups.with_untracked(|groups| find(groups, value)));
        self.lost.set(None);
    }
}

fn find(groups: &[TimeGroup], value: &str) -> Option<Choice> {
    groups.iter().flat_map(|group| &group.times).find(|time| time.value == value).cloned()
}

fn use_gone(grid: NodeRef<Fieldset>, question: Signal<String>, groups: Signal<Vec<TimeGroup>>, first: &str) -> Gone {
    let chosen = groups.with_untracked(|groups| find(groups, first));
    let gone = Gone { groups, chosen: RwSignal::new(chosen), lost: RwSignal::new(None) };
    Effect::new(move |before: Option<String>| {
        let (asked, groups) = (question.get(), groups.get());
        if before.is_none() {
            // The user may have selected a time before the page was hydrated.
            let checked = grid.get_untracked().and_then(|grid| grid.query_selector("input:checked").ok()?);
            if let Some(input) = checked.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok()) {
                gone.choose(&input.value());
            }
        }
        let is_there = |time: &Choice| find(&groups, &time.value).is_some();
        let is_same_question = before.as_ref() == Some(&asked);
        if let Some(time) = gone.chosen.get_untracked().filter(|time| !is_there(time)) {
            gone.chosen.set(None);
            gone.lost.set(is_same_question.then_some(time));
        } else if gone.lost.with_untracked(|lost| lost.as_ref().is_some_and(|lost| !is_same_question || is_there(lost))) {
            gone.lost.set(None);
        }
        asked
    });
    gone
}
