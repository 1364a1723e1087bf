//! The passkeys of the user's own account: the list, adding one, and renaming or removing the one that `change` in the address names.

use jiff::Timestamp;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{
    Card, Detail, Moment, Notice, NoticeKind, PageTitle, PasskeyAsk, PasskeyButton, PasswordField, TextField, UsernameField,
    ZoneNote, loaded, said,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::ids::PasskeyId;
use serde::{Deserialize, Serialize};
use words::say;

/// The passkeys of the user's own account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeysFacts {
    /// The e-mail address, for password managers.
    pub email: String,
    /// Whether this address can have passkeys.
    pub is_available: bool,
    /// Whether a code from the authenticator app is needed in addition to the password.
    pub needs_code: bool,
    /// The passkeys, oldest first.
    pub passkeys: Vec<PasskeyFacts>,
}

/// A passkey.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyFacts {
    /// Its id.
    pub id: PasskeyId,
    /// What its user calls it.
    pub name: String,
    /// The version, needed to rename it.
    pub version: i32,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

/// The values of the form that adds a passkey.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddPasskeyValues {
    /// What its user calls it.
    pub name: String,
    /// The current password.
    pub current: String,
    /// The code of the app, or a recovery code; empty without an app.
    pub code: String,
    /// The question.
    pub question: String,
    /// What the new passkey has answered.
    pub answer: String,
}

impl FormValues for AddPasskeyValues {
    const FORM: &'static str = "identity.add_passkey";
    const SECRETS: &'static [&'static str] = &["current", "code", "question", "answer"];
}

/// The values of the form that renames a passkey.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RenamePasskeyValues {
    /// The passkey.
    pub passkey: String,
    /// What its user calls it.
    pub name: String,
}

impl FormValues for RenamePasskeyValues {
    const FORM: &'static str = "identity.rename_passkey";
    const KEEP: Keep = Keep::InPage;
}

/// The values of the form that removes a passkey.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RemovePasskeyValues {
    /// The passkey.
    pub passkey: String,
    /// The current password.
    pub current: String,
    /// The code of the app, or a recovery code; empty without an app.
    pub code: String,
}

impl FormValues for RemovePasskeyValues {
    const FORM: &'static str = "identity.remove_passkey";
    const SECRETS: &'static [&'static str] = &["current", "code"];
}

/// Loads the passkeys of the user's own account.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-passkeys")]
pub async fn load_passkeys() -> Result<PasskeysFacts, Failure> {
    let request = kit::request::RequestContext::require()?;
    let own = kit::request::call(|| domain::identity::own_passkeys(&request.domain, &request.access)).await?;
    let facts = |passkey: domain::identity::PasskeyView| PasskeyFacts {
        id: passkey.id,
        name: passkey.name,
        version: passkey.version,
        created_at: passkey.created_at,
        last_used_at: passkey.last_used_at,
    };
    Ok(PasskeysFacts {
        email: own.email,
        is_available: own.is_available,
        needs_code: own.needs_code,
        passkeys: own.passkeys.into_iter().map(facts).collect(),
    })
}

/// Adds a passkey.
///
/// # Errors
/// A name or a code that is missing or wrong; `PasswordWrong`; `CodeWrong`; why the answer was refused; `RateLimited`.
#[server(prefix = "/do", endpoint = "add-passkey")]
pub async fn add_passkey(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AddPasskeyValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form.values).await;
    form.answer(outcome).await
}

/// Renames a passkey.
///
/// # Errors
/// A name that is missing or wrong; `NotFound`; `Stale`.
#[server(prefix = "/do", endpoint = "rename-passkey")]
pub async fn rename_passkey(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RenamePasskeyValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::rename(&form).await;
    form.answer(outcome).await
}

