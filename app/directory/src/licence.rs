//! One licence of a verified doctor: stating another one, correcting one, renewing one.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Choice, DateFields, Notice, NoticeKind, PageTitle, SelectField, TextField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::{Country, LicenceState, OwnLicence};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that states a licence.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LicenceValues {
    /// The licence that is corrected or renewed; empty for another one.
    pub licence: String,
    /// The licence's number.
    pub licence_number: String,
    /// The authority that issued it.
    pub licence_authority: String,
    /// The country of the authority.
    pub licence_country: String,
    /// The state or province.
    pub licence_region: String,
    /// When it was issued: day of the month.
    pub licence_issued_day: String,
    /// When it was issued: month.
    pub licence_issued_month: String,
    /// When it was issued: year.
    pub licence_issued_year: String,
    /// Last day on which it is valid: day of the month.
    pub licence_expires_day: String,
    /// Last day on which it is valid: month.
    pub licence_expires_month: String,
    /// Last day on which it is valid: year.
    pub licence_expires_year: String,
}

impl FormValues for LicenceValues {
    const FORM: &'static str = "directory.licence";
}

impl From<&OwnLicence> for LicenceValues {
    fn from(licence: &OwnLicence) -> Self {
        let mut values = Self {
            licence: licence.id.to_string(),
            licence_number: licence.number.clone(),
            licence_authority: licence.authority.clone(),
            licence_country: licence.country.as_str().to_owned(),
            licence_region: licence.region.clone().unwrap_or_default(),
            ..Self::default()
        };
        // A renewed licence has other days, and the old ones would only be overlooked.
        if licence.state != LicenceState::Approved {
            if let Some(day) = licence.issued_on {
                values.licence_issued_day = day.day().to_string();
                values.licence_issued_month = day.month().to_string();
                values.licence_issued_year = day.year().to_string();
            }
            values.licence_expires_day = licence.expires_on.day().to_string();
            values.licence_expires_month = licence.expires_on.month().to_string();
            values.licence_expires_year = licence.expires_on.year().to_string();
        }
        values
    }
}

/// Loads one of the signed-in doctor's licences.
///
/// # Errors
/// `SignInNeeded`; `NotFound`; `Forbidden` when the user does not act as a verified doctor.
#[server(prefix = "/do", endpoint = "load-own-licence")]
pub async fn load_own_licence(
    /// The licence.
    licence: String,
) -> Result<OwnLicence, Failure> {
    let request = kit::request::RequestContext::require()?;
    let all = kit::request::call(|| domain::directory::own_licences(&request.domain, &request.access)).await?;
    let found = all.licences.into_iter().find(|one| one.id.to_string() == licence);
    kit::failure::answered(found.ok_or_else(|| model::errors::Code::NotFound.into()))
}

