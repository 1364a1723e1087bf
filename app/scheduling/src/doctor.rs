//! A doctor's public page: the doctor, the days, and the free times of one day.

mod facts;

use super::address::{self, Wanted};
use super::found::describe;
use super::hold::{HoldTime, HoldValues};
use super::ratings::{Ratings, read_ratings};
use super::times::{DayStrip, by_day_part};
use super::type_choice::TypeChoice;
use facts::Facts;
use jiff::civil::Date;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, SubmitButton, use_form};
use kit::live::use_times_of;
use kit::parts::ZONES;
use kit::parts::time::{city, names, readable, zone as rules_of};
use kit::parts::{EmptyState, Face, Notice, NoticeKind, PageTitle, TimeGrid, TimeGroup, followed, loaded, region, said, switch};
use kit::viewer::{use_locale, use_viewer, use_zone};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::access::Role;
use model::errors::Code;
use model::format;
use model::ids::DoctorId;
use model::scheduling::views::{self, OpenTime};
use serde::{Deserialize, Serialize};
use words::say;

/// The data of the page.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DoctorTimes {
    /// The doctor and the days.
    pub page: views::DoctorPage,
    /// The day whose times are shown.
    pub day: Date,
    /// The times of that day.
    pub times: Vec<OpenTime>,
    /// The IANA time zone in which they are shown.
    pub zone: String,
    /// Whose zone that is.
    pub zone_of: ZoneOf,
}

/// Whose time zone the times are shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ZoneOf {
    /// The viewer's own.
    Viewer,
    /// The clinic's, because the viewer's is not known.
    Clinic,
    /// Another one, which the viewer has chosen.
    Chosen,
}

/// Loads a doctor with the free times of a day: the requested day, or else that of the chosen time, or else the first one with a free time.
///
/// # Errors
/// `NotFound`, `DoctorUnavailable`, `DoctorWithoutFee`.
#[server(prefix = "/do", endpoint = "read-doctor")]
pub async fn read_doctor(
    /// The doctor's id.
    doctor: String,
    /// The first day to list, `2026-11-24`.
    from: Option<String>,
    /// The day whose times are shown.
    day: Option<String>,
    /// The chosen time, with its clinic.
    time: Option<String>,
    /// An IANA time zone; the viewer's, or else the clinic's, if it is absent or unknown.
    zone: Option<String>,
    /// The id of a visit type; that of the chosen time, or else the doctor's first one, if it is absent or unknown.
    visit_type: Option<String>,
) -> Result<DoctorTimes, Failure> {
    use domain::scheduling::{self, Offer, WantedDay};
    use model::scheduling::ChosenTime;

    let request = kit::request::RequestContext::require()?;
    let (domain, access) = (&request.domain, &request.access);
    let id = kit::request::id(&doctor)?;
    let own = request.viewer.zone.as_deref();
    let chosen = zone.as_deref().filter(|zone| Some(*zone) != own && jiff::tz::db().get(zone).is_ok());
    let zone_of = match (chosen, own) {
        (Some(_), _) => ZoneOf::Chosen,
        (None, Some(_)) => ZoneOf::Viewer,
        (None, None) => ZoneOf::Clinic,
    };
    let zone = chosen.or(own);
    let date = |text: Option<String>| text.and_then(|text| text.parse::<Date>().ok());
    let (from, day) = (date(from), date(day));
    let chosen_time = time.and_then(|time| ChosenTime::parse(&doctor, &time));
    let start = chosen_time.map(|chosen| chosen.start);
    let wanted = day.map(WantedDay::On).or(start.map(WantedDay::Of)).unwrap_or(WantedDay::FirstFree);
    let of_address = visit_type.and_then(|id| id.parse().ok());
    let offer = Offer { doctor: id, visit_type: of_address.or(chosen_time.and_then(|chosen| chosen.visit_type)) };

    let found = kit::request::call(|| scheduling::doctor_page_with_day(domain, access, offer, zone, from, wanted)).await?;
    let scheduling::DayOfDoctor { page, day, times, zone } = found;
    Ok(DoctorTimes { page, day, times, zone, zone_of })
}

