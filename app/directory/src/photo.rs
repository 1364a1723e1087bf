//! The photo of a doctor: adding one, and removing it. The button is a plain form.

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

/// Loads the photo of the signed-in doctor.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a doctor.
#[server(prefix = "/do", endpoint = "load-own-photo")]
pub async fn load_own_photo() -> Result<OwnPhoto, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::own_photo(&request.domain, &request.access)).await
}

/// Removes the photo of the signed-in doctor, and leads back to the profile.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "remove-photo")]
pub async fn remove_photo() -> Result<FormReply, Failure> {
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

    const PAGE: &str = "/doctor/profile";

    /// Answers with the next page.
    pub(super) async fn remove() -> Result<String, Failure> {
        let request = RequestContext::require()?;
        let outcome = retry(|| directory::remove_photo(&request.domain, &request.access)).await;
        Ok(match outcome.map_err(|error| error.code()) {
            Ok(()) => PAGE.to_owned(),
            Err(Code::SignInNeeded) => kit::address::sign_in_path(PAGE),
            Err(_) => "/trouble".to_owned(),
        })
    }
}

/// The photo as everybody sees it, the form that adds another one, and the button that removes it.
#[component]
pub(super) fn Photo(
    /// The photo. The page creates the resource, before it shows anything.
    found: Resource<Result<OwnPhoto, Failure>>,
) -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    loaded(found, move |OwnPhoto { photo, newer }| {
        let trouble = trouble(l, query.with_untracked(|query| query.get("trouble")), say!(l, directory.photo.kind_not_taken));
        let removal = photo.map(|photo| {
            view! {
                <div class="row">
                    <img class="face large" src=format!("/photos/{photo}") alt=say!(l, directory.photo.alt)/>
                    <form method="post" action=RemovePhoto::url()>
                        <button type="submit" class="button plain">{say!(l, directory.photo.remove)}</button>
                    </form>
                </div>
            }
        });
        let newer = newer.map(|newer| view! { <FileList items=vec![newer] empty=""/> });
        view! {
            <Card title=say!(l, directory.photo.title)>
                <p>{say!(l, directory.photo.lead)}</p>
                {trouble}
                {removal}
                {newer}
                <UploadForm
                    id="photo-file"
                    label=say!(l, directory.photo.file)
                    hint=say!(l, directory.photo.file_hint)
                    kind_not_taken=say!(l, directory.photo.kind_not_taken)
                    submit=say!(l, directory.photo.add)
                    kinds=FilePurpose::DoctorPhoto.kinds()
                >
                    <input type="hidden" name="purpose" value=FilePurpose::DoctorPhoto.as_str()/>
                </UploadForm>
            </Card>
        }
    })
}
