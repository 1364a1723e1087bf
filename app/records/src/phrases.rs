//! Phrases for notes: a doctor's own ones, and those of a clinic. One page lists them, adds one, and changes or removes the one that is named in the address.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Card, Notice, NoticeKind, PageTitle, TextArea, TextField, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::records::{Phrase, PhraseBook, PhraseRow, PhrasesOf};
use serde::{Deserialize, Serialize};
use words::say;

/// A phrase as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PhraseValues {
    /// Whose phrase it is: `own` or `clinic`.
    pub of: String,
    /// What is written in a note, with or without the dot.
    pub abbreviation: String,
    /// The text for which it stands.
    pub text: String,
}

impl FormValues for PhraseValues {
    const FORM: &'static str = "records.phrase";
    // The page has one form for all phrases, so a draft of one would appear in another.
    const KEEP: Keep = Keep::Nowhere;
}

/// The phrase to remove.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RemovePhraseValues {
    /// Whose phrase it is: `own` or `clinic`.
    pub of: String,
    /// What is written in a note.
    pub abbreviation: String,
}

impl FormValues for RemovePhraseValues {
    const FORM: &'static str = "records.remove_phrase";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the phrases that the user manages.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for everybody but doctors, or administrators.
#[server(prefix = "/do", endpoint = "load-phrases")]
pub async fn load_phrases(
    /// Whose phrases: `own` or `clinic`.
    of: String,
) -> Result<PhraseBook, Failure> {
    let request = kit::request::RequestContext::require()?;
    let of = kit::request::id(&of)?;
    kit::request::call(|| domain::records::phrases(&request.domain, &request.access, of)).await
}

/// Adds a phrase or changes its text.
///
/// # Errors
/// Wrong fields; `Stale`, `Forbidden`.
#[server(prefix = "/do", endpoint = "save-phrase")]
pub async fn save_phrase(
    /// The posted form.
    #[server(flatten)]
    form: Posted<PhraseValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::save(&form).await;
    form.answer(outcome).await
}

/// Removes a phrase.
///
/// # Errors
/// `Stale`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "remove-phrase")]
pub async fn remove_phrase(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RemovePhraseValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::remove(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, PhraseValues, Posted, RemovePhraseValues, address};
    use domain::{
        error::retry,
        records::{self, RemovePhrase, SavePhrase},
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn save(form: &Posted<PhraseValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let PhraseValues { of, abbreviation, text } = form.values.clone();
        let of = posted_id(&of)?;
        let command = SavePhrase { of, abbreviation, text, version: form.version()? };
        retry(|| records::save_phrase(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("{}?saved=1", address(of))))
    }

    pub(super) async fn remove(form: &Posted<RemovePhraseValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let RemovePhraseValues { of, abbreviation } = form.values.clone();
        let of = posted_id(&of)?;
        let command = RemovePhrase { of, abbreviation, version: form.version()? };
        retry(|| records::remove_phrase(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("{}?saved=1", address(of))))
    }
}

const fn address(of: PhrasesOf) -> &'static str {
    match of {
        PhrasesOf::Own => "/doctor/phrases",
        PhrasesOf::Clinic => "/admin/phrases",
    }
}

/// The page `/doctor/phrases`.
#[component]
pub fn OwnPhrasesPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <PageTitle text=say!(l, records.phrases.title)/>
        <h1>{say!(l, records.phrases.title)}</h1>
        <p>{say!(l, records.phrases.lead)}</p>
        <Phrases of=PhrasesOf::Own/>
    }
}

/// The page `/admin/phrases`.
#[component]
pub fn ClinicPhrasesPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <PageTitle text=say!(l, records.phrases.clinic_title)/>
        <p><a href="/admin/note-templates">"← " {say!(l, records.templates.title)}</a></p>
        <h1>{say!(l, records.phrases.clinic_title)}</h1>
        <p>{say!(l, records.phrases.clinic_lead)}</p>
        <Phrases of=PhrasesOf::Clinic/>
    }
}

