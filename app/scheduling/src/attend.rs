//! Noting whether the patient came to a visit that is not on video: on the day of the clinic for reception, on the page of the appointment for the doctor.

use super::states::mode_name;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Moment, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::scheduling::views::AppointmentCard;
use model::scheduling::{AppointmentState, VisitMode};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the forms that note whether a patient came.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AttendValues {
    /// The visit.
    pub visit: String,
    /// The appointment, for the doctor, who returns to its page.
    pub appointment: String,
    /// The day to which reception returns.
    pub day: String,
}

impl FormValues for AttendValues {
    const FORM: &'static str = "scheduling.attend";
    const KEEP: Keep = Keep::Nowhere;
}

/// Notes that the patient has come to the clinic.
///
/// # Errors
/// `VisitNotInClinic`, `VisitClosed`, `VisitEnded`; `NotFound`.
#[server(prefix = "/do", endpoint = "check-in-patient")]
pub async fn check_in_patient(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AttendValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::check_in(&form.values).await;
    form.answer(outcome).await
}

/// Notes that the patient did not come.
///
/// # Errors
/// `VisitOnVideo`, `VisitAbsentTooSoon`, `VisitPatientCame`, `VisitClosed`, `VisitEnded`; `NotFound`.
#[server(prefix = "/do", endpoint = "mark-absent")]
pub async fn mark_absent(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AttendValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::absent(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AttendValues, Failure, FormReply};
    use domain::{error::retry, visits};
    use kit::address::query;
    use kit::request::{RequestContext, posted_id};
    use model::ids::AppointmentId;

    pub(super) async fn check_in(values: &AttendValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let visit = posted_id(&values.visit)?;
        retry(|| visits::check_in(&request.domain, &request.access, visit)).await?;
        back(values)
    }

    pub(super) async fn absent(values: &AttendValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let visit = posted_id(&values.visit)?;
        retry(|| visits::mark_absent(&request.domain, &request.access, visit)).await?;
        back(values)
    }

    fn back(values: &AttendValues) -> Result<FormReply, Failure> {
        if values.appointment.is_empty() {
            return Ok(FormReply::to(format!("/desk{}", query(&[("day", Some(values.day.as_str()))]))));
        }
        let appointment: AppointmentId = posted_id(&values.appointment)?;
        Ok(FormReply::to(format!("/doctor/appointments/{appointment}")))
    }
}

/// The two forms. They are created with the page, before anything is awaited, so that server and browser number them alike.
#[derive(Clone, Copy)]
pub(super) struct AttendForms {
    check_in: FormHandle,
    absent: FormHandle,
}

impl AttendForms {
    pub(super) fn new() -> Self {
        Self { check_in: use_form::<CheckInPatient, AttendValues>(), absent: use_form::<MarkAbsent, AttendValues>() }
    }

    /// Counts the successful submits of both forms.
    pub(super) fn done(self) -> u32 {
        self.check_in.done().get() + self.absent.done().get()
    }
}

/// Whether it has to be noted if the patient of this appointment came.
pub(super) fn is_open(card: &AppointmentCard) -> bool {
    card.mode != VisitMode::Video && card.state == AppointmentState::Confirmed && card.arrived_at.is_none()
}

/// The card on the day of the clinic in which reception notes whether one patient came.
#[component]
pub(super) fn NoteArrival(
    /// The appointment.
    card: AppointmentCard,
    /// The day that is shown.
    day: String,
    /// The forms.
    forms: AttendForms,
) -> impl IntoView {
    let l = use_locale();
    let visit = card.encounter.to_string();
    let cancel = format!("/desk{}", kit::address::query(&[("day", Some(day.as_str()))]));
    let check_in = (card.mode == VisitMode::InPerson).then(|| {
        let (visit, day) = (visit.clone(), day.clone());
        view! {
            <Form form=forms.check_in>
                <input type="hidden" name="visit" value=visit.clone()/>
                <input type="hidden" name="day" value=day.clone()/>
                <div class="row"><SubmitButton label=say!(l, scheduling.attend.here)/></div>
            </Form>
        }
    });
    view! {
        <section class="card next">
            <h2>{said(card.patient.name)}</h2>
            <p><Moment at=card.starts_at/> " · " {mode_name(l, card.mode)} " · " {said(card.doctor.name)}</p>
            {check_in}
            <p>{say!(l, scheduling.attend.absent_lead)}</p>
            <Form form=forms.absent>
                <input type="hidden" name="visit" value=visit.clone()/>
                <input type="hidden" name="day" value=day.clone()/>
                <div class="row">
                    <SubmitButton label=say!(l, scheduling.attend.absent) class="bad"/>
                    <a href=cancel.clone()>{say!(l, common.dialog.cancel)}</a>
                </div>
            </Form>
        </section>
    }
    .into_any()
}

/// The part of the doctor's page of an appointment in which the doctor notes that the patient did not come.
#[component]
pub(super) fn NoteAbsence(
    /// The appointment.
    card: AppointmentCard,
    /// The forms.
    forms: AttendForms,
) -> impl IntoView {
    let l = use_locale();
    let (visit, appointment) = (card.encounter.to_string(), card.id.to_string());
    view! {
        <h2>{say!(l, scheduling.attend.absent_title)}</h2>
        <p>{say!(l, scheduling.attend.absent_lead)}</p>
        <Form form=forms.absent>
            <input type="hidden" name="visit" value=visit.clone()/>
            <input type="hidden" name="appointment" value=appointment.clone()/>
            <div class="row"><SubmitButton label=say!(l, scheduling.attend.absent) class="bad"/></div>
        </Form>
    }
    .into_any()
}
