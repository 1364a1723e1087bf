//! A doctor's weekly hours, per clinic.

mod typed;

use super::outside::OutsideVisits;
use jiff::civil::Weekday;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, Posted, SubmitButton, use_field, use_form_about};
use kit::parts::{Checkbox, EmptyState, Notice, NoticeKind, PageTitle, TextField, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::drafts::DraftSubject;
use model::scheduling::views::{ClinicHours, HoursView, WeekHours};
use typed::{DAYS, HoursValues, OFFERED, RANGES};
use words::{Locale, say};

/// Loads the hours of the doctor whom the user acts as.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-hours")]
pub async fn read_hours() -> Result<HoursView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::scheduling::hours(&request.domain, &request.access)).await
}

/// Replaces the hours at a clinic. With the button that copies Monday nothing is saved: the form is shown again, filled in.
///
/// # Errors
/// Malformed times; `HoursOverlap`, `Stale`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "save-hours")]
pub async fn save_hours(
    /// The posted form.
    #[server(flatten)]
    form: Posted<HoursValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::save(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
pub(super) mod post {
    use super::{DAYS, Failure, FormReply, HoursValues, Posted, RANGES, WeekHours};
    use domain::scheduling::{self, ReplaceWeek};
    use jiff::civil::Time;
    use kit::request::{RequestContext, posted_id};
    use model::errors::{FieldError, FieldFault};
    use model::ids::ClinicId;
    use model::scheduling::LocalHours;
    use model::text::machine_form;

    pub(super) async fn save(form: &Posted<HoursValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let clinic: ClinicId = posted_id(&form.values.clinic)?;
        if !form.values.copy.is_empty() {
            request.access.acting().map_err(Failure::from)?;
            return form.filled_in(&format!("/doctor/hours?clinic={clinic}&copied=1"), &form.values.with_monday_copied()).await;
        }
        let command = ReplaceWeek {
            clinic,
            week: parse(&form.values)?,
            version: form.version()?,
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        domain::error::retry(|| scheduling::replace_week(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/hours?clinic={}&saved=1", command.clinic)))
    }

    /// Parses the form and reports all faults at once, in the order of the form.
    pub(super) fn parse(values: &HoursValues) -> Result<Vec<WeekHours>, Failure> {
        let mut values = values.clone();
        let (mut week, mut faults) = (Vec::new(), Vec::new());
        for (weekday, name) in DAYS {
            let day = values.day_mut(weekday);
            if day.works.is_empty() {
                continue;
            }
            if !day.whole.is_empty() {
                week.push(WeekHours { weekday, hours: LocalHours::WHOLE_DAY });
                continue;
            }
            let before = (week.len(), faults.len());
            for (n, (from, until)) in RANGES.into_iter().zip(day.ranges_mut()) {
                match range(from, until) {
                    Ok(hours) => week.extend(hours.map(|hours| WeekHours { weekday, hours })),
                    Err((part, fault)) => faults.push(FieldError::new(format!("{name}.{part}{n}"), fault)),
                }
            }
            if before == (week.len(), faults.len()) {
                faults.push(FieldError::new(format!("{name}.from1"), FieldFault::Missing));
            }
        }
        if faults.is_empty() { Ok(week) } else { Err(Failure::fields(faults)) }
    }

    /// Parses two times, typed with the digits of any script, as hours; none when both are empty. The error names the field, `from` or `until`.
    pub(crate) fn range(from: &str, until: &str) -> Result<Option<LocalHours>, (&'static str, FieldFault)> {
        let (from, until) = (machine_form(from), machine_form(until));
        if from.is_empty() && until.is_empty() {
            return Ok(None);
        }
        let start = time(&from).map_err(|fault| ("from", fault))?;
        let end = time(&until).map_err(|fault| ("until", fault))?;
        LocalHours::new(start, end).map(Some).map_err(|fault| ("until", fault))
    }

    /// Parses `09:00`, `9.00` or `9`. Seconds, which some browsers add, must be zero.
    fn time(text: &str) -> Result<Time, FieldFault> {
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        let mut parts = text.split([':', '.']);
        let mut number = |default: Option<i8>| match parts.next() {
            Some(part) if matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit()) => part.parse().ok(),
            Some(_) => None,
            None => default,
        };
        let (hour, minute, second) = (number(None), number(Some(0)), number(Some(0)));
        let (Some(hour), Some(minute), Some(0), None) = (hour, minute, second, parts.next()) else {
            return Err(FieldFault::Malformed);
        };
        Time::new(hour, minute, 0, 0).map_err(|_| FieldFault::Malformed)
    }
}

/// The page on which a doctor edits the weekly hours.
#[component]
pub fn HoursPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    // The hours at each clinic have their own draft.
    let clinic = Signal::derive(move || DraftSubject::Own(query.with(|query| query.get("clinic").unwrap_or_default())));
    let form = DAYS.into_iter().fold(use_form_about::<SaveHours, HoursValues>(clinic), |form, (weekday, name)| {
        let day = day_name(l, weekday);
        RANGES.into_iter().fold(form, |form, n| {
            let (from_missing, until_missing) =
                (say!(l, scheduling.hours.from_missing, day = day), say!(l, scheduling.hours.until_missing, day = day));
            form.field(&format!("{name}.from{n}"), say!(l, scheduling.hours.range, day = day), from_missing)
                .malformed(say!(l, scheduling.hours.from_malformed, day = day))
                .field(&format!("{name}.until{n}"), say!(l, scheduling.hours.range_end, day = day), until_missing)
                .malformed(say!(l, scheduling.hours.until_malformed, day = day))
                .noun(say!(l, scheduling.hours.until_noun, day = day))
        })
    });
    let done = form.done();
    let hours = Resource::new_blocking(move || done.get(), |_| read_hours());
    let parameter = move |name: &str| query.with(|query| query.get(name));
    view! {
        <PageTitle text=say!(l, scheduling.hours.title)/>
        {switch(
            move || parameter("saved").is_some(),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.hours.saved)/> }),
        )}
        {switch(
            move || parameter("copied").is_some(),
            move |is_copied| {
                is_copied.then(|| {
                    view! {
                        <Notice kind=NoticeKind::Info title=say!(l, scheduling.hours.copied_title)>
                            <p>{say!(l, scheduling.hours.copied)}</p>
                        </Notice>
                    }
                })
            },
        )}
        {loaded(hours, move |hours| view! { <Hours hours clinic=parameter("clinic") form/> })}
    }
}

