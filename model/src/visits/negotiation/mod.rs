//! One browser's side of a call, as a pure state machine: events in, effects out.
//!
//! It implements W3C's "perfect negotiation" (WebRTC 1.0 §10.7): both sides may send an offer at any time; when offers collide, the
//! polite side rolls its own back and the impolite side ignores the other's. The server decides who is polite (the patient).
//! In addition there are epochs (messages of an earlier connection are dropped), serial numbers (a repeated offer gets its answer again),
//! and recovery: first ICE restarts, then a new connection, each a limited number of times.
//!
//! **The driver** that owns the browser's objects must do the following: carry out effects one after the other, awaiting each; tag
//! everything that a peer connection reports with the epoch of its `CreatePeer`; add to a new peer connection the local tracks, and
//! receiving transceivers for missing ones, so that the browser requests a negotiation; ignore a candidate that cannot be
//! added, and report any other failed operation as [`Event::OperationFailed`].
//!
//! It does not access media devices, the socket or a clock: timers are effects and come back as events.

mod effects;
mod events;
mod peer;

pub use effects::{CallStatus, Effect, Timer};
pub use events::{ConnectionState, Event, Politeness};

use super::signal::Envelope;
use peer::{Outcome, Peer};

/// The largest number of consecutive rejoins without a successful connection.
const MAX_REJOINS: u32 = 3;
/// The largest number of messages that are kept until the server says who is polite.
const MAX_EARLY: usize = 64;

/// One participant's call, for as long as the page is open.
#[derive(Debug)]
pub struct Negotiation {
    politeness: Option<Politeness>,
    epoch: u32,
    /// Present while the other participant is in the room.
    peer: Option<Peer>,
    /// The other participant left in this epoch. Late messages of this epoch change nothing.
    left: bool,
    early: Vec<Envelope>,
    rejoins: u32,
    status: CallStatus,
}

impl Default for Negotiation {
    fn default() -> Self {
        Self::new()
    }
}

