//! What a search for doctors has found.

use super::address::{self, Wanted};
use super::languages::spoken;
use super::near::distance;
use super::search::Asked;
use super::states::mode_name;
use jiff::civil::Date;
use kit::address::query;
use kit::chosen;
use kit::parts::time::{names, readable, zone as rules_of};
use kit::parts::{EmptyState, Face, Pager, Paging, ZoneNote, listed, region, said};
use kit::viewer::{use_locale, use_viewer, use_zone};
use leptos::prelude::*;
use model::format;
use model::ids::VisitTypeId;
use model::scheduling::views::{ClinicBrief, DoctorBrief, DoctorCard, DoctorList, OpenTime, SearchChoices};
use model::scheduling::{ChosenTime, SearchFilter, VisitMode};
use words::{Locale, fee_briefly, plural, say};

/// The specialty that treats whatever has no other one, if the installation has it.
const GENERAL_PRACTICE: &str = "general-practice";

/// The doctors found, or what else to look for.
#[component]
pub(super) fn Results(
    list: DoctorList,
    choices: SearchChoices,
    asked: Asked,
    /// The reader's country.
    country: Option<String>,
) -> impl IntoView {
    let l = use_locale();
    if list.page.items.is_empty() {
        return view! { <Nothing list choices asked/> }.into_any();
    }
    let DoctorList { page, total, abroad, farther_by_video, meant, loosen: _ } = list;
    let paging = Paging::new(asked.after.as_deref(), page.next_cursor.as_deref(), |after| asked.address(after));
    let title = match &asked.name {
        Some(words) if !meant.is_empty() => {
            let specialties: Vec<String> = meant.into_iter().map(|specialty| specialty.name).collect();
            say!(l, scheduling.search.results_for, words = words, specialties = listed(&specialties))
        }
        _ => say!(l, scheduling.search.results).to_owned(),
    };
    let n = i64::from(total);
    let count = plural(n, say!(l, scheduling.search.found_singular, n = n), say!(l, scheduling.search.found_plural, n = n));
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
            <h2>{title}</h2>
            <p>{count}</p>
            {shown}
            <Pager paging/>
            <Farther asked=asked.clone() farther=farther_by_video/>
            <Abroad asked abroad country/>
        </section>
    }
    .into_any()
}

/// Says that doctors who are farther away can be met on video, and leads to them.
#[component]
fn Farther(
    asked: Asked,
    /// How many there are.
    farther: u32,
) -> impl IntoView {
    let l = use_locale();
    let n = i64::from(farther);
    (n > 0).then(|| {
        let text =
            plural(n, say!(l, scheduling.search.farther_singular, n = n), say!(l, scheduling.search.farther_plural, n = n));
        view! { <p><a href=by_video(asked)>{text}</a></p> }
    })
}

/// The address of the same search at any distance for visits on video.
fn by_video(asked: Asked) -> String {
    Asked { mode: Some(VisitMode::Video.as_str().to_owned()), within: None, ..asked }.address(None)
}

/// Says that there are doctors in other countries, and leads to them or back.
#[component]
fn Abroad(
    asked: Asked,
    /// How many doctors there are in other countries.
    abroad: u32,
    country: Option<String>,
) -> impl IntoView {
    let l = use_locale();
    let n = i64::from(abroad);
    match country {
        Some(country) if n > 0 && asked.anywhere => {
            let href = Asked { anywhere: false, ..asked }.address(None);
            view! {
                <p class="quiet">
                    {say!(l, scheduling.search.with_abroad)} " "
                    <a href=href>{say!(l, scheduling.search.at_home, country = country)}</a>
                </p>
            }
            .into_any()
        }
        Some(_) if n > 0 && asked.clinic.is_none() => {
            let href = Asked { anywhere: true, ..asked }.address(None);
            let text =
                plural(n, say!(l, scheduling.search.abroad_singular, n = n), say!(l, scheduling.search.abroad_plural, n = n));
            view! { <p><a href=href>{text}</a></p> }.into_any()
        }
        _ => ().into_any(),
    }
}

