//! Records that were opened in an emergency, and their review.

use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, use_form};
use kit::parts::{Detail, EmptyState, Moment, PageTitle, Pager, Paging, Tag, TagKind, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{BreakGlassRow, BreakGlassVerdict};
use model::page::Page;
use serde::{Deserialize, Serialize};
use words::{Locale, role_name, say};

/// The values of the form that reviews accesses: it has one button for each access and verdict.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReviewValues {
    /// The value of the button: the access and the verdict, with `~` between them.
    pub found: String,
}

impl FormValues for ReviewValues {
    const FORM: &'static str = "admin.review_break_glass";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the records that were opened in an emergency, those that wait for a review first.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator.
#[server(prefix = "/do", endpoint = "load-emergencies")]
pub async fn load_emergencies(
    /// The cursor: the last access of the previous page.
    after: Option<String>,
) -> Result<Page<BreakGlassRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.and_then(|after| after.parse().ok());
    kit::request::call(|| domain::directory::broken_glasses(&request.domain, &request.access, after)).await
}

/// Stores what a review found.
///
/// # Errors
/// `NotFound`, `Forbidden`; `Stale` when somebody else has reviewed it.
#[server(prefix = "/do", endpoint = "review-emergency")]
pub async fn review_emergency(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ReviewValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::review(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{BreakGlassVerdict, Failure, FormReply, Posted, ReviewValues};
    use domain::{
        directory::{self, ReviewBreakGlass},
        error::retry,
    };
    use kit::request::{RequestContext, posted_id};
    use model::errors::Code;

    pub(super) async fn review(form: &Posted<ReviewValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let (id, verdict) = form.values.found.split_once('~').ok_or(Code::NotFound)?;
        let id = posted_id(id)?;
        let verdict = BreakGlassVerdict::parse(verdict).map_err(|_| Code::NotFound)?;
        let command = ReviewBreakGlass { id, verdict };
        retry(|| directory::review_break_glass(&request.domain, &request.access, command)).await?;
        Ok(FormReply::to("/admin/emergencies"))
    }
}

/// The page `/admin/emergencies`.
#[component]
pub fn EmergenciesPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let after = Memo::new(move |_| address.with(|address| address.get("after")));
    let form = use_form::<ReviewEmergency, ReviewValues>();
    let accesses = Resource::new_blocking(move || (after.get(), form.done().get()), |(after, _)| load_emergencies(after));
    view! {
        <PageTitle text=say!(l, admin.emergencies.title)/>
        <h1>{say!(l, admin.emergencies.title)}</h1>
        <p>{say!(l, admin.emergencies.lead)}</p>
        {loaded(accesses, move |page| {
            let after = after.get_untracked();
            view! { <Accesses page after form/> }
        })}
    }
}

#[component]
fn Accesses(page: Page<BreakGlassRow>, after: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return view! {
            <EmptyState title=say!(l, admin.emergencies.none_title) text=say!(l, admin.emergencies.none)/>
        }
        .into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/emergencies{}", query(&[("after", after)]))
    });
    let rows = page.items;
    view! {
        <ZoneNote/>
        <Form form>
            <ul class="list">{rows.iter().map(|row| access(l, row)).collect_view()}</ul>
        </Form>
        <Pager paging/>
    }
    .into_any()
}

fn access(l: Locale, row: &BreakGlassRow) -> impl IntoView + use<> {
    let state = match row.verdict {
        None => (TagKind::Warn, say!(l, admin.emergencies.waiting)),
        Some(BreakGlassVerdict::Justified) => (TagKind::Good, say!(l, admin.emergencies.justified)),
        Some(BreakGlassVerdict::Unjustified) => (TagKind::Bad, say!(l, admin.emergencies.unjustified)),
    };
    let found = |verdict: BreakGlassVerdict| format!("{}~{}", row.id, verdict.as_str());
    let buttons = row.may_review.then(|| {
        view! {
            <div class="row">
                <button type="submit" class="button" name="found" value=found(BreakGlassVerdict::Justified)>
                    {say!(l, admin.emergencies.find_justified)}
                </button>
                <button type="submit" class="button bad" name="found" value=found(BreakGlassVerdict::Unjustified)>
                    {say!(l, admin.emergencies.find_unjustified)}
                </button>
            </div>
        }
    });
    let clinic = row.clinic.clone().map(|clinic| view! { ", " {said(clinic)} });
    let reviewed = row.reviewed_by.clone().map(|by| {
        view! {
            <dt>{say!(l, admin.emergencies.reviewed_by)}</dt>
            <dd>{said(by)}</dd>
        }
    });
    view! {
        <li>
            <p><strong>{said(row.by.clone())}</strong> " (" {role_name(l, row.role)} {clinic} ") " <Tag kind=state.0 text=state.1/></p>
            <dl class="facts">
                <dt>{say!(l, admin.person.number)}</dt>
                <dd class="num">{row.patient_number.clone()}</dd>
                <dt>{say!(l, admin.emergencies.opened)}</dt>
                <dd><Moment at=row.opened_at detail=Detail::DayAndTime/></dd>
                <dt>{say!(l, admin.emergencies.until)}</dt>
                <dd><Moment at=row.until detail=Detail::DayAndTime/></dd>
                {reviewed}
            </dl>
            <blockquote class="said" dir="auto">{row.reason.clone()}</blockquote>
            {buttons}
        </li>
    }
}
