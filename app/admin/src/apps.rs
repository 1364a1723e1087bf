//! The apps that may use the API in a person's name: the list, registering one, and ending one.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Card, Checkbox, PageTitle, ShownOnce, TextArea, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::identity::AppRow;
use model::text::direction::isolated;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// An app as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AppValues {
    /// The name that people see.
    pub name: String,
    /// Where people may be sent back to, one address a line.
    pub redirects: String,
    /// `true` when it can keep a secret.
    pub secret: String,
}

impl FormValues for AppValues {
    const FORM: &'static str = "admin.register_app";
}

/// The values of the form that ends an app.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndAppValues {
    /// The app.
    pub app: String,
}

impl FormValues for EndAppValues {
    const FORM: &'static str = "admin.end_app";
    const KEEP: Keep = Keep::Nowhere;
}

/// The apps, and the secret of the one that was just registered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownApps {
    /// The apps.
    pub apps: Vec<AppRow>,
    /// The secret. It is shown once.
    pub made: Option<String>,
}

/// Loads the apps, and takes the secret of the one that was just registered.
///
/// # Errors
/// `Forbidden` for everybody but administrators of the organisation.
#[server(prefix = "/do", endpoint = "load-apps")]
pub async fn load_apps(
    /// The id under which the secret is kept.
    made: Option<String>,
) -> Result<ShownApps, Failure> {
    post::load(made).await
}

/// Registers an app.
///
/// # Errors
/// Wrong fields; `Forbidden`.
#[server(prefix = "/do", endpoint = "register-app")]
pub async fn register_app(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AppValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::register(&form.values).await;
    form.answer(outcome).await
}

/// Ends an app.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "end-app")]
pub async fn end_app(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EndAppValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AppValues, EndAppValues, Failure, FormReply, ShownApps};
    use domain::{
        error::retry,
        identity::{self, RegisterApp},
    };
    use kit::request::{RequestContext, call, posted_id};

    const PAGE: &str = "/admin/apps";

    /// What is shown once.
    const SECRET: &str = "admin.app_secret";

    pub(super) async fn load(made: Option<String>) -> Result<ShownApps, Failure> {
        let request = RequestContext::require()?;
        let apps = call(|| identity::list_apps(&request.domain, &request.access)).await?;
        let made = request.made(SECRET, made.as_deref()).await?;
        Ok(ShownApps { apps, made })
    }

    pub(super) async fn register(values: &AppValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let AppValues { name, redirects, secret } = values.clone();
        let command = RegisterApp { name, redirects, keeps_secret: secret == "true" };
        let made = retry(|| identity::register_app(&request.domain, &request.access, command.clone())).await?;
        match made.secret {
            Some(secret) => request.show_once(SECRET, PAGE, &secret).await,
            None => Ok(FormReply::fresh(PAGE)),
        }
    }

    pub(super) async fn end(values: &EndAppValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let id = posted_id(&values.app)?;
        retry(|| identity::end_app(&request.domain, &request.access, id)).await?;
        Ok(FormReply::fresh(PAGE))
    }
}

/// The page `/admin/apps`.
#[component]
pub fn AppsPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    // The secret is taken when it is loaded, so a change of the address must not load it again.
    let shown = Resource::new_blocking(|| (), move |()| load_apps(query.with_untracked(|query| query.get("made"))));
    let register = use_form::<RegisterApp, AppValues>()
        .field("name", say!(l, admin.apps.name), say!(l, admin.apps.name_missing))
        .field("redirects", say!(l, admin.apps.redirects), say!(l, admin.apps.redirects_missing))
        .malformed(say!(l, admin.apps.redirects_malformed))
        .optional("secret", say!(l, admin.apps.secret));
    let end = use_form::<EndApp, EndAppValues>();
    view! {
        <PageTitle text=say!(l, admin.apps.title)/>
        <h1>{say!(l, admin.apps.title)}</h1>
        <p>{say!(l, admin.apps.lead)}</p>
        {loaded(shown, move |shown| view! { <Apps shown register end/> })}
    }
}

#[component]
fn Apps(shown: ShownApps, register: FormHandle, end: FormHandle) -> impl IntoView {
    let l = use_locale();
    let ShownApps { apps, made } = shown;
    let rows: Vec<_> = apps.into_iter().map(|app| row(l, app, end)).collect();
    view! {
        {made.map(|secret| view! {
            <ShownOnce title=say!(l, admin.apps.made_title) lead=say!(l, admin.apps.made) secret/>
        })}
        {(!rows.is_empty()).then(|| view! {
            <Card title=say!(l, admin.apps.list)>
                <ul class="list">{rows}</ul>
            </Card>
        })}
        <Card title=say!(l, admin.apps.register)>
            <Form form=register>
                <TextField name="name" hint=say!(l, admin.apps.name_hint)/>
                <TextArea name="redirects" hint=say!(l, admin.apps.redirects_hint)/>
                <Checkbox name="secret"/>
                <div class="row"><SubmitButton label=say!(l, admin.apps.submit)/></div>
            </Form>
        </Card>
    }
    .into_any()
}

fn row(l: Locale, app: AppRow, end: FormHandle) -> AnyView {
    let AppRow { id, name, redirects, has_secret: _, people, made_by: _, created_at: _ } = app;
    let id = id.to_string();
    let label = say!(l, admin.apps.end, name = isolated(&name).into_owned());
    view! {
        <li>
            <p><strong>{said(name)}</strong></p>
            <p>{say!(l, admin.apps.id)} " " <code class="secret">{id.clone()}</code></p>
            <p class="quiet"><bdi>{redirects.join(" ")}</bdi></p>
            <p class="quiet">{say!(l, admin.apps.people, n = people)}</p>
            <Form form=end>
                <input type="hidden" name="app" value=id.clone()/>
                <SubmitButton label=label.clone() class="plain"/>
            </Form>
        </li>
    }
    .into_any()
}
