//! Signing out and acting in another role. Both are plain forms that load the page anew: the viewer is another afterwards.

use crate::failure::Failure;
use crate::forms::FormReply;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::errors::Code;
use model::ids::MembershipId;

/// Ends this session.
///
/// # Errors
/// When the records cannot be reached.
#[server(prefix = "/do", endpoint = "sign-out")]
pub async fn sign_out() -> Result<FormReply, Failure> {
    end_session().await?;
    crate::request::see_other("/");
    Ok(FormReply::fresh("/"))
}

/// Acts as another role that the person holds.
///
/// # Errors
/// `NotFound` for a membership that is not the person's or is over.
#[server(prefix = "/do", endpoint = "act-as")]
pub async fn act_as(
    /// The membership that gives the role.
    membership: MembershipId,
) -> Result<FormReply, Failure> {
    let role = change_role(membership).await?;
    let home = crate::layouts::home_of(Some(role));
    crate::request::see_other(home);
    Ok(FormReply::fresh(home))
}

#[cfg(feature = "ssr")]
async fn end_session() -> Result<(), Failure> {
    let request = crate::request::RequestContext::require()?;
    match domain::identity::sign_out(&request.domain, &request.access).await {
        Ok(()) => {}
        // Somebody who is signed out already wants the same.
        Err(error) if matches!(error.code(), Code::SignInNeeded | Code::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    request.cookie.end().await
}

#[cfg(feature = "ssr")]
async fn change_role(membership: MembershipId) -> Result<model::access::Role, Failure> {
    let request = crate::request::RequestContext::require()?;
    domain::identity::act_as(&request.domain, &request.access, Some(membership)).await?;
    let session = request.access.acting()?.session;
    let acting = domain::identity::resolve_session(&request.domain, session).await?;
    Ok(acting.ok_or(Code::SignInNeeded)?.role)
}
