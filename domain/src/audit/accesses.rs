//! What others did with the record of one patient, for the patient: rows of the log, without what only administrators need.

use crate::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::{AuditEventId, PatientId, UserId};
use sqlx::PgConnection;

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct AccessRow {
    pub(crate) id: AuditEventId,
    pub(crate) at: Timestamp,
    /// The action, `area.past_tense`.
    pub(crate) action: String,
    /// Who did it, and their name.
    pub(crate) by: (UserId, String),
    /// The role in which they acted.
    pub(crate) role: Option<String>,
    /// The relation by which they were allowed to; `None` for lists, and in old rows.
    pub(crate) allowed_by: Option<String>,
    /// Whether they needed an access outside of the usual rules.
    pub(crate) in_emergency: bool,
}

/// Which rows to read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AccessesAsked {
    pub(crate) patient: PatientId,
    /// The caller, whose own rows are left out.
    pub(crate) reader: UserId,
    /// Only this row.
    pub(crate) only: Option<AuditEventId>,
    /// Rows after this one.
    pub(crate) after: Option<(Timestamp, AuditEventId)>,
    /// How many.
    pub(crate) limit: i64,
}

/// The accesses of others to the record of a patient, also to a record that was merged with it, the newest first. Refused attempts read nothing, so they are left out.
pub(crate) async fn accesses_of(connection: &mut PgConnection, asked: AccessesAsked) -> Result<Vec<AccessRow>> {
    let AccessesAsked { patient, reader, only, after, limit } = asked;
    let (after_at, after_id) = after.unzip();
    let merged = sqlx::query_scalar!("select m as \"merged!\" from merged_into($1) m", patient.uuid());
    let patients = [vec![patient.uuid()], merged.fetch_all(&mut *connection).await?].concat();
    let rows = sqlx::query!(
        "select e.id, e.at, e.action, e.actor_user_id as \"by!\", u.name as \"by_name!\", e.actor_role,
           convert_from(e.body, 'UTF8')::jsonb -> 'details' ->> 'allowed_by' as \"allowed_by?\",
           convert_from(e.body, 'UTF8')::jsonb -> 'details' ->> 'break_glass' is not null as \"in_emergency!\"
         from audit_events e join person_name u on u.user_id = e.actor_user_id
         where e.patient_ids && $1::uuid[] and e.outcome = 'done' and e.actor_user_id <> $2
           and ($3::uuid is null or e.id = $3)
           and ($4::timestamptz is null or (e.at <= $4 and (e.at, e.id) < ($4, $5::uuid)))
         order by e.at desc, e.id desc limit $6",
        &patients,
        reader.uuid(),
        only.map(AuditEventId::uuid),
        after_at.map(ToSqlx::to_sqlx),
        after_id.map(AuditEventId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| AccessRow {
            id: row.id.into(),
            at: row.at.to_jiff(),
            action: row.action,
            by: (row.by.into(), row.by_name),
            role: row.actor_role,
            allowed_by: row.allowed_by,
            in_emergency: row.in_emergency,
        })
        .collect())
}
