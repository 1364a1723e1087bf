//! Feeds events into the call's state machine and carries out the effects that it returns, one after the other. Browser only.

use super::{Call, Quality, devices::Gear, media, peer, peer::Peer, stats};
use crate::functions::join_visit;
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use kit::live::socket::{self, Heard};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::live::{ClientMessage, ServerMessage};
use model::visits::negotiation::{CallStatus, Effect, Event, Negotiation, Politeness};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

thread_local! {
    /// The call of this page; there is at most one.
    static CURRENT: RefCell<Option<Driver>> = const { RefCell::new(None) };
}

/// A running call. Dropping it leaves the call.
struct Driver {
    call: Call,
    events: UnboundedSender<Event>,
    /// The connection, shared with the loop. Removed when the call is left, even if the loop still waits for something.
    peer: Rc<RefCell<Option<Peer>>>,
    over: Rc<Cell<bool>>,
    listener: u64,
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.over.set(true);
        socket::forget(self.listener);
        socket::send(&ClientMessage::Leave { visit: self.call.visit });
        self.peer.borrow_mut().take();
        self.events.close_channel();
    }
}

/// Joins the page's call.
pub(super) fn start(call: Call) {
    stop();
    let (events, received) = unbounded();
    let (peer, over) = (Rc::new(RefCell::new(None)), Rc::new(Cell::new(false)));
    let listener = {
        let events = events.clone();
        socket::listen(move |heard| hear(call, &events, heard))
    };
    let work =
        Work { call, events: events.clone(), peer: peer.clone(), over: over.clone(), politeness: Cell::new(Politeness::Polite) };
    CURRENT.set(Some(Driver { call, events, peer: peer.clone(), over: over.clone(), listener }));
    spawn_local(work.run(received));
    stats::watch(call, peer, over);
    if socket::is_open() {
        join(call);
    }
}

/// Leaves the page's call, if it is in one.
pub(super) fn stop() {
    let driver = CURRENT.take();
    drop(driver);
}

/// Starts or stops sending the user's own picture, depending on `camera_off`.
pub(super) fn show_camera(call: Call) {
    if call.devices.camera_off.get_untracked() {
        media::release_camera(call.devices);
    } else {
        spawn_local(async move {
            media::acquire_camera(call.devices).await;
            if call.devices.camera.try_get_untracked().is_some_and(|camera| camera != Gear::Ready) {
                call.devices.camera_off.try_set(true);
            }
        });
    }
}

/// Sends the current tracks of the devices.
pub(super) fn sync_tracks() {
    CURRENT.with_borrow(|driver| {
        if let Some(driver) = driver
            && let Some(peer) = driver.peer.borrow_mut().as_mut()
        {
            peer.sync_tracks();
        }
    });
}

/// Tells the other participant what the user sends, if the page is in the call.
pub(super) fn say_media(call: Call) {
    if CURRENT.with_borrow(Option::is_some) {
        let state = untrack(|| call.devices.media());
        // If the socket is closed, joining again says it.
        socket::send(&ClientMessage::Media { visit: call.visit, state });
    }
}

fn join(call: Call) {
    socket::send(&ClientMessage::Subscribe { visit: call.visit });
    socket::send(&ClientMessage::Join { visit: call.visit });
    say_media(call);
}

fn hear(call: Call, events: &UnboundedSender<Event>, heard: &Heard<'_>) {
    let tell = |event| {
        // An error means that the loop has ended, and the call with it.
        let _ = events.unbounded_send(event);
    };
    let Heard::Message(message) = heard else {
        if matches!(heard, Heard::Opened) {
            join(call);
        }
        return;
    };
    let forget_media_unless = |peer_present: bool| {
        if !peer_present {
            call.peer_media.set(None);
        }
    };
    match message {
        ServerMessage::Joined { visit, epoch, politeness, peer_present } if *visit == call.visit => {
            forget_media_unless(*peer_present);
            tell(Event::Joined { politeness: *politeness, epoch: *epoch, peer_present: *peer_present });
        }
        ServerMessage::Presence { visit, peer_present, epoch } if *visit == call.visit => {
            let epoch = *epoch;
            forget_media_unless(*peer_present);
            tell(if *peer_present { Event::PeerJoined { epoch } } else { Event::PeerLeft { epoch } });
        }
        ServerMessage::Signal { visit, envelope } if *visit == call.visit => tell(Event::Signal(envelope.clone())),
        ServerMessage::PeerMedia { visit, state } if *visit == call.visit => call.peer_media.set(Some(*state)),
        ServerMessage::Displaced { visit } if *visit == call.visit => {
            call.displaced.set(true);
            call.status.set(CallStatus::Ended);
            // Later, because stopping drops the listener that is running now.
            set_timeout(stop, Duration::ZERO);
        }
        ServerMessage::Refused { visit, code } if *visit == call.visit => call.refused.set(Some(*code)),
        _ => {}
    }
}

