//! The room of one visit, as this server instance sees it. Pure: its methods return the messages to send.

use super::{
    between::Between,
    handle::{Handle, SocketId},
};
use domain::copies::CopyId;
use model::{
    ids::EncounterId,
    live::ServerMessage,
    visits::{
        signal::{Envelope, MediaState},
        views::Side,
    },
};

/// The participant in the call on one side. Each side has at most one caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Caller {
    place: Place,
    /// What the caller sends; unknown until the page has said it.
    media: Option<MediaState>,
    /// Whether the caller is certainly still there. Those at other instances are asked after, when messages may have been lost.
    confirmed: bool,
}

impl Caller {
    const fn at(place: Place) -> Self {
        Self { place, media: None, confirmed: true }
    }
}

/// Where a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At this socket of this server instance.
    Here(SocketId),
    /// At this other server instance.
    Elsewhere(CopyId),
}

#[derive(Debug)]
struct Follower {
    handle: Handle,
    side: Side,
}

/// The room of a visit.
#[derive(Debug)]
pub(super) struct Room {
    visit: EncounterId,
    epoch: u32,
    followers: Vec<Follower>,
    patient: Option<Caller>,
    doctor: Option<Caller>,
}

/// The messages that result from a step.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// Messages to sockets of this server instance.
    pub(super) say: Vec<(Handle, ServerMessage)>,
    /// Messages to the other server instances.
    pub(super) tell: Vec<Between>,
}

impl Room {
    pub(super) fn new(visit: EncounterId) -> Self {
        Self { visit, epoch: 0, followers: Vec::new(), patient: None, doctor: None }
    }

    /// Whether no socket of this server instance follows the visit.
    pub(super) fn is_empty(&self) -> bool {
        self.followers.is_empty()
    }

    /// Whether a socket of this side follows the visit on this server instance.
    pub(super) fn has(&self, side: Side) -> bool {
        self.followers.iter().any(|follower| follower.side == side)
    }

    /// A socket starts to follow the visit, and is told who is in the call and what they send.
    pub(super) fn follow(&mut self, handle: &Handle, side: Side, epoch: u32) -> Steps {
        let mut steps = Steps::default();
        self.epoch = self.epoch.max(epoch);
        if self.followers.iter().all(|follower| follower.handle.id() != handle.id()) {
            self.followers.push(Follower { handle: handle.clone(), side });
        }
        steps.say.push((handle.clone(), self.presence_for(side)));
        steps.say.extend(self.media_for(side).map(|media| (handle.clone(), media)));
        steps.tell.push(Between::Follows { visit: self.visit, side });
        steps
    }

    /// A follower joins the call in a new epoch. An earlier caller on the same side is displaced.
    pub(super) fn join(&mut self, socket: SocketId, epoch: u32) -> Steps {
        let mut steps = Steps::default();
        let Some((handle, side)) = self.follower(socket) else { return steps };
        self.epoch = self.epoch.max(epoch);
        self.displace(side, Some(socket), &mut steps);
        *self.caller_mut(side) = Some(Caller::at(Place::Here(socket)));
        let joined = ServerMessage::Joined {
            visit: self.visit,
            epoch: self.epoch,
            politeness: side.politeness(),
            peer_present: self.caller(side.other()).is_some(),
        };
        steps.say.push((handle.clone(), joined));
        steps.say.extend(self.media_for(side).map(|media| (handle, media)));
        self.tell_side(side.other(), &mut steps);
        steps.tell.push(Between::Joined { visit: self.visit, side, epoch: self.epoch });
        steps
    }

    /// A socket leaves the call but continues to follow the visit.
    pub(super) fn leave_call(&mut self, socket: SocketId) -> Steps {
        let mut steps = Steps::default();
        let Some((_, side)) = self.follower(socket) else { return steps };
        if self.place(side) == Some(Place::Here(socket)) {
            self.lose(side, &mut steps);
            steps.tell.push(Between::Left { visit: self.visit, side, epoch: self.epoch });
        }
        steps
    }

    /// A socket leaves the room. Returns the messages to send and the socket's side.
    pub(super) fn leave(&mut self, socket: SocketId) -> (Steps, Option<Side>) {
        let side = self.follower(socket).map(|(_, side)| side);
        let steps = self.leave_call(socket);
        self.followers.retain(|follower| follower.handle.id() != socket);
        (steps, side)
    }

    /// Whether the socket is in the call.
    pub(super) fn is_caller(&self, socket: SocketId) -> bool {
        [Side::Patient, Side::Doctor].into_iter().any(|side| self.place(side) == Some(Place::Here(socket)))
    }