#[component]
fn Hours(hours: HoursView, clinic: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let HoursView { clinics, visit_minutes, version, outside, .. } = hours;
    let chosen = clinic.and_then(|id| clinics.iter().find(|part| part.clinic.id.to_string() == id)).or(clinics.first()).cloned();
    let editor = match chosen {
        Some(part) => {
            let others = (clinics.len() > 1).then(|| view! { <ClinicTabs clinics=clinics.clone() chosen=part.clinic.id/> });
            let form = form.editing(&HoursValues::of(&part), i64::from(version));
            view! {
                {others}
                <WeekForm part form/>
            }
            .into_any()
        }
        None => view! {
            <EmptyState title=say!(l, scheduling.hours.no_clinic_title) text=say!(l, scheduling.hours.no_clinic)/>
        }
        .into_any(),
    };
    view! {
        <div class="row">
            <div class="lead">
                <h1>{say!(l, scheduling.hours.title)}</h1>
                <p>{say!(l, scheduling.hours.lead, n = visit_minutes)}</p>
            </div>
            <div class="row end">
                <a href="/doctor/visit-types">{say!(l, scheduling.types.title)}</a>
                <a href="/doctor/hours/rules">{say!(l, scheduling.rules.title)}</a>
                <a href="/doctor/hours/why">{say!(l, scheduling.why.link)}</a>
                <a href="/doctor/calendars">{say!(l, scheduling.outside.title)}</a>
                <a href="/doctor/hours/days">{say!(l, scheduling.hours.days_link)}</a>
            </div>
        </div>
        <OutsideVisits cards=outside/>
        {editor}
    }
}

#[component]
fn ClinicTabs(clinics: Vec<ClinicHours>, chosen: model::ids::ClinicId) -> impl IntoView {
    let l = use_locale();
    let links: Vec<_> = clinics
        .into_iter()
        .map(|part| {
            let current = (part.clinic.id == chosen).then_some("page");
            // Loads a new page, so that the form starts again with the other clinic's hours.
            view! {
                <a href=format!("/doctor/hours?clinic={}", part.clinic.id) aria-current=current rel="external">{said(part.clinic.name)}</a>
            }
        })
        .collect();
    view! { <nav class="tabs" aria-label=say!(l, scheduling.hours.clinics)>{links}</nav> }
}

