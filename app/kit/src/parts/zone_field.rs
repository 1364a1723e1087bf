//! The field for a time zone.

use super::zones::ZONES;
use crate::forms::use_field;
use crate::parts::{self, Choice};
use crate::viewer::use_viewer;
use leptos::html::Select;
use leptos::prelude::*;

/// A time zone field. If the form has no value yet, wasm selects the browser's own zone; without wasm, the viewer's zone is selected.
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
    let select = NodeRef::<Select>::new();
    Effect::new(move |guessed: Option<bool>| {
        let Some(element) = select.get() else { return false };
        if !typed && guessed != Some(true) {
            choose(&element, browser_zone());
        }
        true
    });
    let choices =
        ZONES.iter().map(|zone| Choice { value: (*zone).to_owned(), label: zone.replace('_', " "), hint: None }).collect();
    parts::select(field, hint, choices, Some(preset), "off", select)
}

/// The browser's own time zone (ECMA-402 §15.3.5).
fn browser_zone() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?.as_string()
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
