//! What pages show of a visit.

use super::negotiation::Politeness;
use crate::{
    ids::{AppointmentId, ClinicId, DoctorId, EncounterId, PatientId},
    scheduling::TimeRange,
    wire::words,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// On which side of the visit somebody is.
    Side {
        /// The one who is treated, or acts for them.
        Patient = "patient",
        /// The one who treats.
        Doctor = "doctor",
    }
}

impl Side {
    /// Who gives way when two offers cross: the patient.
    #[must_use]
    pub const fn politeness(self) -> Politeness {
        match self {
            Self::Patient => Politeness::Polite,
            Self::Doctor => Politeness::Impolite,
        }
    }

    /// The one who is met.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Patient => Self::Doctor,
            Self::Doctor => Self::Patient,
        }
    }
}

/// Where a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum VisitState {
    /// The waiting room is not open yet.
    Closed {
        /// When it opens.
        opens_at: Timestamp,
    },
    /// The waiting room is open; the patient is not in it.
    Open,
    /// The patient waits.
    Waiting {
        /// Since when.
        since: Timestamp,
    },
    /// The doctor let the patient in: the call is on.
    Admitted,
    /// The doctor ended it.
    Ended,
    /// It did not take place: called off, or its time is over.
    Over,
}

impl VisitState {
    /// The state in a word, for `data-state` and the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed { .. } => "closed",
            Self::Open => "open",
            Self::Waiting { .. } => "waiting",
            Self::Admitted => "admitted",
            Self::Ended => "ended",
            Self::Over => "over",
        }
    }
}

/// What somebody who waits is told about the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// How many wait for the same doctor and are booked before.
    pub ahead: i64,
    /// Whether the doctor is in a visit with somebody else.
    pub doctor_busy: bool,
}

/// One visit, as one of its two participants sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitView {
    /// The visit.
    pub encounter: EncounterId,
    /// The appointment that it is the meeting of.
    pub appointment: AppointmentId,
    /// Who is treated.
    pub patient: PatientId,
    /// Their name.
    pub patient_name: String,
    /// Who treats.
    pub doctor: DoctorId,
    /// Their name.
    pub doctor_name: String,
    /// Where it belongs.
    pub clinic: ClinicId,
    /// The clinic's name.
    pub clinic_name: String,
    /// From when to when it is planned.
    pub planned: TimeRange,
    /// Where it stands.
    pub state: VisitState,
    /// On which side the caller is.
    pub side: Side,
    /// While the patient waits.
    pub queue: Option<Queue>,
    /// When the doctor let the patient in.
    pub admitted_at: Option<Timestamp>,
    /// When the doctor ended it.
    pub ended_at: Option<Timestamp>,
}

impl VisitView {
    /// The name of the one who is met.
    #[must_use]
    pub fn peer_name(&self) -> &str {
        match self.side {
            Side::Patient => &self.doctor_name,
            Side::Doctor => &self.patient_name,
        }
    }
}

impl fmt::Debug for VisitView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VisitView")
            .field("encounter", &self.encounter)
            .field("state", &self.state)
            .field("side", &self.side)
            .finish_non_exhaustive()
    }
}

/// Somebody in a doctor's waiting room.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingView {
    /// The visit.
    pub encounter: EncounterId,
    /// Who waits.
    pub patient: PatientId,
    /// Their name.
    pub patient_name: String,
    /// From when to when the visit is planned.
    pub planned: TimeRange,
    /// Since when they wait.
    pub since: Timestamp,
    /// Whether they were let in already: the visit is under way.
    pub admitted: bool,
}

impl fmt::Debug for WaitingView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitingView").field("encounter", &self.encounter).finish_non_exhaustive()
    }
}

/// A server that helps two browsers to reach each other, as `RTCIceServer` has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// Its addresses: `turn:turn.example:3478?transport=udp`.
    pub urls: Vec<String>,
    /// The name that its credentials are for; none for STUN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The password that belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

/// What a browser or program needs to join a visit's call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinView {
    /// The epoch of the room; a join over the socket begins the next one.
    pub epoch: u32,
    /// Whether the caller gives way when two offers cross.
    pub politeness: Politeness,
    /// The name of the one who is met.
    pub peer_name: String,
    /// With credentials that hold for minutes.
    pub ice_servers: Vec<IceServer>,
}

impl fmt::Debug for JoinView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinView").field("epoch", &self.epoch).field("politeness", &self.politeness).finish_non_exhaustive()
    }
}

/// How a visit ends. A diagnosis is recorded before, or the doctor says that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// At least one diagnosis is recorded.
    Diagnosed,
    /// There is none.
    NoDiagnosis,
}
