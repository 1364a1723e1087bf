//! Reading the audit log, for admins.

use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    text,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::{AuditEventId, PatientId, UserId};
use uuid::Uuid;

/// Which rows to show. Each field that is set narrows the result.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only rows of this actor.
    pub actor: Option<UserId>,
    /// Only rows about this patient.
    pub patient: Option<PatientId>,
    /// One action (`scheduling.time_held`), or all actions of an area (`scheduling.`).
    pub action: Option<String>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// Rows after the one with this instant and id (taken from `AuditPage::next`).
    pub after: Option<(Timestamp, AuditEventId)>,
}

/// One row of the audit log.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// Its id.
    pub id: AuditEventId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened: `area.action`.
    pub action: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// The actor and their name; `None` for the system and for unidentified callers.
    pub actor: Option<(UserId, String)>,
    /// The role of the actor.
    pub role: Option<String>,
    /// The patients and their names.
    pub patients: Vec<(PatientId, String)>,
    /// The kind and id of the resource that it was done to.
    pub resource: Option<(String, Uuid)>,
    /// Whether a seal covers the row.
    pub sealed: bool,
}

/// A page of rows.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// The rows, newest first.
    pub rows: Vec<AuditRow>,
    /// Where the next page begins.
    pub next: Option<(Timestamp, AuditEventId)>,
}

/// How far the audit log is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealState {
    /// How many seals there are.
    pub seals: i64,
    /// When the newest seal was made.
    pub last_sealed_at: Option<Timestamp>,
    /// Rows that no seal covers yet.
    pub unsealed: i64,
    /// When the oldest of them was written.
    pub oldest_unsealed_at: Option<Timestamp>,
}

const PAGE: i64 = 50;

/// A page of the audit log. Reading it is audited too.
///
/// # Errors
/// `access.forbidden` for callers who are not an admin of the whole organisation.
pub async fn browse(domain: &Domain, access: &Access, filter: &AuditFilter) -> Result<AuditPage> {
    access.scope(ResourceKind::AuditLog)?;
    let mut tx = domain.begin_reading("audit.browse", access).await?;
    let (after_at, after_id) = filter.after.unzip();
    let pattern = filter.action.as_deref().map(|action| {
        let literal = text::literal(action);
        // An area ends with a full stop and stands for all its actions.
        if action.ends_with('.') { literal + "%" } else { literal }
    });
    let rows = sqlx::query!(
        "select e.id, e.at, e.action, e.outcome, e.actor_user_id, u.name as \"actor_name?\", e.actor_role,
           e.patient_ids as \"patient_ids!\",
           array(select p.name from unnest(e.patient_ids) with ordinality as listed(id, place)
             join patient_identity p on p.patient_id = listed.id order by listed.place) as \"patient_names!\",
           e.resource_kind, e.resource_id,
           exists (select from audit_seals s where s.era = e.era and e.xid >= s.xid_from and e.xid < s.xid_to) as \"sealed!\"
         from audit_events e left join person_name u on u.user_id = e.actor_user_id
         where ($1::uuid is null or e.actor_user_id = $1)
           and ($2::uuid is null or e.patient_ids @> array[$2::uuid])
           and ($3::text is null or e.action like $3)
           and ($4::timestamptz is null or e.at >= $4)
           and ($5::timestamptz is null or e.at < $5)
           and ($6::timestamptz is null or (e.at, e.id) < ($6, $7::uuid))
         order by e.at desc, e.id desc limit $8",
        filter.actor.map(UserId::uuid),
        filter.patient.map(PatientId::uuid),
        pattern,
        filter.from.map(ToSqlx::to_sqlx),
        filter.until.map(ToSqlx::to_sqlx),
        after_at.map(ToSqlx::to_sqlx),
        after_id.map(AuditEventId::uuid),
        PAGE + 1
    )
    .fetch_all(tx.connection())
    .await?;
    tx.commit(browsed(filter)).await?;
    let mut rows: Vec<AuditRow> = rows
        .into_iter()
        .map(|row| AuditRow {
            id: row.id.into(),
            at: row.at.to_jiff(),
            action: row.action,
            outcome: row.outcome,
            actor: row.actor_user_id.map(UserId::from).zip(row.actor_name),
            role: row.actor_role,
            patients: row.patient_ids.into_iter().map(PatientId::from).zip(row.patient_names).collect(),
            resource: row.resource_kind.zip(row.resource_id),
            sealed: row.sealed,
        })
        .collect();
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| (row.at, row.id));
    Ok(AuditPage { rows, next })
}

/// The audit entry for reading the log with this filter.
fn browsed(filter: &AuditFilter) -> Audit {
    let entry = Audit::of(AuditAction::AuditBrowsed);
    let entry = filter.patient.into_iter().fold(entry, Audit::patient);
    filter.actor.into_iter().fold(entry, |entry, actor| entry.with_id("actor", actor))
}

/// How far the audit log is sealed; for readiness and for the header of the audit page.
///
/// # Errors
/// `database.unavailable`.
pub async fn seal_state(domain: &Domain) -> Result<SealState> {
    let row = sqlx::query!(
        "with last as (select era, xid_to, sealed_at, number from audit_seals order by number desc limit 1)
         select (select number from last) as \"seals?\", (select sealed_at from last) as \"last_sealed_at?\",
           count(e.id) as \"unsealed!\", min(e.at) as \"oldest?\"
         from audit_events e
         where (e.era, e.xid) >= (coalesce((select era from last), 0::smallint), coalesce((select xid_to from last), '0'::xid8))"
    )
    .fetch_one(domain.pool())
    .await?;
    Ok(SealState {
        seals: row.seals.unwrap_or(0),
        last_sealed_at: row.last_sealed_at.map(jiff_sqlx::Timestamp::to_jiff),
        unsealed: row.unsealed,
        oldest_unsealed_at: row.oldest.map(jiff_sqlx::Timestamp::to_jiff),
    })
}
