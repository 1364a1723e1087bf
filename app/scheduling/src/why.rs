//! "Why is 14:30 not offered?", for doctors and for reception. The question is a plain GET form, so that its address can be passed on.

use kit::failure::Failure;
use kit::parts::time::{names, readable, zone as rules_of};
use kit::parts::{Detail, Moment, MomentRange, Notice, NoticeKind, PageTitle, SearchDate, SearchedDate, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::scheduling::{Availability, TakenBy, WhyAnswer, WhyCause, WhyView};
use words::{Locale, error_message, say};

/// Loads whether a time is offered, and why not. What cannot be parsed counts as not given.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for those who do not look after schedules; `NotFound` for a doctor who works elsewhere.
#[server(prefix = "/do", endpoint = "read-why")]
pub async fn read_why(
    /// The id of the doctor.
    doctor: Option<String>,
    /// The id of the clinic.
    clinic: Option<String>,
    /// The id of the visit type.
    visit_type: Option<String>,
    /// The day, `2026-11-24`.
    day: Option<String>,
    /// The time at the clinic, `14:30`.
    time: Option<String>,
) -> Result<WhyView, Failure> {
    use jiff::civil::{Date, Time};

    let request = kit::request::RequestContext::require()?;
    let day: Option<Date> = day.and_then(|day| day.parse().ok());
    let time: Option<Time> = time.and_then(|time| time.parse().ok());
    let ask = domain::scheduling::AskWhy {
        doctor: doctor.and_then(|id| id.parse().ok()),
        clinic: clinic.and_then(|id| id.parse().ok()),
        visit_type: visit_type.and_then(|id| id.parse().ok()),
        at: day.zip(time).map(|(day, time)| day.to_datetime(time)),
    };
    kit::request::call(|| domain::scheduling::why(&request.domain, &request.access, ask)).await
}

/// The page for a doctor.
#[component]
pub fn DoctorWhyPage() -> impl IntoView {
    view! { <Why here="/doctor/hours/why" back="/doctor/hours"/> }
}

/// The page for reception.
#[component]
pub fn DeskWhyPage() -> impl IntoView {
    view! { <Why here="/desk/why" back="/desk"/> }
}

/// The question as it appears in the address.
#[derive(Clone, Default, PartialEq)]
struct Asked {
    doctor: Option<String>,
    clinic: Option<String>,
    visit_type: Option<String>,
    day: SearchedDate,
    time: Option<String>,
}

#[component]
fn Why(
    /// The address of the page.
    here: &'static str,
    /// The page before it.
    back: &'static str,
) -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let is_doctor = here.starts_with("/doctor");
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let given = |name: &str| query.get(name).filter(|value| !value.trim().is_empty());
            Asked {
                doctor: given("doctor"),
                clinic: given("clinic"),
                visit_type: given("type"),
                day: SearchedDate::in_address(query, "day"),
                time: given("time"),
            }
        })
    });
    let why = Resource::new_blocking(
        move || asked.get(),
        |Asked { doctor, clinic, visit_type, day, time }| read_why(doctor, clinic, visit_type, day.value(), time),
    );
    view! {
        <PageTitle text=say!(l, scheduling.why.title)/>
        <p><a href=back>"← " {say!(l, scheduling.why.back)}</a></p>
        <div class="lead">
            <h1>{say!(l, scheduling.why.title)}</h1>
            <p>{say!(l, scheduling.why.lead)}</p>
        </div>
        {loaded(why, move |why| {
            let asked = asked.get_untracked();
            view! {
                <Question why=why.clone() asked here/>
                <Answers why is_doctor/>
            }
        })}
    }
    .into_any()
}

#[component]
fn Question(why: WhyView, asked: Asked, here: &'static str) -> impl IntoView {
    let l = use_locale();
    let doctors = why.doctors.into_iter().map(|doctor| (doctor.id.to_string(), doctor.name)).collect();
    let clinics = why.clinics.into_iter().map(|clinic| (clinic.id.to_string(), clinic.name)).collect();
    let types = why.visit_types.into_iter().map(|known| (known.id.to_string(), known.name)).collect();
    let zone = why.clinic.as_ref().map(|clinic| say!(l, scheduling.why.zone, zone = readable(&clinic.time_zone)));
    let chosen_clinic = why.clinic.map(|clinic| clinic.id.to_string());
    let (chosen_doctor, chosen_type) = (why.doctor.map(|id| id.to_string()), why.visit_type.map(|id| id.to_string()));
    view! {
        <form class="card" method="get" action=here>
            <div class="three-fields">
                <OneOf name="doctor" label=say!(l, scheduling.why.doctor) options=doctors chosen=chosen_doctor/>
                <OneOf name="clinic" label=say!(l, scheduling.why.clinic) options=clinics chosen=chosen_clinic/>
                <OneOf name="type" label=say!(l, scheduling.why.visit_type) options=types chosen=chosen_type/>
            </div>
            <div class="two">
                <SearchDate name="day" label=say!(l, scheduling.why.day) date=asked.day/>
                <div class="field">
                    <label for="time">{say!(l, scheduling.why.time)}</label>
                    <small id="time-hint">{zone}</small>
                    <input type="time" id="time" name="time" value=asked.time aria-describedby="time-hint"/>
                </div>
            </div>
            <div class="row"><button type="submit" class="button">{say!(l, scheduling.why.submit)}</button></div>
        </form>
    }
    .into_any()
}

