//! Requested visits: the doctor or reception confirms one, and the doctor says for which types of visits they answer first.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::ids::AppointmentId;
use model::scheduling::OwnVisitType;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that confirms a visit.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmValues {
    /// The appointment.
    pub appointment: String,
}

impl FormValues for ConfirmValues {
    const FORM: &'static str = "scheduling.confirm";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that says whether the doctor answers first.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ApprovalValues {
    /// The visit type.
    pub visit_type: String,
    /// `true` if the doctor answers before a visit is agreed.
    pub needed: String,
}

impl FormValues for ApprovalValues {
    const FORM: &'static str = "scheduling.approval";
    const KEEP: Keep = Keep::Nowhere;
}

/// Confirms a requested visit.
///
/// # Errors
/// `NotFound`, `Forbidden`, `AppointmentSettled`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "confirm-visit")]
pub async fn confirm_visit(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ConfirmValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::confirm(&form.values).await;
    form.answer(outcome).await
}

/// Says whether the doctor answers before a visit of a type is agreed.
///
/// # Errors
/// `NotFound`, `Stale`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "set-approval")]
pub async fn set_approval(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ApprovalValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::approval(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::super::side::Side;
    use super::{ApprovalValues, ConfirmValues, Failure, FormReply, Posted};
    use domain::{
        error::retry,
        scheduling::{self, ConfirmAppointment},
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn confirm(values: &ConfirmValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = ConfirmAppointment { appointment: posted_id(&values.appointment)?, version: None };
        let view = retry(|| scheduling::confirm(&request.domain, &request.access, command)).await?;
        Ok(FormReply::fresh(format!("{}/{}?confirmed=1", Side::of(&request.access).folder(), view.card.id)))
    }

    pub(super) async fn approval(form: &Posted<ApprovalValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let id = posted_id(&form.values.visit_type)?;
        let needed = form.values.needed == "true";
        retry(|| scheduling::set_approval(&request.domain, &request.access, id, needed, version)).await?;
        Ok(FormReply::fresh("/doctor/visit-types?saved=1"))
    }
}

/// The button with which the doctor or reception confirms a requested visit.
#[component]
pub(super) fn ConfirmButton(
    /// The appointment.
    id: AppointmentId,
    /// The form.
    form: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let id = id.to_string();
    view! {
        <p>{say!(l, scheduling.requests.to_answer)}</p>
        <Form form>
            <input type="hidden" name="appointment" value=id.clone()/>
            <div class="row"><SubmitButton label=say!(l, scheduling.requests.confirm)/></div>
        </Form>
    }
    .into_any()
}

/// The button that says whether the doctor answers before a visit of this type is agreed.
#[component]
pub(super) fn ApprovalButton(
    /// The visit type.
    known: OwnVisitType,
    /// The form, with the version of the types.
    form: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let (id, name) = (known.id.to_string(), known.name);
    let (needed, text, label) = if known.needs_approval {
        ("", say!(l, scheduling.requests.stop_asking), say!(l, scheduling.requests.stop_asking_of, name = name))
    } else {
        ("true", say!(l, scheduling.requests.ask_first), say!(l, scheduling.requests.ask_first_of, name = name))
    };
    view! {
        <Form form>
            <input type="hidden" name="visit_type" value=id.clone()/>
            <input type="hidden" name="needed" value=needed/>
            <button type="submit" class="as-link" aria-label=label.clone()>{text}</button>
        </Form>
    }
    .into_any()
}
