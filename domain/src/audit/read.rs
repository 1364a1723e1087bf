//! Reading the audit log, for admins.

use super::{
    AuditAction,
    rows::{self, AuditFilter, AuditRow},
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
};
use jiff::Timestamp;
use model::{
    health::MOST_COUNTED,
    ids::{AuditEventId, PatientId, UserId},
};

/// A page of rows.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// The rows, newest first.
    pub rows: Vec<AuditRow>,
    /// Where the next page begins.
    pub next: Option<(Timestamp, AuditEventId)>,
    /// The name of the person to whom the filter limits the rows; `None` also for an unknown id.
    pub actor: Option<String>,
    /// The name of the patient to whom the filter limits the rows; `None` also for an unknown id.
    pub patient: Option<String>,
}

/// How far the audit log is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealState {
    /// How many seals there are.
    pub seals: i64,
    /// When the newest seal was made.
    pub last_sealed_at: Option<Timestamp>,
    /// Rows that no seal covers yet, counted up to [`MOST_COUNTED`].
    pub unsealed: i64,
    /// When the oldest of them was written.
    pub oldest_unsealed_at: Option<Timestamp>,
}

const PAGE: usize = 50;

/// A page of the audit log. Reading it is audited too.
///
/// # Errors
/// `access.forbidden` for callers who are not an admin of the whole organisation.
pub async fn browse(domain: &Domain, access: &Access, filter: &AuditFilter) -> Result<AuditPage> {
    access.scope(ResourceKind::AuditLog)?;
    let mut tx = domain.begin("audit.browse", access).await?;
    let mut rows = rows::matching(tx.connection(), filter, i64::try_from(PAGE + 1).unwrap_or(i64::MAX)).await?;
    let names = sqlx::query!(
        "select (select name from person_name where user_id = $1) as \"actor?\",
           (select name from patient_identity where patient_id = $2) as \"patient?\"",
        filter.actor.map(UserId::uuid),
        filter.patient.map(PatientId::uuid)
    )
    .fetch_one(tx.connection())
    .await?;
    tx.commit(filter.recorded(AuditAction::AuditBrowsed)).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|row| (row.at, row.id));
    Ok(AuditPage { rows, next, actor: names.actor, patient: names.patient })
}

/// How far the audit log is sealed; for health and for the header of the audit page. Reads a bounded number of rows.
///
/// # Errors
/// `database.unavailable`.
pub async fn seal_state(domain: &Domain) -> Result<SealState> {
    let mut connection = domain.pool().acquire().await?;
    let last =
        sqlx::query!("select number, era, xid_to::text as \"xid!\", sealed_at from audit_seals order by number desc limit 1")
            .fetch_optional(&mut *connection)
            .await?;
    let (seals, last_sealed_at) = last.as_ref().map_or((0, None), |last| (last.number, Some(last.sealed_at.to_jiff())));
    // The end of the chain is a parameter: with a subquery in its place, the planner reads the whole log.
    let (era, xid) = last.map_or_else(|| (0, "0".to_owned()), |last| (last.era, last.xid));
    let rows = sqlx::query!(
        "select count(*) as \"unsealed!\", min(at) as oldest from (
           select at from audit_events where (era, xid) >= ($1, $2::text::xid8) order by era, xid, number limit $3) unsealed",
        era,
        xid,
        MOST_COUNTED
    )
    .fetch_one(&mut *connection)
    .await?;
    Ok(SealState {
        seals,
        last_sealed_at,
        unsealed: rows.unsealed,
        oldest_unsealed_at: rows.oldest.map(jiff_sqlx::Timestamp::to_jiff),
    })
}