/// A choice of one thing; nothing when there is no choice.
#[component]
fn OneOf(
    name: &'static str,
    label: &'static str,
    /// The values and their texts.
    options: Vec<(String, String)>,
    chosen: Option<String>,
) -> impl IntoView {
    if options.len() < 2 {
        return ().into_any();
    }
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
            <select id=name name=name>{options}</select>
        </div>
    }
    .into_any()
}

#[component]
fn Answers(why: WhyView, is_doctor: bool) -> impl IntoView {
    let l = use_locale();
    let blocked = why.not_bookable.map(|code| {
        view! { <Notice kind=NoticeKind::Warn title=error_message(l, code)/> }
    });
    let zone = why.clinic.map(|clinic| clinic.time_zone).unwrap_or_default();
    let answers: Vec<_> = why.answers.into_iter().map(|answer| view! { <Answer answer zone=zone.clone() is_doctor/> }).collect();
    view! {
        {blocked}
        <div aria-live="polite">{answers}</div>
    }
    .into_any()
}

#[component]
fn Answer(answer: WhyAnswer, zone: String, is_doctor: bool) -> impl IntoView {
    let l = use_locale();
    let WhyAnswer { at, availability, cause, nearest } = answer;
    let heading = match at {
        Some(at) => view! { <Moment at zone=zone.clone()/> " " <small class="quiet">{offset_of(&zone, at)}</small> }.into_any(),
        None => say!(l, scheduling.why.no_such_time).into_any(),
    };
    let nearest: Vec<_> =
        nearest.into_iter().map(|at| view! { <li><Moment at detail=Detail::Short zone=zone.clone()/></li> }).collect();
    let others = (!nearest.is_empty()).then(|| {
        view! {
            <p>{say!(l, scheduling.why.nearest)}</p>
            <ul class="list">{nearest}</ul>
        }
    });
    view! {
        <section class="card">
            <h2>{heading}</h2>
            <p><strong>{sentence(l, availability)}</strong></p>
            <Cause cause zone is_doctor/>
            {others}
        </section>
    }
    .into_any()
}

/// The offset of a zone at an instant, which tells apart the two times of a clock change.
fn offset_of(zone: &str, at: jiff::Timestamp) -> String {
    format::offset(rules_of(zone).to_offset(at))
}

#[component]
fn Cause(cause: WhyCause, zone: String, is_doctor: bool) -> impl IntoView {
    let l = use_locale();
    match cause {
        WhyCause::Nothing => ().into_any(),
        WhyCause::From(at) => view! { <p>{say!(l, scheduling.why.from)} " " <Moment at zone=zone/></p> }.into_any(),
        WhyCause::Until(date) => {
            view! { <p>{say!(l, scheduling.why.until, date = format::date_long(date, names(l)))}</p> }.into_any()
        }
        WhyCause::Hours(hours) if hours.is_empty() => view! { <p>{say!(l, scheduling.why.no_hours)}</p> }.into_any(),
        WhyCause::Hours(hours) => {
            let hours: Vec<_> =
                hours.into_iter().map(|range| view! { <li><MomentRange range zone=zone.clone()/></li> }).collect();
            view! {
                <p>{say!(l, scheduling.why.hours)}</p>
                <ul class="list">{hours}</ul>
            }
            .into_any()
        }
        WhyCause::Most(most) => view! { <p>{say!(l, scheduling.why.most, n = most)}</p> }.into_any(),
        WhyCause::Visit(taken) => view! { <Taken taken zone is_doctor/> }.into_any(),
    }
}

#[component]
fn Taken(taken: TakenBy, zone: String, is_doctor: bool) -> impl IntoView {
    let l = use_locale();
    let TakenBy { range, appointment, is_hold } = taken;
    let what = match (is_hold, range) {
        (true, _) => say!(l, scheduling.why.held),
        (false, Some(_)) => say!(l, scheduling.why.visit),
        (false, None) => say!(l, scheduling.why.visit_elsewhere),
    };
    let when = range.map(|range| view! { " " <MomentRange range zone=zone/> });
    // Reception has no page of one appointment; the visit is in the list of the day.
    let link = appointment.filter(|_| is_doctor).map(|id| {
        view! { " " <a href=format!("/doctor/appointments/{id}")>{say!(l, scheduling.why.visit_link)}</a> }
    });
    view! { <p>{what} {when} {link}</p> }.into_any()
}

/// The answer in plain words.
pub(super) fn sentence(l: Locale, availability: Availability) -> &'static str {
    match availability {
        Availability::Free => say!(l, scheduling.why.free),
        Availability::NonexistentLocalTime => say!(l, scheduling.why.gap),
        Availability::Past => say!(l, scheduling.why.past),
        Availability::TooSoon => say!(l, scheduling.why.too_soon),
        Availability::BeyondHorizon => say!(l, scheduling.why.beyond_horizon),
        Availability::Unlicensed => say!(l, scheduling.why.unlicensed),
        Availability::ClinicClosed => say!(l, scheduling.why.clinic_closed),
        Availability::OutsideHours => say!(l, scheduling.why.outside_hours),
        Availability::EndsAfterHours => say!(l, scheduling.why.ends_after_hours),
        Availability::DayOff => say!(l, scheduling.why.day_off),
        Availability::Away => say!(l, scheduling.why.away),
        Availability::NotOnGrid => say!(l, scheduling.why.not_on_grid),
        Availability::Busy => say!(l, scheduling.why.busy),
        Availability::TooClose => say!(l, scheduling.why.too_close),
        Availability::DayFull => say!(l, scheduling.why.day_full),
        Availability::NoRoom => say!(l, scheduling.why.no_room),
    }
}
