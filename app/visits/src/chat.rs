//! The chat next to the call: its history, new messages, and messages being sent.

use super::functions::{open_conversation, send_message};
use super::news::chime_when_more;
use super::writing::Writing;
use jiff::Timestamp;
use kit::alerts::{TitleAlert, use_title_alert};
use kit::forms::{DraftLine, typing};
use kit::parts::{Detail, Icon, Moment, Sign, said, switch};
use kit::sight::use_in_sight;
use kit::viewer::use_locale;
use leptos::html::{Div, Textarea};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::chat::LONGEST_MESSAGE;
use model::chat::views::MessageView;
use model::ids::{EncounterId, ThreadId};
use model::visits::views::Side;
#[cfg(feature = "hydrate")]
use std::time::Duration;
use uuid::Uuid;
use web_sys::HtmlTextAreaElement;
use words::{Locale, plural, say};

/// The most rows of the field for a message; a longer message is scrolled.
const MOST_ROWS: u32 = 6;

/// How long "is writing" stays visible after the last `Typing` message.
#[cfg(feature = "hydrate")]
const TYPING: Duration = Duration::from_secs(4);

/// A message in the list. It stays the same element from sending to arrival, so that a screen reader reads it only once.
#[derive(Clone)]
struct Line {
    /// The key that the sender's page gave to the message.
    key: Uuid,
    text: String,
    state: ArcRwSignal<LineState>,
}

#[derive(Clone, PartialEq, Eq)]
enum LineState {
    /// The server has saved it.
    Arrived { position: i64, from: Side, sender_name: String, at: Timestamp },
    /// Sent from this page, not yet confirmed by the server. `change` is the number of the change of the typed text that this message contains: its draft is
    /// closed when the message has arrived.
    Sending { change: u32 },
    /// Sending failed; the user can try again.
    Failed { change: u32 },
}

impl Line {
    fn arrived(message: MessageView) -> Self {
        let MessageView { position, from, sender_name, client_key, text, sent_at: at, .. } = message;
        let state = LineState::Arrived { position, from, sender_name, at };
        Self { key: client_key, text, state: ArcRwSignal::new(state) }
    }

    /// The message's position in the conversation; none until it has arrived.
    fn position(&self) -> Option<i64> {
        match *self.state.read_untracked() {
            LineState::Arrived { position, .. } => Some(position),
            LineState::Sending { .. } | LineState::Failed { .. } => None,
        }
    }

    /// Whether the participant who is not on this side has sent it.
    fn is_from_other(&self, own: Side) -> bool {
        matches!(*self.state.read_untracked(), LineState::Arrived { from, .. } if from != own)
    }
}

/// Inserts a line at its position; what has not arrived is shown last.
fn insert(lines: &mut Vec<Line>, line: Line) {
    let order = |line: &Line| (line.position().is_none(), line.position());
    let place = lines.partition_point(|other| order(other) < order(&line));
    lines.insert(place, line);
}

/// The position up to which all messages are known, of those after `before`. The answer to an own message brings its position although the ones before it, which
/// the other participant sent while the socket was away, are still missing: they must be asked for. Positions have no gaps and come in their order.
fn known_until(before: i64, positions: impl IntoIterator<Item = i64>) -> i64 {
    positions.into_iter().fold(before, |until, position| if position == until + 1 { position } else { until })
}

/// The chat of the page.
#[derive(Clone, Copy)]
pub(super) struct Chat {
    visit: EncounterId,
    peer_name: StoredValue<String>,
    thread: RwSignal<Option<(ThreadId, Side)>>,
    lines: RwSignal<Vec<Line>>,
    /// The position before the first message of the list, which begins with the newest ones that the server has.
    before: StoredValue<i64>,
    typing: RwSignal<u32>,
    /// The list of messages.
    list: NodeRef<Div>,
    /// Whether the user can see that list.
    seen: Signal<bool>,
    /// The number of messages from the other participant that the user has not seen in this tab.
    pub(super) unread: Memo<usize>,
    writing: Writing,
}

