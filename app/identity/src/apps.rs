//! The apps that use Bedside in the user's name: the question whether to allow one, and the list of those that are connected.

use crate::proof::{ProofByPasskey, ProofFacts, ProofFields};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::layouts::PublicLayout;
use kit::parts::{Card, Detail, EmptyState, Moment, PageTitle, ZoneNote, loaded, said};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::identity::{ConnectedApp, ConsentView};
use model::ids::AppId;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::{role_name, say, scope_name};

/// The values of the forms that answer an app.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AppAnswerValues {
    /// The id under which the app's request is kept.
    pub request: String,
    /// `allow`, or anything else to refuse.
    pub decision: String,
    /// The current password, when the user has signed in a while ago.
    pub current: String,
    /// The question that a passkey has answered.
    pub question: String,
    /// Its answer; empty when the password was typed.
    pub answer: String,
}

/// What an app asks for, and with what the user proves who they are.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentFacts {
    /// What it asks for.
    pub asked: ConsentView,
    /// With what the user proves who they are; none when they have just signed in.
    pub proof: Option<ProofFacts>,
}

impl FormValues for AppAnswerValues {
    const FORM: &'static str = "identity.answer_app";
    const KEEP: Keep = Keep::Nowhere;
    const SECRETS: &'static [&'static str] = &["current", "question", "answer"];
}

/// Loads what an app asks for.
///
/// # Errors
/// `SignInNeeded`; `AppUnknown`, also when the request is too old.
#[server(prefix = "/do", endpoint = "load-app-request")]
pub async fn load_app_request(
    /// The id under which the request is kept.
    request: String,
) -> Result<ConsentFacts, Failure> {
    post::load(&request).await
}

/// Allows an app, or refuses it, and goes back to the app.
///
/// # Errors
/// `AppUnknown`, also when the request is too old.
#[server(prefix = "/do", endpoint = "answer-app")]
pub async fn answer_app(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AppAnswerValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::answer(&form.values).await;
    form.answer(outcome).await
}

/// Loads the apps that are connected.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-connected-apps")]
pub async fn load_connected_apps() -> Result<Vec<ConnectedApp>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::identity::connected_apps(&request.domain, &request.access)).await
}

/// Disconnects an app. One that is not connected any more is not an error.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "disconnect-app")]
pub async fn disconnect_app(
    /// The app.
    app: AppId,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::identity::disconnect_app(&request.domain, &request.access, app)).await;
    Ok(kit::request::back_to("/account/apps", outcome))
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AppAnswerValues, ConsentFacts, ConsentView, Failure, FormReply};
    use crate::proof::{facts, typed};
    use domain::{
        error::retry,
        identity::{self, AppAnswer, Asked, AuthorizationRequest},
    };
    use kit::request::{RequestContext, allow_form_to, call};
    use model::{errors::Code, identity::KEPT_REQUEST};

    /// The request that was kept, for a user who is signed in.
    async fn kept(request: &RequestContext, id: &str) -> domain::Result<AuthorizationRequest> {
        request.access.acting()?;
        let kept = domain::drafts::load(&request.domain, KEPT_REQUEST, id).await?.ok_or(Code::AppUnknown)?;
        AuthorizationRequest::of_kept(&kept)
    }

    async fn consent(request: &RequestContext, id: &str) -> domain::Result<ConsentView> {
        match identity::read_authorization(&request.domain, &kept(request, id).await?).await? {
            Asked::Consent(asked) => Ok(asked),
            Asked::Back(_) => Err(Code::AppUnknown.into()),
        }
    }

    pub(super) async fn load(id: &str) -> Result<ConsentFacts, Failure> {
        let request = RequestContext::require()?;
        let asked = call(|| consent(&request, id)).await?;
        // Without scripts the answer of the form leads to the app.
        allow_form_to(&asked.place);
        let proof = facts(&request).await?;
        Ok(ConsentFacts { asked, proof: (!proof.is_fresh).then_some(proof) })
    }

    pub(super) async fn answer(values: &AppAnswerValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let asked = kept(&request, &values.request).await?;
        let answer = if values.decision == "allow" {
            AppAnswer::Allowed(typed(&request, &values.current, &values.question, &values.answer).await?)
        } else {
            AppAnswer::Refused
        };
        let next = retry(|| identity::answer_authorization(&request.domain, &request.access, &asked, answer.clone())).await?;
        Ok(FormReply::fresh(next))
    }
}

