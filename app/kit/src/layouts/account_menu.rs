//! The account menu: the user's name and role, links to the account, its sessions and a doctor's profile, and sign-out.

use super::session::{ActAs, ActFor, SignOut, membership_field};
use crate::parts::{Face, said};
use crate::viewer::use_locale;
use crate::viewer::{HeldRole, SignedIn};
use leptos::prelude::*;
use model::access::Role;
use server_fn::ServerFn as _;
use words::{role_name, say};

/// The account menu, a popover (HTML §6.12): the browser opens it, and closes it on Escape and on a click outside, also without scripts. Its actions,
/// switching the role and signing out, are plain forms that load the page again.
#[component]
pub(super) fn AccountMenu(
    /// The signed-in user.
    who: SignedIn,
) -> impl IntoView {
    let l = use_locale();
    let for_other = who.patients.iter().find(|held| held.current && !held.own).map(|held| held.name.clone());
    let role = match (for_other, who.clinic_name.clone()) {
        (Some(name), _) => say!(l, common.account.acting_for, name = name),
        (None, Some(clinic)) => say!(l, common.account.acting_as_at, role = role_name(l, who.role), clinic = clinic),
        (None, None) => say!(l, common.account.acting_as, role = role_name(l, who.role)),
    };
    // The way back to the user's own record, for a patient who acts for somebody else.
    let acts_as_patient = who.role == Role::Patient;
    let patients: Vec<_> = who
        .patients
        .into_iter()
        .filter(|held| !held.current && (!held.own || acts_as_patient))
        .map(|held| {
            let label = if held.own {
                say!(l, common.account.act_as, role = role_name(l, Role::Patient))
            } else {
                say!(l, common.account.act_for, name = held.name)
            };
            view! {
                <li>
                    <form method="post" action=ActFor::url()>
                        <input type="hidden" name="patient" value=held.patient.to_string()/>
                        <button type="submit" class="entry">{label}</button>
                    </form>
                </li>
            }
        })
        .collect();
    // Until the licence is verified, there is an application and no profile.
    let profile = (who.role == Role::Doctor && !who.unverified).then(|| {
        view! { <li><a class="entry" href="/doctor/profile">{say!(l, common.account.doctor_profile)}</a></li> }
    });
    let others: Vec<_> = who
        .roles
        .into_iter()
        .filter(|held| !held.current)
        .map(|HeldRole { membership, role, clinic_name, .. }| {
            let role = role_name(l, role);
            let label = clinic_name.map_or_else(
                || say!(l, common.account.act_as, role = role),
                |clinic| say!(l, common.account.act_as_at, role = role, clinic = clinic),
            );
            view! {
                <li>
                    <form method="post" action=ActAs::url()>
                        {membership_field(membership)}
                        <button type="submit" class="entry">{label}</button>
                    </form>
                </li>
            }
        })
        .collect();
    // Whoever has only one role need not be told.
    let has_choice = !others.is_empty() || !patients.is_empty();
    view! {
        <div class="account">
            <button
                type="button"
                popovertarget="account-menu"
                aria-label=say!(l, common.account.menu, name = who.display_name.clone())
            >
                <Face name=who.display_name.clone()/>
                <span class="name">{said(who.display_name.clone())}</span>
            </button>
            <div id="account-menu" class="menu" popover="auto">
                <p>
                    <span class="quiet">{say!(l, common.account.signed_in_as)}</span>
                    <strong>{said(who.display_name.clone())}</strong>
                    {has_choice.then(|| view! { <span class="quiet">{role}</span> })}
                </p>
                <ul>
                    {others}
                    {patients}
                    {profile}
                    <li><a class="entry" href="/account">{say!(l, common.account.title)}</a></li>
                    <li><a class="entry" href="/account/sessions">{say!(l, common.account.sessions)}</a></li>
                    <li>
                        <form method="post" action=SignOut::url()>
                            <button type="submit" class="entry">{say!(l, common.account.sign_out)}</button>
                        </form>
                    </li>
                </ul>
            </div>
        </div>
    }
    .into_any()
}
