//! What a call asks of the skin around it.

use crate::{
    visits::signal::{Candidate, Description, Envelope},
    wire::words,
};

words! {
    /// What a person is told about the call.
    CallStatus {
        /// On the way into the room.
        Joining = "joining",
        /// The other is not there.
        Waiting = "waiting",
        /// The call is being set up.
        Connecting = "connecting",
        /// They see and hear each other.
        Connected = "connected",
        /// It broke off and is being set up again.
        Reconnecting = "reconnecting",
        /// All attempts failed; a new one is the person's choice.
        Failed = "failed",
        /// We left.
        Ended = "ended",
    }
}

impl CallStatus {
    pub(super) const fn was_connected(self) -> bool {
        match self {
            Self::Connected | Self::Reconnecting => true,
            Self::Joining | Self::Waiting | Self::Connecting | Self::Failed | Self::Ended => false,
        }
    }
}

/// A timer that was started; it comes back unchanged in [`Event::Timer`](super::Event::Timer). One that is no longer of interest is
/// recognised and ignored: none is ever stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The polite side has waited long enough for the first offer.
    OfferPatience {
        /// The peer connection's epoch.
        epoch: u32,
    },
    /// An offer has had no answer.
    AnswerOverdue {
        /// The peer connection's epoch.
        epoch: u32,
        /// The offer.
        serial: u32,
        /// How often it has been sent.
        sent: u32,
    },
    /// A broken connection has had time to come back.
    Recovery {
        /// The peer connection's epoch.
        epoch: u32,
        /// Which break this is about.
        round: u32,
    },
}

impl Timer {
    /// The epoch to which it belongs.
    #[must_use]
    pub const fn epoch(self) -> u32 {
        match self {
            Self::OfferPatience { epoch } | Self::AnswerOverdue { epoch, .. } | Self::Recovery { epoch, .. } => epoch,
        }
    }
}

/// What to do. Effects of an epoch whose peer connection is closed are to be ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make a peer connection with fresh ICE servers, add tracks and transceivers, and report its events under this epoch.
    CreatePeer {
        /// The epoch.
        epoch: u32,
    },
    /// Close the peer connection.
    ClosePeer {
        /// Its epoch.
        epoch: u32,
    },
    /// Fetch relay credentials and give them to the peer connection (`setConfiguration`), before what follows.
    RefreshIceServers {
        /// Its epoch.
        epoch: u32,
    },
    /// `setLocalDescription()` in a stable state; with `ice_restart`, `restartIce()` before it.
    CreateOfferAndSetLocal {
        /// The peer connection's epoch.
        epoch: u32,
        /// Whether to begin ICE anew.
        ice_restart: bool,
    },
    /// `setRemoteDescription(…)`.
    SetRemote {
        /// The peer connection's epoch.
        epoch: u32,
        /// The description.
        description: Description,
        /// Our own offer is taken back. Browsers of 2021 and later do so by themselves; others need an explicit rollback first.
        rollback_first: bool,
    },
    /// `setLocalDescription()` after an offer of the other.
    CreateAnswerAndSetLocal {
        /// The peer connection's epoch.
        epoch: u32,
    },
    /// `addIceCandidate(…)`; none: the other has no more. A failure is of no account.
    AddCandidate {
        /// The peer connection's epoch.
        epoch: u32,
        /// The candidate.
        candidate: Option<Candidate>,
    },
    /// Send to the other through the server.
    Send(Envelope),
    /// Start a timer.
    StartTimer {
        /// What to bring back.
        timer: Timer,
        /// When, in milliseconds.
        after_ms: u32,
    },
    /// Leave the room's socket and join again.
    Rejoin,
    /// Tell the person.
    Show(CallStatus),
}
