//! The waiting list: people who want an earlier visit join it, and a time that becomes free is offered to one of them after the other.
//!
//! Invariants
//! - A time is offered to one person at a time, and nobody else can book it meanwhile: an open offer has a reservation.
//! - A person decides about one offer at a time, and is asked about the same time once.
//! - An offer that is no longer open never opens again.

mod answer;
mod free;
mod join;
mod offer;

pub use answer::{AcceptOffer, accept_offer, refuse_offer, waiting_offer};
pub use join::{JoinWaitingList, join_waiting_list, leave_waiting_list, waiting_choices, waiting_list};
pub use offer::offer_freed_times;

use super::store;
use crate::{
    Result,
    access::{Facts, ResourceKind, Subject},
    db::Tx,
};
use jiff::Timestamp;
use model::{
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, VisitTypeId, WaitingEntryId, WaitingOfferId},
    scheduling::{TimeRange, VisitMode, WaitingTimes},
};
use uuid::Uuid;

/// The place of a patient on the waiting list, while there is no entry yet. Its facts are those of the patient, so the staff of the patient's clinics is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingFor(pub PatientId);

/// An offer, which belongs to its patient only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferSubject(pub WaitingOfferId);

impl Subject for WaitingFor {
    const KIND: ResourceKind = ResourceKind::Appointment;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        // Doctors book for those whom they treat, and put nobody on the waiting list.
        let facts = self.0.facts(tx, lock).await?;
        Ok(facts.map(|facts| Facts { treating: false, ..facts }))
    }
}

impl Subject for WaitingEntryId {
    const KIND: ResourceKind = ResourceKind::Appointment;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        let owner = store::waiting::owner(tx, self, lock).await?;
        Ok(owner.map(|(patient, clinics)| Facts { patient: Some(patient), clinics, ..Facts::default() }))
    }
}

impl Subject for OfferSubject {
    const KIND: ResourceKind = ResourceKind::Appointment;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    /// No row is locked: the locks of doctor and patient come first, and the row changes only while it is open.
    async fn facts(self, tx: &mut Tx, _: bool) -> Result<Option<Facts>> {
        let patient = store::offers::patient(tx.connection(), self.0).await?;
        Ok(patient.map(|patient| Facts { patient: Some(patient), ..Facts::default() }))
    }
}

/// For what somebody waits, checked.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) doctor: Option<DoctorId>,
    pub(super) specialty: Option<String>,
    pub(super) appointment: Option<AppointmentId>,
    pub(super) mode: Option<VisitMode>,
    pub(super) times: WaitingTimes,
}

/// An offer to insert.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewOffer {
    pub(super) id: WaitingOfferId,
    pub(super) entry: WaitingEntryId,
    pub(super) doctor: DoctorId,
    pub(super) clinic: ClinicId,
    /// `None` for an appointment that was booked before there were types.
    pub(super) visit_type: Option<VisitTypeId>,
    pub(super) mode: VisitMode,
    pub(super) visit: TimeRange,
    pub(super) with_buffers: TimeRange,
    pub(super) expires_at: Timestamp,
}
