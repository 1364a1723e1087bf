//! Signing out and acting in another role. Both are plain forms that load the page again, because the viewer changes.

use crate::failure::Failure;
use crate::forms::FormReply;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::errors::Code;
use model::ids::{MembershipId, PatientId};

/// Ends this session. A user who has signed in at a provider gets a link to sign out there too.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "sign-out")]
pub async fn sign_out() -> Result<FormReply, Failure> {
    let next = match end_session().await? {
        Some(provider) => format!("/sign-in{}", crate::address::query(&[("left", Some(provider.as_str()))])),
        None => "/".to_owned(),
    };
    crate::request::see_other(&next);
    Ok(FormReply::fresh(next))
}

/// Lets the user act in another of their roles.
///
/// A role that is not the user's, or has ended, leads back to the account page.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "act-as")]
pub async fn act_as(
    /// The membership that gives the role; none for that of a patient.
    membership: Option<MembershipId>,
) -> Result<FormReply, Failure> {
    let next = match change_role(membership).await {
        Ok(role) => crate::layouts::home_of(Some(role)).to_owned(),
        Err(failure) => match failure.code() {
            Some(Code::SignInNeeded) => crate::address::sign_in_path("/account"),
            Some(Code::NotFound) => "/account".to_owned(),
            _ => "/trouble".to_owned(),
        },
    };
    crate::request::see_other(&next);
    Ok(FormReply::fresh(next))
}

/// Lets the user act for another patient: their own record, a child, somebody they help.
///
/// A patient for whom the user may not act now leads back to the account page.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "act-for")]
pub async fn act_for(
    /// The patient.
    patient: PatientId,
) -> Result<FormReply, Failure> {
    let next = match change_patient(patient).await {
        Ok(()) => crate::layouts::home_of(Some(model::access::Role::Patient)).to_owned(),
        Err(failure) => match failure.code() {
            Some(Code::SignInNeeded) => crate::address::sign_in_path("/account"),
            Some(Code::NotFound) => "/account".to_owned(),
            _ => "/trouble".to_owned(),
        },
    };
    crate::request::see_other(&next);
    Ok(FormReply::fresh(next))
}

/// The field of a form that posts to [`ActAs`].
pub fn membership_field(membership: Option<MembershipId>) -> impl IntoView {
    membership.map(|membership| view! { <input type="hidden" name="membership" value=membership.to_string()/> })
}

#[cfg(feature = "ssr")]
async fn end_session() -> Result<Option<String>, Failure> {
    let request = crate::request::RequestContext::require()?;
    // Without a session there is nothing to go on to.
    let provider = domain::identity::provider_of_session(&request.domain, &request.access).await.ok().flatten();
    match domain::identity::sign_out(&request.domain, &request.access).await {
        Ok(()) => {}
        // Already signed out: that is what was asked for.
        Err(error) if matches!(error.code(), Code::SignInNeeded | Code::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    request.cookie.end().await?;
    Ok(provider)
}

#[cfg(feature = "ssr")]
async fn change_role(membership: Option<MembershipId>) -> Result<model::access::Role, Failure> {
    let request = crate::request::RequestContext::require()?;
    domain::identity::act_as(&request.domain, &request.access, membership).await?;
    let session = request.access.acting()?.session;
    let acting = domain::identity::resolve_session(&request.domain, session).await?;
    Ok(acting.ok_or(Code::SignInNeeded)?.role)
}

#[cfg(feature = "ssr")]
async fn change_patient(patient: PatientId) -> Result<(), Failure> {
    let request = crate::request::RequestContext::require()?;
    domain::identity::act_for(&request.domain, &request.access, patient).await?;
    Ok(())
}
