//! Doctors, their licences and the decisions on them in the database.

use super::{doctor_versions, profile::parse_currency};
use crate::{
    Error, Result,
    access::{
        Permit, Scope,
        actions::{Decide, Read},
    },
    db::Tx,
};
use jiff::{civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{
        ApplicationDecision, ApplicationRow, ApplicationStatus, ApplicationView, ClinicChoice, Country, DecisionView,
        LicenceView, OwnApplication, SameLicence, SpecialtyChoice,
    },
    errors::{Code, FieldFault},
    identity::WrittenName,
    ids::{ClinicId, DoctorId, LicenceId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// A profile that has passed its checks.
pub(in crate::directory) struct NewProfile {
    pub(in crate::directory) specialties: Vec<String>,
    pub(in crate::directory) number: String,
    pub(in crate::directory) authority: String,
    pub(in crate::directory) country: Country,
    pub(in crate::directory) expires_on: Date,
    pub(in crate::directory) languages: Vec<String>,
    pub(in crate::directory) about: String,
}

/// A decision to store.
pub(in crate::directory) struct DecisionRow<'a> {
    pub(in crate::directory) id: Uuid,
    pub(in crate::directory) decision: ApplicationDecision,
    pub(in crate::directory) reason: &'a str,
    pub(in crate::directory) by: UserId,
}

/// No currency (ISO 4217): a doctor gets the currency of the clinic that they join.
const NO_CURRENCY: &str = "XXX";

/// Locks a licence while it is compared with others, so that two decisions on the same licence wait for each other.
const LICENCE_LOCK: i32 = 0x6c69_6365;

pub(in crate::directory) async fn specialties(connection: &mut PgConnection) -> Result<Vec<SpecialtyChoice>> {
    let rows =
        sqlx::query!("select slug, name from specialties where not retired order by name, slug").fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| SpecialtyChoice { slug: row.slug, name: row.name }).collect())
}

pub(in crate::directory) async fn clinics(connection: &mut PgConnection, only: Option<ClinicId>) -> Result<Vec<ClinicChoice>> {
    let rows = sqlx::query!(
        "select id, name, country, currency from clinics where $1::uuid is null or id = $1 order by name, id",
        only.map(ClinicId::uuid)
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let (country, currency) = (country(&row.country)?, parse_currency(&row.currency)?);
            Ok(ClinicChoice { id: row.id.into(), name: row.name, country, currency })
        })
        .collect()
}

/// The ids of specialties; an unknown slug, or that of a retired one, is a fault of the field `specialties`.
pub(in crate::directory) async fn specialties_by_slug(connection: &mut PgConnection, slugs: &[String]) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!("select id from specialties where slug = any($1) and not retired", slugs)
        .fetch_all(connection)
        .await?;
    if ids.len() == slugs.len() { Ok(ids) } else { Err(Error::field("specialties", FieldFault::UnknownChoice)) }
}

