//! Accounts of programs that work for a clinic: the list, making one, a new token, and ending one.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{
    Card, Choice, Detail, Moment, PageTitle, ScopeBoxes, SelectField, ShownOnce, TextField, TickedScopes, ZoneNote, loaded, said,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::access::Role;
use model::directory::ClinicList;
use model::identity::{SERVICE_ROLES, ServiceAccountRow};
use model::text::direction::isolated;
use serde::{Deserialize, Serialize};
use words::{Locale, role_name, say, scope_name};

/// A service account as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceAccountValues {
    /// What administrators call it.
    pub name: String,
    /// The clinic's id.
    pub clinic: String,
    /// The word of the role.
    pub role: String,
    /// For how many days its token works.
    pub days: String,
    /// What its tokens may do.
    #[serde(flatten)]
    pub scopes: TickedScopes,
}

impl FormValues for ServiceAccountValues {
    const FORM: &'static str = "admin.make_service_account";
    const KEEP: Keep = Keep::InPage;
}

/// The values of the forms that make a new token and that end an account.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceValues {
    /// The id of the account's role.
    pub account: String,
}

impl FormValues for ServiceValues {
    const FORM: &'static str = "admin.service_account";
    const KEEP: Keep = Keep::Nowhere;
}

/// The service accounts, the clinics for which one can be made, and the token that was just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownServiceAccounts {
    /// The accounts.
    pub accounts: Vec<ServiceAccountRow>,
    /// The clinics that the caller manages.
    pub clinics: ClinicList,
    /// The secret of the token that was just made. It is shown once.
    pub made: Option<String>,
}

/// Loads the service accounts, and takes the secret of the token that was just made.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator.
#[server(prefix = "/do", endpoint = "load-service-accounts")]
pub async fn load_service_accounts(
    /// The id under which the secret is kept.
    made: Option<String>,
) -> Result<ShownServiceAccounts, Failure> {
    post::load(made).await
}

/// Makes a service account.
///
/// # Errors
/// Wrong fields; `Forbidden`.
#[server(prefix = "/do", endpoint = "make-service-account")]
pub async fn make_service_account(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ServiceAccountValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::make(&form.values).await;
    form.answer(outcome).await
}

/// Makes a new token for a service account, for 90 days.
///
/// # Errors
/// `NotFound`, `AccountAbove`.
#[server(prefix = "/do", endpoint = "renew-service-token")]
pub async fn renew_service_token(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ServiceValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::renew(&form.values).await;
    form.answer(outcome).await
}

/// Ends a service account.
///
/// # Errors
/// `NotFound`, `AccountAbove`.
#[server(prefix = "/do", endpoint = "end-service-account")]
pub async fn end_service_account(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ServiceValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, ServiceAccountValues, ServiceValues, ShownServiceAccounts};
    use domain::{
        directory,
        error::retry,
        identity::{self, MakeServiceAccount, RenewServiceToken},
    };
    use kit::request::{RequestContext, call, posted_id};

    const PAGE: &str = "/admin/service-accounts";

    /// For how many days a new token of an account that exists works.
    const RENEWED_DAYS: &str = "90";

    /// What is shown once.
    const SECRET: &str = "admin.service_token";

    pub(super) async fn load(made: Option<String>) -> Result<ShownServiceAccounts, Failure> {
        let request = RequestContext::require()?;
        let accounts = call(|| identity::list_service_accounts(&request.domain, &request.access)).await?;
        let clinics = call(|| directory::list_clinics(&request.domain, &request.access)).await?;
        let made = request.made(SECRET, made.as_deref()).await?;
        Ok(ShownServiceAccounts { accounts, clinics, made })
    }

    pub(super) async fn make(values: &ServiceAccountValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let ServiceAccountValues { name, clinic, role, days, scopes } = values.clone();
        let command = MakeServiceAccount { name, clinic, role, scopes: scopes.texts(), days };
        let made = retry(|| identity::make_service_account(&request.domain, &request.access, command.clone())).await?;
        request.show_once(SECRET, PAGE, &made.token).await
    }

    pub(super) async fn renew(values: &ServiceValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = RenewServiceToken { id: posted_id(&values.account)?, days: RENEWED_DAYS.to_owned() };
        let made = retry(|| identity::renew_service_token(&request.domain, &request.access, command.clone())).await?;
        request.show_once(SECRET, PAGE, &made.token).await
    }

    pub(super) async fn end(values: &ServiceValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let id = posted_id(&values.account)?;
        retry(|| identity::end_service_account(&request.domain, &request.access, id)).await?;
        Ok(FormReply::fresh(PAGE))
    }
}

