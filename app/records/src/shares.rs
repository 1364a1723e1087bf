//! What the patient's side shares of the record by links: the list with how often each was opened, and the form that shares an item.

use super::timeline::kind_name;
use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{
    Choice, Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Radios, Tag, TagKind, ZoneNote, loaded, said, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::records::{OPENINGS_SHOWN, ShareLife, ShareRow, ShareState, TimelineContent, TimelineKind};
use serde::{Deserialize, Serialize};
use words::{Locale, plural, say};

/// The values of the form that shares an item.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShareValues {
    /// What it is: a word of `TimelineKind`.
    pub kind: String,
    /// Its id.
    pub item: String,
    /// For how long: a word of `ShareLife`.
    pub life: String,
}

impl FormValues for ShareValues {
    const FORM: &'static str = "records.share_item";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that ends a link.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndShareValues {
    /// The share.
    pub share: String,
}

impl FormValues for EndShareValues {
    const FORM: &'static str = "records.end_share";
    const KEEP: Keep = Keep::Nowhere;
}

/// What is shared, and where this installation is reached.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownShares {
    /// The address with which links begin.
    pub origin: String,
    /// The shares, the newest first.
    pub shares: Vec<ShareRow>,
}

/// Lists what is shared of the record of the patient on whose behalf the user acts.
///
/// # Errors
/// `NotFound`, `Forbidden`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "list-shares")]
pub async fn list_shares() -> Result<ShownShares, Failure> {
    let request = kit::request::RequestContext::require()?;
    let shares = kit::request::call(|| domain::records::shares(&request.domain, &request.access, None)).await?;
    Ok(ShownShares { origin: kit::request::public_origin(), shares })
}

/// Shares an item.
///
/// # Errors
/// Wrong fields; `NotFound`, `Forbidden`; `SignInNeeded`; `TooManyShares`.
#[server(prefix = "/do", endpoint = "share-item")]
pub async fn share_item(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ShareValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::share(&form).await;
    form.answer(outcome).await
}

