//! Clinics, their versions and their closures in the database.

use super::{closure_changes, doctors::country, profile::parse_currency};
use crate::{
    Error, Result,
    access::{
        Facts, Permit, ResourceKind, Subject,
        actions::{Create, Read, Write},
    },
    db::Tx,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::{
    directory::{ClinicChange, ClinicField, ClinicRow, ClinicView, ClosureView, Country, GuardiansSee},
    errors::Code,
    ids::{ClinicClosureId, ClinicId, FileId, UserId},
    locale::TimeZoneName,
    money::Currency,
    place::Position,
};
use sqlx::PgConnection;
use std::{cmp::Reverse, collections::BTreeSet};
use uuid::Uuid;

/// What can be changed about a clinic, after its checks.
pub(in crate::directory) struct Parsed {
    pub(in crate::directory) name: String,
    pub(in crate::directory) time_zone: TimeZoneName,
    pub(in crate::directory) country: Country,
    pub(in crate::directory) address_lines: Vec<String>,
    pub(in crate::directory) phone: Option<String>,
    /// The postcode by which it is found, as it is shown.
    pub(in crate::directory) postcode: Option<String>,
    /// Where it is on the map.
    pub(in crate::directory) position: Option<Position>,
    /// Further lines in the head of documents.
    pub(in crate::directory) letterhead_lines: Vec<String>,
    /// From Monday to Sunday.
    pub(in crate::directory) opening_hours: Vec<String>,
    /// What guardians of teenagers see.
    pub(in crate::directory) guardians_of_teens: GuardiansSee,
}

/// A clinic that does not exist yet. It belongs to no clinic, so only a role in all clinics covers it.
#[derive(Debug, Clone, Copy)]
pub(in crate::directory) struct NewClinic(pub(in crate::directory) ClinicId);

impl Subject for NewClinic {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, _: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(Facts::default()))
    }
}

impl Subject for ClinicId {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        let found = if lock {
            // Rows that refer to the clinic can still be inserted.
            sqlx::query_scalar!("select id from clinics where id = $1 for no key update", self.uuid())
                .fetch_optional(tx.connection())
                .await?
        } else {
            sqlx::query_scalar!("select id from clinics where id = $1", self.uuid()).fetch_optional(tx.connection()).await?
        };
        Ok(found.map(|_| Facts { clinics: BTreeSet::from([self]), ..Facts::default() }))
    }
}

/// A closure that has not been removed.
impl Subject for ClinicClosureId {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        let found = if lock {
            sqlx::query_scalar!(
                "select clinic_id from clinic_closures where id = $1 and removed_at is null for update",
                self.uuid()
            )
            .fetch_optional(tx.connection())
            .await?
        } else {
            sqlx::query_scalar!("select clinic_id from clinic_closures where id = $1 and removed_at is null", self.uuid())
                .fetch_optional(tx.connection())
                .await?
        };
        Ok(found.map(|clinic| Facts { clinics: BTreeSet::from([clinic.into()]), ..Facts::default() }))
    }
}

/// The clinics, by name.
pub(in crate::directory) async fn list(connection: &mut PgConnection, only: Option<ClinicId>) -> Result<Vec<ClinicRow>> {
    let rows = sqlx::query!(
        "select id, name, country, time_zone, phone from clinics where $1::uuid is null or id = $1 order by name, id",
        only.map(ClinicId::uuid)
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let country = country(&row.country)?;
            Ok(ClinicRow { id: row.id.into(), name: row.name, country, time_zone: row.time_zone, phone: row.phone })
        })
        .collect()
}

