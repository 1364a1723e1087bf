//! The documents of a doctor's licences and qualifications, next to the decision that is based on them.

use kit::failure::Failure;
use kit::parts::{Card, FileList};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::files::{CredentialsView, FilePurpose};
use words::say;

/// Loads the documents of a doctor's licences and qualifications.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-credentials")]
pub async fn load_credentials(
    /// The doctor.
    doctor: String,
) -> Result<CredentialsView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let doctor = kit::request::id(&doctor)?;
    kit::request::call(|| domain::directory::credentials(&request.domain, &request.access, Some(doctor))).await
}

/// The documents that a doctor has sent, also the earlier ones.
#[component]
pub(super) fn Credentials(credentials: CredentialsView) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card title=say!(l, admin.credentials.title)>
            <p>{say!(l, admin.credentials.lead)}</p>
            <h3>{say!(l, admin.credentials.licences)}</h3>
            <FileList items=credentials.of(FilePurpose::LicenceDocument) empty=say!(l, admin.credentials.empty)/>
            <h3>{say!(l, admin.credentials.qualifications)}</h3>
            <FileList items=credentials.of(FilePurpose::QualificationDocument) empty=say!(l, admin.credentials.empty)/>
        </Card>
    }
    .into_any()
}
