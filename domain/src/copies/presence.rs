//! Which copies run, and at which of them a patient has the page of a visit open: rows that each copy renews, and that run out when it is killed.

use super::CopyId;
use crate::{Domain, Result};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::ids::EncounterId;
use std::collections::BTreeSet;

/// How long a row lasts. A copy renews its rows three times within it, so that a slow database and clocks that differ by some seconds end none.
pub const LEASE: SignedDuration = SignedDuration::from_secs(15);

/// What a copy learns when it renews its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beat {
    /// The other copies that run.
    pub others: BTreeSet<CopyId>,
    /// Visits at which a patient was present, at a copy that was killed or has stopped. Each is given to one copy only, which looks whether the patient comes
    /// back.
    pub lapsed: Vec<EncounterId>,
}

/// Renews the rows of a copy: its own, and those of the visits that a patient follows there.
///
/// # Errors
/// `database.unavailable`.
pub async fn beat(domain: &Domain, me: CopyId, visits: &[EncounterId]) -> Result<Beat> {
    let (now, until) = (domain.now().to_sqlx(), (domain.now() + LEASE).to_sqlx());
    let mut connection = domain.pool().acquire().await?;
    sqlx::query!(
        "insert into server_copies (id, until) values ($1, $2) on conflict (id) do update set until = excluded.until",
        me.uuid(),
        until
    )
    .execute(&mut *connection)
    .await?;
    let present: Vec<_> = visits.iter().map(|visit| visit.uuid()).collect();
    if !present.is_empty() {
        sqlx::query!(
            "insert into present_patients (encounter_id, copy_id, until)
             select distinct p.visit, $2::uuid, $3::timestamptz from unnest($1::uuid[]) as p (visit) order by p.visit
             on conflict (encounter_id, copy_id) do update set until = excluded.until",
            &present,
            me.uuid(),
            until
        )
        .execute(&mut *connection)
        .await?;
    }
    let others = sqlx::query_scalar!("select id from server_copies where id <> $1 and until > $2", me.uuid(), now)
        .fetch_all(&mut *connection)
        .await?;
    sqlx::query!("delete from server_copies where until <= $1", now).execute(&mut *connection).await?;
    // Another copy that does the same now takes other rows.
    let lapsed = sqlx::query_scalar!(
        "delete from present_patients where ctid = any(array(
           select ctid from present_patients where until <= $1 for update skip locked)) returning encounter_id",
        now
    )
    .fetch_all(&mut *connection)
    .await?;
    Ok(Beat { others: others.into_iter().map(CopyId::of).collect(), lapsed: lapsed.into_iter().map(EncounterId::from).collect() })
}

/// A patient has opened the page of a visit at this copy.
///
/// # Errors
/// `database.unavailable`.
pub async fn enter(domain: &Domain, me: CopyId, visit: EncounterId) -> Result<()> {
    sqlx::query!(
        "insert into present_patients (encounter_id, copy_id, until) values ($1, $2, $3)
         on conflict (encounter_id, copy_id) do update set until = excluded.until",
        visit.uuid(),
        me.uuid(),
        (domain.now() + LEASE).to_sqlx()
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// The last such page at this copy is closed.
///
/// # Errors
/// `database.unavailable`.
pub async fn leave(domain: &Domain, me: CopyId, visit: EncounterId) -> Result<()> {
    sqlx::query!("delete from present_patients where encounter_id = $1 and copy_id = $2", visit.uuid(), me.uuid())
        .execute(domain.pool())
        .await?;
    Ok(())
}

/// Whether a patient has the page of the visit open at any copy.
///
/// # Errors
/// `database.unavailable`.
pub async fn is_present(domain: &Domain, visit: EncounterId) -> Result<bool> {
    let row = sqlx::query!(
        "select exists (select from present_patients where encounter_id = $1 and until > $2) as \"present!\"",
        visit.uuid(),
        domain.now().to_sqlx()
    )
    .fetch_one(domain.pool())
    .await?;
    Ok(row.present)
}

/// The copy stops. Its pages connect to other copies, which look at once whether they do.
///
/// # Errors
/// `database.unavailable`.
pub async fn end(domain: &Domain, me: CopyId) -> Result<()> {
    let mut connection = domain.pool().acquire().await?;
    sqlx::query!("delete from server_copies where id = $1", me.uuid()).execute(&mut *connection).await?;
    sqlx::query!("update present_patients set until = $2 where copy_id = $1", me.uuid(), domain.now().to_sqlx())
        .execute(&mut *connection)
        .await?;
    Ok(())
}
