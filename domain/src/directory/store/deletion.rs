//! Patients whom the desk has registered by mistake.

use super::lock_patient;
use crate::{
    Result,
    access::{
        Facts, Permit, ResourceKind, Subject,
        actions::{Create, Write},
    },
    db::Tx,
    directory::{
        deletion::{DeletedPatient, ListDeletedPatients},
        registration::Registrar,
    },
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    directory::DeletedPatientRow,
    errors::Code,
    ids::{ClinicId, EventId, PatientId},
};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Subject for DeletedPatient {
    const KIND: ResourceKind = ResourceKind::Patient;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            lock_patient(tx, self.0).await?;
        }
        let now = tx.now();
        let clinic = sqlx::query_scalar!(
            "select clinic_id from patient_deletions where patient_id = $1 and brought_back_at is null and final_at > $2",
            self.0.uuid(),
            now.to_sqlx()
        )
        .fetch_optional(tx.connection())
        .await?;
        Ok(clinic.map(|clinic| Facts {
            patient: Some(self.0),
            clinics: BTreeSet::from([ClinicId::from(clinic)]),
            ..Facts::default()
        }))
    }
}

/// Whether anything is connected with the record of a patient, or the clinic is not the only one that knows the patient.
pub(in crate::directory) async fn is_used(tx: &mut Tx, patient: PatientId, clinic: ClinicId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select (exists (select from appointment_plan a where a.patient_id = $1)
           or exists (select from patient_access o where o.patient_id = $1)
           or exists (select from acting_papers d where d.patient_id = $1)
           or exists (select from break_glass b where b.patient_id = $1)
           or exists (select from patient_file f where f.patient_id = $1)
           or exists (select from patient_thread t where t.patient_id = $1)
           or exists (select from patient_record_part t where t.patient_id = $1)
           or exists (select from patient_clinics r where r.patient_id = $1 and r.clinic_id <> $2)
           or not exists (select from patient_clinics r where r.patient_id = $1 and r.clinic_id = $2)) as \"used!\"",
        patient.uuid(),
        clinic.uuid()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Deletes a patient until they are brought back.
///
/// # Errors
/// `request.stale`.
pub(in crate::directory) async fn delete(
    tx: &mut Tx,
    permit: &Permit<Write, PatientId>,
    clinic: ClinicId,
    version: Option<i32>,
    final_at: Timestamp,
) -> Result<()> {
    let (id, now, by) = (tx.new_id::<EventId>(), tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "update patients set deleted_at = $2, version = version + 1
         where id = $1 and deleted_at is null and ($3::integer is null or version = $3)",
        permit.id().uuid(),
        now.to_sqlx(),
        version
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Code::Stale.into());
    }
    sqlx::query!(
        "insert into patient_deletions (id, patient_id, clinic_id, deleted_by, deleted_at, final_at) values ($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        permit.id().uuid(),
        clinic.uuid(),
        by.uuid(),
        now.to_sqlx(),
        final_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Brings a deleted patient back.
///
/// # Errors
/// `request.stale` when somebody has done so at the same moment.
pub(in crate::directory) async fn bring_back(tx: &mut Tx, permit: &Permit<Write, DeletedPatient>) -> Result<()> {
    let (DeletedPatient(patient), now, by) = (permit.id(), tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "update patient_deletions set brought_back_at = $2, brought_back_by = $3
         where patient_id = $1 and brought_back_at is null and final_at > $2",
        patient.uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Code::Stale.into());
    }
    sqlx::query!("update patients set deleted_at = null, version = version + 1 where id = $1", patient.uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The patients whom a clinic has deleted and can bring back, the newest first.
pub(in crate::directory) async fn list(
    tx: &mut Tx,
    _: &Permit<Create, Registrar>,
    clinic: ClinicId,
    command: ListDeletedPatients,
    limit: i64,
) -> Result<Vec<DeletedPatientRow>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select d.id, d.patient_id, p.full_name, p.date_of_birth, d.deleted_at, d.final_at
         from patient_deletions d join patients p on p.id = d.patient_id
         where d.clinic_id = $1 and d.brought_back_at is null and d.final_at > $2 and ($3::uuid is null or d.id < $3)
         order by d.id desc limit $4",
        clinic.uuid(),
        now.to_sqlx(),
        command.after.map(EventId::uuid),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DeletedPatientRow {
            id: row.id.into(),
            patient: row.patient_id.into(),
            name: row.full_name,
            date_of_birth: row.date_of_birth.to_jiff(),
            deleted_at: row.deleted_at.to_jiff(),
            final_at: row.final_at.to_jiff(),
        })
        .collect())
}
