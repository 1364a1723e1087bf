//! Correcting the user's own time zone and language.

use super::account::load_account;
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::AccountSavedPage;
use kit::parts::{Choice, PageTitle, SelectField, ZoneField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use words::{languages, say};

/// The values of the form that corrects time zone and language.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LocaleValues {
    /// The IANA time zone.
    pub time_zone: String,
    /// The language tag.
    pub language: String,
}

impl FormValues for LocaleValues {
    const FORM: &'static str = "identity.locale";
}

/// Corrects the caller's time zone and language.
///
/// # Errors
/// Wrong fields; `Stale`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "correct-locale")]
pub async fn correct_locale(
    /// The posted form.
    #[server(flatten)]
    form: Posted<LocaleValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::correct_locale(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, LocaleValues, Posted, languages};
    use domain::{directory, error::retry};
    use kit::request::RequestContext;
    use model::errors::{FieldError, FieldFault};

    pub(super) async fn correct_locale(form: &Posted<LocaleValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let LocaleValues { time_zone, language } = form.values.clone();
        if !language.is_empty() && !languages().any(|(tag, _)| tag == language) {
            return Err(Failure::fields(vec![FieldError::new("language", FieldFault::UnknownChoice)]));
        }
        let command = directory::CorrectLocale { time_zone, language, version };
        retry(|| directory::correct_locale(&request.domain, &request.access, command.clone())).await?;
        // Every page shows times in the zone and speaks the language, and only a new page reads them again.
        Ok(FormReply::fresh("/account/locale-saved"))
    }
}

/// The page with the form that corrects time zone and language.
#[component]
pub fn LocalePage() -> impl IntoView {
    let l = use_locale();
    let account = Resource::new_blocking(|| (), |()| load_account());
    let form = use_form::<CorrectLocale, LocaleValues>().zone("time_zone").field(
        "language",
        say!(l, common.person.language),
        say!(l, common.person.language_missing),
    );
    view! {
        <PageTitle text=say!(l, identity.zone_and_language.title)/>
        <h1>{say!(l, identity.zone_and_language.title)}</h1>
        {loaded(account, move |account| {
            let values = LocaleValues { time_zone: account.time_zone, language: account.language };
            let form = form.editing(&values, account.version.into());
            let choice = |(tag, name): (&str, &str)| Choice { value: tag.to_owned(), label: name.to_owned(), hint: None };
            let choices: Vec<Choice> = languages().map(choice).collect();
            view! {
                <Form form class="card">
                    <ZoneField name="time_zone" hint=say!(l, common.person.zone_hint)/>
                    <SelectField name="language" choices=choices.clone() autocomplete="language"/>
                    <div class="row">
                        <SubmitButton label=say!(l, identity.zone_and_language.submit)/>
                    </div>
                </Form>
            }
        })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
}

/// Confirms that time zone and language were saved.
#[component]
pub fn LocaleSavedPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <AccountSavedPage title=say!(l, identity.zone_and_language.done_title) text=say!(l, identity.zone_and_language.done)/>
    }
}