/// A doctor's public page.
#[component]
pub fn DoctorPage() -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || {
        let get = |name: &str| query.with(|query| query.get(name));
        (
            params.with(|params| params.get("id")).unwrap_or_default(),
            get("from"),
            get("day"),
            get("time"),
            get("zone"),
            get("type"),
        )
    };
    // Read anew when a stranger's zone becomes known.
    let own_zone = use_zone();
    let found = Resource::new_blocking(
        move || (asked(), own_zone.get()),
        |((doctor, from, day, time, zone, visit_type), _)| read_doctor(doctor, from, day, time, zone, visit_type),
    );
    let rated = move || (params.with(|params| params.get("id")).unwrap_or_default(), query.with(|query| query.get("ratings")));
    let ratings = Resource::new_blocking(rated, |(doctor, after)| read_ratings(doctor, after));
    let watched = Signal::derive(move || params.with(|params| params.get("id")?.parse().ok()));
    let changes = use_times_of(watched);
    // Reload when other people book or cancel. The listed days and the selected day stay the same, even if the day's last time was taken. If the
    // reload fails, the page stays as it is. If two answers arrive in the wrong order, the one that was requested later is shown.
    let newest = StoredValue::new(0_u32);
    Effect::new(move |before: Option<u32>| {
        let now = changes.get();
        if before.is_some_and(|before| before != now) {
            let read = untrack(asked);
            let (doctor, from, day, time, zone, visit_type) = read.clone();
            let shown = found.get_untracked().and_then(Result::ok).filter(|shown| shown.page.doctor.id.to_string() == doctor);
            let first = shown.as_ref().and_then(|shown| shown.page.days.first()).map(|day| day.date.to_string());
            let (from, day) = (from.or(first), day.or(shown.map(|shown| shown.day.to_string())));
            leptos::task::spawn_local(async move {
                let fresh = read_doctor(doctor, from, day, time, zone, visit_type).await;
                let is_newest = newest.try_update_value(|newest| std::mem::replace(newest, now.max(*newest)) < now) == Some(true);
                let is_asked = is_newest && untrack(asked) == read;
                let is_answer = match &fresh {
                    Ok(_) => true,
                    Err(failure) => {
                        matches!(
                            failure.code(),
                            Some(
                                Code::NotFound
                                    | Code::DoctorUnavailable
                                    | Code::DoctorUnlicensed
                                    | Code::DoctorWithoutFee
                                    | Code::DoctorLicensedElsewhere
                            )
                        )
                    }
                };
                if is_answer && is_asked {
                    found.try_set(Some(fresh));
                }
            });
        }
        now
    });
    let chosen = query.with_untracked(|query| query.get("time")).unwrap_or_default();
    let choose = say!(l, scheduling.doctor.choose_time);
    let form = use_form::<HoldTime, HoldValues>().choice("time", choose, choose);
    let form = form.filled(&HoldValues { time: chosen, ..HoldValues::default() });
    let booking = StoredValue::new(query.with_untracked(|query| query.get("booking")));
    view! {
        <PageTitle text=say!(l, scheduling.doctor.title)/>
        <p><a href="/doctors">"← " {say!(l, scheduling.doctor.back)}</a></p>
        {followed(found, move |found| view! { <Shown found form booking/> })}
        {loaded(ratings, move |found| {
            let after = query.with_untracked(|query| query.get("ratings"));
            found.map(|found| view! { <Ratings found after/> })
        })}
    }
}

#[component]
fn Shown(found: Signal<DoctorTimes>, form: FormHandle, booking: StoredValue<Option<String>>) -> impl IntoView {
    let l = use_locale();
    let who = move || {
        let page = found.get().page;
        let places: Vec<String> = page.clinics.iter().map(|clinic| clinic.name.clone()).collect();
        let described = describe(l, &page.doctor.specialties, &places, &page.languages);
        region(|| {
            view! {
                <Face name=page.doctor.name.clone() photo=page.doctor.photo/>
                <div>
                    <h1>{said(page.doctor.name.clone())}</h1>
                    <p class="quiet">{described}</p>
                </div>
            }
        })
    };
    let name = Signal::derive(move || found.with(|found| found.page.doctor.name.clone()));
    // The form is rebuilt for another doctor.
    let doctor = Memo::new(move |_| found.with(|found| found.page.doctor.id));
    view! {
        <PageTitle text=name/>
        <div class="row">{who}</div>
        <div class="wide">
            {switch(move || doctor.get(), move |doctor| view! { <Times found form booking doctor/> })}
            {move || region(|| view! { <Facts page=found.get().page/> })}
        </div>
    }
}

