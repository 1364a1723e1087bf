//! Connecting another sign-in to the user's own account: first they prove that it is them, then a link leads to the provider. A form may lead to this site only, so there is
//! a page in between.

use crate::proof::{ProofByPasskey, ProofFacts, ProofFields};
use kit::address::query;
use kit::failure::Failure;
use kit::foreign_ways::{ForeignWay, Trouble};
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton};
use kit::parts::{Card, Notice, NoticeKind};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form with which a user proves who they are before they connect another sign-in.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectValues {
    /// The word of the provider.
    pub provider: String,
    /// The current password.
    pub current: String,
    /// The code of the app, or a recovery code; empty without an app.
    pub code: String,
    /// The question that a passkey has answered.
    pub question: String,
    /// Its answer; empty when the password was typed.
    pub answer: String,
}

impl FormValues for ConnectValues {
    const FORM: &'static str = "identity.connect_foreign";
    const SECRETS: &'static [&'static str] = &["current", "code", "question", "answer"];
}

/// Begins to connect another sign-in, and leads back to the page, which then has the link to the provider.
///
/// # Errors
/// A password or a code that is missing or wrong; `PasswordWrong`; `CodeWrong`; why the passkey was refused; `NotFound` when there is no such provider; `RateLimited`.
#[server(prefix = "/do", endpoint = "connect-foreign")]
pub async fn connect_foreign(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ConnectValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::connect(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ConnectValues, Failure, FormReply, query};
    use crate::proof::typed;
    use domain::{
        error::retry,
        identity::{self, ConnectForeign},
    };
    use kit::foreign_ways::ForeignWays;
    use kit::request::{RequestContext, foreign_secret, keep_foreign_secret};
    use leptos::prelude::use_context;
    use model::errors::Code;

    pub(super) async fn connect(values: &ConnectValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        request.access.acting()?;
        let ways = use_context::<ForeignWays>().unwrap_or_default().0;
        let way = ways.iter().find(|way| way.key == values.provider).ok_or(Code::NotFound)?;
        let command = ConnectForeign {
            provider: way.key.clone(),
            proof: typed(&request, &values.current, &values.question, &values.answer).await?,
            code: values.code.clone(),
            browser: foreign_secret(),
        };
        let start = retry(|| identity::begin_connecting(&request.domain, &request.access, command.clone())).await?;
        keep_foreign_secret(&start.browser);
        let go = query(&[("go", Some(way.key.as_str())), ("state", Some(start.state.as_str()))]);
        Ok(FormReply::fresh(format!("/account/sign-ins{go}")))
    }
}

/// What the address of the page asks for.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Which sign-ins there are.
    List,
    /// To connect one at the provider with this word.
    Connect(String),
    /// To go to the provider with this word, with this state of the sign-in that has begun.
    Go(String, String),
}

impl Asked {
    pub(super) fn in_address() -> Self {
        use_query_map().with_untracked(|query| match (query.get("connect"), query.get("go"), query.get("state")) {
            (_, Some(go), Some(state)) => Self::Go(go, state),
            (Some(connect), ..) => Self::Connect(connect),
            _ => Self::List,
        })
    }
}

/// What went wrong at a provider, if the address of the page says that.
#[component]
pub(super) fn ConnectTrouble() -> impl IntoView {
    let l = use_locale();
    let trouble = use_query_map().with_untracked(|query| query.get("trouble")).and_then(|word| Trouble::parse(&word));
    trouble.map(|trouble| {
        let text = told(l, trouble);
        view! {
            <Notice kind=NoticeKind::Warn title=say!(l, identity.foreign.not_connected)>
                <p>{text}</p>
            </Notice>
        }
    })
}

fn told(l: Locale, trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Unknown => say!(l, identity.foreign.unknown),
        Trouble::Down => say!(l, identity.foreign.connect_down),
        Trouble::Denied => say!(l, identity.foreign.connect_denied),
        Trouble::TooLate => say!(l, identity.foreign.late),
        Trouble::Used => say!(l, identity.foreign.used),
        Trouble::OtherBrowser => say!(l, identity.foreign.other_browser),
        Trouble::Untrusted => say!(l, identity.foreign.connect_untrusted),
        Trouble::Taken => say!(l, identity.foreign.taken),
        Trouble::Link | Trouble::NoAddress | Trouble::NoAccount | Trouble::Suspended | Trouble::Stays | Trouble::Failed => {
            say!(l, identity.foreign.connect_failed)
        }
    }
}

/// The providers at which another sign-in can be connected, or the step that comes next for one of them.
#[component]
pub(super) fn Connect(ways: Vec<ForeignWay>, asked: Asked, form: FormHandle, proof: ProofFacts) -> impl IntoView {
    let of = |key: &str| ways.iter().find(|way| way.key == key).cloned();
    match asked {
        Asked::Connect(key) if of(&key).is_some() => of(&key).map(|way| view! { <Prove way form proof/> }).into_any(),
        Asked::Go(key, state) if of(&key).is_some() => of(&key).map(|way| view! { <Go way state/> }).into_any(),
        _ => (!ways.is_empty()).then(|| view! { <Offers ways/> }).into_any(),
    }
}

#[component]
fn Offers(ways: Vec<ForeignWay>) -> impl IntoView {
    let l = use_locale();
    let links: Vec<_> = ways
        .into_iter()
        .map(|ForeignWay { key, name }| {
            let label = say!(l, identity.foreign.connect_with, provider = name);
            let address = format!("/account/sign-ins{}", query(&[("connect", Some(key.as_str()))]));
            view! { <p><a class="button plain" rel="external" href=address>{label}</a></p> }
        })
        .collect();
    view! {
        <Card title=say!(l, identity.foreign.connect_title)>
            <p>{say!(l, identity.foreign.connect)}</p>
            {links}
        </Card>
    }
    .into_any()
}

/// The user proves that it is them.
#[component]
fn Prove(way: ForeignWay, form: FormHandle, proof: ProofFacts) -> impl IntoView {
    let l = use_locale();
    let ForeignWay { key, name } = way;
    view! {
        <Card title=say!(l, identity.foreign.connect_with, provider = name)>
            <p>{say!(l, identity.foreign.prove)}</p>
            <Form form>
                <input type="hidden" name="provider" value=key.clone()/>
                <ProofFields proof=proof.clone() with_code=true/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.foreign.prove_submit)/>
                </div>
                <ProofByPasskey proof=proof.clone()/>
            </Form>
            <p><a rel="external" href="/account/sign-ins">{say!(l, identity.foreign.stop)}</a></p>
        </Card>
    }
    .into_any()
}

/// The way to the provider.
#[component]
fn Go(way: ForeignWay, state: String) -> impl IntoView {
    let l = use_locale();
    let ForeignWay { key, name } = way;
    let address = format!("/sign-in/with/{key}{}", query(&[("state", Some(state.as_str()))]));
    let label = say!(l, identity.foreign.button, provider = name);
    view! {
        <Card title=say!(l, identity.foreign.go_title)>
            <p>{say!(l, identity.foreign.go)}</p>
            // The browser must leave the page: the address is the server's, and leads to the provider.
            <p><a class="button" rel="external" href=address>{label}</a></p>
            <p><a rel="external" href="/account/sign-ins">{say!(l, identity.foreign.stop)}</a></p>
        </Card>
    }
    .into_any()
}
