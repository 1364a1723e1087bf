//! The time that a stranger has chosen, said on the pages on the way to an account; and where that way leads after signing in.

use kit::address::use_next;
use kit::chosen::in_address;
use kit::failure::Failure;
use kit::parts::time::readable;
use kit::parts::{Moment, Notice, NoticeKind, loaded, region, said};
use kit::viewer::{use_locale, use_viewer, use_zone};
use leptos::prelude::*;
use model::scheduling::views::ChosenTimeView;
use words::say;

/// Loads the chosen time that a page leads to; none for any other page, and for a doctor who cannot be met: their page tells that after signing in.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "read-chosen")]
pub async fn read_chosen(
    /// The address of the page.
    next: String,
) -> Result<Option<ChosenTimeView>, Failure> {
    use model::errors::Code;

    let request = kit::request::RequestContext::require()?;
    let Some(chosen) = in_address(&next) else { return Ok(None) };
    let found = domain::error::retry(|| domain::scheduling::chosen_time(&request.domain, &request.access, chosen)).await;
    match found {
        Err(error)
            if matches!(
                error.code(),
                Code::NotFound
                    | Code::DoctorUnavailable
                    | Code::DoctorUnlicensed
                    | Code::DoctorWithoutFee
                    | Code::DoctorLicensedElsewhere
            ) =>
        {
            Ok(None)
        }
        found => kit::failure::answered(found).map(Some),
    }
}

/// Names the time that this page leads to, if there is one.
#[component]
pub(super) fn ChosenNote() -> impl IntoView {
    let Some(next) = use_next().filter(|next| in_address(next).is_some()) else { return ().into_any() };
    let chosen = Resource::new_blocking(move || next.clone(), read_chosen);
    let zone = use_zone();
    loaded(chosen, move |chosen| {
        chosen.map(|chosen| {
            // Said anew when a stranger's zone becomes known.
            move || {
                zone.track();
                let chosen = chosen.clone();
                region(|| view! { <Chosen chosen/> })
            }
        })
    })
    .into_any()
}

#[component]
fn Chosen(chosen: ChosenTimeView) -> impl IntoView {
    let l = use_locale();
    let ChosenTimeView { doctor, clinic, start, is_free } = chosen;
    let own = use_viewer().zone;
    let at_clinic = own.is_none().then(|| {
        let text = say!(l, identity.chosen.at_clinic, clinic = clinic.name, zone = readable(&clinic.time_zone));
        view! { <p class="quiet">{text}</p> }
    });
    let zone = own.unwrap_or(clinic.time_zone);
    let (kind, title, text) = if is_free {
        (NoticeKind::Info, say!(l, identity.chosen.title), say!(l, identity.chosen.held_then))
    } else {
        (NoticeKind::Warn, say!(l, identity.chosen.gone_title), say!(l, identity.chosen.gone))
    };
    view! {
        <Notice kind title=title>
            <dl class="facts">
                <dt>{say!(l, identity.chosen.when)}</dt>
                <dd><Moment at=start zone/></dd>
                <dt>{say!(l, identity.chosen.with)}</dt>
                <dd>{said(doctor.name)}</dd>
            </dl>
            {at_clinic}
            <p>{text}</p>
        </Notice>
    }
}

/// What follows a sign-in.
#[cfg(feature = "ssr")]
pub(super) mod after {
    use super::in_address;
    use domain::{
        access::{Acting, Actor},
        identity, scheduling,
    };
    use kit::address::local_path;
    use kit::chosen::{other_times_page, reason_page, why_lost};
    use kit::failure::Failure;
    use kit::layouts::home_of;
    use kit::request::{RequestContext, foreign_secret};
    use model::{access::Role, ids::SessionId, scheduling::ChosenTime};

    /// Gives the browser its new session. Returns the page to go on to: `next` if it is one of this site, or else the home page of the role. If `next`
    /// has a chosen time, the time is held for the patient, and the page is the next step of the booking. An identity at another provider that waits in the browser
    /// for this user is linked.
    pub async fn sign_in(request: &RequestContext, session: SessionId, next: &str) -> Result<String, Failure> {
        request.cookie.begin(session).await?;
        let acting = identity::resolve_session(&request.domain, session).await?;
        if let (Some(acting), Some(browser)) = (&acting, foreign_secret()) {
            link(request, acting.clone(), &browser).await?;
        }
        let role = acting.as_ref().map_or(Role::Patient, |acting| acting.role);
        let next = local_path(next).unwrap_or(home_of(Some(role)));
        match (acting, in_address(next)) {
            (Some(acting), Some(chosen)) if acting.patient.is_some() => Ok(hold(request, acting, &chosen, next).await),
            _ => Ok(next.to_owned()),
        }
    }

    /// Links the identity at another provider that waits in this browser for its owner to sign in.
    async fn link(request: &RequestContext, acting: Acting, browser: &str) -> Result<(), Failure> {
        let mut access = request.access.clone();
        access.actor = Actor::User(acting);
        domain::error::retry(|| identity::link_waiting(&request.domain, &access, browser)).await?;
        Ok(())
    }

    async fn hold(request: &RequestContext, acting: Acting, chosen: &ChosenTime, next: &str) -> String {
        let mut access = request.access.clone();
        access.actor = Actor::User(acting);
        match domain::error::retry(|| scheduling::hold(&request.domain, &access, (*chosen).into())).await {
            Ok(held) => reason_page(held.reservation, chosen, None),
            // Any other error is told by the doctor's page, to which `next` leads.
            Err(error) => why_lost(error.code()).map_or_else(|| next.to_owned(), |why| other_times_page(chosen, None, why)),
        }
    }
}
