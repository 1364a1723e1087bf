//! What the user has agreed to, and when.

use kit::failure::Failure;
use kit::parts::{Card, Detail, Moment, PageTitle, ZoneNote, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::identity::{ConsentRow, LegalDocument, OwnConsents, RemoteCare};
use words::{Locale, document_name, say};

/// Loads what the user has agreed to.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-consents")]
pub async fn load_consents() -> Result<OwnConsents, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::identity::own_consents(&request.domain, &request.access)).await
}

/// The page `/account/consents`.
#[component]
pub fn ConsentsPage() -> impl IntoView {
    let l = use_locale();
    let consents = Resource::new_blocking(|| (), |()| load_consents());
    view! {
        <PageTitle text=say!(l, common.account.consents)/>
        <p><a href="/account">"← " {say!(l, common.account.back)}</a></p>
        <h1>{say!(l, common.account.consents)}</h1>
        {loaded(consents, move |consents| view! { <Consents consents/> })}
    }
}

#[component]
fn Consents(consents: OwnConsents) -> impl IntoView {
    let l = use_locale();
    let texts: Vec<_> = LegalDocument::ALL
        .iter()
        .map(|document| view! { <li><a href=format!("/documents/{document}")>{document_name(l, *document)}</a></li> })
        .collect();
    let rows: Vec<_> = consents.given.into_iter().map(|row| view! { <li>{answered(l, row)}</li> }).collect();
    let given = if rows.is_empty() {
        view! { <p>{say!(l, identity.documents.first_versions)}</p> }.into_any()
    } else {
        view! {
            <ZoneNote/>
            <ul class="list">{rows}</ul>
        }
        .into_any()
    };
    view! {
        {consents.remote_care.map(|care| view! { <Remote care/> })}
        <Card title=say!(l, identity.documents.answers)>{given}</Card>
        <Card title=say!(l, identity.documents.texts)>
            <ul class="list">{texts}</ul>
        </Card>
    }
}

#[component]
fn Remote(care: RemoteCare) -> impl IntoView {
    let l = use_locale();
    let text = if care.agreed { say!(l, identity.documents.remote_agreed) } else { say!(l, identity.documents.remote_declined) };
    view! {
        <Card title=document_name(l, LegalDocument::RemoteCare)>
            <p>{text}</p>
            <p>
                <a href="/agree?document=remote_care&next=/account/consents">{say!(l, identity.documents.answer_again)}</a>
            </p>
        </Card>
    }
}

/// A document, its version, and the answers with their times.
fn answered(l: Locale, row: ConsentRow) -> AnyView {
    let name = document_name(l, row.document);
    let name = match row.version {
        Some(version) => say!(l, identity.documents.name_and_version, name = name, n = version),
        None => name.to_owned(),
    };
    let declined =
        if row.given_at.is_some() { say!(l, identity.documents.withdrawn) } else { say!(l, identity.documents.declined) };
    view! {
        <strong>{name}</strong>
        <br/>
        <small>
            {row.given_at.map(|at| view! { {say!(l, identity.documents.agreed)} " " <Moment at detail=Detail::Short/> " " })}
            {row.withdrawn_at.map(|at| view! { {declined} " " <Moment at detail=Detail::Short/> })}
        </small>
    }
    .into_any()
}
