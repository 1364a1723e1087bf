//! Accounts that their owners have deleted, and bringing one back.

use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Pager, Paging, ZoneNote, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::identity::DeletedAccountRow;
use model::page::Page;
use model::text::direction::isolated;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that brings an account back.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BringBackValues {
    /// The person's user id.
    pub user: String,
}

impl FormValues for BringBackValues {
    const FORM: &'static str = "admin.bring_back";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the deleted accounts that can be brought back.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator of the whole organisation.
#[server(prefix = "/do", endpoint = "load-deleted-accounts")]
pub async fn load_deleted_accounts(
    /// The cursor: the last account of the previous page.
    after: Option<String>,
) -> Result<Page<DeletedAccountRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.and_then(|after| after.parse().ok());
    let asked = domain::identity::ListDeletedAccounts { after, limit: None };
    kit::request::call(|| domain::identity::list_deleted_accounts(&request.domain, &request.access, asked)).await
}

/// Brings the account of somebody back.
///
/// # Errors
/// `NotFound`; `AccountAbove`, `AccountElsewhere`.
#[server(prefix = "/do", endpoint = "bring-back-account")]
pub async fn bring_back_account(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BringBackValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::bring_back(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{BringBackValues, Failure, FormReply};
    use domain::{error::retry, identity};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn bring_back(values: &BringBackValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let user = posted_id(&values.user)?;
        retry(|| identity::bring_back_account(&request.domain, &request.access, user)).await?;
        Ok(FormReply::to("/admin/deleted?done=back"))
    }
}

/// The page `/admin/deleted`.
#[component]
pub fn DeletedAccountsPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let after = Memo::new(move |_| address.with(|address| address.get("after")));
    let form = use_form::<BringBackAccount, BringBackValues>();
    let done = form.done();
    let page = Resource::new_blocking(move || (after.get(), done.get()), |(after, _)| load_deleted_accounts(after));
    view! {
        <PageTitle text=say!(l, admin.deleted.title)/>
        <h1>{say!(l, admin.deleted.title)}</h1>
        <p>{say!(l, admin.deleted.lead)}</p>
        {switch(
            move || address.with(|address| address.get("done").is_some()),
            move |done| done.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, admin.deleted.done)/> }),
        )}
        {loaded(page, move |page| {
            let after = after.get_untracked();
            view! { <Accounts page after form/> }
        })}
        <p><a href="/admin/people">{say!(l, admin.people.title)}</a></p>
    }
}

#[component]
fn Accounts(page: Page<DeletedAccountRow>, after: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return view! { <EmptyState title=say!(l, admin.deleted.none_title) text=say!(l, admin.deleted.none)/> }.into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/deleted{}", query(&[("after", after)]))
    });
    let items: Vec<_> = page.items.into_iter().map(|row| account(l, row, form)).collect();
    view! {
        <section class="card">
            <ZoneNote/>
            <ul class="list">{items}</ul>
            <Pager paging/>
        </section>
    }
    .into_any()
}

fn account(l: Locale, row: DeletedAccountRow, form: FormHandle) -> AnyView {
    let user = row.user.to_string();
    let label = say!(l, admin.deleted.submit, name = isolated(&row.name).into_owned());
    view! {
        <li>
            <div class="row">
                <div class="grow">
                    <strong>{said(&row.name)}</strong> ", " {said(&row.email)}
                    <br/>
                    {say!(l, admin.deleted.since)} " " <Moment at=row.deleted_at detail=Detail::Short/>
                    <br/>
                    {say!(l, admin.deleted.until)} " " <Moment at=row.final_at detail=Detail::Short/>
                </div>
                <Form form>
                    <input type="hidden" name="user" value=user.clone()/>
                    <SubmitButton label=label.clone() class="plain"/>
                </Form>
            </div>
        </li>
    }
    .into_any()
}