/// The page `/connect`, to which `/oauth/authorize` leads a signed-in user.
#[component]
pub fn ConnectPage() -> impl IntoView {
    let l = use_locale();
    let is_stranger = use_viewer().who.is_none();
    let query = use_query_map();
    let id = move || query.with(|query| query.get("request")).unwrap_or_default();
    let form = use_form::<AnswerApp, AppAnswerValues>().field(
        "current",
        say!(l, identity.account.current),
        say!(l, identity.account.current_missing),
    );
    // Nothing is asked of a stranger, and nothing without a request: an app that we do not know leads here without one.
    let asked = move |id: String| async move {
        if is_stranger || id.is_empty() { Ok(None) } else { load_app_request(id).await.map(Some) }
    };
    let question = Resource::new_blocking(id, asked);
    view! {
        <PageTitle text=say!(l, identity.apps.ask_title)/>
        <PublicLayout narrow=true>
            {loaded(question, move |question| match question {
                Some(asked) => {
                    let id = query.with_untracked(|query| query.get("request")).unwrap_or_default();
                    view! { <Question asked form id/> }.into_any()
                }
                None => view! {
                    <h1>{say!(l, identity.apps.nothing_title)}</h1>
                    <p>{say!(l, identity.apps.nothing)}</p>
                }
                .into_any(),
            })}
        </PublicLayout>
    }
}

#[component]
fn Question(asked: ConsentFacts, form: FormHandle, id: String) -> impl IntoView {
    let l = use_locale();
    let ConsentFacts { asked: ConsentView { app, scopes, place }, proof } = asked;
    let by_passkey = proof.clone();
    let second = id.clone();
    let rows: Vec<_> = scopes.into_iter().map(|scope| view! { <li>{scope_name(l, scope)}</li> }).collect();
    view! {
        <h1>{say!(l, identity.apps.ask_title)}</h1>
        <p><strong>{said(app)}</strong></p>
        <p>{say!(l, identity.apps.ask)}</p>
        <ul>{rows}</ul>
        <Acting/>
        <p>{say!(l, identity.apps.ask_after)} " " <bdi>{place}</bdi></p>
        <div class="row">
            <Form form>
                <input type="hidden" name="request" value=id.clone()/>
                <input type="hidden" name="decision" value="allow"/>
                {proof.clone().map(|proof| view! { <ProofFields proof/> })}
                <SubmitButton label=say!(l, identity.apps.allow)/>
                {by_passkey.clone().map(|proof| view! { <ProofByPasskey proof/> })}
            </Form>
            <Form form>
                <input type="hidden" name="request" value=second.clone()/>
                <input type="hidden" name="decision" value="refuse"/>
                <SubmitButton label=say!(l, identity.apps.refuse) class="plain"/>
            </Form>
        </div>
    }
    .into_any()
}

/// In which role the app would act, where, and for whom.
#[component]
fn Acting() -> impl IntoView {
    let l = use_locale();
    let told = use_viewer().who.map(|who| {
        let role = role_name(l, who.role);
        let text = match who.clinic_name {
            Some(clinic) => say!(l, identity.apps.acts_at, name = who.display_name, role = role, clinic = clinic),
            None => say!(l, identity.apps.acts, name = who.display_name, role = role),
        };
        let other = who.patients.into_iter().find(|patient| patient.current && !patient.own);
        (text, other.map(|patient| say!(l, identity.apps.not_for, patient = patient.name)))
    });
    told.map(|(text, not_for)| {
        view! {
            <p>{said(text)}</p>
            {not_for.map(|text| view! { <p>{said(text)}</p> })}
        }
    })
    .into_any()
}

/// The page `/account/apps`.
#[component]
pub fn ConnectedAppsPage() -> impl IntoView {
    let l = use_locale();
    let apps = Resource::new_blocking(|| (), |()| load_connected_apps());
    view! {
        <PageTitle text=say!(l, identity.apps.title)/>
        <div class="lead">
            <h1>{say!(l, identity.apps.title)}</h1>
            <p>{say!(l, identity.apps.lead)}</p>
        </div>
        {loaded(apps, move |apps| {
            if apps.is_empty() {
                return view! { <EmptyState title=say!(l, identity.apps.none_title) text=say!(l, identity.apps.none)/> }.into_any();
            }
            let rows: Vec<_> = apps.into_iter().map(|app| view! { <li><Connected app/></li> }).collect();
            view! {
                <Card>
                    <ZoneNote/>
                    <ul class="list">{rows}</ul>
                </Card>
            }
            .into_any()
        })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
}

#[component]
fn Connected(app: ConnectedApp) -> impl IntoView {
    let l = use_locale();
    let ConnectedApp { id, name, scopes, since, used_at } = app;
    let label = say!(l, identity.apps.disconnect_of, name = name.clone());
    let may: Vec<&str> = scopes.into_iter().map(|scope| scope_name(l, scope)).collect();
    let used = used_at.map(|at| view! { ". " {say!(l, identity.tokens.used)} " " <Moment at detail=Detail::Day/> });
    view! {
        <div class="row">
            <div class="grow">
                <p><strong>{said(name)}</strong></p>
                <p>{may.join(", ")}</p>
                <p class="quiet">{say!(l, identity.apps.since)} " " <Moment at=since detail=Detail::Day/> {used}</p>
            </div>
            <form class="end" method="post" action=DisconnectApp::url()>
                <input type="hidden" name="app" value=id.to_string()/>
                <button type="submit" class="button plain" aria-label=label>{say!(l, identity.apps.disconnect)}</button>
            </form>
        </div>
    }
    .into_any()
}
