//! The button that asks the browser for a passkey, and then submits its form with the answer.

use crate::failure::Failure;
use crate::passkeys::{self, Trouble};
use crate::viewer::use_locale;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// A question for the passkeys of this browser.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionFacts {
    /// What comes back with the answer.
    pub question: String,
    /// The options for the browser.
    pub options: String,
}

#[cfg(feature = "ssr")]
impl From<domain::identity::PasskeyQuestion> for QuestionFacts {
    fn from(question: domain::identity::PasskeyQuestion) -> Self {
        let domain::identity::PasskeyQuestion { question, options } = question;
        Self { question, options }
    }
}

/// What the browser is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyAsk {
    /// A new passkey. Its form has the fields `name` and `current`, the password.
    ForNew,
    /// An answer with which the user signs in.
    ToSignIn,
    /// An answer with which a signed-in user proves that it is them.
    ToProve,
}

/// A question for the passkeys of this browser, with which their user signs in.
///
/// # Errors
/// `PasskeysUnavailable`.
#[server(prefix = "/do", endpoint = "ask-for-passkey")]
pub async fn ask_for_passkey() -> Result<QuestionFacts, Failure> {
    let request = crate::request::RequestContext::require()?;
    let secret = crate::request::device_secret().unwrap_or_else(|| request.token());
    let mut access = request.access.clone();
    access.device = Some(domain::access::Device::of_secret(&secret));
    let question = crate::failure::answered(domain::identity::ask_for_passkey(&request.domain, &access))?;
    crate::request::keep_device_secret(&secret);
    Ok(question.into())
}

/// A question with which a signed-in user proves that it is them.
///
/// # Errors
/// `SignInNeeded`; `PasskeysUnavailable`.
#[server(prefix = "/do", endpoint = "ask-for-proof")]
pub async fn ask_for_proof() -> Result<QuestionFacts, Failure> {
    let request = crate::request::RequestContext::require()?;
    let question = crate::failure::answered(domain::identity::ask_for_proof(&request.domain, &request.access))?;
    Ok(question.into())
}

/// A question with which a device makes a passkey.
///
/// # Errors
/// `SignInNeeded`; `PasskeysTooMany`; `PasskeysUnavailable`.
#[server(prefix = "/do", endpoint = "begin-passkey")]
pub async fn begin_passkey() -> Result<QuestionFacts, Failure> {
    let request = crate::request::RequestContext::require()?;
    let question = crate::request::call(|| domain::identity::begin_passkey(&request.domain, &request.access)).await?;
    Ok(question.into())
}

/// Why there is no answer.
enum Refused {
    Server(Failure),
    Browser(Trouble),
}

impl Refused {
    fn sentence(&self, l: Locale) -> String {
        match self {
            Self::Server(failure) => failure.message(l),
            Self::Browser(Trouble::Stopped) => say!(l, common.passkeys.stopped).to_owned(),
            Self::Browser(Trouble::Known) => say!(l, common.passkeys.known).to_owned(),
            Self::Browser(Trouble::Failed) => say!(l, common.passkeys.failed).to_owned(),
        }
    }
}

async fn ask(asks: PasskeyAsk) -> Result<(String, String), Refused> {
    let question = match asks {
        PasskeyAsk::ForNew => begin_passkey().await,
        PasskeyAsk::ToSignIn => ask_for_passkey().await,
        PasskeyAsk::ToProve => ask_for_proof().await,
    };
    let QuestionFacts { question, options } = question.map_err(Refused::Server)?;
    let answer = match asks {
        PasskeyAsk::ForNew => passkeys::create(&options).await,
        PasskeyAsk::ToSignIn | PasskeyAsk::ToProve => passkeys::answer(&options).await,
    };
    Ok((question, answer.map_err(Refused::Browser)?))
}

/// The button, with the hidden inputs of its form. It works only with wasm and in a browser that knows passkeys, so it is hidden until the page is hydrated.
#[component]
pub fn PasskeyButton(
    /// What the browser is asked for.
    asks: PasskeyAsk,
    /// The action, for example "Use a passkey".
    #[prop(into)]
    label: String,
    /// CSS classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let l = use_locale();
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(passkeys::are_available()));
    let trouble = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let press = move |event: leptos::ev::MouseEvent| {
        let Some(form) = passkeys::form_of(&event) else { return };
        if busy.get_untracked() {
            return;
        }
        trouble.set(None);
        // The server names what is missing, before a device makes a passkey that nobody keeps.
        if asks == PasskeyAsk::ForNew && (passkeys::is_empty(&form, "name") || passkeys::is_empty(&form, "current")) {
            passkeys::submit_with(&form, &[]);
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = ask(asks).await;
            busy.try_set(false);
            match outcome {
                Ok((question, answer)) => passkeys::submit_with(&form, &[("question", &question), ("answer", &answer)]),
                Err(refused) => {
                    trouble.try_set(Some(refused.sentence(l)));
                }
            }
        });
    };
    view! {
        <input type="hidden" name="question" value=""/>
        <input type="hidden" name="answer" value=""/>
        <p class="error" role="alert" hidden=move || trouble.with(Option::is_none)>{move || trouble.get()}</p>
        <div class="row" hidden=move || !ready.get()>
            <button
                type="button"
                class=format!("button {class}")
                aria-disabled=move || busy.get().then_some("true")
                on:click=press
            >
                {label}
            </button>
        </div>
    }
    .into_any()
}
