//! What reception prints: a label with name, number and barcode, and the letter with the code by which the patient claims their record. The code is shown only
//! here: its page is found by a random id for half an hour, and the database has only a hash of it.

use kit::failure::Failure;
use kit::forms::{FormReply, FormValues, Keep, Posted};
use kit::parts::time::{date_of_birth, names};
use kit::parts::{Card, Detail, Moment, Notice, NoticeKind, PageTitle, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::barcode::Barcode;
use model::directory::{ClaimLetter, PatientCard};
use model::identity::PersonNumber;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the button that makes a code.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MakeClaimValues {
    /// The patient's id.
    pub patient: String,
}

impl FormValues for MakeClaimValues {
    const FORM: &'static str = "directory.make_claim_code";
    const KEEP: Keep = Keep::Nowhere;
}

/// What is printed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Printed {
    /// The patient.
    pub card: PatientCard,
    /// The code; none for a label alone.
    pub letter: Option<ClaimLetter>,
}

/// Makes a code and leads to the letter with it.
///
/// # Errors
/// `PatientHasAccount`; `NotFound` and `Forbidden` for users who do not register patients; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "make-claim-code")]
pub async fn make_claim_code(
    /// The posted form.
    #[server(flatten)]
    form: Posted<MakeClaimValues>,
) -> Result<FormReply, Failure> {
    let outcome = ssr::make(&form).await;
    form.answer(outcome).await
}

/// Loads what is printed.
///
/// # Errors
/// `NotFound`, also for a patient whom the user's clinic does not know; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-letter")]
pub async fn load_letter(
    /// The patient's id.
    id: String,
    /// The id under which the code is kept.
    letter: Option<String>,
) -> Result<Printed, Failure> {
    ssr::load(&id, letter).await
}

#[cfg(feature = "ssr")]
mod ssr {
    use super::{Failure, FormReply, MakeClaimValues, Posted, Printed};
    use domain::{directory, error::retry};
    use kit::request::{RequestContext, call, posted_id};
    use model::ids::PatientId;

    /// The name under which the code of a patient is kept, so that it cannot be shown on the page of another one.
    fn kept_for(patient: PatientId) -> String {
        format!("directory.letter.{patient}")
    }

    pub(super) async fn make(form: &Posted<MakeClaimValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let patient: PatientId = posted_id(&form.values.patient)?;
        let letter = retry(|| directory::make_claim_code(&request.domain, &request.access, patient)).await?;
        let id = request.keep(&kept_for(patient), &letter).await?;
        Ok(FormReply::to(format!("/desk/patients/{patient}/letter?letter={id}")))
    }

    pub(super) async fn load(id: &str, letter: Option<String>) -> Result<Printed, Failure> {
        let request = RequestContext::require()?;
        let patient: PatientId = kit::request::id(id)?;
        let card = call(|| directory::patient_card(&request.domain, &request.access, patient)).await?;
        let name = kept_for(patient);
        let kept = match &letter {
            Some(letter) => call(|| domain::drafts::load(&request.domain, &name, letter)).await?,
            None => None,
        };
        Ok(Printed { card, letter: kept.and_then(|kept| serde_json::from_str(&kept).ok()) })
    }
}

/// The page `/desk/patients/:id/letter`.
#[component]
pub fn LetterPage() -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || {
        let id = params.with(|params| params.get("id")).unwrap_or_default();
        (id, query.with(|query| query.get("letter")))
    };
    let printed = Resource::new_blocking(asked, |(id, letter)| load_letter(id, letter));
    view! {
        <PageTitle text=say!(l, directory.letter.title)/>
        {loaded(printed, move |printed| view! { <Paper printed/> })}
    }
    .into_any()
}

#[component]
fn Paper(printed: Printed) -> impl IntoView {
    let l = use_locale();
    let Printed { card, letter } = printed;
    let id = card.id;
    let born = date_of_birth(names(l), card.date_of_birth);
    let number = PersonNumber::parse(&card.number).ok();
    let barcode = number.and_then(|number| Barcode::code_128(number.as_str()));
    let letter = letter.map(|letter| view! { <Code letter/> });
    view! {
        <div class="stack no-print">
            <p><a href=format!("/desk/patients/{id}")>"← " {say!(l, directory.letter.back)}</a></p>
            <h1>{say!(l, directory.letter.title)}</h1>
            <Notice kind=NoticeKind::Info title=say!(l, directory.letter.print)/>
        </div>
        <Card title=card.name>
            <dl class="facts">
                <dt>{say!(l, common.person.date_of_birth)}</dt>
                <dd>{born}</dd>
                <dt>{say!(l, directory.desk.number)}</dt>
                <dd class="num">{card.number.clone()}</dd>
            </dl>
            {barcode.map(|barcode| view! { <Bars barcode label=say!(l, directory.letter.barcode, number = card.number)/> })}
        </Card>
        {letter}
    }
    .into_any()
}

/// How high the bars are, in modules.
const HEIGHT: u32 = 40;

#[component]
fn Bars(barcode: Barcode, label: String) -> impl IntoView {
    let view_box = format!("0 0 {} {HEIGHT}", barcode.width);
    view! {
        <svg viewBox=view_box width="220" height="62" role="img" aria-label=label>
            // The quiet zone has to be light in dark schemes too.
            <path d=format!("M0 0h{}v{HEIGHT}H0z", barcode.width) fill="#fff"></path>
            <path d=barcode.path(HEIGHT) fill="#000"></path>
        </svg>
    }
    .into_any()
}

#[component]
fn Code(letter: ClaimLetter) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card title=say!(l, directory.letter.claim_title)>
            <p>{say!(l, directory.letter.claim)}</p>
            <ol>
                <li>{say!(l, directory.letter.step_sign_in)}</li>
                <li>{say!(l, directory.letter.step_open)}</li>
                <li>{say!(l, directory.letter.step_type)}</li>
            </ol>
            <dl class="facts">
                <dt>{say!(l, directory.claim.code)}</dt>
                <dd class="num"><strong>{letter.code}</strong></dd>
                <dt>{say!(l, directory.letter.until)}</dt>
                <dd><Moment at=letter.expires_at detail=Detail::Day/></dd>
            </dl>
        </Card>
    }
    .into_any()
}
