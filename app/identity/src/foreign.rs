//! Signing in at other providers: the buttons and what went wrong on the sign-in page, and the page in the user's account.

mod connect;

pub use connect::{ConnectForeign, ConnectValues, connect_foreign};

use crate::passkeys::with_proof;
use crate::proof::ProofFacts;
use connect::{Asked, Connect, ConnectTrouble};
use jiff::Timestamp;
use kit::address::{local_path, query};
use kit::failure::Failure;
use kit::foreign_ways::{ForeignWay, Trouble};
use kit::forms::{FormHandle, FormReply, use_form};
use kit::parts::{Card, Detail, Moment, Notice, NoticeKind, PageTitle, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::ids::ForeignIdentityId;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::{Locale, say};

/// An identity at another provider that is linked to the user's own account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnForeign {
    /// Its id.
    pub id: ForeignIdentityId,
    /// The name of the provider.
    pub provider: String,
    /// The address of the identity at its provider.
    pub email: String,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

/// What the page in the account shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignFacts {
    /// The identities that are linked.
    pub linked: Vec<OwnForeign>,
    /// The providers of the configuration.
    pub ways: Vec<ForeignWay>,
    /// With what the user proves who they are.
    pub proof: ProofFacts,
}

/// Loads the providers at which people may sign in.
///
/// # Errors
/// None.
#[server(prefix = "/do", endpoint = "load-foreign-ways")]
pub async fn load_foreign_ways() -> Result<Vec<ForeignWay>, Failure> {
    Ok(on_server::ways())
}

/// Loads the identities that are linked to the user's own account.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-own-foreign")]
pub async fn load_own_foreign() -> Result<ForeignFacts, Failure> {
    let request = kit::request::RequestContext::require()?;
    let linked = kit::request::call(|| domain::identity::own_foreign_identities(&request.domain, &request.access)).await?;
    let ways = on_server::ways();
    let linked = linked
        .into_iter()
        .map(|view| OwnForeign {
            id: view.id,
            provider: on_server::name(&ways, &view.provider),
            email: view.email,
            linked_at: view.linked_at,
            last_used_at: view.last_used_at,
        })
        .collect();
    Ok(ForeignFacts { linked, ways, proof: crate::proof::facts(&request).await? })
}

/// Unlinks an identity from the user's own account. One that is unlinked already is not an error. Leads back to the page, which tells why it cannot be unlinked.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "unlink-foreign")]
pub async fn unlink_foreign(
    /// The identity.
    linked: ForeignIdentityId,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::identity::unlink(&request.domain, &request.access, linked)).await;
    Ok(on_server::back(outcome))
}

#[cfg(feature = "ssr")]
mod on_server {
    use super::{ForeignWay, FormReply};
    use kit::address::{query, sign_in_path};
    use kit::foreign_ways::ForeignWays;
    use leptos::prelude::use_context;
    use model::errors::Code;

    const PAGE: &str = "/account/sign-ins";

    pub(super) fn ways() -> Vec<ForeignWay> {
        use_context::<ForeignWays>().unwrap_or_default().0
    }

    /// The name of a provider; its word if the configuration has it no more.
    pub(super) fn name(ways: &[ForeignWay], key: &str) -> String {
        ways.iter().find(|way| way.key == key).map_or(key, |way| way.name.as_str()).to_owned()
    }

    pub(super) fn back(outcome: domain::Result<()>) -> FormReply {
        let next = match outcome.map_err(|error| error.code()) {
            Ok(()) | Err(Code::NotFound) => PAGE.to_owned(),
            Err(Code::LastWayIn) => format!("{PAGE}{}", query(&[("kept", Some("last"))])),
            Err(Code::SignInGivesRoles) => format!("{PAGE}{}", query(&[("kept", Some("roles"))])),
            Err(Code::SignInNeeded) => sign_in_path(PAGE),
            Err(_) => "/trouble".to_owned(),
        };
        kit::request::see_other(&next);
        FormReply::fresh(next)
    }
}

/// What went wrong at a provider, if the address of the sign-in page says that.
#[component]
pub(super) fn ForeignTrouble() -> impl IntoView {
    let l = use_locale();
    let trouble = use_query_map().with_untracked(|query| query.get("trouble")).and_then(|word| Trouble::parse(&word));
    trouble.map(|trouble| {
        let (kind, title, text) = told(l, trouble);
        view! {
            <Notice kind title=title>
                <p>{text}</p>
            </Notice>
        }
    })
}

fn told(l: Locale, trouble: Trouble) -> (NoticeKind, &'static str, &'static str) {
    let failed = say!(l, identity.foreign.failed_title);
    match trouble {
        Trouble::Link => (NoticeKind::Info, say!(l, identity.foreign.link_title), say!(l, identity.foreign.link)),
        Trouble::Unknown => (NoticeKind::Warn, failed, say!(l, identity.foreign.unknown)),
        Trouble::Down => (NoticeKind::Warn, failed, say!(l, identity.foreign.down)),
        Trouble::Denied => (NoticeKind::Warn, failed, say!(l, identity.foreign.denied)),
        Trouble::TooLate => (NoticeKind::Warn, failed, say!(l, identity.foreign.late)),
        Trouble::Used => (NoticeKind::Warn, failed, say!(l, identity.foreign.used)),
        Trouble::OtherBrowser => (NoticeKind::Warn, failed, say!(l, identity.foreign.other_browser)),
        Trouble::Untrusted => (NoticeKind::Warn, failed, say!(l, identity.foreign.untrusted)),
        Trouble::NoAddress => (NoticeKind::Warn, failed, say!(l, identity.foreign.no_address)),
        Trouble::NoAccount => (NoticeKind::Warn, failed, say!(l, identity.foreign.no_account)),
        Trouble::Taken => (NoticeKind::Warn, failed, say!(l, identity.foreign.taken)),
        Trouble::Suspended => (NoticeKind::Warn, failed, say!(l, identity.foreign.closed)),
        Trouble::Stays => (NoticeKind::Info, say!(l, identity.foreign.left_title), say!(l, identity.foreign.stays)),
        Trouble::Failed => (NoticeKind::Warn, failed, say!(l, identity.foreign.failed)),
    }
}

