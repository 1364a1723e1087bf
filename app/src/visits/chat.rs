//! The conversation beside the call: its history, what comes live, what is on the way.

use super::functions::{open_conversation, send_message};
use super::writing::Writing;
use crate::forms::{DraftLine, typing};
use crate::i18n::{say, use_locale};
use crate::parts::{Detail, Moment, said};
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::chat::LONGEST_MESSAGE;
use model::chat::views::MessageView;
use model::ids::{EncounterId, ThreadId};
use model::visits::views::Side;
#[cfg(feature = "hydrate")]
use std::time::Duration;
use uuid::Uuid;

/// How long "is writing" stays after the last word of it.
#[cfg(feature = "hydrate")]
const TYPING: Duration = Duration::from_secs(4);

/// A message of this page that is not acknowledged yet.
#[derive(Clone, PartialEq, Eq)]
struct Draft {
    key: Uuid,
    text: String,
    failed: bool,
    /// The change of the text being written that this message was; its kept draft ends when the message has arrived.
    change: u32,
}

/// The conversation of the page.
#[derive(Clone, Copy)]
pub(super) struct Chat {
    visit: EncounterId,
    peer_name: StoredValue<String>,
    thread: RwSignal<Option<(ThreadId, Side)>>,
    messages: RwSignal<Vec<MessageView>>,
    drafts: RwSignal<Vec<Draft>>,
    typing: RwSignal<u32>,
    open: Signal<bool>,
    /// Messages of the other that came while the conversation was not in view.
    pub(super) unread: RwSignal<usize>,
    writing: Writing,
}

impl Chat {
    /// Follows the conversation of a visit.
    pub(super) fn new(visit: EncounterId, peer_name: String, open: Signal<bool>) -> Self {
        let chat = Self {
            visit,
            peer_name: StoredValue::new(peer_name),
            thread: RwSignal::new(None),
            messages: RwSignal::new(Vec::new()),
            drafts: RwSignal::new(Vec::new()),
            typing: RwSignal::new(0),
            open,
            unread: RwSignal::new(0),
            writing: Writing::new(visit),
        };
        Effect::new(move |_| {
            if open.get() {
                chat.unread.set(0);
            }
        });
        Effect::new(move |_| spawn_local(chat.load()));
        Effect::new(move |_| spawn_local(chat.writing.load()));
        chat.listen();
        chat
    }

    async fn load(self) {
        if let Ok(view) = open_conversation(self.visit).await {
            self.thread.try_set(Some((view.thread, view.side)));
            for message in view.messages {
                self.take(message, true);
            }
            self.follow();
        }
    }

    /// Puts a message in its place; one that is there already stays.
    fn take(self, message: MessageView, known: bool) {
        let own = self.thread.try_get_untracked().flatten().map(|(_, side)| side);
        let is_news = !known && Some(message.from) != own && !self.open.try_get_untracked().unwrap_or(true);
        self.drafts.try_update(|drafts| drafts.retain(|draft| draft.key != message.client_key));
        let inserted = self.messages.try_update(|messages| {
            let place = messages.partition_point(|other| other.position < message.position);
            let is_new = messages.get(place).is_none_or(|other| other.position != message.position);
            if is_new {
                messages.insert(place, message);
            }
            is_new
        });
        if is_news && inserted == Some(true) {
            self.unread.try_update(|unread| *unread += 1);
        }
    }

    fn send(self, text: String) {
        let Some(key) = new_key() else { return };
        let change = self.writing.change();
        self.drafts.update(|drafts| drafts.push(Draft { key, text: text.clone(), failed: false, change }));
        self.deliver(key, text, change);
    }

    fn deliver(self, key: Uuid, text: String, change: u32) {
        let Some((thread, _)) = self.thread.get_untracked() else { return self.mark(key, true) };
        self.mark(key, false);
        spawn_local(async move {
            match send_message(thread, key, text).await {
                Ok(message) => {
                    self.take(message, true);
                    self.writing.sent(change);
                }
                Err(_) => self.mark(key, true),
            }
        });
    }

    fn mark(self, key: Uuid, failed: bool) {
        self.drafts.try_update(|drafts| {
            if let Some(draft) = drafts.iter_mut().find(|draft| draft.key == key) {
                draft.failed = failed;
            }
        });
    }

    #[cfg(feature = "hydrate")]
    fn other_types(self) {
        let Some(count) = self.typing.try_update(|count| {
            *count += 1;
            *count
        }) else {
            return;
        };
        let quiet = move || {
            if self.typing.try_get_untracked() == Some(count) {
                self.typing.set(0);
            }
        };
        set_timeout(quiet, TYPING);
    }

    #[cfg(feature = "hydrate")]
    fn follow(self) {
        use crate::live::socket;
        let after =
            self.messages.try_with_untracked(|messages| messages.last().map_or(0, |message| message.position)).unwrap_or(0);
        socket::send(&model::live::ClientMessage::OpenThread { visit: self.visit, after });
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "there is no socket on the server")]
    fn follow(self) {}

    #[cfg(feature = "hydrate")]
    fn listen(self) {
        use crate::live::socket::{self, Heard};
        use model::live::ServerMessage;
        let listener = socket::listen(move |heard| match heard {
            Heard::Opened => {
                if self.thread.get_untracked().is_some() {
                    self.follow();
                } else {
                    spawn_local(self.load());
                }
            }
            Heard::Message(ServerMessage::ChatMessage { thread, message })
                if self.thread.get_untracked().is_some_and(|(own, _)| own == *thread) =>
            {
                self.typing.set(0);
                self.take(message.clone(), false);
            }
            Heard::Message(ServerMessage::Typing { visit }) if *visit == self.visit => self.other_types(),
            Heard::Message(_) | Heard::Closed => {}
        });
        on_cleanup(move || socket::forget(listener));
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "there is no socket on the server")]
    fn listen(self) {}

    /// Tells the other that somebody writes, not for every letter.
    #[cfg(feature = "hydrate")]
    fn says_typing(self, last: StoredValue<f64>) {
        let now_ms = js_sys::Date::now();
        if now_ms - last.get_value() > 2_000.0 {
            last.set_value(now_ms);
            crate::live::socket::send(&model::live::ClientMessage::Typing { visit: self.visit });
        }
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "nobody types on the server")]
    fn says_typing(self, _last: StoredValue<f64>) {}
}

