//! The doctor's page of calendars outside of Bedside, whose busy times nobody can book.

use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Card, Detail, Moment, Notice, NoticeKind, PageTitle, Tag, TagKind, TextField, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::ids::OutsideCalendarId;
use model::scheduling::{OutsideCalendarView, OutsideTrouble};
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::{Locale, say};

/// A calendar to add, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OutsideValues {
    /// What the doctor calls it.
    pub name: String,
    /// Its address.
    pub address: String,
}

impl FormValues for OutsideValues {
    const FORM: &'static str = "scheduling.outside_calendar";
    const SECRETS: &'static [&'static str] = &["address"];
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the signed-in doctor's calendars outside of Bedside.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-outside-calendars")]
pub async fn read_outside_calendars() -> Result<Vec<OutsideCalendarView>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::scheduling::outside_calendars(&request.domain, &request.access)).await
}

/// Adds a calendar.
///
/// # Errors
/// Wrong fields; `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "add-outside-calendar")]
pub async fn add_outside_calendar(
    /// The posted form.
    #[server(flatten)]
    form: Posted<OutsideValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form).await;
    form.answer(outcome).await
}

/// Removes a calendar. One that was removed already is not an error.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "remove-outside-calendar")]
pub async fn remove_outside_calendar(
    /// The calendar.
    calendar: OutsideCalendarId,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome =
        domain::error::retry(|| domain::scheduling::remove_outside_calendar(&request.domain, &request.access, calendar)).await;
    Ok(post::back_to_page(outcome))
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, OutsideValues, Posted};
    use domain::{
        error::retry,
        scheduling::{self, AddOutsideCalendar},
    };
    use kit::request::{RequestContext, see_other};
    use model::errors::Code;

    const PAGE: &str = "/doctor/calendars";

    pub(super) async fn add(form: &Posted<OutsideValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let OutsideValues { name, address } = form.values.clone();
        let command = AddOutsideCalendar { name, address, idempotency_key: Some(form.idempotency_key.clone()) };
        retry(|| scheduling::add_outside_calendar(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::fresh(PAGE))
    }

    pub(super) fn back_to_page(outcome: domain::Result<()>) -> FormReply {
        let next = match outcome {
            Ok(()) => PAGE.to_owned(),
            Err(error) if matches!(error.code(), Code::NotFound | Code::Forbidden) => PAGE.to_owned(),
            Err(error) if error.code() == Code::SignInNeeded => kit::address::sign_in_path(PAGE),
            Err(_) => "/trouble".to_owned(),
        };
        see_other(&next);
        FormReply::fresh(next)
    }
}

/// The page `/doctor/calendars`.
#[component]
pub fn OutsideCalendarsPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<AddOutsideCalendar, OutsideValues>()
        .field("name", say!(l, scheduling.outside.name), say!(l, scheduling.outside.name_missing))
        .field("address", say!(l, scheduling.outside.address), say!(l, scheduling.outside.address_missing))
        .malformed(say!(l, scheduling.outside.address_malformed));
    let calendars = Resource::new_blocking(|| (), |()| read_outside_calendars());
    view! {
        <PageTitle text=say!(l, scheduling.outside.title)/>
        <p><a href="/doctor/hours">"← " {say!(l, scheduling.hours.title)}</a></p>
        <div class="lead">
            <h1>{say!(l, scheduling.outside.title)}</h1>
            <p>{say!(l, scheduling.outside.lead)}</p>
        </div>
        {loaded(calendars, |calendars| view! { <Calendars calendars/> })}
        <Form form class="card">
            <h2>{say!(l, scheduling.outside.add)}</h2>
            <TextField name="name" hint=say!(l, scheduling.outside.name_hint)/>
            <TextField name="address" hint=say!(l, scheduling.outside.address_hint)/>
            <div class="row"><SubmitButton label=say!(l, scheduling.outside.submit)/></div>
        </Form>
    }
    .into_any()
}

#[component]
fn Calendars(calendars: Vec<OutsideCalendarView>) -> impl IntoView {
    let l = use_locale();
    if calendars.is_empty() {
        return view! { <p>{say!(l, scheduling.outside.none)}</p> }.into_any();
    }
    let rows: Vec<_> = calendars.into_iter().map(|calendar| view! { <li><Calendar calendar/></li> }).collect();
    view! {
        <Card title=say!(l, scheduling.outside.list)>
            <ZoneNote/>
            <ul class="list">{rows}</ul>
        </Card>
    }
    .into_any()
}

#[component]
fn Calendar(calendar: OutsideCalendarView) -> impl IntoView {
    let l = use_locale();
    let OutsideCalendarView { id, name, read_at, trouble, broken } = calendar;
    let (kind, state) = match (trouble, read_at) {
        (Some(_), _) => (TagKind::Bad, say!(l, scheduling.outside.unknown)),
        (None, None) => (TagKind::Plain, say!(l, scheduling.outside.waits)),
        (None, Some(_)) => (TagKind::Good, say!(l, scheduling.outside.read)),
    };
    let why = trouble.map(|trouble| {
        let kept = if read_at.is_some() { say!(l, scheduling.outside.kept) } else { say!(l, scheduling.outside.nothing_kept) };
        view! {
            <Notice kind=NoticeKind::Warn title=reason(l, trouble)>
                <p>{kept}</p>
            </Notice>
        }
    });
    let last = read_at.map(|at| {
        view! { <p class="quiet">{say!(l, scheduling.outside.read_at)} " " <Moment at detail=Detail::Short/></p> }
    });
    let not_understood = (broken > 0).then(|| view! { <p>{say!(l, scheduling.outside.broken, n = broken)}</p> });
    let label = say!(l, scheduling.outside.remove_of, name = name.clone());
    view! {
        <div class="row">
            <div class="grow">
                <p><strong>{said(name)}</strong> " " <Tag kind text=state/></p>
                {why}
                {last}
                {not_understood}
            </div>
            <form class="end" method="post" action=RemoveOutsideCalendar::url()>
                <input type="hidden" name="calendar" value=id.to_string()/>
                <button type="submit" class="button plain" aria-label=label>{say!(l, scheduling.outside.remove)}</button>
            </form>
        </div>
    }
}

/// Why a calendar could not be read.
fn reason(l: Locale, trouble: OutsideTrouble) -> &'static str {
    match trouble {
        OutsideTrouble::Forbidden => say!(l, scheduling.outside.forbidden),
        OutsideTrouble::Unreachable => say!(l, scheduling.outside.unreachable),
        OutsideTrouble::Refused => say!(l, scheduling.outside.refused),
        OutsideTrouble::Redirected => say!(l, scheduling.outside.redirected),
        OutsideTrouble::TooLarge => say!(l, scheduling.outside.too_large),
        OutsideTrouble::TooSlow => say!(l, scheduling.outside.too_slow),
        OutsideTrouble::Unreadable => say!(l, scheduling.outside.unreadable),
        OutsideTrouble::TooMany => say!(l, scheduling.outside.too_many),
    }
}
