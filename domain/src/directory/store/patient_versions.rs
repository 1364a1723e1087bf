//! What patients' own details were in each version, in the database.

use crate::{
    Result,
    access::{Permit, actions::Read},
    db::Tx,
    directory::changes::Version,
    vault::Column,
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{DetailField, DetailValue},
    ids::PatientId,
};

/// Keeps what the details are before the first change of them that is kept.
pub(super) async fn keep_first(tx: &mut Tx, patient: PatientId) -> Result<()> {
    sqlx::query!(
        "insert into patient_versions
           (patient_id, version, full_name, latin_name, date_of_birth, phone_cipher, address_cipher, time_zone)
         select p.id, p.version, p.full_name, p.latin_name, p.date_of_birth, p.phone_cipher, p.address_cipher, p.time_zone
         from patients p where p.id = $1 and not exists (select from patient_versions v where v.patient_id = p.id)
         on conflict do nothing",
        patient.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps what the details are now as their version, made by the caller.
pub(super) async fn keep(tx: &mut Tx, patient: PatientId) -> Result<()> {
    let (by, now) = (tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into patient_versions
           (patient_id, version, full_name, latin_name, date_of_birth, phone_cipher, address_cipher, time_zone, changed_by, changed_at)
         select id, version, full_name, latin_name, date_of_birth, phone_cipher, address_cipher, time_zone, $2::uuid, $3::timestamptz
         from patients where id = $1",
        patient.uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The patient's name.
pub(in crate::directory) async fn name(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<String> {
    let name = sqlx::query_scalar!("select full_name from patients where id = $1", permit.id().uuid());
    Ok(name.fetch_one(tx.connection()).await?)
}

/// The newest versions, at most `limit`, the newest first.
pub(in crate::directory) async fn newest(tx: &mut Tx, permit: &Permit<Read, PatientId>, limit: i64) -> Result<Vec<Version>> {
    let patient = permit.id();
    let rows = sqlx::query!(
        "select v.full_name as \"full_name!\", v.latin_name as \"latin_name?\", v.date_of_birth as \"date_of_birth!\",
           v.phone_cipher as \"phone_cipher?\", v.address_cipher as \"address_cipher?\", v.time_zone as \"time_zone!\",
           n.name as \"by?\", v.changed_at as \"changed_at?\"
         from patient_versions v left join person_name n on n.user_id = v.changed_by
         where v.patient_id = $1 order by v.version desc limit $2",
        patient.uuid(),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = tx.patient_key(patient).await?;
    rows.into_iter()
        .map(|row| {
            let phone = row.phone_cipher.map(|cipher| key.decrypt(Column::Phone, patient, &cipher)).transpose()?;
            let address = row.address_cipher.map(|cipher| key.decrypt_json(Column::Address, patient, &cipher)).transpose()?;
            Ok(Version {
                made: row.changed_at.zip(row.by).map(|(at, by)| (at.to_jiff(), by)),
                details: vec![
                    (DetailField::Name, DetailValue::text(row.full_name)),
                    (DetailField::LatinName, row.latin_name.and_then(DetailValue::text)),
                    (DetailField::DateOfBirth, Some(DetailValue::Date(row.date_of_birth.to_jiff()))),
                    (DetailField::Phone, phone.and_then(DetailValue::text)),
                    (DetailField::HomeAddress, address.map(DetailValue::Address)),
                    (DetailField::TimeZone, DetailValue::text(row.time_zone)),
                ],
            })
        })
        .collect()
}
