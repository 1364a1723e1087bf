//! Finding a doctor. The search is a plain GET form, so its address can be saved and shared.

#![allow(clippy::too_many_arguments, reason = "the arguments of a server function are the parameters of the search")]

use super::found::Results;
use super::languages::name_of;
use super::states::mode_name;
use kit::failure::Failure;
use kit::parts::{PageTitle, SearchDate, SearchedDate, listed, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::scheduling::views::{ClinicBrief, DoctorList, SearchChoices};
use serde::{Deserialize, Serialize};
use words::say;

/// The data of the search page.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundDoctors {
    /// What the search can be narrowed by.
    pub choices: SearchChoices,
    /// The doctors found.
    pub list: DoctorList,
    /// The English name of the country in which the reader is; none while their time zone is not known.
    pub country: Option<String>,
}

/// Finds doctors. Search values that cannot be parsed are ignored.
///
/// The reader's country is that of their time zone, because a zone is known of strangers too, and an address is optional and encrypted. Doctors whom nobody
/// there can meet are left out, unless the reader asks for them or for a clinic.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "find-doctors")]
pub async fn find_doctors(
    /// The slug of a specialty.
    specialty: Option<String>,
    /// Part of a name, or what a patient says.
    name: Option<String>,
    /// A language tag.
    language: Option<String>,
    /// The id of a clinic.
    clinic: Option<String>,
    /// How patient and doctor meet: the word of a visit mode.
    mode: Option<String>,
    /// A day, `2026-11-24`.
    day: Option<String>,
    /// Given when doctors in other countries are looked for too.
    anywhere: Option<String>,
    /// The cursor: where the previous page ended.
    after: Option<String>,
) -> Result<FoundDoctors, Failure> {
    use model::directory::Country;
    use model::ids::ClinicId;
    use model::page::Page;
    use model::scheduling::{Reach, VisitMode};

    let request = kit::request::RequestContext::require()?;
    let (domain, access) = (&request.domain, &request.access);
    let country = request.viewer.zone.as_deref().and_then(Country::of_zone);
    let clinic: Option<ClinicId> = clinic.and_then(|clinic| clinic.parse().ok());
    let search = domain::scheduling::DoctorSearch {
        specialty,
        name,
        language,
        clinic,
        mode: mode.and_then(|mode| VisitMode::parse(&mode).ok()),
        day: day.and_then(|day| day.parse().ok()),
        zone: request.viewer.zone.clone(),
        country: country.map(|country| country.as_str().to_owned()),
        reach: if anywhere.is_some() || clinic.is_some() { Reach::Anywhere } else { Reach::InCountry },
        after: after.and_then(|after| after.parse().ok()),
        limit: None,
    };
    let list = match domain::error::retry(|| domain::scheduling::find_doctors(domain, access, search.clone())).await {
        // Nobody is free on a day that is over or too far ahead. The page says so, and offers to search on any day.
        Err(error) if error.field_errors().iter().any(|wrong| wrong.field == "day") => {
            DoctorList { page: Page { items: Vec::new(), next_cursor: None }, total: 0, abroad: 0, meant: Vec::new() }
        }
        outcome => kit::failure::answered(outcome)?,
    };
    let choices = kit::request::call(|| domain::scheduling::search_choices(domain, access)).await?;
    Ok(FoundDoctors { choices, list, country: country.map(|country| country.name().to_owned()) })
}

/// The search as it appears in the address.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Asked {
    pub(super) specialty: Option<String>,
    pub(super) name: Option<String>,
    pub(super) language: Option<String>,
    pub(super) clinic: Option<String>,
    pub(super) mode: Option<String>,
    pub(super) day: SearchedDate,
    /// Whether doctors in other countries are looked for too.
    pub(super) anywhere: bool,
    pub(super) after: Option<String>,
}

impl Asked {
    /// The address of this search, from a cursor on.
    pub(super) fn address(&self, after: Option<&str>) -> String {
        let day = self.day.value();
        let pairs = [
            ("specialty", self.specialty.as_deref()),
            ("name", self.name.as_deref()),
            ("language", self.language.as_deref()),
            ("clinic", self.clinic.as_deref()),
            ("mode", self.mode.as_deref()),
            ("day", day.as_deref()),
            ("anywhere", self.anywhere.then_some("yes")),
            ("after", after),
        ];
        format!("/doctors{}", kit::address::query(&pairs))
    }

