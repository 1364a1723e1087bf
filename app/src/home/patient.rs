//! The home page of the patients' portal.

use crate::i18n::{say, use_locale};
use crate::parts::PageTitle;
use crate::scheduling::NextVisit;
use crate::viewer::use_viewer;
use leptos::prelude::*;

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
