//! Finding a doctor. The search is a plain GET form, so its address can be saved and shared.

#![allow(clippy::too_many_arguments, reason = "the arguments of a server function are the parameters of the search")]

use super::found::Results;
use super::languages::name_of;
use super::narrowing::{MoreFilters, SearchChoice};
use super::near::NearFields;
use super::states::mode_name;
use kit::failure::Failure;
use kit::parts::{Emergency, PageTitle, SearchDate, SearchedDate, listed, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::scheduling::views::{ClinicBrief, DoctorList, SearchChoices};
use model::scheduling::{RedFlag, SearchFilter};
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
    /// The emergency that the words of the search name.
    pub red_flag: Option<RedFlag>,
    /// Whether the place of the search is not known. Then nothing is measured.
    pub near_unknown: bool,
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
    /// How many days from `day` on, or from today, if it is not one day.
    days: Option<String>,
    /// The word of a part of the day.
    part: Option<String>,
    /// The highest fee, in whole units of the doctor's currency.
    fee: Option<String>,
    /// The lowest average rating, in stars.
    rating: Option<String>,
    /// A place: `51.50,-0.09` or a postcode.
    near: Option<String>,
    /// How many kilometres the doctor may be from there.
    within: Option<String>,
    /// The word of an order.
    order: Option<String>,
    /// Given when only doctors with a licence of the reader's country are looked for.
    licensed: Option<String>,
    /// Given when doctors in other countries are looked for too.
    anywhere: Option<String>,
    /// The cursor: where the previous page ended.
    after: Option<String>,
) -> Result<FoundDoctors, Failure> {
    use model::directory::Country;
    use model::ids::ClinicId;
    use model::page::Page;
    use model::place::Near;
    use model::scheduling::{DayPart, LeastRating, Reach, SearchOrder, VisitMode};
    use model::text::machine_form;

    let request = kit::request::RequestContext::require()?;
    let (domain, access) = (&request.domain, &request.access);
    let country = request.viewer.zone.as_deref().and_then(Country::of_zone);
    let clinic: Option<ClinicId> = clinic.and_then(|clinic| clinic.parse().ok());
    let red_flag = name.as_deref().and_then(model::scheduling::red_flag);
    let day = day.and_then(|day| day.parse().ok());
    let until = days.and_then(|days| last_day(day, &days, request.viewer.zone.as_deref(), domain.now()));
    let place = near.as_deref().map(Near::parse).transpose();
    let mut near_unknown = place.is_err();
    let near = place.unwrap_or_default();
    let mut search = domain::scheduling::DoctorSearch {
        specialty,
        name,
        language,
        clinic,
        mode: mode.and_then(|mode| VisitMode::parse(&mode).ok()),
        day,
        until,
        part: part.and_then(|part| DayPart::parse(&part).ok()),
        fee_up_to: fee.and_then(|fee| machine_form(&fee).parse().ok()),
        rating: rating.and_then(|rating| LeastRating::parse(&rating).ok()),
        licensed_in: licensed.and(country).map(|country| country.as_str().to_owned()),
        within_km: within.and_then(|within| within.parse().ok()).filter(|_| near.is_some()),
        order: order.and_then(|order| SearchOrder::parse(&order).ok()).unwrap_or_default(),
        near,
        zone: request.viewer.zone.clone(),
        country: country.map(|country| country.as_str().to_owned()),
        reach: if anywhere.is_some() || clinic.is_some() { Reach::Anywhere } else { Reach::InCountry },
        after: after.and_then(|after| after.parse().ok()),
        limit: None,
    };
    let mut outcome = domain::error::retry(|| domain::scheduling::find_doctors(domain, access, search.clone())).await;
    if outcome.as_ref().is_err_and(|error| error.field_errors().iter().any(|wrong| wrong.field == "near")) {
        near_unknown = true;
        (search.near, search.within_km) = (None, None);
        outcome = domain::error::retry(|| domain::scheduling::find_doctors(domain, access, search.clone())).await;
    }
    let list = match outcome {
        // Nobody is free on a day that is over or too far ahead. The page says so, and offers to search on any day.
        Err(error) if error.field_errors().iter().any(|wrong| wrong.field == "day" || wrong.field == "until") => {
            let page = Page { items: Vec::new(), next_cursor: None };
            DoctorList { page, total: 0, abroad: 0, farther_by_video: 0, meant: Vec::new(), loosen: Vec::new() }
        }
        outcome => kit::failure::answered(outcome)?,
    };
    let choices = kit::request::call(|| domain::scheduling::search_choices(domain, access)).await?;
    Ok(FoundDoctors { choices, list, country: country.map(|country| country.name().to_owned()), red_flag, near_unknown })
}

