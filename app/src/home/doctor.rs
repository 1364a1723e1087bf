//! The home page of the doctors' portal.

use directory::LicenceWarnings;
use kit::parts::{Card, PageTitle};
use kit::viewer::use_locale;
use leptos::prelude::*;
use scheduling::{DayHead, DayTable, FirstSteps, day_of_address};
use visits::{WaitsForYou, WhoWaits};
use words::say;

/// Shows the day, whether a licence has ended or ends soon, what a new doctor still has to do, the patients who wait, what else waits, the day's visits, and
/// the pages that the navigation has no room for.
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
        <Card title=say!(l, common.home.staff_can)>
            <ul class="list">
                <li><a href="/doctor/tasks">{say!(l, common.nav.tasks)}</a></li>
                <li><a href="/doctor/handover">{say!(l, common.nav.handover)}</a></li>
                <li><a href="/doctor/emergency">{say!(l, common.home.doctor_emergency)}</a></li>
                <li><a href="/doctor/phrases">{say!(l, common.home.doctor_phrases)}</a></li>
                <li><a href="/doctor/cosignatures">{say!(l, common.home.doctor_cosignatures)}</a></li>
            </ul>
        </Card>
    }
}
