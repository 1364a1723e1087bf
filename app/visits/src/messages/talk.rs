//! An open conversation: its messages, those that wait to be sent, and what comes while the page is open.

use super::functions::{mark_conversation_read, read_conversation_news, write_in_conversation};
use super::outbox::{self, Queued};
use jiff::Timestamp;
use kit::failure::{Cause, Failure};
use kit::live::use_live;
use kit::sight::use_in_sight;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::chat::conversation::{ConversationMessage, ConversationView, Marks, Writer};
use model::errors::Kind;
use model::ids::ThreadId;
use model::live::LiveKind;
use std::time::Duration;
use uuid::Uuid;

/// When a message that could not be sent is tried again, if nothing else happens before.
const TRY_AGAIN: Duration = Duration::from_secs(5);
/// The most messages in one answer of the server.
const AT_ONCE: usize = 200;

/// A message in the list. It stays the same element from sending to arrival, so that a screen reader reads it only once.
#[derive(Clone)]
pub(super) struct Line {
    /// The key that the user's page gave it; for messages of others, the message's id.
    pub(super) key: Uuid,
    pub(super) text: String,
    pub(super) quotes: Option<i64>,
    pub(super) state: ArcRwSignal<LineState>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum LineState {
    /// The server has saved it.
    Arrived { position: i64, own: bool, side: Writer, sender_name: String, at: Timestamp },
    /// It waits in this page.
    Waiting,
    /// The server refuses it.
    Refused(Failure),
}

impl Line {
    fn arrived(message: ConversationMessage) -> Self {
        let ConversationMessage { id, position, side, sender_name, own, client_key, text, quotes, sent_at: at } = message;
        let key = if own { client_key } else { id.uuid() };
        Self { key, text, quotes, state: ArcRwSignal::new(LineState::Arrived { position, own, side, sender_name, at }) }
    }

    fn waiting(message: Queued) -> Self {
        let Queued { key, text, quotes, .. } = message;
        Self { key, text, quotes, state: ArcRwSignal::new(LineState::Waiting) }
    }

    /// The position in the conversation; none until it has arrived.
    pub(super) fn position(&self) -> Option<i64> {
        match *self.state.read_untracked() {
            LineState::Arrived { position, .. } => Some(position),
            LineState::Waiting | LineState::Refused(_) => None,
        }
    }
}

/// Inserts a line at its position; what has not arrived is shown last.
fn insert(lines: &mut Vec<Line>, line: Line) {
    let order = |line: &Line| (line.position().is_none(), line.position());
    let place = lines.partition_point(|other| order(other) <= order(&line));
    lines.insert(place, line);
}

/// The position up to which all messages are known, of those after `before`. The answer to an own message brings its position although the ones before it may still be
/// missing. Positions have no gaps and come in their order.
fn known_until(before: i64, positions: impl IntoIterator<Item = i64>) -> i64 {
    positions.into_iter().fold(before, |until, position| if position == until + 1 { position } else { until })
}

/// Whether a message may be accepted later: the network or the server is away, or asks to wait. A session that has ended leads to the sign-in page.
fn is_for_now(failure: &Failure) -> bool {
    match failure.cause {
        Cause::Unreachable => true,
        Cause::Code(code) => match code.kind() {
            Kind::Unauthenticated | Kind::TooMany | Kind::TooSlow | Kind::Busy | Kind::Retry | Kind::Unavailable => true,
            Kind::Invalid | Kind::Forbidden | Kind::NotFound | Kind::Conflict | Kind::Gone | Kind::TooLarge | Kind::Internal => {
                false
            }
        },
    }
}

/// The conversation of the page.
#[derive(Clone, Copy)]
pub(super) struct Talk {
    pub(super) thread: ThreadId,
    pub(super) lines: RwSignal<Vec<Line>>,
    /// How far the other side has got it.
    pub(super) marks: RwSignal<Marks>,
    pub(super) closed: RwSignal<bool>,
    /// Whether messages wait because the server cannot be reached.
    pub(super) held_up: RwSignal<bool>,
    /// The position of the message that the next one answers.
    pub(super) quoted: RwSignal<Option<i64>>,
    /// The list of messages.
    pub(super) list: NodeRef<Div>,
    /// The position before the first message of the list.
    before: StoredValue<i64>,
    sending: StoredValue<bool>,
    asking: StoredValue<bool>,
    ask_again: StoredValue<bool>,
}

impl Talk {
    /// Shows a conversation. One that was opened at its newest messages is followed: what is new is asked for when the server says so, when the socket opens, and when
    /// the network is back.
    pub(super) fn new(view: &ConversationView, is_newest: bool, quoted: Option<i64>) -> Self {
        let mut lines: Vec<Line> = view.messages.iter().cloned().map(Line::arrived).collect();
        let before = view.messages.first().map_or(0, |first| first.position - 1);
        if is_newest {
            lines.extend(outbox::of(view.id).into_iter().map(Line::waiting));
        }
        let talk = Self {
            thread: view.id,
            lines: RwSignal::new(lines),
            marks: RwSignal::new(view.marks),
            closed: RwSignal::new(view.closed),
            held_up: RwSignal::new(false),
            quoted: RwSignal::new(quoted),
            list: NodeRef::new(),
            before: StoredValue::new(before),
            sending: StoredValue::new(false),
            asking: StoredValue::new(false),
            ask_again: StoredValue::new(false),
        };
        if is_newest {
            talk.follow();
        }
        talk
    }

