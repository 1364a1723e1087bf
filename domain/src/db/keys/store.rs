//! The rows of `installation_keys`.

use super::check_value;
use crate::{
    Error, Result, audit,
    randomness::Randomness,
    vault::{Key, KeyNumber, MasterError, MasterKey, PatientKey, Purpose, Vault},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::PatientId;
use sqlx::PgConnection;
use uuid::Uuid;

/// One stored key.
#[derive(Clone)]
pub(super) struct KeyRow {
    pub(super) purpose: Purpose,
    pub(super) number: KeyNumber,
    pub(super) wrapped: Vec<u8>,
    pub(super) wrapped_by: String,
    pub(super) check_value: Vec<u8>,
    pub(super) created_at: Timestamp,
    pub(super) retired_at: Option<Timestamp>,
}

impl KeyRow {
    /// Wraps a key.
    pub(super) async fn wrap(
        (purpose, number): (Purpose, KeyNumber),
        key: &Key,
        master: &dyn MasterKey,
        source: &dyn Randomness,
        now: Timestamp,
    ) -> Result<Self, MasterError> {
        Ok(Self {
            purpose,
            number,
            wrapped: master.wrap(source, &place(purpose, number), key).await?,
            wrapped_by: master.name().to_owned(),
            check_value: check_value(purpose, key).to_vec(),
            created_at: now,
            retired_at: None,
        })
    }

    /// What the wrapped key is bound to.
    pub(super) fn place(&self) -> String {
        place(self.purpose, self.number)
    }
}

fn place(purpose: Purpose, number: KeyNumber) -> String {
    format!("installation_keys/{}/{number}", purpose.as_str())
}

/// Which tables a database has, whatever its schema is.
pub(super) struct Tables {
    /// `installation_keys`.
    pub(super) keys: bool,
    /// `patient_keys` and `audit_events`.
    pub(super) data: bool,
}

pub(super) async fn tables(connection: &mut PgConnection) -> Result<Tables> {
    let row = sqlx::query!(
        "select to_regclass('public.installation_keys') is not null as \"keys!\",
           to_regclass('public.patient_keys') is not null and to_regclass('public.audit_events') is not null as \"data!\""
    )
    .fetch_one(connection)
    .await?;
    Ok(Tables { keys: row.keys, data: row.data })
}

/// All keys, by purpose and number. A purpose that only a newer version knows is left out.
pub(super) async fn rows(connection: &mut PgConnection) -> Result<Vec<KeyRow>> {
    let rows = sqlx::query!(
        "select purpose, number, wrapped, wrapped_by, check_value, created_at, retired_at from installation_keys order by purpose, number"
    )
    .fetch_all(connection)
    .await?;
    let known = rows.into_iter().filter_map(|row| {
        Some(KeyRow {
            purpose: Purpose::parse(&row.purpose)?,
            number: KeyNumber::new(row.number)?,
            wrapped: row.wrapped,
            wrapped_by: row.wrapped_by,
            check_value: row.check_value,
            created_at: row.created_at.to_jiff(),
            retired_at: row.retired_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    Ok(known.collect())
}

/// Keeps everybody else from writing keys until the end of the transaction.
pub(super) async fn lock(connection: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql("lock table installation_keys in share row exclusive mode").execute(connection).await?;
    Ok(())
}

pub(super) async fn insert(connection: &mut PgConnection, row: &KeyRow) -> Result<()> {
    sqlx::query!(
        "insert into installation_keys (purpose, number, wrapped, wrapped_by, check_value, created_at) values ($1, $2, $3, $4, $5, $6)",
        row.purpose.as_str(),
        row.number.get(),
        row.wrapped,
        row.wrapped_by,
        row.check_value,
        row.created_at.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Retires the key of a purpose that is in use.
pub(super) async fn retire(connection: &mut PgConnection, purpose: Purpose, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update installation_keys set retired_at = $2 where purpose = $1 and retired_at is null",
        purpose.as_str(),
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces the wrapping of a key; the key stays the same.
pub(super) async fn rewrap(connection: &mut PgConnection, row: &KeyRow) -> Result<()> {
    let done = sqlx::query!(
        "update installation_keys set wrapped = $3, wrapped_by = $4 where purpose = $1 and number = $2",
        row.purpose.as_str(),
        row.number.get(),
        row.wrapped,
        row.wrapped_by
    )
    .execute(connection)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::internal("a key vanished under its lock")) }
}

/// Something that a version before schema 30 has written with a key: the oldest wrapped key of a patient, and the oldest audit row with its MAC.
pub(super) struct Sample {
    pub(super) patient: Option<(PatientId, Vec<u8>)>,
    pub(super) audited: Option<(Vec<u8>, Vec<u8>)>,
}

pub(super) async fn sample(connection: &mut PgConnection) -> Result<Sample> {
    let patient = sqlx::query!("select patient_id, wrapped from patient_keys order by patient_id limit 1")
        .fetch_optional(&mut *connection)
        .await?
        .map(|row| (PatientId::from(row.patient_id), row.wrapped));
    Ok(Sample { patient, audited: audit::oldest(connection).await? })
}

/// Wraps the patients' keys with the newest key, a batch in each statement; returns how many were wrapped anew, and how many do not open.
pub(super) async fn rewrap_patients(connection: &mut PgConnection, vault: &Vault, source: &dyn Randomness) -> Result<(u64, u64)> {
    const BATCH: i64 = 1_000;
    let (mut after, mut wrapped, mut closed) = (Uuid::nil(), 0, 0);
    loop {
        let rows = sqlx::query!(
            "select patient_id, wrapped from patient_keys where patient_id > $1 order by patient_id limit $2",
            after,
            BATCH
        )
        .fetch_all(&mut *connection)
        .await?;
        let Some(last) = rows.last() else { return Ok((wrapped, closed)) };
        after = last.patient_id;
        let (mut ids, mut old, mut new) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows.into_iter().filter(|row| !vault.is_newest(Purpose::Wrap, &row.wrapped)) {
            let Ok(key) = PatientKey::unwrap(row.patient_id.into(), vault, &row.wrapped) else {
                closed += 1;
                continue;
            };
            ids.push(row.patient_id);
            old.push(row.wrapped);
            new.push(key.wrap(vault, source));
        }
        // A key that was destroyed meanwhile stays destroyed.
        let done = sqlx::query!(
            "update patient_keys k set wrapped = t.new from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as t(id, old, new)
             where k.patient_id = t.id and k.wrapped = t.old",
            &ids,
            &old,
            &new
        )
        .execute(&mut *connection)
        .await?;
        wrapped += done.rows_affected();
    }
}

/// How many patients' keys each key has wrapped: its number and the count.
pub(super) async fn patients_by_key(connection: &mut PgConnection) -> Result<Vec<(KeyNumber, i64)>> {
    // The header of format 2: the byte 2 and the number.
    let rows = sqlx::query!(
        "select (case when get_byte(wrapped, 0) = 2 then get_byte(wrapped, 1) * 256 + get_byte(wrapped, 2) else 1 end)::smallint as \"number!\",
           count(*) as \"patients!\"
         from patient_keys group by 1 order by 1"
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((KeyNumber::new(row.number)?, row.patients))).collect())
}