/// The last of some days from a day on, or from today.
#[cfg(feature = "ssr")]
fn last_day(day: Option<jiff::civil::Date>, days: &str, zone: Option<&str>, now: jiff::Timestamp) -> Option<jiff::civil::Date> {
    use jiff::{ToSpan as _, tz::TimeZone};

    let more = days.parse::<i32>().ok().filter(|days| (2..=31_i32).contains(days))? - 1;
    let first = day.unwrap_or_else(|| {
        let zone = zone.and_then(|zone| jiff::tz::db().get(zone).ok()).unwrap_or(TimeZone::UTC);
        now.to_zoned(zone).date()
    });
    first.checked_add(more.days()).ok()
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
    pub(super) days: Option<String>,
    pub(super) part: Option<String>,
    pub(super) fee: Option<String>,
    pub(super) rating: Option<String>,
    /// The place from which distances are measured.
    pub(super) near: Option<String>,
    pub(super) within: Option<String>,
    pub(super) order: Option<String>,
    /// Whether only doctors with a licence of the reader's country are looked for.
    pub(super) licensed: bool,
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
            ("days", self.days.as_deref()),
            ("part", self.part.as_deref()),
            ("fee", self.fee.as_deref()),
            ("rating", self.rating.as_deref()),
            ("near", self.near.as_deref()),
            ("within", self.within.as_deref()),
            ("order", self.order.as_deref()),
            ("licensed", self.licensed.then_some("yes")),
            ("anywhere", self.anywhere.then_some("yes")),
            ("after", after),
        ];
        format!("/doctors{}", kit::address::query(&pairs))
    }

    /// The same search without one filter.
    pub(super) fn without(&self, filter: SearchFilter) -> Self {
        let mut wider = Self { after: None, ..self.clone() };
        match filter {
            SearchFilter::Words => wider.name = None,
            SearchFilter::Specialty => wider.specialty = None,
            SearchFilter::Language => wider.language = None,
            SearchFilter::Clinic => wider.clinic = None,
            SearchFilter::Mode => wider.mode = None,
            SearchFilter::Days => {
                wider.day = SearchedDate::default();
                wider.days = None;
            }
            SearchFilter::Part => wider.part = None,
            SearchFilter::Fee => wider.fee = None,
            SearchFilter::Rating => wider.rating = None,
            SearchFilter::Licence => wider.licensed = false,
            SearchFilter::Distance => wider.within = None,
        }
        wider
    }

    /// How many filters it has.
    pub(super) fn filters(&self) -> usize {
        SearchFilter::ALL.iter().filter(|filter| self.without(**filter) != Self { after: None, ..self.clone() }).count()
    }

    /// Whether something was chosen besides the text and the day.
    pub(super) const fn is_narrowed(&self) -> bool {
        self.specialty.is_some()
            || self.language.is_some()
            || self.clinic.is_some()
            || self.mode.is_some()
            || self.within.is_some()
            || self.is_narrowed_more()
    }

    /// Whether one of the filters was chosen that are folded away.
    pub(super) const fn is_narrowed_more(&self) -> bool {
        self.days.is_some() || self.part.is_some() || self.fee.is_some() || self.rating.is_some() || self.licensed
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
                days: given("days"),
                part: given("part"),
                fee: given("fee"),
                rating: given("rating"),
                near: given("near"),
                within: given("within"),
                order: given("order"),
                licensed: given("licensed").is_some(),
                anywhere: given("anywhere").is_some(),
                after: given("after"),
            }
        })
    });
    let found = Resource::new_blocking(
        move || asked.get(),
        |asked| {
            let yes = |is_chosen: bool| is_chosen.then(|| "yes".to_owned());
            let Asked { specialty, name, language, clinic, mode, day, days, part, fee, rating, near, within, order, .. } = asked;
            let (day, licensed, anywhere, after) = (day.value(), yes(asked.licensed), yes(asked.anywhere), asked.after);
            find_doctors(
                specialty, name, language, clinic, mode, day, days, part, fee, rating, near, within, order, licensed, anywhere,
                after,
            )
        },
    );
    view! {
        <PageTitle text=say!(l, scheduling.search.title)/>
        <div class="lead">
            <h1>{say!(l, scheduling.search.title)}</h1>
            <p>{say!(l, scheduling.search.lead)}</p>
        </div>
        {loaded(found, move |FoundDoctors { choices, list, country, red_flag, near_unknown }| {
            let asked = asked.get_untracked();
            view! {
                {red_flag.map(|flag| view! { <Emergency flag/> })}
                <SearchForm choices=choices.clone() asked=asked.clone() country=country.clone() near_unknown/>
                <Results list choices asked country/>
            }
        })}
    }
}

#[component]
fn SearchForm(
    choices: SearchChoices,
    asked: Asked,
    /// The reader's country.
    country: Option<String>,
    /// Whether the place of the search is not known.
    near_unknown: bool,
) -> impl IntoView {
    let l = use_locale();
    let SearchChoices { specialties, languages, languages_are_in_order, clinics, modes } = choices;
    let specialties = specialties.into_iter().map(|specialty| (specialty.slug, specialty.name)).collect();
    let mut languages: Vec<(String, String)> = languages.into_iter().map(|tag| (tag.clone(), name_of(&tag).to_owned())).collect();
    if !languages_are_in_order {
        languages.sort_by(|(_, a), (_, b)| a.cmp(b));
    }
    let clinics = clinics.into_iter().map(|clinic| (clinic.id.to_string(), place_of(&clinic))).collect();
    let modes = modes.into_iter().map(|count| {
        let text = say!(l, scheduling.search.mode_count, mode = mode_name(l, count.mode), n = count.doctors);
        (count.mode.as_str().to_owned(), text)
    });
    let modes = modes.collect();
    let (near, more) = (asked.clone(), asked.clone());
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
            <NearFields asked=near is_unknown=near_unknown/>
            <MoreFilters asked=more country/>
            {anywhere}
            <div class="row">
                <button class="button" type="submit">{say!(l, scheduling.search.submit)}</button>
                <a href="/doctors">{say!(l, scheduling.search.clear)}</a>
            </div>
        </form>
    }
}

/// The name of a clinic with the last line of its address, which is usually the country.
fn place_of(clinic: &ClinicBrief) -> String {
    let line = clinic.address_lines.last().cloned();
    listed(&[Some(clinic.name.clone()), line].into_iter().flatten().collect::<Vec<_>>())
}
