//! One letter: for the patient, and for the doctor with what can be done with it.

use super::parts::{LetterPdf, StateTag, kind_name};
use super::sheet::LetterFacts;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Notice, NoticeKind, PageTitle, TextArea, ZoneNote, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::records::{LetterState, LetterView};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that issues a letter.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IssueLetterValues {
    /// The letter's id.
    pub letter: String,
}

impl FormValues for IssueLetterValues {
    const FORM: &'static str = "records.issue_letter";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that discards a draft.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DiscardLetterValues {
    /// The letter's id.
    pub letter: String,
    /// The visit's id, to whose notes the doctor goes back.
    pub encounter: String,
}

impl FormValues for DiscardLetterValues {
    const FORM: &'static str = "records.discard_letter";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that withdraws a letter.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WithdrawLetterValues {
    /// The letter's id.
    pub letter: String,
    /// The reason.
    pub reason: String,
}

impl FormValues for WithdrawLetterValues {
    const FORM: &'static str = "records.withdraw_letter";
    const KEEP: Keep = Keep::InPage;
}

/// Loads a letter.
///
/// # Errors
/// `NotFound`, also for a draft that the viewer did not write.
#[server(prefix = "/do", endpoint = "read-letter")]
pub async fn read_letter(
    /// Its id.
    id: String,
) -> Result<LetterView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::records::letter(&request.domain, &request.access, id)).await
}

/// Issues a letter.
///
/// # Errors
/// Wrong days; `Stale`, `LetterFrozen`, `LetterWithdrawn`, `DoctorUnverified`, `PrescriptionUnlicensed`, `PrescriptionUnprintable`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "issue-letter")]
pub async fn issue_letter(
    /// The posted form.
    #[server(flatten)]
    form: Posted<IssueLetterValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::issue(&form).await;
    form.answer(outcome).await
}

/// Discards the draft of a letter.
///
/// # Errors
/// `Stale`, `LetterFrozen`, `LetterWithdrawn`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "discard-letter")]
pub async fn discard_letter(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DiscardLetterValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::discard(&form).await;
    form.answer(outcome).await
}

