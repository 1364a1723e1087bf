//! A clinic's day: all appointments by their time, with doctor and state.

use super::states::{StateTag, mode_name};
use jiff::civil::Date;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{Column, Detail, Moment, Table, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::views::{AppointmentCard, ClinicDay};
use words::{Locale, plural, say};

/// Loads a day of the clinic in which the user acts.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for patients, and for roles that have no appointments.
#[server(prefix = "/do", endpoint = "read-clinic-day")]
pub async fn read_clinic_day(
    /// The day, `2026-11-24`; today if it is absent or malformed.
    day: Option<String>,
) -> Result<ClinicDay, Failure> {
    let request = kit::request::RequestContext::require()?;
    let day = day.and_then(|day| day.parse().ok());
    kit::request::call(|| domain::scheduling::clinic_day(&request.domain, &request.access, day, request.viewer.zone_name())).await
}

/// The day in the address, or today, as the content of a home page.
#[component]
pub fn ClinicDayTable(
    /// The address of the home page; the pages of patients are below it.
    home: &'static str,
) -> impl IntoView {
    let query = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    let asked = move || (query.with(|query| query.get("day")), changes.get());
    let day = Resource::new_blocking(asked, |(day, _)| read_clinic_day(day));
    loaded(day, move |day| view! { <Day day home/> }).into_any()
}

#[component]
fn Day(day: ClinicDay, home: &'static str) -> impl IntoView {
    let l = use_locale();
    let ClinicDay { date, cards } = day;
    let address = |day: Date| format!("{home}?day={day}");
    let ways =
        [(date.yesterday().ok(), say!(l, scheduling.today.before)), (date.tomorrow().ok(), say!(l, scheduling.today.after))]
            .map(|(day, label)| day.map(|day| view! { <a class="button plain" href=address(day)>{label}</a> }));
    // Nurses have no page for it.
    let why =
        (home == "/desk").then(|| view! { <p><a href=format!("/desk/why?day={date}")>{say!(l, scheduling.why.link)}</a></p> });
    let n = i64::try_from(cards.len()).unwrap_or(i64::MAX);
    let caption =
        plural(n, say!(l, scheduling.clinic_day.count_singular, n = n), say!(l, scheduling.clinic_day.count_plural, n = n));
    view! {
        <div class="row">
            <h1>{format::date_long(date, names(l))}</h1>
            <nav class="row end" aria-label=say!(l, scheduling.today.days)>
                {ways.into_iter().collect_view()}
                <a href=home>{say!(l, scheduling.today.to_today)}</a>
            </nav>
        </div>
        <Table
            columns=columns(l, home)
            rows=cards
            caption
            with_zone=true
            empty_title=say!(l, scheduling.clinic_day.empty_title)
            empty_text=say!(l, scheduling.clinic_day.empty)
        >
            <a class="button" href=format!("{home}/patients")>{say!(l, scheduling.clinic_day.patients)}</a>
        </Table>
        {why}
    }
    .into_any()
}

fn columns(l: Locale, home: &'static str) -> Vec<Column<AppointmentCard>> {
    vec![
        Column::text(say!(l, scheduling.today.time), |card: &AppointmentCard| {
            view! { <Moment at=card.starts_at detail=Detail::Time/> }
        }),
        Column::text(say!(l, scheduling.today.patient), move |card: &AppointmentCard| {
            let (patient, href) = (&card.patient, format!("{home}/patients/{}", card.patient.id));
            view! {
                <strong><a href=href>{said(&patient.name)}</a></strong>
                <small>" " <span class="num">{patient.number.clone()}</span></small>
            }
        }),
        Column::text(say!(l, scheduling.clinic_day.doctor), |card: &AppointmentCard| said(&card.doctor.name)),
        Column::text(say!(l, scheduling.clinic_day.mode), move |card: &AppointmentCard| mode_name(l, card.mode)),
        Column::text(say!(l, scheduling.today.state), |card: &AppointmentCard| view! { <StateTag state=card.state/> }),
    ]
}
