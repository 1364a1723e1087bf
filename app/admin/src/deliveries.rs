//! The status of mails and text messages, for support: of everybody, or of one person. Their text is not shown.

use super::delivery_kinds::kind_words;
use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{
    Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Pager, Paging, Tag, TagKind, ZoneNote, loaded, said, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::deliveries::{DeliveryRow, DeliveryState, DeliveryWay};
use model::page::Page;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that sends something again.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RepeatValues {
    /// How it is delivered.
    pub way: String,
    /// Its id.
    pub delivery: String,
}

impl FormValues for RepeatValues {
    const FORM: &'static str = "admin.repeat_delivery";
    const KEEP: Keep = Keep::Nowhere;
}

/// Which deliveries to show, as the address has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveriesAsked {
    /// Only mails, or only text messages.
    pub way: Option<String>,
    /// Only those in this state.
    pub state: Option<String>,
    /// Only those to this user.
    pub user: Option<String>,
    /// The cursor: the last delivery of the previous page.
    pub after: Option<String>,
}

impl DeliveriesAsked {
    fn address(&self, after: Option<&str>) -> String {
        let pairs =
            [("way", self.way.as_deref()), ("state", self.state.as_deref()), ("user", self.user.as_deref()), ("after", after)];
        format!("/admin/deliveries{}", query(&pairs))
    }
}

/// Loads deliveries. Values of the address that cannot be parsed are ignored.
///
/// # Errors
/// `Forbidden` for a user who is neither an administrator of the whole organisation nor its support.
#[server(prefix = "/do", endpoint = "load-deliveries")]
pub async fn load_deliveries(
    /// Which ones. Without any limits a browser sends nothing.
    #[server(default)]
    asked: DeliveriesAsked,
) -> Result<Page<DeliveryRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let command = domain::notifications::ListDeliveries {
        way: asked.way.as_deref().and_then(|way| DeliveryWay::parse(way).ok()),
        state: asked.state.as_deref().and_then(|state| DeliveryState::parse(state).ok()),
        user: asked.user.as_deref().and_then(|user| user.parse().ok()),
        after: asked.after.as_deref().and_then(|after| after.parse().ok()),
        limit: None,
    };
    kit::request::call(|| domain::notifications::list_deliveries(&request.domain, &request.access, command)).await
}

/// Sends a mail or a text message again that has failed.
///
/// # Errors
/// `Forbidden`; `NotFound` when it has not failed.
#[server(prefix = "/do", endpoint = "repeat-delivery")]
pub async fn repeat_delivery(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RepeatValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::repeat(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{DeliveryWay, Failure, FormReply, RepeatValues};
    use domain::{error::retry, notifications};
    use kit::request::{RequestContext, posted_id};
    use model::{errors::Code, ids::MailId};

    pub(super) async fn repeat(values: &RepeatValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let way = DeliveryWay::parse(&values.way).map_err(|_| Code::NotFound)?;
        let id = posted_id::<MailId>(&values.delivery)?.uuid();
        retry(|| notifications::repeat_delivery(&request.domain, &request.access, way, id)).await?;
        Ok(FormReply::to("/admin/deliveries?done=again"))
    }
}

/// The page `/admin/deliveries`.
#[component]
pub fn DeliveriesPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let asked = Memo::new(move |_| {
        address.with(|address| {
            let given = |name: &str| address.get(name).filter(|value| !value.is_empty());
            DeliveriesAsked { way: given("way"), state: given("state"), user: given("user"), after: given("after") }
        })
    });
    let form = use_form::<RepeatDelivery, RepeatValues>();
    let done = form.done();
    let page = Resource::new_blocking(move || (asked.get(), done.get()), |(asked, _)| load_deliveries(asked));
    view! {
        <PageTitle text=say!(l, admin.deliveries.title)/>
        <h1>{say!(l, admin.deliveries.title)}</h1>
        <p>{say!(l, admin.deliveries.lead)}</p>
        {switch(
            move || address.with(|address| address.get("done").is_some()),
            move |done| done.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, admin.deliveries.done)/> }),
        )}
        {loaded(page, move |page| {
            let asked = asked.get_untracked();
            view! { <Deliveries page asked form/> }
        })}
        <p><a href="/admin/people">{say!(l, admin.people.title)}</a></p>
    }
}

