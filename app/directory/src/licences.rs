//! The licences of a verified doctor, the warnings about them, and the insurance against malpractice.

use super::credentials::{Credentials, load_own_credentials};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{Card, DateFields, EmptyState, Notice, NoticeKind, PageTitle, Tag, TagKind, TextField, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{CoverView, LicenceState, LicencesView, OwnLicence};
use model::format;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that changes the insurance.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CoverValues {
    /// The insurer.
    pub cover_insurer: String,
    /// The number of the policy.
    pub cover_number: String,
    /// The last day of the cover: day of the month.
    pub cover_until_day: String,
    /// The last day of the cover: month.
    pub cover_until_month: String,
    /// The last day of the cover: year.
    pub cover_until_year: String,
}

impl FormValues for CoverValues {
    const FORM: &'static str = "directory.cover";
}

impl From<&CoverView> for CoverValues {
    fn from(cover: &CoverView) -> Self {
        Self {
            cover_insurer: cover.insurer.clone(),
            cover_number: cover.number.clone(),
            cover_until_day: cover.until.day().to_string(),
            cover_until_month: cover.until.month().to_string(),
            cover_until_year: cover.until.year().to_string(),
        }
    }
}

/// Loads the signed-in doctor's licences and insurance.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a verified doctor.
#[server(prefix = "/do", endpoint = "load-own-licences")]
pub async fn load_own_licences() -> Result<LicencesView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::own_licences(&request.domain, &request.access)).await
}