    fn follow(self) {
        let is_about = move |changed: Option<Uuid>| changed.is_none_or(|id| id == self.thread.uuid());
        use_live(LiveKind::Thread, move |changed| {
            if is_about(changed) {
                self.ask();
            }
        });
        // Effects run in the browser only.
        Effect::new(move |_| {
            let listener = window_event_listener_untyped("online", move |_| self.ask());
            on_cleanup(move || listener.remove());
            self.pump();
        });
        let seen = use_in_sight(self.list);
        // The server has noted what the page was loaded with.
        let noted = StoredValue::new(self.known_until_untracked().unwrap_or(0));
        Effect::new(move |_| {
            let known = self.known_until();
            if seen.get() && known > noted.get_value() {
                noted.set_value(known);
                spawn_local(async move {
                    // If it fails, the next message that is seen notes this one too.
                    let _ = mark_conversation_read(self.thread, known).await;
                });
            }
        });
    }

    /// The position up to which the list has all messages. Reactive.
    fn known_until(self) -> i64 {
        let before = self.before.get_value();
        self.lines.with(|lines| known_until(before, lines.iter().filter_map(Line::position)))
    }

    /// The same, not reactive; none when the page was left.
    fn known_until_untracked(self) -> Option<i64> {
        let before = self.before.try_get_value()?;
        self.lines.try_with_untracked(|lines| known_until(before, lines.iter().filter_map(Line::position)))
    }

    /// Inserts a message at its position. If the list has it already, the existing line stays and takes the state of the arrived message.
    fn take(self, message: ConversationMessage) {
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

    /// Puts a message into the queue and sends it, after those that wait before it.
    pub(super) fn send(self, text: String) {
        let Some(key) = new_key() else { return };
        let quotes = self.quoted.get_untracked();
        self.quoted.set(None);
        let message = Queued { thread: self.thread, key, text, quotes };
        outbox::add(message.clone());
        self.lines.update(|lines| lines.push(Line::waiting(message)));
        self.pump();
    }

    /// Puts a message that was refused into the queue again.
    pub(super) fn send_again(self, line: &Line) {
        line.state.set(LineState::Waiting);
        outbox::add(Queued { thread: self.thread, key: line.key, text: line.text.clone(), quotes: line.quotes });
        self.pump();
    }

    /// Sends what waits, one message after the other. While the server cannot be reached, everything keeps its order and waits.
    fn pump(self) {
        if self.sending.try_update_value(|sending| std::mem::replace(sending, true)) != Some(false) {
            return;
        }
        spawn_local(async move {
            while let Some(message) = outbox::next(self.thread) {
                let Queued { thread, key, text, quotes } = message;
                match write_in_conversation(thread, key, text, quotes).await {
                    Ok(message) => {
                        outbox::remove(key);
                        self.held_up.try_set(false);
                        self.take(message);
                    }
                    Err(failure) if is_for_now(&failure) => {
                        self.held_up.try_set(true);
                        set_timeout(move || self.pump(), TRY_AGAIN);
                        break;
                    }
                    Err(failure) => {
                        outbox::remove(key);
                        self.held_up.try_set(false);
                        self.lines.try_update_untracked(|lines| {
                            if let Some(line) = lines.iter().find(|line| line.key == key) {
                                line.state.set(LineState::Refused(failure));
                            }
                        });
                    }
                }
            }
            self.sending.try_set_value(false);
        });
    }

    /// Asks for what is new, by the number of the last message that the list has, and sends what waits.
    fn ask(self) {
        self.pump();
        match self.asking.try_update_value(|asking| std::mem::replace(asking, true)) {
            Some(false) => {}
            Some(true) => {
                self.ask_again.try_set_value(true);
                return;
            }
            None => return,
        }
        spawn_local(async move {
            while let Some(after) = self.known_until_untracked() {
                self.ask_again.try_set_value(false);
                let Ok(news) = read_conversation_news(self.thread, after).await else { break };
                let is_full = news.messages.len() >= AT_ONCE;
                self.closed.try_set(news.closed);
                self.marks.try_set(news.marks);
                for message in news.messages {
                    self.take(message);
                }
                if !is_full && self.ask_again.try_get_value() != Some(true) {
                    break;
                }
            }
            self.asking.try_set_value(false);
        });
    }
}

/// A random key from the browser, so that a message sent twice is stored once.
fn new_key() -> Option<Uuid> {
    window().crypto().ok()?.random_uuid().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::errors::Code;

    #[test]
    fn messages_that_are_missing_before_an_own_one_are_asked_for() {
        assert_eq!(known_until(0, []), 0);
        assert_eq!(known_until(0, [1, 2, 3, 6]), 3);
        assert_eq!(known_until(40, [41, 42, 44]), 42);
    }

    #[test]
    fn a_message_waits_while_nobody_answers_and_not_after_a_refusal() {
        let unreachable = Failure { cause: Cause::Unreachable, fields: Vec::new(), retry_after_secs: None };
        assert!(is_for_now(&unreachable) && is_for_now(&Code::ServerBusy.into()) && is_for_now(&Code::RateLimited.into()));
        for code in [Code::ConversationLeft, Code::NotFound, Code::ConversationClosed, Code::FieldsInvalid] {
            assert!(!is_for_now(&code.into()), "{code:?}");
        }
    }
}
