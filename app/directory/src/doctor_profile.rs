//! A verified doctor's own profile: what patients read, the fee, and what the clinic has checked.

use super::photo::{Photo, load_own_photo};
use super::profile::{language_choices, load_languages};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{Card, FeeFields, Notice, NoticeKind, PageTitle, SelectField, TextArea, listed, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{LicenceView, ProfileView, TypedFee, spoken_language_name};
use model::format;
use serde::{Deserialize, Serialize};
use words::{Locale, fee_sentence, say};

/// The values of the form that changes the profile.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DoctorProfileValues {
    /// The language used in most visits.
    pub language_1: String,
    /// Another language.
    pub language_2: String,
    /// Another language.
    pub language_3: String,
    /// Another language.
    pub language_4: String,
    /// Another language.
    pub language_5: String,
    /// The text that patients read about the doctor.
    pub about: String,
    /// What the doctor has learned and where, an entry a line.
    pub qualifications: String,
    /// What a visit costs.
    #[serde(flatten)]
    pub fee: TypedFee,
}

impl FormValues for DoctorProfileValues {
    const FORM: &'static str = "directory.doctor_profile";
}

impl From<&ProfileView> for DoctorProfileValues {
    fn from(profile: &ProfileView) -> Self {
        let mut languages = profile.languages.iter().cloned();
        let mut language = || languages.next().unwrap_or_default();
        Self {
            language_1: language(),
            language_2: language(),
            language_3: language(),
            language_4: language(),
            language_5: language(),
            about: profile.about.clone(),
            qualifications: profile.qualifications.join("\n"),
            fee: profile.fee.map(TypedFee::of).unwrap_or_default(),
        }
    }
}

/// Loads the profile of the doctor as whom the user acts.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a verified doctor.
#[server(prefix = "/do", endpoint = "load-doctor-profile")]
pub async fn load_doctor_profile() -> Result<ProfileView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::own_profile(&request.domain, &request.access)).await
}

/// Changes the profile of the doctor as whom the user acts.
///
/// # Errors
/// Wrong fields; `Stale`; `SignInNeeded`; `Forbidden` when the user does not act as a verified doctor.
#[server(prefix = "/do", endpoint = "edit-doctor-profile")]
pub async fn edit_doctor_profile(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DoctorProfileValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::edit(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{DoctorProfileValues, Failure, FormReply, Posted};
    use crate::profile::as_controls;
    use domain::{
        directory::{self, EditProfile},
        error::retry,
    };
    use kit::request::RequestContext;

    pub(super) async fn edit(form: &Posted<DoctorProfileValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let DoctorProfileValues { language_1, language_2, language_3, language_4, language_5, about, qualifications, fee } =
            form.values.clone();
        let qualifications = qualifications.lines().map(str::to_owned).collect();
        let languages = vec![language_1, language_2, language_3, language_4, language_5];
        let command = EditProfile { about, languages, qualifications, fee, version };
        retry(|| directory::edit_profile(&request.domain, &request.access, command.clone())).await.map_err(as_controls)?;
        Ok(FormReply::to("/doctor/profile?saved=1"))
    }
}

/// How many languages the form asks for, if the profile has no more.
const LANGUAGES: usize = 3;

/// The profile, and the tags of the languages to choose from.
async fn load_with_languages() -> Result<(ProfileView, Vec<String>), Failure> {
    Ok((load_doctor_profile().await?, load_languages().await?))
}

/// The page with the form that changes the profile, next to the profile as patients see it.
#[component]
pub fn DoctorProfilePage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let form = use_form::<EditDoctorProfile, DoctorProfileValues>()
        .fee()
        .optional("about", say!(l, common.doctor.about))
        .optional("qualifications", say!(l, directory.doctor_profile.qualifications))
        .field("language_1", say!(l, directory.profile.language), say!(l, directory.profile.language_missing))
        .optional("language_2", say!(l, directory.profile.language_second))
        .optional("language_3", say!(l, directory.profile.language_third))
        .optional("language_4", say!(l, directory.doctor_profile.language_fourth))
        .optional("language_5", say!(l, directory.doctor_profile.language_fifth));
    let done = form.done();
    let profile = Resource::new_blocking(move || done.get(), |_| load_with_languages());
    let photo = Resource::new_blocking(|| (), |()| load_own_photo());
    view! {
        <PageTitle text=say!(l, common.account.doctor_profile)/>
        <div class="lead">
            <h1>{say!(l, common.account.doctor_profile)}</h1>
            <p>{say!(l, directory.doctor_profile.lead)}</p>
        </div>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, directory.doctor_profile.saved)/> }),
        )}
        {loaded(profile, move |(profile, offered)| {
            let form = form.editing(&DoctorProfileValues::from(&profile), profile.version.into());
            view! {
                {profile.fee.is_none().then(|| view! {
                    <Notice kind=NoticeKind::Warn title=say!(l, directory.doctor_profile.no_fee)>
                        <p>{say!(l, directory.doctor_profile.no_fee_text)}</p>
                    </Notice>
                })}
                <div class="wide">
                    <Editor profile=profile.clone() offered form/>
                    <div class="stack">
                        <Shown profile=profile.clone()/>
                        <Checked profile/>
                    </div>
                </div>
            }
        })}
        <Photo found=photo/>
    }
    .into_any()
}

