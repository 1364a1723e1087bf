//! The messages that two browsers exchange through the server to set up a call.
//!
//! Descriptions and candidates contain network addresses of a person: `Debug` does not show them, and they must not be logged.

use crate::wire::words;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest session description that the server forwards, in bytes.
pub const MAX_SDP_BYTES: usize = 64 * 1024;
/// The longest candidate line that the server forwards, in bytes.
pub const MAX_CANDIDATE_BYTES: usize = 1024;

words! {
    /// The kind of a description (RFC 3264), named as in the browser's `RTCSdpType`.
    DescriptionKind {
        /// An offer.
        Offer = "offer",
        /// The answer to an offer.
        Answer = "answer",
    }
}

words! {
    /// Whether a participant's microphone or camera sends something.
    SourceState {
        /// It sends sound, or a picture.
        On = "on",
        /// The participant turned it off.
        Off = "off",
        /// There is none that may be used: it is missing or busy, or the participant has not allowed it.
        Missing = "missing",
    }
}

/// What a participant in the call sends. The other participant's page shows it, because silence and a missing picture have other causes too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MediaState {
    /// The microphone.
    pub microphone: SourceState,
    /// The camera.
    pub camera: SourceState,
}

/// A session description (RFC 8866), as the browser created it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Description {
    /// Offer or answer.
    pub kind: DescriptionKind,
    /// The SDP text.
    pub sdp: String,
}

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Description({}, …)", self.kind)
    }
}

/// An ICE candidate (RFC 8839), in the form of the browser's `RTCIceCandidateInit`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Candidate {
    /// The candidate line.
    pub candidate: String,
    /// The name of the media section that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_mid: Option<String>,
    /// The index of the media section that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sdp_m_line_index: Option<u16>,
    /// The ICE generation that it belongs to. With it, a browser rejects a candidate of an earlier generation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username_fragment: Option<String>,
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Candidate(…)")
    }
}

/// One signalling message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// An offer or an answer.
    Description {
        /// The description.
        description: Description,
        /// The number of the offer, counted by its sender within an epoch; an answer has the number of its offer.
        serial: u32,
        /// The offer restarts ICE: both sides then need fresh relay credentials.
        #[serde(default)]
        ice_restart: bool,
    },
    /// Another candidate of the sender.
    Candidate(Candidate),
    /// The sender has no more candidates.
    EndOfCandidates,
}

/// A signalling message with its epoch.
///
/// The server numbers the epochs of a room: each join or rejoin of a participant begins a new one, and both are told. It forwards only
/// messages of the current epoch, so that no side can use a future one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Envelope {
    /// The epoch.
    pub epoch: u32,
    /// The message.
    pub signal: Signal,
}

impl Envelope {
    /// Whether all texts in it are short enough; the server drops messages that are not.
    #[must_use]
    pub fn is_within_bounds(&self) -> bool {
        let short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.len() <= 256);
        match &self.signal {
            Signal::Description { description, .. } => description.sdp.len() <= MAX_SDP_BYTES,
            Signal::Candidate(candidate) => {
                candidate.candidate.len() <= MAX_CANDIDATE_BYTES
                    && short(&candidate.sdp_mid)
                    && short(&candidate.username_fragment)
            }
            Signal::EndOfCandidates => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads_back(envelope: &Envelope, json: &str) {
        assert_eq!(serde_json::to_string(envelope).expect("json"), json);
        assert_eq!(&serde_json::from_str::<Envelope>(json).expect("an envelope"), envelope);
    }

    #[test]
    fn the_wire_form_names_each_message() {
        let description = Description { kind: DescriptionKind::Offer, sdp: "v=0".to_owned() };
        let offer = Envelope { epoch: 3, signal: Signal::Description { description, serial: 1, ice_restart: false } };
        let json =
            r#"{"epoch":3,"signal":{"description":{"description":{"kind":"offer","sdp":"v=0"},"serial":1,"ice_restart":false}}}"#;
        reads_back(&offer, json);
        let candidate = Candidate {
            candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host".to_owned(),
            sdp_mid: Some("0".to_owned()),
            sdp_m_line_index: Some(0),
            username_fragment: None,
        };
        let candidate = Envelope { epoch: 3, signal: Signal::Candidate(candidate) };
        let json = r#"{"epoch":3,"signal":{"candidate":{"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host","sdp_mid":"0","sdp_m_line_index":0}}}"#;
        reads_back(&candidate, json);
        reads_back(&Envelope { epoch: 3, signal: Signal::EndOfCandidates }, r#"{"epoch":3,"signal":"end_of_candidates"}"#);
        assert!(!format!("{offer:?}{candidate:?}").contains("192.0.2.1"));
    }

    #[test]
    fn oversized_texts_are_out_of_bounds() {
        let description = Description { kind: DescriptionKind::Offer, sdp: "x".repeat(MAX_SDP_BYTES + 1) };
        let offer = Envelope { epoch: 0, signal: Signal::Description { description, serial: 1, ice_restart: false } };
        assert!(!offer.is_within_bounds());
        assert!(Envelope { epoch: 0, signal: Signal::EndOfCandidates }.is_within_bounds());
    }
}