/// The links to the providers.
#[component]
pub(super) fn ForeignButtons(
    /// The page to go on to after signing in; empty for the home page of the role.
    next: String,
) -> impl IntoView {
    let ways = Resource::new_blocking(|| (), |()| load_foreign_ways());
    let left = use_query_map().with_untracked(|query| query.get("left"));
    loaded(ways, move |ways| {
        let left = ways.iter().find(|way| left.as_ref() == Some(&way.key)).cloned();
        view! {
            {left.map(|way| view! { <Left way/> })}
            <Buttons ways next=next.clone()/>
        }
    })
}

/// Shown after signing out to a person who had signed in at this provider.
#[component]
fn Left(way: ForeignWay) -> impl IntoView {
    let l = use_locale();
    let ForeignWay { key, name } = way;
    view! {
        <Notice kind=NoticeKind::Info title=say!(l, identity.foreign.left_title)>
            <p>{say!(l, identity.foreign.left, provider = name)}</p>
            <p><a rel="external" href=format!("/sign-out/at/{key}")>{say!(l, identity.foreign.left_link)}</a></p>
        </Notice>
    }
    .into_any()
}

#[component]
fn Buttons(ways: Vec<ForeignWay>, next: String) -> impl IntoView {
    let l = use_locale();
    let then = query(&[("next", local_path(&next))]);
    let links: Vec<_> = ways
        .into_iter()
        .map(|way| {
            let (address, label) =
                (format!("/sign-in/with/{}{then}", way.key), say!(l, identity.foreign.button, provider = way.name));
            // The browser must leave the page: the address is the server's, and leads to the provider.
            view! { <p><a class="button" rel="external" href=address>{label}</a></p> }
        })
        .collect();
    (!links.is_empty()).then_some(links).into_any()
}

/// The page about the ways to sign in at other providers.
#[component]
pub fn ForeignPage() -> impl IntoView {
    let l = use_locale();
    let facts = Resource::new_blocking(|| (), |()| load_own_foreign());
    let kept = use_query_map().with_untracked(|query| query.get("kept"));
    let asked = Asked::in_address();
    let form = with_proof(use_form::<ConnectForeign, ConnectValues>());
    let kept = kept.and_then(|why| match why.as_str() {
        "last" => Some(say!(l, errors.code.last_way_in)),
        "roles" => Some(say!(l, errors.code.sign_in_gives_roles)),
        _ => None,
    });
    view! {
        <PageTitle text=say!(l, identity.foreign.title)/>
        <div class="lead">
            <h1>{say!(l, identity.foreign.title)}</h1>
            <p>{say!(l, identity.foreign.lead)}</p>
        </div>
        {kept.map(|text| view! {
            <Notice kind=NoticeKind::Warn title=say!(l, identity.foreign.kept_title)>
                <p>{text}</p>
            </Notice>
        })}
        <ConnectTrouble/>
        {loaded(facts, move |facts| view! { <Facts facts asked=asked.clone() form/> })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
}

#[component]
fn Facts(facts: ForeignFacts, asked: Asked, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let ForeignFacts { linked, ways, proof } = facts;
    let none = linked.is_empty().then(|| view! { <p>{say!(l, identity.foreign.none)}</p> });
    let rows: Vec<_> = linked.into_iter().map(|linked| view! { <li><Linked linked/></li> }).collect();
    view! {
        <Card>
            {none}
            <ul class="list">{rows}</ul>
        </Card>
        <Connect ways asked form proof/>
    }
    .into_any()
}

#[component]
fn Linked(linked: OwnForeign) -> impl IntoView {
    let l = use_locale();
    let OwnForeign { id, provider, email, linked_at, last_used_at } = linked;
    let label = say!(l, identity.foreign.unlink_of, provider = provider.clone());
    view! {
        <div class="row">
            <div class="grow">
                <p><strong>{said(provider)}</strong> " " {said(email)}</p>
                <p class="quiet">
                    {say!(l, identity.foreign.linked)} " " <Moment at=linked_at detail=Detail::Short/> ". "
                    {last_used_at.map(|at| view! { {say!(l, identity.foreign.used_last)} " " <Moment at detail=Detail::Short/> "." })}
                </p>
            </div>
            <form class="end" method="post" action=UnlinkForeign::url()>
                <input type="hidden" name="linked" value=id.to_string()/>
                <button type="submit" class="button plain" aria-label=label>{say!(l, identity.foreign.unlink)}</button>
            </form>
        </div>
    }
    .into_any()
}
