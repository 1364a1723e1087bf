//! Days off and extra hours.

use super::hours::read_hours;
use super::outside::OutsideVisits;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{
    Choice, DateFields, EmptyState, Notice, NoticeKind, PageTitle, Radios, SelectField, TextField, loaded, said, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format::{self, clock};
use model::scheduling::views::{ClinicHours, ExceptionView, HoursView};
use model::scheduling::{ExceptionKind, LocalHours};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// A day off or extra hours, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DayValues {
    /// The clinic's id.
    pub clinic: String,
    /// `day_off`, `off` or `extra`.
    pub kind: String,
    /// The day of the month.
    pub date_day: String,
    /// The month.
    pub date_month: String,
    /// The year.
    pub date_year: String,
    /// The start of the hours.
    pub from: String,
    /// The end of the hours.
    pub until: String,
}

impl FormValues for DayValues {
    const FORM: &'static str = "scheduling.add_day";
}

/// The values of the form that removes a day off or extra hours.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RemoveValues {
    /// The id of the exception.
    pub exception: String,
}

impl FormValues for RemoveValues {
    const FORM: &'static str = "scheduling.remove_day";
    const KEEP: Keep = Keep::Nowhere;
}

/// Adds a day off or extra hours.
///
/// # Errors
/// Wrong fields; `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "add-day")]
pub async fn add_day(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DayValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form).await;
    form.answer(outcome).await
}

/// Removes a day off or extra hours.
///
/// # Errors
/// `NotFound`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "remove-day")]
pub async fn remove_day(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RemoveValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::remove(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::super::hours::post::range;
    use super::{DayValues, ExceptionKind, Failure, FormReply, Posted, RemoveValues};
    use domain::scheduling::{self, AddException};
    use kit::request::{RequestContext, posted_id};
    use model::errors::{FieldError, FieldFault};
    use model::identity::DateFields;
    use model::ids::ClinicId;
    use model::scheduling::DayException;

    const NEXT: &str = "/doctor/hours/days?saved=1";

    pub(super) async fn add(form: &Posted<DayValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let (clinic, exception) = parse(&form.values)?;
        let command = AddException { clinic, exception, idempotency_key: Some(form.idempotency_key.clone()) };
        domain::error::retry(|| scheduling::add_exception(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(NEXT))
    }

    pub(super) async fn remove(values: &RemoveValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let id = posted_id(&values.exception)?;
        domain::error::retry(|| scheduling::remove_exception(&request.domain, &request.access, id)).await?;
        Ok(FormReply::to(NEXT))
    }

    /// Parses the form and reports all faults at once, in the order of the form.
    pub(super) fn parse(values: &DayValues) -> Result<(ClinicId, DayException), Failure> {
        let mut faults = Vec::new();
        let clinic = values.clinic.parse();
        if clinic.is_err() {
            faults.push(FieldError::new("clinic", FieldFault::UnknownChoice));
        }
        let hours = |faults: &mut Vec<FieldError>| match range(&values.from, &values.until) {
            Ok(Some(hours)) => Some(hours),
            Ok(None) => {
                faults.push(FieldError::new("from", FieldFault::Missing));
                None
            }
            Err((part, fault)) => {
                faults.push(FieldError::new(part, fault));
                None
            }
        };
        let typed = DateFields { day: &values.date_day, month: &values.date_month, year: &values.date_year };
        let (mut date_faults, mut hour_faults) = (Vec::new(), Vec::new());
        let date = typed.parse().map_err(|wrong| date_faults.extend(wrong.into_iter().map(|fault| fault.under("date")))).ok();
        let kind = match values.kind.as_str() {
            "day_off" => Some(ExceptionKind::DayOff),
            "off" => hours(&mut hour_faults).map(|hours| ExceptionKind::Off { hours }),
            "extra" => hours(&mut hour_faults).map(|hours| ExceptionKind::Extra { hours }),
            "" => {
                faults.push(FieldError::new("kind", FieldFault::Missing));
                None
            }
            _ => {
                faults.push(FieldError::new("kind", FieldFault::UnknownChoice));
                None
            }
        };
        faults.append(&mut date_faults);
        faults.append(&mut hour_faults);
        match (clinic, date, kind) {
            (Ok(clinic), Some(date), Some(kind)) if faults.is_empty() => Ok((clinic, DayException { date, kind })),
            _ => Err(Failure::fields(faults)),
        }
    }
}

/// The page on which a doctor edits days off and extra hours.
#[component]
pub fn DayExceptionsPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let add = use_form::<AddDay, DayValues>()
        .field("clinic", say!(l, scheduling.hours.clinic), say!(l, scheduling.days.clinic_missing))
        .choice("kind", say!(l, scheduling.days.kind), say!(l, scheduling.days.kind_missing))
        .date("date", say!(l, scheduling.days.date), say!(l, scheduling.days.date_missing))
        .field("from", say!(l, scheduling.days.from), say!(l, scheduling.days.from_missing))
        .malformed(say!(l, scheduling.days.from_malformed))
        .field("until", say!(l, scheduling.days.until), say!(l, scheduling.days.until_missing))
        .malformed(say!(l, scheduling.days.until_malformed))
        .noun(say!(l, scheduling.days.until_noun));
    let remove = use_form::<RemoveDay, RemoveValues>();
    let (added, removed) = (add.done(), remove.done());
    let hours = Resource::new_blocking(move || (added.get(), removed.get()), |_| read_hours());
    view! {
        <PageTitle text=say!(l, scheduling.days.title)/>
        <p><a href="/doctor/hours">"← " {say!(l, scheduling.hours.week_link)}</a></p>
        <div class="lead">
            <h1>{say!(l, scheduling.days.title)}</h1>
            <p>{say!(l, scheduling.days.lead)}</p>
        </div>
        <p><a href="/doctor/hours/time-off">{say!(l, scheduling.time_off.link)}</a></p>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.days.saved)/> }),
        )}
        {loaded(hours, move |hours| view! { <Days hours add remove/> })}
    }
}

