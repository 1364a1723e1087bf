//! Licences of verified doctors, and their insurance, in the database.

use super::{
    super::notices::LicenceBrief,
    doctors::{country, same_licence, status},
    licence_versions,
};
use crate::{
    Error, Result,
    access::{
        Action, Permit, Scope,
        actions::{Decide, Read, Write},
    },
    db::Tx,
};
use jiff::{civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{ApplicationStatus, Country, CoverView, LicenceReview, LicenceRow, LicenceState, LicencesView, OwnLicence},
    errors::Code,
    ids::{ClinicId, DoctorId, LicenceId, UserId},
};
use sqlx::PgConnection;

/// A licence that has passed its checks.
pub(in crate::directory) struct NewLicence {
    pub(in crate::directory) number: String,
    pub(in crate::directory) authority: String,
    pub(in crate::directory) country: Country,
    pub(in crate::directory) region: Option<String>,
    pub(in crate::directory) issued_on: Option<Date>,
    pub(in crate::directory) expires_on: Date,
}

/// The doctor whose licence this is.
pub(in crate::directory) async fn doctor_of(connection: &mut PgConnection, licence: LicenceId) -> Result<Option<DoctorId>> {
    let doctor =
        sqlx::query_scalar!("select doctor_id from licences where id = $1", licence.uuid()).fetch_optional(connection).await?;
    Ok(doctor.map(Into::into))
}

/// Refuses a doctor who is not verified: their licence is part of the application.
pub(in crate::directory) async fn check_verified<A: Action>(tx: &mut Tx, permit: &Permit<A, DoctorId>) -> Result<()> {
    let found =
        sqlx::query_scalar!("select status from doctors where id = $1", permit.id().uuid()).fetch_one(tx.connection()).await?;
    verified(&found)
}

fn verified(found: &str) -> Result<()> {
    match status(found)? {
        ApplicationStatus::Verified => Ok(()),
        ApplicationStatus::Applied | ApplicationStatus::Refused | ApplicationStatus::MoreAsked => Err(Code::Forbidden.into()),
    }
}

/// The licences and the insurance of a verified doctor.
///
/// # Errors
/// `access.forbidden` for a doctor who is not verified.
pub(in crate::directory) async fn own(tx: &mut Tx, permit: &Permit<Read, DoctorId>) -> Result<LicencesView> {
    let row = sqlx::query!(
        "select status, cover_insurer, cover_number, cover_until, version from doctors where id = $1",
        permit.id().uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    verified(&row.status)?;
    let mut licences = of_doctor(tx, permit.id(), None).await?;
    licences.retain(|licence| licence.state != LicenceState::Replaced);
    let today = tx.now().to_zoned(TimeZone::UTC).date();
    let until = row.cover_until.map(jiff_sqlx::Date::to_jiff);
    let cover = match (row.cover_insurer, row.cover_number, until) {
        (Some(insurer), Some(number), Some(until)) => Some(CoverView { insurer, number, until, over: until < today }),
        (_, _, _) => None,
    };
    Ok(LicencesView { licences, cover, version: row.version })
}

/// One licence of the doctor.
pub(in crate::directory) async fn load<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, DoctorId>,
    licence: LicenceId,
) -> Result<Option<OwnLicence>> {
    Ok(of_doctor(tx, permit.id(), Some(licence)).await?.into_iter().next())
}

/// A licence for its review.
pub(in crate::directory) async fn review(
    tx: &mut Tx,
    permit: &Permit<Read, DoctorId>,
    licence: LicenceId,
    may_decide: bool,
) -> Result<Option<LicenceReview>> {
    let Some(found) = load(tx, permit, licence).await? else { return Ok(None) };
    let row = sqlx::query!(
        "select d.full_name, l.created_at from licences l join doctors d on d.id = l.doctor_id where l.id = $1",
        licence.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let seen_at = tx.access().acting()?.clinic;
    let same_licence = same_licence(tx, permit.id(), &found.authority, &found.number, seen_at).await?;
    Ok(Some(LicenceReview {
        licence: found,
        doctor: permit.id(),
        doctor_name: row.full_name,
        sent_at: row.created_at.to_jiff(),
        same_licence,
        may_decide,
    }))
}

/// The licences of a doctor, the newest first; all of them or one.
async fn of_doctor(tx: &mut Tx, doctor: DoctorId, only: Option<LicenceId>) -> Result<Vec<OwnLicence>> {
    let today = tx.now().to_zoned(TimeZone::UTC).date();
    let rows = sqlx::query!(
        "select id, number, authority, country, region, issued_on, expires_on, state, reply, version from licences
         where doctor_id = $1 and ($2::uuid is null or id = $2) order by state = 'waiting' desc, created_at desc, id desc",
        doctor.uuid(),
        only.map(LicenceId::uuid)
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let expires_on = row.expires_on.to_jiff();
            Ok(OwnLicence {
                id: row.id.into(),
                number: row.number,
                authority: row.authority,
                country: country(&row.country)?,
                region: row.region,
                issued_on: row.issued_on.map(jiff_sqlx::Date::to_jiff),
                expires_on,
                state: state(&row.state)?,
                reply: row.reply.filter(|reply| !reply.is_empty()),
                days_left: today.until(expires_on).map_err(Error::internal)?.get_days(),
                version: row.version,
            })
        })
        .collect()
}