/// One clinic, with the closures that are not over and all its changes.
pub(in crate::directory) async fn read(tx: &mut Tx, permit: &Permit<Read, ClinicId>) -> Result<ClinicView> {
    let (id, now) = (permit.id(), tx.now());
    let row = sqlx::query!(
        "select name, time_zone, country, currency, address_lines, phone, opening_hours, guardians_of_teens, letterhead_lines, version,
           postcode, latitude_e5, longitude_e5
         from clinics where id = $1",
        id.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let closures = sqlx::query!(
        "select x.id, x.first_day, x.last_day, x.reason from clinic_closures x join clinics c on c.id = x.clinic_id
         where x.clinic_id = $1 and x.removed_at is null and x.last_day >= ($2::timestamptz at time zone c.time_zone)::date
         order by x.first_day, x.id",
        id.uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    let closures = closures.into_iter().map(|row| ClosureView {
        id: row.id.into(),
        first_day: row.first_day.to_jiff(),
        last_day: row.last_day.to_jiff(),
        reason: row.reason,
    });
    Ok(ClinicView {
        id,
        name: row.name,
        time_zone: row.time_zone,
        country: country(&row.country)?,
        currency: parse_currency(&row.currency)?,
        address_lines: row.address_lines,
        phone: row.phone,
        postcode: row.postcode,
        position: position(row.latitude_e5, row.longitude_e5)?,
        letterhead_lines: row.letterhead_lines,
        logo: logo(tx, id).await?,
        opening_hours: row.opening_hours,
        guardians_of_teens: GuardiansSee::parse(&row.guardians_of_teens)
            .map_err(|_| Error::internal("a clinic lets guardians see something unknown"))?,
        closures: closures.collect(),
        history: history(tx, id).await?,
        version: row.version,
    })
}

/// The position of a clinic from its columns, which are both there or both missing.
fn position(latitude_e5: Option<i32>, longitude_e5: Option<i32>) -> Result<Option<Position>> {
    let (Some(latitude_e5), Some(longitude_e5)) = (latitude_e5, longitude_e5) else { return Ok(None) };
    Position::new(latitude_e5, longitude_e5).map(Some).ok_or_else(|| Error::internal("a clinic is nowhere on the earth"))
}

/// The logo that is printed now.
pub(in crate::directory) async fn logo(tx: &mut Tx, clinic: ClinicId) -> Result<Option<FileId>> {
    let file = sqlx::query_scalar!("select file_id as \"file_id!\" from clinic_logo where clinic_id = $1", clinic.uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(file.map(Into::into))
}

/// A version of a clinic, as texts in the order of [`ClinicField::ALL`], without the closures, which come last there.
struct Version {
    number: i32,
    by: Option<String>,
    at: Option<jiff::Timestamp>,
    texts: [String; 10],
}

/// The changes of a clinic and of the days on which it is closed, newest first.
async fn history(tx: &mut Tx, clinic: ClinicId) -> Result<Vec<ClinicChange>> {
    let rows = sqlx::query!(
        "select v.version as \"version!\", v.name as \"name!\", v.time_zone as \"time_zone!\", v.country as \"country!\",
           v.address_lines as \"address_lines!\", v.phone as \"phone?\", v.opening_hours as \"opening_hours!\",
           v.guardians_of_teens as \"guardians_of_teens!\", v.letterhead_lines as \"letterhead_lines!\", v.postcode as \"postcode?\",
           v.latitude_e5 as \"latitude_e5?\", v.longitude_e5 as \"longitude_e5?\", v.changed_at as \"changed_at?\",
           p.name as \"by?\"
         from clinic_versions v left join person_name p on p.user_id = v.changed_by where v.clinic_id = $1 order by v.version",
        clinic.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let versions: Vec<Version> = rows
        .into_iter()
        .map(|row| Version {
            number: row.version,
            by: row.by,
            at: row.changed_at.map(jiff_sqlx::Timestamp::to_jiff),
            texts: [
                row.name,
                row.time_zone,
                row.country,
                row.address_lines.join("\n"),
                row.phone.unwrap_or_default(),
                row.opening_hours.join("\n"),
                row.guardians_of_teens,
                row.letterhead_lines.join("\n"),
                row.postcode.unwrap_or_default(),
                row.latitude_e5
                    .zip(row.longitude_e5)
                    .and_then(|(latitude_e5, longitude_e5)| Position::new(latitude_e5, longitude_e5))
                    .map(|position| position.written().join(", "))
                    .unwrap_or_default(),
            ],
        })
        .collect();
    let change = |pair: &[Version]| {
        let [before, after] = pair else { return None };
        let texts = before.texts.iter().zip(&after.texts);
        let changed = ClinicField::ALL.iter().copied().zip(texts).filter(|(_, (old, new))| old != new);
        let changed = changed.map(|(field, (old, new))| (field, old.clone(), new.clone())).collect();
        Some(ClinicChange { version: after.number, by: after.by.clone(), at: after.at, changed })
    };
    let mut changes: Vec<ClinicChange> = versions.windows(2).rev().filter_map(change).collect();
    changes.extend(closure_changes::of_clinic(tx, clinic).await?);
    changes.sort_by_key(|change| Reverse(change.at));
    Ok(changes)
}

/// Inserts a clinic, and its first version.
pub(in crate::directory) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, NewClinic>,
    clinic: &Parsed,
    currency: Currency,
) -> Result<()> {
    let (NewClinic(id), by) = (permit.id(), tx.access().acting()?.user);
    insert_first(tx, id, clinic, currency, by).await
}

/// Inserts the first clinic of an installation, and its first version. Nobody could give a permit for it yet.
pub(in crate::directory) async fn insert_first(
    tx: &mut Tx,
    id: ClinicId,
    clinic: &Parsed,
    currency: Currency,
    by: UserId,
) -> Result<()> {
    sqlx::query!(
        "insert into clinics (id, name, time_zone, country, currency, address_lines, phone, opening_hours, guardians_of_teens,
           letterhead_lines, postcode, latitude_e5, longitude_e5)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        id.uuid(),
        clinic.name,
        clinic.time_zone.as_str(),
        clinic.country.as_str(),
        currency.as_str(),
        &clinic.address_lines,
        clinic.phone,
        &clinic.opening_hours,
        clinic.guardians_of_teens.as_str(),
        &clinic.letterhead_lines,
        clinic.postcode,
        clinic.position.map(Position::latitude_e5),
        clinic.position.map(Position::longitude_e5)
    )
    .execute(tx.connection())
    .await?;
    keep_version(tx, id, by).await
}

/// Changes a clinic, if its version is still the given one, and keeps the version before and the one after.
///
/// # Errors
/// `request.stale`.
pub(in crate::directory) async fn edit(
    tx: &mut Tx,
    permit: &Permit<Write, ClinicId>,
    clinic: &Parsed,
    version: i32,
) -> Result<()> {
    let id = permit.id();
    // What was there before a clinic was first changed here has no version yet.
    sqlx::query!(
        "insert into clinic_versions
           (clinic_id, version, name, time_zone, country, currency, address_lines, phone, opening_hours, guardians_of_teens, letterhead_lines,
           postcode, latitude_e5, longitude_e5)
         select id, version, name, time_zone, country, currency, address_lines, phone, opening_hours, guardians_of_teens, letterhead_lines,
           postcode, latitude_e5, longitude_e5
         from clinics where id = $1
         on conflict do nothing",
        id.uuid()
    )
    .execute(tx.connection())
    .await?;
    let done = sqlx::query!(
        "update clinics set name = $2, time_zone = $3, country = $4, address_lines = $5, phone = $6, opening_hours = $7,
           guardians_of_teens = $9, letterhead_lines = $10, postcode = $11, latitude_e5 = $12, longitude_e5 = $13, version = version + 1
         where id = $1 and version = $8",
        id.uuid(),
        clinic.name,
        clinic.time_zone.as_str(),
        clinic.country.as_str(),
        &clinic.address_lines,
        clinic.phone,
        &clinic.opening_hours,
        version,
        clinic.guardians_of_teens.as_str(),
        &clinic.letterhead_lines,
        clinic.postcode,
        clinic.position.map(Position::latitude_e5),
        clinic.position.map(Position::longitude_e5)
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Code::Stale.into());
    }
    let by = tx.access().acting()?.user;
    keep_version(tx, id, by).await
}

/// Keeps what a clinic is now as its version, made by this user.
async fn keep_version(tx: &mut Tx, clinic: ClinicId, by: UserId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "insert into clinic_versions
           (clinic_id, version, name, time_zone, country, currency, address_lines, phone, opening_hours, guardians_of_teens,
           letterhead_lines, postcode, latitude_e5, longitude_e5, changed_by, changed_at)
         select id, version, name, time_zone, country, currency, address_lines, phone, opening_hours, guardians_of_teens, letterhead_lines,
           postcode, latitude_e5, longitude_e5,
           $2::uuid, $3::timestamptz
         from clinics where id = $1",
        clinic.uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The time zone of a clinic.
pub(in crate::directory) async fn zone(tx: &mut Tx, permit: &Permit<Write, ClinicId>) -> Result<String> {
    let clinic = permit.id().uuid();
    Ok(sqlx::query_scalar!("select time_zone from clinics where id = $1", clinic).fetch_one(tx.connection()).await?)
}

/// Inserts a closure; `None` if the clinic is already closed on exactly these days.
pub(in crate::directory) async fn insert_closure(
    tx: &mut Tx,
    permit: &Permit<Write, ClinicId>,
    first: Date,
    last: Date,
    reason: &str,
) -> Result<Option<ClinicClosureId>> {
    let (id, now, by) = (tx.new_id::<ClinicClosureId>(), tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "insert into clinic_closures (id, clinic_id, first_day, last_day, reason, added_by, added_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
        id.uuid(),
        permit.id().uuid(),
        first.to_sqlx(),
        last.to_sqlx(),
        reason,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

/// Removes a closure; returns its clinic.
pub(in crate::directory) async fn remove_closure(tx: &mut Tx, permit: &Permit<Write, ClinicClosureId>) -> Result<Uuid> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    Ok(sqlx::query_scalar!(
        "update clinic_closures set removed_by = $2, removed_at = $3 where id = $1 and removed_at is null returning clinic_id",
        permit.id().uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::NotFound)?)
}
