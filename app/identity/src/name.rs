//! Correcting the user's own name.

use super::account::load_account;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::AccountSavedPage;
use kit::parts::{PageTitle, TextField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that corrects a name.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NameValues {
    /// The full name.
    pub name: String,
    /// The name in Latin letters, if the full name uses another script.
    pub latin_name: String,
}

impl FormValues for NameValues {
    const FORM: &'static str = "identity.name";
}

/// Corrects the caller's name.
///
/// # Errors
/// Wrong fields; `Stale`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "correct-name")]
pub async fn correct_name(
    /// The posted form.
    #[server(flatten)]
    form: Posted<NameValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::correct_name(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, NameValues, Posted};
    use domain::{directory, error::retry};
    use kit::request::RequestContext;

    pub(super) async fn correct_name(form: &Posted<NameValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let NameValues { name, latin_name } = form.values.clone();
        let command = directory::CorrectName { name, latin_name, version };
        retry(|| directory::correct_name(&request.domain, &request.access, command.clone())).await?;
        // The header of every page shows the name, and only a new page reads it again.
        Ok(FormReply::fresh("/account/name-saved"))
    }
}

/// Declares the fields of a name.
pub(super) fn declare(form: FormHandle, l: Locale) -> FormHandle {
    form.field("name", say!(l, identity.sign_up.name), say!(l, common.person.name_missing))
        .malformed(say!(l, common.person.name_malformed))
        .optional("latin_name", say!(l, common.person.latin_name))
}

/// The fields of a name.
#[component]
pub(super) fn NameFields() -> impl IntoView {
    let l = use_locale();
    view! {
        <TextField name="name" hint=say!(l, identity.sign_up.name_hint) autocomplete="name"/>
        <TextField name="latin_name" hint=say!(l, identity.sign_up.latin_name_hint) optional=true/>
    }
}

/// The page with the form that corrects the name.
#[component]
pub fn NamePage() -> impl IntoView {
    let l = use_locale();
    let account = Resource::new_blocking(|| (), |()| load_account());
    let form = declare(use_form::<CorrectName, NameValues>(), l);
    view! {
        <PageTitle text=say!(l, identity.name.title)/>
        <h1>{say!(l, identity.name.title)}</h1>
        <p>{say!(l, identity.name.lead)}</p>
        {loaded(account, move |account| {
            let values = NameValues { name: account.name, latin_name: account.latin_name.unwrap_or_default() };
            let form = form.editing(&values, account.version.into());
            view! {
                <Form form class="card">
                    <NameFields/>
                    <div class="row">
                        <SubmitButton label=say!(l, identity.name.submit)/>
                    </div>
                </Form>
            }
        })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
}

/// Confirms that the name was saved.
#[component]
pub fn NameSavedPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <AccountSavedPage title=say!(l, identity.name.done_title) text=say!(l, identity.name.done)/>
    }
}
