//! One clinic: where it is, when it is open, when it is closed, and what was changed.

use super::logo::{Logo, load_clinic_logo};
use super::{saved_notice, week_line};
use jiff::civil::Date;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{Card, DateFields, Detail, Moment, PageTitle, TextField, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::{ClinicChange, ClinicField, ClinicView, ClosureView, GuardiansSee, closure_of_lines};
use model::files::OwnPhoto;
use model::format;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// Days on which a clinic is closed, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClosureValues {
    /// The clinic's id.
    pub clinic: String,
    /// The day of the month of the first day.
    pub first_day: String,
    /// Its month.
    pub first_month: String,
    /// Its year.
    pub first_year: String,
    /// The day of the month of the last day.
    pub last_day: String,
    /// Its month.
    pub last_month: String,
    /// Its year.
    pub last_year: String,
    /// Why the clinic is closed.
    pub reason: String,
}

impl FormValues for ClosureValues {
    const FORM: &'static str = "admin.closure";
}

/// The values of the form that removes a closure.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReopenValues {
    /// The clinic's id, to come back to its page.
    pub clinic: String,
    /// The id of the closure.
    pub closure: String,
}

impl FormValues for ReopenValues {
    const FORM: &'static str = "admin.remove_closure";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads a clinic.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-clinic")]
pub async fn load_clinic(
    /// The clinic's id.
    id: String,
) -> Result<ClinicView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::directory::clinic(&request.domain, &request.access, id)).await
}

/// Says that a clinic is closed on some days.
///
/// # Errors
/// Wrong fields; `NotFound`.
#[server(prefix = "/do", endpoint = "add-closure")]
pub async fn add_closure(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ClosureValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form.values).await;
    form.answer(outcome).await
}

