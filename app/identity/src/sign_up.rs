//! Creating an account.

use super::chosen::ChosenNote;
use super::name::{NameFields, declare};
use kit::address::{use_next, with_next};
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::{MailSentPage, PublicLayout};
use kit::parts::{DateFields, EmailField, NewPasswordField, PageTitle, PhoneField, ZoneField};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::identity::LegalDocument;
use serde::{Deserialize, Serialize};
use words::{document_name, say};

/// The values of the form that creates an account.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignUpValues {
    /// The full name.
    pub name: String,
    /// The name in Latin letters, if the full name uses another script.
    pub latin_name: String,
    /// The e-mail address.
    pub email: String,
    /// The new password.
    pub password: String,
    /// The date of birth: day of the month.
    pub date_of_birth_day: String,
    /// The date of birth: month.
    pub date_of_birth_month: String,
    /// The date of birth: year.
    pub date_of_birth_year: String,
    /// The phone number, with the country code.
    pub phone: String,
    /// The IANA time zone.
    pub time_zone: String,
    /// The page to go on to when the account is made; empty for the home page.
    pub next: String,
}

impl FormValues for SignUpValues {
    const FORM: &'static str = "identity.sign_up";
    const SECRETS: &'static [&'static str] = &["password"];
}

/// Creates an account and sends the mail that confirms the e-mail address. For an address that already has an account the answer is the
/// same, and its owner gets a mail.
///
/// # Errors
/// Wrong fields; `RateLimited`.
#[server(prefix = "/do", endpoint = "sign-up")]
pub async fn sign_up(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SignUpValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::sign_up(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, SignUpValues, with_next};
    use domain::{directory, identity::Origin};
    use kit::address::local_path;
    use kit::chosen::in_address;
    use kit::request::{RequestContext, keep_sign_up_secret};

    pub(super) async fn sign_up(values: &SignUpValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = values.clone();
        let secret = request.token();
        let command = directory::SignUp {
            name: values.name,
            latin_name: values.latin_name,
            email: values.email,
            password: values.password,
            date_of_birth: [values.date_of_birth_day, values.date_of_birth_month, values.date_of_birth_year],
            phone: values.phone,
            time_zone: values.time_zone,
            language: request.viewer.locale.clone(),
            origin: Origin { browser: Some(secret.clone()), chosen: in_address(&values.next) },
        };
        directory::sign_up(&request.domain, &request.access, command).await?;
        keep_sign_up_secret(&secret);
        Ok(FormReply::to(with_next("/sign-up/sent", local_path(&values.next))))
    }
}

/// The page with the form that creates an account.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let l = use_locale();
    let form = declare(use_form::<SignUp, SignUpValues>(), l)
        .email("email")
        .field("password", say!(l, common.person.password), say!(l, common.person.password_new_missing))
        .date("date_of_birth", say!(l, common.person.date_of_birth), say!(l, common.person.date_of_birth_missing))
        .phone("phone")
        .zone("time_zone");
    let next = use_next();
    let sign_in = with_next("/sign-in", next.as_deref());
    let next = next.unwrap_or_default();
    view! {
        <PageTitle text=say!(l, identity.sign_up.title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, identity.sign_up.title)}</h1>
                <p>{say!(l, identity.sign_up.lead)}</p>
            </div>
            <ChosenNote/>
            <Form form class="card">
                <input type="hidden" name="next" value=next.clone()/>
                <NameFields/>
                <EmailField name="email" hint=say!(l, identity.sign_up.email_hint) autocomplete="username"/>
                <NewPasswordField name="password"/>
                <DateFields name="date_of_birth" hint=say!(l, common.person.date_of_birth_hint) birthday=true/>
                <PhoneField name="phone"/>
                <ZoneField name="time_zone" hint=say!(l, common.person.zone_hint)/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.sign_up.submit)/>
                </div>
            </Form>
            <p>
                {say!(l, identity.documents.read_before)}
                " " <a href="/documents/terms">{document_name(l, LegalDocument::Terms)}</a>
                ", " <a href="/documents/privacy">{document_name(l, LegalDocument::Privacy)}</a>
            </p>
            <p>{say!(l, common.account.have_account)} " " <a href=sign_in>{say!(l, common.account.sign_in)}</a></p>
        </PublicLayout>
    }
}

/// Tells the user to look for the mail. It is the same whether or not the account exists.
#[component]
pub fn SignUpSentPage() -> impl IntoView {
    let l = use_locale();
    let again_href = with_next("/confirm/again", use_next().as_deref());
    view! {
        <MailSentPage title=say!(l, identity.sent.title) again_href again=say!(l, common.confirmation.again)>
            <p>{say!(l, identity.sent.body)}</p>
            <ChosenNote/>
        </MailSentPage>
    }
}
