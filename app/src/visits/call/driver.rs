//! Feeds the call's state machine with what happens and carries out what it decides, one effect after the other. Browser only.

use super::{Call, Quality, devices::Gear, media, peer, peer::Peer, stats};
use crate::{
    live::socket::{self, Heard},
    visits::functions::join_visit,
};
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::live::{ClientMessage, ServerMessage};
use model::visits::negotiation::{Effect, Event, Negotiation, Politeness};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

thread_local! {
    /// A page is in one call at most.
    static CURRENT: RefCell<Option<Driver>> = const { RefCell::new(None) };
}

/// A call that is on. Dropping it leaves.
struct Driver {
    call: Call,
    events: UnboundedSender<Event>,
    /// What the loop works with; gone once the call is left, whatever still waits then.
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

/// Joins the call of the page.
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

/// Leaves the call of the page, if it is in one.
pub(super) fn stop() {
    let driver = CURRENT.take();
    drop(driver);
}

/// Sends or holds back the own picture, as the person chose.
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

/// Sends what the devices give now.
pub(super) fn sync_tracks() {
    CURRENT.with_borrow(|driver| {
        if let Some(driver) = driver
            && let Some(peer) = driver.peer.borrow_mut().as_mut()
        {
            peer.sync_tracks();
        }
    });
}

fn join(call: Call) {
    socket::send(&ClientMessage::Subscribe { visit: call.visit });
    socket::send(&ClientMessage::Join { visit: call.visit });
}

fn hear(call: Call, events: &UnboundedSender<Event>, heard: &Heard<'_>) {
    let tell = |event| {
        // The loop has ended: so has the call.
        let _ = events.unbounded_send(event);
    };
    let Heard::Message(message) = heard else {
        if matches!(heard, Heard::Opened) {
            join(call);
        }
        return;
    };
    match message {
        ServerMessage::Joined { visit, epoch, politeness, peer_present } if *visit == call.visit => {
            tell(Event::Joined { politeness: *politeness, epoch: *epoch, peer_present: *peer_present });
        }
        ServerMessage::Presence { visit, peer_present, epoch } if *visit == call.visit => {
            let epoch = *epoch;
            tell(if *peer_present { Event::PeerJoined { epoch } } else { Event::PeerLeft { epoch } });
        }
        ServerMessage::Signal { visit, envelope } if *visit == call.visit => tell(Event::Signal(envelope.clone())),
        ServerMessage::Displaced { visit } if *visit == call.visit => {
            call.displaced.set(true);
            // The listener that runs now must not be dropped under its own feet.
            set_timeout(stop, Duration::ZERO);
        }
        ServerMessage::Refused { visit, code } if *visit == call.visit => call.refused.set(Some(*code)),
        _ => {}
    }
}

/// What the loop works with.
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
                // Without fresh credentials the old ones may still do.
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
                // What is not sent because the socket is gone belongs to an epoch that is over when it is back.
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
        // The loop has ended: so has the call.
        let _ = self.events.unbounded_send(event);
    }
}
