//! The part of the page of choices about push messages: the browsers that take them, and adding this one.

use super::device::device;
use kit::failure::Failure;
use kit::forms::FormReply;
use kit::parts::{Card, Detail, Moment, Tag, TagKind, ZoneNote, loaded};
use kit::passkeys::{form_of, submit_with};
use kit::push::{PushTrouble, can_push, subscribe};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::ids::PushId;
use model::notices::{PushBrowser, PushSettings};
use server_fn::ServerFn as _;
use words::say;

/// Loads what a browser needs to take push messages, and the user's browsers that do.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-push")]
pub async fn load_push() -> Result<PushSettings, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::notifications::own_push(&request.domain, &request.access)).await
}

/// Adds this browser.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "add-push")]
pub async fn add_push(
    /// The address at the push service.
    endpoint: String,
    /// The browser's public key.
    p256dh: String,
    /// The browser's secret.
    auth: String,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let command = domain::notifications::AddPush { endpoint, p256dh, auth };
    let outcome =
        domain::error::retry(|| domain::notifications::add_push(&request.domain, &request.access, command.clone())).await;
    Ok(back_to_page(outcome.map(|_| ())))
}

/// Removes a browser. One that was removed already is not an error.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "remove-push")]
pub async fn remove_push(
    /// The browser.
    push: PushId,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::notifications::remove_push(&request.domain, &request.access, push)).await;
    Ok(back_to_page(outcome))
}

#[cfg(feature = "ssr")]
fn back_to_page(outcome: domain::Result<()>) -> FormReply {
    use model::errors::Code;

    const PAGE: &str = "/account/notices/settings";
    let next = match outcome {
        Ok(()) => PAGE.to_owned(),
        Err(error) if error.code() == Code::NotFound => PAGE.to_owned(),
        // The push service of this browser is none that we know.
        Err(error) if error.code() == Code::FieldsInvalid => format!("{PAGE}?push=refused"),
        Err(error) if error.code() == Code::SignInNeeded => kit::address::sign_in_path(PAGE),
        Err(_) => "/trouble".to_owned(),
    };
    kit::request::see_other(&next);
    FormReply::fresh(next)
}

/// The part about push messages.
#[component]
pub(super) fn PushPart(
    /// What [`load_push`] has loaded; created at the top of the page.
    settings: Resource<Result<PushSettings, Failure>>,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card title=say!(l, identity.push.title)>
            <p>{say!(l, identity.push.lead)}</p>
            {loaded(settings, move |settings| {
                let PushSettings { key, browsers } = settings;
                view! {
                    <Browsers browsers/>
                    <AddThis key/>
                }
            })}
        </Card>
    }
    .into_any()
}

#[component]
fn Browsers(browsers: Vec<PushBrowser>) -> impl IntoView {
    let l = use_locale();
    if browsers.is_empty() {
        return view! { <p>{say!(l, identity.push.none)}</p> }.into_any();
    }
    let rows: Vec<_> = browsers.into_iter().map(|browser| view! { <li><Browser browser/></li> }).collect();
    view! {
        <ZoneNote/>
        <ul class="list">{rows}</ul>
    }
    .into_any()
}

#[component]
fn Browser(browser: PushBrowser) -> impl IntoView {
    let l = use_locale();
    let PushBrowser { id, user_agent, added_at, current } = browser;
    let name = match device(user_agent.as_deref().unwrap_or_default()) {
        Some((browser, Some(system))) => say!(l, identity.sessions.device, browser = browser, system = system),
        Some((browser, None)) => browser.to_owned(),
        None => say!(l, identity.sessions.unknown).to_owned(),
    };
    let label = say!(l, identity.push.remove_of, device = name.clone());
    view! {
        <div class="row">
            <div class="grow">
                <p>
                    <strong>{name}</strong> " "
                    {current.then(|| view! { <Tag kind=TagKind::Good text=say!(l, identity.sessions.this)/> })}
                </p>
                <p class="quiet">{say!(l, identity.push.added)} " " <Moment at=added_at detail=Detail::Short/></p>
            </div>
            <form class="end" method="post" action=RemovePush::url()>
                <input type="hidden" name="push" value=id.to_string()/>
                <button type="submit" class="button plain" aria-label=label>{say!(l, identity.push.remove)}</button>
            </form>
        </div>
    }
}

/// The form that adds this browser. It works only with wasm and in a browser that can take messages, so its button is hidden until then.
#[component]
fn AddThis(
    /// The public key of this installation.
    key: String,
) -> impl IntoView {
    let l = use_locale();
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(can_push()));
    let trouble = RwSignal::new(None::<&'static str>);
    let busy = RwSignal::new(false);
    let press = move |event: leptos::ev::MouseEvent| {
        let Some(form) = form_of(&event) else { return };
        if busy.get_untracked() {
            return;
        }
        trouble.set(None);
        busy.set(true);
        let key = key.clone();
        spawn_local(async move {
            let outcome = subscribe(&key).await;
            busy.try_set(false);
            match outcome {
                Ok(made) => {
                    submit_with(&form, &[("endpoint", &made.endpoint), ("p256dh", &made.p256dh), ("auth", &made.auth)]);
                }
                Err(PushTrouble::NotAllowed) => {
                    trouble.try_set(Some(say!(l, identity.push.not_allowed)));
                }
                Err(PushTrouble::Failed) => {
                    trouble.try_set(Some(say!(l, identity.push.failed)));
                }
            }
        });
    };
    view! {
        <form method="post" action=AddPush::url()>
            <input type="hidden" name="endpoint" value=""/>
            <input type="hidden" name="p256dh" value=""/>
            <input type="hidden" name="auth" value=""/>
            <p class="error" role="alert" hidden=move || trouble.with(Option::is_none)>{move || trouble.get()}</p>
            <p class="quiet" hidden=move || ready.get()>{say!(l, identity.push.not_here)}</p>
            <div class="row" hidden=move || !ready.get()>
                <button type="button" class="button" aria-disabled=move || busy.get().then_some("true") on:click=press>
                    {say!(l, identity.push.add)}
                </button>
            </div>
        </form>
    }
    .into_any()
}
