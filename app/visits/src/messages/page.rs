//! The page of a conversation.

use super::attach::Attach;
use super::composer::Composer;
use super::functions::{SendInConversation, SendValues, TakeBackFile, TakeBackValues, load_conversation};
use super::message::Message;
use super::talk::Talk;
use super::tools::{ToolForms, Tools};
use kit::forms::{FormHandle, use_form};
use kit::parts::time::names;
use kit::parts::{Notice, NoticeKind, PageTitle, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::chat::attention::Attention;
use model::chat::conversation::{ConversationView, Writer};
use model::format;
use words::say;

/// The page `/messages/:id`.
#[component]
pub fn ConversationPage() -> impl IntoView {
    page("/messages")
}

/// The page `/doctor/messages/:id`.
#[component]
pub fn DoctorConversationPage() -> impl IntoView {
    page("/doctor/messages")
}

/// The page `/ward/messages/:id`.
#[component]
pub fn WardConversationPage() -> impl IntoView {
    page("/ward/messages")
}

/// The page `/desk/messages/:id`.
#[component]
pub fn DeskConversationPage() -> impl IntoView {
    page("/desk/messages")
}

fn page(folder: &'static str) -> AnyView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let number = move |name: &str| query.with(|query| query.get(name)).and_then(|text| text.parse::<i64>().ok());
    let send = use_form::<SendInConversation, SendValues>().field(
        "text",
        say!(l, visits.messages.message),
        say!(l, visits.messages.message_missing),
    );
    let take_back = use_form::<TakeBackFile, TakeBackValues>().field(
        "file",
        say!(l, visits.messages.file_which),
        say!(l, visits.messages.file_which_missing),
    );
    let tools = ToolForms::new();
    let found = Resource::new_blocking(
        move || {
            let done = (send.done().get(), take_back.done().get(), tools.settle.done().get(), tools.hand_over.done().get());
            (id(), number("before"), done)
        },
        |(id, before, _)| load_conversation(id, before),
    );
    view! {
        <PageTitle text=say!(l, visits.messages.title)/>
        <p><a href=folder>"← " {say!(l, visits.messages.all)}</a></p>
        {loaded(found, move |view| {
            let before = untrack(|| number("before"));
            let quoted = untrack(|| number("quote"));
            let trouble = query.with_untracked(|query| query.get("trouble"));
            view! { <Shown view folder is_newest=before.is_none() quoted trouble send take_back tools/> }
        })}
    }
    .into_any()
}

#[component]
fn Shown(
    view: ConversationView,
    folder: &'static str,
    /// Whether these are the newest messages, and not earlier ones.
    is_newest: bool,
    quoted: Option<i64>,
    /// The code of what went wrong with the upload of a page without scripts.
    trouble: Option<String>,
    send: FormHandle,
    take_back: FormHandle,
    tools: ToolForms,
) -> impl IntoView {
    let l = use_locale();
    let talk = Talk::new(&view, is_newest, quoted);
    let base = StoredValue::new(format!("{folder}/{}", view.id));
    let (side, is_patient) = (view.side, view.side == Writer::Patient);
    let with = match side {
        Writer::Patient => view.counterpart.name.clone(),
        Writer::Care => view.patient_name.clone(),
    };
    let first = view.messages.first().map(|first| first.position).filter(|first| *first > 1);
    let earlier = first.map(|first| {
        let href = base.with_value(|base| format!("{base}?before={first}"));
        view! { <p><a href=href>{say!(l, visits.messages.earlier)}</a></p> }
    });
    let newest = (!is_newest).then(|| view! { <p><a href=base.get_value()>{say!(l, visits.messages.newest)}</a></p> });
    let name = StoredValue::new(with.clone());
    let peer = move || {
        let text = match talk.peer.get() {
            Attention::Here => say!(l, visits.messages.peer_here, name = name.get_value()),
            Attention::Typing => say!(l, visits.messages.peer_typing, name = name.get_value()),
            Attention::Away => String::new(),
        };
        view! { <p class="quiet typing">{text}</p> }
    };
    let list = talk.list;
    Effect::new(move |_| {
        talk.lines.track();
        // Scrolls only the list to its end, so that the input field below does not move.
        if let Some(list) = list.get().filter(|_| is_newest) {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    let away = view.away.clone().map(|note| {
        let until = note.until.map(|day| say!(l, visits.messages.away_until, day = format::date_long(day, names(l))));
        view! { <Notice kind=NoticeKind::Info title=until.unwrap_or_default()><p dir="auto">{note.text}</p></Notice> }
    });
    let below = switch(
        move || talk.closed.get(),
        move |closed| {
            if closed {
                let lead = match side {
                    Writer::Patient => say!(l, visits.messages.closed_patient),
                    Writer::Care => say!(l, visits.messages.closed_care),
                };
                view! { <Notice kind=NoticeKind::Info title=say!(l, visits.messages.closed)><p>{lead}</p></Notice> }.into_any()
            } else {
                view! { <Composer talk form=send is_patient base/> }.into_any()
            }
        },
    );
    let attach = switch(
        move || talk.closed.get(),
        move |closed| {
            let trouble = trouble.clone();
            (!closed).then(|| view! { <Attach talk form=take_back trouble/> })
        },
    );
    view! {
        <h1>{said(view.subject.clone())}</h1>
        <p>{say!(l, visits.messages.with)} " " {said(with)}</p>
        {is_patient.then(|| view! { <p class="quiet">{say!(l, visits.messages.not_for_emergencies)}</p> })}
        {away}
        <section class="chat" aria-label=say!(l, visits.messages.messages)>
            <div node_ref=list class="messages" role="log" aria-live="polite" tabindex="0" aria-label=say!(l, visits.messages.messages)>
                {earlier}
                <For each=move || talk.lines.get() key=|line| line.key let:line>
                    <Message talk line side base/>
                </For>
            </div>
            {newest}
            {is_newest.then_some(peer)}
            {is_newest.then_some(below)}
        </section>
        {is_newest.then_some(attach)}
        <Tools view forms=tools/>
    }
    .into_any()
}
