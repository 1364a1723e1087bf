//! After a visit: when the patient is to be seen again, which the doctor says, and the way to another visit for the patient.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{DateFields, Notice, NoticeKind};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::scheduling::views::AppointmentView;
use serde::{Deserialize, Serialize};
use words::say;

/// The day on which a patient is to be seen again, as typed; empty when it is not needed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FollowUpValues {
    /// The appointment of the visit.
    pub appointment: String,
    /// The day of the month.
    pub due_day: String,
    /// The month.
    pub due_month: String,
    /// The year.
    pub due_year: String,
}

impl FormValues for FollowUpValues {
    const FORM: &'static str = "scheduling.follow_up";
    // It begins with the day that is known.
    const KEEP: Keep = Keep::Nowhere;
}

/// Says when a patient is to be seen again after a visit.
///
/// # Errors
/// A wrong day; `NotFound`, `Forbidden`, `Stale`, `VisitNotHeld`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "save-follow-up")]
pub async fn save_follow_up(
    /// The posted form.
    #[server(flatten)]
    form: Posted<FollowUpValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::save(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FollowUpValues, FormReply, Posted};
    use domain::{
        error::retry,
        scheduling::{self, SetFollowUp},
    };
    use jiff::civil::Date;
    use kit::request::{RequestContext, posted_id};
    use model::identity::DateFields;

    pub(super) async fn save(form: &Posted<FollowUpValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let appointment = posted_id(&form.values.appointment)?;
        let command = SetFollowUp { appointment, due: due(&form.values)?, version: form.version().ok() };
        let view = retry(|| scheduling::set_follow_up(&request.domain, &request.access, command)).await?;
        // Loaded anew, so that the page has the new version.
        Ok(FormReply::fresh(format!("/doctor/appointments/{}?follow_up=1", view.card.id)))
    }

    /// The typed day; `None` if nothing was typed.
    fn due(values: &FollowUpValues) -> Result<Option<Date>, Failure> {
        let parts = [&values.due_day, &values.due_month, &values.due_year];
        if parts.iter().all(|part| part.trim().is_empty()) {
            return Ok(None);
        }
        let typed = DateFields { day: &values.due_day, month: &values.due_month, year: &values.due_year };
        let parsed = typed.parse();
        parsed.map(Some).map_err(|wrong| Failure::fields(wrong.into_iter().map(|fault| fault.under("due")).collect()))
    }
}

/// The form. Create it with the page, before anything is awaited.
pub(super) fn follow_up_form() -> FormHandle {
    let l = use_locale();
    use_form::<SaveFollowUp, FollowUpValues>().optional_date("due", say!(l, scheduling.follow_up.due))
}

/// The day on which the patient is to be seen again. With the form, whoever may say so changes it.
#[component]
pub(super) fn FollowUp(
    /// The visit.
    visit: AppointmentView,
    /// The form; none on the patient's page.
    form: Option<FormHandle>,
) -> impl IntoView {
    let l = use_locale();
    let id = visit.card.id.to_string();
    let is_saved = use_query_map().with_untracked(|query| query.get("follow_up").is_some());
    let saved = is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.follow_up.saved)/> });
    let day = visit.follow_up.map(|day| {
        let day = format::date_long(day, names(l));
        view! { <p><strong>{say!(l, scheduling.follow_up.planned, day = day)}</strong></p> }
    });
    let values = visit.follow_up.map_or_else(FollowUpValues::default, |day| FollowUpValues {
        due_day: day.day().to_string(),
        due_month: day.month().to_string(),
        due_year: day.year().to_string(),
        ..FollowUpValues::default()
    });
    let change = form.filter(|_| visit.can_plan_follow_up).map(|form| {
        let form = form.editing(&values, i64::from(visit.version));
        view! {
            <h2>{say!(l, scheduling.follow_up.title)}</h2>
            <p>{say!(l, scheduling.follow_up.lead)}</p>
            <Form form>
                <input type="hidden" name="appointment" value=id.clone()/>
                <DateFields name="due" hint=say!(l, scheduling.follow_up.hint)/>
                <div class="row"><SubmitButton label=say!(l, scheduling.follow_up.submit)/></div>
            </Form>
        }
    });
    view! { {saved} {day} {change} }.into_any()
}

/// The way to another visit with the doctor of a visit that is over.
#[component]
pub(super) fn BookAgain(
    /// The visit.
    visit: AppointmentView,
) -> impl IntoView {
    let l = use_locale();
    let doctor = visit.card.doctor;
    view! {
        <div class="row">
            <a class="button plain" href=format!("/doctors/{}", doctor.id)>
                {say!(l, scheduling.appointment.again, doctor = doctor.name)}
            </a>
        </div>
    }
}