#[component]
fn Times(
    found: Signal<DoctorTimes>,
    form: FormHandle,
    /// The id of stored answers, when another time is chosen for them.
    booking: StoredValue<Option<String>>,
    doctor: DoctorId,
) -> impl IntoView {
    let l = use_locale();
    let place = Memo::new(move |_| {
        found.with(|found| {
            let clinic = found.page.clinics.first().map(|clinic| clinic.name.clone()).unwrap_or_default();
            (found.zone.clone(), found.zone_of, clinic)
        })
    });
    let in_address = Memo::new(move |_| place.with(|(zone, of, _)| (*of == ZoneOf::Chosen).then(|| zone.clone())));
    let days = Memo::new(move |_| found.with(|found| found.page.days.clone()));
    let day = Memo::new(move |_| found.with(|found| found.day));
    // In addresses and in times, the doctor's first type goes without saying.
    let visit_type = Memo::new(move |_| found.with(|found| found.page.other_type()));
    let way = move |from: Date| {
        let (zone, visit_type, booking) = (in_address.get(), visit_type.get(), booking.get_value());
        let wanted = Wanted { from: Some(from), day: None, zone: zone.as_deref(), visit_type, booking: booking.as_deref() };
        address::doctor(doctor, wanted)
    };
    let earlier = move || {
        found.with(|found| found.page.earlier).map(|from| view! { <a href=way(from)>{say!(l, scheduling.doctor.earlier)}</a> })
    };
    let later = move || {
        let later = found.with(|found| found.page.later);
        later.map(|from| view! { <a class="end" href=way(from)>{say!(l, scheduling.doctor.later)}</a> })
    };
    let month = move || {
        let (zone, visit_type, booking) = (in_address.get(), visit_type.get(), booking.get_value());
        let wanted = Wanted { from: None, day: Some(day.get()), zone: zone.as_deref(), visit_type, booking: booking.as_deref() };
        address::month(doctor, wanted)
    };
    let groups = Memo::new(move |_| {
        let visit_type = visit_type.get();
        found.with(|found| by_day_part(l, &found.times, visit_type, &found.page.clinics, &found.zone))
    });
    let types = Memo::new(move |_| found.with(|found| (found.page.visit_types.clone(), found.page.visit_type)));
    let title = Signal::derive(move || say!(l, scheduling.doctor.on_day, day = format::day(day.get(), names(l))));
    let is_empty = Memo::new(move |_| groups.with(Vec::is_empty));
    let none = move || is_empty.get().then(|| region(|| view! { <NoTimes found=found.get() booking=booking.get_value()/> }));
    let may_book = use_viewer().role().is_none_or(|role| role == Role::Patient);
    let choice = move || {
        (!is_empty.get()).then(|| {
            if !may_book {
                return region(|| view! { <TimesToRead groups=groups.into() title/> });
            }
            region(|| {
                view! {
                    <Form form>
                        <input type="hidden" name="doctor" value=doctor.to_string()/>
                        <input type="hidden" name="booking" value=booking.get_value().unwrap_or_default()/>
                        <TimeGrid name="time" label=title groups=groups/>
                        <div class="row"><SubmitButton label=say!(l, scheduling.doctor.submit)/></div>
                    </Form>
                }
            })
        })
    };
    view! {
        <section class="card" aria-labelledby="times">
            <h2 id="times">{say!(l, scheduling.doctor.choose_time)}</h2>
            {move || {
                let (zone, zone_of, clinic) = place.get();
                region(|| view! { <ZoneChoice zone zone_of clinic/> })
            }}
            {switch(
                move || (types.get(), in_address.get()),
                move |((types, chosen), zone)| view! { <TypeChoice doctor types chosen zone booking=booking.get_value()/> },
            )}
            {switch(
                move || (in_address.get(), visit_type.get()),
                move |(zone, visit_type)| view! { <DayStrip doctor days chosen=day zone visit_type booking=booking.get_value()/> },
            )}
            <div class="row">{earlier} <a href=month>{say!(l, scheduling.doctor.month)}</a> {later}</div>
            // Screen readers also announce this when the last time of the day is taken.
            <div role="status">{none}</div>
            {choice}
        </section>
    }
}

