//! "Prove that it is you": the fields that forms of the account have in common, by what the user has to show: the password, a passkey, or, without a password, that they have
//! just signed in.

use kit::parts::{Notice, NoticeKind, PasskeyAsk, PasskeyButton, PasswordField, TextField, UsernameField};
use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use words::say;

/// What the user can show.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofFacts {
    /// The e-mail address, for password managers.
    pub email: String,
    /// Whether the account has a password.
    pub has_password: bool,
    /// Whether the user has a passkey that works at this address.
    pub has_passkey: bool,
    /// Whether a code of the authenticator app is needed besides the password.
    pub needs_code: bool,
    /// Whether the user has signed in, or proved who they are, just now, which is enough without a password.
    pub is_fresh: bool,
}

#[cfg(feature = "ssr")]
pub(crate) use on_server::{facts, typed};

#[cfg(feature = "ssr")]
mod on_server {
    use super::ProofFacts;
    use domain::identity::{self, PasskeyAnswer, Proof, ProofWays};
    use kit::failure::Failure;
    use kit::request::{RequestContext, call};

    /// What the user can show.
    pub(crate) async fn facts(request: &RequestContext) -> Result<ProofFacts, Failure> {
        let ways = call(|| identity::proof_ways(&request.domain, &request.access)).await?;
        let ProofWays { email, has_password, has_passkey, needs_code, is_fresh } = ways;
        Ok(ProofFacts { email, has_password, has_passkey, needs_code, is_fresh })
    }

    /// What the user shows. A password that was typed counts; an earlier answer of a passkey may still be in the form.
    pub(crate) async fn typed(request: &RequestContext, password: &str, question: &str, answer: &str) -> Result<Proof, Failure> {
        if password.is_empty() && !answer.is_empty() {
            return Ok(Proof::Passkey(PasskeyAnswer { question: question.to_owned(), answer: answer.to_owned() }));
        }
        let ways = identity::proof_ways(&request.domain, &request.access).await?;
        Ok(if ways.has_password { Proof::Password(password.to_owned()) } else { Proof::FreshSignIn })
    }
}

/// The fields with which the user proves who they are.
#[component]
pub(crate) fn ProofFields(
    /// What the user can show.
    proof: ProofFacts,
    /// The name of the field of the password.
    #[prop(default = "current")]
    name: &'static str,
    /// Whether the form takes the code of an authenticator app.
    #[prop(optional)]
    with_code: bool,
    /// Whether another form of the page tells password managers the account.
    #[prop(optional)]
    is_second: bool,
) -> impl IntoView {
    let l = use_locale();
    let ProofFacts { email, has_password, has_passkey: _, needs_code, is_fresh } = proof;
    let first = if has_password {
        view! { <PasswordField name=name autocomplete="current-password"/> }.into_any()
    } else if is_fresh {
        view! { <p class="quiet">{say!(l, identity.proof.fresh)}</p> }.into_any()
    } else {
        view! {
            <Notice kind=NoticeKind::Info title=say!(l, identity.proof.old_title)>
                <p>{say!(l, identity.proof.old)}</p>
            </Notice>
        }
        .into_any()
    };
    view! {
        {(!is_second).then(|| view! { <UsernameField username=email/> })}
        {first}
        {(with_code && needs_code).then(|| view! {
            <TextField name="code" hint=say!(l, identity.second_factor.code_hint) autocomplete="one-time-code" width="medium"/>
        })}
    }
    .into_any()
}

/// The button with which a user who has a passkey proves who they are, and submits the form. Its form takes `question` and `answer`.
#[component]
pub(crate) fn ProofByPasskey(
    /// What the user can show.
    proof: ProofFacts,
) -> impl IntoView {
    let l = use_locale();
    let button =
        || view! { <PasskeyButton asks=PasskeyAsk::ToProve label=say!(l, identity.foreign.prove_passkey) class="plain"/> };
    proof.has_passkey.then(button).into_any()
}
