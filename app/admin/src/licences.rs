//! Licences that doctors have sent, and deciding about one.

use super::credentials::Credentials;
use super::status_name;
use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{
    Card, Choice, Column, Detail, Moment, Notice, NoticeKind, PageTitle, Paging, Radios, Table, TextArea, loaded, said,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::directory::{ApplicationDecision, LicenceReview, LicenceRow, LicenceState};
use model::files::CredentialsView;
use model::format;
use model::page::Page;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that decides about a licence.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LicenceDecisionValues {
    /// The licence.
    pub licence: String,
    /// The decision.
    pub verdict: String,
    /// The message to the doctor.
    pub reply: String,
}

impl FormValues for LicenceDecisionValues {
    const FORM: &'static str = "admin.licence";
}

/// Loads the licences in one state, those that were sent first; by default the ones that wait for a review.
///
/// # Errors
/// `Forbidden` for a user who may not decide on licences.
#[server(prefix = "/do", endpoint = "load-licences")]
pub async fn load_licences(
    /// Only licences in this state.
    state: Option<LicenceState>,
    /// The cursor: the last licence of the previous page.
    after: Option<String>,
) -> Result<Page<LicenceRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.and_then(|after| after.parse().ok());
    let state = state.unwrap_or(LicenceState::Waiting);
    kit::request::call(|| domain::directory::licences_in(&request.domain, &request.access, state, after)).await
}

/// A licence, and the documents of its doctor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToReview {
    /// The licence.
    pub review: LicenceReview,
    /// The documents.
    pub credentials: CredentialsView,
}

/// Loads one licence, and the documents of its doctor.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-licence")]
pub async fn load_licence(
    /// The licence.
    licence: String,
) -> Result<ToReview, Failure> {
    let request = kit::request::RequestContext::require()?;
    let licence = kit::request::id(&licence)?;
    let review = kit::request::call(|| domain::directory::licence(&request.domain, &request.access, licence)).await?;
    let doctor = Some(review.doctor);
    let credentials = kit::request::call(|| domain::directory::credentials(&request.domain, &request.access, doctor)).await?;
    Ok(ToReview { review, credentials })
}

/// Decides about a licence.
///
/// # Errors
/// Wrong fields; `LicenceDecided`, `LicenceExpired`, `LicenceTaken`; `Stale`; `NotFound`; `AccountAbove`, `AccountElsewhere`.
#[server(prefix = "/do", endpoint = "review-licence")]
pub async fn review_licence(
    /// The posted form.
    #[server(flatten)]
    form: Posted<LicenceDecisionValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::review_licence(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ApplicationDecision, Failure, FormReply, LicenceDecisionValues, Posted};
    use domain::{
        directory::{self, ReviewLicence},
        error::retry,
    };
    use kit::request::{RequestContext, posted_id};
    use model::errors::{FieldError, FieldFault};

    pub(super) async fn review_licence(form: &Posted<LicenceDecisionValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let LicenceDecisionValues { licence, verdict, reply } = form.values.clone();
        let licence = posted_id(&licence)?;
        let decision = ApplicationDecision::parse(&verdict)
            .map_err(|_| Failure::fields(vec![FieldError::new("verdict", FieldFault::Missing)]))?;
        let command = ReviewLicence { licence, decision, reply, version: form.version()? };
        retry(|| directory::review_licence(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/admin/licences?decided=1"))
    }
}

/// The list of licences.
#[component]
pub fn DoctorLicencesPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let asked = Memo::new(move |_| {
        address.with(|address| {
            let state = address.get("state").and_then(|state| LicenceState::parse(&state).ok());
            (state.unwrap_or(LicenceState::Waiting), address.get("after"))
        })
    });
    let licences = Resource::new_blocking(move || asked.get(), |(state, after)| load_licences(Some(state), after));
    let states = LicenceState::ALL.iter().map(|state| {
        let (state, href) = (*state, format!("/admin/licences{}", query(&[("state", Some(state.as_str()))])));
        let current = move || (asked.get().0 == state).then_some("page");
        view! { <a href=href aria-current=current>{state_name(l, state)}</a> }
    });
    let is_decided = address.with_untracked(|address| address.get("decided").is_some());
    view! {
        <PageTitle text=say!(l, admin.licences.title)/>
        <h1>{say!(l, admin.licences.title)}</h1>
        <p>{say!(l, admin.licences.lead)}</p>
        {is_decided.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, admin.licences.decided)/> })}
        <nav class="tabs" aria-label=say!(l, admin.applications.states)>{states.collect_view()}</nav>
        {loaded(licences, move |page| {
            let (state, after) = asked.get_untracked();
            view! { <Rows page state after/> }
        })}
    }
    .into_any()
}

#[component]
fn Rows(page: Page<LicenceRow>, state: LicenceState, after: Option<String>) -> impl IntoView {
    let l = use_locale();
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/licences{}", query(&[("state", Some(state.as_str())), ("after", after)]))
    });
    let columns = vec![
        Column::name(say!(l, admin.applications.name), |row: &LicenceRow| {
            view! { <a href=format!("/admin/licences/{}", row.id)>{said(&row.doctor_name)}</a> }
        }),
        Column::text(say!(l, common.doctor.licence_authority), |row: &LicenceRow| said(&row.authority)),
        Column::text(say!(l, admin.applications.country), |row: &LicenceRow| row.country.name()),
        Column::text(say!(l, common.doctor.licence_expires), move |row: &LicenceRow| {
            view! { <time datetime=row.expires_on.to_string()>{format::date_short(row.expires_on, names(l))}</time> }
        })
        .labelled(),
        Column::text(say!(l, admin.applications.sent), |row: &LicenceRow| {
            view! { <Moment at=row.sent_at detail=Detail::Short/> }
        })
        .labelled(),
    ];
    view! {
        <Table
            columns
            rows=page.items
            caption=state_name(l, state)
            with_zone=true
            paging
            empty_title=say!(l, admin.licences.empty_title)
            empty_text=say!(l, admin.licences.empty)
        />
    }
}

