//! A doctor's own application: its status, and correcting it.

use super::credentials::{Credentials, load_own_credentials};
use super::profile::{ProfileFields, ProfileValues, declare, load_choices};
use kit::failure::Failure;
use kit::forms::{Form, FormReply, Posted, SubmitButton, shows_refused, use_form};
use kit::parts::{Card, Detail, Moment, Notice, NoticeKind, PageTitle, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::{ApplicationStatus, OwnApplication, SpecialtyChoice};
use words::say;

/// Loads the user's own application; none if the user does not act as a doctor.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-own-application")]
pub async fn load_own_application() -> Result<Option<OwnApplication>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::own_application(&request.domain, &request.access)).await
}

/// Corrects the user's own application and submits it again.
///
/// # Errors
/// Wrong fields; `Stale`; `ApplicationDecided`.
#[server(prefix = "/do", endpoint = "revise-application")]
pub async fn revise(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ProfileValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::revise(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, ProfileValues};
    use crate::profile::as_controls;
    use domain::{directory::ReviseApplication, error::retry};
    use kit::request::RequestContext;

    pub(super) async fn revise(form: &Posted<ProfileValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let command = ReviseApplication { profile: form.values.clone().into(), version };
        retry(|| domain::directory::revise_application(&request.domain, &request.access, command.clone()))
            .await
            .map_err(as_controls)?;
        // Loads the page again: every page of the portal shows the application, and only a new page reads it again.
        Ok(FormReply::fresh("/doctor"))
    }
}

/// Shows the application's status and what the doctor can do now. It is displayed inside the portal layout.
#[component]
pub fn OwnApplicationPage() -> impl IntoView {
    let l = use_locale();
    let form = declare(use_form::<Revise, ProfileValues>(), l);
    let choices = Resource::new_blocking(|| (), |()| load_choices());
    let own = Resource::new_blocking(|| (), |()| load_own_application());
    let documents = Resource::new_blocking(|| (), |()| load_own_credentials());
    view! {
        <PageTitle text=say!(l, directory.own.title)/>
        <h1>{say!(l, directory.own.title)}</h1>
        {loaded(own, move |application| {
            application.map(|application| {
                let form = form.editing(&ProfileValues::from(application.clone()), application.version.into());
                let status = application.status;
                let can_correct = status != ApplicationStatus::Verified;
                view! {
                    <State application/>
                    {can_correct.then(|| loaded(choices, move |choices| correction(form, status, choices)))}
                }
            })
        })}
        <Credentials found=documents/>
    }
}

/// The form that corrects the application. It is folded while the application waits, because then nothing needs to be done.
fn correction(
    form: kit::forms::FormHandle,
    status: ApplicationStatus,
    choices: (Vec<SpecialtyChoice>, Vec<String>),
) -> impl IntoView {
    let l = use_locale();
    let choices = StoredValue::new(choices);
    let is_open = status == ApplicationStatus::Refused || shows_refused();
    view! {
        <details open=is_open>
            <summary>{say!(l, directory.own.correct_title)}</summary>
            <div class="stack">
                <p>{say!(l, directory.own.correct)}</p>
                <Form form class="card">
                    {
                        let (specialties, languages) = choices.get_value();
                        view! { <ProfileFields specialties languages/> }
                    }
                    <div class="row">
                        <SubmitButton label=say!(l, directory.own.submit)/>
                    </div>
                </Form>
            </div>
        </details>
    }
}

#[component]
fn State(application: OwnApplication) -> impl IntoView {
    let l = use_locale();
    let sent = application.applied_at;
    match application.status {
        ApplicationStatus::Applied => view! {
            <Card title=say!(l, directory.own.waiting_title) next=true>
                <p>{say!(l, directory.own.waiting)}</p>
                <ol>
                    <li>{say!(l, directory.own.next_check)}</li>
                    <li>{say!(l, directory.own.next_mail)}</li>
                    <li>{say!(l, directory.own.next_start)}</li>
                </ol>
                <p class="quiet">{say!(l, directory.own.sent)} " " <Moment at=sent detail=Detail::Short/></p>
            </Card>
        }
        .into_any(),
        ApplicationStatus::Refused => view! {
            <Notice kind=NoticeKind::Warn title=say!(l, directory.own.refused_title)>
                <p>{say!(l, directory.own.refused)}</p>
                {application.refusal.map(|reason| view! { <blockquote class="said" dir="auto">{reason}</blockquote> })}
            </Notice>
        }
        .into_any(),
        ApplicationStatus::MoreAsked => view! {
            <Notice kind=NoticeKind::Warn title=say!(l, directory.own.more_title)>
                <p>{say!(l, directory.own.more)}</p>
                {application.refusal.map(|asked| view! { <blockquote class="said" dir="auto">{asked}</blockquote> })}
            </Notice>
        }
        .into_any(),
        ApplicationStatus::Verified => view! {
            <Notice kind=NoticeKind::Good title=say!(l, directory.own.verified_title)>
                <p>{say!(l, directory.own.verified)}</p>
                // Loads the page again, because this page's viewer still counts as unverified.
                <p><a href="/doctor/hours" rel="external">{say!(l, directory.own.hours)}</a></p>
            </Notice>
        }
        .into_any(),
    }
}
