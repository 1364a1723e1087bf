//! The user's own account: name and address, roles, password.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::{AccountSavedPage, ActAs, membership_field};
use kit::parts::time::readable;
use kit::parts::{Card, NewPasswordField, Notice, NoticeKind, PageTitle, PasswordField, Tag, TagKind, UsernameField, loaded};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use model::access::Role;
use model::ids::MembershipId;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::{locale_of, role_name, say};

/// What the account page shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFacts {
    /// The name.
    pub name: String,
    /// The name in Latin letters, if it was given.
    pub latin_name: Option<String>,
    /// Whether prescriptions need a name in Latin letters that is missing.
    pub latin_needed: bool,
    /// The version of the account, needed to correct the name.
    pub version: i32,
    /// The e-mail address as it was typed.
    pub email: String,
    /// The IANA time zone.
    pub time_zone: String,
    /// The language tag.
    pub language: String,
    /// Every role that the user may act in.
    pub roles: Vec<RoleFacts>,
}

/// A role that the user has.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleFacts {
    /// The membership that gives the role; none for patients.
    pub membership: Option<MembershipId>,
    /// The role.
    pub role: Role,
    /// The clinic; none when the role holds in every clinic.
    pub clinic: Option<String>,
    /// Whether the user acts in this role now.
    pub current: bool,
}

/// The values of the form that changes the password.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordValues {
    /// The current password.
    pub current: String,
    /// The new one.
    pub password: String,
}

impl FormValues for PasswordValues {
    const FORM: &'static str = "identity.password";
    const SECRETS: &'static [&'static str] = &["current", "password"];
}

/// Loads the user's own account.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-account")]
pub async fn load_account() -> Result<AccountFacts, Failure> {
    let request = kit::request::RequestContext::require()?;
    let account = kit::request::call(|| domain::identity::account(&request.domain, &request.access)).await?;
    let roles = account
        .roles
        .into_iter()
        .map(|held| RoleFacts { membership: held.membership, role: held.role, clinic: held.clinic, current: held.current })
        .collect();
    Ok(AccountFacts {
        name: account.name,
        latin_name: account.latin_name,
        latin_needed: account.latin_needed,
        version: account.version,
        email: account.email,
        time_zone: account.time_zone,
        language: account.language,
        roles,
    })
}

/// Changes the password and ends all other sessions.
///
/// # Errors
/// `PasswordWrong`; a weak password.
#[server(prefix = "/do", endpoint = "change-password")]
pub async fn change_password(
    /// The posted form.
    #[server(flatten)]
    form: Posted<PasswordValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change_password(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, PasswordValues};
    use domain::{error::retry, identity};
    use kit::request::RequestContext;

    pub(super) async fn change_password(values: &PasswordValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let proof = identity::Proof::Password(values.current.clone());
        let command = identity::ChangePassword { proof, password: values.password.clone() };
        retry(|| identity::change_password(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/account/password-changed"))
    }
}

/// The account page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let l = use_locale();
    let account = Resource::new_blocking(|| (), |()| load_account());
    let form = use_form::<ChangePassword, PasswordValues>()
        .field("current", say!(l, identity.account.current), say!(l, identity.account.current_missing))
        .field("password", say!(l, identity.account.password), say!(l, common.person.password_new_missing));
    view! {
        <PageTitle text=say!(l, common.account.title)/>
        <h1>{say!(l, common.account.title)}</h1>
        {loaded(account, move |account| {
            let email = account.email.clone();
            view! {
                <Facts account/>
                <PasswordCard form email/>
            }
        })}
        <div class="two">
            <Card title=say!(l, identity.account.sign_in_title)>
                <ul class="list">
                    <li><a href="/account/second-factor">{say!(l, identity.second_factor.title)}</a></li>
                    <li><a href="/account/passkeys">{say!(l, identity.passkeys.title)}</a></li>
                    <li><a href="/account/email">{say!(l, identity.email.title)}</a></li>
                    <li><a href="/account/phone">{say!(l, identity.phone.title)}</a></li>
                    <li><a href="/account/sign-ins">{say!(l, identity.foreign.title)}</a></li>
                    <li><a href="/account/sessions">{say!(l, common.account.sessions)}</a></li>
                </ul>
            </Card>
            <Card title=say!(l, identity.account.data_title)>
                <ul class="list">
                    <li><a href="/account/apps">{say!(l, identity.apps.title)}</a></li>
                    <li><a href="/account/tokens">{say!(l, identity.tokens.title)}</a></li>
                    <li><a href="/account/consents">{say!(l, common.account.consents)}</a></li>
                    <li><a href="/account/delete">{say!(l, identity.deletion.title)}</a></li>
                </ul>
            </Card>
        </div>
    }
}

#[component]
fn PasswordCard(form: FormHandle, email: String) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card title=say!(l, identity.account.password_title)>
            <p>{say!(l, identity.account.password_lead)}</p>
            <Form form>
                <UsernameField username=email.clone()/>
                <PasswordField name="current" autocomplete="current-password"/>
                <NewPasswordField name="password"/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.account.submit)/>
                </div>
            </Form>
        </Card>
    }
}

