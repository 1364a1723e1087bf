//! A doctor's day: what is to come as a table, what is done folded below it.

use super::block::{BlockLine, BlockedNotice, UnblockTime, UnblockValues};
use super::late::{LateForm, LateValues, SayLate};
use super::outside::BlockedVisits;
use super::rooms::room_name;
use super::states::{StateTag, mode_name};
use jiff::Timestamp;
use jiff::civil::Date;
use kit::failure::Failure;
use kit::forms::{FormHandle, use_form};
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{Column, Detail, Moment, Table, followed, loaded, said};
use kit::viewer::{use_locale, use_now};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::VisitMode;
use model::scheduling::views::{AppointmentCard, DayEntry, DoctorDay};
use words::{Locale, plural, say};

/// Loads a day of the doctor whom the user acts as.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-day")]
pub async fn read_day(
    /// The day, `2026-11-24`; today if it is absent or malformed.
    day: Option<String>,
) -> Result<DoctorDay, Failure> {
    let request = kit::request::RequestContext::require()?;
    let day = day.and_then(|day| day.parse().ok());
    kit::request::call(|| domain::scheduling::day_of_doctor(&request.domain, &request.access, day, request.viewer.zone_name()))
        .await
}

/// The day in the address, or today, and the forms of its page. They are made at the top of the page, so that server and browser number them alike.
#[derive(Clone, Copy)]
pub struct DayOfAddress {
    day: Resource<Result<DoctorDay, Failure>>,
    late: FormHandle,
    unblock: FormHandle,
}

/// Loads the day in the address. Call it at the top of the page.
#[must_use]
pub fn day_of_address() -> DayOfAddress {
    let l = use_locale();
    let query = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    let late =
        use_form::<SayLate, LateValues>().field("minutes", say!(l, scheduling.late.by), say!(l, scheduling.late.by_missing));
    let unblock = use_form::<UnblockTime, UnblockValues>();
    let (said, unblocked) = (late.done(), unblock.done());
    let asked = move || (query.with(|query| query.get("day")), changes.get(), said.get(), unblocked.get());
    DayOfAddress { day: Resource::new_blocking(asked, |(day, ..)| read_day(day)), late, unblock }
}

/// The date as the heading of the page, with links to the days before and after, and what the doctor can say about the day.
#[component]
pub fn DayHead(
    /// The day.
    day: DayOfAddress,
) -> impl IntoView {
    let DayOfAddress { day, late, .. } = day;
    view! {
        {loaded(day, move |day| view! { <Head day/> })}
        {followed(day, move |day| view! { <LateForm day form=late/> })}
    }
}

/// The appointments of a day: those that are not over, then those that are. Below them, its blocked time.
#[component]
pub fn DayTable(
    /// The day.
    day: DayOfAddress,
) -> impl IntoView {
    let DayOfAddress { day, unblock, .. } = day;
    loaded(day, move |day| view! { <Visits day unblock/> })
}

#[component]
fn Head(day: DoctorDay) -> impl IntoView {
    let l = use_locale();
    let date = day.date;
    let ways =
        [(date.yesterday().ok(), say!(l, scheduling.today.before)), (date.tomorrow().ok(), say!(l, scheduling.today.after))]
            .map(|(day, label)| day.map(|day| view! { <a class="button plain" href=day_address(day)>{label}</a> }));
    let cards: Vec<AppointmentCard> = day.in_blocked_time().cloned().collect();
    view! {
        <div class="row">
            <h1>{format::date_long(date, names(l))}</h1>
            <nav class="row end" aria-label=say!(l, scheduling.today.days)>
                {ways.into_iter().collect_view()}
                <a href="/doctor">{say!(l, scheduling.today.to_today)}</a>
                <a href=format!("/doctor/calendar?day={date}")>{say!(l, scheduling.day_calendar.title)}</a>
            </nav>
        </div>
        <div class="row">
            <a class="button plain" href=format!("/doctor/block?day={date}")>{say!(l, scheduling.block.link)}</a>
        </div>
        <BlockedNotice/>
        <BlockedVisits cards/>
    }
}

