//! The messages between a page and the server over the page's one WebSocket, as JSON texts: an object whose only key is the name of the message
//! (`{"welcome":{"last":7}}`), or the name alone (`"beat"`). With the name inside, next to the fields, serde would read each message into a buffer first,
//! which costs the page code.
//!
//! Durable events carry ids and are numbered per user: a page that reconnects with an older number receives the events it missed, or
//! is told to reload. All other messages are transient: they have no number and are not stored.

use crate::{
    access::Role,
    chat::{attention::Attention, views::MessageView},
    errors::Code,
    ids::{DoctorId, EncounterId, PatientId, ThreadId},
    visits::{
        negotiation::Politeness,
        signal::{Envelope, MediaState},
    },
    wire::words,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The path of the WebSocket.
pub const PATH: &str = "/live";
/// The longest text that either side sends, in bytes; a session description fits.
pub const LONGEST_TEXT_BYTES: usize = 128 * 1024;
/// How often the server sends a heartbeat, in seconds.
pub const BEAT_SECS: u32 = 15;
/// The close code for a socket whose session has ended (RFC 6455 §7.4.2: codes from 4000 are private). The page saves what was typed and reloads.
pub const CLOSE_SIGNED_OUT: u16 = 4401;
/// The close code for a socket that exceeds the number of sockets one user may have.
pub const CLOSE_TOO_MANY: u16 = 4429;

words! {
    /// The kind of thing that changed.
    LiveKind {
        /// An appointment.
        Appointment = "appointment",
        /// A visit: a participant arrived or was admitted, or the visit ended.
        Visit = "visit",
        /// A thread has a new message.
        Thread = "thread",
        /// A prescription was signed or cancelled.
        Prescription = "prescription",
        /// A task or a handover note of a clinic's team.
        Team = "team",
        /// A session was ended; its sockets are closed.
        SessionRevoked = "session_revoked",
        /// A question about an access to a record was answered.
        AccessAnswered = "access_answered",
        /// A doctor sent an application.
        DoctorApplied = "doctor_applied",
        /// An administrator has changed how a doctor works: the visit types, the clinics, the specialties.
        Terms = "terms",
    }
}

/// A message from the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first message. It says which events the page already has.
    Hello {
        /// The number of the newest event that the page has; none for a page that was just loaded.
        last: Option<i64>,
    },
    /// Subscribe to a visit: who is in the call, who is typing.
    Subscribe {
        /// The visit.
        visit: EncounterId,
    },
    /// Unsubscribe from a visit, and leave its call too.
    Unsubscribe {
        /// The visit.
        visit: EncounterId,
    },
    /// Enter the call, for the first time or again. The server answers with `Joined`.
    Join {
        /// The visit.
        visit: EncounterId,
    },
    /// Leave the call.
    Leave {
        /// The visit.
        visit: EncounterId,
    },
    /// A signal for the other participant's browser.
    Signal {
        /// The visit.
        visit: EncounterId,
        /// The message.
        envelope: Envelope,
    },
    /// What this participant sends, for the page of the other one. Said after each `Join` and whenever it changes; the server keeps it until this
    /// participant leaves the call.
    Media {
        /// The visit.
        visit: EncounterId,
        /// The state of microphone and camera.
        state: MediaState,
    },
    /// Open the chat of a visit. The server then sends its new messages as `ChatMessage`.
    OpenThread {
        /// The visit.
        visit: EncounterId,
        /// The position of the last message that the page has.
        after: i64,
    },
    /// The user is typing.
    Typing {
        /// The visit.
        visit: EncounterId,
    },
    /// The user looks at a conversation, writes in it, or does so no longer. Said again while it lasts.
    AtThread {
        /// The conversation.
        thread: ThreadId,
        /// What the user does.
        state: Attention,
    },
    /// The page shows the free times of this doctor; the server sends `Times` when they change. A page watches one doctor: watching
    /// another replaces the first.
    WatchTimes {
        /// The doctor.
        doctor: DoctorId,
    },
    /// The page no longer shows the free times of this doctor.
    UnwatchTimes {
        /// The doctor.
        doctor: DoctorId,
    },
}

