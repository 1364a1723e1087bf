//! The photo of the other participant of a visit.

use kit::parts::Face;
use leptos::prelude::*;
use model::visits::views::{Side, VisitView};

/// The photo of the other participant, or their initials. Everybody may see the photo of a doctor; that of a patient is read like every file of the patient.
#[component]
pub(super) fn PeerFace(
    /// The visit.
    visit: VisitView,
    /// Whether it is larger, as in the call.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let (name, photo) = (visit.peer_name().to_owned(), visit.peer_photo);
    match visit.side {
        Side::Patient => view! { <Face name large photo/> }.into_any(),
        Side::Doctor => view! { <Face name large of_patient=photo/> }.into_any(),
    }
}