    /// Whether something was chosen besides the text and the day.
    pub(super) const fn is_narrowed(&self) -> bool {
        self.specialty.is_some() || self.language.is_some() || self.clinic.is_some() || self.mode.is_some()
    }
}

/// The search page.
#[component]
pub fn DoctorsPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let given = |name: &str| query.get(name).filter(|value| !value.trim().is_empty());
            Asked {
                specialty: given("specialty"),
                name: given("name"),
                language: given("language"),
                clinic: given("clinic"),
                mode: given("mode"),
                day: SearchedDate::in_address(query, "day"),
                anywhere: given("anywhere").is_some(),
                after: given("after"),
            }
        })
    });
    let found = Resource::new_blocking(
        move || asked.get(),
        |Asked { specialty, name, language, clinic, mode, day, anywhere, after }| {
            find_doctors(specialty, name, language, clinic, mode, day.value(), anywhere.then(|| "yes".to_owned()), after)
        },
    );
    view! {
        <PageTitle text=say!(l, scheduling.search.title)/>
        <div class="lead">
            <h1>{say!(l, scheduling.search.title)}</h1>
            <p>{say!(l, scheduling.search.lead)}</p>
        </div>
        {loaded(found, move |FoundDoctors { choices, list, country }| {
            let asked = asked.get_untracked();
            view! {
                <SearchForm choices=choices.clone() asked=asked.clone()/>
                <Results list choices asked country/>
            }
        })}
    }
}

#[component]
fn SearchForm(choices: SearchChoices, asked: Asked) -> impl IntoView {
    let l = use_locale();
    let SearchChoices { specialties, languages, clinics, modes } = choices;
    let specialties = specialties.into_iter().map(|specialty| (specialty.slug, specialty.name)).collect();
    let mut languages: Vec<(String, String)> = languages.into_iter().map(|tag| (tag.clone(), name_of(&tag).to_owned())).collect();
    languages.sort_by(|(_, a), (_, b)| a.cmp(b));
    let clinics = clinics.into_iter().map(|clinic| (clinic.id.to_string(), place_of(&clinic))).collect();
    let modes = modes.into_iter().map(|count| {
        let text = say!(l, scheduling.search.mode_count, mode = mode_name(l, count.mode), n = count.doctors);
        (count.mode.as_str().to_owned(), text)
    });
    let modes = modes.collect();
    let anywhere = asked.anywhere.then(|| view! { <input type="hidden" name="anywhere" value="yes"/> });
    view! {
        <form class="card" method="get" action="/doctors" role="search">
            <div class="two">
                <div class="field">
                    <label for="name">{say!(l, scheduling.search.name)}</label>
                    <small id="name-hint">{say!(l, scheduling.search.name_hint)}</small>
                    <input
                        type="search"
                        dir="auto"
                        id="name"
                        name="name"
                        value=asked.name
                        autocomplete="off"
                        maxlength="100"
                        aria-describedby="name-hint"
                    />
                </div>
                <SearchDate name="day" label=say!(l, scheduling.search.day) date=asked.day/>
            </div>
            <div class="three-fields">
                <SearchChoice
                    name="specialty"
                    label=say!(l, scheduling.search.specialty)
                    any=say!(l, scheduling.search.any_specialty)
                    options=specialties
                    chosen=asked.specialty
                />
                <SearchChoice
                    name="language"
                    label=say!(l, scheduling.search.language)
                    any=say!(l, scheduling.search.any_language)
                    options=languages
                    chosen=asked.language
                />
                <SearchChoice
                    name="clinic"
                    label=say!(l, scheduling.search.clinic)
                    any=say!(l, scheduling.search.any_clinic)
                    options=clinics
                    chosen=asked.clinic
                />
                <SearchChoice
                    name="mode"
                    label=say!(l, scheduling.search.mode)
                    any=say!(l, scheduling.search.any_mode)
                    options=modes
                    chosen=asked.mode
                />
            </div>
            {anywhere}
            <div class="row">
                <button class="button" type="submit">{say!(l, scheduling.search.submit)}</button>
                <a href="/doctors">{say!(l, scheduling.search.clear)}</a>
            </div>
        </form>
    }
}

/// A choice that narrows the search. Its first option is not to narrow it.
#[component]
fn SearchChoice(
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

/// The name of a clinic with the last line of its address, which is usually the country.
fn place_of(clinic: &ClinicBrief) -> String {
    let line = clinic.address_lines.last().cloned();
    listed(&[Some(clinic.name.clone()), line].into_iter().flatten().collect::<Vec<_>>())
}