/// As whom a user acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActsAs {
    /// The role.
    pub role: Role,
    /// The patient for whom they act, if they act as a patient.
    pub patient: Option<PatientId>,
}

/// A message from the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `Hello`.
    Welcome {
        /// The server will send all events after this number.
        last: i64,
        /// As whom the user acts in this session now. A page that was made for somebody else must be loaded again: its header names whom it is for. None from
        /// servers of earlier versions.
        #[serde(default)]
        acts_as: Option<ActsAs>,
    },
    /// A durable event.
    Event {
        /// Its number.
        number: i64,
        /// The kind of thing that changed.
        kind: LiveKind,
        /// The id of the thing that changed.
        resource: Uuid,
    },
    /// The page missed events and must reload its data.
    Resync {
        /// The server will send all events after this number.
        last: i64,
    },
    /// Who is in a visit's call. Sent after `Subscribe` and whenever it changes.
    Presence {
        /// The visit.
        visit: EncounterId,
        /// Whether the other participant is in the call.
        peer_present: bool,
        /// The epoch of the room.
        epoch: u32,
    },
    /// The answer to `Join`.
    Joined {
        /// The visit.
        visit: EncounterId,
        /// The epoch that this join began.
        epoch: u32,
        /// Whether this side is the polite one.
        politeness: Politeness,
        /// Whether the other participant is in the call.
        peer_present: bool,
    },
    /// The call continues in another page of the same user.
    Displaced {
        /// The visit.
        visit: EncounterId,
    },
    /// A signal from the other participant's browser.
    Signal {
        /// The visit.
        visit: EncounterId,
        /// The message.
        envelope: Envelope,
    },
    /// What the other participant in the call sends. Sent when it changes, and after `Presence` or `Joined` if it is known.
    PeerMedia {
        /// The visit.
        visit: EncounterId,
        /// The state of the other participant's microphone and camera.
        state: MediaState,
    },
    /// A new message of a thread that this socket opened.
    ChatMessage {
        /// The thread.
        thread: ThreadId,
        /// The message.
        message: MessageView,
    },
    /// The other participant is typing.
    Typing {
        /// The visit.
        visit: EncounterId,
    },
    /// What somebody on the other side of a conversation does. It counts until something else is said, and no longer than a page repeats it.
    AtThread {
        /// The conversation.
        thread: ThreadId,
        /// What they do.
        state: Attention,
    },
    /// The free times of a doctor that the page watches have changed; the page must reload them.
    Times {
        /// The doctor.
        doctor: DoctorId,
    },
    /// A request about a visit was refused.
    Refused {
        /// The visit.
        visit: EncounterId,
        /// The reason.
        code: Code,
    },
    /// A heartbeat: the server is alive.
    Beat,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visits::signal::{Signal, SourceState};

    #[test]
    fn messages_read_back() {
        let visit = EncounterId::from(Uuid::from_u128(1));
        let signal = ClientMessage::Signal { visit, envelope: Envelope { epoch: 3, signal: Signal::EndOfCandidates } };
        let json = serde_json::to_string(&signal).expect("json");
        assert_eq!(
            json,
            r#"{"signal":{"visit":"00000000-0000-0000-0000-000000000001","envelope":{"epoch":3,"signal":"end_of_candidates"}}}"#
        );
        assert_eq!(serde_json::from_str::<ClientMessage>(&json).expect("a message"), signal);
        let state = MediaState { microphone: SourceState::Off, camera: SourceState::Missing };
        let media = ClientMessage::Media { visit, state };
        let json = serde_json::to_string(&media).expect("json");
        assert!(json.ends_with(r#""state":{"microphone":"off","camera":"missing"}}}"#), "{json}");
        assert_eq!(serde_json::from_str::<ClientMessage>(&json).expect("a message"), media);
        assert!(serde_json::from_str::<ClientMessage>(&json.replace("missing", "broken")).is_err());
        assert_eq!(serde_json::to_string(&ServerMessage::Beat).expect("json"), r#""beat""#);
        let of_earlier_version = serde_json::from_str::<ServerMessage>(r#"{"welcome":{"last":7}}"#).expect("a message");
        assert_eq!(of_earlier_version, ServerMessage::Welcome { last: 7, acts_as: None });
    }
}
