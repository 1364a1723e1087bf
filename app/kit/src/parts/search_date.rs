//! A date in a search: in a form that is sent with GET, so that its values are in the address of the page.

use crate::viewer::use_locale;
use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::identity::DateFields;
use words::say;

/// A date as the address of a page has it: whole, as in links, or in three parts, as a form sends them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchedDate {
    /// Day, month and year as they were typed.
    typed: [String; 3],
    date: Option<Date>,
}

/// The ends of the names of the three parts.
const PARTS: [&str; 3] = ["day", "month", "year"];

impl SearchedDate {
    /// Reads `name=2026-11-24`, or else `name_day`, `name_month` and `name_year`.
    #[must_use]
    pub fn in_address(query: &ParamsMap, name: &str) -> Self {
        if let Some(date) = query.get(name).and_then(|date| date.parse::<Date>().ok()) {
            let typed = [date.day().to_string(), date.month().to_string(), date.year().to_string()];
            return Self { typed, date: Some(date) };
        }
        let typed = PARTS.map(|part| query.get(&format!("{name}_{part}")).unwrap_or_default());
        let [day, month, year] = &typed;
        let date = DateFields { day, month, year }.parse().ok();
        Self { typed, date }
    }

    /// A date that is known.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self { typed: [date.day().to_string(), date.month().to_string(), date.year().to_string()], date: Some(date) }
    }

    /// The date, if one was given.
    #[must_use]
    pub const fn date(&self) -> Option<Date> {
        self.date
    }

    /// The date as a value of a query, `2026-11-24`.
    #[must_use]
    pub fn value(&self) -> Option<String> {
        self.date.map(|date| date.to_string())
    }

    /// Whether something was typed that is not a date.
    fn is_wrong(&self) -> bool {
        self.date.is_none() && self.typed.iter().any(|part| !part.trim().is_empty())
    }
}

/// A date in three fields, as everywhere else. Its form needs no handle.
#[component]
pub fn SearchDate(
    /// The name; the fields have `_day`, `_month` and `_year` after it.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// The date that the address has.
    date: SearchedDate,
) -> impl IntoView {
    let l = use_locale();
    let wrong = date.is_wrong();
    let labels = [say!(l, common.form.day), say!(l, common.form.month), say!(l, common.form.year)];
    let parts: Vec<_> = PARTS
        .into_iter()
        .zip(labels)
        .zip(date.typed)
        .map(|((part, label), value)| {
            let id = format!("{name}-{part}");
            view! {
                <div class="part">
                    <label for=id.clone()>{label}</label>
                    <input
                        class=part
                        type="text"
                        inputmode="numeric"
                        id=id
                        name=format!("{name}_{part}")
                        value=value
                        autocomplete="off"
                        aria-invalid=wrong.then_some("true")
                    />
                </div>
            }
        })
        .collect();
    let error = wrong.then(|| {
        view! {
            <p class="error" id=format!("{name}-error")>
                <span class="hidden">{say!(l, common.form.error_prefix)} " "</span>
                {say!(l, common.form.date_wrong)}
            </p>
        }
    });
    view! {
        <fieldset class="field" class:wrong=wrong aria-describedby=wrong.then(|| format!("{name}-error"))>
            <legend>{label}</legend>
            {error}
            <div class="date">{parts}</div>
        </fieldset>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (Option<String>, bool) {
        let query: ParamsMap = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let date = SearchedDate::in_address(&query, "from");
        (date.value(), date.is_wrong())
    }

    #[test]
    fn a_date_is_read_whole_and_in_parts() {
        let day = Some("2026-11-24".to_owned());
        assert_eq!(read(&[("from", "2026-11-24")]), (day.clone(), false));
        assert_eq!(read(&[("from_day", "24"), ("from_month", "11"), ("from_year", "2026")]), (day, false));
        assert_eq!(read(&[("from_day", ""), ("from_month", ""), ("from_year", "")]), (None, false));
        assert_eq!(read(&[("from_day", "31"), ("from_month", "11"), ("from_year", "2026")]), (None, true));
        assert_eq!(read(&[("from_day", "24")]), (None, true));
        assert_eq!(read(&[]), (None, false));
    }
}
