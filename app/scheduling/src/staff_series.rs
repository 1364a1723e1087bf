//! Reception or a doctor books several visits for a patient: how often, which dates are free, and the booking of all of them.

use super::desk_booking::Booker;
use super::repeat::with_rule;
use super::repeat_dates::{joined, row};
use kit::chosen::staff_series_page;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::{names, readable, zone as rules_of};
use kit::parts::{Choice, DateFields, EmptyState, Notice, NoticeKind, PageTitle, Radios, TextArea, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::PatientCard;
use model::format;
use model::ids::PatientId;
use model::scheduling::views::DeskBookingView;
use model::scheduling::{ChosenTime, SeriesPreview, VisitMode};
use serde::{Deserialize, Serialize};
use words::say;

/// For whom and with whom a series is booked, and its dates once it is known how often.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffSeries {
    /// The doctor, the clinic and the visit type.
    pub view: DeskBookingView,
    /// The patient.
    pub patient: PatientCard,
    /// The time of the first visit.
    pub chosen: ChosenTime,
    /// The dates; none as long as nobody has said how often.
    pub preview: Option<SeriesPreview>,
}

/// The values of the form that asks how often.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StaffSeriesValues {
    /// The doctor's id.
    pub doctor: String,
    /// The time of the first visit with its clinic and visit type.
    pub time: String,
    /// The patient's id.
    pub patient: String,
    /// When the first visit is to begin, as an instant.
    pub start: String,
    /// By how many weeks the visits are apart.
    pub every_weeks: String,
    /// How many visits there are; empty with a last date.
    pub times: String,
    /// The day of the last date.
    pub until_day: String,
    /// Its month.
    pub until_month: String,
    /// Its year.
    pub until_year: String,
}

impl FormValues for StaffSeriesValues {
    const FORM: &'static str = "scheduling.staff_series";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that books.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BookStaffSeriesValues {
    /// The doctor's id.
    pub doctor: String,
    /// The time of the first visit with its clinic and visit type.
    pub time: String,
    /// The patient's id.
    pub patient: String,
    /// When the visits begin, as instants with commas between them.
    pub starts: String,
    /// Why the patient comes.
    pub reason: String,
    /// The number that the doctor calls at visits by phone.
    pub phone: String,
}

