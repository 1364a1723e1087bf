//! Ending a visit: with the diagnoses that were chosen, or with the word that there is none.

use super::panels::ConsultPanels;
use crate::failure::Failure;
use crate::forms::{Form, FormReply, FormValues, Posted, SubmitButton};
use crate::i18n::{say, use_locale};
use crate::parts::{Choice, Radios};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// How the visit ends.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndVisitValues {
    /// The visit's id.
    pub encounter: String,
    /// `diagnosed` or `no_diagnosis`.
    pub outcome: String,
}

impl FormValues for EndVisitValues {
    const FORM: &'static str = "records.end_visit";
}

/// Ends the visit and goes on to the prescription.
///
/// # Errors
/// Wrong fields; `DiagnosisMissing`, `VisitEnded`, `VisitNobodyWaiting`, `NotFound`, `Forbidden`.
#[server(name = EndVisitForm, prefix = "/do", endpoint = "end-visit")]
pub async fn end_visit_form(
    /// What was posted.
    #[server(flatten)]
    form: Posted<EndVisitValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{EndVisitValues, Failure, FormReply, Posted};
    use crate::request::RequestContext;
    use domain::{error::retry, visits};
    use model::{
        errors::{Code, FieldError, FieldFault},
        visits::views::Outcome,
    };

    pub(super) async fn end(form: &Posted<EndVisitValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let wrong = |fault: FieldFault| Failure::fields(vec![FieldError::new("outcome", fault)]);
        let command = visits::EndVisit {
            encounter: form.values.encounter.parse().map_err(|_| Code::NotFound)?,
            outcome: match form.values.outcome.as_str() {
                "diagnosed" => Outcome::Diagnosed,
                "no_diagnosis" => Outcome::NoDiagnosis,
                "" => return Err(wrong(FieldFault::Missing)),
                _ => return Err(wrong(FieldFault::UnknownChoice)),
            },
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        let encounter = command.encounter;
        retry(|| visits::end(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/visits/{encounter}/prescription?ended=1")))
    }
}

/// The question how the visit ends, and the button that ends it for both.
#[component]
pub fn EndVisit(
    /// The panels of the visit.
    panels: ConsultPanels,
) -> impl IntoView {
    let l = use_locale();
    let (form, encounter) = (panels.end, panels.encounter);
    let choice = |value: &str, label: &str, hint: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: Some(hint.to_owned()),
    };
    let choices = vec![
        choice("diagnosed", say!(l, records.end.diagnosed), say!(l, records.end.diagnosed_hint)),
        choice("no_diagnosis", say!(l, records.end.no_diagnosis), say!(l, records.end.no_diagnosis_hint)),
    ];
    view! {
        <section class="lead">
            <h2>{say!(l, records.end.title)}</h2>
            <Form form>
                <input type="hidden" name="encounter" value=encounter.get_untracked()/>
                <Radios name="outcome" choices=choices.clone()/>
                <p class="quiet">{say!(l, records.end.hint)}</p>
                <div class="row"><SubmitButton label=say!(l, records.end.submit) class="bad"/></div>
            </Form>
        </section>
    }
    .into_any()
}