#[component]
fn Phrases(of: PhrasesOf) -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.with(|query| query.get("phrase").unwrap_or_default()));
    let save = use_form::<SavePhrase, PhraseValues>()
        .field("abbreviation", say!(l, records.phrases.abbreviation), say!(l, records.phrases.abbreviation_missing))
        .malformed(say!(l, records.phrases.abbreviation_malformed))
        .field("text", say!(l, records.phrases.text), say!(l, records.phrases.text_missing))
        .malformed(say!(l, records.phrases.text_malformed));
    let remove = use_form::<RemovePhrase, RemovePhraseValues>();
    let (saved, removed) = (save.done(), remove.done());
    let book = Resource::new_blocking(
        move || (saved.get(), removed.get(), chosen.get()),
        move |(_, _, chosen)| async move { load_phrases(of.to_string()).await.map(|book| (book, chosen)) },
    );
    view! {
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, records.phrases.saved)/> }),
        )}
        {loaded(book, move |(book, chosen)| view! { <Book of book chosen save remove/> })}
    }
    .into_any()
}

#[component]
fn Book(of: PhrasesOf, book: PhraseBook, chosen: String, save: FormHandle, remove: FormHandle) -> impl IntoView {
    let l = use_locale();
    let PhraseBook { phrases, shared } = book;
    let edited = phrases.iter().find(|phrase| phrase.abbreviation == chosen).cloned();
    let values = PhraseValues {
        of: of.to_string(),
        abbreviation: edited.as_ref().map(|phrase| phrase.abbreviation.clone()).unwrap_or_default(),
        text: edited.as_ref().map(|phrase| phrase.text.clone()).unwrap_or_default(),
    };
    let save = save.editing(&values, edited.as_ref().map_or(0, |phrase| phrase.version.into()));
    let title = if edited.is_some() { say!(l, records.phrases.change) } else { say!(l, records.phrases.add) };
    view! {
        <section class="card">
            <h2>{title}</h2>
            <Form form=save>
                <input type="hidden" name="of" value=of.as_str()/>
                <TextField name="abbreviation" hint=say!(l, records.phrases.abbreviation_hint) width="medium"/>
                <TextArea name="text" hint=say!(l, records.phrases.text_hint) rows=4/>
                <div class="row"><SubmitButton label=say!(l, records.phrases.save)/></div>
            </Form>
            {edited.map(|phrase| view! { <Remove of phrase form=remove/> })}
        </section>
        <Card title=say!(l, records.phrases.list)>
            <Lines of phrases/>
        </Card>
        {(!shared.is_empty()).then(|| view! {
            <Card title=say!(l, records.phrases.shared)>
                <Known phrases=shared/>
            </Card>
        })}
    }
    .into_any()
}

#[component]
fn Remove(of: PhrasesOf, phrase: PhraseRow, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let PhraseRow { abbreviation, version, .. } = phrase;
    let values = RemovePhraseValues { of: of.to_string(), abbreviation: abbreviation.clone() };
    let form = form.editing(&values, version.into());
    view! {
        <Form form>
            <input type="hidden" name="of" value=of.as_str()/>
            <input type="hidden" name="abbreviation" value=abbreviation.clone()/>
            <div class="row">
                <SubmitButton label=say!(l, records.phrases.remove) class="plain"/>
                <a href=address(of)>{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
    .into_any()
}

/// The managed phrases; each leads to the form that changes it.
#[component]
fn Lines(of: PhrasesOf, phrases: Vec<PhraseRow>) -> impl IntoView {
    let l = use_locale();
    if phrases.is_empty() {
        return view! { <p class="quiet">{say!(l, records.phrases.none)}</p> }.into_any();
    }
    let lines: Vec<_> = phrases
        .into_iter()
        .map(|phrase| {
            let href = format!("{}?phrase={}", address(of), phrase.abbreviation);
            view! {
                <dt><a href=href>"." {phrase.abbreviation}</a></dt>
                <dd class="lines" dir="auto">{phrase.text}</dd>
            }
        })
        .collect();
    view! { <dl class="parts">{lines}</dl> }.into_any()
}

/// Phrases with their texts, to read.
#[component]
pub(super) fn Known(phrases: Vec<Phrase>) -> impl IntoView {
    let lines: Vec<_> = phrases
        .into_iter()
        .map(|phrase| {
            view! {
                <dt>{said(format!(".{}", phrase.abbreviation))}</dt>
                <dd class="lines" dir="auto">{phrase.text}</dd>
            }
        })
        .collect();
    view! { <dl class="parts">{lines}</dl> }.into_any()
}