/// Names the search that has found nobody, and offers the nearest ones.
#[component]
fn Nothing(list: DoctorList, choices: SearchChoices, asked: Asked) -> impl IntoView {
    let l = use_locale();
    let n = if asked.anywhere { 0 } else { i64::from(list.abroad) };
    let title = match &asked.name {
        Some(words) if n > 0 => say!(l, scheduling.search.empty_country, words = words),
        Some(_) | None => nothing_like(l, &asked, !list.meant.is_empty()),
    };
    let text = if n > 0 {
        plural(n, say!(l, scheduling.search.empty_abroad_singular, n = n), say!(l, scheduling.search.empty_abroad_plural, n = n))
    } else {
        say!(l, scheduling.search.empty).to_owned()
    };
    let whole = Asked { after: None, ..asked };
    let waiting = whole.specialty.as_ref().map(|slug| {
        let href = format!("/waiting/new{}", query(&[("specialty", Some(slug.as_str()))]));
        view! { <a class="button plain" href=href>{say!(l, scheduling.waiting.join_title)}</a> }
    });
    let abroad = (n > 0).then(|| {
        let href = Asked { anywhere: true, ..whole.clone() }.address(None);
        let text = plural(n, say!(l, scheduling.search.abroad_singular, n = n), say!(l, scheduling.search.abroad_plural, n = n));
        view! { <a class="button" href=href>{text}</a> }
    });
    let farther = (list.farther_by_video > 0).then(|| {
        let n = i64::from(list.farther_by_video);
        let text =
            plural(n, say!(l, scheduling.search.farther_singular, n = n), say!(l, scheduling.search.farther_plural, n = n));
        view! { <a class="button" href=by_video(whole.clone())>{text}</a> }
    });
    let any_day = whole.day.date().is_some().then(|| {
        let href = whole.without(SearchFilter::Days).address(None);
        view! { <a class="button plain" href=href>{say!(l, scheduling.search.any_day)}</a> }
    });
    // If one filter alone is given, leaving it out is to see all doctors.
    let has_several = whole.filters() > 1;
    let loosen = list.loosen.into_iter().filter(|filter| has_several && !(*filter == SearchFilter::Days && any_day.is_some()));
    let loosen: Vec<_> = loosen
        .map(|filter| {
            let href = whole.without(filter).address(None);
            view! { <a class="button plain" href=href>{say!(l, scheduling.search.without, filter = filter_name(l, filter))}</a> }
        })
        .collect();
    let is_narrowed = whole.is_narrowed() && (whole.name.is_some() || whole.day.date().is_some());
    let fewer = (is_narrowed && loosen.is_empty()).then(|| {
        let Asked { name, day, anywhere, .. } = whole.clone();
        let href = Asked { name, day, anywhere, ..Asked::default() }.address(None);
        view! { <a class="button plain" href=href>{say!(l, scheduling.search.fewer)}</a> }
    });
    let general = choices.specialties.into_iter().find(|specialty| specialty.slug == GENERAL_PRACTICE);
    let general = general.filter(|general| whole.specialty.as_ref() != Some(&general.slug)).map(|general| {
        let href = Asked { specialty: Some(general.slug), ..Asked::default() }.address(None);
        let text = say!(l, scheduling.search.see_specialty, specialty = general.name);
        view! { <a class="button plain" href=href>{text}</a> }
    });
    view! {
        <EmptyState title text>
            {farther}
            {abroad}
            {any_day}
            {loosen}
            {fewer}
            {waiting}
            {general}
            <a class="button plain" href="/doctors">{say!(l, scheduling.search.see_all)}</a>
        </EmptyState>
    }
}

/// What a filter is called in the form.
fn filter_name(l: Locale, filter: SearchFilter) -> &'static str {
    match filter {
        SearchFilter::Words => say!(l, scheduling.search.name),
        SearchFilter::Specialty => say!(l, scheduling.search.specialty),
        SearchFilter::Language => say!(l, scheduling.search.language),
        SearchFilter::Clinic => say!(l, scheduling.search.clinic),
        SearchFilter::Mode => say!(l, scheduling.search.mode),
        SearchFilter::Days => say!(l, scheduling.search.day),
        SearchFilter::Part => say!(l, scheduling.search.part),
        SearchFilter::Fee => say!(l, scheduling.search.fee),
        SearchFilter::Rating => say!(l, scheduling.search.rating),
        SearchFilter::Licence => say!(l, scheduling.search.licence),
        SearchFilter::Distance => say!(l, scheduling.search.within),
    }
}

/// Names what was searched for in vain. `is_meant` says that the text was taken for something else than a name.
fn nothing_like(l: Locale, asked: &Asked, is_meant: bool) -> String {
    let day = asked.day.date().filter(|_| asked.days.is_none()).map(|day| format::day(day, names(l)));
    match (&asked.name, day) {
        _ if asked.after.is_some() => say!(l, scheduling.search.empty_title).to_owned(),
        (Some(words), Some(day)) if is_meant => say!(l, scheduling.search.empty_words_day, words = words, day = day),
        (Some(name), Some(day)) => say!(l, scheduling.search.empty_name_day, name = name, day = day),
        (Some(words), None) if is_meant => say!(l, scheduling.search.empty_words, words = words),
        (Some(name), None) if asked.is_narrowed() => say!(l, scheduling.search.empty_name_filtered, name = name),
        (Some(name), None) => say!(l, scheduling.search.empty_name, name = name),
        (None, Some(day)) => say!(l, scheduling.search.empty_day, day = day),
        (None, None) => say!(l, scheduling.search.empty_title).to_owned(),
    }
}