    /// Forwards a signal to the other side, if the sender is in the call and the signal has the current epoch.
    pub(super) fn signal(&self, from: SocketId, envelope: Envelope) -> Steps {
        let mut steps = Steps::default();
        let Some((_, side)) = self.follower(from).filter(|_| self.is_caller(from)) else { return steps };
        if envelope.epoch != self.epoch || !envelope.is_within_bounds() {
            return steps;
        }
        match self.place(side.other()) {
            Some(Place::Here(socket)) => self.say_signal(socket, envelope, &mut steps),
            Some(Place::Elsewhere(_)) => steps.tell.push(Between::Signal { visit: self.visit, to: side.other(), envelope }),
            None => {}
        }
        steps
    }

    /// A caller at this server instance says what they send. Pages that are not in the call are ignored.
    pub(super) fn media(&mut self, from: SocketId, state: MediaState) -> Steps {
        let mut steps = Steps::default();
        let Some((_, side)) = self.follower(from).filter(|_| self.is_caller(from)) else { return steps };
        self.take_media(side, state, &mut steps);
        steps.tell.push(Between::Media { visit: self.visit, side, state });
        steps
    }

    /// A participant at this server instance is typing.
    pub(super) fn typing(&self, from: SocketId) -> Steps {
        let mut steps = Steps::default();
        if let Some((_, side)) = self.follower(from) {
            self.say_typing(side, &mut steps);
            steps.tell.push(Between::Typing { visit: self.visit, side });
        }
        steps
    }

    /// Handles a message about this room from another server instance.
    pub(super) fn heard(&mut self, from: CopyId, message: Between) -> Steps {
        let mut steps = Steps::default();
        match message {
            Between::Follows { .. } => {
                for side in [Side::Patient, Side::Doctor] {
                    self.tell_of_caller(side, &mut steps);
                }
            }
            Between::Joined { side, epoch, .. } => {
                self.epoch = self.epoch.max(epoch);
                self.displace(side, None, &mut steps);
                *self.caller_mut(side) = Some(Caller::at(Place::Elsewhere(from)));
                self.tell_side(side.other(), &mut steps);
                self.tell_of_caller(side.other(), &mut steps);
            }
            Between::Here { side, epoch, media, .. } => self.heard_of_caller(from, side, epoch, media, &mut steps),
            Between::Left { side, .. } => {
                if self.place(side) == Some(Place::Elsewhere(from)) {
                    self.lose(side, &mut steps);
                }
            }
            Between::Signal { to, envelope, .. } => {
                if let Some(Place::Here(socket)) = self.place(to).filter(|_| envelope.epoch == self.epoch) {
                    self.say_signal(socket, envelope, &mut steps);
                }
            }
            Between::Media { side, state, .. } => {
                if self.place(side) == Some(Place::Elsewhere(from)) {
                    self.take_media(side, state, &mut steps);
                }
            }
            Between::Typing { side, .. } => self.say_typing(side, &mut steps),
            Between::Over { .. }
            | Between::Out { .. }
            | Between::Rights { .. }
            | Between::AtThread { .. }
            | Between::Attempts { .. } => {}
        }
        steps
    }

    /// Messages of other server instances may have been lost: asks all of them who is in the call. Who does not answer is gone: [`Room::forget_unconfirmed`].
    pub(super) fn ask(&mut self) -> Steps {
        let mut steps = Steps::default();
        for side in [Side::Patient, Side::Doctor] {
            if let Some(caller) = self.caller_mut(side).as_mut().filter(|caller| matches!(caller.place, Place::Elsewhere(_))) {
                caller.confirmed = false;
            }
            if self.has(side) {
                steps.tell.push(Between::Follows { visit: self.visit, side });
            }
            self.tell_of_caller(side, &mut steps);
        }
        steps
    }

    /// Forgets the callers at other instances who were asked after in vain.
    pub(super) fn forget_unconfirmed(&mut self) -> Steps {
        self.lose_those(|caller| !caller.confirmed)
    }

    /// Forgets the callers at other instances that do not run any more.
    pub(super) fn forget_all_but(&mut self, runs: impl Fn(CopyId) -> bool) -> Steps {
        self.lose_those(|caller| matches!(caller.place, Place::Elsewhere(at) if !runs(at)))
    }

    fn lose_those(&mut self, is_lost: impl Fn(&Caller) -> bool) -> Steps {
        let mut steps = Steps::default();
        for side in [Side::Patient, Side::Doctor] {
            if self.caller(side).is_some_and(|caller| is_lost(&caller)) {
                self.lose(side, &mut steps);
            }
        }
        steps
    }