/// Removes days on which a clinic is closed.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "remove-closure")]
pub async fn remove_closure(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ReopenValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::remove(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ClosureValues, Failure, FormReply, ReopenValues};
    use domain::{directory, error::retry};
    use kit::request::{RequestContext, posted_id};
    use model::ids::ClinicId;

    pub(super) async fn add(values: &ClosureValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let clinic: ClinicId = posted_id(&values.clinic)?;
        let command = directory::AddClosure {
            clinic,
            first: [&values.first_day, &values.first_month, &values.first_year].map(String::clone),
            last: [&values.last_day, &values.last_month, &values.last_year].map(String::clone),
            reason: values.reason.clone(),
        };
        retry(|| directory::add_closure(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/admin/clinics/{clinic}?saved=1")))
    }

    pub(super) async fn remove(values: &ReopenValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let clinic: ClinicId = posted_id(&values.clinic)?;
        let closure = posted_id(&values.closure)?;
        retry(|| directory::remove_closure(&request.domain, &request.access, closure)).await?;
        Ok(FormReply::to(format!("/admin/clinics/{clinic}?saved=1")))
    }
}

/// The page `/admin/clinics/:id`.
#[component]
pub fn ClinicPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let add = use_form::<AddClosure, ClosureValues>()
        .date("first", say!(l, admin.clinics.first_day), say!(l, admin.clinics.first_day_missing))
        .optional_date("last", say!(l, admin.clinics.last_day))
        .field("reason", say!(l, admin.clinics.reason), say!(l, admin.clinics.reason_missing));
    let remove = use_form::<RemoveClosure, ReopenValues>();
    let (added, removed) = (add.done(), remove.done());
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let clinic = Resource::new_blocking(
        move || (id(), added.get(), removed.get()),
        |(id, ..)| async move {
            let clinic = load_clinic(id.clone()).await?;
            let logo = load_clinic_logo(id).await?;
            Ok::<_, Failure>((clinic, logo))
        },
    );
    view! {
        <PageTitle text=say!(l, admin.clinics.one)/>
        <p><a href="/admin/clinics">"← " {say!(l, admin.clinics.title)}</a></p>
        {saved_notice(l)}
        {loaded(clinic, move |(clinic, logo)| view! { <Clinic clinic logo add remove/> })}
    }
}

#[component]
fn Clinic(clinic: ClinicView, logo: OwnPhoto, add: FormHandle, remove: FormHandle) -> impl IntoView {
    let l = use_locale();
    let id = clinic.id.to_string();
    let (edit, rooms) = (format!("/admin/clinics/{id}/edit"), format!("/admin/clinics/{id}/rooms"));
    let (messages, many) = (format!("/admin/clinics/{id}/messages"), format!("/admin/clinics/{id}/many"));
    let groups = format!("/admin/clinics/{id}/groups");
    let hours: Vec<_> = names(l)
        .weekdays
        .into_iter()
        .zip(clinic.opening_hours)
        .map(|(day, hours)| {
            let hours = if hours.is_empty() { say!(l, admin.clinics.closed).to_owned() } else { hours };
            view! {
                <dt>{day}</dt>
                <dd>{hours}</dd>
            }
        })
        .collect();
    let hours = if hours.is_empty() {
        view! { <p>{say!(l, admin.clinics.hours_unknown)}</p> }.into_any()
    } else {
        view! { <dl class="facts">{hours}</dl> }.into_any()
    };
    view! {
        <h1>{said(&clinic.name)}</h1>
        <div class="two">
            <Card title=say!(l, admin.clinics.place)>
                <dl class="facts">
                    <dt>{say!(l, admin.clinics.address)}</dt>
                    <dd>{said(clinic.address_lines.join(", "))}</dd>
                    {clinic.postcode.map(|postcode| view! {
                        <dt>{say!(l, admin.clinics.postcode)}</dt>
                        <dd>{said(postcode)}</dd>
                    })}
                    {clinic.position.map(|position| view! {
                        <dt>{say!(l, admin.clinics.position)}</dt>
                        <dd class="num">{position.written().join(", ")}</dd>
                    })}
                    <dt>{say!(l, admin.clinics.country)}</dt>
                    <dd>{clinic.country.name()}</dd>
                    <dt>{say!(l, admin.clinics.zone)}</dt>
                    <dd>{clinic.time_zone.replace('_', " ")}</dd>
                    <dt>{say!(l, admin.clinics.currency)}</dt>
                    <dd>{clinic.currency.as_str().to_owned()}</dd>
                    {clinic.phone.map(|phone| view! {
                        <dt>{say!(l, admin.clinics.phone)}</dt>
                        <dd>{said(phone)}</dd>
                    })}
                    {(!clinic.letterhead_lines.is_empty()).then(|| view! {
                        <dt>{say!(l, admin.clinics.letterhead)}</dt>
                        <dd>{said(clinic.letterhead_lines.join(", "))}</dd>
                    })}
                </dl>
                <ul class="list">
                    <li><a href=edit>{say!(l, admin.clinics.edit)}</a></li>
                    <li><a href=rooms>{say!(l, admin.rooms.link)}</a></li>
                    <li><a href=messages>{say!(l, admin.messages.title)}</a></li>
                    <li><a href=many>{say!(l, admin.many.title)}</a></li>
                    <li><a href=groups>{say!(l, admin.groups.title)}</a></li>
                </ul>
            </Card>
            <Card title=say!(l, admin.clinics.hours)>{hours}</Card>
        </div>
        <Logo clinic=id.clone() logo/>
        <Closures clinic=id closures=clinic.closures add remove/>
        {(!clinic.history.is_empty()).then(|| view! { <History changes=clinic.history/> })}
    }
}

#[component]
fn Closures(clinic: String, closures: Vec<ClosureView>, add: FormHandle, remove: FormHandle) -> impl IntoView {
    let l = use_locale();
    let none = closures.is_empty();
    let items: Vec<_> = closures
        .into_iter()
        .map(|closure| {
            let days = days_text(l, closure.first_day, closure.last_day);
            let (clinic, id) = (clinic.clone(), closure.id.to_string());
            let label = say!(l, admin.clinics.remove_closure, days = days.clone());
            view! {
                <li>
                    <div class="row">
                        <div class="grow"><strong>{days}</strong> <br/> {said(closure.reason)}</div>
                        <Form form=remove>
                            <input type="hidden" name="clinic" value=clinic.clone()/>
                            <input type="hidden" name="closure" value=id.clone()/>
                            <SubmitButton label=label.clone() class="plain"/>
                        </Form>
                    </div>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <section class="card">
            <h2>{say!(l, admin.clinics.closures)}</h2>
            {none.then(|| view! { <p>{say!(l, admin.clinics.no_closures)}</p> })}
            {(!none).then(|| view! { <ul class="list">{items}</ul> })}
            <h3>{say!(l, admin.clinics.add_closure)}</h3>
            <Form form=add>
                <input type="hidden" name="clinic" value=clinic.clone()/>
                <DateFields name="first" hint=say!(l, admin.clinics.day_hint)/>
                <DateFields name="last" hint=say!(l, admin.clinics.last_day_hint)/>
                <TextField name="reason" hint=say!(l, admin.clinics.reason_hint)/>
                <div class="row"><SubmitButton label=say!(l, admin.clinics.submit_closure)/></div>
            </Form>
        </section>
    }
}

/// The days of a closure: one, or from the first to the last.
fn days_text(l: Locale, first_day: Date, last_day: Date) -> String {
    let first = format::date_long(first_day, names(l));
    if first_day == last_day {
        return first;
    }
    say!(l, admin.clinics.from_to, first = first, last = format::date_long(last_day, names(l)))
}

#[component]
fn History(changes: Vec<ClinicChange>) -> impl IntoView {
    let l = use_locale();
    let items: Vec<_> = changes
        .into_iter()
        .map(|change| {
            let lines: Vec<_> = change
                .changed
                .into_iter()
                .map(|(field, old, new)| {
                    let (old, new) = (value_text(l, field, &old), value_text(l, field, &new));
                    view! { <li>{field_name(l, field)} ": " {said(old)} " → " {said(new)}</li> }
                })
                .collect();
            view! {
                <li>
                    <p>
                        {change.at.map(|at| view! { <Moment at detail=Detail::Short/> })}
                        {change.by.map(|by| view! { ", " {said(by)} })}
                    </p>
                    <ul>{lines}</ul>
                </li>
            }
        })
        .collect();
    view! {
        <Card title=say!(l, admin.clinics.history)>
            <ZoneNote/>
            <ul class="list">{items}</ul>
        </Card>
    }
}

fn field_name(l: Locale, field: ClinicField) -> &'static str {
    match field {
        ClinicField::Name => say!(l, admin.clinics.name),
        ClinicField::TimeZone => say!(l, admin.clinics.zone),
        ClinicField::Country => say!(l, admin.clinics.country),
        ClinicField::Address => say!(l, admin.clinics.address),
        ClinicField::Phone => say!(l, admin.clinics.phone),
        ClinicField::OpeningHours => say!(l, admin.clinics.hours),
        ClinicField::GuardiansOfTeens => say!(l, admin.clinics.guardians),
        ClinicField::Letterhead => say!(l, admin.clinics.letterhead),
        ClinicField::Postcode => say!(l, admin.clinics.postcode),
        ClinicField::Position => say!(l, admin.clinics.position),
        ClinicField::Closure => say!(l, admin.clinics.closures),
    }
}

/// What guardians of teenagers see, in words.
pub(super) fn guardians_see(l: Locale, see: GuardiansSee) -> &'static str {
    match see {
        GuardiansSee::Everything => say!(l, admin.clinics.guardians_everything),
        GuardiansSee::Appointments => say!(l, admin.clinics.guardians_appointments),
    }
}

/// An old or new value of a field on one line.
fn value_text(l: Locale, field: ClinicField, value: &str) -> String {
    let text = match field {
        ClinicField::OpeningHours => week_line(l, &value.split('\n').map(str::to_owned).collect::<Vec<_>>()),
        ClinicField::Address | ClinicField::Letterhead => value.replace('\n', ", "),
        ClinicField::GuardiansOfTeens => {
            GuardiansSee::parse(value).map_or_else(|_| value.to_owned(), |see| guardians_see(l, see).to_owned())
        }
        ClinicField::Closure => closure_of_lines(value)
            .map(|(first, last, reason)| format!("{}: {reason}", days_text(l, first, last)))
            .unwrap_or_default(),
        ClinicField::Name
        | ClinicField::TimeZone
        | ClinicField::Country
        | ClinicField::Phone
        | ClinicField::Postcode
        | ClinicField::Position => value.to_owned(),
    };
    if text.is_empty() { say!(l, admin.clinics.nothing).to_owned() } else { text }
}
