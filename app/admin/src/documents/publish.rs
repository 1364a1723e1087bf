//! Publishing a version of a document.

use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Checkbox, Choice, DateFields, PageTitle, SelectField, TextArea};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::SpokenLanguage;
use model::identity::{LegalDocument, TypedDocument};
use serde::{Deserialize, Serialize};
use words::{document_name, say};

/// The values of the form that publishes a version.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PublishValues {
    /// What is typed.
    #[serde(flatten)]
    pub typed: TypedDocument,
}

impl FormValues for PublishValues {
    const FORM: &'static str = "admin.document";
}

/// Publishes a version of a document.
///
/// # Errors
/// Wrong fields; `Stale`, `Forbidden`.
#[server(prefix = "/do", endpoint = "publish-document")]
pub async fn publish_document(
    /// The posted form.
    #[server(flatten)]
    form: Posted<PublishValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::publish(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, PublishValues};
    use domain::{error::retry, identity};
    use kit::request::RequestContext;

    pub(super) async fn publish(form: &Posted<PublishValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let (typed, key) = (&form.values.typed, form.idempotency_key.as_str());
        retry(|| identity::publish_document(&request.domain, &request.access, typed.clone(), Some(key))).await?;
        Ok(FormReply::to("/admin/documents?saved=1"))
    }
}

/// The page `/admin/documents/new`.
#[component]
pub fn NewDocumentPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<PublishDocument, PublishValues>()
        .choice("document", say!(l, admin.documents.document), say!(l, admin.documents.document_missing))
        .choice("language", say!(l, admin.documents.language), say!(l, admin.documents.language_missing))
        .date("counts_from", say!(l, admin.documents.counts_from), say!(l, admin.documents.counts_from_missing))
        .field("body", say!(l, admin.documents.body), say!(l, admin.documents.body_missing))
        .optional("asks", say!(l, admin.documents.asks));
    view! {
        <PageTitle text=say!(l, admin.documents.publish)/>
        <p><a href="/admin/documents">"← " {say!(l, admin.documents.title)}</a></p>
        <h1>{say!(l, admin.documents.publish)}</h1>
        <Form form class="card">
            <Fields/>
        </Form>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let l = use_locale();
    let choice = |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned(), hint: None };
    let documents: Vec<Choice> =
        LegalDocument::ALL.iter().map(|document| choice(document.as_str(), document_name(l, *document))).collect();
    let languages: Vec<Choice> = SpokenLanguage::all().map(|language| choice(language.tag, language.name)).collect();
    view! {
        <SelectField name="document" choices=documents/>
        <SelectField name="language" choices=languages preset="en"/>
        <DateFields name="counts_from" hint=say!(l, admin.documents.counts_from_hint)/>
        <TextArea name="body" rows=16 hint=say!(l, admin.documents.body_hint)/>
        <Checkbox name="asks"/>
        <div class="row"><SubmitButton label=say!(l, admin.documents.submit)/></div>
    }
}
