//! The addresses of a patient other than the home address: the list, and the form that changes one.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{Card, Choice, DateFields, Notice, NoticeKind, PageTitle, SelectField, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{AddressKind, AddressView, Country, KeptAddress};
use model::format;
use model::identity::TypedAddress;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressValues {
    /// What the address is for.
    pub kind: String,
    /// The address.
    #[serde(flatten)]
    pub address: TypedAddress,
    /// The first day of a temporary one.
    pub from_day: String,
    /// Its month.
    pub from_month: String,
    /// Its year.
    pub from_year: String,
    /// The last day.
    pub until_day: String,
    /// Its month.
    pub until_month: String,
    /// Its year.
    pub until_year: String,
}

impl FormValues for AddressValues {
    const FORM: &'static str = "directory.address";
}

impl From<&AddressView> for AddressValues {
    fn from(view: &AddressView) -> Self {
        let values = Self { kind: view.kind.to_string(), ..Self::default() };
        let Some(KeptAddress { address, days }) = &view.kept else { return values };
        let values = Self { address: address.clone(), ..values };
        let Some((from, until)) = days else { return values };
        Self {
            from_day: from.day().to_string(),
            from_month: from.month().to_string(),
            from_year: from.year().to_string(),
            until_day: until.day().to_string(),
            until_month: until.month().to_string(),
            until_year: until.year().to_string(),
            ..values
        }
    }
}

/// Loads the patient's further addresses.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "load-addresses")]
pub async fn load_addresses() -> Result<Vec<AddressView>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::addresses(&request.domain, &request.access)).await
}

/// Changes or removes one of the patient's further addresses.
///
/// # Errors
/// Wrong fields; `Stale`; `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "change-address")]
pub async fn change_address(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AddressValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AddressKind, AddressValues, Failure, FormReply, Posted};
    use domain::{directory, error::retry};
    use kit::request::RequestContext;
    use model::errors::Code;

    pub(super) async fn change(form: &Posted<AddressValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let values = form.values.clone();
        let kind = AddressKind::parse(&values.kind).map_err(|_| Code::NotFound)?;
        let from = [values.from_day, values.from_month, values.from_year];
        let until = [values.until_day, values.until_month, values.until_year];
        let command = directory::ChangeAddress { kind, address: values.address, from, until, version };
        retry(|| directory::change_address(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/account/addresses?saved=1"))
    }
}

/// The page `/account/addresses`.
#[component]
pub fn AddressesPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| (query.get("kind"), query.get("saved").is_some())));
    let addresses = Resource::new_blocking(move || asked.get(), |_| load_addresses());
    let form = use_form::<ChangeAddress, AddressValues>()
        .field("line_1", say!(l, directory.contact.line_1), say!(l, directory.contact.line_1_missing))
        .optional("line_2", say!(l, directory.contact.line_2))
        .field("town", say!(l, directory.contact.town), say!(l, directory.contact.town_missing))
        .optional("postcode", say!(l, directory.contact.postcode))
        .field("country", say!(l, directory.contact.country), say!(l, directory.contact.country_missing))
        .date("from", say!(l, directory.addresses.from), say!(l, directory.addresses.from_missing))
        .date("until", say!(l, directory.addresses.until), say!(l, directory.addresses.until_missing));
    view! {
        <PageTitle text=say!(l, common.account.addresses)/>
        <h1>{say!(l, common.account.addresses)}</h1>
        {loaded(addresses, move |addresses| {
            let (kind, saved) = asked.get_untracked();
            let kind = kind.and_then(|kind| AddressKind::parse(&kind).ok());
            match addresses.iter().find(|view| Some(view.kind) == kind) {
                Some(chosen) => view! { <AddressForm chosen=chosen.clone() form/> }.into_any(),
                None => view! { <Given addresses saved/> }.into_any(),
            }
        })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
    .into_any()
}

#[component]
fn Given(addresses: Vec<AddressView>, saved: bool) -> impl IntoView {
    let l = use_locale();
    let cards: Vec<_> = addresses
        .into_iter()
        .map(|view| {
            let shown = match &view.kept {
                Some(kept) => shown(l, kept),
                None => view! { <p class="quiet">{say!(l, directory.addresses.none)}</p> }.into_any(),
            };
            view! {
                <Card title=title(l, view.kind)>
                    <p>{lead(l, view.kind)}</p>
                    {shown}
                    <p><a href=format!("/account/addresses?kind={}", view.kind)>{change(l, view.kind)}</a></p>
                </Card>
            }
        })
        .collect();
    view! {
        {saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, directory.addresses.saved)/> })}
        <p>{say!(l, directory.addresses.lead)} " " <a href="/account/contact">{say!(l, common.account.contact)}</a></p>
        {cards}
    }
    .into_any()
}

#[component]
fn AddressForm(chosen: AddressView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let form = form.editing(&AddressValues::from(&chosen), chosen.version.into());
    let none = Choice { value: String::new(), label: say!(l, directory.contact.no_country).to_owned(), hint: None };
    let country = |country: Country| Choice { value: country.as_str().to_owned(), label: country.name().to_owned(), hint: None };
    let countries: Vec<Choice> = std::iter::once(none).chain(Country::all().map(country)).collect();
    let (kind, is_temporary) = (chosen.kind.to_string(), chosen.kind == AddressKind::Temporary);
    view! {
        <Form form class="card">
            <h2>{title(l, chosen.kind)}</h2>
            <p>{say!(l, directory.addresses.remove_hint)}</p>
            <input type="hidden" name="kind" value=kind.clone()/>
            <TextField name="line_1" autocomplete="address-line1"/>
            <TextField name="line_2" autocomplete="address-line2" optional=true/>
            <TextField name="town" autocomplete="address-level2" width="medium"/>
            <TextField name="postcode" autocomplete="postal-code" width="short" optional=true/>
            <SelectField name="country" choices=countries.clone() autocomplete="country" preset=""/>
            {is_temporary.then(|| view! { <DateFields name="from"/> <DateFields name="until"/> })}
            <div class="row">
                <SubmitButton label=say!(l, directory.addresses.submit)/>
                <a href="/account/addresses">{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
    .into_any()
}

fn title(l: Locale, kind: AddressKind) -> &'static str {
    match kind {
        AddressKind::Postal => say!(l, directory.addresses.postal),
        AddressKind::Temporary => say!(l, directory.addresses.temporary),
    }
}

fn lead(l: Locale, kind: AddressKind) -> &'static str {
    match kind {
        AddressKind::Postal => say!(l, directory.addresses.postal_lead),
        AddressKind::Temporary => say!(l, directory.addresses.temporary_lead),
    }
}

fn change(l: Locale, kind: AddressKind) -> &'static str {
    match kind {
        AddressKind::Postal => say!(l, directory.addresses.change_postal),
        AddressKind::Temporary => say!(l, directory.addresses.change_temporary),
    }
}

/// An address on one line, with its days.
pub(super) fn shown(l: Locale, KeptAddress { address, days }: &KeptAddress) -> AnyView {
    let TypedAddress { line_1, line_2, town, postcode, country } = address;
    let country = Country::parse(country).map(|country| country.name().to_owned()).unwrap_or_default();
    let parts = [line_1, line_2, postcode, town, &country];
    let line = parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ");
    let days = days.map(|(from, until)| {
        let (from, until) = (format::date_short(from, names(l)), format::date_short(until, names(l)));
        view! { <p>{say!(l, directory.addresses.days, from = from, until = until)}</p> }
    });
    view! { <p>{said(line)}</p> {days} }.into_any()
}