/// The page `/admin/service-accounts`.
#[component]
pub fn ServiceAccountsPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    // The secret is taken when it is loaded, so a change of the address must not load it again.
    let shown = Resource::new_blocking(|| (), move |()| load_service_accounts(query.with_untracked(|query| query.get("made"))));
    let make = use_form::<MakeServiceAccount, ServiceAccountValues>()
        .field("name", say!(l, admin.service.name), say!(l, admin.service.name_missing))
        .field("clinic", say!(l, admin.staff.clinic), say!(l, admin.staff.clinic_missing))
        .field("role", say!(l, admin.staff.role), say!(l, admin.staff.role_missing))
        .choice("scopes", say!(l, admin.service.scopes), say!(l, admin.service.scopes_missing))
        .field("days", say!(l, admin.service.days), say!(l, admin.service.days_missing));
    let renew = use_form::<RenewServiceToken, ServiceValues>();
    let end = use_form::<EndServiceAccount, ServiceValues>();
    view! {
        <PageTitle text=say!(l, admin.service.title)/>
        <h1>{say!(l, admin.service.title)}</h1>
        <p>{say!(l, admin.service.lead)}</p>
        {loaded(shown, move |shown| view! { <Accounts shown make renew end/> })}
    }
}

#[component]
fn Accounts(shown: ShownServiceAccounts, make: FormHandle, renew: FormHandle, end: FormHandle) -> impl IntoView {
    let l = use_locale();
    let ShownServiceAccounts { accounts, clinics, made } = shown;
    let rows: Vec<_> = accounts.into_iter().map(|account| row(l, account, renew, end)).collect();
    view! {
        {made.map(|token| view! {
            <ShownOnce title=say!(l, admin.service.made_title) lead=say!(l, admin.service.made) secret=token/>
        })}
        {(!rows.is_empty()).then(|| view! {
            <Card title=say!(l, admin.service.list)>
                <ZoneNote/>
                <ul class="list">{rows}</ul>
            </Card>
        })}
        <Make form=make clinics/>
    }
    .into_any()
}

#[component]
fn Make(form: FormHandle, clinics: ClinicList) -> impl IntoView {
    let l = use_locale();
    let choice = |value: String, label: String| Choice { value, label, hint: None };
    let clinics: Vec<Choice> = clinics.clinics.into_iter().map(|clinic| choice(clinic.id.to_string(), clinic.name)).collect();
    let of_role = |role: Role| choice(role.as_str().to_owned(), role_name(l, role).to_owned());
    let roles: Vec<Choice> = SERVICE_ROLES.into_iter().map(of_role).collect();
    let days = vec![
        choice("30".to_owned(), say!(l, admin.service.days_30).to_owned()),
        choice("90".to_owned(), say!(l, admin.service.days_90).to_owned()),
        choice("365".to_owned(), say!(l, admin.service.days_365).to_owned()),
    ];
    view! {
        <Card title=say!(l, admin.service.make)>
            <Form form>
                <TextField name="name" hint=say!(l, admin.service.name_hint)/>
                <SelectField name="clinic" choices=clinics.clone()/>
                <SelectField name="role" choices=roles.clone()/>
                <ScopeBoxes hint=say!(l, admin.service.scopes_hint)/>
                <SelectField name="days" choices=days.clone()/>
                <div class="row"><SubmitButton label=say!(l, admin.service.submit)/></div>
            </Form>
        </Card>
    }
    .into_any()
}

fn row(l: Locale, account: ServiceAccountRow, renew: FormHandle, end: FormHandle) -> AnyView {
    let ServiceAccountRow { id, name, role, clinic, scopes, made_by: _, expires_at, used_at, used_from: _ } = account;
    let (id, second) = (id.to_string(), id.to_string());
    let place = clinic.map(|clinic| format!(", {}", isolated(&clinic)));
    let may: Vec<&str> = scopes.into_iter().map(|scope| scope_name(l, scope)).collect();
    let renew_label = say!(l, admin.service.renew, name = isolated(&name).into_owned());
    let end_label = say!(l, admin.service.end, name = isolated(&name).into_owned());
    let until = match expires_at {
        Some(at) => view! { {say!(l, admin.service.until)} " " <Moment at detail=Detail::Short/> }.into_any(),
        None => view! { {say!(l, admin.service.ended)} }.into_any(),
    };
    let used = used_at.map(|at| view! { ". " {say!(l, admin.service.used)} " " <Moment at detail=Detail::Short/> });
    view! {
        <li>
            <p><strong>{said(name)}</strong> ", " {role_name(l, role)} {place}</p>
            <p>{may.join(", ")}</p>
            <p class="quiet">{until} {used}</p>
            <Form form=renew>
                <input type="hidden" name="account" value=id.clone()/>
                <SubmitButton label=renew_label.clone() class="plain"/>
            </Form>
            <Form form=end>
                <input type="hidden" name="account" value=second.clone()/>
                <SubmitButton label=end_label.clone() class="plain"/>
            </Form>
        </li>
    }
    .into_any()
}
