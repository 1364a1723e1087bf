//! The protected resources of scheduling, and their facts for the policy.

use super::store;
use crate::{
    Result,
    access::{Facts, ResourceKind, Subject},
    db::Tx,
    directory, identity,
};
use model::ids::{AppointmentId, DoctorId, PatientId, RoomId};
use uuid::Uuid;

/// A booking for a patient: the subject while there is no appointment yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking(pub PatientId);

/// A doctor's hours and days off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timetable(pub DoctorId);

impl Subject for AppointmentId {
    const KIND: ResourceKind = ResourceKind::Appointment;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        store::appointments::facts(tx, self, lock).await
    }
}

impl Subject for Booking {
    const KIND: ResourceKind = ResourceKind::Appointment;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    /// No row is locked yet: the advisory locks serialise the reservations of a patient, and a row lock before them could deadlock. Staff books for the patients of
    /// its clinic, so then the facts are those of the patient.
    async fn facts(self, tx: &mut Tx, _: bool) -> Result<Option<Facts>> {
        if tx.access().acting().is_ok_and(|acting| acting.patient.is_none()) {
            return self.0.facts(tx, false).await;
        }
        let exists = store::reservations::patient_exists(tx.connection(), self.0).await?;
        Ok(exists.then(|| Facts { patient: Some(self.0), ..Facts::default() }))
    }
}

/// A room that has not been ended.
impl Subject for RoomId {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        store::rooms::facts(tx, self, lock).await
    }
}

impl Subject for Timetable {
    const KIND: ResourceKind = ResourceKind::Schedule;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if !lock && let Some(facts) = Facts::of_acting_doctor(tx.access(), self.0) {
            return Ok(Some(facts));
        }
        let user = directory::user_of_doctor(tx, self.0, lock).await?;
        let Some(user) = user else { return Ok(None) };
        let facts = identity::standing(tx.connection(), user).await?;
        Ok(Some(Facts { user: Some(user), doctor: Some(self.0), ..facts }))
    }
}
