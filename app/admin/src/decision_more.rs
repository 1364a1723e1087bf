//! Asking for more before an application is decided.

use super::application::{licence_check, licence_facts};
use super::decision::{Settled, ToDecide, resource};
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Card, PageTitle, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that asks for more.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AskForMoreValues {
    /// The doctor.
    pub doctor: String,
    /// What is needed, which the doctor receives.
    pub reason: String,
}

impl FormValues for AskForMoreValues {
    const FORM: &'static str = "admin.ask_for_more";
}

/// Asks a doctor for more before the application is decided.
///
/// # Errors
/// Wrong fields; `ApplicationDecided`; `Stale`.
#[server(prefix = "/do", endpoint = "ask-for-more")]
pub async fn ask_for_more(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AskForMoreValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::ask(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AskForMoreValues, Failure, FormReply, Posted};
    use crate::decision::post::decide;
    use domain::directory::Decide;
    use kit::request::posted_id;
    use model::directory::{ApplicationDecision, TypedFee};

    pub(super) async fn ask(form: &Posted<AskForMoreValues>) -> Result<FormReply, Failure> {
        decide(Decide {
            doctor: posted_id(&form.values.doctor)?,
            decision: ApplicationDecision::MoreAsked,
            reason: form.values.reason.clone(),
            clinic: None,
            fee: TypedFee::default(),
            version: form.version()?,
        })
        .await
    }
}

/// The page with the form that asks for more.
#[component]
pub fn AskForMorePage() -> impl IntoView {
    let l = use_locale();
    let to_decide = resource();
    let form = use_form::<AskForMore, AskForMoreValues>().field(
        "reason",
        say!(l, admin.decision.reason),
        say!(l, admin.decision.reason_missing),
    );
    view! {
        <PageTitle text=say!(l, admin.application.ask)/>
        {loaded(to_decide, move |ToDecide { application, .. }| {
            let (doctor, name) = (application.doctor.to_string(), application.name.clone());
            let form = form.editing(&AskForMoreValues::default(), application.version.into());
            let check = licence_check(l, &application);
            view! {
                <h1>{say!(l, admin.decision.ask_title, name = name)}</h1>
                <Settled status=application.status/>
                <Card title=say!(l, admin.application.licence)>
                    {check}
                    {application.licence.map(|licence| licence_facts(l, licence))}
                </Card>
                <Form form class="card">
                    <p>{say!(l, admin.decision.ask_lead)}</p>
                    <input type="hidden" name="doctor" value=doctor.clone()/>
                    <TextArea name="reason" hint=say!(l, admin.decision.reason_hint)/>
                    <div class="row">
                        <SubmitButton label=say!(l, admin.decision.ask_submit)/>
                        <a href=format!("/admin/applications/{doctor}")>{say!(l, common.dialog.cancel)}</a>
                    </div>
                </Form>
            }
        })}
    }
    .into_any()
}