impl Negotiation {
    /// Creates a call that has not joined its room yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { politeness: None, epoch: 0, peer: None, left: false, early: Vec::new(), rejoins: 0, status: CallStatus::Joining }
    }

    /// The status shown to the user now.
    #[must_use]
    pub const fn status(&self) -> CallStatus {
        self.status
    }

    /// The newest epoch of the room that is known here.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Handles an event and returns the effects, in the order in which they must be carried out.
    #[must_use]
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.status == CallStatus::Ended {
            return effects;
        }
        match event {
            Event::Joined { politeness, epoch, peer_present } => self.joined(politeness, epoch, peer_present, &mut effects),
            Event::PeerJoined { epoch } => self.peer_joined(epoch, &mut effects),
            Event::PeerLeft { epoch } => self.peer_left(epoch, &mut effects),
            Event::Signal(envelope) => self.signal(envelope, &mut effects),
            Event::NegotiationNeeded { epoch } => self.with_peer(epoch, &mut effects, Peer::negotiation_needed),
            Event::LocalDescriptionReady { epoch, description } => {
                self.with_peer(epoch, &mut effects, |peer, effects| peer.local_description_ready(description, effects));
            }
            Event::LocalCandidate { epoch, candidate } => {
                self.with_peer(epoch, &mut effects, |peer, effects| peer.local_candidate(candidate, effects));
            }
            Event::ConnectionState { epoch, state } => {
                self.with_peer(epoch, &mut effects, |peer, effects| peer.connection_state(state, effects));
            }
            Event::OperationFailed { epoch } => self.with_peer(epoch, &mut effects, |_, _| Outcome::GaveUp),
            Event::Timer(timer) => self.with_peer(timer.epoch(), &mut effects, |peer, effects| peer.timer(timer, effects)),
            Event::Close => {
                self.close_peer(&mut effects);
                self.show(CallStatus::Ended, &mut effects);
            }
        }
        effects
    }

    fn joined(&mut self, politeness: Politeness, epoch: u32, peer_present: bool, effects: &mut Vec<Effect>) {
        // A delayed `Joined` can be older than a message that overtook it.
        if self.politeness.is_some() && epoch < self.epoch {
            return;
        }
        self.politeness = Some(politeness);
        if self.peer.is_none() || epoch > self.epoch {
            self.enter(epoch, peer_present, effects);
        }
        for envelope in std::mem::take(&mut self.early) {
            self.signal(envelope, effects);
        }
    }

    fn peer_joined(&mut self, epoch: u32, effects: &mut Vec<Effect>) {
        let is_news = epoch > self.epoch || (epoch == self.epoch && self.peer.is_none() && !self.left);
        if self.politeness.is_some() && is_news {
            self.enter(epoch, true, effects);
        }
    }

    fn peer_left(&mut self, epoch: u32, effects: &mut Vec<Effect>) {
        if self.politeness.is_some() && epoch >= self.epoch {
            self.epoch = epoch;
            self.left = true;
            self.close_peer(effects);
            self.show(CallStatus::Waiting, effects);
        }
    }

    fn signal(&mut self, envelope: Envelope, effects: &mut Vec<Effect>) {
        if self.politeness.is_none() {
            if self.early.len() < MAX_EARLY {
                self.early.push(envelope);
            }
            return;
        }
        if envelope.epoch > self.epoch {
            // The other participant already knows what the server is about to tell us.
            self.enter(envelope.epoch, true, effects);
        }
        self.with_peer(envelope.epoch, effects, |peer, effects| peer.signal(envelope.signal, effects));
    }

    /// Begins an epoch. Everything of the previous epoch is discarded.
    fn enter(&mut self, epoch: u32, peer_present: bool, effects: &mut Vec<Effect>) {
        self.close_peer(effects);
        self.epoch = epoch;
        self.left = false;
        match self.politeness {
            Some(politeness) if peer_present => {
                let mut peer = Peer::new(epoch, politeness);
                peer.create(effects);
                self.peer = Some(peer);
                self.show_setting_up(effects);
            }
            _ => self.show(CallStatus::Waiting, effects),
        }
    }

    /// Calls `act` with the peer of this epoch. Events of other epochs are dropped.
    fn with_peer(&mut self, epoch: u32, effects: &mut Vec<Effect>, act: impl FnOnce(&mut Peer, &mut Vec<Effect>) -> Outcome) {
        let Some(peer) = self.peer.as_mut().filter(|_| epoch == self.epoch) else { return };
        match act(peer, effects) {
            Outcome::Unchanged => {}
            Outcome::Connected => {
                self.rejoins = 0;
                self.show(CallStatus::Connected, effects);
            }
            Outcome::Interrupted => self.show_setting_up(effects),
            Outcome::GaveUp => self.rejoin(effects),
        }
    }

    /// The last resort: leaving and rejoining the room begins a new epoch for both sides.
    fn rejoin(&mut self, effects: &mut Vec<Effect>) {
        self.close_peer(effects);
        if self.rejoins >= MAX_REJOINS {
            self.show(CallStatus::Failed, effects);
            return;
        }
        self.rejoins += 1;
        self.show_setting_up(effects);
        effects.push(Effect::Rejoin);
    }

    fn close_peer(&mut self, effects: &mut Vec<Effect>) {
        if self.peer.take().is_some() {
            effects.push(Effect::ClosePeer { epoch: self.epoch });
        }
    }

    fn show_setting_up(&mut self, effects: &mut Vec<Effect>) {
        let status = if self.status.was_connected() { CallStatus::Reconnecting } else { CallStatus::Connecting };
        self.show(status, effects);
    }

    fn show(&mut self, status: CallStatus, effects: &mut Vec<Effect>) {
        if self.status != status {
            self.status = status;
            effects.push(Effect::Show(status));
        }
    }
}

#[cfg(test)]
mod pretended_browser;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod two_browsers;
