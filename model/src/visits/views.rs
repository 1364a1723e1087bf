//! What pages show of a visit.

use super::negotiation::Politeness;
use crate::{
    ids::{AppointmentId, ClinicId, DoctorId, EncounterId, FileId, PatientId},
    scheduling::{TimeRange, VisitMode, views::LateView},
    wire::words,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// A participant's side of a visit.
    Side {
        /// The patient, or a person who acts for the patient.
        Patient = "patient",
        /// The doctor.
        Doctor = "doctor",
    }
}

impl Side {
    /// The role in an offer collision: the patient is polite.
    #[must_use]
    pub const fn politeness(self) -> Politeness {
        match self {
            Self::Patient => Politeness::Polite,
            Self::Doctor => Politeness::Impolite,
        }
    }

    /// The side of the other participant.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Patient => Self::Doctor,
            Self::Doctor => Self::Patient,
        }
    }
}

/// The state of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// The waiting room is not open yet.
    Closed {
        /// When it opens.
        opens_at: Timestamp,
    },
    /// The waiting room is open; the patient has not entered it.
    Open,
    /// The patient is in the waiting room.
    Waiting {
        /// When the patient entered it.
        since: Timestamp,
    },
    /// The doctor admitted the patient: the call is in progress.
    Admitted,
    /// The doctor ended the visit.
    Ended,
    /// The visit did not take place: it was cancelled, or its time is over.
    Over,
}

impl VisitState {
    /// The name of the state, for `data-state` and the wire.
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

/// The queue, as a waiting patient sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// How many patients with an earlier appointment wait for the same doctor.
    pub ahead: i64,
    /// Whether the doctor is in a visit with another patient.
    pub doctor_busy: bool,
}

/// A visit, as one of its two participants sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitView {
    /// The visit.
    pub encounter: EncounterId,
    /// The appointment of the visit.
    pub appointment: AppointmentId,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The doctor.
    pub doctor: DoctorId,
    /// The doctor's name.
    pub doctor_name: String,
    /// The clinic.
    pub clinic: ClinicId,
    /// The clinic's name.
    pub clinic_name: String,
    /// The planned start and end.
    pub planned: TimeRange,
    /// How patient and doctor meet.
    pub mode: VisitMode,
    /// The state.
    pub state: VisitState,
    /// The caller's side.
    pub side: Side,
    /// The photo of the other participant, if there is one: of a doctor the one that everybody may see, of a patient the one for those who may know who the patient is.
    pub peer_photo: Option<FileId>,
    /// The queue; only while the patient waits.
    pub queue: Option<Queue>,
    /// By how much the doctor runs late; only before the doctor admits the patient.
    pub late: Option<LateView>,
    /// When the doctor admitted the patient.
    pub admitted_at: Option<Timestamp>,
    /// When the doctor ended the visit.
    pub ended_at: Option<Timestamp>,
}

impl VisitView {
    /// The name of the other participant.
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

/// A patient in a doctor's waiting room.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingView {
    /// The visit.
    pub encounter: EncounterId,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The patient's photo, if there is one.
    pub photo: Option<FileId>,
    /// The planned start and end of the visit.
    pub planned: TimeRange,
    /// When the patient entered the waiting room.
    pub since: Timestamp,
    /// Whether the patient was already admitted, so the visit is in progress.
    pub admitted: bool,
}

impl fmt::Debug for WaitingView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitingView").field("encounter", &self.encounter).finish_non_exhaustive()
    }
}

/// A STUN or TURN server, in the form of `RTCIceServer`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    /// Its URLs: `turn:turn.example:3478?transport=udp`.
    pub urls: Vec<String>,
    /// The user name of the credentials; none for STUN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The password of the credentials; none for STUN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

/// The data that a browser or an API client needs to join a visit's call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinView {
    /// The epoch of the room; joining through the socket begins the next one.
    pub epoch: u32,
    /// Whether the caller is the polite side.
    pub politeness: Politeness,
    /// The name of the other participant.
    pub peer_name: String,
    /// The STUN and TURN servers; their credentials are valid for minutes.
    pub ice_servers: Vec<IceServer>,
}

impl fmt::Debug for JoinView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinView").field("epoch", &self.epoch).field("politeness", &self.politeness).finish_non_exhaustive()
    }
}

/// The outcome with which a visit ends. The doctor records a diagnosis before, or states that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// At least one diagnosis is recorded.
    Diagnosed,
    /// There is no diagnosis.
    NoDiagnosis,
}

/// What happens in the waiting rooms, for those who run the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitFigures {
    /// Patients who are in a waiting room now.
    pub waiting: i64,
    /// Visits that ended on this day.
    pub ended: i64,
}