impl FormValues for BookStaffSeriesValues {
    const FORM: &'static str = "scheduling.book_staff_series";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the patient and the doctor of a series, and says which dates are free. Without a time and a patient there is nothing to load.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for those who do not book for patients; `NotFound` for another clinic or patient; the reasons why a doctor cannot be booked; dates in the
/// address that no form makes.
#[server(prefix = "/do", endpoint = "read-staff-series")]
pub async fn read_staff_series(
    /// The doctor's id.
    doctor: Option<String>,
    /// The time of the first visit with its clinic and visit type.
    time: Option<String>,
    /// The patient's id.
    patient: Option<String>,
    /// By how many weeks the visits are apart.
    weeks: Option<String>,
    /// How many visits there are.
    times: Option<String>,
    /// The last possible date.
    until: Option<String>,
    /// When the visits begin, if somebody has put them together.
    starts: Option<String>,
) -> Result<Option<StaffSeries>, Failure> {
    use super::repeat::post::instants;
    use domain::scheduling::{self, SeriesDates};
    use kit::request::{RequestContext, call, id};

    let request = RequestContext::require()?;
    let (domain, access) = (&request.domain, &request.access);
    // Strangers sign in before they learn that nothing is chosen.
    kit::failure::answered(access.acting().map(|_| ()))?;
    let (Some(doctor), Some(time), Some(patient)) = (doctor, time, patient) else { return Ok(None) };
    let Some(chosen) = ChosenTime::parse(&doctor, &time) else { return Ok(None) };
    let patient: PatientId = id(&patient)?;
    let view = call(|| scheduling::desk_booking(domain, access, chosen)).await?;
    let card = call(|| domain::directory::patient_card(domain, access, patient)).await?;
    let dates = match (starts.as_deref(), weeks.as_deref().and_then(|weeks| weeks.parse().ok())) {
        (Some(starts), _) => Some(SeriesDates::These(instants(starts))),
        (None, Some(every_weeks)) => Some(SeriesDates::Rule {
            first: chosen.start,
            every_weeks,
            times: times.and_then(|times| times.parse().ok()),
            until: until.and_then(|until| until.parse().ok()),
        }),
        (None, None) => None,
    };
    let preview = match dates {
        Some(dates) => {
            let command = post::preview_of(chosen, dates);
            Some(call(|| scheduling::preview_series_for_patient(domain, access, patient, command.clone())).await?)
        }
        None => None,
    };
    Ok(Some(StaffSeries { view, patient: card, chosen, preview }))
}

/// Takes how often a visit is to be repeated, and goes on to the dates.
///
/// # Errors
/// Wrong fields; those of `read_staff_series`.
#[server(prefix = "/do", endpoint = "plan-staff-series")]
pub async fn plan_staff_series(
    /// The posted form.
    #[server(flatten)]
    form: Posted<StaffSeriesValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::plan(&form.values).await;
    form.answer(outcome).await
}

/// Books all dates of a series. If one of them is no longer free, nothing is booked, and the page shows what is free near it.
///
/// # Errors
/// Those of `book_for_patient`.
#[server(prefix = "/do", endpoint = "book-staff-series")]
pub async fn book_staff_series(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BookStaffSeriesValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::book(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::super::repeat::post::{instants, rule};
    use super::{
        BookStaffSeriesValues, Booker, ChosenTime, Failure, FormReply, PatientId, Posted, StaffSeriesValues, rules_of,
        staff_series_page,
    };
    use domain::error::retry;
    use domain::scheduling::{self, BookSeries, PreviewSeries, SeriesDates, SeriesOutcome};
    use kit::request::{RequestContext, posted_id};
    use model::errors::{Code, FieldError, FieldFault};

    pub(super) fn preview_of(chosen: ChosenTime, dates: SeriesDates) -> PreviewSeries {
        let ChosenTime { doctor, clinic, visit_type, .. } = chosen;
        PreviewSeries { hold: None, doctor, clinic, visit_type, dates }
    }

    pub(super) async fn plan(values: &StaffSeriesValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let chosen = ChosenTime::parse(&values.doctor, &values.time).ok_or(Code::NotFound)?;
        let patient: PatientId = posted_id(&values.patient)?;
        // Before the fields are looked at, so that nobody learns anything from them who may not book.
        retry(|| scheduling::desk_booking(&request.domain, &request.access, chosen)).await?;
        let missing = |_| Failure::fields(vec![FieldError::new("start", FieldFault::Missing)]);
        let chosen = ChosenTime { start: values.start.parse().map_err(missing)?, ..chosen };
        let until = [&values.until_day, &values.until_month, &values.until_year].map(String::as_str);
        let (every_weeks, times, until) = rule(&values.every_weeks, &values.times, until)?;
        let command = preview_of(chosen, SeriesDates::Rule { first: chosen.start, every_weeks, times, until });
        // So that wrong fields are named here. The next page asks again.
        let access = &request.access;
        retry(|| scheduling::preview_series_for_patient(&request.domain, access, patient, command.clone())).await?;
        let (weeks, times, until) =
            (every_weeks.to_string(), times.map(|times| times.to_string()), until.map(|date| date.to_string()));
        let more = [("weeks", Some(&*weeks)), ("times", times.as_deref()), ("until", until.as_deref())];
        Ok(FormReply::to(staff_series_page(Booker::of(access).folder(), &chosen, patient, &more)))
    }

    pub(super) async fn book(form: &Posted<BookStaffSeriesValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = &form.values;
        let chosen = ChosenTime::parse(&values.doctor, &values.time).ok_or(Code::NotFound)?;
        let patient: PatientId = posted_id(&values.patient)?;
        let ChosenTime { doctor, clinic, visit_type, .. } = chosen;
        let command = BookSeries {
            hold: None,
            doctor,
            clinic,
            starts: instants(&values.starts),
            reason: values.reason.clone(),
            visit_type,
            phone: values.phone.clone(),
            fee_minor: None,
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        let access = &request.access;
        let booker = Booker::of(access);
        match retry(|| scheduling::book_series_for_patient(&request.domain, access, patient, command.clone())).await? {
            SeriesOutcome::Booked(view) => {
                let first = view.appointments.first().ok_or(Code::NotFound)?;
                let day = rules_of(request.viewer.zone_name()).to_datetime(first.starts_at).date();
                Ok(FormReply::to(match booker {
                    Booker::Desk => format!("/desk/day?day={day}&booked=1"),
                    Booker::Doctor => format!("/doctor/appointments/{}?booked=1", first.id),
                }))
            }
            SeriesOutcome::Collides(_) => {
                let more = [("starts", Some(values.starts.as_str())), ("taken", Some("1"))];
                Ok(FormReply::to(staff_series_page(booker.folder(), &chosen, patient, &more)))
            }
        }
    }
}

/// The page `/desk/book/series`.
#[component]
pub fn DeskSeriesPage() -> impl IntoView {
    page(Booker::Desk)
}

/// The page `/doctor/book/series`.
#[component]
pub fn DoctorSeriesPage() -> impl IntoView {
    page(Booker::Doctor)
}

fn page(booker: Booker) -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let parameter = move |name: &str| query.with(|query| query.get(name));
    let asked = move || {
        let whom = [parameter("doctor"), parameter("time"), parameter("patient")];
        (whom, [parameter("weeks"), parameter("times"), parameter("until"), parameter("starts")])
    };
    let series = Resource::new_blocking(asked, |([doctor, time, patient], [weeks, times, until, starts])| {
        read_staff_series(doctor, time, patient, weeks, times, until, starts)
    });
    let first = match booker {
        Booker::Desk => "/desk/day",
        Booker::Doctor => "/doctor/book",
    };
    let rule = use_form::<PlanStaffSeries, StaffSeriesValues>();
    let rule = with_rule(rule.choice("start", say!(l, scheduling.moving.times), say!(l, scheduling.moving.times_missing)));
    let book = use_form::<BookStaffSeries, BookStaffSeriesValues>()
        .field("reason", say!(l, scheduling.appointment.reason), say!(l, scheduling.desk_booking.reason_missing))
        .field("phone", say!(l, scheduling.waiting.phone), say!(l, scheduling.desk_booking.phone_missing))
        .malformed(say!(l, common.person.phone_malformed));
    view! {
        <PageTitle text=say!(l, scheduling.repeat.title)/>
        {loaded(series, move |series| {
            let taken = query.with_untracked(|query| query.get("taken")).is_some();
            match series {
                Some(series) => view! { <Series series rule book taken booker/> }.into_any(),
                None => view! {
                    <h1>{say!(l, scheduling.repeat.title)}</h1>
                    <EmptyState title=say!(l, scheduling.desk_booking.no_time_title) text=say!(l, scheduling.own_booking.no_series)>
                        <a class="button" href=first>{say!(l, scheduling.desk_booking.title)}</a>
                    </EmptyState>
                }
                .into_any(),
            }
        })}
    }
    .into_any()
}

#[component]
fn Series(series: StaffSeries, rule: FormHandle, book: FormHandle, taken: bool, booker: Booker) -> impl IntoView {
    let l = use_locale();
    let StaffSeries { view, patient, chosen, preview } = series;
    let zone = view.clinic.time_zone.clone();
    let rules = rules_of(&zone);
    let back = booker.page(&chosen, Some(patient.id));
    let (doctor, time, id) = (chosen.doctor.to_string(), chosen.time(), patient.id.to_string());
    let free: Vec<_> = view.times.iter().filter(|time| time.is_free).map(|time| time.start).collect();
    let preset = free.iter().find(|start| **start >= chosen.start).map(ToString::to_string).unwrap_or_default();
    let choices: Vec<Choice> = free
        .iter()
        .map(|start| Choice { value: start.to_string(), label: format::time(*start, &rules, names(l)), hint: None })
        .collect();
    let rule = rule.filled(&StaffSeriesValues { start: preset, every_weeks: "1".to_owned(), ..StaffSeriesValues::default() });
    let by_phone = view.visit_types.iter().any(|known| known.id == view.visit_type && known.mode == VisitMode::Phone);
    let dates = preview.map(|preview| view! { <Dates preview chosen patient=patient.id book by_phone booker/> });
    let lost = taken.then(|| view! { <Notice kind=NoticeKind::Warn title=say!(l, errors.code.series_collides)/> });
    view! {
        <p><a href=back>"← " {say!(l, scheduling.desk_booking.title)}</a></p>
        <h1>{say!(l, scheduling.repeat.title)}</h1>
        {lost}
        <section class="card">
            <p>
                <strong>{said(patient.name)}</strong> " · " {said(view.doctor.name)} <br/>
                {format::date_long(view.day, names(l))}
            </p>
            <p class="quiet">{say!(l, scheduling.why.zone, zone = readable(&zone))}</p>
            <Form form=rule>
                <input type="hidden" name="doctor" value=doctor.clone()/>
                <input type="hidden" name="time" value=time.clone()/>
                <input type="hidden" name="patient" value=id.clone()/>
                <Radios name="start" choices=choices.clone()/>
                <TextField name="every_weeks" inputmode="numeric" width="short"/>
                <TextField name="times" hint=say!(l, scheduling.repeat.times_hint) inputmode="numeric" width="short" optional=true/>
                <DateFields name="until" hint=say!(l, scheduling.days.date_hint)/>
                <div class="row"><SubmitButton label=say!(l, scheduling.repeat.show)/></div>
            </Form>
        </section>
        {dates}
    }
    .into_any()
}

/// The dates, and the form that books all of them once each is free.
#[component]
fn Dates(
    preview: SeriesPreview,
    chosen: ChosenTime,
    patient: PatientId,
    book: FormHandle,
    by_phone: bool,
    booker: Booker,
) -> impl IntoView {
    let l = use_locale();
    let page = |starts: String| staff_series_page(booker.folder(), &chosen, patient, &[("starts", Some(starts.as_str()))]);
    let rows: Vec<_> = (0..preview.dates.len()).map(|place| row(l, &preview, place, &page)).collect();
    let (starts, count) = (joined(&preview.dates, None), preview.dates.len());
    let (doctor, time, patient) = (chosen.doctor.to_string(), chosen.time(), patient.to_string());
    let booked = if preview.is_free() {
        view! {
            <Form form=book>
                <input type="hidden" name="doctor" value=doctor.clone()/>
                <input type="hidden" name="time" value=time.clone()/>
                <input type="hidden" name="patient" value=patient.clone()/>
                <input type="hidden" name="starts" value=starts.clone()/>
                <TextArea name="reason" hint=say!(l, scheduling.desk_booking.reason_hint) rows=3/>
                {by_phone.then(|| view! {
                    <TextField name="phone" hint=say!(l, scheduling.desk_booking.phone_hint) kind="tel" inputmode="tel" optional=true/>
                })}
                <div class="row"><SubmitButton label=say!(l, scheduling.repeat.submit, n = count)/></div>
            </Form>
        }
        .into_any()
    } else {
        view! { <p>{say!(l, scheduling.repeat.mend)}</p> }.into_any()
    };
    view! {
        <section class="card">
            <h2>{say!(l, scheduling.repeat.dates)}</h2>
            <ul>{rows}</ul>
            {booked}
        </section>
    }
    .into_any()
}
