//! Applications that are corrected and submitted again, in the database.

use super::{
    doctor_versions,
    doctors::{NewProfile, insert_licence, set_specialties},
    licence_versions,
};
use crate::{
    Result,
    access::{Permit, actions::Write},
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::ids::{DoctorId, LicenceId};
use uuid::Uuid;

/// Replaces an applicant's profile and submits the application again. The licence of an application that was refused, or for which more was asked, was reviewed with it, so it stays, replaced, with the
/// decision; one that nobody has reviewed is corrected in its place. What was there before is kept as versions.
pub(in crate::directory) async fn revise(
    tx: &mut Tx,
    permit: &Permit<Write, DoctorId>,
    profile: &NewProfile,
    specialties: &[Uuid],
) -> Result<()> {
    let (id, now) = (permit.id(), tx.now());
    doctor_versions::keep_first(tx, id).await?;
    sqlx::query!(
        "update licences l set state = 'replaced', decided_by = v.decided_by, decided_at = v.decided_at, reply = v.reason, version = l.version + 1
         from doctors d, (select decided_by, decided_at, reason from verification_decisions where doctor_id = $1
           order by decided_at desc, id desc limit 1) v
         where l.doctor_id = $1 and l.state = 'approved' and l.decided_at is null and d.id = $1 and d.status in ('refused', 'more_asked')",
        id.uuid()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "update doctors set status = 'applied', about = $2, languages = $3, applied_at = $4, version = version + 1 where id = $1",
        id.uuid(),
        profile.about,
        &profile.languages,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!("delete from doctor_specialties where doctor_id = $1", id.uuid()).execute(tx.connection()).await?;
    set_specialties(tx, id, specialties).await?;
    doctor_versions::keep(tx, id).await?;
    let licence = match unreviewed_licence(tx, id).await? {
        Some(licence) => {
            licence_versions::keep_first(tx, licence).await?;
            correct_licence(tx, licence, profile).await?;
            licence
        }
        None => insert_licence(tx, id, profile).await?,
    };
    licence_versions::keep(tx, licence).await
}

/// The licence of an application, while nobody has decided on it.
async fn unreviewed_licence(tx: &mut Tx, doctor: DoctorId) -> Result<Option<LicenceId>> {
    let found = sqlx::query_scalar!(
        "select id from licences where doctor_id = $1 and decided_at is null order by created_at desc, id desc limit 1",
        doctor.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.map(Into::into))
}

async fn correct_licence(tx: &mut Tx, licence: LicenceId, profile: &NewProfile) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update licences set number = $2, authority = $3, country = $4, expires_on = $5, created_at = $6, version = version + 1 where id = $1",
        licence.uuid(),
        profile.number,
        profile.authority,
        profile.country.as_str(),
        profile.expires_on.to_sqlx(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
