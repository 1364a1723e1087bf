//! Panels of which one is shown at a time, chosen by tabs (WAI-ARIA Authoring Practices, "Tabs Pattern").
//!
//! For parts of one page whose typed text has to survive the change: all panels stay in the page. Lists that have an address each, such as upcoming
//! and past visits, are chosen by links instead, in a `nav` of the class `tabs`.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

/// One panel and its tab.
pub struct TabPanel {
    /// Unique in the page: the ids of the tab and of the panel are made of it.
    pub name: &'static str,
    /// The words of the tab.
    pub tab: AnyView,
    /// The panel.
    pub content: AnyView,
}

/// A row of tabs and their panels. Before the page reacts, and without scripts, there are no tabs, and all panels are shown one below another.
///
/// A panel with a form that was refused is shown first, whatever `first` says.
#[component]
pub fn TabPanels(
    /// What the tabs choose, for screen readers.
    label: &'static str,
    /// The name of the panel that is shown first.
    first: &'static str,
    /// The panels.
    panels: Vec<TabPanel>,
) -> impl IntoView {
    let (reacts, chosen) = (RwSignal::new(false), RwSignal::new(first));
    let names = StoredValue::new(panels.iter().map(|panel| panel.name).collect::<Vec<_>>());
    let element = NodeRef::<Div>::new();
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let is_refused = |name: &&'static str| {
            let id = panel_id(name);
            element.query_selector(&format!("#{id} .summary, #{id} [aria-invalid=true]")).is_ok_and(|found| found.is_some())
        };
        if let Some(refused) = names.with_value(|names| names.iter().copied().find(is_refused)) {
            chosen.set(refused);
        }
        reacts.set(true);
    });
    let choose = move |name: &'static str| {
        chosen.set(name);
        request_animation_frame(move || bring_into_view(name));
    };
    let press = move |event: web_sys::KeyboardEvent| {
        let next = names.with_value(|names| next_tab(names, chosen.get_untracked(), &event.key()));
        if let Some(next) = next {
            event.prevent_default();
            choose(next);
            focus(&tab_id(next));
        }
    };
    let (tabs, contents): (Vec<_>, Vec<_>) = panels
        .into_iter()
        .map(|TabPanel { name, tab, content }| {
            let is_chosen = move || chosen.get() == name;
            let tab = view! {
                <button
                    type="button"
                    role="tab"
                    id=tab_id(name)
                    aria-controls=panel_id(name)
                    aria-selected=move || if is_chosen() { "true" } else { "false" }
                    tabindex=move || if is_chosen() { "0" } else { "-1" }
                    on:click=move |_| choose(name)
                >
                    {tab}
                </button>
            };
            let content = view! {
                <section
                    id=panel_id(name)
                    class="stack"
                    aria-labelledby=tab_id(name)
                    role=move || reacts.get().then_some("tabpanel")
                    tabindex=move || reacts.get().then_some("0")
                    hidden=move || reacts.get() && !is_chosen()
                >
                    {content}
                </section>
            };
            (tab.into_any(), content.into_any())
        })
        .unzip();
    view! {
        <div class="tab-panels" class:chosen=move || reacts.get() node_ref=element>
            <div role="tablist" aria-label=label hidden=move || !reacts.get() on:keydown=press>
                {tabs}
            </div>
            {contents}
        </div>
    }
    .into_any()
}

fn tab_id(name: &str) -> String {
    format!("tab-{name}")
}

fn panel_id(name: &str) -> String {
    format!("panel-{name}")
}

/// The tab that a key leads to from this one; none for a key that leads nowhere.
fn next_tab(names: &[&'static str], from: &str, key: &str) -> Option<&'static str> {
    let at = names.iter().position(|name| *name == from)?;
    let to = match key {
        "ArrowRight" => (at + 1) % names.len(),
        "ArrowLeft" => (at + names.len() - 1) % names.len(),
        "Home" => 0,
        "End" => names.len() - 1,
        _ => return None,
    };
    names.get(to).copied()
}

/// Scrolls what is around the panel, as far as needed to see it.
fn bring_into_view(name: &str) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    if let Some(panel) = document().get_element_by_id(&panel_id(name)) {
        panel.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn focus(id: &str) {
    let tab = document().get_element_by_id(id).and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(tab) = tab {
        // If the tab refuses the focus, the page still works.
        let _ = tab.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::next_tab;

    #[test]
    fn arrow_keys_go_round_the_tabs() {
        let names = ["patient", "notes", "chat"];
        for (from, key, to) in [
            ("patient", "ArrowRight", Some("notes")),
            ("chat", "ArrowRight", Some("patient")),
            ("patient", "ArrowLeft", Some("chat")),
            ("notes", "Home", Some("patient")),
            ("notes", "End", Some("chat")),
            ("notes", "Enter", None),
            ("elsewhere", "Home", None),
        ] {
            assert_eq!(next_tab(&names, from, key), to, "{key} on {from}");
        }
    }
}
