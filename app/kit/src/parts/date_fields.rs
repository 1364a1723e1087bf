//! A date that people know by heart (a birth date): separate fields for day, month and year.

use super::fields::{error_line, hint_line};
use crate::forms::use_field;
use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// A date in three fields, `name_day`, `name_month`, `name_year`. Declare it with `FormHandle::date`.
#[component]
pub fn DateFields(
    /// The field's name; the posted struct has `name_day`, `name_month`, `name_year`.
    #[prop(into)]
    name: String,
    /// The label; needed only when no surrounding form declares it.
    #[prop(into, optional)]
    label: Option<String>,
    /// An example: "For example 31 3 1980".
    #[prop(into, optional)]
    hint: Option<String>,
    /// Whether it is the user's own date of birth, which the browser may fill in.
    #[prop(optional)]
    birthday: bool,
) -> impl IntoView {
    let l = use_locale();
    let field = use_field(&name, label);
    let described = field.described_by(hint.is_some());
    let parts = [
        ("day", say!(l, common.form.day), "bday-day"),
        ("month", say!(l, common.form.month), "bday-month"),
        ("year", say!(l, common.form.year), "bday-year"),
    ]
    .map(|(part, label, autocomplete)| (part, label, autocomplete, use_field(&format!("{name}_{part}"), Some(label.to_owned()))));
    let (whole, [day, month, year]) = (field.error, parts.each_ref().map(|(.., part)| part.error));
    // An error of the date as a whole marks all three controls, one of a part only that part.
    let is_whole =
        Signal::derive(move || whole.with(Option::is_some) && [day, month, year].iter().all(|error| error.with(Option::is_none)));
    let parts = parts.map(|(part, label, autocomplete, part_field)| {
        let error = part_field.error;
        let invalid = move || (is_whole.get() || error.with(Option::is_some)).then_some("true");
        view! {
            <div class="part">
                <label for=part_field.id.clone()>{label}</label>
                <input
                    class=part
                    type="text"
                    inputmode="numeric"
                    id=part_field.id.clone()
                    name=part_field.name.clone()
                    value=part_field.value.clone()
                    autocomplete=if birthday { autocomplete } else { "off" }
                    aria-invalid=invalid
                />
            </div>
        }
    });
    view! {
        <fieldset class="field" class:wrong=move || field.error.with(Option::is_some) aria-describedby=described>
            <legend>{field.label.clone()}</legend>
            {hint_line(&field, hint)}
            {error_line(&field)}
            <div class="date">{parts.into_iter().collect_view()}</div>
        </fieldset>
    }
    .into_any()
}
