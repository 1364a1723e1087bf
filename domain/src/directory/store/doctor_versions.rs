//! What doctors' profiles were in each version, in the database.

use crate::{Result, db::Tx};
use jiff_sqlx::ToSqlx;
use model::ids::DoctorId;

/// Keeps what a profile is before the first change of it that is kept.
pub(super) async fn keep_first(tx: &mut Tx, doctor: DoctorId) -> Result<()> {
    sqlx::query!(
        "insert into doctor_versions
           (doctor_id, version, full_name, about, languages, qualifications, fee_minor, currency, cover_insurer, cover_number, cover_until)
         select d.id, d.version, d.full_name, d.about, d.languages, d.qualifications, d.fee_minor, d.currency, d.cover_insurer, d.cover_number, d.cover_until
         from doctors d where d.id = $1 and not exists (select from doctor_versions v where v.doctor_id = d.id)
         on conflict do nothing",
        doctor.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps what a profile is now as its version, made by the caller.
pub(super) async fn keep(tx: &mut Tx, doctor: DoctorId) -> Result<()> {
    let (by, now) = (tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into doctor_versions
           (doctor_id, version, full_name, about, languages, qualifications, fee_minor, currency, cover_insurer, cover_number, cover_until, changed_by, changed_at)
         select id, version, full_name, about, languages, qualifications, fee_minor, currency, cover_insurer, cover_number, cover_until, $2::uuid, $3::timestamptz
         from doctors where id = $1",
        doctor.uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
