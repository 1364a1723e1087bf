//! The user's private calendar address: making it, giving it another one, ending it. The buttons are plain forms that load the page again.

use jiff::Timestamp;
use kit::failure::Failure;
use kit::forms::FormReply;
use kit::parts::{Card, Detail, Moment, Notice, NoticeKind, PageTitle, ZoneNote, loaded};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use model::access::Role;
use model::scheduling::FeedNames;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::say;

/// The private calendar address of the user in their present role.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarFacts {
    /// The whole address.
    pub address: String,
    /// What the entries are called.
    pub names: FeedNames,
    /// When the address was made.
    pub made_at: Timestamp,
    /// When a program has read it, to the day; none when none has.
    pub read_at: Option<Timestamp>,
}

/// Loads the user's private calendar address; `None` before one was made.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who acts neither as a doctor nor for a patient.
#[server(prefix = "/do", endpoint = "load-calendar-feed")]
pub async fn load_calendar_feed() -> Result<Option<CalendarFacts>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let origin = kit::request::public_origin();
    let feed = kit::request::call(|| domain::scheduling::calendar_feed(&request.domain, &request.access)).await?;
    Ok(feed.map(|feed| CalendarFacts {
        address: format!("{origin}{}", feed.path()),
        names: feed.names,
        made_at: feed.made_at,
        read_at: feed.read_at,
    }))
}

/// Makes the address, or changes what the entries are called.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "save-calendar-feed")]
pub async fn save_calendar_feed(
    /// What the entries are called: a word of `FeedNames`.
    names: String,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::scheduling::save_calendar_feed(&request.domain, &request.access, &names)).await;
    Ok(back_to_page(outcome.map(drop)))
}

/// Gives the calendar another address. One that has been removed in the meantime is not an error.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "renew-calendar-feed")]
pub async fn renew_calendar_feed() -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::scheduling::renew_calendar_feed(&request.domain, &request.access)).await;
    Ok(back_to_page(outcome.map(drop)))
}

/// Removes the address. One that has been removed already is not an error.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "revoke-calendar-feed")]
pub async fn revoke_calendar_feed() -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::scheduling::revoke_calendar_feed(&request.domain, &request.access)).await;
    Ok(back_to_page(outcome))
}

#[cfg(feature = "ssr")]
fn back_to_page(outcome: domain::Result<()>) -> FormReply {
    use model::errors::Code;

    let page = "/account/calendar";
    let next = match outcome {
        Ok(()) => page.to_owned(),
        Err(error) if matches!(error.code(), Code::NotFound | Code::Forbidden) => page.to_owned(),
        Err(error) if error.code() == Code::SignInNeeded => kit::address::sign_in_path(page),
        Err(_) => "/trouble".to_owned(),
    };
    kit::request::see_other(&next);
    FormReply::fresh(next)
}

/// The page `/account/calendar`.
#[component]
pub fn CalendarPage() -> impl IntoView {
    let l = use_locale();
    let feed = Resource::new_blocking(|| (), |()| load_calendar_feed());
    let whose = match use_viewer().role() {
        Some(Role::Doctor) => say!(l, scheduling.calendar.of_doctor),
        _ => say!(l, scheduling.calendar.of_patient),
    };
    view! {
        <PageTitle text=say!(l, scheduling.calendar.title)/>
        <div class="lead">
            <h1>{say!(l, scheduling.calendar.title)}</h1>
            <p>{say!(l, scheduling.calendar.lead)} " " {whose}</p>
        </div>
        {loaded(feed, move |feed| match feed {
            Some(feed) => view! { <Feed feed/> }.into_any(),
            None => view! { <NoFeed/> }.into_any(),
        })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
    .into_any()
}

#[component]
fn NoFeed() -> impl IntoView {
    let l = use_locale();
    view! {
        <Card>
            <p>{say!(l, scheduling.calendar.none)}</p>
            <form method="post" action=SaveCalendarFeed::url()>
                <input type="hidden" name="names" value=FeedNames::Hidden.as_str()/>
                <button type="submit" class="button">{say!(l, scheduling.calendar.make)}</button>
            </form>
        </Card>
    }
}

#[component]
fn Feed(feed: CalendarFacts) -> impl IntoView {
    let l = use_locale();
    let CalendarFacts { address, names, made_at, read_at } = feed;
    let (state, other, change) = match names {
        FeedNames::Hidden => (say!(l, scheduling.calendar.hidden), FeedNames::Shown, say!(l, scheduling.calendar.show)),
        FeedNames::Shown => (say!(l, scheduling.calendar.shown), FeedNames::Hidden, say!(l, scheduling.calendar.hide)),
    };
    let read = match read_at {
        Some(at) => view! { <Moment at detail=Detail::Short/> }.into_any(),
        None => view! { <span>{say!(l, scheduling.calendar.never)}</span> }.into_any(),
    };
    view! {
        <Card title=say!(l, scheduling.calendar.address)>
            <p><code class="secret">{address}</code></p>
            <p>{say!(l, scheduling.calendar.how)}</p>
            <Notice kind=NoticeKind::Warn title=say!(l, scheduling.calendar.secret_title)>
                <p>{say!(l, scheduling.calendar.secret)}</p>
            </Notice>
            <ZoneNote/>
            <dl class="facts">
                <dt>{say!(l, scheduling.calendar.made)}</dt>
                <dd><Moment at=made_at detail=Detail::Short/></dd>
                <dt>{say!(l, scheduling.calendar.read)}</dt>
                <dd>{read}</dd>
            </dl>
        </Card>
        <Card title=say!(l, scheduling.calendar.names)>
            <p>{state}</p>
            <form method="post" action=SaveCalendarFeed::url()>
                <input type="hidden" name="names" value=other.as_str()/>
                <button type="submit" class="button plain">{change}</button>
            </form>
        </Card>
        <Card title=say!(l, scheduling.calendar.end_title)>
            <p>{say!(l, scheduling.calendar.end_lead)}</p>
            <form method="post" action=RenewCalendarFeed::url()>
                <button type="submit" class="button plain">{say!(l, scheduling.calendar.renew)}</button>
            </form>
            <form method="post" action=RevokeCalendarFeed::url()>
                <button type="submit" class="button plain">{say!(l, scheduling.calendar.end)}</button>
            </form>
        </Card>
    }
}