#[component]
fn Found(card: DoctorCard, day: Option<Date>) -> impl IntoView {
    let l = use_locale();
    let DoctorCard { doctor, languages, clinics, fee, modes, visit_type, rating, next_free, metres } = card;
    let own = use_viewer().zone;
    // While the viewer's zone is not known, a time is one at its clinic.
    let zone_of = |time: &OpenTime| own.clone().unwrap_or_else(|| zone_at(&clinics, time));
    let named = next_free.first().filter(|_| own.is_none()).map(|time| {
        view! { <p class="quiet">{format!("({})", readable(&zone_of(time)))}</p> }
    });
    let shown = next_free.first().map(|time| rules_of(&zone_of(time)).to_datetime(time.start).date()).or(day);
    let href = address::doctor(doctor.id, Wanted { from: shown, day: shown, visit_type, ..Wanted::default() });
    let times: Vec<_> = next_free
        .iter()
        .map(|time| view! { <li><TimeLink doctor=doctor.clone() time=*time visit_type zone=zone_of(time)/></li> })
        .collect();
    let free = if times.is_empty() {
        view! { <p class="quiet">{say!(l, scheduling.search.none_free)}</p> }.into_any()
    } else {
        view! { <ul class="times">{times}</ul> {named} }.into_any()
    };
    let places: Vec<String> = clinics.iter().map(|clinic| clinic.name.clone()).collect();
    let described = describe(l, &doctor.specialties, &places, &languages);
    let rated = rating.map(|rating| {
        let average = format!("{}{}{}", rating.tenths / 10, names(l).decimal, rating.tenths % 10);
        let rated = say!(l, scheduling.search.rated, average = average.as_str());
        // Short for the eye: a row stays low on a phone.
        view! { <span class="num" role="img" aria-label=rated>{format!("★ {average}")}</span> }
    });
    // Most doctors meet on video alone, so only what differs is said.
    let met = (modes != [VisitMode::Video])
        .then(|| listed(&modes.into_iter().map(|mode| mode_name(l, mode).to_owned()).collect::<Vec<_>>()))
        .filter(|met| !met.is_empty())
        .map(|met| format!("{met} · "));
    let far = metres.map(|metres| format!("{} · ", distance(l, metres)));
    view! {
        <div class="found">
            <Face name=doctor.name.clone() photo=doctor.photo/>
            <div class="who">
                <div class="row"><h3>{said(doctor.name.clone())}</h3> {rated}</div>
                <p class="quiet">
                    {described} " · " {far} {met} {fee_briefly(l, fee, names(l))} " · "
                    // Within the text, as a line of its own would make each row higher on a phone.
                    <a href=href aria-label=say!(l, scheduling.search.choose_of, doctor = doctor.name)>
                        {say!(l, scheduling.search.choose)}
                    </a>
                </p>
            </div>
            <div class="soon">{free}</div>
        </div>
    }
}

/// A free time, which leads to the doctor's page with this time chosen.
#[component]
fn TimeLink(
    doctor: DoctorBrief,
    time: OpenTime,
    /// The visit type of the time; none for the doctor's first one.
    visit_type: Option<VisitTypeId>,
    zone: String,
) -> impl IntoView {
    let l = use_locale();
    let (rules, words) = (rules_of(&zone), names(l));
    let chosen = ChosenTime { doctor: doctor.id, clinic: time.clinic, start: time.start, visit_type };
    let href = chosen::doctor_page(&chosen, None);
    view! {
        <a href=href>
            <time datetime=format::machine(time.start, &rules)>
                <small>{format::day_short(rules.to_datetime(time.start).date(), words)}</small> " "
                <strong class="num">{format::time(time.start, &rules, words)}</strong>
            </time>
            <span class="hidden">" " {say!(l, scheduling.search.with, doctor = doctor.name)}</span>
        </a>
    }
}

/// The time zone of the clinic at which a time is.
fn zone_at(clinics: &[ClinicBrief], time: &OpenTime) -> String {
    let clinic = clinics.iter().find(|clinic| clinic.id == time.clinic).or(clinics.first());
    clinic.map_or_else(|| "UTC".to_owned(), |clinic| clinic.time_zone.clone())
}

/// Specialties, clinics and languages on one line; empty parts are left out.
pub(super) fn describe(l: Locale, specialties: &[String], clinics: &[String], languages: &[String]) -> String {
    let spoken = (!languages.is_empty()).then(|| say!(l, scheduling.search.speaks, languages = spoken(languages)));
    let parts = [listed(specialties), listed(clinics), spoken.unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