/// The times for a user whose role cannot book.
#[component]
fn TimesToRead(groups: Signal<Vec<TimeGroup>>, title: Signal<String>) -> impl IntoView {
    let l = use_locale();
    let list = move || {
        let group = |group: TimeGroup| {
            let times: Vec<_> = group.times.into_iter().map(|time| view! { <li class="num">{time.label}</li> }).collect();
            view! { <h4>{group.title}</h4> <ul class="bare row">{times}</ul> }
        };
        groups.get().into_iter().map(group).collect::<Vec<_>>()
    };
    view! {
        <Notice kind=NoticeKind::Info title=say!(l, scheduling.doctor.patients_only)/>
        <h3>{title}</h3>
        {list}
    }
}

#[component]
fn NoTimes(found: DoctorTimes, booking: Option<String>) -> impl IntoView {
    let l = use_locale();
    let DoctorTimes { page, zone, zone_of, .. } = found;
    let in_address = (zone_of == ZoneOf::Chosen).then_some(zone.as_str());
    match page.next_free {
        Some(time) => {
            let day = rules_of(&zone).to_datetime(time.start).date();
            let text = say!(l, scheduling.doctor.next_free, day = format::date_long(day, names(l)));
            let visit_type = page.other_type();
            let wanted = Wanted { from: Some(day), day: Some(day), zone: in_address, visit_type, booking: booking.as_deref() };
            let href = address::doctor(page.doctor.id, wanted);
            view! {
                <EmptyState title=say!(l, scheduling.doctor.nothing_title) text=text>
                    <a class="button" href=href>
                        {say!(l, scheduling.doctor.next_free_link)}
                    </a>
                </EmptyState>
            }
            .into_any()
        }
        None => view! {
            <EmptyState title=say!(l, scheduling.doctor.fully_title) text=say!(l, scheduling.doctor.fully)>
                <a class="button" href="/doctors">{say!(l, scheduling.doctor.back)}</a>
            </EmptyState>
        }
        .into_any(),
    }
}

/// Says in which time zone the times are shown, and lets the user choose another one.
#[component]
fn ZoneChoice(
    zone: String,
    zone_of: ZoneOf,
    /// The name of the doctor's first clinic.
    clinic: String,
) -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let note = match zone_of {
        ZoneOf::Viewer => say!(l, scheduling.doctor.your_zone, zone = city(&zone)),
        ZoneOf::Clinic => say!(l, scheduling.doctor.clinics_zone, clinic = clinic, zone = readable(&zone)),
        ZoneOf::Chosen => say!(l, scheduling.doctor.zone, zone = readable(&zone)),
    };
    let known = ZONES.contains(&zone.as_str());
    let first = (!known).then(|| view! { <option value=zone.clone() selected=true>{readable(&zone)}</option> });
    let options: Vec<_> =
        ZONES.iter().map(|name| view! { <option value=*name selected=*name == zone>{readable(name)}</option> }).collect();
    // What was chosen stays in another zone.
    let kept = ["time", "type", "booking"].map(|name| {
        let value = query.with_untracked(|query| query.get(name));
        value.map(|value| view! { <input type="hidden" name=name value=value/> })
    });
    view! {
        <p class="quiet">{note}</p>
        <details>
            <summary>{say!(l, scheduling.doctor.other_zone)}</summary>
            <form class="row" method="get">
                {kept.into_iter().collect_view()}
                <div class="field grow">
                    <label for="zone">{say!(l, scheduling.doctor.zone_label)}</label>
                    <select id="zone" name="zone">{first} {options}</select>
                </div>
                <button class="button plain low" type="submit">{say!(l, scheduling.doctor.zone_submit)}</button>
            </form>
        </details>
    }
}