impl Chat {
    /// Loads the chat of a visit, listens for new messages, and calls the user when one comes that they do not see: by a sound, and in the title.
    pub(super) fn new(visit: EncounterId, peer_name: String) -> Self {
        let (thread, lines) = (RwSignal::new(None::<(ThreadId, Side)>), RwSignal::new(Vec::<Line>::new()));
        let (before, list) = (StoredValue::new(0_i64), NodeRef::new());
        let seen = use_in_sight(list);
        // The position of the last message that the user has seen.
        let seen_until = RwSignal::new(0_i64);
        let unread = Memo::new(move |_| match thread.get() {
            Some((_, own)) if !seen.get() => {
                let until = Some(seen_until.get());
                lines.with(|lines| lines.iter().filter(|line| line.is_from_other(own) && line.position() > until).count())
            }
            _ => 0,
        });
        let (peer_name, typing, writing) = (StoredValue::new(peer_name), RwSignal::new(0), Writing::new(visit));
        let chat = Self { visit, peer_name, thread, lines, before, typing, list, seen, unread, writing };
        Effect::new(move |again: Option<()>| {
            if again.is_none() {
                seen_until.set(recall(visit));
            }
            let known = chat.known_until();
            if seen.get() && known > seen_until.get_untracked() {
                seen_until.set(known);
                remember(visit, known);
            }
        });
        chime_when_more(move || unread.get());
        use_title_alert(Memo::new(move |_| Some(unread.get()).filter(|unread| *unread > 0).map(TitleAlert::Count)));
        Effect::new(move |_| spawn_local(chat.load()));
        Effect::new(move |_| spawn_local(chat.writing.load()));
        chat.listen();
        chat
    }

    async fn load(self) {
        if let Ok(view) = open_conversation(self.visit).await {
            if self.thread.try_get_untracked().flatten().is_none() {
                self.before.try_set_value(view.messages.first().map_or(0, |first| first.position - 1));
            }
            self.thread.try_set(Some((view.thread, view.side)));
            for message in view.messages {
                self.take(message);
            }
            self.follow();
        }
    }

    /// The position up to which the list has all messages. Reactive.
    fn known_until(self) -> i64 {
        let before = self.before.get_value();
        self.lines.with(|lines| known_until(before, lines.iter().filter_map(Line::position)))
    }

    /// Inserts a message at its position. If the list has it already, the existing line stays and takes the state of the arrived message.
    fn take(self, message: MessageView) {
        let line = Line::arrived(message);
        self.lines.try_update(|lines| match lines.iter().position(|other| other.key == line.key) {
            Some(at) => {
                let known = lines.remove(at);
                if known.position().is_none() {
                    known.state.set(line.state.get_untracked());
                }
                insert(lines, known);
            }
            None => insert(lines, line),
        });
    }

    fn send(self, text: String) {
        let Some(key) = new_key() else { return };
        let change = self.writing.change();
        let line = Line { key, text, state: ArcRwSignal::new(LineState::Sending { change }) };
        self.lines.update(|lines| lines.push(line.clone()));
        self.deliver(line, change);
    }

    fn deliver(self, line: Line, change: u32) {
        let Some((thread, _)) = self.thread.get_untracked() else { return line.state.set(LineState::Failed { change }) };
        line.state.set(LineState::Sending { change });
        spawn_local(async move {
            match send_message(thread, line.key, line.text.clone()).await {
                Ok(message) => {
                    self.take(message);
                    self.writing.sent(change);
                }
                // The message may have arrived anyway. If the socket has already delivered it, it is not marked as failed; if that happens later,
                // `take` corrects its state.
                Err(_) => line.state.update(|state| {
                    if let LineState::Sending { change } = *state {
                        *state = LineState::Failed { change };
                    }
                }),
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
        use kit::live::socket;
        let Some(before) = self.before.try_get_value() else { return };
        let positions = |lines: &Vec<Line>| known_until(before, lines.iter().filter_map(Line::position));
        let after = self.lines.try_with_untracked(positions).unwrap_or(before);
        socket::send(&model::live::ClientMessage::OpenThread { visit: self.visit, after });
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "there is no socket on the server")]
    fn follow(self) {}

    #[cfg(feature = "hydrate")]
    fn listen(self) {
        use kit::live::socket::{self, Heard};
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
                self.take(message.clone());
            }
            Heard::Message(ServerMessage::Typing { visit }) if *visit == self.visit => self.other_types(),
            Heard::Message(_) | Heard::Closed => {}
        });
        on_cleanup(move || socket::forget(listener));
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "there is no socket on the server")]
    fn listen(self) {}

    /// Tells the other participant that the user is typing, at most every two seconds.
    #[cfg(feature = "hydrate")]
    fn says_typing(self, last: StoredValue<f64>) {
        let now_ms = js_sys::Date::now();
        if now_ms - last.get_value() > 2_000.0 {
            last.set_value(now_ms);
            kit::live::socket::send(&model::live::ClientMessage::Typing { visit: self.visit });
        }
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "nobody types on the server")]
    fn says_typing(self, _last: StoredValue<f64>) {}
}

