//! The lists of conversations.

use super::functions::{FindInConversations, FindMessagesValues, list_conversations, load_found_messages};
use super::outbox;
use kit::address::query;
use kit::forms::{Form, SubmitButton, use_form};
use kit::live::use_changes;
use kit::parts::{Detail, EmptyState, Moment, PageTitle, Pager, Paging, Tag, TagKind, TextField, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::chat::conversation::{ConversationRow, FoundMessages};
use model::ids::ThreadId;
use model::live::LiveKind;
use model::page::Page;
use words::{plural, say};

/// The page `/messages`.
#[component]
pub fn MessagesPage() -> impl IntoView {
    page("/messages")
}

/// The page `/doctor/messages`.
#[component]
pub fn DoctorMessagesPage() -> impl IntoView {
    page("/doctor/messages")
}

/// The page `/ward/messages`, for nurses: the conversations of their care groups.
#[component]
pub fn WardMessagesPage() -> impl IntoView {
    page("/ward/messages")
}

/// The page `/desk/messages`.
#[component]
pub fn DeskMessagesPage() -> impl IntoView {
    page("/desk/messages")
}

fn page(folder: &'static str) -> AnyView {
    let l = use_locale();
    let address = use_query_map();
    let after = move || address.with(|query| query.get("after"));
    let changes = use_changes(LiveKind::Thread);
    let found = Resource::new_blocking(move || (after(), changes.get()), |(after, _)| list_conversations(after));
    let kept = move || address.with(|query| query.get("found"));
    let searched = Resource::new_blocking(kept, load_found_messages);
    let search = use_form::<FindInConversations, FindMessagesValues>().field(
        "text",
        say!(l, visits.messages.search_label),
        say!(l, visits.messages.search_missing),
    );
    let is_patient = folder == "/messages";
    // Notes about being away and canned answers are those of a doctor or a desk.
    let keeps_own = matches!(folder, "/doctor/messages" | "/desk/messages");
    let lead = match folder {
        "/messages" => say!(l, visits.messages.lead_patient),
        "/ward/messages" => say!(l, visits.messages.lead_group),
        _ => say!(l, visits.messages.lead_care),
    };
    view! {
        <PageTitle text=say!(l, visits.messages.title)/>
        <div class="lead">
            <h1>{say!(l, visits.messages.title)}</h1>
            <p>{lead}</p>
        </div>
        {is_patient.then(|| {
            view! {
                <p><a class="button" href="/messages/new">{say!(l, visits.messages.begin)}</a></p>
                <p><a href="/messages/many">{say!(l, visits.many.title)}</a></p>
            }
        })}
        {keeps_own.then(|| {
            view! {
                <p>
                    <a href=format!("{folder}/away")>{say!(l, visits.messages.away_title)}</a>
                    " · "
                    <a href=format!("{folder}/answers")>{say!(l, visits.answers.title)}</a>
                </p>
            }
        })}
        {loaded(searched, move |searched| searched.map(|searched| view! { <Found searched folder/> }))}
        {loaded(found, move |found| view! { <Rows found after=untrack(after) folder/> })}
        <Form form=search class="card">
            <TextField name="text" hint=say!(l, visits.messages.search_hint)/>
            <div class="row"><SubmitButton label=say!(l, visits.messages.search) class="plain"/></div>
        </Form>
    }
    .into_any()
}

#[component]
fn Rows(found: Page<ConversationRow>, after: Option<String>, folder: &'static str) -> impl IntoView {
    let l = use_locale();
    let paging =
        Paging::new(after.as_deref(), found.next_cursor.as_deref(), |after| format!("{folder}{}", query(&[("after", after)])));
    if found.items.is_empty() {
        return view! {
            <EmptyState title=say!(l, visits.messages.empty_title) text=say!(l, visits.messages.empty)/>
        }
        .into_any();
    }
    let is_patient = folder == "/messages";
    // Known to the browser only.
    let waiting = RwSignal::new(Vec::<ThreadId>::new());
    Effect::new(move |_| waiting.set(outbox::waiting()));
    let rows: Vec<_> = found
        .items
        .into_iter()
        .map(|row| {
            let with = if is_patient { row.counterpart.name.clone() } else { row.patient_name.clone() };
            let unread = (row.unread > 0).then(|| {
                let n = row.unread;
                let text = plural(n, say!(l, visits.messages.unread_one, n = n), say!(l, visits.messages.unread_many, n = n));
                view! { " " <Tag kind=TagKind::Good text=text/> }
            });
            let closed = row.closed.then(|| view! { " " <Tag kind=TagKind::Plain text=say!(l, visits.messages.closed)/> });
            let id = row.id;
            let waits = switch(
                move || waiting.with(|waiting| waiting.contains(&id)),
                move |waits| waits.then(|| view! { " " <Tag kind=TagKind::Plain text=say!(l, visits.messages.waits_here)/> }),
            );
            let answers = row.answered_by.filter(|_| !is_patient).map(|name| {
                view! { " · " {say!(l, visits.messages.answered_by)} " " {said(name)} }
            });
            view! {
                <li>
                    <a href=format!("{folder}/{}", row.id)>{said(row.subject)}</a>
                    {unread}
                    {closed}
                    {waits}
                    <br/>
                    <small class="quiet">{said(with)} {answers} " · " <Moment at=row.last_at detail=Detail::Short/></small>
                </li>
            }
        })
        .collect();
    view! {
        <section class="card">
            <h2>{say!(l, visits.messages.conversations)}</h2>
            <ul class="list">{rows}</ul>
        </section>
        <Pager paging/>
    }
    .into_any()
}

/// What a search has found.
#[component]
fn Found(searched: FoundMessages, folder: &'static str) -> impl IntoView {
    let l = use_locale();
    let FoundMessages { text, items, is_whole } = searched;
    let none = items.is_empty().then(|| view! { <p role="status">{say!(l, visits.messages.search_none)}</p> });
    let rows: Vec<_> = items
        .into_iter()
        .map(|found| {
            // The page begins with the messages before this position.
            let href = format!("{folder}/{}?before={}", found.thread, found.position + 1);
            view! {
                <li>
                    <a href=href>{said(found.subject)}</a>
                    <br/>
                    <span dir="auto">{found.excerpt}</span>
                    <br/>
                    <small class="quiet"><Moment at=found.sent_at detail=Detail::Short/></small>
                </li>
            }
        })
        .collect();
    view! {
        <section class="card">
            <h2>{say!(l, visits.messages.search_found, text = text)}</h2>
            {none}
            <ul class="list">{rows}</ul>
            {(!is_whole).then(|| view! { <p class="quiet">{say!(l, visits.messages.search_limit)}</p> })}
        </section>
    }
    .into_any()
}
