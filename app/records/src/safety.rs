//! What must be known about the patient of a visit before anything is decided, unfolded: in the lobby and next to the video.

use super::panels::ConsultPanels;
use kit::failure::Failure;
use kit::parts::{Safety, loaded};
use leptos::prelude::*;
use model::records::SafetyView;

/// Loads age, reason, allergies and medicines of the patient of a visit.
///
/// # Errors
/// `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "read-safety")]
pub async fn read_safety(
    /// The visit's id.
    encounter: String,
) -> Result<SafetyView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&encounter)?;
    kit::request::call(|| domain::records::safety(&request.domain, &request.access, id)).await
}

/// What must be known about the patient of the visit.
#[component]
pub fn SafetyPanel(
    /// The panels of the visit.
    panels: ConsultPanels,
) -> impl IntoView {
    loaded(panels.safety, |safety| view! { <Safety safety/> })
}
