//! Booking a visit several times: how often, which dates are free, and the booking of all of them.

use super::repeat_dates::Dates;
use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::{names, readable, zone as rules_of};
use kit::parts::{DateFields, EmptyState, Notice, NoticeKind, PageTitle, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::format;
use model::ids::ReservationId;
use model::scheduling::SeriesPreview;
use model::scheduling::views::HoldView;
use serde::{Deserialize, Serialize};
use words::say;

/// A held visit that is to be repeated, and its dates once it is known how often.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct RepeatPlan {
    /// The held visit.
    pub hold: HoldView,
    /// The dates of the series; none as long as nobody has said how often.
    pub preview: Option<SeriesPreview>,
}

/// The values of the form that asks how often.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RepeatValues {
    /// The hold's id.
    pub reservation: String,
    /// The id of the stored answers.
    pub booking: String,
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

impl FormValues for RepeatValues {
    const FORM: &'static str = "scheduling.repeat";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that books.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BookRepeatValues {
    /// The id of the stored answers.
    pub booking: String,
    /// When the visits begin, as instants with commas between them.
    pub starts: String,
    /// The fee for each visit that the page has shown, in minor units.
    pub fee_minor: String,
    /// The number that the doctor calls; only at visits by phone.
    pub phone: String,
}

impl FormValues for BookRepeatValues {
    const FORM: &'static str = "scheduling.book_repeat";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the held visit, and says which dates are free. `None` when the hold or the stored answers have expired.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`, `DoctorUnavailable`, `VisitTypeGone`; dates in the address that no form makes.
#[server(prefix = "/do", endpoint = "read-repeat")]
pub async fn read_repeat(
    /// The hold's id.
    reservation: String,
    /// The id of the stored answers.
    booking: String,
    /// By how many weeks the visits are apart.
    weeks: Option<String>,
    /// How many visits there are.
    times: Option<String>,
    /// The last possible date.
    until: Option<String>,
    /// When the visits begin, if somebody has put them together.
    starts: Option<String>,
) -> Result<Option<RepeatPlan>, Failure> {
    use domain::scheduling::{self, PreviewSeries, SeriesDates};
    use model::errors::Code;

    let request = kit::request::RequestContext::require()?;
    let (domain, access) = (&request.domain, &request.access);
    let Ok(reservation) = reservation.parse::<ReservationId>() else { return Ok(None) };
    let hold = match scheduling::hold_view(domain, access, reservation).await {
        Err(error) if error.code() == Code::HoldExpired => return Ok(None),
        outcome => kit::failure::answered(outcome)?,
    };
    if super::booking::kept::look_up(&request, &booking).await?.is_none() {
        return Ok(None);
    }
    let dates = match (starts.as_deref(), weeks.as_deref().and_then(|weeks| weeks.parse().ok())) {
        (Some(starts), _) => SeriesDates::These(post::instants(starts)),
        (None, Some(every_weeks)) => SeriesDates::Rule {
            first: hold.starts_at,
            every_weeks,
            times: times.and_then(|times| times.parse().ok()),
            until: until.and_then(|until| until.parse().ok()),
        },
        (None, None) => return Ok(Some(RepeatPlan { hold, preview: None })),
    };
    let (doctor, clinic) = (hold.doctor.id, hold.clinic.id);
    let command = PreviewSeries { hold: Some(reservation), doctor, clinic, visit_type: Some(hold.visit_type.id), dates };
    let preview = kit::request::call(|| scheduling::preview_series(domain, access, command.clone())).await?;
    Ok(Some(RepeatPlan { hold, preview: Some(preview) }))
}

/// Takes how often a held visit is to be repeated, and goes on to its dates.
///
/// # Errors
/// Wrong fields; `HoldExpired`, `SignInNeeded`, `Forbidden`, `DoctorUnavailable`, `VisitTypeGone`.
#[server(prefix = "/do", endpoint = "plan-repeat")]
pub async fn plan_repeat(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RepeatValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::plan(&form.values).await;
    form.answer(outcome).await
}

/// Books all dates of a series. If one of them is no longer free, nothing is booked, and the page shows what is free near it.
///
/// # Errors
/// Those of `book_visit`, and a number to call that is missing or wrong.
#[server(prefix = "/do", endpoint = "book-repeat")]
pub async fn book_repeat(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BookRepeatValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::book(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
pub(super) mod post {
    use super::{BookRepeatValues, Failure, FormReply, Posted, RepeatValues, repeat_page};
    use crate::booking::kept::{check_page, look_up};
    use crate::check::post::forget_reason;
    use domain::error::retry;
    use domain::scheduling::{self, BookSeries, PreviewSeries, SeriesDates, SeriesOutcome};
    use jiff::{Timestamp, civil::Date};
    use kit::address::query;
    use kit::request::{RequestContext, posted_id};
    use model::errors::{Code, FieldError, FieldFault};
    use model::identity::DateFields;
    use model::ids::ReservationId;
    use model::scheduling::{ChosenTime, number_within};

    /// The instants of a text with commas between them; what is none is left out.
    pub(crate) fn instants(text: &str) -> Vec<Timestamp> {
        text.split(',').filter_map(|instant| instant.parse().ok()).collect()
    }

    /// How often a visit is repeated, as typed: by how many weeks the visits are apart, how many there are, and the last date.
    pub(crate) fn rule(
        every_weeks: &str,
        times: &str,
        [day, month, year]: [&str; 3],
    ) -> Result<(i64, Option<i64>, Option<Date>), Failure> {
        let mut faults = Vec::new();
        let mut wrong = |name: &str, fault: FieldFault| faults.push(FieldError::new(name, fault));
        let weeks = number_within(every_weeks, 1..=12).and_then(|weeks| weeks.ok_or(FieldFault::Missing));
        let weeks = weeks.map_err(|fault| wrong("every_weeks", fault)).ok();
        let times = number_within(times, 2..=52).map_err(|fault| wrong("times", fault)).ok().flatten();
        let until = if [day, month, year].iter().all(|part| part.trim().is_empty()) {
            None
        } else {
            let typed = DateFields { day, month, year };
            typed.parse().map_err(|wrong| faults.extend(wrong.into_iter().map(|fault| fault.under("until")))).ok()
        };
        let (Some(weeks), true) = (weeks, faults.is_empty()) else { return Err(Failure::fields(faults)) };
        Ok((i64::from(weeks), times.map(i64::from), until))
    }

    pub(super) async fn plan(values: &RepeatValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let reservation: ReservationId = posted_id(&values.reservation)?;
        let hold = scheduling::hold_view(&request.domain, &request.access, reservation).await?;
        let until = [&values.until_day, &values.until_month, &values.until_year].map(String::as_str);
        let (every_weeks, times, until) = rule(&values.every_weeks, &values.times, until)?;
        let dates = SeriesDates::Rule { first: hold.starts_at, every_weeks, times, until };
        let command = PreviewSeries {
            hold: Some(reservation),
            doctor: hold.doctor.id,
            clinic: hold.clinic.id,
            visit_type: Some(hold.visit_type.id),
            dates,
        };
        // So that wrong fields are named here. The next page asks again.
        retry(|| scheduling::preview_series(&request.domain, &request.access, command.clone())).await?;
        let (weeks, times, until) =
            (every_weeks.to_string(), times.map(|times| times.to_string()), until.map(|date| date.to_string()));
        let rule = [("weeks", Some(&*weeks)), ("times", times.as_deref()), ("until", until.as_deref())];
        Ok(FormReply::to(repeat_page(reservation, &values.booking, &rule)))
    }

    pub(super) async fn book(form: &Posted<BookRepeatValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let BookRepeatValues { booking, starts, fee_minor, phone } = &form.values;
        let kept = look_up(&request, booking).await?.ok_or(Code::DraftExpired)?;
        let chosen = ChosenTime::parse(&kept.doctor, &kept.time).ok_or(Code::DraftExpired)?;
        let ChosenTime { doctor, clinic, visit_type, .. } = chosen;
        let hold: ReservationId = kept.hold.parse().map_err(|_| Code::DraftExpired)?;
        let command = BookSeries {
            hold: Some(hold),
            doctor,
            clinic,
            starts: instants(starts),
            reason: kept.reason,
            visit_type,
            phone: phone.clone(),
            fee_minor: fee_minor.parse().ok(),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        match retry(|| scheduling::book_series(&request.domain, &request.access, command.clone())).await {
            Ok(SeriesOutcome::Booked(view)) => {
                forget_reason(&request, doctor, &form.idempotency_key).await;
                let first = view.appointments.first().ok_or(Code::NotFound)?;
                Ok(FormReply::to(format!("/appointments/{}?booked=1", first.id)))
            }
            Ok(SeriesOutcome::Collides(_)) => {
                Ok(FormReply::to(repeat_page(hold, booking, &[("starts", Some(starts.as_str())), ("taken", Some("1"))])))
            }
            Err(error) if error.code() == Code::FeeChanged => {
                Ok(FormReply::to(format!("{}&fee=changed", check_page(hold, booking))))
            }
            // Asked again, and then back to the answers.
            Err(error) if error.code() == Code::RemoteCareNeeded => {
                let next = check_page(hold, booking);
                Ok(FormReply::to(format!("/agree{}", query(&[("document", Some("remote_care")), ("next", Some(&*next))]))))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The page for a held visit, with these further parameters.
pub(super) fn repeat_page(reservation: ReservationId, booking: &str, more: &[(&str, Option<&str>)]) -> String {
    let pairs: Vec<(&str, Option<&str>)> = std::iter::once(("booking", Some(booking))).chain(more.iter().copied()).collect();
    format!("/book/{reservation}/repeat{}", query(&pairs))
}

/// The page that books a visit several times.
#[component]
pub fn RepeatPage() -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let parameter = move |name: &str| query.with(|query| query.get(name));
    let asked = move || {
        let reservation = params.with(|params| params.get("reservation")).unwrap_or_default();
        let rule = (parameter("weeks"), parameter("times"), parameter("until"));
        (reservation, parameter("booking").unwrap_or_default(), rule, parameter("starts"))
    };
    let plan = Resource::new_blocking(asked, |(reservation, booking, (weeks, times, until), starts)| {
        read_repeat(reservation, booking, weeks, times, until, starts)
    });
    let rule = with_rule(use_form::<PlanRepeat, RepeatValues>());
    let book = use_form::<BookRepeat, BookRepeatValues>().phone("phone");
    view! {
        <PageTitle text=say!(l, scheduling.repeat.title)/>
        {loaded(plan, move |plan| {
            let given = |name: &str| query.with_untracked(|query| query.get(name));
            let booking = given("booking").unwrap_or_default();
            match plan {
                Some(plan) => view! { <Plan plan booking rule book taken=given("taken").is_some()/> }.into_any(),
                None => view! {
                    <h1>{say!(l, scheduling.repeat.title)}</h1>
                    <EmptyState title=say!(l, scheduling.check.expired_title) text=say!(l, scheduling.check.expired)>
                        <a class="button" href="/doctors">{say!(l, scheduling.search.title)}</a>
                    </EmptyState>
                }
                .into_any(),
            }
        })}
    }
}

/// Declares the fields that say how often a visit is repeated.
pub(super) fn with_rule(form: FormHandle) -> FormHandle {
    let l = use_locale();
    form.field("every_weeks", say!(l, scheduling.repeat.every_weeks), say!(l, scheduling.repeat.every_weeks_missing))
        .malformed(say!(l, scheduling.repeat.every_weeks_malformed))
        .noun(say!(l, scheduling.repeat.every_weeks_noun))
        .field("times", say!(l, scheduling.repeat.times), say!(l, scheduling.repeat.times_missing))
        .malformed(say!(l, scheduling.repeat.times_malformed))
        .noun(say!(l, scheduling.repeat.times_noun))
        .optional_date("until", say!(l, scheduling.repeat.until))
}

#[component]
fn Plan(plan: RepeatPlan, booking: String, rule: FormHandle, book: FormHandle, taken: bool) -> impl IntoView {
    let l = use_locale();
    let RepeatPlan { hold, preview } = plan;
    let rules = rules_of(&hold.clinic.time_zone);
    let first = format::date_time(hold.starts_at, &rules, names(l));
    let (reservation, answers) = (hold.reservation.to_string(), booking.clone());
    let back = format!("/book/{reservation}/check{}", query(&[("booking", Some(&*booking))]));
    let rule = rule.filled(&RepeatValues { every_weeks: "1".to_owned(), ..RepeatValues::default() });
    let zone = readable(&hold.clinic.time_zone);
    let doctor = hold.doctor.name.clone();
    let dates = preview.map(|preview| view! { <Dates hold preview booking book/> });
    let lost = taken.then(|| view! { <Notice kind=NoticeKind::Warn title=say!(l, errors.code.series_collides)/> });
    view! {
        <p><a href=back>"← " {say!(l, scheduling.check.title)}</a></p>
        <h1>{say!(l, scheduling.repeat.title)}</h1>
        {lost}
        <section class="card">
            <p><strong>{said(doctor)}</strong> <br/> {first}</p>
            <p class="quiet">{say!(l, scheduling.why.zone, zone = zone)}</p>
            <Form form=rule>
                <input type="hidden" name="reservation" value=reservation.clone()/>
                <input type="hidden" name="booking" value=answers.clone()/>
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
