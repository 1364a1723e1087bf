//! What doctors' profiles were in each version, in the database.

use super::profile::parse_currency;
use crate::{
    Error, Result,
    access::{Permit, actions::Read},
    db::Tx,
    directory::changes::Version,
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{DetailField, DetailValue},
    ids::DoctorId,
    money::Money,
};

/// Keeps what a profile is before the first change of it that is kept.
pub(super) async fn keep_first(tx: &mut Tx, doctor: DoctorId) -> Result<()> {
    sqlx::query!(
        "insert into doctor_versions
           (doctor_id, version, full_name, about, languages, qualifications, fee_minor, currency, cover_insurer, cover_number, cover_until, specialties)
         select d.id, d.version, d.full_name, d.about, d.languages, d.qualifications, d.fee_minor, d.currency, d.cover_insurer, d.cover_number, d.cover_until,
           array(select s.slug from doctor_specialties ds join specialties s on s.id = ds.specialty_id where ds.doctor_id = d.id order by s.slug)
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
           (doctor_id, version, full_name, about, languages, qualifications, fee_minor, currency, cover_insurer, cover_number, cover_until, specialties,
            changed_by, changed_at)
         select d.id, d.version, d.full_name, d.about, d.languages, d.qualifications, d.fee_minor, d.currency, d.cover_insurer, d.cover_number, d.cover_until,
           array(select s.slug from doctor_specialties ds join specialties s on s.id = ds.specialty_id where ds.doctor_id = d.id order by s.slug),
           $2::uuid, $3::timestamptz
         from doctors d where d.id = $1",
        doctor.uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The doctor's name.
pub(in crate::directory) async fn name(tx: &mut Tx, permit: &Permit<Read, DoctorId>) -> Result<String> {
    let name = sqlx::query_scalar!("select full_name from doctors where id = $1", permit.id().uuid());
    Ok(name.fetch_one(tx.connection()).await?)
}

/// The newest versions, at most `limit`, the newest first.
pub(in crate::directory) async fn newest(tx: &mut Tx, permit: &Permit<Read, DoctorId>, limit: i64) -> Result<Vec<Version>> {
    let rows = sqlx::query!(
        "select v.full_name as \"full_name!\", v.about as \"about!\", v.languages as \"languages!\",
           v.qualifications as \"qualifications!\", v.fee_minor as \"fee_minor?\", v.currency as \"currency!\",
           case when v.specialties is not null then array(select s.name from specialties s where s.slug = any(v.specialties) order by s.name) end as \"specialties?\",
           v.cover_insurer as \"cover_insurer?\", v.cover_number as \"cover_number?\", v.cover_until as \"cover_until?\",
           n.name as \"by?\", v.changed_at as \"changed_at?\"
         from doctor_versions v left join person_name n on n.user_id = v.changed_by
         where v.doctor_id = $1 order by v.version desc limit $2",
        permit.id().uuid(),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let fee = |minor| Ok::<_, Error>(DetailValue::Fee(Money::new(minor, parse_currency(&row.currency)?)));
            let fee = row.fee_minor.map(fee).transpose()?;
            let mut details = vec![
                (DetailField::Name, DetailValue::text(row.full_name)),
                (DetailField::About, DetailValue::text(row.about)),
                (DetailField::Languages, DetailValue::list(row.languages)),
                (DetailField::Qualifications, DetailValue::list(row.qualifications)),
                (DetailField::Fee, fee),
                (DetailField::CoverInsurer, row.cover_insurer.and_then(DetailValue::text)),
                (DetailField::CoverNumber, row.cover_number.and_then(DetailValue::text)),
                (DetailField::CoverUntil, row.cover_until.map(|until| DetailValue::Date(until.to_jiff()))),
            ];
            // The first versions did not keep them.
            if let Some(specialties) = row.specialties {
                details.push((DetailField::Specialties, DetailValue::list(specialties)));
            }
            Ok(Version { made: row.changed_at.zip(row.by).map(|(at, by)| (at.to_jiff(), by)), details })
        })
        .collect()
}
