//! The versions of the documents to which people agree.

use kit::failure::Failure;
use kit::parts::time::names;
use kit::parts::{Column, Notice, NoticeKind, PageTitle, Table, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::spoken_language_name;
use model::format;
use model::identity::DocumentVersionRow;
use words::{document_name, say};

mod publish;

pub use publish::{NewDocumentPage, PublishDocument, PublishValues, publish_document};

/// Loads all versions of all documents.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for everybody but administrators of the whole organisation.
#[server(prefix = "/do", endpoint = "load-documents")]
pub async fn load_documents() -> Result<Vec<DocumentVersionRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::identity::document_versions(&request.domain, &request.access)).await
}

/// The page `/admin/documents`.
#[component]
pub fn DocumentsPage() -> impl IntoView {
    let l = use_locale();
    let versions = Resource::new_blocking(|| (), |()| load_documents());
    let query = use_query_map();
    view! {
        <PageTitle text=say!(l, admin.documents.title)/>
        <h1>{say!(l, admin.documents.title)}</h1>
        <p>{say!(l, admin.documents.lead)}</p>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, admin.documents.saved)/> }),
        )}
        {loaded(versions, |versions| view! { <Versions versions/> })}
    }
}

#[component]
fn Versions(versions: Vec<DocumentVersionRow>) -> impl IntoView {
    let l = use_locale();
    let columns = vec![
        Column::name(say!(l, admin.documents.document), move |row: &DocumentVersionRow| document_name(l, row.document)),
        Column::text(say!(l, admin.documents.language), |row: &DocumentVersionRow| {
            spoken_language_name(&row.language).to_owned()
        }),
        Column::number(say!(l, admin.documents.version), |row: &DocumentVersionRow| row.version.to_string()),
        Column::text(say!(l, admin.documents.counts_from), move |row: &DocumentVersionRow| {
            format::date_long(row.counts_from, names(l))
        })
        .labelled(),
        Column::text(say!(l, admin.documents.asks_column), move |row: &DocumentVersionRow| {
            if row.asks { say!(l, admin.documents.asks_yes) } else { say!(l, admin.documents.asks_no) }
        })
        .labelled(),
        Column::text(say!(l, admin.documents.published_by), move |row: &DocumentVersionRow| match &row.published_by {
            Some(name) => said(name),
            None => say!(l, admin.documents.came_with).into_any(),
        })
        .labelled(),
    ];
    view! {
        <div class="row"><a class="button" href="/admin/documents/new">{say!(l, admin.documents.publish)}</a></div>
        <Table
            columns
            rows=versions
            caption=say!(l, admin.documents.title)
            empty_title=say!(l, admin.documents.empty_title)
            empty_text=say!(l, admin.documents.empty)
        />
    }
}
