//! The home page of the patients' portal.

use kit::parts::PageTitle;
use kit::viewer::use_locale;
use kit::viewer::use_viewer;
use leptos::prelude::*;
use scheduling::NextVisit;
use words::say;

/// Greets the patient and shows the next visit.
#[component]
pub fn PatientHome() -> impl IntoView {
    let l = use_locale();
    let name = use_viewer().who.map(|who| who.display_name).unwrap_or_default();
    view! {
        <PageTitle text=say!(l, common.home.title)/>
        <h1>{say!(l, common.home.hello, name = name)}</h1>
        <NextVisit/>
    }
}
