//! The filters of the search for doctors.

use super::search::Asked;
use super::times::part_name;
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::scheduling::DayPart;
use words::say;

/// The filters that few people need. They are folded away until one of them is used.
#[component]
pub(super) fn MoreFilters(
    asked: Asked,
    /// The reader's country.
    country: Option<String>,
) -> impl IntoView {
    let l = use_locale();
    let is_open = asked.is_narrowed_more();
    let Asked { days, part, fee, rating, licensed, .. } = asked;
    let counts = [3, 7, 14, 31];
    let days_options = counts.map(|n| (n.to_string(), say!(l, scheduling.search.days_plural, n = n))).to_vec();
    let parts = [DayPart::Morning, DayPart::Afternoon, DayPart::Evening, DayPart::Night];
    let parts = parts.map(|part| (part.as_str().to_owned(), part_name(l, part).to_owned())).to_vec();
    let stars = ["3", "4", "4.5"];
    let stars = stars.map(|stars| (stars.to_owned(), say!(l, scheduling.search.rating_from, stars = stars))).to_vec();
    let licence = country.map(|country| {
        view! {
            <div class="radio">
                <input type="checkbox" id="licensed" name="licensed" value="yes" checked=licensed/>
                <label for="licensed">{say!(l, scheduling.search.licensed, country = country)}</label>
            </div>
        }
    });
    view! {
        <details open=is_open>
            <summary>{say!(l, scheduling.search.more)}</summary>
            <div class="three-fields">
                <SearchChoice
                    name="days"
                    label=say!(l, scheduling.search.days)
                    any=say!(l, scheduling.search.any_days)
                    options=days_options
                    chosen=days
                />
                <SearchChoice
                    name="part"
                    label=say!(l, scheduling.search.part)
                    any=say!(l, scheduling.search.any_part)
                    options=parts
                    chosen=part
                />
                <SearchChoice
                    name="rating"
                    label=say!(l, scheduling.search.rating)
                    any=say!(l, scheduling.search.any_rating)
                    options=stars
                    chosen=rating
                />
                <div class="field">
                    <label for="fee">{say!(l, scheduling.search.fee)}</label>
                    <small id="fee-hint">{say!(l, scheduling.search.fee_hint)}</small>
                    <input
                        type="text"
                        inputmode="numeric"
                        id="fee"
                        name="fee"
                        value=fee
                        autocomplete="off"
                        maxlength="7"
                        aria-describedby="fee-hint"
                    />
                </div>
            </div>
            {licence}
        </details>
    }
}

/// A choice that narrows the search. Its first option is not to narrow it.
#[component]
pub(super) fn SearchChoice(
    /// The name in the address.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// The text of the first option.
    any: &'static str,
    /// The values and their texts.
    options: Vec<(String, String)>,
    /// The value that the address has.
    chosen: Option<String>,
) -> impl IntoView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, text)| {
            let selected = chosen.as_ref() == Some(&value);
            view! { <option value=value selected=selected>{text}</option> }
        })
        .collect();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name>
                <option value="">{any}</option>
                {options}
            </select>
        </div>
    }
}