/// Ends a link.
///
/// # Errors
/// `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "end-share")]
pub async fn end_share(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EndShareValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{EndShareValues, Failure, FormReply, Posted, ShareValues};
    use domain::{
        error::retry,
        records::{self, ShareItem},
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn share(form: &Posted<ShareValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let ShareValues { kind, item, life } = form.values.clone();
        let command = ShareItem { patient: None, kind, item: posted_id(&item)?, life };
        retry(|| records::share_item(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/patient/shares?made=1"))
    }

    pub(super) async fn end(form: &Posted<EndShareValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let share = posted_id(&form.values.share)?;
        retry(|| records::end_share(&request.domain, &request.access, share)).await?;
        Ok(FormReply::to("/patient/shares"))
    }
}

/// The link that leads to the form which shares an item; `None` for what is not shared, or has its link elsewhere.
pub(super) fn share_link(l: Locale, content: &TimelineContent) -> Option<AnyView> {
    let item = match content {
        TimelineContent::Visit { encounter, .. } => encounter.to_string(),
        TimelineContent::Prescription { prescription } => prescription.id.to_string(),
        TimelineContent::Document { file, .. } => file.to_string(),
        TimelineContent::Letter { letter } => letter.id.to_string(),
        TimelineContent::Measurement { view } => view.id.to_string(),
        TimelineContent::Allergy { view } => view.id.to_string(),
        TimelineContent::Note { .. } | TimelineContent::Entry { .. } => return None,
    };
    Some(link_to_share(l, content.kind(), &item))
}

/// The link that leads to the form which shares an item.
pub(super) fn link_to_share(l: Locale, kind: TimelineKind, item: &str) -> AnyView {
    let href = format!("/patient/shares/new{}", query(&[("kind", Some(kind.as_str())), ("item", Some(item))]));
    view! { <p class="no-print"><a href=href>{say!(l, records.shares.share)}</a></p> }.into_any()
}

/// The page `/patient/shares/new`. The address says which item.
#[component]
pub fn NewSharePage() -> impl IntoView {
    let l = use_locale();
    let form =
        use_form::<ShareItem, ShareValues>().choice("life", say!(l, records.shares.life), say!(l, records.shares.life_missing));
    let address = use_query_map();
    let asked = |name: &str| address.with_untracked(|address| address.get(name)).unwrap_or_default();
    let (kind, item) = (asked("kind"), asked("item"));
    let what = TimelineKind::parse(&kind).ok().map(|kind| kind_name(l, kind));
    let choices: Vec<Choice> = ShareLife::ALL
        .iter()
        .map(|life| {
            let label = match life {
                ShareLife::Day => say!(l, records.shares.day),
                ShareLife::Week => say!(l, records.shares.week),
                ShareLife::Month => say!(l, records.shares.month),
            };
            Choice { value: life.as_str().to_owned(), label: label.to_owned(), hint: None }
        })
        .collect();
    view! {
        <PageTitle text=say!(l, records.shares.new_title)/>
        <div class="lead">
            <h1>{say!(l, records.shares.new_title)}</h1>
            <p>{what}</p>
        </div>
        <Notice kind=NoticeKind::Warn title=say!(l, records.shares.careful)/>
        <Form form class="card">
            <p>{say!(l, records.shares.new_lead)}</p>
            <input type="hidden" name="kind" value=kind.clone()/>
            <input type="hidden" name="item" value=item.clone()/>
            <Radios name="life" choices=choices.clone()/>
            <div class="row">
                <SubmitButton label=say!(l, records.shares.make)/>
                <a href="/patient/timeline">{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
    .into_any()
}

/// The page `/patient/shares`.
#[component]
pub fn SharesPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let form = use_form::<EndShare, EndShareValues>();
    let found = Resource::new_blocking(move || form.done().get(), |_| list_shares());
    view! {
        <PageTitle text=say!(l, records.shares.title)/>
        <div class="lead">
            <h1>{say!(l, records.shares.title)}</h1>
            <p>{say!(l, records.shares.lead)}</p>
            <ZoneNote/>
        </div>
        {switch(
            move || address.with(|address| address.get("made").is_some()),
            move |is_made| is_made.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, records.shares.made)/> }),
        )}
        {loaded(found, move |shown| view! { <Shares shown form/> })}
    }
    .into_any()
}

#[component]
fn Shares(shown: ShownShares, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let ShownShares { origin, shares } = shown;
    if shares.is_empty() {
        return view! { <EmptyState title=say!(l, records.shares.empty_title) text=say!(l, records.shares.empty)/> }.into_any();
    }
    view! {
        <Form form>
            <ul class="list">{shares.iter().map(|row| share(l, &origin, row)).collect_view()}</ul>
        </Form>
    }
    .into_any()
}

/// One share: what, the link, until when, and when it was opened.
fn share(l: Locale, origin: &str, row: &ShareRow) -> AnyView {
    let (tag, state) = match row.state {
        ShareState::Open => (TagKind::Good, say!(l, records.shares.open)),
        ShareState::Expired => (TagKind::Plain, say!(l, records.shares.expired)),
        ShareState::Ended => (TagKind::Plain, say!(l, records.shares.ended)),
    };
    let link = row.token.as_ref().map(|token| {
        let link = format!("{origin}/shared/{token}");
        view! { <p><code class="secret">{link}</code></p> }
    });
    let n = row.openings;
    let count = plural(n, say!(l, records.shares.opened_singular, n = n), say!(l, records.shares.opened_plural, n = n));
    let is_cut = usize::try_from(n).unwrap_or(usize::MAX) > OPENINGS_SHOWN;
    let times: Vec<_> = row.opened_at.iter().map(|at| view! { <li><Moment at=*at detail=Detail::DayAndTime/></li> }).collect();
    let times = (!times.is_empty()).then(|| view! { <ul class="bare">{times}</ul> });
    let end = (row.state == ShareState::Open).then(|| {
        view! {
            <div class="row">
                <button type="submit" class="button plain" name="share" value=row.id.to_string()>
                    {say!(l, records.shares.end)}
                </button>
            </div>
        }
    });
    view! {
        <li>
            <p><strong>{kind_name(l, row.kind)}</strong> " " <Tag kind=tag text=state/></p>
            {link}
            <dl class="facts">
                <dt>{say!(l, records.shares.shared)}</dt>
                <dd><Moment at=row.shared_at detail=Detail::DayAndTime/> ", " {said(&row.by)}</dd>
                <dt>{say!(l, records.shares.until)}</dt>
                <dd><Moment at=row.expires_at detail=Detail::DayAndTime/></dd>
                <dt>{say!(l, records.shares.openings)}</dt>
                <dd><span>{count}</span> {times} {is_cut.then(|| say!(l, records.shares.earlier))}</dd>
            </dl>
            {end}
        </li>
    }
    .into_any()
}