    /// Another instance says that it has the caller of a side.
    fn heard_of_caller(&mut self, from: CopyId, side: Side, epoch: u32, media: Option<MediaState>, steps: &mut Steps) {
        let is_news = match self.place(side) {
            None => epoch >= self.epoch,
            Some(Place::Elsewhere(at)) if at == from => {
                if let Some(caller) = self.caller_mut(side) {
                    caller.confirmed = true;
                }
                epoch > self.epoch
            }
            // The caller has joined there, and this instance did not hear it.
            Some(Place::Elsewhere(_)) => epoch > self.epoch,
            Some(Place::Here(_)) => return,
        };
        if is_news {
            self.epoch = epoch;
            *self.caller_mut(side) = Some(Caller::at(Place::Elsewhere(from)));
            self.tell_side(side.other(), steps);
        }
        if self.place(side) == Some(Place::Elsewhere(from))
            && let Some(state) = media.filter(|state| self.media_of(side) != Some(*state))
        {
            self.take_media(side, state, steps);
        }
    }

    /// The caller of a side is gone.
    fn lose(&mut self, side: Side, steps: &mut Steps) {
        *self.caller_mut(side) = None;
        self.tell_side(side.other(), steps);
    }

    fn media_of(&self, side: Side) -> Option<MediaState> {
        self.caller(side)?.media
    }

    fn follower(&self, socket: SocketId) -> Option<(Handle, Side)> {
        let found = self.followers.iter().find(|follower| follower.handle.id() == socket)?;
        Some((found.handle.clone(), found.side))
    }

    fn caller(&self, side: Side) -> Option<Caller> {
        match side {
            Side::Patient => self.patient,
            Side::Doctor => self.doctor,
        }
    }

    fn place(&self, side: Side) -> Option<Place> {
        self.caller(side).map(|caller| caller.place)
    }

    fn caller_mut(&mut self, side: Side) -> &mut Option<Caller> {
        match side {
            Side::Patient => &mut self.patient,
            Side::Doctor => &mut self.doctor,
        }
    }

    /// Tells the caller of a side that the call continues in another page, unless it is the socket that joins again.
    fn displace(&self, side: Side, joins: Option<SocketId>, steps: &mut Steps) {
        if let Some(Place::Here(socket)) = self.place(side)
            && Some(socket) != joins
            && let Some((handle, _)) = self.follower(socket)
        {
            steps.say.push((handle, ServerMessage::Displaced { visit: self.visit }));
        }
    }

    fn presence_for(&self, side: Side) -> ServerMessage {
        ServerMessage::Presence { visit: self.visit, peer_present: self.caller(side.other()).is_some(), epoch: self.epoch }
    }

    /// What the other side sends, for a socket of this side; none until it is known.
    fn media_for(&self, side: Side) -> Option<ServerMessage> {
        let state = self.media_of(side.other())?;
        Some(ServerMessage::PeerMedia { visit: self.visit, state })
    }

    /// Keeps what the caller of a side sends, and tells the other side.
    fn take_media(&mut self, side: Side, state: MediaState, steps: &mut Steps) {
        let Some(caller) = self.caller_mut(side) else { return };
        caller.media = Some(state);
        let message = ServerMessage::PeerMedia { visit: self.visit, state };
        let others = self.followers.iter().filter(|follower| follower.side == side.other());
        steps.say.extend(others.map(|follower| (follower.handle.clone(), message.clone())));
    }

    /// Tells the other server instances of the caller of a side, if it is at this one.
    fn tell_of_caller(&self, side: Side, steps: &mut Steps) {
        if let Some(Caller { place: Place::Here(_), media, .. }) = self.caller(side) {
            steps.tell.push(Between::Here { visit: self.visit, side, epoch: self.epoch, media });
        }
    }

    fn tell_side(&self, side: Side, steps: &mut Steps) {
        let presence = self.presence_for(side);
        let side = self.followers.iter().filter(|follower| follower.side == side);
        steps.say.extend(side.map(|follower| (follower.handle.clone(), presence.clone())));
    }

    fn say_signal(&self, to: SocketId, envelope: Envelope, steps: &mut Steps) {
        if let Some((handle, _)) = self.follower(to) {
            steps.say.push((handle, ServerMessage::Signal { visit: self.visit, envelope }));
        }
    }

    fn say_typing(&self, side: Side, steps: &mut Steps) {
        let others = self.followers.iter().filter(|follower| follower.side == side.other());
        steps.say.extend(others.map(|follower| (follower.handle.clone(), ServerMessage::Typing { visit: self.visit })));
    }
}

#[cfg(test)]
#[path = "room_tests.rs"]
mod tests;
