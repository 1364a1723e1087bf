//! The home pages of the staff of a clinic: reception, nurses, laboratories. That of pharmacists is their list of prescriptions.

use kit::parts::{Card, EmptyState, PageTitle};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use scheduling::ClinicDayTable;
use words::{role_name, say};

/// The day of the clinic, for reception.
#[component]
pub fn DeskHome() -> impl IntoView {
    let l = use_locale();
    view! {
        <PageTitle text=say!(l, common.home.desk_title)/>
        <ClinicDayTable home="/desk"/>
        <Card title=say!(l, common.home.staff_can)>
            <ul class="list"><li><a href="/carers">{say!(l, common.home.carers)}</a></li></ul>
        </Card>
    }
}

/// The day of the clinic, for nurses.
#[component]
pub fn WardHome() -> impl IntoView {
    let l = use_locale();
    view! {
        <PageTitle text=say!(l, common.home.desk_title)/>
        <ClinicDayTable home="/ward"/>
        <Card title=say!(l, common.home.staff_can)>
            <ul class="list">
                <li><a href="/ward/intake">{say!(l, common.home.intakes)}</a></li>
                <li><a href="/ward/messages">{say!(l, common.nav.messages)}</a></li>
            </ul>
        </Card>
    }
}

/// Says that no samples wait, and what the user can do.
#[component]
pub fn LaboratoryHome() -> impl IntoView {
    let l = use_locale();
    let Some(who) = use_viewer().who else { return ().into_any() };
    let role = role_name(l, who.role);
    let acting = who.clinic_name.map_or_else(
        || say!(l, common.account.acting_as, role = role),
        |clinic| say!(l, common.account.acting_as_at, role = role, clinic = clinic),
    );
    view! {
        <PageTitle text=say!(l, common.home.title)/>
        <h1>{say!(l, common.home.hello, name = who.display_name)}</h1>
        <p>{acting}</p>
        <EmptyState title=say!(l, common.home.laboratory_title) text=say!(l, common.home.laboratory)/>
        <Card title=say!(l, common.home.staff_can)>
            <ul class="list">
                <li><a href="/doctors">{say!(l, common.home.staff_doctors)}</a></li>
                <li><a href="/account">{say!(l, common.home.staff_account)}</a></li>
                <li><a href="/account/sessions">{say!(l, common.account.sessions)}</a></li>
            </ul>
        </Card>
    }
    .into_any()
}
