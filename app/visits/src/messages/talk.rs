//! An open conversation: its messages, those that wait to be sent, and what comes while the page is open.

use super::functions::{mark_conversation_read, read_conversation_news, write_in_conversation};
use super::outbox::{self, Queued};
use super::presence;
use jiff::Timestamp;
use kit::failure::{Cause, Failure};
use kit::live::use_live;
use kit::sight::use_in_sight;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::chat::attention::Attention;
use model::chat::conversation::{ConversationMessage, ConversationView, MOST_FILES, Marks, Writer};
use model::chat::waiting::WaitingKeys;
use model::errors::Kind;
use model::files::{DocumentView, FileState};
use model::ids::{FileId, ThreadId, UserId};
use model::live::LiveKind;
use model::records::Phrase;
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
    /// What is sent with it, while it waits.
    pub(super) files: Vec<FileId>,
    pub(super) state: ArcRwSignal<LineState>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum LineState {
    /// The server has saved it.
    Arrived { position: i64, own: bool, side: Writer, sender_name: String, files: Vec<DocumentView>, at: Timestamp },
    /// It waits in this page.
    Waiting,
    /// The server refuses it.
    Refused(Failure),
}

impl Line {
    fn arrived(message: ConversationMessage) -> Self {
        let ConversationMessage { id, position, side, sender_name, own, client_key, text, quotes, files, sent_at: at } = message;
        let key = if own { client_key } else { id.uuid() };
        let state = LineState::Arrived { position, own, side, sender_name, files, at };
        Self { key, text, quotes, files: Vec::new(), state: ArcRwSignal::new(state) }
    }

    fn waiting(message: Queued) -> Self {
        let Queued { key, text, quotes, files, .. } = message;
        Self { key, text, quotes, files, state: ArcRwSignal::new(LineState::Waiting) }
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
    /// The user for whom the page was made.
    author: UserId,
    pub(super) lines: RwSignal<Vec<Line>>,
    /// How far the other side has got it.
    pub(super) marks: RwSignal<Marks>,
    pub(super) closed: RwSignal<bool>,
    /// Whether messages wait because the server cannot be reached.
    pub(super) held_up: RwSignal<bool>,
    /// The position of the message that the next one answers.
    pub(super) quoted: RwSignal<Option<i64>>,
    /// The files that go with the next message.
    pub(super) attached: RwSignal<Vec<DocumentView>>,
    /// The canned answers that the user can write.
    pub(super) answers: StoredValue<Vec<Phrase>>,
    /// What the other side does now.
    pub(super) peer: RwSignal<Attention>,
    /// The list of messages.
    pub(super) list: NodeRef<Div>,
    /// For what waits in the browser's storage.
    keys: StoredValue<WaitingKeys>,
    /// The position before the first message of the list.
    before: StoredValue<i64>,
    /// When the other side was told last that the user is writing.
    typed_at: StoredValue<f64>,
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
            let known: Vec<Uuid> = lines.iter().map(|line| line.key).collect();
            let waits = outbox::of(view.id).into_iter().filter(|message| !known.contains(&message.key));
            lines.extend(waits.map(Line::waiting));
        }
        let talk = Self {
            thread: view.id,
            author: view.reader,
            lines: RwSignal::new(lines),
            marks: RwSignal::new(view.marks),
            closed: RwSignal::new(view.closed),
            held_up: RwSignal::new(false),
            quoted: RwSignal::new(quoted),
            attached: RwSignal::new(view.unsent.clone()),
            answers: StoredValue::new(view.answers.clone()),
            peer: RwSignal::new(Attention::Away),
            list: NodeRef::new(),
            keys: StoredValue::new(view.waiting_keys.clone()),
            before: StoredValue::new(before),
            typed_at: StoredValue::new(0.0),
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
            self.restore();
            self.pump();
        });
        presence::follow(self.thread, self.peer);
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

    /// Shows what waits in the browser's storage since before the page was loaded. What the server has already needs not be sent again.
    fn restore(self) {
        for message in self.keys.with_value(|keys| outbox::restore(keys, self.thread)) {
            let key = message.key;
            match self.lines.with_untracked(|lines| lines.iter().find(|line| line.key == key).and_then(Line::position)) {
                Some(_) => outbox::remove(key),
                None => self.lines.update(|lines| {
                    lines.retain(|line| line.key != key);
                    lines.push(Line::waiting(message));
                }),
            }
        }
        // What waits with a message does not go with the next one.
        let taken: Vec<FileId> = outbox::of(self.thread).into_iter().flat_map(|message| message.files).collect();
        if !taken.is_empty() {
            self.attached.update(|attached| attached.retain(|file| !taken.contains(&file.id)));
        }
    }

    /// Stores the text that is being written, so that a reload does not lose it, and tells the other side that the user is writing.
    pub(super) fn keep_typed(self, text: &str) {
        if !text.is_empty() {
            presence::types(self.thread, self.typed_at);
        }
        self.keys.with_value(|keys| outbox::keep_typed(keys, self.thread, text));
    }

    /// The text that was being written before the page was loaded.
    pub(super) fn typed(self) -> Option<String> {
        self.keys.with_value(|keys| outbox::typed(keys, self.thread))
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
        let files = self.take_ready();
        let message = Queued { thread: self.thread, key, at: 0, text, quotes, files };
        let message = self.keys.with_value(|keys| outbox::add(keys, message));
        self.lines.update(|lines| lines.push(Line::waiting(message)));
        self.pump();
    }

    /// The files that go with the message that is sent now. One that is still being checked stays.
    fn take_ready(self) -> Vec<FileId> {
        let mut taken = Vec::new();
        if self.attached.with_untracked(Vec::is_empty) {
            return taken;
        }
        self.attached.update(|attached| {
            attached.retain(|file| {
                let goes = file.state == FileState::Ready && taken.len() < MOST_FILES;
                if goes {
                    taken.push(file.id);
                }
                !goes
            });
        });
        taken
    }

    /// Puts a message that was refused into the queue again.
    pub(super) fn send_again(self, line: &Line) {
        line.state.set(LineState::Waiting);
        let Line { key, text, quotes, files, .. } = line.clone();
        self.keys.with_value(|keys| outbox::add(keys, Queued { thread: self.thread, key, at: 0, text, quotes, files }));
        self.pump();
    }

    /// Removes a message that was refused.
    pub(super) fn discard(self, key: Uuid) {
        outbox::remove(key);
        self.lines.update(|lines| lines.retain(|line| line.key != key));
    }

    /// Sends what waits, one message after the other. While the server cannot be reached, everything keeps its order and waits.
    fn pump(self) {
        if self.sending.try_update_value(|sending| std::mem::replace(sending, true)) != Some(false) {
            return;
        }
        spawn_local(async move {
            while let Some(message) = outbox::next(self.thread) {
                let Queued { thread, key, text, quotes, files, .. } = message;
                match write_in_conversation(thread, key, text, quotes, ids_of(&files), Some(self.author)).await {
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
                        outbox::set_aside(key);
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

/// The ids with spaces between them; none for no files.
pub(super) fn ids_of(files: &[FileId]) -> Option<String> {
    let ids: Vec<String> = files.iter().map(ToString::to_string).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
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
