//! Signing the notes of a visit, the addenda after that, and asking a colleague to co-sign.

use kit::failure::Failure;
use kit::forms::{
    Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form, use_form_about, visit_in_address,
};
use kit::parts::{Checkbox, Choice, Detail, Moment, SelectField, Tag, TagKind, TextArea, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::ids::EncounterId;
use model::records::{AddendumView, CosignAnswer, NoteCosignature, NoteSignature, NoteSigning, SoapNote};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that signs the notes.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignNotesValues {
    /// The visit's id.
    pub encounter: String,
    /// `true` when the doctor states that the notes are complete and correct.
    pub statement: String,
}

impl FormValues for SignNotesValues {
    const FORM: &'static str = "records.sign_note";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that adds an addendum.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddendumValues {
    /// The visit's id.
    pub encounter: String,
    /// The text.
    pub text: String,
}

impl FormValues for AddendumValues {
    const FORM: &'static str = "records.add_addendum";
}

/// The values of the form that asks a colleague.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AskCosignatureValues {
    /// The visit's id.
    pub encounter: String,
    /// The id of the colleague's account.
    pub colleague: String,
}

impl FormValues for AskCosignatureValues {
    const FORM: &'static str = "records.ask_cosignature";
    const KEEP: Keep = Keep::Nowhere;
}

/// Signs the notes of a visit.
///
/// # Errors
/// Wrong fields; `NoteTyped` while there is typed text that was not saved; `Stale`, `NoteUnwritten`, `NoteSigned`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "sign-notes")]
pub async fn sign_notes(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SignNotesValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::sign(&form).await;
    form.answer(outcome).await
}

/// Adds an addendum to signed notes.
///
/// # Errors
/// Wrong fields; `NoteUnsigned`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "add-addendum")]
pub async fn add_addendum(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AddendumValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form).await;
    form.answer(outcome).await
}

