//! Stopping an administrator's request to turn off the authenticator app: by the link in the mail, or in the account.

use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::{NextStepPage, PublicLayout};
use kit::parts::PageTitle;
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that the mailed link opens.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StopValues {
    /// The token from the mailed link.
    pub token: String,
}

impl FormValues for StopValues {
    const FORM: &'static str = "identity.stop_reset";
    const SECRETS: &'static [&'static str] = &["token"];
}

/// Stops it with the mailed link.
///
/// # Errors
/// `LinkUnknown`, `LinkExpired`, `LinkUsed`.
#[server(prefix = "/do", endpoint = "stop-reset-by-link")]
pub async fn stop_reset_by_link(
    /// The posted form.
    #[server(flatten)]
    form: Posted<StopValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::by_link(&form.values).await;
    form.answer(outcome).await
}

/// Stops it in the user's own account. It is no error when there is nothing left to stop.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "stop-reset")]
pub async fn stop_reset() -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::identity::stop_reset(&request.domain, &request.access)).await;
    Ok(kit::request::back_to("/account/second-factor", outcome))
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, StopValues};
    use domain::{error::retry, identity};
    use kit::request::RequestContext;

    pub(super) async fn by_link(values: &StopValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        retry(|| identity::stop_reset_by_link(&request.domain, &request.access, &values.token)).await?;
        Ok(FormReply::to("/second-factor/stopped"))
    }
}

/// The page that the mailed link opens. Its button posts the token, so a program that only follows links in mails stops nothing.
#[component]
pub fn StopResetPage() -> impl IntoView {
    let l = use_locale();
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let form = use_form::<StopResetByLink, StopValues>();
    view! {
        <PageTitle text=say!(l, identity.second_factor.stop_title)/>
        <PublicLayout narrow=true>
            <h1>{say!(l, identity.second_factor.stop_title)}</h1>
            <Form form class="card">
                <p>{say!(l, identity.second_factor.stop)}</p>
                <input type="hidden" name="token" value=token.clone()/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.second_factor.stop_submit)/>
                </div>
            </Form>
        </PublicLayout>
    }
}

/// It was stopped.
#[component]
pub fn ResetStoppedPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <NextStepPage title=say!(l, identity.second_factor.stopped_title)>
            <p>{say!(l, identity.second_factor.stopped)}</p>
            <div class="row"><a class="button" href="/sign-in">{say!(l, identity.sign_in.submit)}</a></div>
        </NextStepPage>
    }
}
