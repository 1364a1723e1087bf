//! The home page of the patients' portal.

use kit::parts::{Card, PageTitle};
use kit::viewer::use_locale;
use kit::viewer::use_viewer;
use leptos::prelude::*;
use scheduling::NextVisit;
use words::say;

/// Greets the patient, shows the next visit, and leads to the pages of the record.
#[component]
pub fn PatientHome() -> impl IntoView {
    let l = use_locale();
    let who = use_viewer().who;
    let sees_record = who.as_ref().is_some_and(|who| !who.sees_appointments_only());
    let name = who.map(|who| who.display_name).unwrap_or_default();
    view! {
        <PageTitle text=say!(l, common.home.title)/>
        <h1>{say!(l, common.home.hello, name = name)}</h1>
        <NextVisit/>
        {sees_record.then(|| view! {
            <Card title=say!(l, common.home.health)>
                <ul class="list">
                    <li><a href="/patient/record">{say!(l, common.home.record)}</a></li>
                    <li><a href="/patient/documents">{say!(l, common.home.documents)}</a></li>
                    <li><a href="/patient/measurements">{say!(l, common.home.measurements)}</a></li>
                    <li><a href="/patient/accesses">{say!(l, common.home.accesses)}</a></li>
                </ul>
            </Card>
        })}
    }
}