#[component]
fn Deliveries(page: Page<DeliveryRow>, asked: DeliveriesAsked, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let only = |way: Option<DeliveryWay>, state: Option<DeliveryState>| {
        let asked = DeliveriesAsked {
            way: way.map(|way| way.as_str().to_owned()),
            state: state.map(|state| state.as_str().to_owned()),
            user: asked.user.clone(),
            after: None,
        };
        asked.address(None)
    };
    let filters = view! {
        <ul class="bare row">
            <li><a href=only(None, None)>{say!(l, admin.deliveries.all)}</a></li>
            <li><a href=only(None, Some(DeliveryState::Failed))>{say!(l, admin.deliveries.only_failed)}</a></li>
            <li><a href=only(Some(DeliveryWay::Mail), None)>{say!(l, admin.deliveries.only_mails)}</a></li>
            <li><a href=only(Some(DeliveryWay::Text), None)>{say!(l, admin.deliveries.only_texts)}</a></li>
        </ul>
    };
    let paging = Paging::new(asked.after.as_deref(), page.next_cursor.as_deref(), |after| asked.address(after));
    let list = if page.items.is_empty() {
        view! { <EmptyState title=say!(l, admin.deliveries.none_title) text=say!(l, admin.deliveries.none)/> }.into_any()
    } else {
        let items: Vec<_> = page.items.into_iter().map(|row| delivery(l, row, form)).collect();
        view! {
            <section class="card">
                <ZoneNote/>
                <ul class="list">{items}</ul>
                <Pager paging/>
            </section>
        }
        .into_any()
    };
    view! {
        {filters}
        {list}
    }
    .into_any()
}

fn delivery(l: Locale, row: DeliveryRow, form: FormHandle) -> AnyView {
    let DeliveryRow { id, way, kind, user, name, masked, state, attempts, error, at } = row;
    let to = match (user, name) {
        (Some(user), Some(name)) => view! { <a href=format!("/admin/people/{user}")>{said(&name)}</a> }.into_any(),
        _ => say!(l, admin.deliveries.nobody).into_any(),
    };
    let again = (state == DeliveryState::Failed).then(|| {
        view! {
            <Form form>
                <input type="hidden" name="way" value=way.as_str()/>
                <input type="hidden" name="delivery" value=id.to_string()/>
                <SubmitButton label=say!(l, admin.deliveries.submit) class="plain"/>
            </Form>
        }
    });
    let why = error.map(|error| view! { <br/> {say!(l, admin.deliveries.why, error = error, n = attempts)} });
    let number = masked.map(|masked| view! { " " {masked} });
    view! {
        <li>
            <div class="row">
                <div class="grow">
                    <strong>{to}</strong> {number} " " <Tag kind=tag_of(state) text=state_name(l, state)/>
                    <br/>
                    {way_name(l, way)} ", " {kind_words(l, &kind)} ", " <Moment at detail=Detail::Short/>
                    {why}
                </div>
                {again}
            </div>
        </li>
    }
    .into_any()
}

fn way_name(l: Locale, way: DeliveryWay) -> &'static str {
    match way {
        DeliveryWay::Mail => say!(l, admin.deliveries.mail),
        DeliveryWay::Text => say!(l, admin.deliveries.text),
    }
}

fn state_name(l: Locale, state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Queued => say!(l, admin.deliveries.queued),
        DeliveryState::Sent => say!(l, admin.deliveries.sent),
        DeliveryState::Delivered => say!(l, admin.deliveries.delivered),
        DeliveryState::Failed => say!(l, admin.deliveries.failed),
        DeliveryState::OutOfDate => say!(l, admin.deliveries.out_of_date),
    }
}

const fn tag_of(state: DeliveryState) -> TagKind {
    match state {
        DeliveryState::Queued => TagKind::Warn,
        DeliveryState::Sent | DeliveryState::OutOfDate => TagKind::Plain,
        DeliveryState::Delivered => TagKind::Good,
        DeliveryState::Failed => TagKind::Bad,
    }
}
