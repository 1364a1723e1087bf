//! A patient's date of birth in the database.

use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Read, Write},
    },
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{directory::BirthView, errors::Code, identity::DateOfBirth, ids::PatientId};

/// Reads it.
pub(in crate::directory) async fn read(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<BirthView> {
    let row = sqlx::query!("select date_of_birth, version from patients where id = $1", permit.id().uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(BirthView { date_of_birth: row.date_of_birth.to_jiff(), version: row.version })
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
    let changed = sqlx::query!(
        "update patients set date_of_birth = $2, version = version + 1 where id = $1 and version = $3",
        permit.id().uuid(),
        birth.date().to_sqlx(),
        version
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if changed == 1 { Ok(()) } else { Err(Error::from(Code::Stale)) }
}
