//! Cancelling an appointment, after a confirmation.

use super::appointment::read_appointment;
use super::side::Side;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Checkbox, MomentRange, Notice, NoticeKind, PageTitle, TextArea, ZoneNote, loaded, switch};
use kit::viewer::use_locale;
use kit::viewer::use_now;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::ids::AppointmentId;
use model::scheduling::views::AppointmentView;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that cancels an appointment.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CancelValues {
    /// The appointment's id.
    pub appointment: String,
    /// What the clinic tells the patient.
    pub message: String,
    /// The series of the appointment; empty if it was booked alone.
    pub series: String,
    /// `true` if all later visits of the series are cancelled too.
    pub later: String,
}

impl FormValues for CancelValues {
    const FORM: &'static str = "scheduling.cancel";
}

/// Cancels an appointment.
///
/// # Errors
/// A doctor's message that is missing or too long; `NotFound`, `Forbidden`, `AppointmentSettled`, `Stale`.
#[server(prefix = "/do", endpoint = "cancel-visit")]
pub async fn cancel_visit(
    /// The posted form.
    #[server(flatten)]
    form: Posted<CancelValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::cancel(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{CancelValues, Failure, FormReply, Posted, Side};
    use domain::scheduling::{self, CancelAppointment, CancelSeries};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn cancel(form: &Posted<CancelValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = CancelAppointment {
            appointment: posted_id(&form.values.appointment)?,
            version: form.version().ok(),
            message: Some(form.values.message.clone()),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        let side = Side::of(&request.access);
        if form.values.later == "true" {
            let CancelAppointment { appointment, message, idempotency_key, .. } = command;
            let series = posted_id(&form.values.series)?;
            let command = CancelSeries { series, from: Some(appointment), message, idempotency_key };
            domain::error::retry(|| scheduling::cancel_series(&request.domain, &request.access, command.clone())).await?;
            return Ok(FormReply::to(format!("{}/{appointment}?cancelled=1", side.folder())));
        }
        let view = domain::error::retry(|| scheduling::cancel(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("{}/{}?cancelled=1", side.folder(), view.card.id)))
    }
}

/// The link to the confirmation page.
#[component]
pub(super) fn CancelLink(
    /// The appointment.
    id: AppointmentId,
    /// Who cancels.
    side: Side,
) -> impl IntoView {
    let l = use_locale();
    view! { <a class="end" href=format!("{}/{id}/cancel", side.folder())>{say!(l, scheduling.appointment.cancel)}</a> }
}

/// The patient's confirmation page.
#[component]
pub fn CancelPage() -> impl IntoView {
    page(Side::Patient)
}

/// The doctor's confirmation page.
#[component]
pub fn DoctorCancelPage() -> impl IntoView {
    page(Side::Doctor)
}

/// The confirmation page of reception.
#[component]
pub fn DeskCancelPage() -> impl IntoView {
    page(Side::Desk)
}

fn page(side: Side) -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let found = Resource::new_blocking(id, read_appointment);
    let form = use_form::<CancelVisit, CancelValues>()
        .field("message", say!(l, scheduling.cancel.message), say!(l, scheduling.cancel.message_missing))
        .noun(say!(l, scheduling.cancel.message_noun))
        .optional("later", say!(l, scheduling.repeat.cancel_later));
    view! {
        <PageTitle text=say!(l, scheduling.cancel.title)/>
        {loaded(found, move |visit| view! { <Question visit side form/> })}
    }
}

#[component]
fn Question(visit: AppointmentView, side: Side, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let card = visit.card.clone();
    let id = card.id.to_string();
    let what = match side {
        Side::Patient => say!(l, scheduling.cancel.with_doctor, doctor = card.doctor.name.clone()),
        Side::Doctor | Side::Desk => say!(l, scheduling.cancel.with_patient, patient = card.patient.name.clone()),
    };
    let back = format!("{}/{id}", side.folder());
    if !visit.can_cancel {
        let failure = Failure::from(model::errors::Code::AppointmentSettled);
        return view! {
            <h1>{say!(l, scheduling.cancel.title)}</h1>
            <Notice kind=NoticeKind::Warn title=failure.message(l)/>
            <div class="row"><a class="button" href=back>{say!(l, scheduling.cancel.keep)}</a></div>
        }
        .into_any();
    }
    let form = form.editing(&CancelValues::default(), i64::from(visit.version));
    let notice_hours = card.starts_at.duration_since(visit.cancel_in_time_until).as_hours();
    let until = visit.cancel_in_time_until;
    let now = use_now();
    let is_late = move || side == Side::Patient && now.get() > until;
    let series = visit.series.map(|series| series.place.series.to_string());
    view! {
        <h1>{say!(l, scheduling.cancel.title)}</h1>
        <section class="card">
            <p>
                <strong>{what}</strong> <br/>
                {card.range().map(|range| view! { <MomentRange range with_day=true/> })}
            </p>
            <ZoneNote/>
            <p>{say!(l, scheduling.cancel.free)}</p>
            {switch(is_late, move |is_late| {
                is_late.then(|| view! { <Notice kind=NoticeKind::Warn title=say!(l, scheduling.cancel.late, n = notice_hours)/> })
            })}
            <Form form>
                <input type="hidden" name="appointment" value=id.clone()/>
                {side.is_clinic().then(|| view! { <TextArea name="message" hint=say!(l, scheduling.cancel.message_hint) rows=3/> })}
                {series.clone().map(|series| view! {
                    <input type="hidden" name="series" value=series/>
                    <Checkbox name="later"/>
                })}
                <div class="row">
                    <SubmitButton label=say!(l, scheduling.cancel.submit) class="bad"/>
                    <a class="button plain" href=back.clone()>{say!(l, scheduling.cancel.keep)}</a>
                </div>
            </Form>
        </section>
    }
    .into_any()
}
