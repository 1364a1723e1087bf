//! The ratings of doctors, where an administrator hides abuse.

use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{
    Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Pager, Paging, Tag, TagKind, TextArea, loaded, said, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::page::Page;
use model::visits::ratings::RatingView;
use scheduling::load_ratings;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that hides a rating.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HideValues {
    /// The rating.
    pub rating: String,
    /// Why it is hidden.
    pub reason: String,
}

impl FormValues for HideValues {
    const FORM: &'static str = "admin.hide_rating";
    // The page has one form for several ratings, and what was written for one of them must not appear at another.
    const KEEP: Keep = Keep::Nowhere;
}

/// Hides a rating.
///
/// # Errors
/// Wrong fields; `Stale`; `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "hide-rating")]
pub async fn hide_rating(
    /// The posted form.
    #[server(flatten)]
    form: Posted<HideValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::hide(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, HideValues, Posted};
    use domain::{
        error::retry,
        visits::{self, HideRating},
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn hide(form: &Posted<HideValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let HideValues { rating, reason } = form.values.clone();
        let rating = posted_id(&rating)?;
        let command = HideRating { rating, reason, version: form.version()? };
        retry(|| visits::hide_rating(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/admin/ratings?saved=1"))
    }
}

/// The page with all ratings.
#[component]
pub fn RatingsPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let form = use_form::<HideRating, HideValues>().field(
        "reason",
        say!(l, admin.ratings.reason),
        say!(l, admin.ratings.reason_missing),
    );
    let asked = Memo::new(move |_| address.with(|address| (address.get("after"), address.get("hide"))));
    let ratings = Resource::new_blocking(move || (asked.get(), form.done().get()), |((after, _), _)| load_ratings(after));
    view! {
        <PageTitle text=say!(l, admin.ratings.title)/>
        <h1>{say!(l, admin.ratings.title)}</h1>
        <p>{say!(l, admin.ratings.lead)}</p>
        {switch(
            move || address.with(|address| address.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, admin.ratings.saved)/> }),
        )}
        {loaded(ratings, move |page| {
            let (after, hiding) = asked.get_untracked();
            view! { <All page after hiding form/> }
        })}
    }
    .into_any()
}

#[component]
fn All(page: Page<RatingView>, after: Option<String>, hiding: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return view! { <EmptyState title=say!(l, admin.ratings.empty_title) text=say!(l, admin.ratings.empty)/> }.into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/ratings{}", query(&[("after", after)]))
    });
    let rows = page.items.iter().map(|rating| {
        let id = rating.id.to_string();
        let words =
            (!rating.words.is_empty()).then(|| view! { <blockquote class="said" dir="auto">{rating.words.clone()}</blockquote> });
        let state = rating.hidden.clone().map(|reason| {
            view! {
                <p><Tag kind=TagKind::Warn text=say!(l, admin.ratings.hidden)/> " " {said(reason)}</p>
            }
        });
        let hide = rating.hidden.is_none().then(|| {
            if hiding.as_deref() == Some(id.as_str()) {
                let form = form.editing(&HideValues::default(), rating.version.into());
                view! { <Hide rating=id.clone() form/> }.into_any()
            } else {
                let href = format!("/admin/ratings{}", query(&[("after", after.as_deref()), ("hide", Some(id.as_str()))]));
                view! { <p><a href=href>{say!(l, admin.ratings.hide)}</a></p> }.into_any()
            }
        });
        view! {
            <li>
                <p>
                    <strong>{said(&rating.doctor_name)}</strong>
                    ": "
                    {say!(l, admin.ratings.stars, n = rating.stars)}
                    " "
                    <span class="quiet"><Moment at=rating.rated_at detail=Detail::Short/></span>
                </p>
                {words}
                {state}
                {hide}
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <ul class="list">{rows}</ul>
        <Pager paging/>
    }
    .into_any()
}

#[component]
fn Hide(rating: String, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    view! {
        <Form form>
            <input type="hidden" name="rating" value=rating.clone()/>
            <TextArea name="reason" hint=say!(l, admin.ratings.reason_hint)/>
            <div class="row">
                <SubmitButton label=say!(l, admin.ratings.submit) class="bad"/>
                <a href="/admin/ratings">{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
}
