//! A patient's date of birth in the database.

use super::patient_versions;
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Read, Write},
    },
    db::Tx,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::{directory::BirthView, errors::Code, identity::DateOfBirth, ids::PatientId};

/// Reads it.
pub(in crate::directory) async fn read(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<BirthView> {
    let row = sqlx::query!("select date_of_birth, version from patients where id = $1", permit.id().uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(BirthView { date_of_birth: row.date_of_birth.to_jiff(), version: row.version })
}

/// The date of birth, if the caller acts for the patient as a guardian and it is not their own record.
pub(in crate::directory) async fn known_to_guardian(tx: &mut Tx, permit: &Permit<Write, PatientId>) -> Result<Option<Date>> {
    let (user, now) = (tx.access().acting()?.user, tx.now());
    let born = sqlx::query_scalar!(
        "select p.date_of_birth from patients p
         where p.id = $1
           and exists (select from patient_access a where a.patient_id = p.id and a.user_id = $2 and a.relation = 'guardian'
             and a.starts_at <= $3 and (a.ends_at is null or a.ends_at > $3))
           and not exists (select from patient_access o where o.patient_id = p.id and o.user_id = $2 and o.relation = 'self'
             and o.starts_at <= $3 and (o.ends_at is null or o.ends_at > $3))",
        permit.id().uuid(),
        user.uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(born.map(jiff_sqlx::Date::to_jiff))
}

/// Replaces it.
///
/// # Errors
/// `request.stale` when the patient has another version now.
pub(in crate::directory) async fn correct(
    tx: &mut Tx,
    permit: &Permit<Write, PatientId>,
    birth: DateOfBirth,
    version: i32,
) -> Result<()> {
    patient_versions::keep_first(tx, permit.id()).await?;
    let changed = sqlx::query!(
        "update patients set date_of_birth = $2, version = version + 1 where id = $1 and version = $3",
        permit.id().uuid(),
        birth.date().to_sqlx(),
        version
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if changed == 1 { patient_versions::keep(tx, permit.id()).await } else { Err(Error::from(Code::Stale)) }
}