/// The position of the last message of this visit's chat that the user has seen in this tab; 0 when they have seen none.
#[cfg(feature = "hydrate")]
fn recall(visit: EncounterId) -> i64 {
    let kept = storage().and_then(|storage| storage.get_item(&storage_key(visit)).ok().flatten());
    kept.and_then(|kept| kept.parse().ok()).unwrap_or(0)
}

#[cfg(not(feature = "hydrate"))]
fn recall(_visit: EncounterId) -> i64 {
    0
}

#[cfg(feature = "hydrate")]
fn remember(visit: EncounterId, position: i64) {
    if let Some(storage) = storage() {
        // If the browser stores nothing, what was seen counts as unread again after a reload.
        let _ = storage.set_item(&storage_key(visit), &position.to_string());
    }
}

#[cfg(not(feature = "hydrate"))]
fn remember(_visit: EncounterId, _position: i64) {}

/// The `sessionStorage`, which ends with this tab.
#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

#[cfg(feature = "hydrate")]
fn storage_key(visit: EncounterId) -> String {
    format!("chat-seen:{visit}")
}

/// Makes the field as high as its text, from one row up to `MOST_ROWS`.
fn fit(field: &HtmlTextAreaElement) {
    for rows in 1..=MOST_ROWS {
        field.set_rows(rows);
        if field.scroll_height() <= field.client_height() {
            break;
        }
    }
}

/// "3 unread messages".
fn unread_words(l: Locale, unread: usize) -> String {
    let n = i64::try_from(unread).unwrap_or(i64::MAX);
    plural(n, say!(l, visits.chat.unread_singular, n = n), say!(l, visits.chat.unread_plural, n = n))
}

/// The word "Chat" with the number of unread messages, for the button or tab that shows the chat.
#[component]
pub(super) fn ChatLabel(
    /// The chat.
    chat: Chat,
) -> impl IntoView {
    let l = use_locale();
    let unread = chat.unread;
    view! {
        <span class="word">{say!(l, visits.chat.title)}</span>
        <span class="badge num" aria-hidden="true" hidden=move || unread.get() == 0>{move || unread.get()}</span>
        <span class="hidden">{move || (unread.get() > 0).then(|| format!(" {}", unread_words(l, unread.get())))}</span>
    }
    .into_any()
}

/// Tells screen readers how many messages are unread.
#[component]
pub(super) fn UnreadStatus(
    /// The chat.
    chat: Chat,
) -> impl IntoView {
    let l = use_locale();
    let unread = chat.unread;
    view! {
        <p class="hidden" role="status">{move || (unread.get() > 0).then(|| unread_words(l, unread.get()))}</p>
    }
    .into_any()
}

/// Whether the key press belongs to an input method, such as the Enter that confirms a Japanese or Chinese word. WebKit sends that Enter after the
/// end of the composition, with `isComposing` false and the code 229 (UI Events §7.3.1: "the keyCode is 229 while an IME processes the key").
fn is_of_input_method(event: &web_sys::KeyboardEvent) -> bool {
    const PROCESSED_BY_INPUT_METHOD: u32 = 229;
    event.is_composing() || event.key_code() == PROCESSED_BY_INPUT_METHOD
}

/// A random key from the browser, so that a message sent twice is stored once.
fn new_key() -> Option<Uuid> {
    window().crypto().ok()?.random_uuid().parse().ok()
}

