//! The effects of a call: what the state machine asks the code around it to do.

use crate::{
    visits::signal::{Candidate, Description, Envelope},
    wire::words,
};

words! {
    /// The state of the call as the user sees it.
    CallStatus {
        /// Joining the room.
        Joining = "joining",
        /// The other participant is not in the room.
        Waiting = "waiting",
        /// The call is being set up.
        Connecting = "connecting",
        /// Both participants can see and hear each other.
        Connected = "connected",
        /// The connection was interrupted and is being set up again.
        Reconnecting = "reconnecting",
        /// All automatic attempts failed; the user can start a new one.
        Failed = "failed",
        /// The user left the call.
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

/// A timer that was started; when it expires it comes back unchanged in [`Event::Timer`](super::Event::Timer). Timers are never stopped: one that
/// is no longer relevant is recognised and ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The polite side has waited long enough for the other's first offer.
    OfferPatience {
        /// The peer connection's epoch.
        epoch: u32,
    },
    /// No answer to an offer has arrived.
    AnswerOverdue {
        /// The peer connection's epoch.
        epoch: u32,
        /// The offer's serial number.
        serial: u32,
        /// How many times the offer has been sent.
        sent: u32,
    },
    /// An interrupted connection has had time to recover.
    Recovery {
        /// The peer connection's epoch.
        epoch: u32,
        /// The number of the recovery attempt that the timer belongs to.
        round: u32,
    },
}

impl Timer {
    /// The epoch that the timer belongs to.
    #[must_use]
    pub const fn epoch(self) -> u32 {
        match self {
            Self::OfferPatience { epoch } | Self::AnswerOverdue { epoch, .. } | Self::Recovery { epoch, .. } => epoch,
        }
    }
}

/// What the code around the state machine must do. Effects of an epoch whose peer connection is closed must be ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Create a peer connection with fresh ICE servers, add tracks and transceivers, and report its events with this epoch.
    CreatePeer {
        /// The epoch.
        epoch: u32,
    },
    /// Close the peer connection.
    ClosePeer {
        /// Its epoch.
        epoch: u32,
    },
    /// Fetch relay credentials and give them to the peer connection (`setConfiguration`) before the following effects.
    RefreshIceServers {
        /// Its epoch.
        epoch: u32,
    },
    /// `setLocalDescription()` in a stable state; with `ice_restart`, call `restartIce()` before it.
    CreateOfferAndSetLocal {
        /// The peer connection's epoch.
        epoch: u32,
        /// Whether to restart ICE.
        ice_restart: bool,
    },
    /// `setRemoteDescription(…)`.
    SetRemote {
        /// The peer connection's epoch.
        epoch: u32,
        /// The description.
        description: Description,
        /// Our own offer is rolled back. Browsers since 2021 do this implicitly; older ones need an explicit rollback first.
        rollback_first: bool,
    },
    /// `setLocalDescription()` after an offer of the other participant.
    CreateAnswerAndSetLocal {
        /// The peer connection's epoch.
        epoch: u32,
    },
    /// `addIceCandidate(…)`; none means that the other participant has no more candidates. A failure is ignored.
    AddCandidate {
        /// The peer connection's epoch.
        epoch: u32,
        /// The candidate.
        candidate: Option<Candidate>,
    },
    /// Send to the other participant through the server.
    Send(Envelope),
    /// Start a timer.
    StartTimer {
        /// The timer that comes back.
        timer: Timer,
        /// The delay in milliseconds.
        after_ms: u32,
    },
    /// Leave the room and join it again.
    Rejoin,
    /// Show this status to the user.
    Show(CallStatus),
}
