//! Finding a doctor. The search is a plain GET form, so its address can be saved and shared.

use super::address::{self, Wanted};
use super::languages::spoken;
use jiff::civil::Date;
use kit::failure::Failure;
use kit::parts::time::{names, readable, zone as rules_of};
use kit::parts::{
    Detail, EmptyState, Face, Moment, PageTitle, Pager, Paging, SearchDate, SearchedDate, ZoneNote, listed, loaded, region, said,
};
use kit::viewer::{use_locale, use_viewer, use_zone};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::page::Page;
use model::scheduling::views::{DoctorCard, OpenTime, SpecialtyView};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The data of the search page.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundDoctors {
    /// The specialties to choose from.
    pub specialties: Vec<SpecialtyView>,
    /// The doctors found.
    pub page: Page<DoctorCard>,
}

/// Finds doctors. Search values that cannot be parsed are ignored.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "find-doctors")]
pub async fn find_doctors(
    /// The slug of a specialty.
    specialty: Option<String>,
    /// Part of a name.
    name: Option<String>,
    /// A day, `2026-11-24`.
    day: Option<String>,
    /// The cursor: the last doctor of the previous page.
    after: Option<String>,
) -> Result<FoundDoctors, Failure> {
    let request = kit::request::RequestContext::require()?;
    let (domain, access) = (&request.domain, &request.access);
    let search = domain::scheduling::DoctorSearch {
        specialty,
        name,
        day: day.and_then(|day| day.parse().ok()),
        zone: request.viewer.zone.clone(),
        after: after.and_then(|after| after.parse().ok()),
        limit: None,
    };
    let page = kit::request::call(|| domain::scheduling::find_doctors(domain, access, search.clone())).await?;
    let specialties = kit::request::call(|| domain::scheduling::specialties(domain, access)).await?;
    Ok(FoundDoctors { specialties, page })
}

/// The search as it appears in the address.
#[derive(Clone, PartialEq)]
struct Asked {
    specialty: Option<String>,
    name: Option<String>,
    day: SearchedDate,
    after: Option<String>,
}

impl Asked {
    fn address(&self, after: Option<&str>) -> String {
        let day = self.day.value();
        let pairs =
            [("specialty", self.specialty.as_deref()), ("name", self.name.as_deref()), ("day", day.as_deref()), ("after", after)];
        format!("/doctors{}", kit::address::query(&pairs))
    }
}

/// The search page.
#[component]
pub fn DoctorsPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let given = |name: &str| query.get(name).filter(|value| !value.is_empty());
            let day = SearchedDate::in_address(query, "day");
            Asked { specialty: given("specialty"), name: given("name"), day, after: given("after") }
        })
    });
    let found = Resource::new_blocking(
        move || asked.get(),
        |Asked { specialty, name, day, after }| find_doctors(specialty, name, day.value(), after),
    );
    view! {
        <PageTitle text=say!(l, scheduling.search.title)/>
        <div class="lead">
            <h1>{say!(l, scheduling.search.title)}</h1>
            <p>{say!(l, scheduling.search.lead)}</p>
        </div>
        {loaded(found, move |FoundDoctors { specialties, page }| {
            let asked = asked.get_untracked();
            view! {
                <SearchForm specialties asked=asked.clone()/>
                <Results page asked/>
            }
        })}
    }
}

#[component]
fn SearchForm(specialties: Vec<SpecialtyView>, asked: Asked) -> impl IntoView {
    let l = use_locale();
    let options: Vec<_> = specialties
        .into_iter()
        .map(|specialty| {
            let selected = asked.specialty.as_deref() == Some(specialty.slug.as_str());
            view! { <option value=specialty.slug selected=selected>{specialty.name}</option> }
        })
        .collect();
    view! {
        <form class="card" method="get" action="/doctors" role="search">
            <div class="two">
                <div class="field">
                    <label for="specialty">{say!(l, scheduling.search.specialty)}</label>
                    <select id="specialty" name="specialty">
                        <option value="">{say!(l, scheduling.search.any_specialty)}</option>
                        {options}
                    </select>
                </div>
                <div class="field">
                    <label for="name">{say!(l, scheduling.search.name)}</label>
                    <input type="search" dir="auto" id="name" name="name" value=asked.name.clone() autocomplete="off" maxlength="100"/>
                </div>
                <SearchDate name="day" label=say!(l, scheduling.search.day) date=asked.day.clone()/>
            </div>
            <div class="row">
                <button class="button" type="submit">{say!(l, scheduling.search.submit)}</button>
                <a href="/doctors">{say!(l, scheduling.search.clear)}</a>
            </div>
        </form>
    }
}

