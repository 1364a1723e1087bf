//! The versions of a patient's profile in the database, encrypted with the patient's key.

use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Read, Write},
    },
    db::Tx,
    vault::Column,
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{PatientProfile, PatientProfileView},
    errors::Code,
    ids::{EventId, PatientId, UserId},
};

/// Reads the newest version, and the version of the patient.
pub(in crate::directory) async fn read(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<PatientProfileView> {
    let patient = permit.id();
    let version =
        sqlx::query_scalar!("select version from patients where id = $1", patient.uuid()).fetch_one(tx.connection()).await?;
    let profile = newest(tx, patient).await?.unwrap_or_default();
    Ok(PatientProfileView { profile, version })
}

/// The newest version; `None` when the patient has told nothing. The caller has a permit for the patient.
pub(in crate::directory) async fn newest(tx: &mut Tx, patient: PatientId) -> Result<Option<PatientProfile>> {
    let row = sqlx::query!(
        "select id, body_cipher from patient_profile_versions where patient_id = $1 order by version desc limit 1",
        patient.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let key = tx.patient_key(patient).await?;
    Ok(Some(key.decrypt_json(Column::PatientProfile, row.id, &row.body_cipher)?))
}

/// Adds a version.
///
/// # Errors
/// `request.stale` when the patient has another version now.
pub(in crate::directory) async fn change(
    tx: &mut Tx,
    permit: &Permit<Write, PatientId>,
    profile: &PatientProfile,
    by: UserId,
    version: i32,
) -> Result<()> {
    let (patient, now, id) = (permit.id(), tx.now(), tx.new_id::<EventId>().uuid());
    let made = sqlx::query_scalar!(
        "update patients set version = version + 1 where id = $1 and version = $2 returning version",
        patient.uuid(),
        version
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Error::new(Code::Stale))?;
    let key = tx.patient_key(patient).await?;
    let cipher = key.encrypt_json(tx.domain().randomness(), Column::PatientProfile, id, profile)?;
    sqlx::query!(
        "insert into patient_profile_versions (id, patient_id, version, body_cipher, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6)",
        id,
        patient.uuid(),
        made,
        cipher,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