#[component]
fn Visits(day: DoctorDay, unblock: FormHandle) -> impl IntoView {
    let l = use_locale();
    let DoctorDay { entries, blocks, .. } = day;
    let is_empty = entries.is_empty();
    let n = count(&entries);
    let (over, mut left): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.card.state.is_settled());
    left.sort_by_key(|entry| (!entry.card.is_in_visit(), entry.card.starts_at));
    let done = count(&over);
    let progress = say!(l, scheduling.today.progress, done = done, n = n);
    let to_come = (is_empty || !left.is_empty()).then(|| view! { <ToCome entries=left caption=progress.clone()/> });
    let is_over = to_come.is_none();
    let folded = (!over.is_empty()).then(|| {
        let one = say!(l, scheduling.today.done_singular, n = done);
        let title = plural(done, one, say!(l, scheduling.today.done_plural, n = done));
        view! {
            <details open=is_over>
                <summary>{title.clone()}</summary>
                <Over entries=over caption=progress/>
            </details>
        }
    });
    let blocked = (!blocks.is_empty()).then(|| {
        let items: Vec<_> = blocks.into_iter().map(|block| view! { <li><BlockLine block unblock/></li> }).collect();
        view! {
            <section class="card">
                <h2>{say!(l, scheduling.block.list)}</h2>
                <ul class="list">{items}</ul>
            </section>
        }
    });
    view! {
        {to_come}
        {folded}
        {blocked}
    }
}

fn count(entries: &[DayEntry]) -> i64 {
    i64::try_from(entries.len()).unwrap_or(i64::MAX)
}

#[component]
fn ToCome(entries: Vec<DayEntry>, caption: String) -> impl IntoView {
    let l = use_locale();
    let now = use_now();
    let mut columns = columns(l);
    columns.push(Column::text(say!(l, scheduling.today.action), move |entry: &DayEntry| way(l, now, &entry.card)));
    view! {
        <Table
            columns
            rows=entries
            caption
            with_zone=true
            empty_title=say!(l, scheduling.today.empty_title)
            empty_text=say!(l, scheduling.today.empty)
        >
            <a class="button" href="/doctor/hours">{say!(l, common.home.doctor_hours)}</a>
        </Table>
    }
}

#[component]
fn Over(entries: Vec<DayEntry>, caption: String) -> impl IntoView {
    let l = use_locale();
    view! {
        <Table
            columns=columns(l)
            rows=entries
            caption
            with_zone=true
            empty_title=say!(l, scheduling.today.empty_title)
            empty_text=say!(l, scheduling.today.empty)
        />
    }
}

/// Time, patient with a link to the appointment, and state.
fn columns(l: Locale) -> Vec<Column<DayEntry>> {
    vec![
        Column::text(say!(l, scheduling.today.time), |entry: &DayEntry| {
            view! { <Moment at=entry.card.starts_at detail=Detail::Time/> }
        }),
        Column::text(say!(l, scheduling.today.patient), move |entry: &DayEntry| {
            let (patient, href) = (&entry.card.patient, format!("/doctor/appointments/{}", entry.card.id));
            let elsewhere = (entry.card.mode != VisitMode::Video).then(|| format!(" · {}", mode_name(l, entry.card.mode)));
            view! {
                <strong><a href=href>{said(&patient.name)}</a></strong>
                <small>" " {say!(l, scheduling.appointment.age, n = patient.age)} {elsewhere} {room_name(&entry.card)}</small> <br/>
                <small class="lines">{entry.reason.as_ref().map(said)}</small>
            }
        }),
        Column::text(say!(l, scheduling.today.state), |entry: &DayEntry| view! { <StateTag state=entry.card.state/> }),
    ]
}

fn day_address(day: Date) -> String {
    format!("/doctor?day={day}")
}

/// The link to a visit in progress, or to its waiting room while that is open.
fn way(l: Locale, now: Signal<Timestamp>, card: &AppointmentCard) -> impl IntoView + use<> {
    let (card, href) = (card.clone(), format!("/doctor/visits/{}", card.encounter));
    let patient = card.patient.name.clone();
    let (text, label) = if card.is_in_visit() {
        (say!(l, scheduling.appointment.resume), say!(l, scheduling.today.resume_of, patient = patient))
    } else {
        (say!(l, scheduling.today.open), say!(l, scheduling.today.open_of, patient = patient))
    };
    move || {
        let leads_on = card.is_in_visit() || card.room_is_open(now.get());
        leads_on.then(|| view! { <a class="button" href=href.clone() aria-label=label.clone()>{text}</a> })
    }
}