/// Inserts a licence that waits for its review; `renews` is the one in whose place it will be.
///
/// # Errors
/// `directory.licence_waiting` when the doctor has sent the same one already.
pub(in crate::directory) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Write, DoctorId>,
    licence: &NewLicence,
    renews: Option<LicenceId>,
) -> Result<LicenceId> {
    let (id, now) = (tx.new_id::<LicenceId>(), tx.now());
    sqlx::query!(
        "insert into licences (id, doctor_id, number, authority, country, region, issued_on, expires_on, state, renews, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10)",
        id.uuid(),
        permit.id().uuid(),
        licence.number,
        licence.authority,
        licence.country.as_str(),
        licence.region.as_deref(),
        licence.issued_on.map(ToSqlx::to_sqlx),
        licence.expires_on.to_sqlx(),
        renews.map(LicenceId::uuid),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(waiting_once)?;
    licence_versions::keep(tx, id).await?;
    Ok(id)
}

/// Corrects a licence that waits, was refused, or for which more was asked, and sends it again.
///
/// # Errors
/// `request.stale` when it has another version now; `directory.licence_waiting` when the doctor has sent the same one already.
pub(in crate::directory) async fn correct(
    tx: &mut Tx,
    permit: &Permit<Write, DoctorId>,
    id: LicenceId,
    licence: &NewLicence,
    version: i32,
) -> Result<()> {
    let now = tx.now();
    licence_versions::keep_first(tx, id).await?;
    let changed = sqlx::query!(
        "update licences set number = $3, authority = $4, country = $5, region = $6, issued_on = $7, expires_on = $8, state = 'waiting', reply = null,
           decided_by = null, decided_at = null, warned_days = null, created_at = $9, version = version + 1
         where id = $1 and doctor_id = $2 and version = $10",
        id.uuid(),
        permit.id().uuid(),
        licence.number,
        licence.authority,
        licence.country.as_str(),
        licence.region.as_deref(),
        licence.issued_on.map(ToSqlx::to_sqlx),
        licence.expires_on.to_sqlx(),
        now.to_sqlx(),
        version
    )
    .execute(tx.connection())
    .await
    .map_err(waiting_once)?
    .rows_affected();
    if changed == 1 { licence_versions::keep(tx, id).await } else { Err(Code::Stale.into()) }
}

fn waiting_once(error: sqlx::Error) -> Error {
    Error::on_constraint(error, &[("licences_waiting_once", Code::LicenceWaiting)])
}

/// Stores a decision. When the licence is approved, the one that it renews is replaced.
///
/// # Errors
/// `request.stale` when the licence has another version now.
pub(in crate::directory) async fn decide(
    tx: &mut Tx,
    permit: &Permit<Decide, DoctorId>,
    licence: &OwnLicence,
    state: LicenceState,
    reply: &str,
    by: UserId,
) -> Result<()> {
    let now = tx.now();
    licence_versions::keep_first(tx, licence.id).await?;
    let changed = sqlx::query!(
        "update licences set state = $3, reply = $4, decided_by = $5, decided_at = $6, version = version + 1
         where id = $1 and doctor_id = $2 and version = $7",
        licence.id.uuid(),
        permit.id().uuid(),
        state.as_str(),
        reply,
        by.uuid(),
        now.to_sqlx(),
        licence.version
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if changed != 1 {
        return Err(Code::Stale.into());
    }
    licence_versions::keep(tx, licence.id).await?;
    if state == LicenceState::Approved {
        replace_renewed(tx, permit, licence.id).await?;
    }
    Ok(())
}

/// Replaces the licence that an approved one renews.
async fn replace_renewed(tx: &mut Tx, permit: &Permit<Decide, DoctorId>, approved: LicenceId) -> Result<()> {
    let renewed = sqlx::query_scalar!(
        "select o.id from licences x join licences o on o.id = x.renews
         where x.id = $1 and o.doctor_id = $2 and o.state = 'approved'",
        approved.uuid(),
        permit.id().uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(renewed) = renewed.map(LicenceId::from) else { return Ok(()) };
    licence_versions::keep_first(tx, renewed).await?;
    sqlx::query!("update licences set state = 'replaced', version = version + 1 where id = $1", renewed.uuid())
        .execute(tx.connection())
        .await?;
    licence_versions::keep(tx, renewed).await
}

/// Licences of verified doctors in a state.
pub(in crate::directory) async fn list(
    connection: &mut PgConnection,
    scope: &Scope,
    wanted: LicenceState,
    after: Option<LicenceId>,
    limit: i64,
) -> Result<Vec<LicenceRow>> {
    let rows = sqlx::query!(
        "select l.id, d.full_name, l.authority, l.country, l.expires_on, l.created_at from licences l join doctors d on d.id = l.doctor_id
         where l.state = $1 and d.status = 'verified'
           and ($2::uuid is null or exists (
             select from role_held m where m.user_id = d.user_id and m.clinic_id = $2))
           and ($3::uuid is null or (l.created_at, l.id) > (select x.created_at, x.id from licences x where x.id = $3))
         order by l.created_at, l.id limit $4",
        wanted.as_str(),
        scope.clinic.map(ClinicId::uuid),
        after.map(LicenceId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(LicenceRow {
                id: row.id.into(),
                doctor_name: row.full_name,
                authority: row.authority,
                country: country(&row.country)?,
                expires_on: row.expires_on.to_jiff(),
                sent_at: row.created_at.to_jiff(),
            })
        })
        .collect()
}

/// How many licences of verified doctors wait for a review.
pub(in crate::directory) async fn waiting(connection: &mut PgConnection, scope: &Scope) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) as \"waiting!\" from licences l join doctors d on d.id = l.doctor_id
         where l.state = 'waiting' and d.status = 'verified'
           and ($1::uuid is null or exists (select from role_held m where m.user_id = d.user_id and m.clinic_id = $1))",
        scope.clinic.map(ClinicId::uuid)
    )
    .fetch_one(connection)
    .await?)
}

