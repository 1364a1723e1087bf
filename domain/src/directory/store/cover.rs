//! Doctors' insurance against malpractice in the database.

use super::{super::licences::Cover, doctor_versions};
use crate::{
    Result,
    access::{Permit, actions::Write},
    db::Tx,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::{errors::Code, ids::DoctorId};

/// The last day of the insurance, if one was stated.
pub(in crate::directory) async fn cover_until(tx: &mut Tx, permit: &Permit<Write, DoctorId>) -> Result<Option<Date>> {
    let until = sqlx::query_scalar!("select cover_until from doctors where id = $1", permit.id().uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(until.map(jiff_sqlx::Date::to_jiff))
}

/// Replaces the insurance, or removes it.
///
/// # Errors
/// `request.stale` when the doctor has another version now.
pub(in crate::directory) async fn set_cover(
    tx: &mut Tx,
    permit: &Permit<Write, DoctorId>,
    cover: Option<&Cover>,
    version: i32,
) -> Result<()> {
    doctor_versions::keep_first(tx, permit.id()).await?;
    let changed = sqlx::query!(
        "update doctors set cover_insurer = $2, cover_number = $3, cover_until = $4, version = version + 1 where id = $1 and version = $5",
        permit.id().uuid(),
        cover.map(|cover| cover.insurer.as_str()),
        cover.map(|cover| cover.number.as_str()),
        cover.map(|cover| cover.until.to_sqlx()),
        version
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if changed == 1 { doctor_versions::keep(tx, permit.id()).await } else { Err(Code::Stale.into()) }
}
