//! The specialties of doctors in the database.

use super::doctor_versions;
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Decide, Read},
    },
    db::Tx,
};
use model::{
    directory::{DoctorSpecialties, SpecialtyChoice},
    errors::{Code, FieldFault},
    ids::DoctorId,
};
use sqlx::PgConnection;

/// Those of a doctor, and those to choose from.
pub(in crate::directory) async fn read(tx: &mut Tx, permit: &Permit<Read, DoctorId>) -> Result<DoctorSpecialties> {
    let doctor = permit.id();
    let row =
        sqlx::query!("select full_name, version from doctors where id = $1", doctor.uuid()).fetch_one(tx.connection()).await?;
    let rows = sqlx::query!(
        "select s.slug, s.name, exists (select from doctor_specialties ds where ds.doctor_id = $1 and ds.specialty_id = s.id) as \"held!\"
         from specialties s
         where not s.retired or exists (select from doctor_specialties ds where ds.doctor_id = $1 and ds.specialty_id = s.id)
         order by s.name, s.slug",
        doctor.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let chosen = rows.iter().filter(|row| row.held).map(|row| row.slug.clone()).collect();
    let offered = rows.into_iter().map(|row| SpecialtyChoice { slug: row.slug, name: row.name }).collect();
    Ok(DoctorSpecialties { doctor, name: row.full_name, chosen, offered, version: row.version })
}

/// Replaces those of a doctor, and keeps the version.
///
/// # Errors
/// `request.stale` when the doctor has another version now; a slug that is unknown, or of a retired specialty that the doctor does not have, is a fault of the field
/// `specialties`.
pub(in crate::directory) async fn change(
    tx: &mut Tx,
    permit: &Permit<Decide, DoctorId>,
    slugs: &[String],
    version: i32,
) -> Result<()> {
    let doctor = permit.id();
    doctor_versions::keep_first(tx, doctor).await?;
    let changed = sqlx::query!("update doctors set version = version + 1 where id = $1 and version = $2", doctor.uuid(), version)
        .execute(tx.connection())
        .await?;
    if changed.rows_affected() != 1 {
        return Err(Code::Stale.into());
    }
    let ids = sqlx::query_scalar!(
        "select s.id from specialties s
         where s.slug = any($1)
           and (not s.retired or exists (select from doctor_specialties ds where ds.doctor_id = $2 and ds.specialty_id = s.id))",
        slugs,
        doctor.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    if ids.len() != slugs.len() {
        return Err(Error::field("specialties", FieldFault::UnknownChoice));
    }
    sqlx::query!("delete from doctor_specialties where doctor_id = $1", doctor.uuid()).execute(tx.connection()).await?;
    sqlx::query!("insert into doctor_specialties (doctor_id, specialty_id) select $1, unnest($2::uuid[])", doctor.uuid(), &ids)
        .execute(tx.connection())
        .await?;
    doctor_versions::keep(tx, doctor).await
}

/// The names of a doctor's specialties.
pub(in crate::directory) async fn names(connection: &mut PgConnection, doctor: DoctorId) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select s.name from doctor_specialties ds join specialties s on s.id = ds.specialty_id where ds.doctor_id = $1 order by s.name",
        doctor.uuid()
    )
    .fetch_all(connection)
    .await?)
}
