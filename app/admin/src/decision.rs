//! Approving and refusing an application, each on its own page so that they cannot be mixed up.

use super::application::{licence_check, licence_facts};
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Card, Choice, FeeFields, Notice, NoticeKind, PageTitle, SelectField, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::{ApplicationStatus, ApplicationView, ClinicChoice, TypedFee};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that approves an application.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ApproveValues {
    /// The doctor.
    pub doctor: String,
    /// The clinic that the doctor joins.
    pub clinic: String,
    /// What a visit costs, in the currency of the clinic.
    #[serde(flatten)]
    pub fee: TypedFee,
    /// The reason, which the doctor receives.
    pub reason: String,
}

impl FormValues for ApproveValues {
    const FORM: &'static str = "admin.approve";
}

/// The values of the form that refuses an application.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RefuseValues {
    /// The doctor.
    pub doctor: String,
    /// The reason, which the doctor receives.
    pub reason: String,
}

impl FormValues for RefuseValues {
    const FORM: &'static str = "admin.refuse";
}

/// An application and the data needed to decide on it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToDecide {
    /// The application.
    pub application: ApplicationView,
    /// The clinics that the doctor can join.
    pub clinics: Vec<ClinicChoice>,
}

/// Loads an application and the data needed to decide on it.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-decision")]
pub async fn load_decision(
    /// The doctor.
    doctor: String,
) -> Result<ToDecide, Failure> {
    let request = kit::request::RequestContext::require()?;
    let doctor = kit::request::id(&doctor)?;
    let application = kit::request::call(|| domain::directory::application(&request.domain, &request.access, doctor)).await?;
    let clinics = kit::request::call(|| domain::directory::clinics(&request.domain, &request.access)).await?;
    Ok(ToDecide { application, clinics })
}

/// Verifies a doctor.
///
/// # Errors
/// Wrong fields; `ApplicationDecided`; `Stale`; `LicenceExpired`; `LicenceTaken`.
#[server(prefix = "/do", endpoint = "approve-application")]
pub async fn decide_approval(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ApproveValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::approve(&form).await;
    form.answer(outcome).await
}

/// Refuses a doctor.
///
/// # Errors
/// Wrong fields; `ApplicationDecided`; `Stale`.
#[server(prefix = "/do", endpoint = "refuse-application")]
pub async fn decide_refusal(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RefuseValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::refuse(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
pub(super) mod post {
    use super::{ApproveValues, Failure, FormReply, Posted, RefuseValues};
    use domain::{directory::Decide, error::retry};
    use kit::request::{RequestContext, posted_id};
    use model::directory::{ApplicationDecision, TypedFee};

    pub(super) async fn approve(form: &Posted<ApproveValues>) -> Result<FormReply, Failure> {
        decide(Decide {
            doctor: posted_id(&form.values.doctor)?,
            decision: ApplicationDecision::Verified,
            reason: form.values.reason.clone(),
            clinic: form.values.clinic.parse().ok(),
            fee: form.values.fee.clone(),
            version: form.version()?,
        })
        .await
    }

    pub(super) async fn refuse(form: &Posted<RefuseValues>) -> Result<FormReply, Failure> {
        decide(Decide {
            doctor: posted_id(&form.values.doctor)?,
            decision: ApplicationDecision::Refused,
            reason: form.values.reason.clone(),
            clinic: None,
            fee: TypedFee::default(),
            version: form.version()?,
        })
        .await
    }

    pub(crate) async fn decide(command: Decide) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        retry(|| domain::directory::decide(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/admin/applications/{}?decided=1", command.doctor)))
    }
}

/// The page with the form that approves an application.
#[component]
pub fn ApprovePage() -> impl IntoView {
    let l = use_locale();
    let to_decide = resource();
    let form = use_form::<DecideApproval, ApproveValues>()
        .field("clinic", say!(l, admin.decision.clinic), say!(l, admin.decision.clinic_missing))
        .fee()
        .field("reason", say!(l, admin.decision.reason), say!(l, admin.decision.reason_missing));
    view! {
        <PageTitle text=say!(l, admin.application.approve)/>
        {loaded(to_decide, move |ToDecide { application, clinics }| {
            let (doctor, name) = (application.doctor.to_string(), application.name.clone());
            let form = form.editing(&ApproveValues::default(), application.version.into());
            let check = licence_check(l, &application);
            let clinics = StoredValue::new(
                clinics
                    .into_iter()
                    .map(|clinic| Choice {
                        value: clinic.id.to_string(),
                        label: format!("{}, {} ({})", clinic.name, clinic.country.name(), clinic.currency),
                        hint: None,
                    })
                    .collect::<Vec<_>>(),
            );
            view! {
                <h1>{say!(l, admin.decision.approve_title, name = name)}</h1>
                <Settled status=application.status/>
                <Card title=say!(l, admin.application.licence)>
                    {check}
                    {application.licence.map(|licence| licence_facts(l, licence))}
                </Card>
                <Form form class="card">
                    <p>{say!(l, admin.decision.approve_lead)}</p>
                    <input type="hidden" name="doctor" value=doctor.clone()/>
                    <SelectField name="clinic" hint=say!(l, admin.decision.clinic_hint) choices=clinics.get_value()/>
                    <FeeFields hint=say!(l, admin.decision.fee_hint)/>
                    <TextArea name="reason" hint=say!(l, admin.decision.reason_hint)/>
                    <div class="row">
                        <SubmitButton label=say!(l, admin.decision.approve_submit)/>
                        <a href=format!("/admin/applications/{doctor}")>{say!(l, common.dialog.cancel)}</a>
                    </div>
                </Form>
            }
        })}
    }
}

/// The page with the form that refuses an application.
#[component]
pub fn RefusePage() -> impl IntoView {
    let l = use_locale();
    let to_decide = resource();
    let form = use_form::<DecideRefusal, RefuseValues>().field(
        "reason",
        say!(l, admin.decision.reason),
        say!(l, admin.decision.reason_missing),
    );
    view! {
        <PageTitle text=say!(l, admin.application.refuse)/>
        {loaded(to_decide, move |ToDecide { application, .. }| {
            let (doctor, name) = (application.doctor.to_string(), application.name.clone());
            let form = form.editing(&RefuseValues::default(), application.version.into());
            view! {
                <h1>{say!(l, admin.decision.refuse_title, name = name)}</h1>
                <Settled status=application.status/>
                <Form form class="card">
                    <p>{say!(l, admin.decision.refuse_lead)}</p>
                    <input type="hidden" name="doctor" value=doctor.clone()/>
                    <TextArea name="reason" hint=say!(l, admin.decision.reason_hint)/>
                    <div class="row">
                        <SubmitButton label=say!(l, admin.decision.refuse_submit) class="bad"/>
                        <a href=format!("/admin/applications/{doctor}")>{say!(l, common.dialog.cancel)}</a>
                    </div>
                </Form>
            }
        })}
    }
}

pub(super) fn resource() -> Resource<Result<ToDecide, Failure>> {
    let params = use_params_map();
    Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_decision)
}

/// A notice that the application has already been decided; nothing while it waits, or more is asked.
#[component]
pub(super) fn Settled(status: ApplicationStatus) -> impl IntoView {
    let l = use_locale();
    (!matches!(status, ApplicationStatus::Applied | ApplicationStatus::MoreAsked))
        .then(|| view! { <Notice kind=NoticeKind::Warn title=say!(l, errors.code.application_decided)/> })
}