/// Whether the key belongs to an input method, as the Enter that confirms a word of Japanese or Chinese does. WebKit sends that Enter after the
/// end of the composition, with `isComposing` false and the code 229 (UI Events §7.3.1: "the keyCode is 229 while an IME processes the key").
fn is_of_input_method(event: &web_sys::KeyboardEvent) -> bool {
    const PROCESSED_BY_INPUT_METHOD: u32 = 229;
    event.is_composing() || event.key_code() == PROCESSED_BY_INPUT_METHOD
}

/// A random key, from the browser: what is sent twice is one message.
fn new_key() -> Option<Uuid> {
    window().crypto().ok()?.random_uuid().parse().ok()
}

/// The conversation.
#[component]
pub(super) fn ChatPanel(
    /// What it shows.
    chat: Chat,
) -> impl IntoView {
    let l = use_locale();
    let input = NodeRef::<Textarea>::new();
    let typed_at = StoredValue::new(0.0);
    let submit = move || {
        let Some(input) = input.get_untracked() else { return };
        let text = input.value();
        if !text.trim().is_empty() {
            chat.send(text);
            input.set_value("");
        }
        // Where the focus is matters more than whether it moved.
        let _ = input.focus();
    };
    Effect::new(move |_| {
        if let (Some(text), Some(input)) = (chat.writing.brought.get(), input.get())
            && input.value().is_empty()
        {
            input.set_value(&text);
        }
    });
    let is_empty = move || chat.messages.with(Vec::is_empty) && chat.drafts.with(Vec::is_empty);
    let side = move || chat.thread.get().map(|(_, side)| side);
    let list = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        chat.messages.track();
        chat.drafts.track();
        chat.open.track();
        // The list alone moves to its end: what is typed beside it stays where it is.
        if let Some(list) = list.get() {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    view! {
        <section class="chat" aria-labelledby="chat-title">
            <h2 id="chat-title">{say!(l, visits.chat.title)}</h2>
            <div node_ref=list class="messages" role="log" aria-live="polite" tabindex="0" aria-labelledby="chat-title">
                <p class="quiet" hidden=move || !is_empty()>{say!(l, visits.chat.empty)}</p>
                <For each=move || chat.messages.get() key=|message| message.position let:message>
                    <Message message side=side()/>
                </For>
                <For each=move || chat.drafts.get() key=|draft| (draft.key, draft.failed) let:draft>
                    <Unsent chat draft/>
                </For>
            </div>
            <p class="quiet typing" role="status">
                {move || {
                    (chat.typing.get() > 0).then(|| say!(l, visits.chat.typing, name = chat.peer_name.get_value()))
                }}
            </p>
            <form
                class="write"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                <label for="chat-text">{say!(l, visits.chat.label)}</label>
                <textarea
                    id="chat-text"
                    dir="auto"
                    node_ref=input
                    rows="2"
                    maxlength=LONGEST_MESSAGE.to_string()
                    on:input=move |event| {
                        chat.says_typing(typed_at);
                        chat.writing.typed(event_target_value(&event));
                    }
                    on:change=move |_| typing::flush()
                    on:keydown=move |event| {
                        if event.key() == "Enter" && !event.shift_key() && !is_of_input_method(&event) {
                            event.prevent_default();
                            submit();
                        }
                    }
                ></textarea>
                <button type="submit" class="button">{say!(l, visits.chat.send)}</button>
                <DraftLine state=chat.writing.state/>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Message(message: MessageView, side: Option<Side>) -> impl IntoView {
    let l = use_locale();
    let is_own = side == Some(message.from);
    let from = if is_own { say!(l, visits.chat.you).to_owned() } else { message.sender_name };
    view! {
        <article class="message" class:own=is_own>
            <header><strong>{said(from)}</strong> " " <Moment at=message.sent_at detail=Detail::Time/></header>
            <p dir="auto">{message.text}</p>
        </article>
    }
    .into_any()
}

#[component]
fn Unsent(chat: Chat, draft: Draft) -> impl IntoView {
    let l = use_locale();
    let state = if draft.failed {
        let (key, text, change) = (draft.key, draft.text.clone(), draft.change);
        view! {
            <span role="alert">{say!(l, visits.chat.not_sent)}</span>
            " "
            <button type="button" class="button plain" on:click=move |_| chat.deliver(key, text.clone(), change)>
                {say!(l, visits.chat.retry)}
            </button>
        }
        .into_any()
    } else {
        view! { <span class="quiet">{say!(l, visits.chat.sending)}</span> }.into_any()
    };
    view! {
        <article class="message own">
            <p dir="auto">{draft.text}</p>
            <footer>{state}</footer>
        </article>
    }
    .into_any()
}
