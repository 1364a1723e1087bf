//! Applying as a doctor.

use super::profile::{ProfileFields, ProfileValues, declare, load_choices};
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::{MailSentPage, PublicLayout};
use kit::parts::{Checkbox, EmailField, NewPasswordField, PageTitle, TextField, ZoneField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the application form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ApplyValues {
    /// The full name.
    pub name: String,
    /// The name in Latin letters, if the full name uses another script.
    pub latin_name: String,
    /// The e-mail address.
    pub email: String,
    /// The new password.
    pub password: String,
    /// The IANA time zone.
    pub time_zone: String,
    /// The licence and professional details.
    #[serde(flatten)]
    pub profile: ProfileValues,
    /// Whether the terms were agreed to: `true`.
    pub terms: String,
}

impl FormValues for ApplyValues {
    const FORM: &'static str = "directory.apply";
    const SECRETS: &'static [&'static str] = &["password"];
}

/// Creates a doctor's account with an application, and sends the mail that confirms the e-mail address. For an address that already has an
/// account the answer is the same, and its owner gets a mail.
///
/// # Errors
/// Wrong fields; `RateLimited`.
#[server(prefix = "/do", endpoint = "apply")]
pub async fn apply(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ApplyValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::apply(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ApplyValues, Failure, FormReply};
    use crate::profile::as_controls;
    use domain::{directory::DoctorApplication, error::retry, identity::Origin};
    use kit::request::{RequestContext, keep_sign_up_secret};

    pub(super) async fn apply(values: &ApplyValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = values.clone();
        let secret = request.token();
        let command = DoctorApplication {
            name: values.name,
            latin_name: values.latin_name,
            email: values.email,
            password: values.password,
            time_zone: values.time_zone,
            language: request.viewer.locale.clone(),
            terms: values.terms == "true",
            profile: values.profile.into(),
            origin: Origin { browser: Some(secret.clone()), chosen: None },
        };
        retry(|| domain::directory::apply_as_doctor(&request.domain, &request.access, command.clone()))
            .await
            .map_err(as_controls)?;
        keep_sign_up_secret(&secret);
        Ok(FormReply::to("/apply/sent"))
    }
}

/// The page on which a doctor applies.
#[component]
pub fn ApplyPage() -> impl IntoView {
    let l = use_locale();
    let choices = Resource::new_blocking(|| (), |()| load_choices());
    let form = use_form::<Apply, ApplyValues>()
        .field("name", say!(l, directory.apply.name), say!(l, common.person.name_missing))
        .malformed(say!(l, common.person.name_malformed))
        .optional("latin_name", say!(l, common.person.latin_name))
        .email("email")
        .field("password", say!(l, common.person.password), say!(l, common.person.password_new_missing))
        .zone("time_zone");
    let form = declare(form, l).field("terms", say!(l, directory.apply.terms), say!(l, directory.apply.terms_missing));
    view! {
        <PageTitle text=say!(l, directory.apply.title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, directory.apply.title)}</h1>
                <p>{say!(l, directory.apply.lead)}</p>
            </div>
            {loaded(choices, move |choices| {
                let choices = StoredValue::new(choices);
                view! {
                    <Form form class="card">
                        <h2>{say!(l, directory.apply.you_title)}</h2>
                        <TextField name="name" hint=say!(l, directory.apply.name_hint) autocomplete="name"/>
                        <TextField name="latin_name" hint=say!(l, directory.apply.latin_name_hint) optional=true/>
                        <EmailField name="email" autocomplete="username"/>
                        <NewPasswordField name="password"/>
                        <ZoneField name="time_zone" hint=say!(l, common.person.zone_hint)/>
                        {
                            let (specialties, languages) = choices.get_value();
                            view! { <ProfileFields specialties languages/> }
                        }
                        <Checkbox name="terms"/>
                        <div class="row">
                            <SubmitButton label=say!(l, directory.apply.submit)/>
                        </div>
                    </Form>
                }
            })}
            <p>{say!(l, common.account.have_account)} " " <a href="/sign-in">{say!(l, common.account.sign_in)}</a></p>
        </PublicLayout>
    }
}

/// Says what happens next. It is the same whether or not the e-mail address was known before.
#[component]
pub fn ApplySentPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <MailSentPage title=say!(l, directory.sent.title) again_href="/confirm/again" again=say!(l, common.confirmation.again)>
            <p>{say!(l, directory.sent.mail)}</p>
            <p>{say!(l, directory.sent.then)}</p>
        </MailSentPage>
    }
}
