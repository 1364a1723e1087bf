//! The events of a call.

use super::effects::Timer;
use crate::{
    visits::signal::{Candidate, Description, Envelope},
    wire::words,
};

words! {
    /// The role in an offer collision (perfect negotiation). The server assigns it: the patient is polite.
    Politeness {
        /// Rolls its own offer back.
        Polite = "polite",
        /// Ignores the other side's offer.
        Impolite = "impolite",
    }
}

words! {
    /// The browser's `RTCPeerConnectionState`, with the same names.
    ConnectionState {
        /// Not started yet.
        New = "new",
        /// The connection is being set up.
        Connecting = "connecting",
        /// Media can flow.
        Connected = "connected",
        /// Interrupted; it may recover by itself.
        Disconnected = "disconnected",
        /// It will not recover by itself.
        Failed = "failed",
        /// We closed it.
        Closed = "closed",
    }
}

/// An event of a call. The first four come from the server, the next five from the peer connection of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// We joined the room, for the first time or again.
    Joined {
        /// Whether we are the polite side.
        politeness: Politeness,
        /// The epoch that our join began.
        epoch: u32,
        /// Whether the other participant is in the room.
        peer_present: bool,
    },
    /// The other participant joined, for the first time or again.
    PeerJoined {
        /// The epoch that this join began.
        epoch: u32,
    },
    /// The other participant left.
    PeerLeft {
        /// The epoch in which the other participant left.
        epoch: u32,
    },
    /// A message from the other participant.
    Signal(Envelope),
    /// The browser's `negotiationneeded`.
    NegotiationNeeded {
        /// The peer connection's epoch.
        epoch: u32,
    },
    /// A description was created and set, as requested by `CreateOfferAndSetLocal` or `CreateAnswerAndSetLocal`.
    LocalDescriptionReady {
        /// The peer connection's epoch.
        epoch: u32,
        /// The description.
        description: Description,
    },
    /// The browser found a local candidate; none means that there are no more.
    LocalCandidate {
        /// The peer connection's epoch.
        epoch: u32,
        /// The candidate.
        candidate: Option<Candidate>,
    },
    /// The browser's `connectionstatechange`.
    ConnectionState {
        /// The peer connection's epoch.
        epoch: u32,
        /// The new state.
        state: ConnectionState,
    },
    /// An operation on the peer connection failed. Does not include adding a candidate.
    OperationFailed {
        /// The peer connection's epoch.
        epoch: u32,
    },
    /// A timer expired.
    Timer(Timer),
    /// The user leaves the call. No events follow.
    Close,
}
