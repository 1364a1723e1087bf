//! The rows of the log that match a filter, for the page of administrators and for the export.

use super::{Audit, AuditAction};
use crate::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    audit::{AuditResource, AuditSubject},
    ids::{AuditEventId, PatientId, UserId},
};
use sqlx::PgConnection;
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

impl AuditFilter {
    /// The codes of the actions that are wanted; an area stands for all its actions.
    fn actions(&self) -> Option<Vec<String>> {
        let wanted = self.action.as_deref()?;
        if !wanted.ends_with('.') {
            return Some(vec![wanted.to_owned()]);
        }
        let all = AuditAction::ALL.iter().map(|action| action.as_str());
        Some(all.filter(|code| code.starts_with(wanted)).map(str::to_owned).collect())
    }

    /// The audit entry for reading the log, or exporting it, with this filter.
    pub(super) fn recorded(&self, action: AuditAction) -> Audit {
        let entry = self.patient.into_iter().fold(Audit::of(action), Audit::patient);
        let entry = self.actor.into_iter().fold(entry, |entry, actor| entry.with_id("actor", actor));
        let entry = self.from.into_iter().fold(entry, |entry, from| entry.with("from", from));
        self.until.into_iter().fold(entry, |entry, until| entry.with("until", until))
    }
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
    /// The patients and their names. The name of a patient whose data was erased is empty.
    pub patients: Vec<(PatientId, String)>,
    /// The kind and id of the resource that it was done to.
    pub resource: Option<(String, Uuid)>,
    /// The name of the person whose account or application it was done to.
    pub resource_name: Option<String>,
    /// Whether a seal covers the row.
    pub sealed: bool,
}

impl AuditRow {
    /// The account or application that it was done to, if it was one that still exists.
    #[must_use]
    pub fn about(&self) -> Option<AuditResource> {
        let (kind, id) = self.resource.as_ref()?;
        let name = self.resource_name.clone()?;
        match kind.as_str() {
            "account" => Some(AuditResource::Account(AuditSubject { id: (*id).into(), name })),
            "doctor" => Some(AuditResource::Doctor(AuditSubject { id: (*id).into(), name })),
            _ => None,
        }
    }
}

/// The rows that match, newest first, at most `limit`. The connection must be in a transaction.
///
/// Every filter is optional, and the plan must depend on the ones that are given: a plan for all of them would read a hundred million rows to find
/// those of one patient. So the statement is planned each time. The indexes are
/// - the primary key (`at`, `id`) for a period, and for the order of the pages,
/// - `audit_events_actor` for a person,
/// - `audit_events_patients` (GIN) for a patient,
/// - `audit_events_action` for an action, or for the few actions of a rare area.
///
/// `at` is compared alone too, because only that leaves out the partitions of later months.
pub(super) async fn matching(connection: &mut PgConnection, filter: &AuditFilter, limit: i64) -> Result<Vec<AuditRow>> {
    sqlx::query_scalar!("select set_config('plan_cache_mode', 'force_custom_plan', true)").fetch_one(&mut *connection).await?;
    let (after_at, after_id) = filter.after.unzip();
    let actions = filter.actions();
    // Acts on a record before it was merged into this one are in the log under that record's id (ADR 43).
    let patients = match filter.patient {
        Some(patient) => {
            let merged = sqlx::query_scalar!("select m as \"merged!\" from merged_into($1) m", patient.uuid());
            Some([vec![patient.uuid()], merged.fetch_all(&mut *connection).await?].concat())
        }
        None => None,
    };
    let rows = sqlx::query!(
        "with last as (select era, xid_to from audit_seals order by number desc limit 1)
         select e.id, e.at, e.action, e.outcome, e.actor_user_id, u.name as \"actor_name?\", e.actor_role,
           e.patient_ids as \"patient_ids!\",
           array(select coalesce(p.name, '') from unnest(e.patient_ids) with ordinality as listed(id, place)
             left join patient_identity p on p.patient_id = listed.id order by listed.place) as \"patient_names!\",
           e.resource_kind, e.resource_id, coalesce(a.name, d.name) as \"resource_name?\",
           coalesce((e.era, e.xid) < (select era, xid_to from last), false) as \"sealed!\"
         from audit_events e
           left join person_name u on u.user_id = e.actor_user_id
           left join person_name a on a.user_id = e.resource_id and e.resource_kind = 'account'
           left join doctor_name d on d.doctor_id = e.resource_id and e.resource_kind = 'doctor'
         where ($1::uuid is null or e.actor_user_id = $1)
           and ($2::uuid[] is null or e.patient_ids && $2::uuid[])
           and ($3::text[] is null or e.action = any($3))
           and ($4::timestamptz is null or e.at >= $4)
           and ($5::timestamptz is null or e.at < $5)
           and ($6::timestamptz is null or (e.at <= $6 and (e.at, e.id) < ($6, $7::uuid)))
         order by e.at desc, e.id desc limit $8",
        filter.actor.map(UserId::uuid),
        patients.as_deref(),
        actions.as_deref(),
        filter.from.map(ToSqlx::to_sqlx),
        filter.until.map(ToSqlx::to_sqlx),
        after_at.map(ToSqlx::to_sqlx),
        after_id.map(AuditEventId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
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
            resource_name: row.resource_name,
            sealed: row.sealed,
        })
        .collect())
}
