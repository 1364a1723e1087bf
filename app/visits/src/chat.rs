//! The chat next to the call: its history, new messages, and messages being sent.

mod panel;

pub(super) use panel::{ChatLabel, ChatPanel, UnreadStatus, fit, is_of_input_method};

use super::functions::{open_conversation, send_message};
use super::news::chime_when_more;
use super::writing::Writing;
use jiff::Timestamp;
use kit::alerts::{TitleAlert, use_title_alert};
use kit::sight::use_in_sight;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::chat::views::MessageView;
use model::ids::{EncounterId, ThreadId};
use model::visits::views::Side;
#[cfg(feature = "hydrate")]
use std::time::Duration;
use uuid::Uuid;

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

/// A random key from the browser, so that a message sent twice is stored once.
fn new_key() -> Option<Uuid> {
    window().crypto().ok()?.random_uuid().parse().ok()
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