#[component]
fn Facts(account: AccountFacts) -> impl IntoView {
    let l = use_locale();
    let roles: Vec<_> = account.roles.into_iter().map(|held| view! { <li><Held held/></li> }).collect();
    let latin_needed = account.latin_needed.then(|| {
        view! {
            <Notice kind=NoticeKind::Warn title=say!(l, identity.account.latin_needed_title)>
                <p>{say!(l, identity.account.latin_needed)}</p>
            </Notice>
        }
    });
    let viewer = use_viewer();
    let is_patient = viewer.role() == Some(Role::Patient);
    let sees_record = viewer.who.as_ref().is_none_or(|who| !who.sees_appointments_only());
    let details = (is_patient && sees_record).then(|| {
        view! {
            <li><a href="/account/birth-date">{say!(l, common.account.birth_date)}</a></li>
            <li><a href="/account/contact">{say!(l, common.account.contact)}</a></li>
            <li><a href="/account/addresses">{say!(l, common.account.addresses)}</a></li>
            <li><a href="/account/profile">{say!(l, common.account.patient_profile)}</a></li>
            <li><a href="/account/changes">{say!(l, common.account.changes)}</a></li>
        }
    });
    let has_visits = is_patient || viewer.role() == Some(Role::Doctor);
    let calendar = has_visits.then(|| view! { <li><a href="/account/calendar">{say!(l, common.account.calendar)}</a></li> });
    let claim = is_patient.then(|| view! { <li><a href="/account/claim">{say!(l, common.account.claim)}</a></li> });
    let language = say!(locale_of(&account.language), common.language_name);
    let latin_name = account.latin_name.map(|name| view! { <dt>{say!(l, common.person.latin_name)}</dt><dd>{name}</dd> });
    view! {
        {latin_needed}
        <Card title=account.name>
            <dl class="facts">
                {latin_name}
                <dt>{say!(l, common.person.email)}</dt>
                <dd>{account.email}</dd>
                <dt>{say!(l, common.person.zone)}</dt>
                <dd>{readable(&account.time_zone)}</dd>
                <dt>{say!(l, common.person.language)}</dt>
                <dd>{language}</dd>
            </dl>
            <ul class="list">
                <li><a href="/account/name">{say!(l, identity.account.correct_name)}</a></li>
                <li><a href="/account/locale">{say!(l, identity.account.correct_locale)}</a></li>
                <li><a href="/account/history">{say!(l, identity.account.history)}</a></li>
                {details}
                {claim}
                {calendar}
                <li><a href="/account/family">{say!(l, common.account.family)}</a></li>
            </ul>
            {(roles.len() > 1).then(|| view! {
                <h3>{say!(l, identity.account.roles)}</h3>
                <ul class="list">{roles}</ul>
            })}
        </Card>
    }
}

#[component]
fn Held(held: RoleFacts) -> impl IntoView {
    let l = use_locale();
    let role = role_name(l, held.role);
    let act = held.clinic.clone().map_or_else(
        || say!(l, common.account.act_as, role = role),
        |clinic| say!(l, common.account.act_as_at, role = role, clinic = clinic),
    );
    let change = (!held.current).then(|| {
        view! {
            <form class="end" method="post" action=ActAs::url()>
                {membership_field(held.membership)}
                <button type="submit" class="button plain">{act}</button>
            </form>
        }
    });
    let name = held.clinic.map_or_else(|| role.to_owned(), |clinic| format!("{role}, {clinic}"));
    view! {
        <div class="row">
            <span>{name}</span>
            {held.current.then(|| view! { <Tag kind=TagKind::Good text=say!(l, identity.account.now)/> })}
            {change}
        </div>
    }
}

/// Confirms that the password was changed.
#[component]
pub fn PasswordChangedPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <AccountSavedPage title=say!(l, identity.account.changed_title) text=say!(l, identity.account.changed)/>
    }
}