#[component]
fn Editor(profile: ProfileView, offered: Vec<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let languages = language_choices(l, &offered, &profile.languages);
    let count = profile.languages.len().max(LANGUAGES);
    let hint = say!(l, directory.doctor_profile.fee_hint, currency = profile.currency);
    view! {
        <Form form class="card">
            <FeeFields hint=hint.clone()/>
            <TextArea name="about" hint=say!(l, directory.profile.about_hint) rows=5 optional=true/>
            <TextArea name="qualifications" hint=say!(l, directory.doctor_profile.qualifications_hint) rows=3 optional=true/>
            <p><a href="/doctor/licences">{say!(l, directory.credentials.open)}</a></p>
            <SelectField name="language_1" hint=say!(l, directory.profile.language_hint) choices=languages.spoken.clone()/>
            {(2..=count)
                .map(|n| view! { <SelectField name=format!("language_{n}") choices=languages.or_none.clone() preset=""/> })
                .collect_view()}
            <div class="row">
                <SubmitButton label=say!(l, directory.doctor_profile.submit)/>
            </div>
        </Form>
    }
}

/// What patients see before they book.
#[component]
fn Shown(profile: ProfileView) -> impl IntoView {
    let l = use_locale();
    let languages: Vec<String> = profile.languages.iter().map(|tag| spoken_language_name(tag).to_owned()).collect();
    let page = format!("/doctors/{}", profile.doctor);
    view! {
        <Card title=say!(l, directory.doctor_profile.shown)>
            <dl class="facts">
                <dt>{say!(l, directory.doctor_profile.fee)}</dt>
                <dd>
                    {profile.fee.map_or_else(
                        || say!(l, directory.doctor_profile.not_set).to_owned(),
                        |fee| fee_sentence(l, fee, names(l)),
                    )}
                </dd>
                <dt>{say!(l, directory.doctor_profile.speaks)}</dt>
                <dd>{listed(&languages)}</dd>
            </dl>
            <h3>{say!(l, directory.doctor_profile.about)}</h3>
            {if profile.about.is_empty() {
                view! { <p class="quiet">{say!(l, directory.doctor_profile.no_about)}</p> }.into_any()
            } else {
                view! { <blockquote class="said" dir="auto">{profile.about}</blockquote> }.into_any()
            }}
            <p><a href="/doctor/ratings">{say!(l, directory.doctor_profile.ratings)}</a></p>
            <p><a href="/doctor/profile/changes">{say!(l, directory.changes.profile_title)}</a></p>
            {profile.fee.is_some().then(|| view! { <p><a href=page>{say!(l, directory.doctor_profile.page)}</a></p> })}
        </Card>
    }
}

/// What patients see too, and only an administrator can change.
#[component]
fn Checked(profile: ProfileView) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card title=say!(l, directory.doctor_profile.checked)>
            <dl class="facts">
                <dt>{say!(l, directory.doctor_profile.name)}</dt>
                <dd>{said(profile.name)}</dd>
                <dt>{say!(l, directory.doctor_profile.specialties)}</dt>
                <dd>{listed(&profile.specialties)}</dd>
                <dt>{say!(l, directory.doctor_profile.clinics)}</dt>
                <dd>{listed(&profile.clinics)}</dd>
                {profile.licence.map(|licence| licence_rows(l, licence))}
            </dl>
            <p class="quiet">{say!(l, directory.doctor_profile.checked_text)}</p>
            <p><a href="/account/name">{say!(l, directory.doctor_profile.correct_name)}</a></p>
            <p><a href="/doctor/licences">{say!(l, directory.licences.title)}</a></p>
        </Card>
    }
}

fn licence_rows(l: Locale, licence: LicenceView) -> impl IntoView {
    let country = licence.country.name();
    view! {
        <dt>{say!(l, common.doctor.licence_number)}</dt>
        <dd>{said(licence.number)}</dd>
        <dt>{say!(l, common.doctor.licence_authority)}</dt>
        <dd>{said(licence.authority)} " (" {country} ")"</dd>
        <dt>{say!(l, common.doctor.licence_expires)}</dt>
        <dd><time datetime=licence.expires_on.to_string()>{format::date_long(licence.expires_on, names(l))}</time></dd>
    }
}
