//! Creating an account after signing in at another provider: what the provider does not tell.

use super::chosen::ChosenNote;
use super::name::{NameFields, declare};
use kit::address::{use_next, with_next};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::PublicLayout;
use kit::parts::{DateFields, Notice, NoticeKind, PageTitle, PhoneField, ZoneField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::identity::LegalDocument;
use serde::{Deserialize, Serialize};
use words::{document_name, say};

/// What a provider says about a person who may create an account in this browser.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinFacts {
    /// The name of the provider.
    pub provider: String,
    /// The e-mail address, which the provider has confirmed.
    pub email: String,
    /// The name; may be empty.
    pub name: String,
    /// The IANA time zone; may be empty.
    pub time_zone: String,
}

/// The values of the form that creates the account.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JoinValues {
    /// The full name.
    pub name: String,
    /// The name in Latin letters, if the full name uses another script.
    pub latin_name: String,
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
    /// The page to go on to; empty for the home page.
    pub next: String,
}

impl FormValues for JoinValues {
    const FORM: &'static str = "identity.join";
}

/// Loads what a provider says about the person who may create an account in this browser; `None` when there is no such person.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "load-join")]
pub async fn load_join() -> Result<Option<JoinFacts>, Failure> {
    use kit::foreign_ways::ForeignWays;

    let request = kit::request::RequestContext::require()?;
    let Some(browser) = kit::request::foreign_secret() else { return Ok(None) };
    let waiting = kit::request::call(|| domain::identity::waiting_sign_up(&request.domain, &browser)).await?;
    let ways = use_context::<ForeignWays>().unwrap_or_default().0;
    // A provider that was taken out of the configuration makes no accounts any more.
    Ok(waiting.and_then(|waiting| {
        let way = ways.into_iter().find(|way| way.key == waiting.provider)?;
        Some(JoinFacts {
            provider: way.name,
            email: waiting.email,
            name: waiting.name,
            time_zone: waiting.zone.unwrap_or_default(),
        })
    }))
}

/// Creates the account of the person who came from a provider in this browser, and signs them in.
///
/// # Errors
/// Wrong fields; `SignInExpired` when the sign-in at the provider was too long ago.
#[server(prefix = "/do", endpoint = "join")]
pub async fn join(
    /// The posted form.
    #[server(flatten)]
    form: Posted<JoinValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::join(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, JoinValues};
    use crate::chosen::after;
    use domain::{access::Device, directory, error::retry};
    use kit::request::{RequestContext, device_secret, foreign_secret, keep_device_secret};

    pub(super) async fn join(values: &JoinValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let secret = device_secret().unwrap_or_else(|| request.token());
        let mut access = request.access.clone();
        access.device = Some(Device::of_secret(&secret));
        let values = values.clone();
        let command = directory::SignUpFromProvider {
            // Without one, nobody waits, and the form is told its other faults first.
            browser: foreign_secret().unwrap_or_default(),
            name: values.name,
            latin_name: values.latin_name,
            date_of_birth: [values.date_of_birth_day, values.date_of_birth_month, values.date_of_birth_year],
            phone: values.phone,
            time_zone: values.time_zone,
            language: request.viewer.locale.clone(),
        };
        let signed_in = retry(|| directory::sign_up_from_provider(&request.domain, &access, command.clone())).await?;
        keep_device_secret(&secret);
        Ok(FormReply::fresh(after::sign_in(&request, signed_in.session, &values.next).await?))
    }
}

/// The page with the form that creates the account.
#[component]
pub fn JoinPage() -> impl IntoView {
    let l = use_locale();
    let facts = Resource::new_blocking(|| (), |()| load_join());
    let form = declare(use_form::<Join, JoinValues>(), l)
        .date("date_of_birth", say!(l, common.person.date_of_birth), say!(l, common.person.date_of_birth_missing))
        .phone("phone")
        .zone("time_zone");
    view! {
        <PageTitle text=say!(l, identity.sign_up.title)/>
        <PublicLayout narrow=true>
            <h1>{say!(l, identity.sign_up.title)}</h1>
            {loaded(facts, move |facts| match facts {
                Some(facts) => view! { <Joining facts form/> }.into_any(),
                None => view! { <Gone/> }.into_any(),
            })}
        </PublicLayout>
    }
}

#[component]
fn Joining(facts: JoinFacts, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let JoinFacts { provider, email, name, time_zone } = facts;
    let next = use_next().unwrap_or_default();
    let form = form.filled(&JoinValues { name, time_zone, ..JoinValues::default() });
    view! {
        <p>{say!(l, identity.join.lead, provider = provider)}</p>
        <dl class="facts">
            <dt>{say!(l, common.person.email)}</dt>
            <dd>{said(email)}</dd>
        </dl>
        <ChosenNote/>
        <Form form class="card">
            <input type="hidden" name="next" value=next.clone()/>
            <NameFields/>
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
    }
    .into_any()
}

#[component]
fn Gone() -> impl IntoView {
    let l = use_locale();
    let sign_in = with_next("/sign-in", use_next().as_deref());
    view! {
        <Notice kind=NoticeKind::Info title=say!(l, identity.second_factor.gone_title)>
            <p>{say!(l, identity.join.gone)}</p>
        </Notice>
        <p><a href=sign_in>{say!(l, common.account.sign_in)}</a></p>
    }
    .into_any()
}