#[component]
fn WeekForm(part: ClinicHours, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let id = part.clinic.id.to_string();
    let zone = part.clinic.time_zone.replace('_', " ");
    let note = say!(l, scheduling.hours.zone, clinic = part.clinic.name.clone(), zone = zone);
    let total = total(l, &part.week);
    view! {
        <Form form class="card">
            <input type="hidden" name="clinic" value=id.clone()/>
            <p>{note.clone()} " " <strong>{total.clone()}</strong></p>
            <p class="quiet">{say!(l, scheduling.hours.hint)}</p>
            <div class="workdays">
                {DAYS.into_iter().map(|(weekday, name)| view! { <DayFields weekday name/> }).collect_view()}
            </div>
            <div class="row">
                // The first button of a form is the one that the Enter key presses.
                <SubmitButton label=say!(l, scheduling.hours.submit)/>
                <button type="submit" class="button plain" name="copy" value="monday">{say!(l, scheduling.hours.copy)}</button>
            </div>
        </Form>
    }
}

/// The saved hours of a week: "32 h 30 min a week"; none without hours.
fn total(l: Locale, week: &[WeekHours]) -> Option<String> {
    let minutes: i32 = week.iter().map(|part| part.hours.minutes()).sum();
    match (minutes / 60, minutes % 60) {
        (0, 0) => None,
        (hours, 0) => Some(say!(l, scheduling.hours.total_hours, hours = hours)),
        (hours, minutes) => Some(say!(l, scheduling.hours.total, hours = hours, minutes = minutes)),
    }
}

/// One day: whether the doctor works on it, and when. CSS hides what does not count (`style/parts/schedule.css`), so that a free day is one line.
#[component]
fn DayFields(weekday: Weekday, name: &'static str) -> impl IntoView {
    let l = use_locale();
    let day = day_name(l, weekday);
    let id = format!("{name}-day");
    let pair = |n: &'static str, class: &'static str| {
        view! {
            <div class=class>
                <TextField name=format!("{name}.from{n}") label=say!(l, scheduling.hours.from) kind="time" width="time"/>
                <TextField name=format!("{name}.until{n}") label=say!(l, scheduling.hours.until) kind="time" width="time"/>
            </div>
        }
    };
    let is_typed = |field: &str| !use_field(&format!("{name}.{field}"), None).value.is_empty();
    let is_range_typed = |n: &str| is_typed(&format!("from{n}")) || is_typed(&format!("until{n}"));
    let has_more = RANGES[1..].iter().any(|n| is_range_typed(n));
    // A range that is saved or typed is shown, however many there are.
    let last = RANGES.iter().rposition(|n| is_range_typed(n)).map_or(0, |place| place + 1);
    let further: Vec<_> = RANGES[1..last.max(OFFERED)].iter().map(|n| pair(n, "row range further")).collect();
    view! {
        <div class="workday" role="group" aria-labelledby=id.clone()>
            <strong id=id.clone()>{day}</strong>
            <Checkbox name=format!("{name}.works") label=say!(l, scheduling.hours.works)/>
            <div class="worked">
                <Checkbox name=format!("{name}.whole") label=say!(l, scheduling.hours.whole)/>
                <div class="ranges">
                    {pair("1", "row range")}
                    {further}
                    // It shows the further ranges above it: they stand in the row of their day, and the link after the last one.
                    <details open=has_more>
                        <summary>{say!(l, scheduling.hours.more, day = day)}</summary>
                    </details>
                </div>
            </div>
        </div>
    }
}

/// The name of a weekday.
pub(super) fn day_name(l: Locale, weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => say!(l, scheduling.weekday.monday),
        Weekday::Tuesday => say!(l, scheduling.weekday.tuesday),
        Weekday::Wednesday => say!(l, scheduling.weekday.wednesday),
        Weekday::Thursday => say!(l, scheduling.weekday.thursday),
        Weekday::Friday => say!(l, scheduling.weekday.friday),
        Weekday::Saturday => say!(l, scheduling.weekday.saturday),
        Weekday::Sunday => say!(l, scheduling.weekday.sunday),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests;
