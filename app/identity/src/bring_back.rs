//! Bringing an account back without a password: with a passkey, or by signing in at a provider again. For the provider, a form begins and a link leads there, because a form may
//! lead to this site only.

use crate::foreign::load_foreign_ways;
use kit::address::query;
use kit::failure::Failure;
use kit::foreign_ways::ForeignWay;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{PasskeyAsk, PasskeyButton, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that brings an account back with a passkey.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PasskeyBackValues {
    /// The question.
    pub question: String,
    /// What the passkey has answered.
    pub answer: String,
}

impl FormValues for PasskeyBackValues {
    const FORM: &'static str = "identity.bring_back_by_passkey";
    const SECRETS: &'static [&'static str] = &["question", "answer"];
}

/// The values of the form that begins to bring an account back at a provider.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProviderBackValues {
    /// The word of the provider.
    pub provider: String,
}

impl FormValues for ProviderBackValues {
    const FORM: &'static str = "identity.bring_back_with";
}

/// Brings a deleted account back with a passkey, and goes to the sign-in page.
///
/// # Errors
/// Why the answer was refused; `Suspended`; `RateLimited`.
#[server(prefix = "/do", endpoint = "bring-back-by-passkey")]
pub async fn bring_back_by_passkey(
    /// The posted form.
    #[server(flatten)]
    form: Posted<PasskeyBackValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::by_passkey(&form.values).await;
    form.answer(outcome).await
}

/// Begins to bring a deleted account back at a provider, and leads back to the page, which then has the link to the provider.
///
/// # Errors
/// `NotFound` when there is no such provider.
#[server(prefix = "/do", endpoint = "bring-back-with")]
pub async fn bring_back_with(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ProviderBackValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::with_provider(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, PasskeyBackValues, ProviderBackValues, query};
    use domain::{
        access::Device,
        identity::{self, BRING_BACK, PasskeyAnswer},
    };
    use kit::foreign_ways::ForeignWays;
    use kit::request::{RequestContext, device_secret, foreign_secret, keep_foreign_secret};
    use leptos::prelude::use_context;
    use model::errors::Code;

    pub(super) async fn by_passkey(values: &PasskeyBackValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        // The browser that has asked the question.
        let Some(secret) = device_secret() else { return Err(Code::PasskeyExpired.into()) };
        let mut access = request.access.clone();
        access.device = Some(Device::of_secret(&secret));
        let answer = PasskeyAnswer { question: values.question.clone(), answer: values.answer.clone() };
        identity::bring_back_by_passkey(&request.domain, &access, answer).await?;
        Ok(FormReply::fresh("/sign-in"))
    }

    pub(super) async fn with_provider(values: &ProviderBackValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let ways = use_context::<ForeignWays>().unwrap_or_default().0;
        let way = ways.iter().find(|way| way.key == values.provider).ok_or(Code::NotFound)?;
        let start = identity::begin_foreign_sign_in(&request.domain, &way.key, foreign_secret(), Some(BRING_BACK)).await?;
        keep_foreign_secret(&start.browser);
        let go = query(&[("go", Some(way.key.as_str())), ("state", Some(start.state.as_str()))]);
        Ok(FormReply::fresh(format!("{BRING_BACK}{go}")))
    }
}

/// The ways to bring an account back without a password.
#[component]
pub(crate) fn OtherWaysBack() -> impl IntoView {
    let l = use_locale();
    let by_passkey = use_form::<BringBackByPasskey, PasskeyBackValues>();
    let with_provider = use_form::<BringBackWith, ProviderBackValues>();
    let ways = Resource::new_blocking(|| (), |()| load_foreign_ways());
    let going = use_query_map().with_untracked(|query| query.get("go").zip(query.get("state")));
    view! {
        <Form form=by_passkey>
            <PasskeyButton asks=PasskeyAsk::ToSignIn label=say!(l, identity.passkeys.sign_in) class="plain"/>
        </Form>
        {loaded(ways, move |ways| view! { <Providers ways going=going.clone() form=with_provider/> })}
    }
}

/// A form for each provider, or the link to the one at which bringing back has begun.
#[component]
fn Providers(ways: Vec<ForeignWay>, going: Option<(String, String)>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let begun = going.and_then(|(key, state)| ways.iter().find(|way| way.key == key).cloned().map(|way| (way, state)));
    if let Some((ForeignWay { key, name }, state)) = begun {
        let address = format!("/sign-in/with/{key}{}", query(&[("state", Some(state.as_str()))]));
        let label = say!(l, identity.foreign.button, provider = name);
        // The browser must leave the page: the address is the server's, and leads to the provider.
        return view! { <p><a class="button" rel="external" href=address>{label}</a></p> }.into_any();
    }
    let forms: Vec<_> = ways
        .into_iter()
        .map(|ForeignWay { key, name }| {
            let label = say!(l, identity.deletion.back_with, provider = name);
            view! {
                <Form form>
                    <input type="hidden" name="provider" value=key.clone()/>
                    <SubmitButton label=label.clone() class="plain"/>
                </Form>
            }
        })
        .collect();
    forms.into_any()
}
