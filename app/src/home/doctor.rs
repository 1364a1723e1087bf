//! The first page of the portal.

use crate::scheduling::DayTable;
use crate::visits::WhoWaits;
use leptos::prelude::*;

/// The day. Who waits stands above it.
#[component]
pub fn DoctorHome() -> impl IntoView {
    view! {
        <DayTable/>
        <WhoWaits/>
    }
}