/// The state of the loop that handles events.
struct Work {
    call: Call,
    events: UnboundedSender<Event>,
    peer: Rc<RefCell<Option<Peer>>>,
    over: Rc<Cell<bool>>,
    politeness: Cell<Politeness>,
}

impl Work {
    async fn run(self, mut received: UnboundedReceiver<Event>) {
        let mut machine = Negotiation::new();
        while let Some(event) = received.next().await {
            if let Event::Joined { politeness, .. } = &event {
                self.politeness.set(*politeness);
            }
            for effect in machine.handle(event) {
                if self.over.get() {
                    return;
                }
                self.carry_out(effect).await;
            }
        }
    }

    async fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::CreatePeer { epoch } => self.create_peer(epoch).await,
            Effect::ClosePeer { .. } => {
                self.peer.borrow_mut().take();
                self.call.quality.try_set(Quality::Unknown);
                self.call.peer_visible.try_set(false);
            }
            Effect::RefreshIceServers { epoch } => {
                // If no fresh credentials can be loaded, the old ones may still work.
                if let Ok(join) = join_visit(self.call.visit).await
                    && let Some(connection) = self.connection(epoch)
                {
                    peer::refresh(&connection, &join.ice_servers);
                }
            }
            Effect::CreateOfferAndSetLocal { epoch, ice_restart } => {
                self.describe(epoch, |connection| peer::offer(connection, ice_restart)).await;
            }
            Effect::CreateAnswerAndSetLocal { epoch } => self.describe(epoch, peer::answer).await,
            Effect::SetRemote { epoch, description, .. } => {
                let Some(connection) = self.connection(epoch) else { return };
                if peer::set_remote(&connection, &description).await.is_err() {
                    self.tell(Event::OperationFailed { epoch });
                }
            }
            Effect::AddCandidate { epoch, candidate } => {
                if let Some(connection) = self.connection(epoch) {
                    peer::add_candidate(&connection, candidate.as_ref()).await;
                }
            }
            Effect::Send(envelope) => {
                // If the socket is closed, the signal is lost; the next `Joined` begins a new epoch, for which it would be out of date.
                socket::send(&ClientMessage::Signal { visit: self.call.visit, envelope });
            }
            Effect::StartTimer { timer, after_ms } => {
                let events = self.events.clone();
                let fire = move || drop(events.unbounded_send(Event::Timer(timer)));
                set_timeout(fire, Duration::from_millis(after_ms.into()));
            }
            Effect::Rejoin => join(self.call),
            Effect::Show(status) => {
                self.call.status.try_set(status);
            }
        }
    }

    async fn create_peer(&self, epoch: u32) {
        let join = match join_visit(self.call.visit).await {
            Ok(join) => join,
            Err(failure) => {
                if let Some(code) = failure.code() {
                    self.call.refused.try_set(Some(code));
                }
                return self.tell(Event::OperationFailed { epoch });
            }
        };
        if self.over.get() {
            return;
        }
        match Peer::new(epoch, self.politeness.get(), &join.ice_servers, self.call, self.events.clone()) {
            Ok(peer) => {
                self.call.refused.try_set(None);
                self.peer.replace(Some(peer));
            }
            Err(_) => self.tell(Event::OperationFailed { epoch }),
        }
    }

    async fn describe<F>(&self, epoch: u32, make: impl FnOnce(web_sys::RtcPeerConnection) -> F)
    where
        F: Future<Output = Result<model::visits::signal::Description, wasm_bindgen::JsValue>>,
    {
        let Some(connection) = self.connection(epoch) else { return };
        self.tell(match make(connection).await {
            Ok(description) => Event::LocalDescriptionReady { epoch, description },
            Err(_) => Event::OperationFailed { epoch },
        });
    }

    fn connection(&self, epoch: u32) -> Option<web_sys::RtcPeerConnection> {
        self.peer.borrow().as_ref().filter(|peer| peer.epoch() == epoch).map(Peer::connection)
    }

    fn tell(&self, event: Event) {
        // An error means that the loop has ended, and the call with it.
        let _ = self.events.unbounded_send(event);
    }
}