/// Withdraws an issued letter.
///
/// # Errors
/// Wrong fields; `LetterWithdrawn`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "withdraw-letter")]
pub async fn withdraw_letter(
    /// The posted form.
    #[server(flatten)]
    form: Posted<WithdrawLetterValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::withdraw(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{DiscardLetterValues, Failure, FormReply, IssueLetterValues, Posted, WithdrawLetterValues};
    use domain::{error::retry, records};
    use kit::request::{RequestContext, posted_id};
    use model::ids::EncounterId;

    pub(super) async fn issue(form: &Posted<IssueLetterValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = records::IssueLetter {
            letter: posted_id(&form.values.letter)?,
            version: form.version()?,
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        retry(|| records::issue_letter(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/letters/{}", command.letter)))
    }

    pub(super) async fn discard(form: &Posted<DiscardLetterValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let encounter: EncounterId = posted_id(&form.values.encounter)?;
        let command = records::DiscardLetter { letter: posted_id(&form.values.letter)?, version: form.version()? };
        retry(|| records::discard_letter(&request.domain, &request.access, command)).await?;
        Ok(FormReply::to(format!("/doctor/visits/{encounter}/notes")))
    }

    pub(super) async fn withdraw(form: &Posted<WithdrawLetterValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = records::WithdrawLetter {
            letter: posted_id(&form.values.letter)?,
            reason: form.values.reason.clone(),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        retry(|| records::withdraw_letter(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/letters/{}", command.letter)))
    }
}

/// The forms of the doctor. Create them at the top of the page.
#[derive(Clone, Copy)]
struct Forms {
    issue: FormHandle,
    discard: FormHandle,
    withdraw: FormHandle,
}

impl Forms {
    fn new() -> Self {
        let l = use_locale();
        // The days of the draft are checked again when it is issued.
        let issue = use_form::<IssueLetter, IssueLetterValues>()
            .optional("from", say!(l, records.letters.from))
            .optional("until", say!(l, records.letters.until));
        let withdraw = use_form::<WithdrawLetter, WithdrawLetterValues>()
            .field("reason", say!(l, records.letters.reason), say!(l, records.letters.reason_missing))
            .noun(say!(l, records.letters.reason_noun));
        Self { issue, discard: use_form::<DiscardLetter, DiscardLetterValues>(), withdraw }
    }

    fn done(self) -> u32 {
        self.issue.done().get() + self.withdraw.done().get()
    }
}

/// The patient's page of a letter.
#[component]
pub fn LetterPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let found = Resource::new_blocking(id, read_letter);
    view! {
        <PageTitle text=say!(l, records.letters.one)/>
        <p><a href="/patient/documents">"← " {say!(l, records.documents.title)}</a></p>
        {loaded(found, |letter| view! { <Letter letter/> })}
    }
    .into_any()
}

/// The doctor's page of a letter.
#[component]
pub fn DoctorLetterPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let forms = Forms::new();
    let found = Resource::new_blocking(move || (id(), forms.done()), |(id, _)| read_letter(id));
    view! {
        <PageTitle text=say!(l, records.letters.one)/>
        {loaded(found, move |letter| {
            let back = format!("/doctor/patients/{}/letters", letter.patient);
            view! {
                <p><a href=back>"← " {say!(l, records.letters.title)}</a></p>
                <Letter letter=letter.clone()/>
                <Actions letter forms/>
            }
        })}
    }
    .into_any()
}

/// What the letter says, as it is or will be printed.
#[component]
fn Letter(letter: LetterView) -> impl IntoView {
    let l = use_locale();
    let state = letter.state;
    let draft = (state == LetterState::Draft).then(|| {
        view! {
            <Notice kind=NoticeKind::Info title=say!(l, records.letters.draft_title)>
                <p>{say!(l, records.letters.draft_text)}</p>
            </Notice>
        }
    });
    let (facts, reason) = (letter.clone(), letter.withdraw_reason.clone());
    let withdrawn = (state == LetterState::Withdrawn).then(|| {
        view! {
            <Notice kind=NoticeKind::Warn title=say!(l, records.letters.withdrawn_title)>
                {reason.map(|reason| view! { <p class="lines" dir="auto">{reason}</p> })}
            </Notice>
        }
    });
    view! {
        {draft}
        {withdrawn}
        <div class="row">
            <h1>{kind_name(l, letter.content.kind)} " " <span class="num">{letter.number}</span></h1>
            <StateTag state/>
        </div>
        <section class="card">
            <LetterFacts letter=facts/>
            <ZoneNote/>
            <p class="lines" dir="auto">{letter.content.text}</p>
            {(state != LetterState::Draft).then(|| view! { <div class="row"><LetterPdf id=letter.id class="button"/></div> })}
        </section>
    }
    .into_any()
}

/// What the doctor can do with the letter.
#[component]
fn Actions(letter: LetterView, forms: Forms) -> impl IntoView {
    let l = use_locale();
    let (id, encounter) = (letter.id.to_string(), letter.encounter.to_string());
    match letter.state {
        LetterState::Draft => {
            let issue = forms.issue.editing(&IssueLetterValues { letter: id.clone() }, letter.version);
            let values = DiscardLetterValues { letter: id.clone(), encounter: encounter.clone() };
            let discard = forms.discard.editing(&values, letter.version);
            let edit = format!("/doctor/letters/{id}/edit");
            let other = id.clone();
            view! {
                <section class="card next">
                    <h2>{say!(l, records.letters.issue_title)}</h2>
                    <p>{say!(l, records.letters.issue_lead)}</p>
                    <Form form=issue>
                        <input type="hidden" name="letter" value=id.clone()/>
                        <div class="row"><SubmitButton label=say!(l, records.letters.issue)/></div>
                    </Form>
                    <p><a href=edit>{say!(l, records.letters.change)}</a></p>
                    <Form form=discard>
                        <input type="hidden" name="letter" value=other.clone()/>
                        <input type="hidden" name="encounter" value=encounter.clone()/>
                        <div class="row"><SubmitButton label=say!(l, records.letters.discard) class="plain"/></div>
                    </Form>
                </section>
            }
            .into_any()
        }
        LetterState::Issued if letter.may_withdraw => {
            let form = forms.withdraw;
            view! {
                <section class="card">
                    <h2>{say!(l, records.letters.withdraw_title)}</h2>
                    <p>{say!(l, records.letters.withdraw_lead)}</p>
                    <Form form>
                        <input type="hidden" name="letter" value=id.clone()/>
                        <TextArea name="reason" hint=say!(l, records.letters.reason_hint) rows=3/>
                        <div class="row"><SubmitButton label=say!(l, records.letters.withdraw) class="bad"/></div>
                    </Form>
                </section>
            }
            .into_any()
        }
        LetterState::Issued | LetterState::Withdrawn => ().into_any(),
    }
}
