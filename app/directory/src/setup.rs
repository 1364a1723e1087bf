//! Setting up an empty installation: the page that the printed link opens. It works without scripts.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::layouts::PublicLayout;
use kit::parts::{
    Choice, EmailField, NewPasswordField, Notice, NoticeKind, PageTitle, SelectField, TextArea, TextField, ZoneField, loaded,
    switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::directory::{Country, TypedClinic};
use model::errors::Code;
use serde::{Deserialize, Serialize};
use words::{Locale, error_message, say};

/// The values of the form that sets up an installation.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SetUpValues {
    /// The link's token.
    pub token: String,
    /// The name of the organisation.
    pub organisation: String,
    /// The first clinic.
    #[serde(flatten)]
    pub clinic: TypedClinic,
    /// The full name of the first administrator.
    pub admin_name: String,
    /// The name in Latin letters, if the full name uses another script.
    pub admin_latin_name: String,
    /// The administrator's e-mail address.
    pub email: String,
    /// The administrator's new password.
    pub password: String,
}

impl FormValues for SetUpValues {
    const FORM: &'static str = "directory.set_up";
    const SECRETS: &'static [&'static str] = &["token", "password"];
}

/// The values of the form that sends a test mail.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MailTestValues {
    /// The link's token.
    pub token: String,
    /// The address.
    pub test_email: String,
}

impl FormValues for MailTestValues {
    const FORM: &'static str = "directory.test_mail";
    const SECRETS: &'static [&'static str] = &["token"];
    const KEEP: Keep = Keep::Nowhere;
}

/// Checks the link; answers why it does not work.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "load-setup")]
pub async fn load_setup(
    /// The link's token.
    token: String,
) -> Result<Option<Code>, Failure> {
    let request = kit::request::RequestContext::require()?;
    match domain::error::retry(|| domain::directory::check_setup(&request.domain, &token)).await {
        Ok(()) => Ok(None),
        Err(error) if matches!(error.code(), Code::LinkUnknown | Code::LinkExpired | Code::LinkUsed) => Ok(Some(error.code())),
        Err(error) => kit::failure::answered(Err(error)),
    }
}

/// Sets the installation up, and signs its first administrator in.
///
/// # Errors
/// Wrong fields; `LinkUnknown`, `LinkExpired`, `LinkUsed`.
#[server(prefix = "/do", endpoint = "set-up")]
pub async fn set_up(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SetUpValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::set_up(&form.values).await;
    form.answer(outcome).await
}

/// Sends a test mail, and says whether the mail server took it.
///
/// # Errors
/// Wrong fields; `LinkUnknown`, `LinkExpired`, `LinkUsed`, `RateLimited`.
#[server(prefix = "/do", endpoint = "test-mail")]
pub async fn test_mail(
    /// The posted form.
    #[server(flatten)]
    form: Posted<MailTestValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::test_mail(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Code, Failure, FormReply, MailTestValues, SetUpValues};
    use domain::{directory, error::retry, identity::Entry};
    use kit::layouts::home_of;
    use kit::mail_test::{MailTest, MailTested};
    use kit::request::{RequestContext, keep_half_sign_in};
    use leptos::prelude::use_context;
    use model::access::Role;

    pub(super) async fn set_up(values: &SetUpValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = values.clone();
        let command = directory::SetUp {
            token: values.token,
            organisation: values.organisation,
            clinic: values.clinic,
            admin_name: values.admin_name,
            admin_latin_name: values.admin_latin_name,
            email: values.email,
            password: values.password,
            language: request.viewer.locale.clone(),
        };
        match retry(|| directory::set_up(&request.domain, &request.access, command.clone())).await? {
            Entry::SignedIn(signed_in) => {
                request.cookie.begin(signed_in.session).await?;
                Ok(FormReply::fresh(home_of(Some(Role::Admin))))
            }
            Entry::Half(half) => {
                keep_half_sign_in(&half.token);
                Ok(FormReply::fresh("/sign-in/second"))
            }
        }
    }

    pub(super) async fn test_mail(values: &MailTestValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        // The context is that of the request only until the first wait.
        let test = use_context::<MailTest>().ok_or(Code::Internal)?;
        let email = directory::may_test_mail(&request.domain, &request.access, &values.token, &values.test_email).await?;
        let outcome = match (test.0)(email.as_str().to_owned()).await {
            MailTested::Taken => "taken",
            MailTested::Written => "written",
            MailTested::Refused => "refused",
        };
        Ok(FormReply::to(format!("/setup/{}?mail={outcome}", values.token)))
    }
}