/// Adds a licence of the signed-in doctor, or corrects or renews one.
///
/// # Errors
/// Wrong fields; `LicenceWaiting`; `Stale`; `NotFound`; `SignInNeeded`; `Forbidden` when the user does not act as a verified doctor.
#[server(prefix = "/do", endpoint = "state-licence")]
pub async fn state_licence(
    /// The posted form.
    #[server(flatten)]
    form: Posted<LicenceValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::state_licence(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, LicenceValues, Posted};
    use domain::{
        directory::{self, StateLicence, TypedLicence},
        error::retry,
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn state_licence(form: &Posted<LicenceValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = form.values.clone();
        let of = if values.licence.is_empty() { None } else { Some((posted_id(&values.licence)?, form.version()?)) };
        let licence = TypedLicence {
            number: values.licence_number,
            authority: values.licence_authority,
            country: values.licence_country,
            region: values.licence_region,
            issued: [values.licence_issued_day, values.licence_issued_month, values.licence_issued_year],
            expires: [values.licence_expires_day, values.licence_expires_month, values.licence_expires_year],
        };
        let command = StateLicence { of, licence };
        retry(|| directory::state_licence(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/doctor/licences?saved=licence"))
    }
}

/// The page on which a doctor states another licence.
#[component]
pub fn NewLicencePage() -> impl IntoView {
    let l = use_locale();
    let form = declare(use_form::<StateLicence, LicenceValues>(), l);
    view! {
        <PageTitle text=say!(l, directory.licence.new_title)/>
        <div class="lead">
            <h1>{say!(l, directory.licence.new_title)}</h1>
            <p>{say!(l, directory.licence.lead)}</p>
        </div>
        <LicenceForm form licence=String::new()/>
    }
    .into_any()
}

/// The page on which a doctor corrects or renews a licence.
#[component]
pub fn LicencePage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let licence = Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_own_licence);
    let form = declare(use_form::<StateLicence, LicenceValues>(), l);
    view! {
        <PageTitle text=say!(l, directory.licence.title)/>
        {loaded(licence, move |licence| {
            let form = form.editing(&LicenceValues::from(&licence), licence.version.into());
            let (title, lead) = match licence.state {
                LicenceState::Approved => (say!(l, directory.licence.renew_title), say!(l, directory.licence.renew_lead)),
                LicenceState::Waiting | LicenceState::Refused | LicenceState::Replaced | LicenceState::MoreAsked => {
                    (say!(l, directory.licence.title), say!(l, directory.licence.lead))
                }
            };
            let is_told = matches!(licence.state, LicenceState::Refused | LicenceState::MoreAsked);
            let reply = licence.reply.clone().filter(|_| is_told).map(|reply| {
                view! {
                    <Notice kind=NoticeKind::Warn title=say!(l, directory.licence.refused)>
                        <blockquote class="said" dir="auto">{reply}</blockquote>
                    </Notice>
                }
            });
            view! {
                <div class="lead">
                    <h1>{title}</h1>
                    <p>{lead}</p>
                </div>
                {reply}
                <LicenceForm form licence=licence.id.to_string()/>
            }
        })}
    }
    .into_any()
}

/// Declares the fields, in the order of the page.
fn declare(form: FormHandle, l: Locale) -> FormHandle {
    form.field("licence_number", say!(l, common.doctor.licence_number), say!(l, directory.profile.licence_number_missing))
        .field(
            "licence_authority",
            say!(l, common.doctor.licence_authority),
            say!(l, directory.profile.licence_authority_missing),
        )
        .field("licence_country", say!(l, common.doctor.licence_country), say!(l, directory.profile.licence_country_missing))
        .optional("licence_region", say!(l, common.doctor.licence_region))
        .optional_date("licence_issued", say!(l, directory.licence.issued))
        .date("licence_expires", say!(l, common.doctor.licence_expires), say!(l, directory.profile.licence_expires_missing))
}

#[component]
fn LicenceForm(
    form: FormHandle,
    /// The licence that is corrected or renewed; empty for another one.
    licence: String,
) -> impl IntoView {
    let l = use_locale();
    let country = |country: Country| Choice { value: country.as_str().to_owned(), label: country.name().to_owned(), hint: None };
    let countries: Vec<Choice> = Country::all().map(country).collect();
    view! {
        <Form form class="card">
            <input type="hidden" name="licence" value=licence.clone()/>
            <TextField name="licence_number" hint=say!(l, directory.profile.licence_number_hint) width="medium"/>
            <TextField name="licence_authority" hint=say!(l, directory.profile.licence_authority_hint)/>
            <SelectField name="licence_country" choices=countries.clone() autocomplete="country"/>
            <TextField name="licence_region" hint=say!(l, directory.licence.region_hint) width="medium" optional=true/>
            <DateFields name="licence_issued" hint=say!(l, directory.licence.issued_hint)/>
            <DateFields name="licence_expires" hint=say!(l, directory.profile.licence_expires_hint)/>
            <div class="row">
                <SubmitButton label=say!(l, directory.licence.submit)/>
                <a href="/doctor/licences">{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
}
