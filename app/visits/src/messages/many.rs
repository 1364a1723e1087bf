//! The page on which a patient says whether they want the messages of their clinics to many patients.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Detail, Moment, Notice, NoticeKind, PageTitle, ZoneNote, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::chat::mass::{MassAnswer, MassConsent};
use serde::{Deserialize, Serialize};
use words::say;

/// An answer.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MassConsentValues {
    /// The clinic.
    pub clinic: String,
    /// The answer: `agree` or `withdraw`.
    pub answer: String,
    /// The version of the answer before, as the page showed it.
    pub seen: String,
}

impl FormValues for MassConsentValues {
    const FORM: &'static str = "chat.answer_mass";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads what the patient has answered, for each of their clinics.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "load-mass-consents")]
pub async fn load_mass_consents() -> Result<Vec<MassConsent>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::chat::mass_consents(&request.domain, &request.access)).await
}

/// Answers whether the patient wants the messages of a clinic to many.
///
/// # Errors
/// `ConversationNotInCare`, `Stale`, `NotFound`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "answer-mass-consent")]
pub async fn answer_mass_consent(
    /// The posted form.
    #[server(flatten)]
    form: Posted<MassConsentValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::answer(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, MassAnswer, MassConsentValues, Posted};
    use domain::{chat, error::retry};
    use kit::request::{RequestContext, posted_id};
    use model::errors::Code;

    pub(super) async fn answer(form: &Posted<MassConsentValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        request.access.acting()?;
        let MassConsentValues { clinic, answer, seen } = form.values.clone();
        let command = chat::AnswerMass {
            clinic: posted_id(&clinic)?,
            answer: MassAnswer::parse(&answer).map_err(|_| Code::NotFound)?,
            version: seen.parse().map_err(|_| Code::Stale)?,
        };
        retry(|| chat::answer_mass(&request.domain, &request.access, command)).await?;
        Ok(FormReply::to("/messages/many?saved=1"))
    }
}

/// The page `/messages/many`.
#[component]
pub fn MassConsentsPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let form = use_form::<AnswerMassConsent, MassConsentValues>();
    let done = form.done();
    let consents = Resource::new_blocking(move || done.get(), |_| load_mass_consents());
    view! {
        <PageTitle text=say!(l, visits.many.title)/>
        <p><a href="/messages">"← " {say!(l, visits.messages.all)}</a></p>
        <div class="lead">
            <h1>{say!(l, visits.many.title)}</h1>
            <p>{say!(l, visits.many.lead)}</p>
        </div>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, visits.many.saved)/> }),
        )}
        {loaded(consents, move |consents| view! { <Consents consents form/> })}
    }
    .into_any()
}

#[component]
fn Consents(consents: Vec<MassConsent>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if consents.is_empty() {
        return view! { <p>{say!(l, visits.many.none)}</p> }.into_any();
    }
    let has_days = consents.iter().any(|consent| consent.since.is_some());
    let cards: Vec<_> = consents.into_iter().map(|consent| view! { <Consent consent form/> }).collect();
    view! { {cards} {has_days.then(|| view! { <ZoneNote/> })} }.into_any()
}

#[component]
fn Consent(consent: MassConsent, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let MassConsent { clinic, clinic_name, agreed, since, version } = consent;
    let (state, answer, label) = if agreed {
        (say!(l, visits.many.agreed), MassAnswer::Withdraw, say!(l, visits.many.withdraw))
    } else {
        (say!(l, visits.many.not_agreed), MassAnswer::Agree, say!(l, visits.many.agree))
    };
    let since = since.map(|at| view! { " · " <Moment at detail=Detail::Day/> });
    view! {
        <section class="card">
            <h2>{said(clinic_name)}</h2>
            <p>{state} {since}</p>
            <Form form>
                <input type="hidden" name="clinic" value=clinic.to_string()/>
                <input type="hidden" name="answer" value=answer.as_str()/>
                <input type="hidden" name="seen" value=version.to_string()/>
                <div class="row"><SubmitButton label=label class="plain"/></div>
            </Form>
        </section>
    }
    .into_any()
}
