//! The button that asks the browser for a passkey, and then submits its form with the answer.

use super::{account::begin_passkey, sign_in::ask_for_passkey};
use kit::failure::Failure;
use kit::passkeys::{self, Trouble};
use kit::viewer::use_locale;
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
pub(super) enum Asks {
    /// A new passkey. The form has a password in the field `current`.
    ForNew,
    /// An answer with which the user signs in.
    ToSignIn,
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
            Self::Browser(Trouble::Stopped) => say!(l, identity.passkeys.stopped).to_owned(),
            Self::Browser(Trouble::Known) => say!(l, identity.passkeys.known).to_owned(),
            Self::Browser(Trouble::Failed) => say!(l, identity.passkeys.failed).to_owned(),
        }
    }
}

async fn ask(asks: Asks) -> Result<(String, String), Refused> {
    let question = match asks {
        Asks::ForNew => begin_passkey().await,
        Asks::ToSignIn => ask_for_passkey().await,
    };
    let QuestionFacts { question, options } = question.map_err(Refused::Server)?;
    let answer = match asks {
        Asks::ForNew => passkeys::create(&options).await,
        Asks::ToSignIn => passkeys::answer(&options).await,
    };
    Ok((question, answer.map_err(Refused::Browser)?))
}

/// The button, with the hidden inputs of its form. It works only with wasm and in a browser that knows passkeys, so it is hidden until the page is hydrated.
#[component]
pub(super) fn PasskeyButton(
    /// What the browser is asked for.
    asks: Asks,
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
        if asks == Asks::ForNew && (passkeys::is_empty(&form, "name") || passkeys::is_empty(&form, "current")) {
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
