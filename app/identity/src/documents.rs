//! The documents to which people agree: the text in force, which is public, and the question that stands before the portals.

use kit::address::{use_next, with_next};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::layouts::{PublicLayout, SignOut, home_of};
use kit::parts::time::names;
use kit::parts::{PageTitle, loaded, said};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::format;
use model::identity::{DocumentAnswer, DocumentText};
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::{document_name, say};

/// The values of the form that answers a document.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentAnswerValues {
    /// The id of the version that was read.
    pub text: String,
    /// The answer, as its word.
    pub answer: String,
    /// Where the user wanted to go.
    pub next: String,
}

impl FormValues for DocumentAnswerValues {
    const FORM: &'static str = "identity.document_answer";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the version of a document that is in force, in the language of the reader.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-document")]
pub async fn load_document(
    /// The document, as its word.
    document: String,
) -> Result<DocumentText, Failure> {
    let request = kit::request::RequestContext::require()?;
    let document = kit::request::id(&document)?;
    let language = request.viewer.locale.clone();
    kit::request::call(|| domain::identity::document(&request.domain, document, &language)).await
}

/// Loads the document that waits for an answer of the user. Without one, remote care can be answered again.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-question")]
pub async fn load_question(
    /// The document to answer again, as its word; empty for none.
    again: String,
) -> Result<Option<DocumentText>, Failure> {
    use model::identity::LegalDocument;

    let request = kit::request::RequestContext::require()?;
    let own = kit::request::call(|| domain::identity::own_consents(&request.domain, &request.access)).await?;
    let again = LegalDocument::parse(&again).ok().filter(|again| again.can_be_declined() && own.remote_care.is_some());
    let Some(document) = own.waiting.first().copied().or(again) else { return Ok(None) };
    let language = request.viewer.locale.clone();
    kit::request::call(|| domain::identity::document(&request.domain, document, &language)).await.map(Some)
}

/// Stores the user's answer to a document, and leads to the page that they wanted to open.
///
/// # Errors
/// `Stale` when the document has changed since it was read; `NotFound`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "answer-document")]
pub async fn answer_document(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DocumentAnswerValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::answer(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{DocumentAnswerValues, Failure, FormReply};
    use domain::{error::retry, identity};
    use kit::address::local_path;
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn answer(values: &DocumentAnswerValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        request.access.acting().map_err(Failure::from)?;
        let version = posted_id(&values.text)?;
        let command = identity::AnswerDocument { version, answer: values.answer.clone() };
        retry(|| identity::answer_document(&request.domain, &request.access, command.clone())).await?;
        // From the server, which asks for the next document if another one waits.
        Ok(FormReply::fresh(local_path(&values.next).unwrap_or("/account/consents")))
    }
}

/// The page `/documents/:document`.
#[component]
pub fn DocumentPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let document =
        Resource::new_blocking(move || params.with(|params| params.get("document").unwrap_or_default()), load_document);
    view! {
        <PageTitle text=say!(l, common.documents.title)/>
        <PublicLayout narrow=true>
            {loaded(document, move |document| view! { <Text document/> })}
        </PublicLayout>
    }
}

#[component]
fn Text(document: DocumentText) -> impl IntoView {
    let l = use_locale();
    let day = format::date_long(document.counts_from, names(l));
    let paragraphs: Vec<_> = document
        .body
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| view! { <p>{said(paragraph)}</p> })
        .collect();
    view! {
        <h1>{document_name(l, document.document)}</h1>
        <p class="quiet">{say!(l, identity.documents.version, n = document.version, day = day)}</p>
        <section class="card" lang=document.language>{paragraphs}</section>
    }
}

/// The page `/agree`. The server sends users here before they see a page of a portal, while a new version of a document waits for their answer.
#[component]
pub fn AgreePage() -> impl IntoView {
    let l = use_locale();
    let viewer = use_viewer();
    let is_stranger = viewer.who.is_none();
    let home = home_of(viewer.role());
    let query = use_query_map();
    let again = move || query.with(|query| query.get("document")).unwrap_or_default();
    let next = use_next().unwrap_or_default();
    let form = use_form::<AnswerDocument, DocumentAnswerValues>();
    let asked = move |again: String| async move { if is_stranger { Ok(None) } else { load_question(again).await } };
    let question = Resource::new_blocking(again, asked);
    view! {
        <PageTitle text=say!(l, identity.documents.ask_title)/>
        <PublicLayout narrow=true>
            {loaded(question, move |question| match question {
                Some(document) => view! { <Question document form next=next.clone()/> }.into_any(),
                None if is_stranger => view! {
                    <h1>{say!(l, identity.documents.ask_title)}</h1>
                    <p>{say!(l, identity.documents.stranger)}</p>
                    <div class="row">
                        <a class="button" href=with_next("/sign-in", Some("/agree"))>{say!(l, common.account.sign_in)}</a>
                    </div>
                }
                .into_any(),
                None => view! {
                    <h1>{say!(l, identity.documents.ask_title)}</h1>
                    <p>{say!(l, identity.documents.nothing)}</p>
                    <div class="row"><a class="button" href=home>{say!(l, common.nav.home)}</a></div>
                }
                .into_any(),
            })}
        </PublicLayout>
    }
}

#[component]
fn Question(document: DocumentText, form: FormHandle, next: String) -> impl IntoView {
    let l = use_locale();
    let version = document.id.to_string();
    let can_decline = document.document.can_be_declined();
    let lead = if can_decline { say!(l, identity.documents.ask_remote) } else { say!(l, identity.documents.ask) };
    let decline = can_decline.then(|| {
        let (version, next) = (version.clone(), next.clone());
        view! {
            <Form form>
                <input type="hidden" name="text" value=version.clone()/>
                <input type="hidden" name="answer" value=DocumentAnswer::Decline.as_str()/>
                <input type="hidden" name="next" value=next.clone()/>
                <div class="row"><SubmitButton label=say!(l, identity.documents.decline) class="plain"/></div>
            </Form>
        }
    });
    view! {
        <Text document/>
        <p>{lead}</p>
        <Form form>
            <input type="hidden" name="text" value=version.clone()/>
            <input type="hidden" name="answer" value=DocumentAnswer::Agree.as_str()/>
            <input type="hidden" name="next" value=next.clone()/>
            <div class="row"><SubmitButton label=say!(l, identity.documents.agree)/></div>
        </Form>
        {decline}
        {(!can_decline).then(|| view! {
            <form method="post" action=SignOut::url()>
                <button type="submit" class="button plain">{say!(l, common.account.sign_out)}</button>
            </form>
            <p><a href="/account/delete">{say!(l, identity.deletion.title)}</a></p>
        })}
    }
}
