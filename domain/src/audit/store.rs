//! Writing audit rows.

use super::entry::{Audit, Outcome, Row};
use crate::{
    Result,
    access::{ActionKind, AuditedRead, Facts, ResourceKind},
    db::Tx,
    vault::Purpose,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::audit::AuditAction;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

/// Writes the entry in the transaction of the change that it records. A read that was already written in this request is not written again, unless it needed
/// break-glass: then each one is written, with the id under which the reason is kept. Returns the reads that it wrote, to be noted after the commit
/// ([`Access::note_audited`](crate::access::Access::note_audited)).
pub(crate) async fn insert(tx: &mut Tx, mut entry: Audit) -> Result<Vec<AuditedRead>> {
    let mut reads = Vec::new();
    if let Some(relation) = tx.relation().filter(|_| !entry.patients.is_empty()) {
        entry = entry.with("allowed_by", relation.as_str());
    }
    if let Some(glass) = tx.break_glass() {
        entry = entry.with_id("break_glass", glass);
    } else if entry.outcome == Outcome::Read {
        let (action, resource) = (entry.action, entry.resource);
        reads.extend(entry.patients.iter().map(|patient| AuditedRead { action, patient: *patient, resource }));
        reads.retain(|read| !tx.access().has_audited(read));
        if reads.is_empty() {
            return Ok(reads);
        }
        entry.patients = reads.iter().map(|read| read.patient).collect();
    }
    let (row, mac, era) = seal_row(tx, &entry);
    write(tx.connection(), &row, &mac, era).await?;
    Ok(reads)
}

/// Records that a signed-in user was refused. It uses the side pool, so the row stays even though the use case rolls back.
pub(crate) async fn refused(tx: &Tx, action: ActionKind, resource: ResourceKind, id: Uuid, facts: &Facts) -> Result<()> {
    let entry = Audit::refused(AuditAction::AccessRefused).on(resource, id).with("action", action.as_str());
    let entry = facts.patient.into_iter().fold(entry, Audit::patient);
    let (row, mac, era) = seal_row(tx, &entry);
    write(tx.domain().side(), &row, &mac, era).await
}

/// Creates monthly partitions for a year ahead; needs the role that owns the schema.
pub(crate) async fn ensure_partitions(owner: &mut PgConnection, now: Timestamp) -> Result<()> {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    sqlx::query!("select ensure_audit_partitions($1, 13)", today.to_sqlx()).execute(owner).await?;
    Ok(())
}

/// The canonical bytes of the oldest row, and its MAC.
pub(crate) async fn oldest(connection: &mut PgConnection) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
    let row = sqlx::query!("select body, mac from audit_events order by at, id limit 1").fetch_optional(connection).await?;
    Ok(row.map(|row| (row.body, row.mac)))
}

fn seal_row(tx: &Tx, entry: &Audit) -> (Row, Vec<u8>, i16) {
    let domain = tx.domain();
    let row = Row::new(domain.new_id(), tx.now(), domain.era(), tx.access(), entry);
    let mac = domain.vault().mac(Purpose::Audit, &[&row.body]);
    (row, mac, domain.era())
}

async fn write(executor: impl PgExecutor<'_>, row: &Row, mac: &[u8], era: i16) -> Result<()> {
    sqlx::query!(
        "insert into audit_events
           (id, at, era, action, outcome, actor_user_id, actor_role, patient_ids, resource_kind, resource_id, body, mac)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        row.id.uuid(),
        row.at.to_sqlx(),
        era,
        row.action,
        row.outcome,
        row.user,
        row.role,
        &row.patients,
        row.resource_kind,
        row.resource_id,
        &row.body,
        mac
    )
    .execute(executor)
    .await?;
    Ok(())
}
