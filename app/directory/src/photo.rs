//! The photo of a doctor: adding one, and removing it. The card is that of a patient's photo too. The button is a plain form.

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
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::directory::remove_photo(&request.domain, &request.access)).await;
    Ok(kit::request::back_to("/doctor/profile", outcome))
}

/// The photo of the signed-in doctor as everyone sees it.
#[component]
pub(super) fn Photo(
    /// The photo. The page creates the resource, before it shows anything.
    found: Resource<Result<OwnPhoto, Failure>>,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <PhotoCard
            found
            folder="/photos"
            purpose=FilePurpose::DoctorPhoto
            lead=say!(l, directory.photo.lead)
            alt=say!(l, directory.photo.alt)
            removal=RemovePhoto::url()
        />
    }
    .into_any()
}

/// A photo, the form that adds another one, and the button that removes it.
#[component]
pub(super) fn PhotoCard(
    /// The photo.
    found: Resource<Result<OwnPhoto, Failure>>,
    /// Below which address it is sent.
    folder: &'static str,
    /// What the file is for.
    purpose: FilePurpose,
    /// Who sees it.
    lead: &'static str,
    /// What the picture is, for those who do not see it.
    alt: &'static str,
    /// Where the button that removes it posts to.
    removal: &'static str,
) -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    loaded(found, move |OwnPhoto { photo, newer }| {
        let trouble = trouble(l, query.with_untracked(|query| query.get("trouble")), say!(l, directory.photo.kind_not_taken));
        let shown = photo.map(|photo| {
            view! {
                <div class="row">
                    <img class="face large" src=format!("{folder}/{photo}") alt=alt/>
                    <form method="post" action=removal>
                        <button type="submit" class="button plain">{say!(l, directory.photo.remove)}</button>
                    </form>
                </div>
            }
        });
        let newer = newer.map(|newer| view! { <FileList items=vec![newer] empty=""/> });
        view! {
            <Card title=say!(l, directory.photo.title)>
                <p>{lead}</p>
                {trouble}
                {shown}
                {newer}
                <UploadForm
                    id="photo-file"
                    label=say!(l, directory.photo.file)
                    hint=say!(l, directory.photo.file_hint)
                    kind_not_taken=say!(l, directory.photo.kind_not_taken)
                    submit=say!(l, directory.photo.add)
                    kinds=purpose.kinds()
                >
                    <input type="hidden" name="purpose" value=purpose.as_str()/>
                </UploadForm>
            </Card>
        }
    })
}
