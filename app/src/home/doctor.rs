//! The home page of the doctors' portal.

use directory::LicenceWarnings;
use kit::parts::PageTitle;
use kit::viewer::use_locale;
use leptos::prelude::*;
use scheduling::{DayHead, DayTable, FirstSteps, day_of_address};
use visits::{WaitsForYou, WhoWaits};
use words::say;

/// Shows the day, whether a licence has ended or ends soon, what a new doctor still has to do, the patients who wait, what else waits, and the day's visits.
#[component]
pub fn DoctorHome() -> impl IntoView {
    let l = use_locale();
    let day = day_of_address();
    view! {
        <PageTitle text=say!(l, common.home.doctor_title)/>
        <DayHead day/>
        <LicenceWarnings/>
        <FirstSteps/>
        <WhoWaits/>
        <WaitsForYou/>
        <DayTable day/>
        <p><a href="/doctor/tasks">{say!(l, common.nav.tasks)}</a></p>
        <p><a href="/doctor/handover">{say!(l, common.nav.handover)}</a></p>
        <p><a href="/doctor/emergency">{say!(l, common.home.doctor_emergency)}</a></p>
        <p><a href="/doctor/phrases">{say!(l, common.home.doctor_phrases)}</a></p>
        <p><a href="/doctor/cosignatures">{say!(l, common.home.doctor_cosignatures)}</a></p>
    }
}
