//! The field for a time zone.

use super::zones::ZONES;
use crate::forms::use_field;
use crate::parts::time::readable;
use crate::parts::{self, Choice};
use crate::viewer::{browser_zone, use_viewer};
use leptos::html::Select;
use leptos::prelude::*;

/// A time zone field. If the form has no value yet, the viewer's zone is selected as soon as it is known: from the cookie when the page is made, or else
/// from the browser by wasm. While it is not known, the user is asked to choose one.
#[component]
pub fn ZoneField(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The label; needed only when no surrounding form declares it.
    #[prop(into, optional)]
    label: Option<String>,
    /// Help text below the label.
    #[prop(into, optional)]
    hint: Option<String>,
) -> impl IntoView {
    let field = use_field(&name, label);
    let typed = !field.value.is_empty();
    let preset = use_viewer().zone;
    let chosen = if typed { Some(field.value.clone()) } else { preset.clone() };
    let select = NodeRef::<Select>::new();
    Effect::new(move |guessed: Option<bool>| {
        let Some(element) = select.get() else { return false };
        // What the user has chosen before hydration stays.
        if element.value().is_empty() && guessed != Some(true) {
            choose(&element, browser_zone());
        }
        true
    });
    // A zone that is not in the list (an older name) is added to it.
    let other = chosen.as_deref().filter(|zone| !ZONES.contains(zone));
    let choice = |zone: &str| Choice { value: zone.to_owned(), label: readable(zone), hint: None };
    let choices = other.into_iter().chain(ZONES.iter().copied()).map(choice).collect();
    parts::select(field, hint, choices, preset, "off", select)
}

/// Selects a zone. A zone that is not in the list (an older name) is added to it.
fn choose(element: &web_sys::HtmlSelectElement, zone: Option<String>) {
    let Some(zone) = zone else { return };
    let before = element.value();
    element.set_value(&zone);
    if element.value() == zone {
        return;
    }
    let added = document().create_element("option").ok().and_then(|option| {
        option.set_text_content(Some(&zone));
        element.append_child(&option).ok()
    });
    element.set_value(if added.is_some() { &zone } else { &before });
}
