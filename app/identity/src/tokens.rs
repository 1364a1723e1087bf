//! The user's personal tokens: the list, making one, which is shown once, and ending one.

use crate::proof::{ProofByPasskey, ProofFacts, ProofFields};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{
    Card, Choice, Detail, Moment, PageTitle, ScopeBoxes, SelectField, ShownOnce, TextField, TickedScopes, ZoneNote, loaded, said,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::identity::TokenView;
use model::ids::SessionId;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::{say, scope_name};

/// The user's tokens, and the one that was just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// With what the user proves who they are.
    pub proof: ProofFacts,
    /// The tokens that work.
    pub tokens: Vec<TokenView>,
    /// The secret of the token that was just made. It is shown once.
    pub made: Option<String>,
}

/// The values of the form that makes a token.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenValues {
    /// What the user calls it.
    pub name: String,
    /// For how many days it works.
    pub days: String,
    /// The current password.
    pub password: String,
    /// The question that a passkey has answered.
    pub question: String,
    /// Its answer; empty when the password was typed.
    pub answer: String,
    /// What it may do.
    #[serde(flatten)]
    pub scopes: TickedScopes,
}

impl FormValues for TokenValues {
    const FORM: &'static str = "identity.make_token";
    const SECRETS: &'static [&'static str] = &["password", "question", "answer"];
}

/// Loads the user's tokens, and takes the secret of the one that was just made.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-tokens")]
pub async fn load_tokens(
    /// The id under which the secret is kept.
    made: Option<String>,
) -> Result<TokenFacts, Failure> {
    post::load(made).await
}

/// Makes a token.
///
/// # Errors
/// Wrong fields; `PasswordWrong`; `TooManyTokens`; `RateLimited`.
#[server(prefix = "/do", endpoint = "make-token")]
pub async fn make_token(
    /// The posted form.
    #[server(flatten)]
    form: Posted<TokenValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::make(&form.values).await;
    form.answer(outcome).await
}

/// Ends a token. One that has ended already is not an error.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "end-token")]
pub async fn end_token(
    /// The token to end.
    token: SessionId,
) -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::identity::end_token(&request.domain, &request.access, token)).await;
    Ok(kit::request::back_to(post::PAGE, outcome))
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, TokenFacts, TokenValues};
    use crate::proof::{facts, typed};
    use domain::{
        error::retry,
        identity::{self, MakeToken},
    };
    use kit::request::{RequestContext, call};

    /// The page of the tokens.
    pub(super) const PAGE: &str = "/account/tokens";

    /// What is shown once.
    const SECRET: &str = "identity.made_token";

    pub(super) async fn load(made: Option<String>) -> Result<TokenFacts, Failure> {
        let request = RequestContext::require()?;
        let proof = facts(&request).await?;
        let tokens = call(|| identity::list_tokens(&request.domain, &request.access)).await?;
        let made = request.made(SECRET, made.as_deref()).await?;
        Ok(TokenFacts { proof, tokens, made })
    }

    pub(super) async fn make(values: &TokenValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let proof = typed(&request, &values.password, &values.question, &values.answer).await?;
        let command = MakeToken { name: values.name.clone(), scopes: values.scopes.texts(), days: values.days.clone(), proof };
        let made = retry(|| identity::make_token(&request.domain, &request.access, command.clone())).await?;
        request.show_once(SECRET, PAGE, &made.token).await
    }
}

/// The page `/account/tokens`.
#[component]
pub fn TokensPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    // The secret is taken when it is loaded, so a change of the address must not load it again.
    let facts = Resource::new_blocking(|| (), move |()| load_tokens(query.with_untracked(|query| query.get("made"))));
    let form = use_form::<MakeToken, TokenValues>()
        .field("name", say!(l, identity.tokens.name), say!(l, identity.tokens.name_missing))
        .choice("scopes", say!(l, identity.tokens.scopes), say!(l, identity.tokens.scopes_missing))
        .field("days", say!(l, identity.tokens.days), say!(l, identity.tokens.days_missing))
        .field("password", say!(l, identity.account.current), say!(l, identity.account.current_missing));
    view! {
        <PageTitle text=say!(l, identity.tokens.title)/>
        <div class="lead">
            <h1>{say!(l, identity.tokens.title)}</h1>
            <p>{say!(l, identity.tokens.lead)}</p>
        </div>
        {loaded(facts, move |facts| view! { <Tokens facts form/> })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
}

#[component]
fn Tokens(facts: TokenFacts, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let TokenFacts { proof, tokens, made } = facts;
    let rows: Vec<_> = tokens.into_iter().map(|token| view! { <li><Token token/></li> }).collect();
    view! {
        {made.map(|token| view! {
            <ShownOnce title=say!(l, identity.tokens.made_title) lead=say!(l, identity.tokens.made) secret=token/>
        })}
        {(!rows.is_empty()).then(|| view! {
            <Card title=say!(l, identity.tokens.list)>
                <ZoneNote/>
                <ul class="list">{rows}</ul>
            </Card>
        })}
        <Make form proof/>
    }
    .into_any()
}

#[component]
fn Make(form: FormHandle, proof: ProofFacts) -> impl IntoView {
    let l = use_locale();
    let choice = |days: &str, label: &str| Choice { value: days.to_owned(), label: label.to_owned(), hint: None };
    let choices = vec![
        choice("30", say!(l, identity.tokens.days_30)),
        choice("90", say!(l, identity.tokens.days_90)),
        choice("365", say!(l, identity.tokens.days_365)),
    ];
    view! {
        <Card title=say!(l, identity.tokens.make_title)>
            <p>{say!(l, identity.tokens.make)}</p>
            <Form form>
                <TextField name="name" hint=say!(l, identity.tokens.name_hint)/>
                <ScopeBoxes hint=say!(l, identity.tokens.scopes_hint)/>
                <SelectField name="days" choices=choices.clone()/>
                <ProofFields proof=proof.clone() name="password"/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.tokens.submit)/>
                </div>
                <ProofByPasskey proof=proof.clone()/>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Token(token: TokenView) -> impl IntoView {
    let l = use_locale();
    let TokenView { id, name, scopes, created_at: _, expires_at, used_at, used_from } = token;
    let label = say!(l, identity.tokens.end_of, name = name.clone());
    let may: Vec<&str> = scopes.into_iter().map(|scope| scope_name(l, scope)).collect();
    view! {
        <div class="row">
            <div class="grow">
                <p><strong>{said(name)}</strong></p>
                <p>{may.join(", ")}</p>
                <p class="quiet">
                    {say!(l, identity.tokens.until)} " " <Moment at=expires_at detail=Detail::Day/> ". "
                    {match used_at {
                        Some(at) => view! {
                            {say!(l, identity.tokens.used)} " " <Moment at detail=Detail::Day/>
                            {used_from.map(|address| format!(", {}", say!(l, identity.sessions.from, address = address)))} "."
                        }
                        .into_any(),
                        None => view! { {say!(l, identity.tokens.unused)} }.into_any(),
                    }}
                </p>
            </div>
            <form class="end" method="post" action=EndToken::url()>
                <input type="hidden" name="token" value=id.to_string()/>
                <button type="submit" class="button plain" aria-label=label>{say!(l, identity.tokens.end)}</button>
            </form>
        </div>
    }
    .into_any()
}