#[component]
fn Days(hours: HoursView, add: FormHandle, remove: FormHandle) -> impl IntoView {
    let l = use_locale();
    let HoursView { clinics, outside, .. } = hours;
    if clinics.is_empty() {
        return view! {
            <EmptyState title=say!(l, scheduling.hours.no_clinic_title) text=say!(l, scheduling.hours.no_clinic)/>
        }
        .into_any();
    }
    view! {
        <OutsideVisits cards=outside/>
        <div class="two">
            <AddForm clinics=clinics.clone() form=add/>
            <DayList clinics form=remove/>
        </div>
    }
    .into_any()
}

#[component]
fn AddForm(clinics: Vec<ClinicHours>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let kinds = [
        ("day_off", say!(l, scheduling.days.day_off)),
        ("off", say!(l, scheduling.days.off)),
        ("extra", say!(l, scheduling.days.extra)),
    ]
    .map(|(value, label)| Choice { value: value.to_owned(), label: label.to_owned(), hint: None });
    let choices: Vec<Choice> = clinics
        .iter()
        .map(|part| Choice { value: part.clinic.id.to_string(), label: part.clinic.name.clone(), hint: None })
        .collect();
    view! {
        <section class="card">
            <h2>{say!(l, scheduling.days.add_title)}</h2>
            <Form form>
                {match choices.as_slice() {
                    [only] => view! { <input type="hidden" name="clinic" value=only.value.clone()/> }.into_any(),
                    _ => view! { <SelectField name="clinic" choices=choices.clone()/> }.into_any(),
                }}
                <Radios name="kind" choices=kinds.to_vec()/>
                <DateFields name="date" hint=say!(l, scheduling.days.date_hint)/>
                <p class="quiet">{say!(l, scheduling.days.times_hint)}</p>
                <div class="row range">
                    <TextField name="from" kind="time" width="time"/>
                    <TextField name="until" kind="time" width="time"/>
                </div>
                <div class="row"><SubmitButton label=say!(l, scheduling.days.submit)/></div>
            </Form>
        </section>
    }
}

#[component]
fn DayList(clinics: Vec<ClinicHours>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if clinics.iter().all(|part| part.exceptions.is_empty()) {
        return view! { <EmptyState title=say!(l, scheduling.days.empty_title) text=say!(l, scheduling.days.empty)/> }.into_any();
    }
    let several = clinics.len() > 1;
    let lists: Vec<_> = clinics
        .into_iter()
        .filter(|part| !part.exceptions.is_empty())
        .map(|part| {
            let title = several.then(|| view! { <h3>{part.clinic.name.clone()}</h3> });
            let items: Vec<_> = part.exceptions.into_iter().map(|day| view! { <li><Differs day form/></li> }).collect();
            view! {
                {title}
                <ul class="list">{items}</ul>
            }
        })
        .collect();
    view! {
        <section class="card">
            <h2>{say!(l, scheduling.days.list_title)}</h2>
            {lists}
        </section>
    }
    .into_any()
}

#[component]
fn Differs(day: ExceptionView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let date = format::date_long(day.exception.date, names(l));
    let id = day.id.to_string();
    let label = say!(l, scheduling.days.remove_of, day = date.clone());
    view! {
        <div class="row">
            <div class="grow">
                <strong>{date}</strong> <br/> {what_differs(l, day.exception.kind)} {day.note.map(|note| view! { ": " {said(note)} })}
            </div>
            <Form form>
                <input type="hidden" name="exception" value=id.clone()/>
                <SubmitButton label=label.clone() class="plain"/>
            </Form>
        </div>
    }
}

fn what_differs(l: Locale, kind: ExceptionKind) -> String {
    match kind {
        ExceptionKind::DayOff => say!(l, scheduling.days.list_day_off).to_owned(),
        ExceptionKind::Off { hours } if hours == LocalHours::WHOLE_DAY => say!(l, scheduling.days.list_day_off).to_owned(),
        ExceptionKind::Extra { hours } if hours == LocalHours::WHOLE_DAY => say!(l, scheduling.days.list_extra_day).to_owned(),
        ExceptionKind::Off { hours } => {
            say!(l, scheduling.days.list_off, start = clock(hours.start()), end = clock(hours.end()))
        }
        ExceptionKind::Extra { hours } => {
            say!(l, scheduling.days.list_extra, start = clock(hours.start()), end = clock(hours.end()))
        }
    }
}
