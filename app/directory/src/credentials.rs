//! The documents of a doctor's licences and qualifications: the list, and the form that adds one.

use kit::failure::Failure;
use kit::parts::{Card, FileList, Notice, NoticeKind, UploadForm, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::errors::Code;
use model::files::{CredentialsView, FilePurpose};
use words::{Locale, error_message, say};

/// Loads the documents of the signed-in doctor's licences and qualifications.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a doctor.
#[server(prefix = "/do", endpoint = "load-own-credentials")]
pub async fn load_own_credentials() -> Result<CredentialsView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::credentials(&request.domain, &request.access, None)).await
}

/// The documents of the signed-in doctor, and the form that adds one: a part of the pages of the application and of the licences.
#[component]
pub(super) fn Credentials(
    /// The documents. The page creates the resource, before it shows anything.
    found: Resource<Result<CredentialsView, Failure>>,
) -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    loaded(found, move |all| {
        let trouble = query.with_untracked(|query| query.get("trouble"));
        let trouble = trouble.and_then(|code| Code::ALL.iter().copied().find(|known| known.as_str() == code));
        view! {
            <Card title=say!(l, directory.credentials.title)>
                <p>{say!(l, directory.credentials.lead)}</p>
                {trouble.map(|code| view! { <Notice kind=NoticeKind::Bad title=trouble_text(l, code)/> })}
                {all.may_add.then(|| view! { <Add/> })}
                <h3>{say!(l, directory.credentials.licences)}</h3>
                <FileList items=all.of(FilePurpose::LicenceDocument) empty=say!(l, directory.credentials.empty)/>
                <h3>{say!(l, directory.credentials.qualifications)}</h3>
                <FileList items=all.of(FilePurpose::QualificationDocument) empty=say!(l, directory.credentials.empty)/>
            </Card>
        }
    })
}

/// What went wrong with the form of pages without scripts. Its only field that can be wrong is the file.
fn trouble_text(l: Locale, code: Code) -> String {
    if code == Code::FieldsInvalid { say!(l, directory.credentials.kind_not_taken).to_owned() } else { error_message(l, code) }
}

#[component]
fn Add() -> impl IntoView {
    let l = use_locale();
    view! {
        <UploadForm
            id="credential-file"
            label=say!(l, directory.credentials.file)
            hint=say!(l, directory.credentials.file_hint)
            kind_not_taken=say!(l, directory.credentials.kind_not_taken)
            submit=say!(l, directory.credentials.add)
            kinds=FilePurpose::LicenceDocument.kinds()
        >
            <div class="field">
                <label for="credential-purpose">{say!(l, directory.credentials.purpose)}</label>
                <select id="credential-purpose" name="purpose">
                    <option value=FilePurpose::LicenceDocument.as_str()>{say!(l, directory.credentials.licence)}</option>
                    <option value=FilePurpose::QualificationDocument.as_str()>{say!(l, directory.credentials.qualification)}</option>
                </select>
            </div>
        </UploadForm>
    }
    .into_any()
}
