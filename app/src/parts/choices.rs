//! One of a few: radio buttons, and times as large ones.

use super::fields::{error_line, hint_line};
use crate::forms::use_field;
use crate::i18n::{say, use_locale};
use leptos::html::Fieldset;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

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
    let grid = NodeRef::<Fieldset>::new();
    let gone = use_gone(grid, question, groups, &field.value);
    let (id, name) = (field.id.clone(), field.name.clone());
    let time = move |Choice { value, label, hint }: Choice| {
        let id = {
            let (id, value) = (id.clone(), value.clone());
            // The summary of errors leads to the first.
            move || format!("{id}-{}", groups.with(|groups| position(groups, &value)))
        };
        // One that comes back is not chosen by that.
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

/// What is known of the choice among times that may go.
#[derive(Clone, Copy)]
struct Gone {
    groups: Signal<Vec<TimeGroup>>,
    chosen: RwSignal<Option<Choice>>,
    /// The chosen time, after somebody else took it and as long as it is not free again.
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
            // Somebody may have chosen before the script came.
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
