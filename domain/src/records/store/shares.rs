//! Shared items of records, in the database.

use super::super::shares::SharesOf;
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Cancel, Create, Read},
    },
    db::Tx,
    identity::new_hash,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{EventId, PatientId, RecordShareId},
    records::{OPENINGS_SHOWN, SHARES_SHOWN, ShareLife, ShareRow, ShareState, TimelineKind},
};
use uuid::Uuid;

/// The advisory lock under which the links of a patient are counted.
const COUNT_LOCK: i32 = 0x7368_6172;

/// A share that was found by its link.
pub(in super::super) struct Found {
    pub(in super::super) id: RecordShareId,
    pub(in super::super) patient: PatientId,
    pub(in super::super) kind: TimelineKind,
    pub(in super::super) item: Uuid,
    pub(in super::super) expires_at: Timestamp,
    pub(in super::super) is_ended: bool,
}

/// The patient of a share.
pub(in super::super) async fn patient_of(tx: &mut Tx, share: RecordShareId) -> Result<Option<PatientId>> {
    let patient = sqlx::query_scalar!("select patient_id from record_shares where id = $1", share.uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(patient.map(Into::into))
}

/// Inserts a share with a new link.
pub(in super::super) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, SharesOf>,
    (kind, item): (TimelineKind, Uuid),
    life: ShareLife,
) -> Result<RecordShareId> {
    let (id, now, by) = (tx.new_id::<RecordShareId>(), tx.now(), tx.access().acting()?.user);
    let hash = new_hash(tx.domain(), id.uuid());
    let expires_at = now + life.duration();
    sqlx::query!(
        "insert into record_shares (id, patient_id, kind, item_id, token_hash, shared_by, shared_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.uuid(),
        permit.id().0.uuid(),
        kind.as_str(),
        item,
        &hash[..],
        by.uuid(),
        now.to_sqlx(),
        expires_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// How many links of a patient work. Other requests that make one wait until the transaction ends, so that none is counted past another.
pub(in super::super) async fn count_open(tx: &mut Tx, permit: &Permit<Create, SharesOf>) -> Result<i64> {
    let (patient, now) = (permit.id().0, tx.now());
    sqlx::query!("select pg_advisory_xact_lock($1, hashtext($2))", COUNT_LOCK, patient.to_string())
        .execute(tx.connection())
        .await?;
    let open = sqlx::query_scalar!(
        "select count(*) as \"open!\" from record_shares where patient_id = $1 and ended_at is null and expires_at > $2",
        patient.uuid(),
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(open)
}

/// The shares of a patient that work, and the newest others, each with the hash of its token. The tokens are missing.
pub(in super::super) async fn list(tx: &mut Tx, permit: &Permit<Read, SharesOf>) -> Result<Vec<(ShareRow, Vec<u8>)>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select s.id, s.kind, s.item_id, s.token_hash, u.name as \"by!\", s.shared_at, s.expires_at, s.ended_at,
           (select count(*) from record_share_openings o where o.share_id = s.id) as \"openings!\",
           array(select o.opened_at from record_share_openings o where o.share_id = s.id order by o.opened_at desc limit $3)
             as \"opened_at!: Vec<jiff_sqlx::Timestamp>\"
         from record_shares s join person_name u on u.user_id = s.shared_by
         where s.patient_id = $1 and ((s.ended_at is null and s.expires_at > $4)
           or s.id in (select n.id from record_shares n where n.patient_id = $1 order by n.id desc limit $2))
         order by s.id desc",
        permit.id().0.uuid(),
        i64::try_from(SHARES_SHOWN).map_err(Error::internal)?,
        i64::try_from(OPENINGS_SHOWN).map_err(Error::internal)?,
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let expires_at = row.expires_at.to_jiff();
            let state = match row.ended_at {
                Some(_) => ShareState::Ended,
                None if expires_at <= now => ShareState::Expired,
                None => ShareState::Open,
            };
            let view = ShareRow {
                id: row.id.into(),
                kind: kind_of(&row.kind)?,
                item: row.item_id,
                token: None,
                by: row.by,
                shared_at: row.shared_at.to_jiff(),
                expires_at,
                state,
                openings: row.openings,
                opened_at: row.opened_at.into_iter().map(jiff_sqlx::Timestamp::to_jiff).collect(),
            };
            Ok((view, row.token_hash))
        })
        .collect()
}

/// The share of a link.
pub(in super::super) async fn find(tx: &mut Tx, hash: &[u8]) -> Result<Option<Found>> {
    let row =
        sqlx::query!("select id, patient_id, kind, item_id, expires_at, ended_at from record_shares where token_hash = $1", hash)
            .fetch_optional(tx.connection())
            .await?;
    row.map(|row| {
        Ok(Found {
            id: row.id.into(),
            patient: row.patient_id.into(),
            kind: kind_of(&row.kind)?,
            item: row.item_id,
            expires_at: row.expires_at.to_jiff(),
            is_ended: row.ended_at.is_some(),
        })
    })
    .transpose()
}

/// Counts an opening; `false` if the link was ended in this moment.
pub(in super::super) async fn opened(tx: &mut Tx, share: RecordShareId) -> Result<bool> {
    let (id, now) = (tx.new_id::<EventId>(), tx.now());
    let done = sqlx::query!(
        "insert into record_share_openings (id, share_id, opened_at)
         select $1::uuid, s.id, $3::timestamptz from record_shares s where s.id = $2 and s.ended_at is null",
        id.uuid(),
        share.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a share; `false` if it was ended before.
pub(in super::super) async fn end(tx: &mut Tx, permit: &Permit<Cancel, RecordShareId>) -> Result<bool> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "update record_shares set ended_at = $2, ended_by = $3 where id = $1 and ended_at is null",
        permit.id().uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets no link work any more; how many did.
pub(in super::super) async fn expire_all(tx: &mut Tx) -> Result<u64> {
    let now = tx.now();
    let expired = sqlx::query!(
        "update record_shares set expires_at = shared_at + interval '1 microsecond' where ended_at is null and expires_at > $1",
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(expired.rows_affected())
}

fn kind_of(text: &str) -> Result<TimelineKind> {
    TimelineKind::parse(text).map_err(|_| Error::internal("a shared item of an unknown kind"))
}
