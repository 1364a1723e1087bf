//! Names the patient for whom the user acts, if it is not the user. Every page shows it, because what is booked, read or written there is about that patient.

use super::ActFor;
use crate::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use server_fn::ServerFn as _;
use words::say;

/// The name of the patient for whom the user acts; `None` for a user who acts for themself, and in roles of the staff.
#[must_use]
pub fn use_acted_for() -> Option<String> {
    use_viewer().who?.patients.into_iter().find(|held| held.current && !held.own).map(|held| held.name)
}

/// A line below the header, "You are acting for Mia Osei", with a way back to the user's own record if they have one.
#[component]
pub(super) fn ActingFor() -> impl IntoView {
    let l = use_locale();
    let own = use_viewer().who.and_then(|who| who.patients.into_iter().find(|held| held.own)).map(|held| held.patient);
    let is_narrowed = use_viewer().who.is_some_and(|who| who.sees_appointments_only());
    use_acted_for().map(|name| {
        let back = own.map(|patient| {
            view! {
                <form method="post" action=ActFor::url()>
                    <input type="hidden" name="patient" value=patient.to_string()/>
                    <button type="submit" class="as-link">{say!(l, common.account.act_for_self)}</button>
                </form>
            }
        });
        let narrowed = is_narrowed.then(|| {
            view! {
                <p>
                    {say!(l, common.account.appointments_only)} " "
                    <a href="/account/family/hand-over">{say!(l, common.account.hand_over)}</a>
                </p>
            }
        });
        view! {
            <section class="acting-for" aria-label=say!(l, common.account.acting)>
                <p>{say!(l, common.account.acting_for, name = name)}</p>
                {narrowed}
                {back}
            </section>
        }
        .into_any()
    })
}
