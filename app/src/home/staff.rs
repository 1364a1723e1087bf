//! The home page of the roles that have no pages of their own yet: nurses, receptionists, pharmacists, lab technicians.

use kit::parts::{Card, PageTitle};
use kit::viewer::use_locale;
use kit::viewer::use_viewer;
use leptos::prelude::*;
use model::access::Role;
use words::{role_name, say};

/// Says that there are no pages for the role yet, and what the user can do all the same.
#[component]
pub fn StaffHome() -> impl IntoView {
    let l = use_locale();
    let Some(who) = use_viewer().who else { return ().into_any() };
    let role = role_name(l, who.role);
    let acting = who.clinic_name.map_or_else(
        || say!(l, common.account.acting_as, role = role),
        |clinic| say!(l, common.account.acting_as_at, role = role, clinic = clinic),
    );
    let lets_act = who.role == Role::Receptionist;
    let has_other_roles = who.roles.iter().any(|held| !held.current);
    view! {
        <PageTitle text=say!(l, common.home.title)/>
        <h1>{say!(l, common.home.hello, name = who.display_name)}</h1>
        <Card title=say!(l, common.home.staff_title)>
            <p>{acting} " " {say!(l, common.home.staff)}</p>
            {has_other_roles.then(|| view! { <p>{say!(l, common.home.staff_roles)}</p> })}
        </Card>
        <Card title=say!(l, common.home.staff_can)>
            <ul class="list">
                <li><a href="/doctors">{say!(l, common.home.staff_doctors)}</a></li>
                {lets_act.then(|| view! { <li><a href="/carers">{say!(l, common.home.carers)}</a></li> })}
                <li><a href="/account">{say!(l, common.home.staff_account)}</a></li>
                <li><a href="/account/sessions">{say!(l, common.account.sessions)}</a></li>
            </ul>
        </Card>
    }
    .into_any()
}