/// Removes a passkey.
///
/// # Errors
/// `PasswordWrong`; a code that is missing or wrong; `NotFound`; `PasskeyLast`; `RateLimited`.
#[server(prefix = "/do", endpoint = "remove-passkey")]
pub async fn remove_passkey(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RemovePasskeyValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::remove(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AddPasskeyValues, Failure, FormReply, Posted, RemovePasskeyValues, RenamePasskeyValues};
    use domain::{
        error::retry,
        identity::{self, AddPasskey, PasskeyAnswer, Proof, RemovePasskey, RenamePasskey},
    };
    use kit::request::{RequestContext, posted_id};

    /// The page, which shows another list after each of its forms.
    const PAGE: &str = "/account/passkeys";

    pub(super) async fn add(values: &AddPasskeyValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = AddPasskey {
            name: values.name.clone(),
            proof: Proof::Password(values.current.clone()),
            code: values.code.clone(),
            answer: PasskeyAnswer { question: values.question.clone(), answer: values.answer.clone() },
        };
        retry(|| identity::add_passkey(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::fresh(PAGE))
    }

    pub(super) async fn rename(form: &Posted<RenamePasskeyValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let (passkey, version) = (posted_id(&form.values.passkey)?, form.version()?);
        let command = RenamePasskey { passkey, name: form.values.name.clone(), version };
        retry(|| identity::rename_passkey(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::fresh(PAGE))
    }

    pub(super) async fn remove(values: &RemovePasskeyValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = RemovePasskey {
            passkey: posted_id(&values.passkey)?,
            proof: Proof::Password(values.current.clone()),
            code: values.code.clone(),
        };
        retry(|| identity::remove_passkey(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::fresh(PAGE))
    }
}

/// The page about the user's passkeys.
#[component]
pub fn PasskeysPage() -> impl IntoView {
    let l = use_locale();
    let passkeys = Resource::new_blocking(|| (), |()| load_passkeys());
    // The links to another passkey load the page again.
    let change = use_query_map().with_untracked(|query| query.get("change"));
    let add = use_form::<AddPasskey, AddPasskeyValues>().field(
        "name",
        say!(l, identity.passkeys.name),
        say!(l, identity.passkeys.name_missing),
    );
    let add = with_proof(add);
    let rename = use_form::<RenamePasskey, RenamePasskeyValues>().field(
        "name",
        say!(l, identity.passkeys.name),
        say!(l, identity.passkeys.name_missing),
    );
    let remove = with_proof(use_form::<RemovePasskey, RemovePasskeyValues>());
    view! {
        <PageTitle text=say!(l, identity.passkeys.title)/>
        <div class="lead">
            <h1>{say!(l, identity.passkeys.title)}</h1>
            <p>{say!(l, identity.passkeys.lead)}</p>
        </div>
        {loaded(passkeys, move |facts| {
            let chosen = change.as_ref().and_then(|change| facts.passkeys.iter().find(|one| one.id.to_string() == *change)).cloned();
            match chosen {
                Some(chosen) => view! {
                    <Change chosen email=facts.email needs_code=facts.needs_code rename remove/>
                }
                .into_any(),
                None => view! { <List facts add/> }.into_any(),
            }
        })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
}

/// Declares the fields with which the user proves who they are.
pub(crate) fn with_proof(form: FormHandle) -> FormHandle {
    let l = use_locale();
    form.field("current", say!(l, identity.account.current), say!(l, identity.account.current_missing))
        .field("code", say!(l, identity.second_factor.code), say!(l, identity.second_factor.code_missing))
        .malformed(say!(l, identity.second_factor.code_malformed))
}

/// The fields with which the user proves who they are.
#[component]
pub(crate) fn ProofFields(email: String, needs_code: bool) -> impl IntoView {
    let l = use_locale();
    view! {
        <UsernameField username=email/>
        <PasswordField name="current" autocomplete="current-password"/>
        {needs_code.then(|| view! {
            <TextField name="code" hint=say!(l, identity.second_factor.code_hint) autocomplete="one-time-code" width="medium"/>
        })}
    }
    .into_any()
}

/// The passkeys, and the form that adds one.
#[component]
fn List(facts: PasskeysFacts, add: FormHandle) -> impl IntoView {
    let l = use_locale();
    let PasskeysFacts { email, is_available, needs_code, passkeys } = facts;
    let list = (!passkeys.is_empty()).then(|| {
        let rows: Vec<_> = passkeys.into_iter().map(|passkey| view! { <li><Row passkey/></li> }).collect();
        view! {
            <Card>
                <ZoneNote/>
                <ul class="list">{rows}</ul>
            </Card>
        }
    });
    let form = if is_available {
        view! {
            <Card title=say!(l, identity.passkeys.add_title)>
                <p>{say!(l, identity.passkeys.add)}</p>
                <Form form=add>
                    <TextField name="name" hint=say!(l, identity.passkeys.name_hint) width="medium"/>
                    <ProofFields email=email.clone() needs_code/>
                    <PasskeyButton asks=PasskeyAsk::ForNew label=say!(l, identity.passkeys.add_submit)/>
                </Form>
            </Card>
        }
        .into_any()
    } else {
        view! {
            <Notice kind=NoticeKind::Info>
                <p>{say!(l, identity.passkeys.unavailable)}</p>
            </Notice>
        }
        .into_any()
    };
    view! {
        {list}
        {form}
    }
    .into_any()
}

#[component]
fn Row(passkey: PasskeyFacts) -> impl IntoView {
    let l = use_locale();
    let PasskeyFacts { id, name, version: _, created_at, last_used_at } = passkey;
    let used = last_used_at.map(|at| view! { " · " {say!(l, identity.passkeys.used)} " " <Moment at detail=Detail::Short/> });
    let label = say!(l, identity.passkeys.change_of, name = name.as_str());
    view! {
        <div class="row">
            <div class="grow">
                <p><strong>{said(name)}</strong></p>
                <p class="quiet">{say!(l, identity.passkeys.added)} " " <Moment at=created_at detail=Detail::Short/> {used}</p>
            </div>
            <a class="button plain" href=format!("/account/passkeys?change={id}") rel="external" aria-label=label>
                {say!(l, identity.passkeys.change)}
            </a>
        </div>
    }
    .into_any()
}

/// Renaming and removing one passkey.
#[component]
fn Change(chosen: PasskeyFacts, email: String, needs_code: bool, rename: FormHandle, remove: FormHandle) -> impl IntoView {
    let l = use_locale();
    let PasskeyFacts { id, name, version, .. } = chosen;
    let passkey = id.to_string();
    let values = RenamePasskeyValues { passkey: passkey.clone(), name };
    let rename = rename.editing(&values, version.into());
    let renamed = passkey.clone();
    view! {
        <Card title=say!(l, identity.passkeys.rename_title)>
            <Form form=rename>
                <input type="hidden" name="passkey" value=renamed.clone()/>
                <TextField name="name" width="medium"/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.passkeys.rename_submit)/>
                </div>
            </Form>
        </Card>
        <Card title=say!(l, identity.passkeys.remove_title)>
            <p>{say!(l, identity.passkeys.remove)}</p>
            <Form form=remove>
                <input type="hidden" name="passkey" value=passkey.clone()/>
                <ProofFields email=email.clone() needs_code/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.passkeys.remove_submit) class="bad"/>
                </div>
            </Form>
        </Card>
        <p><a href="/account/passkeys" rel="external">{say!(l, identity.passkeys.back)}</a></p>
    }
    .into_any()
}