/// The page that the printed link opens.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let l = use_locale();
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let query = use_query_map();
    let test = use_form::<TestMail, MailTestValues>().email("test_email");
    let form = use_form::<SetUp, SetUpValues>()
        .field("organisation", say!(l, directory.setup.organisation), say!(l, directory.setup.organisation_missing))
        .field("name", say!(l, directory.setup.clinic_name), say!(l, directory.setup.clinic_name_missing))
        .field("country", say!(l, directory.contact.country), say!(l, directory.contact.country_missing))
        .zone("time_zone")
        .field("address", say!(l, directory.setup.address), say!(l, directory.setup.address_missing))
        .optional("phone", say!(l, directory.setup.phone))
        .malformed(say!(l, common.person.phone_malformed))
        .field("currency", say!(l, directory.setup.currency), say!(l, directory.setup.currency_missing))
        .malformed(say!(l, directory.setup.currency_malformed))
        .field("admin_name", say!(l, directory.setup.admin_name), say!(l, common.person.name_missing))
        .malformed(say!(l, common.person.name_malformed))
        .optional("admin_latin_name", say!(l, common.person.latin_name))
        .email("email")
        .field("password", say!(l, common.person.password), say!(l, common.person.password_new_missing));
    let asked = token.clone();
    let refused = Resource::new_blocking(move || asked.clone(), load_setup);
    view! {
        <PageTitle text=say!(l, directory.setup.title)/>
        <PublicLayout narrow=true>
            <h1>{say!(l, directory.setup.title)}</h1>
            {switch(move || query.with(|query| query.get("mail")), move |tested| tested_notice(l, tested.as_deref()))}
            {loaded(refused, move |refused| match refused {
                None => view! { <Forms token=token.clone() test form/> }.into_any(),
                Some(code) => view! { <Notice kind=NoticeKind::Bad title=error_message(l, code)/> }.into_any(),
            })}
        </PublicLayout>
    }
}

fn tested_notice(l: Locale, tested: Option<&str>) -> Option<AnyView> {
    let (kind, title) = match tested? {
        "taken" => (NoticeKind::Good, say!(l, directory.setup.mail_taken)),
        "written" => (NoticeKind::Warn, say!(l, directory.setup.mail_written)),
        "refused" => (NoticeKind::Bad, say!(l, directory.setup.mail_refused)),
        _ => return None,
    };
    Some(view! { <Notice kind title/> }.into_any())
}

#[component]
fn Forms(token: String, test: FormHandle, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let of_test = token.clone();
    let none = Choice { value: String::new(), label: say!(l, directory.contact.no_country).to_owned(), hint: None };
    let country = |country: Country| Choice { value: country.as_str().to_owned(), label: country.name().to_owned(), hint: None };
    let countries: Vec<Choice> = std::iter::once(none).chain(Country::all().map(country)).collect();
    view! {
        <section class="card">
            <h2>{say!(l, directory.setup.mail_title)}</h2>
            <p>{say!(l, directory.setup.mail_lead)}</p>
            <Form form=test>
                <input type="hidden" name="token" value=of_test.clone()/>
                <EmailField name="test_email"/>
                <div class="row"><SubmitButton label=say!(l, directory.setup.mail_submit)/></div>
            </Form>
        </section>
        <Form form class="card">
            <input type="hidden" name="token" value=token.clone()/>
            <h2>{say!(l, directory.setup.organisation_title)}</h2>
            <TextField name="organisation"/>
            <h2>{say!(l, directory.setup.clinic_title)}</h2>
            <p>{say!(l, directory.setup.clinic_lead)}</p>
            <TextField name="name"/>
            <SelectField name="country" choices=countries.clone() preset=""/>
            <ZoneField name="time_zone"/>
            <TextArea name="address" hint=say!(l, directory.setup.address_hint)/>
            <TextField name="phone" kind="tel" inputmode="tel" width="medium" optional=true/>
            <TextField name="currency" width="short" hint=say!(l, directory.setup.currency_hint)/>
            <h2>{say!(l, directory.setup.admin_title)}</h2>
            <p>{say!(l, directory.setup.admin_lead)}</p>
            <TextField name="admin_name" autocomplete="name"/>
            <TextField name="admin_latin_name" optional=true/>
            <EmailField name="email" autocomplete="username"/>
            <NewPasswordField name="password"/>
            <div class="row"><SubmitButton label=say!(l, directory.setup.submit)/></div>
        </Form>
    }
}
