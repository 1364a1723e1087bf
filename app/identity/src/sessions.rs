//! The user's own sessions, and ending them. The buttons are plain forms that load the page again.

use super::device::device;
use jiff::Timestamp;
use kit::failure::Failure;
use kit::forms::FormReply;
use kit::parts::time::readable;
use kit::parts::{Card, Detail, Moment, PageTitle, Tag, TagKind, ZoneNote, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::ids::SessionId;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::say;

/// A session as its owner sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFacts {
    /// Its id.
    pub id: SessionId,
    /// The `User-Agent` of the browser or program.
    pub user_agent: Option<String>,
    /// The network address from which it was started.
    pub address: Option<String>,
    /// The time zone that the browser sent when the session began.
    pub time_zone: Option<String>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// Whether it is the session of this request.
    pub current: bool,
}

/// Loads the user's own sessions.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-sessions")]
pub async fn load_sessions() -> Result<Vec<SessionFacts>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let sessions = kit::request::call(|| domain::identity::list_sessions(&request.domain, &request.access)).await?;
    Ok(sessions
        .into_iter()
        .map(|session| SessionFacts {
            id: session.id,
            user_agent: session.user_agent,
            address: session.address,
            time_zone: session.time_zone,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            current: session.current,
        })
        .collect())
}

/// Ends one of the user's own sessions. A session that has already ended is not an error.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "end-session")]
pub async fn end_one_session(
    /// The session to end.
    session: SessionId,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::identity::end_session(&request.domain, &request.access, session)).await;
    Ok(back_to_list(outcome))
}

/// Ends all of the user's own sessions except this one.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "end-other-sessions")]
pub async fn end_other_sessions() -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::identity::end_other_sessions(&request.domain, &request.access)).await;
    Ok(back_to_list(outcome))
}

#[cfg(feature = "ssr")]
fn back_to_list(outcome: domain::Result<()>) -> FormReply {
    use model::errors::Code;

    let list = "/account/sessions";
    let next = match outcome {
        Ok(()) => list.to_owned(),
        Err(error) if error.code() == Code::NotFound => list.to_owned(),
        Err(error) if error.code() == Code::SignInNeeded => kit::address::sign_in_path(list),
        Err(_) => "/trouble".to_owned(),
    };
    kit::request::see_other(&next);
    FormReply::fresh(next)
}

/// The list of sessions.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let l = use_locale();
    let sessions = Resource::new_blocking(|| (), |()| load_sessions());
    view! {
        <PageTitle text=say!(l, common.account.sessions)/>
        <div class="lead">
            <h1>{say!(l, common.account.sessions)}</h1>
            <p>{say!(l, identity.sessions.lead)}</p>
        </div>
        {loaded(sessions, move |sessions| {
            let others = sessions.iter().any(|session| !session.current);
            let rows: Vec<_> = sessions.into_iter().map(|session| view! { <li><Session session/></li> }).collect();
            view! {
                <Card>
                    <ZoneNote/>
                    <ul class="list">{rows}</ul>
                    {others.then(|| view! {
                        <form method="post" action=EndOtherSessions::url()>
                            <button type="submit" class="button">{say!(l, identity.sessions.end_others)}</button>
                        </form>
                    })}
                </Card>
            }
        })}
    }
}

#[component]
fn Session(session: SessionFacts) -> impl IntoView {
    let l = use_locale();
    let name = match device(session.user_agent.as_deref().unwrap_or_default()) {
        Some((browser, Some(system))) => say!(l, identity.sessions.device, browser = browser, system = system),
        Some((browser, None)) => browser.to_owned(),
        None => say!(l, identity.sessions.unknown).to_owned(),
    };
    let end = (!session.current).then(|| {
        let label = say!(l, identity.sessions.end_of, device = name.clone());
        view! {
            <form class="end" method="post" action=EndOneSession::url()>
                <input type="hidden" name="session" value=session.id.to_string()/>
                <button type="submit" class="button plain" aria-label=label>{say!(l, identity.sessions.end)}</button>
            </form>
        }
    });
    view! {
        <div class="row">
            <div class="grow">
                <p>
                    <strong>{name}</strong> " "
                    {session.current.then(|| view! { <Tag kind=TagKind::Good text=say!(l, identity.sessions.this)/> })}
                </p>
                <p class="quiet">
                    {say!(l, common.person.last_seen)} " " <Moment at=session.last_seen_at detail=Detail::Short/> ". "
                    {say!(l, identity.sessions.began)} " " <Moment at=session.created_at detail=Detail::Short/>
                    {session.address.map(|address| format!(", {}", say!(l, identity.sessions.from, address = address)))}
                    {session.time_zone.map(|zone| format!(", {}", say!(l, identity.sessions.zone, zone = readable(&zone))))} "."
                </p>
            </div>
            {end}
        </div>
    }
}
