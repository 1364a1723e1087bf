//! The versions of a patient's profile in the database, encrypted with the patient's key.

use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Read, Write},
    },
    db::Tx,
    directory::changes::Version,
    vault::Column,
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{DetailField, DetailValue, PatientProfile, PatientProfileView},
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

/// The newest versions, at most `limit`, the newest first.
pub(in crate::directory) async fn versions(tx: &mut Tx, permit: &Permit<Read, PatientId>, limit: i64) -> Result<Vec<Version>> {
    let patient = permit.id();
    let rows = sqlx::query!(
        "select v.id as \"id!\", v.body_cipher as \"body_cipher!\", n.name as \"by!\", v.changed_at as \"changed_at!\"
         from patient_profile_versions v join person_name n on n.user_id = v.changed_by
         where v.patient_id = $1 order by v.version desc limit $2",
        patient.uuid(),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        let key = tx.patient_key(patient).await?;
        let profile: PatientProfile = key.decrypt_json(Column::PatientProfile, row.id, &row.body_cipher)?;
        versions.push(Version { made: Some((row.changed_at.to_jiff(), row.by)), details: details(&profile)? });
    }
    Ok(versions)
}

fn details(profile: &PatientProfile) -> Result<Vec<(DetailField, Option<DetailValue>)>> {
    let mut details = Vec::new();
    for (name, text) in profile.fields() {
        let field = DetailField::parse(name).map_err(|_| Error::internal("a field of a profile is no detail"))?;
        details.push((field, DetailValue::text(text)));
    }
    Ok(details)
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