/// Inserts the doctor record of a user who has just applied.
pub(in crate::directory) async fn insert(
    tx: &mut Tx,
    user: UserId,
    name: &WrittenName,
    profile: &NewProfile,
    specialties: &[Uuid],
) -> Result<DoctorId> {
    let (id, now) = (tx.new_id::<DoctorId>(), tx.now());
    sqlx::query!(
        "insert into doctors (id, user_id, full_name, name_search, status, about, languages, currency, applied_at)
         values ($1, $2, $3, $4, 'applied', $5, $6, $7, $8)",
        id.uuid(),
        user.uuid(),
        name.name().as_str(),
        name.search_key(),
        profile.about,
        &profile.languages,
        NO_CURRENCY,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    set_specialties(tx, id, specialties).await?;
    insert_licence(tx, id, profile).await?;
    Ok(id)
}

/// Gives a doctor who has none these specialties.
pub(super) async fn set_specialties(tx: &mut Tx, doctor: DoctorId, specialties: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "insert into doctor_specialties (doctor_id, specialty_id) select $1, unnest($2::uuid[])",
        doctor.uuid(),
        specialties
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Inserts the licence of an application.
pub(super) async fn insert_licence(tx: &mut Tx, doctor: DoctorId, profile: &NewProfile) -> Result<LicenceId> {
    let (licence, now) = (tx.new_id::<LicenceId>(), tx.now());
    sqlx::query!(
        "insert into licences (id, doctor_id, number, authority, country, expires_on, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        licence.uuid(),
        doctor.uuid(),
        profile.number,
        profile.authority,
        profile.country.as_str(),
        profile.expires_on.to_sqlx(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(licence)
}

/// The status of an application, and its version.
pub(in crate::directory) async fn state(tx: &mut Tx, doctor: DoctorId) -> Result<(ApplicationStatus, i32)> {
    let row = sqlx::query!("select status, version from doctors where id = $1", doctor.uuid()).fetch_one(tx.connection()).await?;
    Ok((status(&row.status)?, row.version))
}

/// Refuses a licence that has expired, and a licence with which another doctor is already verified.
pub(in crate::directory) async fn check_licence(tx: &mut Tx, permit: &Permit<Decide, DoctorId>, today: Date) -> Result<()> {
    let Some(licence) = licence(tx, permit.id()).await?.filter(|licence| licence.expires_on >= today) else {
        return Err(Code::LicenceExpired.into());
    };
    check_free(tx, permit, &licence.authority, &licence.number).await
}

/// Refuses a licence with which another doctor is verified. The lock holds until the transaction ends, so a caller that returns early must roll back.
pub(in crate::directory) async fn check_free(
    tx: &mut Tx,
    permit: &Permit<Decide, DoctorId>,
    authority: &str,
    number: &str,
) -> Result<()> {
    let key = format!("{}\n{}", authority.to_lowercase(), number.to_lowercase());
    sqlx::query!("select pg_advisory_xact_lock($1, hashtext($2))", LICENCE_LOCK, key).execute(tx.connection()).await?;
    let others = same_licence(tx, permit.id(), authority, number, None).await?;
    if others.iter().any(|other| other.status == ApplicationStatus::Verified) {
        return Err(Code::LicenceTaken.into());
    }
    Ok(())
}

pub(in crate::directory) async fn decide(tx: &mut Tx, permit: &Permit<Decide, DoctorId>, row: &DecisionRow<'_>) -> Result<()> {
    let now = tx.now();
    // Whoever approves sets the fee, which is a change of the profile.
    doctor_versions::keep_first(tx, permit.id()).await?;
    let done = sqlx::query!(
        "update doctors set status = $2, version = version + 1 where id = $1 and status in ('applied', 'more_asked')",
        permit.id().uuid(),
        row.decision.as_str()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(Code::ApplicationDecided.into());
    }
    sqlx::query!(
        "insert into verification_decisions (id, doctor_id, decision, reason, decided_by, decided_at) values ($1, $2, $3, $4, $5, $6)",
        row.id,
        permit.id().uuid(),
        row.decision.as_str(),
        row.reason,
        row.by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub(in crate::directory) async fn waiting(connection: &mut PgConnection, scope: &Scope) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) as \"waiting!\" from doctors d
         where d.status = 'applied' and ($1::uuid is null or exists (
           select from role_held m where m.user_id = d.user_id and m.clinic_id = $1))",
        scope.clinic.map(ClinicId::uuid)
    )
    .fetch_one(connection)
    .await?)
}

pub(in crate::directory) async fn list(
    connection: &mut PgConnection,
    scope: &Scope,
    wanted: ApplicationStatus,
    after: Option<DoctorId>,
    limit: i64,
) -> Result<Vec<ApplicationRow>> {
    let rows = sqlx::query!(
        "select d.id, d.full_name, d.applied_at,
           (select l.country from licences l where l.doctor_id = d.id order by l.created_at desc, l.id desc limit 1) as country,
           array(select s.name from doctor_specialties ds join specialties s on s.id = ds.specialty_id
             where ds.doctor_id = d.id order by s.name) as \"specialties!\"
         from doctors d
         where d.status = $1
           and ($2::uuid is null or exists (
             select from role_held m where m.user_id = d.user_id and m.clinic_id = $2))
           and ($3::uuid is null or (d.applied_at, d.id) > (select applied_at, id from doctors where id = $3))
         order by d.applied_at, d.id limit $4",
        wanted.as_str(),
        scope.clinic.map(ClinicId::uuid),
        after.map(DoctorId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ApplicationRow {
                doctor: row.id.into(),
                name: row.full_name,
                status: wanted,
                applied_at: row.applied_at.to_jiff(),
                specialties: row.specialties,
                country: row.country.as_deref().map(country).transpose()?,
            })
        })
        .collect()
}

pub(in crate::directory) async fn application(tx: &mut Tx, permit: &Permit<Read, DoctorId>) -> Result<ApplicationView> {
    let doctor = permit.id();
    let row = sqlx::query!(
        "select d.user_id, d.full_name, d.status, d.about, d.languages, d.applied_at, d.version, coalesce(u.email, '') as \"email!\",
           u.email_confirmed_at is not null as \"email_confirmed!\",
           array(select s.name from doctor_specialties ds join specialties s on s.id = ds.specialty_id
             where ds.doctor_id = d.id order by s.name) as \"specialties!\",
           array(select c.name from role_held m join clinics c on c.id = m.clinic_id
             where m.user_id = d.user_id and m.role = 'doctor' order by c.name) as \"clinics!\"
         from doctors d left join account u on u.user_id = d.user_id where d.id = $1",
        doctor.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let licence = licence(tx, doctor).await?;
    let same_licence = match &licence {
        Some(licence) => {
            let seen_at = tx.access().acting()?.clinic;
            same_licence(tx, doctor, &licence.authority, &licence.number, seen_at).await?
        }
        None => Vec::new(),
    };
    Ok(ApplicationView {
        doctor,
        user: row.user_id.into(),
        name: row.full_name,
        email: row.email,
        email_confirmed: row.email_confirmed,
        status: status(&row.status)?,
        applied_at: row.applied_at.to_jiff(),
        version: row.version,
        specialties: row.specialties,
        languages: row.languages,
        about: row.about,
        licence,
        same_licence,
        clinics: row.clinics,
        decisions: decisions(tx, doctor).await?,
    })
}

pub(in crate::directory) async fn own(tx: &mut Tx, permit: &Permit<Read, DoctorId>) -> Result<OwnApplication> {
    let doctor = permit.id();
    let row = sqlx::query!(
        "select status, about, languages, applied_at, version,
           array(select s.slug from doctor_specialties ds join specialties s on s.id = ds.specialty_id
             where ds.doctor_id = d.id order by s.name) as \"specialties!\"
         from doctors d where d.id = $1",
        doctor.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let status = status(&row.status)?;
    let newest = decisions(tx, doctor).await?.into_iter().next();
    Ok(OwnApplication {
        doctor,
        status,
        applied_at: row.applied_at.to_jiff(),
        version: row.version,
        specialties: row.specialties,
        languages: row.languages,
        about: row.about,
        licence: licence(tx, doctor).await?,
        refusal: newest
            .filter(|_| matches!(status, ApplicationStatus::Refused | ApplicationStatus::MoreAsked))
            .map(|decision| decision.reason),
    })
}

pub(super) async fn licence(tx: &mut Tx, doctor: DoctorId) -> Result<Option<LicenceView>> {
    let today = tx.now().to_zoned(TimeZone::UTC).date();
    let row = sqlx::query!(
        "select number, authority, country, expires_on from licences where doctor_id = $1 and state = 'approved'
         order by expires_on desc, id desc limit 1",
        doctor.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| {
        let expires_on = row.expires_on.to_jiff();
        Ok(LicenceView {
            number: row.number,
            authority: row.authority,
            country: country(&row.country)?,
            expires_on,
            expired: expires_on < today,
        })
    })
    .transpose()
}

/// Other doctors with the same licence, of one clinic or of all; case does not matter.
pub(super) async fn same_licence(
    tx: &mut Tx,
    doctor: DoctorId,
    authority: &str,
    number: &str,
    clinic: Option<ClinicId>,
) -> Result<Vec<SameLicence>> {
    let rows = sqlx::query!(
        "select d.id, d.full_name, d.status from doctors d
         where d.id <> $1 and d.id in (
             select l.doctor_id from licences l
             where lower(l.authority) = lower($2) and lower(l.number) = lower($3) and l.state in ('waiting', 'approved', 'more_asked'))
           and ($4::uuid is null or exists (select from role_held m where m.user_id = d.user_id and m.clinic_id = $4))
         order by d.applied_at, d.id",
        doctor.uuid(),
        authority,
        number,
        clinic.map(ClinicId::uuid)
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| Ok(SameLicence { doctor: row.id.into(), name: row.full_name, status: status(&row.status)? }))
        .collect()
}

async fn decisions(tx: &mut Tx, doctor: DoctorId) -> Result<Vec<DecisionView>> {
    let rows = sqlx::query!(
        "select v.decision, v.reason, v.decided_at, u.name as \"by!\" from verification_decisions v join person_name u on u.user_id = v.decided_by
         where v.doctor_id = $1 order by v.decided_at desc, v.id desc",
        doctor.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let decision = ApplicationDecision::parse(&row.decision).map_err(|_| Error::internal("an unknown decision"))?;
            Ok(DecisionView { decision, reason: row.reason, by: row.by, at: row.decided_at.to_jiff() })
        })
        .collect()
}

pub(super) fn status(text: &str) -> Result<ApplicationStatus> {
    ApplicationStatus::parse(text).map_err(|_| Error::internal("an unknown state of an application"))
}

pub(super) fn country(text: &str) -> Result<Country> {
    Country::parse(text).map_err(|_| Error::internal("an unknown country"))
}