/// Asks a colleague to co-sign signed notes.
///
/// # Errors
/// Wrong fields; `NoteUnsigned`, `CosignatureAsked`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "ask-cosignature")]
pub async fn ask_cosignature(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AskCosignatureValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::ask(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AddendumValues, AskCosignatureValues, Failure, FormReply, Posted, SignNotesValues};
    use crate::{NotesValues, same_page};
    use domain::{Error, drafts, error::retry, records};
    use kit::forms::FormValues as _;
    use kit::request::{RequestContext, posted_id};
    use model::{
        drafts::DraftSubject,
        errors::{Code, FieldFault},
        ids::{EncounterId, UserId},
    };

    pub(super) async fn sign(form: &Posted<SignNotesValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let encounter = posted_id(&form.values.encounter)?;
        let states = form.values.statement == "true";
        let command = records::SignNote { encounter, version: form.version()?, states };
        if states && has_typed(&request, encounter).await? {
            return Err(Code::NoteTyped.into());
        }
        retry(|| records::sign_note(&request.domain, &request.access, command)).await?;
        Ok(same_page(form))
    }

    /// Whether the doctor has typed text in the notes that is not saved. It could not be saved after the signature.
    async fn has_typed(request: &RequestContext, encounter: EncounterId) -> Result<bool, Failure> {
        let (form, subject) = (NotesValues::FORM, DraftSubject::Visit(encounter));
        match drafts::load_kept(&request.domain, &request.access, form, &subject).await {
            Ok(kept) => Ok(kept.is_some()),
            // `records::sign_note` returns these errors itself.
            Err(error) if matches!(error.code(), Code::SignInNeeded | Code::NotFound | Code::Forbidden) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn add(form: &Posted<AddendumValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = records::AddAddendum {
            encounter: posted_id(&form.values.encounter)?,
            text: form.values.text.clone(),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        retry(|| records::add_addendum(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }

    pub(super) async fn ask(form: &Posted<AskCosignatureValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let encounter = posted_id(&form.values.encounter)?;
        let colleague: UserId = match form.values.colleague.as_str() {
            "" => return Err(Error::field("colleague", FieldFault::Missing).into()),
            typed => typed.parse().map_err(|_| Error::field("colleague", FieldFault::UnknownChoice))?,
        };
        let key = Some(form.idempotency_key.clone());
        let command = records::AskCosignature { encounter, colleague, idempotency_key: key };
        retry(|| records::ask_cosignature(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }
}

/// The forms of the signature and what comes after it. Create them at the top of the page.
#[derive(Clone, Copy)]
pub(super) struct SigningForms {
    sign: FormHandle,
    addendum: FormHandle,
    ask: FormHandle,
}

impl SigningForms {
    pub(super) fn new() -> Self {
        let l = use_locale();
        let sign = use_form::<SignNotes, SignNotesValues>().field(
            "statement",
            say!(l, records.signing.statement),
            say!(l, records.signing.statement_missing),
        );
        let addendum = use_form_about::<AddAddendum, AddendumValues>(visit_in_address())
            .field("text", say!(l, records.signing.addendum), say!(l, records.signing.addendum_missing))
            .noun(say!(l, records.signing.addendum_noun));
        let ask = use_form::<AskCosignature, AskCosignatureValues>().field(
            "colleague",
            say!(l, records.signing.colleague),
            say!(l, records.signing.colleague_missing),
        );
        Self { sign, addendum, ask }
    }

    /// Counts what was sent without leaving the page.
    pub(super) fn done(self) -> u32 {
        self.sign.done().get() + self.addendum.done().get() + self.ask.done().get()
    }
}

/// The card that signs the newest version of the notes.
#[component]
pub(super) fn SignCard(
    /// The forms.
    forms: SigningForms,
    /// The visit.
    encounter: EncounterId,
    /// The newest version, which is signed.
    version: i64,
) -> impl IntoView {
    let l = use_locale();
    let encounter = encounter.to_string();
    let values = SignNotesValues { encounter: encounter.clone(), ..SignNotesValues::default() };
    let form = forms.sign.editing(&values, version);
    view! {
        <section class="card">
            <h2>{say!(l, records.signing.title)}</h2>
            <p>{say!(l, records.signing.lead, n = version)}</p>
            <Form form>
                <input type="hidden" name="encounter" value=encounter.clone()/>
                <Checkbox name="statement"/>
                <div class="row"><SubmitButton label=say!(l, records.signing.submit)/></div>
            </Form>
        </section>
    }
    .into_any()
}

/// Who has signed the notes, the addenda, and the co-signatures, with the forms that add to them.
#[component]
pub(super) fn SignedCard(
    /// The forms.
    forms: SigningForms,
    /// The visit.
    encounter: EncounterId,
    /// The signature.
    signature: NoteSignature,
    /// What came after it.
    signing: NoteSigning,
    /// Whether the reader may add addenda.
    may_write: bool,
) -> impl IntoView {
    let l = use_locale();
    let encounter = encounter.to_string();
    // What was sent before is not in the fields any more.
    let (addendum, ask_form) =
        (forms.addendum.filled(&AddendumValues::default()), forms.ask.filled(&AskCosignatureValues::default()));
    let add = may_write.then(|| {
        let encounter = encounter.clone();
        view! {
            <Form form=addendum>
                <input type="hidden" name="encounter" value=encounter.clone()/>
                <TextArea name="text" hint=say!(l, records.signing.addendum_hint) rows=3/>
                <div class="row"><SubmitButton label=say!(l, records.signing.addendum_add)/></div>
            </Form>
        }
    });
    let colleagues: Vec<_> = signing
        .colleagues
        .into_iter()
        .map(|colleague| Choice { value: colleague.user.to_string(), label: colleague.name, hint: None })
        .collect();
    let ask = (!colleagues.is_empty()).then(|| {
        let encounter = encounter.clone();
        view! {
            <Form form=ask_form>
                <input type="hidden" name="encounter" value=encounter.clone()/>
                <SelectField name="colleague" hint=say!(l, records.signing.colleague_hint) choices=colleagues.clone()/>
                <div class="row"><SubmitButton label=say!(l, records.signing.ask) class="plain"/></div>
            </Form>
        }
    });
    let alone = (signing.may_sign && ask.is_none()).then(|| view! { <p class="quiet">{say!(l, records.signing.alone)}</p> });
    let asked: Vec<_> = signing.cosignatures.into_iter().map(|request| view! { <li><Asked request/></li> }).collect();
    let asked = (!asked.is_empty()).then(|| view! { <ul class="list">{asked}</ul> });
    let cosignatures = (asked.is_some() || ask.is_some() || alone.is_some()).then(|| {
        view! {
            <section class="card">
                <h2>{say!(l, records.signing.cosignatures)}</h2>
                {asked}
                {ask}
                {alone}
            </section>
        }
    });
    view! {
        <section class="card">
            <h2>{say!(l, records.signing.signed_title)}</h2>
            <SignedLine signature/>
            <h3>{say!(l, records.signing.addenda)}</h3>
            <Addenda addenda=signing.addenda/>
            {add}
        </section>
        {cosignatures}
    }
    .into_any()
}

/// Who has signed, and when.
#[component]
pub(super) fn SignedLine(signature: NoteSignature) -> impl IntoView {
    let l = use_locale();
    view! {
        <p>
            <Tag kind=TagKind::Good text=say!(l, records.signing.signed)/> " "
            {say!(l, records.notes.version, n = signature.version)} ", "
            <Moment at=signature.signed_at detail=Detail::Short/> ", " {said(signature.signer_name)}
        </p>
    }
    .into_any()
}

/// The addenda, the oldest first.
#[component]
pub(super) fn Addenda(addenda: Vec<AddendumView>) -> impl IntoView {
    let l = use_locale();
    if addenda.is_empty() {
        return view! { <p class="quiet">{say!(l, records.signing.no_addenda)}</p> }.into_any();
    }
    let lines: Vec<_> = addenda
        .into_iter()
        .map(|addendum| {
            view! {
                <li>
                    <p class="lines" dir="auto">{addendum.text}</p>
                    <small><Moment at=addendum.written_at detail=Detail::Short/> ", " {said(addendum.author_name)}</small>
                </li>
            }
        })
        .collect();
    view! { <ul class="list">{lines}</ul> }.into_any()
}

/// One request to a colleague, with the answer.
#[component]
pub(super) fn Asked(request: NoteCosignature) -> impl IntoView {
    let at = request.answered_at.unwrap_or(request.asked_at);
    view! {
        <p>
            {said(request.colleague_name)} " " <AnswerTag answer=request.answer/> " "
            <Moment at detail=Detail::Short/>
        </p>
        {request.words.map(|words| view! { <p class="lines" dir="auto">{words}</p> })}
    }
    .into_any()
}

/// The state of a request to co-sign.
#[component]
pub(super) fn AnswerTag(answer: Option<CosignAnswer>) -> impl IntoView {
    let l = use_locale();
    let (kind, text) = match answer {
        None => (TagKind::Plain, say!(l, records.signing.asked)),
        Some(CosignAnswer::Signed) => (TagKind::Good, say!(l, records.signing.cosigned)),
        Some(CosignAnswer::Returned) => (TagKind::Warn, say!(l, records.signing.returned)),
    };
    view! { <Tag kind text/> }
}

/// The parts of a note that have text.
pub(super) fn note_parts(note: SoapNote) -> AnyView {
    let l = use_locale();
    let parts = [
        (say!(l, records.notes.subjective), note.subjective),
        (say!(l, records.notes.objective), note.objective),
        (say!(l, records.notes.assessment), note.assessment),
        (say!(l, records.notes.plan), note.plan),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| view! { <dt>{label}</dt> <dd class="lines" dir="auto">{text}</dd> })
        .collect();
    view! { <dl class="parts">{parts}</dl> }.into_any()
}