/// The licences of whose end their doctors must be warned today, and have not been: 60, 30 or 7 days before it.
pub(in crate::directory) async fn near_end(
    connection: &mut PgConnection,
    today: Date,
    limit: i64,
) -> Result<Vec<(DoctorId, LicenceId)>> {
    let rows = sqlx::query!(
        "select l.id, l.doctor_id from licences l join doctors d on d.id = l.doctor_id join account a on a.user_id = d.user_id
         where l.state = 'approved' and d.status = 'verified' and a.suspended_at is null
           and l.expires_on >= $1::date and l.expires_on <= $1::date + 60
           and (l.warned_days is null
             or (l.expires_on <= $1::date + 30 and l.warned_days > 30)
             or (l.expires_on <= $1::date + 7 and l.warned_days > 7))
         order by l.expires_on, l.id limit $2",
        today.to_sqlx(),
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.doctor_id.into(), row.id.into())).collect())
}

/// What a mail about a licence says.
pub(in crate::directory) async fn brief(connection: &mut PgConnection, licence: LicenceId) -> Result<LicenceBrief> {
    let row = sqlx::query!("select authority, expires_on, state, reply from licences where id = $1", licence.uuid())
        .fetch_one(connection)
        .await?;
    let state = state(&row.state)?;
    // One that waits with a reply waits again: the doctor has added a document before the mail was written.
    let is_answered = state == LicenceState::Waiting && row.reply.is_some();
    Ok(LicenceBrief {
        authority: row.authority,
        expires_on: row.expires_on.to_jiff(),
        reply: row.reply.unwrap_or_default(),
        approved: state == LicenceState::Approved,
        more_asked: state == LicenceState::MoreAsked || is_answered,
    })
}

/// Notes that the doctor was warned this many days before the end; `false` if they were already.
pub(in crate::directory) async fn set_warned(
    tx: &mut Tx,
    permit: &Permit<Write, DoctorId>,
    licence: LicenceId,
    days: i32,
) -> Result<bool> {
    let days = i16::try_from(days).map_err(Error::internal)?;
    let changed = sqlx::query!(
        "update licences set warned_days = $3 where id = $1 and doctor_id = $2 and (warned_days is null or warned_days > $3)",
        licence.uuid(),
        permit.id().uuid(),
        days
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    Ok(changed == 1)
}

fn state(text: &str) -> Result<LicenceState> {
    LicenceState::parse(text).map_err(|_| Error::internal("an unknown state of a licence"))
}
