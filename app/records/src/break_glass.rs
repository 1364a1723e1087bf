//! Opening a record in an emergency, outside of the usual rules, and the notice while it is open.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{DateFields, Detail, Moment, Notice, NoticeKind, PageTitle, TextArea, TextField, ZoneNote};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::OpenBreakGlass;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that opens a record.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BreakGlassValues {
    /// The patient's person number.
    pub number: String,
    /// The day of the month of the patient's birth.
    pub date_of_birth_day: String,
    /// The month.
    pub date_of_birth_month: String,
    /// The year.
    pub date_of_birth_year: String,
    /// The reason.
    pub reason: String,
}

impl FormValues for BreakGlassValues {
    const FORM: &'static str = "records.break_glass";
    const KEEP: Keep = Keep::InPage;
}

/// The values of the form that closes the record again.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndBreakGlassValues {
    /// The patient's id.
    pub patient: String,
}

impl FormValues for EndBreakGlassValues {
    const FORM: &'static str = "records.end_break_glass";
    const KEEP: Keep = Keep::Nowhere;
}

/// Opens a record in an emergency.
///
/// # Errors
/// Wrong fields; `NotFound` for users who do not work as a doctor or nurse; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "break-glass")]
pub async fn break_glass(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BreakGlassValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::open(&form).await;
    form.answer(outcome).await
}

/// Closes a record that was opened in an emergency.
///
/// # Errors
/// `NotFound` for users who do not work as a doctor or nurse; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "end-break-glass")]
pub async fn end_break_glass(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EndBreakGlassValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{BreakGlassValues, EndBreakGlassValues, Failure, FormReply, Posted};
    use domain::{directory, error::retry};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn open(form: &Posted<BreakGlassValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let BreakGlassValues { number, date_of_birth_day, date_of_birth_month, date_of_birth_year, reason } = form.values.clone();
        let date_of_birth = [date_of_birth_day, date_of_birth_month, date_of_birth_year];
        let command = directory::BreakGlass { number, date_of_birth, reason };
        let patient = retry(|| directory::break_glass(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/patients/{patient}")))
    }

    pub(super) async fn end(form: &Posted<EndBreakGlassValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let patient = posted_id(&form.values.patient)?;
        retry(|| directory::end_break_glass(&request.domain, &request.access, patient)).await?;
        Ok(FormReply::to("/doctor"))
    }
}

/// The page `/doctor/emergency`: asks for the patient and the reason.
#[component]
pub fn EmergencyPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<BreakGlass, BreakGlassValues>()
        .field("number", say!(l, records.patient.number), say!(l, records.emergency.number_missing))
        .date("date_of_birth", say!(l, common.person.date_of_birth), say!(l, records.emergency.born_missing))
        .field("reason", say!(l, records.emergency.reason), say!(l, records.emergency.reason_missing))
        .noun(say!(l, records.emergency.reason_noun));
    view! {
        <PageTitle text=say!(l, records.emergency.title)/>
        <h1>{say!(l, records.emergency.title)}</h1>
        <p>{say!(l, records.emergency.lead)}</p>
        <Notice kind=NoticeKind::Warn title=say!(l, records.emergency.told)/>
        <Form form class="card">
            <TextField name="number" hint=say!(l, records.emergency.number_hint) width="medium"/>
            <DateFields name="date_of_birth" hint=say!(l, common.person.date_of_birth_hint)/>
            <TextArea name="reason" hint=say!(l, records.emergency.reason_hint) rows=3/>
            <div class="row">
                <SubmitButton label=say!(l, records.emergency.submit) class="bad"/>
                <a href="/doctor">{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
    .into_any()
}

/// The form that closes a record again. Create it at the top of the page.
pub(super) fn end_form() -> FormHandle {
    use_form::<EndBreakGlass, EndBreakGlassValues>()
}

/// Says that the record is open because of an emergency, and until when.
#[component]
pub(super) fn EmergencyNotice(
    /// The access.
    open: OpenBreakGlass,
    /// The form that ends it.
    form: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <Notice kind=NoticeKind::Warn title=say!(l, records.emergency.open)>
            <p>{say!(l, records.emergency.until)} " " <Moment at=open.until detail=Detail::DayAndTime/></p>
            <ZoneNote/>
            <Form form>
                <input type="hidden" name="patient" value=open.patient.to_string()/>
                <div class="row"><SubmitButton label=say!(l, records.emergency.end) class="plain"/></div>
            </Form>
        </Notice>
    }
    .into_any()
}
