//! The visit at which a prescription is written, as the policy sees it.

use crate::{
    Result,
    access::{Facts, ResourceKind, Subject},
    db::Tx,
};
use model::ids::{DoctorId, EncounterId};
use uuid::Uuid;

/// All prescriptions of a visit, including future ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PrescriptionsOf(pub(super) EncounterId);

impl Subject for PrescriptionsOf {
    const KIND: ResourceKind = ResourceKind::Prescription;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        facts_of(tx, self.0, lock).await
    }
}

/// Who takes part in a visit, and whether the caller treats its patient.
pub(crate) async fn facts_of(tx: &mut Tx, encounter: EncounterId, lock: bool) -> Result<Option<Facts>> {
    if lock {
        sqlx::query!("select id from encounters where id = $1 for update", encounter.uuid())
            .fetch_optional(tx.connection())
            .await?;
    }
    let doctor = tx.access().acting().ok().and_then(|acting| acting.doctor).map(DoctorId::uuid);
    let row = sqlx::query!(
        "select e.patient_id, e.doctor_id, e.clinic_id,
           exists (select from appointments a
             where a.patient_id = e.patient_id and a.doctor_id = $2 and a.state not in ('cancelled', 'no_show')) as \"treating!\"
         from encounters e join patients p on p.id = e.patient_id
         where e.id = $1 and p.deleted_at is null",
        encounter.uuid(),
        doctor
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| Facts {
        user: None,
        patient: Some(row.patient_id.into()),
        doctor: Some(row.doctor_id.into()),
        clinic: Some(row.clinic_id.into()),
        treating: row.treating,
    }))
}
