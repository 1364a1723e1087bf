//! Records, as the policy sees them.

use crate::{
    Result,
    access::{Facts, ResourceKind, Subject},
    db::Tx,
    directory, visits,
};
use model::ids::{ClinicId, DoctorId, EncounterId, PatientId};
use uuid::Uuid;

/// The record of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RecordOf(pub(super) EncounterId);

impl Subject for RecordOf {
    const KIND: ResourceKind = ResourceKind::Record;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        visits::facts_of(tx, self.0, lock).await
    }
}

/// The whole record of one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PatientRecord(pub(super) PatientId);

impl Subject for PatientRecord {
    const KIND: ResourceKind = ResourceKind::Record;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    /// The record counts as a clinic's own if the patient has or had an appointment there.
    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            directory::lock_patient(tx, self.0).await?;
        }
        let acting = tx.access().acting().ok().cloned();
        let doctor = acting.as_ref().and_then(|acting| acting.doctor).map(DoctorId::uuid);
        let clinic = acting.as_ref().and_then(|acting| acting.clinic);
        let row = sqlx::query!(
            "select
               exists (select from treats($2, p.patient_id)) as \"treating!\",
               exists (select from appointment_plan a where a.patient_id = p.patient_id and a.clinic_id = $3) as \"known_there!\"
             from patient_identity p where p.patient_id = $1 and p.deleted_at is null",
            self.0.uuid(),
            doctor,
            clinic.map(ClinicId::uuid)
        )
        .fetch_optional(tx.connection())
        .await?;
        Ok(row.map(|row| Facts {
            patient: Some(self.0),
            clinic: clinic.filter(|_| row.known_there),
            treating: row.treating,
            ..Facts::default()
        }))
    }
}
