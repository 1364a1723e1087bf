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
        let trouble =
            trouble(l, query.with_untracked(|query| query.get("trouble")), say!(l, directory.credentials.kind_not_taken));
        view! {
            <Card title=say!(l, directory.credentials.title)>
                <p>{say!(l, directory.credentials.lead)}</p>
                {trouble}
                {all.may_add.then(|| view! { <Add/> })}
                <h3>{say!(l, directory.credentials.licences)}</h3>
                <FileList items=all.of(FilePurpose::LicenceDocument) empty=say!(l, directory.credentials.empty)/>
                <h3>{say!(l, directory.credentials.qualifications)}</h3>
                <FileList items=all.of(FilePurpose::QualificationDocument) empty=say!(l, directory.credentials.empty)/>
            </Card>
        }
    })
}

/// Says what went wrong with an upload of a page without scripts; the address has the code. The only field that can be wrong is the file.
pub(super) fn trouble(l: Locale, code: Option<String>, kind_not_taken: &'static str) -> Option<AnyView> {
    let code = Code::ALL.iter().copied().find(|known| code.as_deref() == Some(known.as_str()))?;
    let title = if code == Code::FieldsInvalid { kind_not_taken.to_owned() } else { error_message(l, code) };
    Some(view! { <Notice kind=NoticeKind::Bad title=title/> }.into_any())
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
