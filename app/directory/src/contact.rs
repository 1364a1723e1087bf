//! A patient's own phone number and address.

use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::AccountSavedPage;
use kit::parts::{Choice, PageTitle, PhoneField, SelectField, TextField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::{ContactView, Country};
use model::identity::TypedAddress;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that corrects phone number and address.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactValues {
    /// The phone number.
    pub phone: String,
    /// The address.
    #[serde(flatten)]
    pub address: TypedAddress,
}

impl FormValues for ContactValues {
    const FORM: &'static str = "directory.contact";
}

impl From<ContactView> for ContactValues {
    fn from(contact: ContactView) -> Self {
        Self { phone: contact.phone.unwrap_or_default(), address: contact.address.unwrap_or_default() }
    }
}

/// Loads the patient's own phone number and address.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "load-contact")]
pub async fn load_contact() -> Result<ContactView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::contact(&request.domain, &request.access)).await
}

/// Corrects the patient's own phone number and address.
///
/// # Errors
/// Wrong fields; `Stale`; `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "correct-contact")]
pub async fn correct_contact(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ContactValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::correct_contact(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ContactValues, Failure, FormReply, Posted};
    use domain::{directory, error::retry};
    use kit::request::RequestContext;

    pub(super) async fn correct_contact(form: &Posted<ContactValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let ContactValues { phone, address } = form.values.clone();
        let command = directory::CorrectContact { phone, address, version };
        retry(|| directory::correct_contact(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/account/contact-saved"))
    }
}

/// The page with the form that corrects phone number and address.
#[component]
pub fn ContactPage() -> impl IntoView {
    let l = use_locale();
    let contact = Resource::new_blocking(|| (), |()| load_contact());
    let form = use_form::<CorrectContact, ContactValues>()
        .phone("phone")
        .field("line_1", say!(l, directory.contact.line_1), say!(l, directory.contact.line_1_missing))
        .optional("line_2", say!(l, directory.contact.line_2))
        .field("town", say!(l, directory.contact.town), say!(l, directory.contact.town_missing))
        .optional("postcode", say!(l, directory.contact.postcode))
        .field("country", say!(l, directory.contact.country), say!(l, directory.contact.country_missing));
    view! {
        <PageTitle text=say!(l, common.account.contact)/>
        <h1>{say!(l, common.account.contact)}</h1>
        {loaded(contact, move |contact| {
            let version = contact.version;
            let form = form.editing(&ContactValues::from(contact), version.into());
            let none = Choice { value: String::new(), label: say!(l, directory.contact.no_country).to_owned(), hint: None };
            let country = |country: Country| Choice { value: country.as_str().to_owned(), label: country.name().to_owned(), hint: None };
            let countries: Vec<Choice> = std::iter::once(none).chain(Country::all().map(country)).collect();
            view! {
                <Form form class="card">
                    <PhoneField name="phone"/>
                    <h2>{say!(l, directory.contact.address_title)}</h2>
                    <p>{say!(l, directory.contact.address_lead)}</p>
                    <TextField name="line_1" autocomplete="address-line1"/>
                    <TextField name="line_2" autocomplete="address-line2" optional=true/>
                    <TextField name="town" autocomplete="address-level2" width="medium"/>
                    <TextField name="postcode" autocomplete="postal-code" width="short" optional=true/>
                    <SelectField name="country" choices=countries.clone() autocomplete="country" preset=""/>
                    <div class="row">
                        <SubmitButton label=say!(l, directory.contact.submit)/>
                    </div>
                </Form>
            }
        })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
    .into_any()
}

/// Confirms that phone number and address were saved.
#[component]
pub fn ContactSavedPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <AccountSavedPage title=say!(l, directory.contact.done_title) text=say!(l, directory.contact.done)/>
    }
}
