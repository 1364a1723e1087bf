//! Records that were merged, and separating them again.

use super::merging::named;
use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Pager, Paging, ZoneNote, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::MergedRow;
use model::page::Page;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that separates two records.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeparateValues {
    /// The merge.
    pub merge: String,
}

impl FormValues for SeparateValues {
    const FORM: &'static str = "admin.separate_records";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the merged records that can be separated.
///
/// # Errors
/// `Forbidden` for everybody but administrators of the whole organisation.
#[server(prefix = "/do", endpoint = "load-merged")]
pub async fn load_merged(
    /// The cursor: the last merge of the previous page.
    after: Option<String>,
) -> Result<Page<MergedRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.and_then(|after| after.parse().ok());
    let asked = domain::directory::ListMerged { after, limit: None };
    kit::request::call(|| domain::directory::merged_records(&request.domain, &request.access, asked)).await
}

/// Separates two records that were merged.
///
/// # Errors
/// `NotFound`; `MergeFinal`, `MergedSince`, `MergeBusy`; `Forbidden`.
#[server(prefix = "/do", endpoint = "separate-records")]
pub async fn separate_records(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SeparateValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::separate(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, SeparateValues};
    use domain::{directory, error::retry};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn separate(values: &SeparateValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let merge = posted_id(&values.merge)?;
        retry(|| directory::separate_records(&request.domain, &request.access, merge)).await?;
        Ok(FormReply::to("/admin/merged?done=separated"))
    }
}

/// The page `/admin/merged`.
#[component]
pub fn MergedPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let asked = Memo::new(move |_| address.with(|address| (address.get("after"), address.get("done"))));
    let form = use_form::<SeparateRecords, SeparateValues>();
    let done = form.done();
    let page = Resource::new_blocking(move || (asked.get(), done.get()), |((after, _), _)| load_merged(after));
    view! {
        <PageTitle text=say!(l, admin.merged.title)/>
        <p><a href="/admin/merging">"← " {say!(l, admin.merging.title)}</a></p>
        <h1>{say!(l, admin.merged.title)}</h1>
        <p>{say!(l, admin.merged.lead)}</p>
        {switch(
            move || asked.get().1,
            move |done| match done.as_deref() {
                Some("merged") => view! { <Notice kind=NoticeKind::Good title=say!(l, admin.merged.done)/> }.into_any(),
                Some("separated") => view! { <Notice kind=NoticeKind::Good title=say!(l, admin.merged.separated)/> }.into_any(),
                _ => ().into_any(),
            },
        )}
        {loaded(page, move |page| {
            let after = asked.get_untracked().0;
            view! { <Merges page after form/> }
        })}
    }
    .into_any()
}

#[component]
fn Merges(page: Page<MergedRow>, after: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return view! { <EmptyState title=say!(l, admin.merged.none_title) text=say!(l, admin.merged.none)/> }.into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/merged{}", query(&[("after", after)]))
    });
    let items: Vec<_> = page.items.into_iter().map(|row| merge(l, &row, form)).collect();
    view! {
        <section class="card">
            <ZoneNote/>
            <ul class="list">{items}</ul>
            <Pager paging/>
        </section>
    }
    .into_any()
}

fn merge(l: Locale, row: &MergedRow, form: FormHandle) -> AnyView {
    let id = row.id.to_string();
    let label = say!(l, admin.merged.submit, number = row.merged.number.as_str());
    let left = say!(l, admin.merged.days_left, days = row.days_left);
    view! {
        <li>
            <div class="row">
                <div class="grow">
                    <strong>{named(&row.survivor)}</strong>
                    <br/>
                    {say!(l, admin.merged.with)} " " {named(&row.merged)}
                    <br/>
                    {say!(l, admin.merged.by)} " " {said(&row.by)} ", " <Moment at=row.merged_at detail=Detail::Short/>
                    <blockquote class="said" dir="auto">{row.reason.clone()}</blockquote>
                    {say!(l, admin.merged.until)} " " <Moment at=row.final_at detail=Detail::Short/> " · " {left}
                </div>
                <Form form>
                    <input type="hidden" name="merge" value=id.clone()/>
                    <SubmitButton label=label.clone() class="plain"/>
                </Form>
            </div>
        </li>
    }
    .into_any()
}
