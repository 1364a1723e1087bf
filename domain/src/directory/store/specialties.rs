//! Specialties and their versions in the database.

use crate::{
    Error, Result,
    access::{
        Facts, Permit, ResourceKind, Subject,
        actions::{Create, Read, Write},
    },
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{ManagedSpecialty, SpecialtyRow, SpecialtyVersion},
    errors::Code,
    ids::{SpecialtyId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// A specialty that does not exist yet. It belongs to no clinic, so only a role in all clinics covers it.
#[derive(Debug, Clone, Copy)]
pub(in crate::directory) struct NewSpecialty(pub(in crate::directory) SpecialtyId);

impl Subject for NewSpecialty {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            lock_all(tx).await?;
        }
        Ok(Some(Facts::default()))
    }
}

/// Specialties belong to the organisation and to no clinic, so only a role in all clinics covers them.
impl Subject for SpecialtyId {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            lock_all(tx).await?;
        }
        let found =
            sqlx::query_scalar!("select id from specialties where id = $1", self.uuid()).fetch_optional(tx.connection()).await?;
        Ok(found.map(|_| Facts::default()))
    }
}

/// Locks all specialties in the order of their ids, so that two administrators who give the same name wait for each other. Doctors can still be added.
async fn lock_all(tx: &mut Tx) -> Result<()> {
    sqlx::query_scalar!("select id from specialties order by id for no key update").fetch_all(tx.connection()).await?;
    Ok(())
}

/// All specialties, those that are offered first, by name.
pub(in crate::directory) async fn list(connection: &mut PgConnection) -> Result<Vec<SpecialtyRow>> {
    let rows = sqlx::query!(
        "select s.id, s.slug, s.name, s.retired, s.version,
           (select count(*) from doctor_specialties ds where ds.specialty_id = s.id) as \"doctors!\"
         from specialties s order by s.retired, s.name, s.slug"
    )
    .fetch_all(connection)
    .await?;
    let row = rows.into_iter().map(|row| SpecialtyRow {
        id: row.id.into(),
        slug: row.slug,
        name: row.name,
        retired: row.retired,
        doctors: row.doctors,
        version: row.version,
    });
    Ok(row.collect())
}

/// One specialty, with its versions.
pub(in crate::directory) async fn read(tx: &mut Tx, permit: &Permit<Read, SpecialtyId>) -> Result<ManagedSpecialty> {
    let id = permit.id();
    let row = sqlx::query!(
        "select s.slug, s.name, s.retired, s.version,
           (select count(*) from doctor_specialties ds where ds.specialty_id = s.id) as \"doctors!\"
         from specialties s where s.id = $1",
        id.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let specialty =
        SpecialtyRow { id, slug: row.slug, name: row.name, retired: row.retired, doctors: row.doctors, version: row.version };
    let versions = sqlx::query!(
        "select v.version as \"version!\", v.name as \"name!\", v.retired as \"retired!\", v.changed_at as \"changed_at?\", p.name as \"by?\"
         from specialty_versions v left join person_name p on p.user_id = v.changed_by where v.specialty_id = $1 order by v.version desc",
        id.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let history = versions.into_iter().map(|row| SpecialtyVersion {
        version: row.version,
        name: row.name,
        retired: row.retired,
        by: row.by,
        at: row.changed_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(ManagedSpecialty { specialty, history: history.collect() })
}

/// Whether another specialty has the name, without regard to upper and lower case.
pub(in crate::directory) async fn is_taken(tx: &mut Tx, name: &str, except: SpecialtyId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from specialties where lower(name) = lower($1) and id <> $2) as \"taken!\"",
        name,
        except.uuid()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Inserts a specialty, and its first version.
///
/// # Errors
/// `directory.specialty_exists` when another one has the slug.
pub(in crate::directory) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, NewSpecialty>,
    slug: &str,
    name: &str,
) -> Result<()> {
    let (NewSpecialty(id), by) = (permit.id(), tx.access().acting()?.user);
    sqlx::query!("insert into specialties (id, slug, name) values ($1, $2, $3)", id.uuid(), slug, name)
        .execute(tx.connection())
        .await
        .map_err(|error| Error::on_constraint(error, &[("specialties_slug_key", Code::SpecialtyExists)]))?;
    keep_version(tx, id, by).await
}

/// Changes a specialty, if its version is still the given one, and keeps the version before and the one after. Returns whether it was retired before.
///
/// # Errors
/// `request.stale`.
pub(in crate::directory) async fn edit(
    tx: &mut Tx,
    permit: &Permit<Write, SpecialtyId>,
    name: &str,
    retired: bool,
    version: i32,
) -> Result<bool> {
    let (id, by) = (permit.id(), tx.access().acting()?.user);
    let was_retired = sqlx::query_scalar!("select retired from specialties where id = $1 and version = $2", id.uuid(), version)
        .fetch_optional(tx.connection())
        .await?
        .ok_or(Code::Stale)?;
    // What was there before a specialty was first changed here has no version yet.
    sqlx::query!(
        "insert into specialty_versions (specialty_id, version, name, retired)
         select id, version, name, retired from specialties where id = $1
         on conflict do nothing",
        id.uuid()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!("update specialties set name = $2, retired = $3, version = version + 1 where id = $1", id.uuid(), name, retired)
        .execute(tx.connection())
        .await?;
    keep_version(tx, id, by).await?;
    Ok(was_retired)
}

/// Keeps what a specialty is now as its version, made by this user.
async fn keep_version(tx: &mut Tx, specialty: SpecialtyId, by: UserId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "insert into specialty_versions (specialty_id, version, name, retired, changed_by, changed_at)
         select id, version, name, retired, $2::uuid, $3::timestamptz from specialties where id = $1",
        specialty.uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