/// The chat panel.
#[component]
pub(super) fn ChatPanel(
    /// The chat.
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
            fit(&input);
        }
        // If the focus cannot be moved, the page still works.
        let _ = input.focus();
    };
    Effect::new(move |_| {
        if let (Some(text), Some(input)) = (chat.writing.brought.get(), input.get())
            && input.value().is_empty()
        {
            input.set_value(&text);
            fit(&input);
        }
    });
    // While the panel is hidden, nothing in it has a height.
    Effect::new(move |_| {
        if chat.seen.get()
            && let Some(input) = input.get()
        {
            fit(&input);
        }
    });
    let is_empty = move || chat.lines.with(Vec::is_empty);
    let list = chat.list;
    Effect::new(move |_| {
        chat.lines.track();
        chat.seen.track();
        // Scrolls only the list to its end, so that the input field below does not move.
        if let Some(list) = list.get() {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    view! {
        <section class="chat" aria-labelledby="chat-title">
            <h2 id="chat-title">{say!(l, visits.chat.title)}</h2>
            <div node_ref=list class="messages" role="log" aria-live="polite" tabindex="0" aria-labelledby="chat-title">
                <p class="quiet" hidden=move || !is_empty()>{say!(l, visits.chat.empty)}</p>
                <For each=move || chat.lines.get() key=|line| line.key let:line>
                    <Message chat line/>
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
                <div class="line">
                    <textarea
                        id="chat-text"
                        dir="auto"
                        node_ref=input
                        rows="1"
                        maxlength=LONGEST_MESSAGE.to_string()
                        on:input=move |event| {
                            chat.says_typing(typed_at);
                            chat.writing.typed(event_target_value(&event));
                            if let Some(input) = input.get_untracked() {
                                fit(&input);
                            }
                        }
                        on:change=move |_| typing::flush()
                        on:keydown=move |event| {
                            if event.key() == "Enter" && !event.shift_key() && !is_of_input_method(&event) {
                                event.prevent_default();
                                submit();
                            }
                        }
                    ></textarea>
                    <button type="submit" class="button">
                        <Icon sign=Sign::Send/>
                        <span class="word">{say!(l, visits.chat.send)}</span>
                    </button>
                </div>
                <DraftLine state=chat.writing.state/>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Message(chat: Chat, line: Line) -> impl IntoView {
    let l = use_locale();
    let (state, text) = (line.state.clone(), line.text.clone());
    let is_own = {
        let state = state.clone();
        move || match *state.read() {
            LineState::Arrived { from, .. } => chat.thread.get().is_some_and(|(_, side)| side == from),
            LineState::Sending { .. } | LineState::Failed { .. } => true,
        }
    };
    let about = switch(
        move || state.get(),
        move |state| match state {
            LineState::Arrived { from, sender_name, at, .. } => {
                let is_own = chat.thread.get_untracked().is_some_and(|(_, side)| side == from);
                let from = if is_own { say!(l, visits.chat.you).to_owned() } else { sender_name };
                view! { <strong>{said(from)}</strong> " " <Moment at detail=Detail::Time/> }.into_any()
            }
            LineState::Sending { .. } => view! { <span class="quiet">{say!(l, visits.chat.sending)}</span> }.into_any(),
            LineState::Failed { change } => {
                let line = line.clone();
                view! {
                    <span role="alert">{say!(l, visits.chat.not_sent)}</span>
                    " "
                    <button type="button" class="button plain" on:click=move |_| chat.deliver(line.clone(), change)>
                        {say!(l, visits.chat.retry)}
                    </button>
                }
                .into_any()
            }
        },
    );
    view! {
        <article class="message" class:own=is_own>
            <header>{about}</header>
            <p dir="auto">{text}</p>
        </article>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::known_until;

    #[test]
    fn messages_that_are_missing_before_an_own_one_are_asked_for() {
        assert_eq!(known_until(0, []), 0);
        assert_eq!(known_until(0, [1, 2, 3]), 3);
        // The own message 6 was confirmed over HTTP while the socket was away; 4 and 5 are the other participant's.
        assert_eq!(known_until(0, [1, 2, 3, 6]), 3);
        assert_eq!(known_until(0, [1, 2, 3, 4, 5, 6]), 6);
        // A long conversation begins with its newest 200 messages.
        assert_eq!(known_until(40, [41, 42, 44]), 42);
        // The conversation was empty when it was opened.
        assert_eq!(known_until(0, [3]), 0);
    }
}
