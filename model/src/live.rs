//! What a page and the server say to each other over the page's one socket, as JSON texts.
//!
//! Durable events are ids with a number per user: who comes back with an older number gets what was missed, or is told to load
//! afresh. Everything else is passing: it has no number and no history.

use crate::{
    chat::views::MessageView,
    errors::Code,
    ids::{DoctorId, EncounterId, ThreadId},
    visits::{negotiation::Politeness, signal::Envelope},
    wire::words,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where the socket is.
pub const PATH: &str = "/live";
/// The longest text that either side sends, in bytes: a session description fits.
pub const LONGEST_TEXT_BYTES: usize = 128 * 1024;
/// How often the server says that it is there, in seconds.
pub const BEAT_SECS: u32 = 15;
/// The server ends a socket whose session is over with this code (RFC 6455 §7.4.2: 4000 and above are private).
pub const CLOSE_SIGNED_OUT: u16 = 4401;
/// The server ends a socket beyond the number that one person may have with this code.
pub const CLOSE_TOO_MANY: u16 = 4429;

words! {
    /// What changed.
    LiveKind {
        /// An appointment.
        Appointment = "appointment",
        /// A visit: somebody arrived, was admitted, it ended.
        Visit = "visit",
        /// A thread has a new message.
        Thread = "thread",
        /// A prescription was signed or cancelled.
        Prescription = "prescription",
        /// A session was ended: its sockets close.
        SessionRevoked = "session_revoked",
        /// A doctor applied.
        DoctorApplied = "doctor_applied",
    }
}

/// From the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first message: up to which event the page knows.
    Hello {
        /// The number of the newest event that it has; none for a page that was loaded just now.
        last: Option<i64>,
    },
    /// Follow a visit: who is there, who types.
    Subscribe {
        /// The visit.
        visit: EncounterId,
    },
    /// Stop following it; leaves its call as well.
    Unsubscribe {
        /// The visit.
        visit: EncounterId,
    },
    /// Enter the call, for the first time or again; answered by `Joined`.
    Join {
        /// The visit.
        visit: EncounterId,
    },
    /// Leave the call.
    Leave {
        /// The visit.
        visit: EncounterId,
    },
    /// To the other's browser.
    Signal {
        /// The visit.
        visit: EncounterId,
        /// The message.
        envelope: Envelope,
    },
    /// Open the conversation of a visit: its new messages then come as `ChatMessage`.
    OpenThread {
        /// The visit.
        visit: EncounterId,
        /// Up to which message the page has it.
        after: i64,
    },
    /// Somebody types.
    Typing {
        /// The visit.
        visit: EncounterId,
    },
    /// The times of this doctor are on the page in view: `Times` says when they are not what they were. A page shows one doctor's; another
    /// takes the place.
    WatchTimes {
        /// The doctor.
        doctor: DoctorId,
    },
    /// They are no longer in view.
    UnwatchTimes {
        /// The doctor.
        doctor: DoctorId,
    },
}

/// From the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `Hello`.
    Welcome {
        /// From which event on the page is told.
        last: i64,
    },
    /// A durable event.
    Event {
        /// Its number.
        number: i64,
        /// What changed.
        kind: LiveKind,
        /// Which one.
        resource: Uuid,
    },
    /// Something was missed: load afresh.
    Resync {
        /// Events go on after this number.
        last: i64,
    },
    /// Who is in a visit's call, after `Subscribe` and whenever it changes.
    Presence {
        /// The visit.
        visit: EncounterId,
        /// Whether the other is in the call.
        peer_present: bool,
        /// The epoch of the room.
        epoch: u32,
    },
    /// The answer to `Join`.
    Joined {
        /// The visit.
        visit: EncounterId,
        /// The epoch that this began.
        epoch: u32,
        /// Whether this side gives way.
        politeness: Politeness,
        /// Whether the other is in the call.
        peer_present: bool,
    },
    /// The call went on in another page of the same person.
    Displaced {
        /// The visit.
        visit: EncounterId,
    },
    /// From the other's browser.
    Signal {
        /// The visit.
        visit: EncounterId,
        /// The message.
        envelope: Envelope,
    },
    /// A message of a thread that this socket opened.
    ChatMessage {
        /// The thread.
        thread: ThreadId,
        /// The message.
        message: MessageView,
    },
    /// The other types.
    Typing {
        /// The visit.
        visit: EncounterId,
    },
    /// The times of a doctor that the page watches are not what they were: load them afresh.
    Times {
        /// The doctor.
        doctor: DoctorId,
    },
    /// What was asked about a visit is refused.
    Refused {
        /// The visit.
        visit: EncounterId,
        /// Why.
        code: Code,
    },
    /// The server is there.
    Beat,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visits::signal::Signal;

    #[test]
    fn messages_read_back() {
        let visit = EncounterId::from(Uuid::from_u128(1));
        let signal = ClientMessage::Signal { visit, envelope: Envelope { epoch: 3, signal: Signal::EndOfCandidates } };
        let json = serde_json::to_string(&signal).expect("json");
        assert_eq!(
            json,
            r#"{"type":"signal","visit":"00000000-0000-0000-0000-000000000001","envelope":{"epoch":3,"type":"end_of_candidates"}}"#
        );
        assert_eq!(serde_json::from_str::<ClientMessage>(&json).expect("a message"), signal);
    }
}