/// Changes the signed-in doctor's insurance.
///
/// # Errors
/// Wrong fields; `Stale`; `SignInNeeded`; `Forbidden` when the user does not act as a verified doctor.
#[server(prefix = "/do", endpoint = "change-cover")]
pub async fn change_cover(
    /// The posted form.
    #[server(flatten)]
    form: Posted<CoverValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change_cover(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{CoverValues, Failure, FormReply, Posted};
    use domain::{directory, error::retry};
    use kit::request::RequestContext;

    pub(super) async fn change_cover(form: &Posted<CoverValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let CoverValues { cover_insurer, cover_number, cover_until_day, cover_until_month, cover_until_year } =
            form.values.clone();
        let until = [cover_until_day, cover_until_month, cover_until_year];
        let command = directory::ChangeCover { insurer: cover_insurer, number: cover_number, until, version };
        retry(|| directory::change_cover(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/doctor/licences?saved=cover"))
    }
}

/// The page with all licences and the insurance.
#[component]
pub fn LicencesPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let form = use_form::<ChangeCover, CoverValues>()
        .field("cover_insurer", say!(l, directory.licences.insurer), say!(l, directory.licences.insurer_missing))
        .field("cover_number", say!(l, directory.licences.policy), say!(l, directory.licences.policy_missing))
        .date("cover_until", say!(l, directory.licences.cover_until), say!(l, directory.licences.cover_until_missing));
    let done = form.done();
    let licences = Resource::new_blocking(move || done.get(), |_| load_own_licences());
    let documents = Resource::new_blocking(|| (), |()| load_own_credentials());
    view! {
        <PageTitle text=say!(l, directory.licences.title)/>
        <div class="lead">
            <h1>{say!(l, directory.licences.title)}</h1>
            <p>{say!(l, directory.licences.lead)}</p>
        </div>
        {switch(
            move || query.with(|query| query.get("saved")),
            move |saved| saved.map(|saved| {
                let title = if saved == "cover" { say!(l, directory.licences.cover_saved) } else { say!(l, directory.licences.sent) };
                view! { <Notice kind=NoticeKind::Good title=title/> }
            }),
        )}
        {loaded(licences, move |all| {
            let values = all.cover.as_ref().map(CoverValues::from).unwrap_or_default();
            let form = form.editing(&values, all.version.into());
            view! {
                {warnings(l, &all)}
                <Stated licences=all.licences/>
                <Insurance cover=all.cover form/>
            }
        })}
        <Credentials found=documents/>
        <p><a href="/doctor/profile">{say!(l, common.account.doctor_profile)}</a></p>
        <p><a href="/doctor/profile/changes">{say!(l, directory.licences.changes)}</a></p>
    }
    .into_any()
}

/// Warns a doctor whose licence ends soon or who has no valid licence; empty otherwise.
#[component]
pub fn LicenceWarnings() -> impl IntoView {
    let l = use_locale();
    let licences = Resource::new_blocking(|| (), |()| load_own_licences());
    loaded(licences, move |all| warnings(l, &all))
}

fn warnings(l: Locale, all: &LicencesView) -> AnyView {
    let open = move || view! { <p><a href="/doctor/licences">{say!(l, directory.licences.open)}</a></p> };
    if !all.may_practise() {
        return view! {
            <Notice kind=NoticeKind::Bad title=say!(l, directory.licences.none_valid)>
                <p>{say!(l, directory.licences.none_valid_text)}</p>
                {open()}
            </Notice>
        }
        .into_any();
    }
    let soon = all.licences.iter().filter(|licence| licence.ends_soon()).map(|licence| {
        let day = format::date_long(licence.expires_on, names(l));
        let title = say!(l, directory.licences.ends_soon, authority = licence.authority.as_str(), day = day.as_str());
        view! {
            <Notice kind=NoticeKind::Warn title=title>
                <p>{say!(l, directory.licences.ends_soon_text)}</p>
                {open()}
            </Notice>
        }
    });
    soon.collect_view().into_any()
}

#[component]
fn Stated(licences: Vec<OwnLicence>) -> impl IntoView {
    let l = use_locale();
    let rows = licences.iter().map(|licence| stated(l, licence)).collect_view();
    let list = if licences.is_empty() {
        view! { <EmptyState title=say!(l, directory.licences.empty_title) text=say!(l, directory.licences.empty)/> }.into_any()
    } else {
        view! { <ul class="list">{rows}</ul> }.into_any()
    };
    view! {
        <section class="card">
            <h2>{say!(l, directory.licences.all)}</h2>
            {list}
            <div class="row"><a class="button" href="/doctor/licences/new">{say!(l, directory.licences.add)}</a></div>
        </section>
    }
}

fn stated(l: Locale, licence: &OwnLicence) -> impl IntoView + use<> {
    let (kind, word) = match licence.state {
        LicenceState::Waiting => (TagKind::Warn, say!(l, common.doctor.licence_waiting)),
        LicenceState::Approved if licence.days_left < 0 => (TagKind::Bad, say!(l, common.doctor.licence_ended)),
        LicenceState::Approved => (TagKind::Good, say!(l, common.doctor.licence_approved)),
        LicenceState::Refused => (TagKind::Bad, say!(l, common.doctor.licence_refused)),
        LicenceState::Replaced => (TagKind::Plain, say!(l, common.doctor.licence_replaced)),
        LicenceState::MoreAsked => (TagKind::Warn, say!(l, common.doctor.more_asked)),
    };
    let number = licence.number.as_str();
    let change = match licence.state {
        LicenceState::Waiting | LicenceState::Refused | LicenceState::MoreAsked => {
            Some(say!(l, directory.licences.correct, number = number))
        }
        LicenceState::Approved => Some(say!(l, directory.licences.renew, number = number)),
        LicenceState::Replaced => None,
    };
    let href = format!("/doctor/licences/{}", licence.id);
    let region = licence.region.clone().map(|region| view! { ", " {said(region)} });
    let reply = licence.reply.clone().map(|reply| view! { <blockquote class="said" dir="auto">{reply}</blockquote> });
    let country = licence.country.name();
    view! {
        <li>
            <p><strong>{said(&licence.authority)}</strong> " (" {country} {region} ") " <Tag kind text=word/></p>
            <dl class="facts">
                <dt>{say!(l, common.doctor.licence_number)}</dt>
                <dd>{said(&licence.number)}</dd>
                {licence.issued_on.map(|day| view! {
                    <dt>{say!(l, common.doctor.licence_issued)}</dt>
                    <dd><time datetime=day.to_string()>{format::date_long(day, names(l))}</time></dd>
                })}
                <dt>{say!(l, common.doctor.licence_expires)}</dt>
                <dd><time datetime=licence.expires_on.to_string()>{format::date_long(licence.expires_on, names(l))}</time></dd>
            </dl>
            {reply}
            {change.map(|change| view! { <p><a href=href>{change}</a></p> })}
        </li>
    }
}

#[component]
fn Insurance(cover: Option<CoverView>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let over = cover.is_some_and(|cover| cover.over).then(|| {
        view! { <Notice kind=NoticeKind::Warn title=say!(l, directory.licences.cover_over)/> }
    });
    view! {
        <Card title=say!(l, directory.licences.cover)>
            {over}
            <p>{say!(l, directory.licences.cover_lead)}</p>
            <Form form>
                <TextField name="cover_insurer" optional=true/>
                <TextField name="cover_number" width="medium" optional=true/>
                <DateFields name="cover_until" hint=say!(l, directory.profile.licence_expires_hint)/>
                <div class="row">
                    <SubmitButton label=say!(l, directory.licences.cover_submit)/>
                </div>
            </Form>
        </Card>
    }
}