/// The page of one licence, with the form that decides about it.
#[component]
pub fn LicenceReviewPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let review = Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_licence);
    let form = use_form::<ReviewLicence, LicenceDecisionValues>()
        .choice("verdict", say!(l, admin.licences.verdict), say!(l, admin.licences.verdict_missing))
        .field("reply", say!(l, admin.decision.reason), say!(l, admin.decision.reason_missing));
    view! {
        <PageTitle text=say!(l, admin.licences.single)/>
        {loaded(review, move |ToReview { review, credentials }| {
            let form = form.editing(&LicenceDecisionValues::default(), review.licence.version.into());
            view! { <Review review credentials form/> }
        })}
        <p><a href="/admin/licences">{say!(l, admin.licences.back)}</a></p>
    }
    .into_any()
}

#[component]
fn Review(review: LicenceReview, credentials: CredentialsView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let LicenceReview { licence, doctor, doctor_name, sent_at, same_licence, may_decide } = review;
    let others: Vec<_> = same_licence
        .into_iter()
        .map(|other| {
            let state = status_name(l, other.status);
            view! { <li><a href=format!("/admin/applications/{}", other.doctor)>{said(&other.name)}</a> ": " {state}</li> }
        })
        .collect();
    let same = (!others.is_empty()).then(|| {
        view! { <Notice kind=NoticeKind::Warn title=say!(l, admin.application.same_licence)><ul>{others}</ul></Notice> }
    });
    let register = licence.country.register().map(|(name, address)| {
        view! { <p><a href=address rel="external noreferrer" target="_blank">{say!(l, admin.application.register, name = name)}</a></p> }
    });
    let region = licence.region.clone().map(|region| {
        view! {
            <dt>{say!(l, common.doctor.licence_region)}</dt>
            <dd>{said(region)}</dd>
        }
    });
    let issued = licence.issued_on.map(|day| {
        view! {
            <dt>{say!(l, common.doctor.licence_issued)}</dt>
            <dd><time datetime=day.to_string()>{format::date_short(day, names(l))}</time></dd>
        }
    });
    let reply = licence.reply.clone().map(|reply| view! { <blockquote class="said" dir="auto">{reply}</blockquote> });
    let choices = decisions(l, licence.state);
    let decide = (may_decide && !choices.is_empty()).then(|| {
        let (choices, id) = (StoredValue::new(choices), licence.id.to_string());
        view! {
            <Form form class="card">
                <h2>{say!(l, admin.licences.decide)}</h2>
                <input type="hidden" name="licence" value=id.clone()/>
                <Radios name="verdict" choices=choices.get_value()/>
                <TextArea name="reply" hint=say!(l, admin.licences.reply_hint)/>
                <div class="row">
                    <SubmitButton label=say!(l, admin.licences.submit)/>
                </div>
            </Form>
        }
    });
    view! {
        <h1>{say!(l, admin.licences.of, name = doctor_name)}</h1>
        <Card title=state_name(l, licence.state)>
            {same}
            <dl class="facts">
                <dt>{say!(l, common.doctor.licence_number)}</dt>
                <dd>{said(&licence.number)}</dd>
                <dt>{say!(l, common.doctor.licence_authority)}</dt>
                <dd>{said(&licence.authority)}</dd>
                <dt>{say!(l, common.doctor.licence_country)}</dt>
                <dd>{licence.country.name()}</dd>
                {region}
                {issued}
                <dt>{say!(l, common.doctor.licence_expires)}</dt>
                <dd><time datetime=licence.expires_on.to_string()>{format::date_short(licence.expires_on, names(l))}</time></dd>
                <dt>{say!(l, admin.applications.sent)}</dt>
                <dd><Moment at=sent_at detail=Detail::Short/></dd>
            </dl>
            {register}
            {reply}
            <p><a href=format!("/admin/applications/{doctor}")>{say!(l, admin.application.title)}</a></p>
            <p><a href=format!("/admin/applications/{doctor}/changes")>{say!(l, admin.application.changes)}</a></p>
        </Card>
        <Credentials credentials/>
        {decide}
    }
    .into_any()
}

/// What can be decided about a licence in this state.
fn decisions(l: Locale, state: LicenceState) -> Vec<Choice> {
    ApplicationDecision::ALL
        .iter()
        .filter(|decision| state.after(**decision).is_ok())
        .map(|decision| {
            let label = match decision {
                ApplicationDecision::Verified => say!(l, admin.licences.approve),
                ApplicationDecision::Refused if state == LicenceState::Approved => say!(l, admin.licences.withdraw),
                ApplicationDecision::Refused => say!(l, admin.licences.refuse),
                ApplicationDecision::MoreAsked => say!(l, admin.licences.ask),
            };
            Choice { value: decision.as_str().to_owned(), label: label.to_owned(), hint: None }
        })
        .collect()
}

fn state_name(l: Locale, state: LicenceState) -> &'static str {
    match state {
        LicenceState::Waiting => say!(l, common.doctor.licence_waiting),
        LicenceState::Approved => say!(l, common.doctor.licence_approved),
        LicenceState::Refused => say!(l, common.doctor.licence_refused),
        LicenceState::Replaced => say!(l, common.doctor.licence_replaced),
        LicenceState::MoreAsked => say!(l, common.doctor.more_asked),
    }
}
