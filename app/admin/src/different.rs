//! Records that are alike and of different people: saying so of a pair, the list of these pairs, and taking it back.

use super::merging::named;
use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Pager, Paging, ZoneNote, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::DifferentRow;
use model::page::Page;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that says that two records are of different people.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DifferentValues {
    /// The id of one record.
    pub first: String,
    /// The id of the other one.
    pub second: String,
}

impl FormValues for DifferentValues {
    const FORM: &'static str = "admin.say_different";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that takes that back.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TakeBackValues {
    /// The pair.
    pub pair: String,
}

impl FormValues for TakeBackValues {
    const FORM: &'static str = "admin.take_back_different";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the pairs of which somebody has said that they are different people.
///
/// # Errors
/// `Forbidden` for everybody but administrators of the whole organisation.
#[server(prefix = "/do", endpoint = "load-different")]
pub async fn load_different(
    /// The cursor: the last pair of the previous page.
    after: Option<String>,
) -> Result<Page<DifferentRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.and_then(|after| after.parse().ok());
    let asked = domain::directory::ListDifferent { after, limit: None };
    kit::request::call(|| domain::directory::different_people(&request.domain, &request.access, asked)).await
}

/// Says that two records are of different people.
///
/// # Errors
/// `NotFound`; `Forbidden`.
#[server(prefix = "/do", endpoint = "say-different")]
pub async fn say_different(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DifferentValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::say(&form.values).await;
    form.answer(outcome).await
}

/// Takes back that two records are of different people.
///
/// # Errors
/// `NotFound`; `Forbidden`.
#[server(prefix = "/do", endpoint = "take-back-different")]
pub async fn take_back_different(
    /// The posted form.
    #[server(flatten)]
    form: Posted<TakeBackValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::take_back(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{DifferentValues, Failure, FormReply, TakeBackValues};
    use domain::{directory, error::retry};
    use kit::request::{RequestContext, posted_id};
    use model::ids::PatientId;

    pub(super) async fn say(values: &DifferentValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let first: PatientId = posted_id(&values.first)?;
        let second: PatientId = posted_id(&values.second)?;
        retry(|| directory::say_different(&request.domain, &request.access, first, second)).await?;
        Ok(FormReply::to("/admin/different?done=said"))
    }

    pub(super) async fn take_back(values: &TakeBackValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let pair = posted_id(&values.pair)?;
        retry(|| directory::take_back_different(&request.domain, &request.access, pair)).await?;
        Ok(FormReply::to("/admin/different?done=taken_back"))
    }
}

/// The page `/admin/different`.
#[component]
pub fn DifferentPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let asked = Memo::new(move |_| address.with(|address| (address.get("after"), address.get("done"))));
    let form = use_form::<TakeBackDifferent, TakeBackValues>();
    let done = form.done();
    let page = Resource::new_blocking(move || (asked.get(), done.get()), |((after, _), _)| load_different(after));
    view! {
        <PageTitle text=say!(l, admin.different.title)/>
        <p><a href="/admin/merging">"← " {say!(l, admin.merging.title)}</a></p>
        <h1>{say!(l, admin.different.title)}</h1>
        <p>{say!(l, admin.different.lead)}</p>
        {switch(
            move || asked.get().1,
            move |done| match done.as_deref() {
                Some("said") => view! { <Notice kind=NoticeKind::Good title=say!(l, admin.different.done)/> }.into_any(),
                Some("taken_back") => view! { <Notice kind=NoticeKind::Good title=say!(l, admin.different.taken_back)/> }.into_any(),
                _ => ().into_any(),
            },
        )}
        {loaded(page, move |page| {
            let after = asked.get_untracked().0;
            view! { <Different page after form/> }
        })}
    }
    .into_any()
}

#[component]
fn Different(page: Page<DifferentRow>, after: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return view! { <EmptyState title=say!(l, admin.different.none_title) text=say!(l, admin.different.none)/> }.into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/different{}", query(&[("after", after)]))
    });
    let items: Vec<_> = page.items.into_iter().map(|row| pair(l, &row, form)).collect();
    view! {
        <section class="card">
            <ZoneNote/>
            <ul class="list">{items}</ul>
            <Pager paging/>
        </section>
    }
    .into_any()
}

fn pair(l: Locale, row: &DifferentRow, form: FormHandle) -> AnyView {
    let id = row.id.to_string();
    let (first, second) = (row.first.number.as_str(), row.second.number.as_str());
    let label = say!(l, admin.different.take_back, first = first, second = second);
    view! {
        <li>
            <div class="row">
                <div class="grow">
                    <strong>{named(&row.first)}</strong>
                    <br/>
                    <strong>{named(&row.second)}</strong>
                    <br/>
                    {say!(l, admin.different.by)} " " {said(&row.by)} ", " <Moment at=row.said_at detail=Detail::Short/>
                </div>
                <Form form>
                    <input type="hidden" name="pair" value=id.clone()/>
                    <SubmitButton label=label.clone() class="plain"/>
                </Form>
            </div>
        </li>
    }
    .into_any()
}