#[component]
fn Results(page: Page<DoctorCard>, asked: Asked) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return view! {
            <EmptyState title=say!(l, scheduling.search.empty_title) text=say!(l, scheduling.search.empty)>
                <a class="button" href="/doctors">{say!(l, scheduling.search.clear)}</a>
            </EmptyState>
        }
        .into_any();
    }
    let paging = Paging::new(asked.after.as_deref(), page.next_cursor.as_deref(), |after| asked.address(after));
    let day = asked.day.date();
    let (zone, cards) = (use_zone(), page.items);
    // Shown anew when a stranger's zone becomes known.
    let shown = move || {
        zone.track();
        let items: Vec<DoctorCard> = cards.clone();
        region(|| {
            let items: Vec<_> = items.into_iter().map(|card| view! { <li><Found card day/></li> }).collect();
            view! {
                <ZoneNote/>
                <ul class="list">{items}</ul>
            }
        })
    };
    view! {
        <section class="card">
            <h2>{say!(l, scheduling.search.results)}</h2>
            {shown}
            <Pager paging/>
        </section>
    }
    .into_any()
}

#[component]
fn Found(card: DoctorCard, day: Option<Date>) -> impl IntoView {
    let l = use_locale();
    let DoctorCard { doctor, languages, clinics, fee, next_free } = card;
    let own = use_viewer().zone;
    // While the viewer's zone is not known, a time is one at its clinic.
    let at_clinic = |time: OpenTime| {
        let clinic = clinics.iter().find(|clinic| clinic.id == time.clinic).or(clinics.first());
        clinic.map_or_else(|| "UTC".to_owned(), |clinic| clinic.time_zone.clone())
    };
    let zone_of = |time: OpenTime| own.clone().unwrap_or_else(|| at_clinic(time));
    let named = next_free.filter(|_| own.is_none()).map(|time| format!(" ({})", readable(&at_clinic(time))));
    let next = next_free.map(|time| (time, zone_of(time)));
    let shown = next.as_ref().map(|(time, zone)| rules_of(zone).to_datetime(time.start).date()).or(day);
    let href = address::doctor(doctor.id, Wanted { from: shown, day: shown, ..Wanted::default() });
    let places: Vec<String> = clinics.into_iter().map(|clinic| clinic.name).collect();
    let free = match next {
        Some((time, zone)) => view! {
            <p>
                {say!(l, scheduling.search.next_free)} " " <strong><Moment at=time.start detail=Detail::Short zone/></strong> {named}
            </p>
        }
        .into_any(),
        None => view! { <p class="quiet">{say!(l, scheduling.search.none_free)}</p> }.into_any(),
    };
    let described = describe(l, &doctor.specialties, &places, &languages);
    view! {
        <div class="row">
            <Face name=doctor.name.clone()/>
            <div class="grow">
                <h3>{said(doctor.name.clone())}</h3>
                <p class="quiet">{described}</p>
                {free}
                <p class="quiet">{say!(l, scheduling.search.fee, fee = format::money(fee, names(l)))}</p>
            </div>
            <a class="button plain" href=href aria-label=say!(l, scheduling.search.choose_of, doctor = doctor.name)>
                {say!(l, scheduling.search.choose)}
            </a>
        </div>
    }
}

/// Specialties, clinics and languages on one line; empty parts are left out.
pub(super) fn describe(l: Locale, specialties: &[String], clinics: &[String], languages: &[String]) -> String {
    let spoken = (!languages.is_empty()).then(|| say!(l, scheduling.search.speaks, languages = spoken(languages)));
    let parts = [listed(specialties), listed(clinics), spoken.unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
