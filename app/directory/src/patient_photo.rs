//! The photo of a patient: adding one, and removing it. The button is a plain form.

use super::photo::PhotoCard;
use kit::failure::Failure;
use kit::forms::FormReply;
use kit::viewer::use_locale;
use leptos::prelude::*;
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
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::directory::remove_patient_photo(&request.domain, &request.access)).await;
    Ok(kit::request::back_to("/account/profile", outcome))
}

/// The photo of the patient as the clinic sees it.
#[component]
pub(super) fn PatientPhoto(
    /// The photo. The page creates the resource, before it shows anything.
    found: Resource<Result<OwnPhoto, Failure>>,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <PhotoCard
            found
            folder="/files"
            purpose=FilePurpose::PatientPhoto
            lead=say!(l, directory.photo.lead_patient)
            alt=say!(l, directory.photo.alt_patient)
            removal=RemovePatientPhoto::url()
        />
    }
    .into_any()
}
