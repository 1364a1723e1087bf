//! What happens to a call.

use super::effects::Timer;
use crate::{
    visits::signal::{Candidate, Description, Envelope},
    wire::words,
};

words! {
    /// Who gives way when two offers cross. The server decides: the patient is polite.
    Politeness {
        /// Takes the own offer back.
        Polite = "polite",
        /// Ignores the other's.
        Impolite = "impolite",
    }
}

words! {
    /// The browser's `RTCPeerConnectionState`, in its words.
    ConnectionState {
        /// Nothing has begun.
        New = "new",
        /// Under way.
        Connecting = "connecting",
        /// Media can flow.
        Connected = "connected",
        /// Interrupted; it may come back by itself.
        Disconnected = "disconnected",
        /// It will not come back by itself.
        Failed = "failed",
        /// Closed by us.
        Closed = "closed",
    }
}

/// What a call is told. The first four come from the server, the next five from the peer connection of an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// We are in the room, for the first time or again.
    Joined {
        /// Whether we give way.
        politeness: Politeness,
        /// The epoch that our coming began.
        epoch: u32,
        /// Whether the other is there.
        peer_present: bool,
    },
    /// The other came, or came again.
    PeerJoined {
        /// The epoch that this began.
        epoch: u32,
    },
    /// The other left.
    PeerLeft {
        /// The epoch that this ended.
        epoch: u32,
    },
    /// A message of the other.
    Signal(Envelope),
    /// The browser's `negotiationneeded`.
    NegotiationNeeded {
        /// The peer connection's epoch.
        epoch: u32,
    },
    /// A description was made and set, as `CreateOfferAndSetLocal` or `CreateAnswerAndSetLocal` asked.
    LocalDescriptionReady {
        /// The peer connection's epoch.
        epoch: u32,
        /// The description.
        description: Description,
    },
    /// The browser found a way to reach us; none: there are no more.
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
    /// An operation on the peer connection failed, other than adding a candidate.
    OperationFailed {
        /// The peer connection's epoch.
        epoch: u32,
    },
    /// A timer ran out.
    Timer(Timer),
    /// We leave; nothing comes after.
    Close,
}
