//! A verified doctor's profile and fee in the database.

use super::{
    doctor_versions,
    doctors::{licence, status},
};
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Decide, Read, Write},
    },
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{ApplicationStatus, ProfileView},
    errors::Code,
    ids::{ClinicId, DoctorId},
    money::{Currency, Money},
};
use sqlx::PgConnection;

/// A changed profile that has passed its checks.
pub(in crate::directory) struct Edited {
    pub(in crate::directory) about: String,
    pub(in crate::directory) languages: Vec<String>,
    pub(in crate::directory) qualifications: Vec<String>,
    pub(in crate::directory) fee: Money,
}

/// Reads the profile.
///
/// # Errors
/// `access.forbidden` for a doctor who is not verified.
pub(in crate::directory) async fn read(tx: &mut Tx, permit: &Permit<Read, DoctorId>) -> Result<ProfileView> {
    let doctor = permit.id();
    let row = sqlx::query!(
        "select d.full_name, d.status, d.about, d.languages, d.qualifications, d.fee_minor, d.currency, d.version,
           array(select s.name from doctor_specialties ds join specialties s on s.id = ds.specialty_id
             where ds.doctor_id = d.id order by s.name) as \"specialties!\",
           array(select c.name from role_held m join clinics c on c.id = m.clinic_id
             where m.user_id = d.user_id and m.role = 'doctor' order by c.name) as \"clinics!\"
         from doctors d where d.id = $1",
        doctor.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let currency = currency_of_verified(&row.status, &row.currency)?;
    Ok(ProfileView {
        doctor,
        name: row.full_name,
        specialties: row.specialties,
        licence: licence(tx, doctor).await?,
        clinics: row.clinics,
        languages: row.languages,
        qualifications: row.qualifications,
        about: row.about,
        fee: row.fee_minor.map(|minor| Money::new(minor, currency)),
        currency,
        version: row.version,
    })
}

/// The currency in which the doctor is paid.
///
/// # Errors
/// `access.forbidden` for a doctor who is not verified: only the clinic that they join gives them a currency.
pub(in crate::directory) async fn currency(tx: &mut Tx, permit: &Permit<Write, DoctorId>) -> Result<Currency> {
    let row =
        sqlx::query!("select status, currency from doctors where id = $1", permit.id().uuid()).fetch_one(tx.connection()).await?;
    currency_of_verified(&row.status, &row.currency)
}

/// The tags of the languages that the doctor has.
pub(in crate::directory) async fn languages(tx: &mut Tx, permit: &Permit<Write, DoctorId>) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("select languages from doctors where id = $1", permit.id().uuid()).fetch_one(tx.connection()).await?)
}

/// Changes the profile, and notes that the doctor has confirmed the fee.
///
/// # Errors
/// `request.stale` when the doctor has another version now.
pub(in crate::directory) async fn edit(
    tx: &mut Tx,
    permit: &Permit<Write, DoctorId>,
    edited: &Edited,
    version: i32,
) -> Result<()> {
    let now = tx.now();
    doctor_versions::keep_first(tx, permit.id()).await?;
    let changed = sqlx::query!(
        "update doctors set about = $2, languages = $3, fee_minor = $4, fee_checked_at = $5, qualifications = $7, version = version + 1
         where id = $1 and version = $6",
        permit.id().uuid(),
        edited.about,
        &edited.languages,
        edited.fee.minor,
        now.to_sqlx(),
        version,
        &edited.qualifications
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if changed == 1 { doctor_versions::keep(tx, permit.id()).await } else { Err(Error::from(Code::Stale)) }
}

/// The currency in which a clinic pays its doctors; `None` for an unknown clinic.
pub(in crate::directory) async fn currency_of_clinic(
    connection: &mut PgConnection,
    clinic: ClinicId,
) -> Result<Option<Currency>> {
    let code =
        sqlx::query_scalar!("select currency from clinics where id = $1", clinic.uuid()).fetch_optional(connection).await?;
    code.as_deref().map(parse_currency).transpose()
}

/// Whether the doctor works at a clinic already; `None` for an unknown clinic, and for one that pays in another currency than that of the doctor's fee.
pub(in crate::directory) async fn joining(
    tx: &mut Tx,
    permit: &Permit<Decide, DoctorId>,
    clinic: ClinicId,
) -> Result<Option<bool>> {
    Ok(sqlx::query_scalar!(
        "select exists (select from role_held m where m.user_id = d.user_id and m.role = 'doctor' and m.clinic_id = c.id) as \"works_there!\"
         from doctors d join clinics c on c.currency = d.currency where d.id = $1 and c.id = $2",
        permit.id().uuid(),
        clinic.uuid()
    )
    .fetch_optional(tx.connection())
    .await?)
}

/// Sets the fee of a doctor who is being verified, and keeps the version that the decision has made.
pub(in crate::directory) async fn set_fee(tx: &mut Tx, permit: &Permit<Decide, DoctorId>, fee: Money) -> Result<()> {
    let set = sqlx::query!(
        "update doctors set fee_minor = $2, currency = $3 where id = $1",
        permit.id().uuid(),
        fee.minor,
        fee.currency.as_str()
    )
    .execute(tx.connection())
    .await?;
    if set.rows_affected() == 1 { doctor_versions::keep(tx, permit.id()).await } else { Err(Code::NotFound.into()) }
}

fn currency_of_verified(found: &str, currency: &str) -> Result<Currency> {
    match status(found)? {
        ApplicationStatus::Verified => parse_currency(currency),
        ApplicationStatus::Applied | ApplicationStatus::Refused | ApplicationStatus::MoreAsked => Err(Code::Forbidden.into()),
    }
}

/// Parses a currency from the database.
pub(super) fn parse_currency(code: &str) -> Result<Currency> {
    Currency::parse(code).map_err(|_| Error::internal("an unknown currency"))
}
