//! Signing in with a passkey instead of the password, or after it.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, use_form};
use kit::parts::{PasskeyAsk, PasskeyButton, QuestionFacts, ask_for_passkey};
use kit::passkeys;
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use words::say;

/// The values of the form that signs in with a passkey.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PasskeyValues {
    /// The question.
    pub question: String,
    /// What the passkey has answered.
    pub answer: String,
    /// The page to return to; empty for the home page of the role.
    pub next: String,
}

impl FormValues for PasskeyValues {
    const FORM: &'static str = "identity.sign_in_by_passkey";
    const SECRETS: &'static [&'static str] = &["question", "answer"];
}

/// The values of the form that finishes a sign-in with a passkey.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PasskeyStepValues {
    /// The question.
    pub question: String,
    /// What the passkey has answered.
    pub answer: String,
    /// The page to return to; empty for the home page of the role.
    pub next: String,
}

impl FormValues for PasskeyStepValues {
    const FORM: &'static str = "identity.finish_by_passkey";
    const SECRETS: &'static [&'static str] = &["question", "answer"];
}

/// Signs in with a passkey, and leads to the same page as a sign-in with a password.
///
/// # Errors
/// Why the answer was refused; `Suspended`; `RateLimited`.
#[server(prefix = "/do", endpoint = "sign-in-by-passkey")]
pub async fn sign_in_by_passkey(
    /// The posted form.
    #[server(flatten)]
    form: Posted<PasskeyValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::sign_in(&form.values).await;
    form.answer(outcome).await
}

/// Finishes a sign-in with a passkey.
///
/// # Errors
/// `SignInExpired`; why the answer was refused; `RateLimited`.
#[server(prefix = "/do", endpoint = "finish-by-passkey")]
pub async fn finish_by_passkey(
    /// The posted form.
    #[server(flatten)]
    form: Posted<PasskeyStepValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::finish(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, PasskeyStepValues, PasskeyValues};
    use crate::chosen::after;
    use domain::access::{Access, Device};
    use domain::identity::{self, FinishByPasskey, PasskeyAnswer};
    use kit::request::{RequestContext, device_secret, drop_half_sign_in, half_sign_in, keep_device_secret};
    use model::errors::Code;

    /// The request of the browser that has asked the question, and the secret by which it is recognised.
    fn here(request: &RequestContext) -> Result<(Access, String), Failure> {
        let Some(secret) = device_secret() else { return Err(Code::PasskeyExpired.into()) };
        let mut access = request.access.clone();
        access.device = Some(Device::of_secret(&secret));
        Ok((access, secret))
    }

    pub(super) async fn sign_in(values: &PasskeyValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let (access, secret) = here(&request)?;
        let answer = PasskeyAnswer { question: values.question.clone(), answer: values.answer.clone() };
        let signed_in = match identity::sign_in_by_passkey(&request.domain, &access, answer).await {
            Ok(signed_in) => signed_in,
            // Only the owner of the passkey gets here.
            Err(error) if error.code() == Code::AccountDeleted => return Ok(FormReply::to("/bring-back")),
            Err(error) => return Err(error.into()),
        };
        keep_device_secret(&secret);
        Ok(FormReply::fresh(after::sign_in(&request, signed_in.session, &values.next).await?))
    }

    pub(super) async fn finish(values: &PasskeyStepValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let Some(token) = half_sign_in() else { return Err(Code::SignInExpired.into()) };
        let (access, secret) = here(&request)?;
        let answer = PasskeyAnswer { question: values.question.clone(), answer: values.answer.clone() };
        let finished = identity::finish_sign_in_by_passkey(&request.domain, &access, FinishByPasskey { token, answer }).await?;
        keep_device_secret(&secret);
        drop_half_sign_in();
        Ok(FormReply::fresh(after::sign_in(&request, finished.signed_in.session, &values.next).await?))
    }
}

/// After this time the device is asked again: the server accepts answers for five minutes.
const RENEWED_AFTER: Duration = Duration::from_secs(4 * 60);

/// The form that signs in with a passkey. While it is on the page, the browser also offers passkeys where the email address is typed, if it can.
#[component]
pub(crate) fn PasskeySignIn(next: String) -> impl IntoView {
    let l = use_locale();
    let form = use_form::<SignInByPasskey, PasskeyValues>();
    view! {
        <Form form>
            <input type="hidden" name="next" value=next.clone()/>
            <PasskeyButton asks=PasskeyAsk::ToSignIn label=say!(l, identity.passkeys.sign_in) class="plain"/>
            <Suggestions/>
        </Form>
    }
    .into_any()
}

/// Has passkeys suggested, and submits the surrounding form when the user chooses one.
#[component]
fn Suggestions() -> impl IntoView {
    let place = NodeRef::<leptos::html::Span>::new();
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        let Some(form) = passkeys::form_around(&place) else { return };
        spawn_local(async move {
            while passkeys::are_suggested().await {
                let Ok(QuestionFacts { question, options }) = ask_for_passkey().await else { return };
                let is_old = Rc::new(Cell::new(false));
                let timer = set_timeout_with_handle(
                    {
                        let is_old = is_old.clone();
                        move || {
                            is_old.set(true);
                            passkeys::stop_suggesting();
                        }
                    },
                    RENEWED_AFTER,
                );
                let outcome = passkeys::suggest(&options).await;
                if let Ok(timer) = timer {
                    timer.clear();
                }
                match outcome {
                    Ok(answer) => return passkeys::submit_with(&form, &[("question", &question), ("answer", &answer)]),
                    Err(_) if is_old.get() => {}
                    Err(_) => return,
                }
            }
        });
    });
    on_cleanup(passkeys::stop_suggesting);
    view! { <span hidden node_ref=place></span> }
}

/// The form that finishes a sign-in with a passkey.
#[component]
pub(crate) fn PasskeyStep(form: FormHandle, next: String) -> impl IntoView {
    let l = use_locale();
    view! {
        <Form form class="card">
            <input type="hidden" name="next" value=next.clone()/>
            <PasskeyButton asks=PasskeyAsk::ToSignIn label=say!(l, identity.passkeys.step)/>
        </Form>
    }
    .into_any()
}
