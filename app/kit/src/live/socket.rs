//! The page's WebSocket. Browser only.

use crate::viewer::device_ms;
use leptos::prelude::{set_interval, set_timeout, window};
use model::live::{ActsAs, BEAT_SECS, CLOSE_SIGNED_OUT, CLOSE_TOO_MANY, ClientMessage, PATH, ServerMessage};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, MessageEvent, VisibilityState, WebSocket};

const FIRST_WAIT_MS: u32 = 400;
const LONGEST_WAIT_MS: u32 = 15_000;
/// A server that has been silent for this long counts as gone.
const SILENCE_MS: i64 = BEAT_SECS as i64 * 2_500;
const WATCH: Duration = Duration::from_secs(5);

/// What a listener is told.
pub enum Heard<'a> {
    /// The socket is open: subscriptions made on an earlier socket must be sent again.
    Opened,
    /// The socket was lost; it reconnects by itself.
    Closed,
    /// A message from the server.
    Message(&'a ServerMessage),
}

type Listener = Rc<dyn Fn(&Heard<'_>)>;

#[derive(Default)]
struct Page {
    wanted: bool,
    /// As whom the user acts, by the viewer of this page.
    acts_as: Option<ActsAs>,
    link: Option<Link>,
    is_open: bool,
    /// The number of the newest durable event that this page has received.
    last: Option<i64>,
    listeners: Vec<(u64, Listener)>,
    next_listener: u64,
    attempts: u32,
    heard_at_ms: i64,
}

/// A socket with its event handlers. Dropping it closes the socket without calling them.
struct Link {
    socket: WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // An error here means that the socket is closed already, so it can be ignored.
        let _ = self.socket.close();
    }
}

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

fn page<T>(act: impl FnOnce(&mut Page) -> T) -> T {
    PAGE.with_borrow_mut(act)
}

/// Opens the socket and keeps it open.
pub fn open(acts_as: ActsAs) {
    let first = page(|page| {
        page.acts_as = Some(acts_as);
        !std::mem::replace(&mut page.wanted, true)
    });
    if first {
        set_interval(watch, WATCH);
        connect();
    }
}

/// Whether messages can be sent now.
pub fn is_open() -> bool {
    page(|page| page.is_open)
}

/// Sends a message to the server; false when the socket is not open.
pub fn send(message: &ClientMessage) -> bool {
    let Ok(text) = serde_json::to_string(message) else { return false };
    let socket = page(|page| page.link.as_ref().filter(|_| page.is_open).map(|link| link.socket.clone()));
    socket.is_some_and(|socket| socket.send_with_str(&text).is_ok())
}

/// Registers a listener and returns its id. It is called until [`forget`].
pub fn listen(listener: impl Fn(&Heard<'_>) + 'static) -> u64 {
    page(|page| {
        page.next_listener += 1;
        page.listeners.push((page.next_listener, Rc::new(listener)));
        page.next_listener
    })
}

/// Removes a listener.
pub fn forget(listener: u64) {
    page(|page| page.listeners.retain(|(id, _)| *id != listener));
}

fn tell(heard: &Heard<'_>) {
    // Copied first, because a listener may call `listen`, `forget` and `send` while it is called.
    let listeners: Vec<Listener> = page(|page| page.listeners.iter().map(|(_, listener)| listener.clone()).collect());
    for listener in listeners {
        listener(heard);
    }
}

fn connect() {
    let location = window().location();
    let (Ok(protocol), Ok(host)) = (location.protocol(), location.host()) else { return };
    let scheme = if protocol == "https:" { "wss" } else { "ws" };
    let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}{PATH}")) else { return connect_later() };

    let on_open = Closure::<dyn FnMut()>::new(opened);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| received(&event));
    let on_close = Closure::<dyn FnMut(CloseEvent)>::new(|event: CloseEvent| closed(event.code()));
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    let link = Link { socket, _on_open: on_open, _on_message: on_message, _on_close: on_close };
    let before = page(|page| {
        page.heard_at_ms = device_ms();
        page.link.replace(link)
    });
    drop(before);
}

fn opened() {
    let last = page(|page| {
        page.is_open = true;
        page.heard_at_ms = device_ms();
        page.last
    });
    send(&ClientMessage::Hello { last });
}

fn received(event: &MessageEvent) {
    page(|page| page.heard_at_ms = device_ms());
    let Some(text) = event.data().as_string() else { return };
    // A newer server may send messages that this page does not know; they are ignored.
    let Ok(message) = serde_json::from_str::<ServerMessage>(&text) else { return };
    match &message {
        // In another tab, the user has switched to another role or patient. What this page loaded now would be shown below the name of the former one.
        ServerMessage::Welcome { acts_as: Some(now), .. } if page(|page| page.acts_as.is_some_and(|then| then != *now)) => {
            crate::forms::typing::reload_when_saved();
            return;
        }
        ServerMessage::Welcome { last, .. } => {
            page(|page| {
                page.last = Some(*last);
                page.attempts = 0;
            });
            tell(&Heard::Opened);
        }
        ServerMessage::Event { number: last, .. } | ServerMessage::Resync { last } => page(|page| page.last = Some(*last)),
        ServerMessage::Presence { .. }
        | ServerMessage::Joined { .. }
        | ServerMessage::Displaced { .. }
        | ServerMessage::Signal { .. }
        | ServerMessage::PeerMedia { .. }
        | ServerMessage::ChatMessage { .. }
        | ServerMessage::Typing { .. }
        | ServerMessage::AtThread { .. }
        | ServerMessage::Times { .. }
        | ServerMessage::Refused { .. }
        | ServerMessage::Beat => {}
    }
    tell(&Heard::Message(&message));
}

fn closed(code: u16) {
    lose();
    match code {
        // The session has ended: reload, which leads to the sign-in page, once the text typed here is saved.
        CLOSE_SIGNED_OUT => crate::forms::typing::reload_when_saved(),
        // The user has too many sockets open. This page reconnects when it is visible again.
        CLOSE_TOO_MANY => {}
        _ => connect_later(),
    }
}

/// Handles the loss of the socket.
fn lose() {
    let (link, was_open) = page(|page| (page.link.take(), std::mem::take(&mut page.is_open)));
    // Dropped later, because a socket's handlers must not be dropped while one of them runs.
    set_timeout(move || drop(link), Duration::ZERO);
    if was_open {
        tell(&Heard::Closed);
    }
}

fn connect_later() {
    let attempts = page(|page| {
        page.attempts = (page.attempts + 1).min(16);
        page.attempts
    });
    let wait_ms = (FIRST_WAIT_MS << (attempts - 1)).min(LONGEST_WAIT_MS);
    set_timeout(reconnect, random_wait(wait_ms / 2, wait_ms));
}

/// A random time between these two, in milliseconds.
pub(super) fn random_wait(shortest_ms: u32, longest_ms: u32) -> Duration {
    let more_ms = js_sys::Math::random() * f64::from(longest_ms - shortest_ms);
    // The product is at least 0 and less than what it is made of.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let more_ms = more_ms as u32;
    Duration::from_millis(u64::from(shortest_ms + more_ms))
}

fn reconnect() {
    if page(|page| page.link.is_none()) {
        connect();
    }
}

/// Reconnects if the server has gone silent, or if the socket is gone and the page is visible.
fn watch() {
    let now_ms = device_ms();
    let (silent, gone) = page(|page| (page.link.is_some() && now_ms - page.heard_at_ms > SILENCE_MS, page.link.is_none()));
    let visible = window().document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible);
    if silent {
        lose();
        connect();
    } else if gone && visible {
        reconnect();
    }
}
