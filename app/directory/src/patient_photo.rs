//! The photo of a patient: adding one, and removing it. The button is a plain form.

use super::credentials::trouble;
use kit::failure::Failure;
use kit::forms::FormReply;
use kit::parts::{Card, FileList, UploadForm, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::files::{FilePurpose, OwnPhoto};
use server_fn::ServerFn as _;
use words::say;

/// Loads the photo of the patient on whose behalf the user acts.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "load-own-patient-photo")]
pub async fn load_own_patient_photo() -> Result<OwnPhoto, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::own_patient_photo(&request.domain, &request.access)).await
}

/// Removes the photo of the patient on whose behalf the user acts, and leads back to the profile.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "remove-patient-photo")]
pub async fn remove_patient_photo() -> Result<FormReply, Failure> {
    let next = post::remove().await?;
    kit::request::see_other(&next);
    Ok(FormReply::fresh(next))
}

#[cfg(feature = "ssr")]
mod post {
    use super::Failure;
    use domain::{directory, error::retry};
    use kit::request::RequestContext;
    use model::errors::Code;

    const PAGE: &str = "/account/profile";

    /// Answers with the next page.
    pub(super) async fn remove() -> Result<String, Failure> {
        let request = RequestContext::require()?;
        let outcome = retry(|| directory::remove_patient_photo(&request.domain, &request.access)).await;
        Ok(match outcome.map_err(|error| error.code()) {
            Ok(()) => PAGE.to_owned(),
            Err(Code::SignInNeeded) => kit::address::sign_in_path(PAGE),
            Err(_) => "/trouble".to_owned(),
        })
    }
}

/// The photo as the staff sees it, the form that adds another one, and the button that removes it.
#[component]
pub(super) fn PatientPhoto(
    /// The photo. The page creates the resource, before it shows anything.
    found: Resource<Result<OwnPhoto, Failure>>,
) -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    loaded(found, move |OwnPhoto { photo, newer }| {
        let code = query.with_untracked(|query| query.get("trouble"));
        let trouble = trouble(l, code, say!(l, directory.photo.kind_not_taken));
        let removal = photo.map(|photo| {
            view! {
                <div class="row">
                    <img class="face large" src=format!("/files/{photo}") alt=say!(l, directory.photo.alt_patient)/>
                    <form method="post" action=RemovePatientPhoto::url()>
                        <button type="submit" class="button plain">{say!(l, directory.photo.remove)}</button>
                    </form>
                </div>
            }
        });
        let newer = newer.map(|newer| view! { <FileList items=vec![newer] empty=""/> });
        view! {
            <Card title=say!(l, directory.photo.title_patient)>
                <p>{say!(l, directory.photo.lead_patient)}</p>
                {trouble}
                {removal}
                {newer}
                <UploadForm
                    id="photo-file"
                    label=say!(l, directory.photo.file)
                    hint=say!(l, directory.photo.file_hint)
                    kind_not_taken=say!(l, directory.photo.kind_not_taken)
                    submit=say!(l, directory.photo.add)
                    kinds=FilePurpose::PatientPhoto.kinds()
                >
                    <input type="hidden" name="purpose" value=FilePurpose::PatientPhoto.as_str()/>
                </UploadForm>
            </Card>
        }
    })
}
