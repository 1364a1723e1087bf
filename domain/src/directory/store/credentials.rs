//! What waits for more of a doctor's documents, and what must be known of the doctor for them, in the database.

use super::licence_versions;
use crate::{
    Result,
    access::{Permit, actions::Write},
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::ids::{DoctorId, LicenceId};

/// Lets the application and the licences wait again for which more was asked. What was asked stays with the decision on the application. Returns whether
/// the application did, and how many licences did.
pub(in crate::directory) async fn wait_again(tx: &mut Tx, permit: &Permit<Write, DoctorId>) -> Result<(bool, u64)> {
    let now = tx.now();
    let application = sqlx::query!(
        "update doctors set status = 'applied', applied_at = $2, version = version + 1 where id = $1 and status = 'more_asked'",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    let asked = sqlx::query_scalar!(
        "select id from licences where doctor_id = $1 and state = 'more_asked' order by id for update",
        permit.id().uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let mut licences = 0;
    for licence in asked.into_iter().map(LicenceId::from) {
        licence_versions::keep_first(tx, licence).await?;
        licences += sqlx::query!(
            "update licences set state = 'waiting', created_at = $2, version = version + 1 where id = $1",
            licence.uuid(),
            now.to_sqlx()
        )
        .execute(tx.connection())
        .await?
        .rows_affected();
        licence_versions::keep(tx, licence).await?;
    }
    Ok((application == 1, licences))
}

/// The name of a doctor.
pub(in crate::directory) async fn name_of(tx: &mut Tx, doctor: DoctorId) -> Result<String> {
    Ok(sqlx::query_scalar!("select full_name from doctors where id = $1", doctor.uuid()).fetch_one(tx.connection()).await?)
}

/// Whether a doctor is verified.
pub(in crate::directory) async fn is_verified(tx: &mut Tx, doctor: DoctorId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from doctors where id = $1 and status = 'verified') as \"is_verified!\"",
        doctor.uuid()
    )
    .fetch_one(tx.connection())
    .await?)
}
