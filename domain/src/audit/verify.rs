//! Checks that no audit row was changed, removed or reordered.

use super::{
    merkle,
    seal::{Anchor, Seal, hex, row_leaf},
};
use crate::{
    Domain, Result,
    vault::{Purpose, equal_in_constant_time},
};
use serde_json::Value;
use uuid::Uuid;

/// The first thing that is wrong, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A row's content does not match its HMAC, or its columns do not match its content.
    RowChanged {
        /// The row.
        id: Uuid,
        /// Its number.
        number: i64,
    },
    /// Each row is intact, but these are not the rows that were sealed: one was removed, added or moved.
    RowsMissingOrReordered {
        /// The first seal that does not match.
        seal: i64,
        /// How many rows the seal was made over.
        sealed_rows: i64,
        /// How many rows there are now.
        present_rows: i64,
    },
    /// A seal was changed, or does not follow the previous one.
    SealBroken {
        /// The seal.
        seal: i64,
    },
    /// A seal that was exported is no longer in the database.
    AnchorMissing {
        /// The seal.
        seal: i64,
    },
}

/// The result of [`verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The first thing that is wrong; `None` when everything matches.
    pub finding: Option<Finding>,
    /// How many rows were checked.
    pub rows: i64,
    /// How many seals were checked.
    pub seals: i64,
    /// Rows that no seal covers yet.
    pub unsealed: i64,
}

/// Checks all seals and rows in order and stops at the first that does not match; then checks that all exported seals are still there.
///
/// # Errors
/// `database.unavailable`.
pub async fn verify(domain: &Domain, anchors: &[Anchor]) -> Result<Verification> {
    let mut result = Verification { finding: None, rows: 0, seals: 0, unsealed: 0 };
    let mut connection = domain.pool().acquire().await?;
    let seals = sqlx::query!(
        "select number, era, xid_from::text::int8 as \"xid_from!\", xid_to::text::int8 as \"xid_to!\", row_count, merkle_root,
           previous_root, sealed_at, mac
         from audit_seals order by number"
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut previous_root = merkle::root(&[]).to_vec();
    let (mut sealed_era, mut sealed_to) = (0_i16, 0_i64);
    for (row, expected) in seals.iter().zip(1..) {
        let seal = Seal {
            number: row.number,
            era: row.era,
            xid_from: row.xid_from,
            xid_to: row.xid_to,
            row_count: row.row_count,
            merkle_root: row.merkle_root.clone(),
            previous_root: row.previous_root.clone(),
            sealed_at: row.sealed_at.to_jiff(),
        };
        let follows = seal.number == expected
            && seal.previous_root == previous_root
            && if seal.era == sealed_era { seal.xid_from == sealed_to } else { seal.era > sealed_era && seal.xid_from == 0 };
        if !follows || !equal_in_constant_time(&seal.mac(domain), &row.mac) {
            result.finding = Some(Finding::SealBroken { seal: expected });
            return Ok(result);
        }
        let rows = rows_between(domain, seal.era, seal.xid_from, seal.xid_to).await?;
        result.finding = first_changed(domain, &rows);
        if result.finding.is_some() {
            return Ok(result);
        }
        let leaves: Vec<_> = rows.iter().map(|row| row_leaf(row.xid, row.number, &row.body, &row.mac)).collect();
        if seal.merkle_root != merkle::root(&leaves) {
            let present_rows = i64::try_from(leaves.len()).unwrap_or(i64::MAX);
            result.finding =
                Some(Finding::RowsMissingOrReordered { seal: seal.number, sealed_rows: seal.row_count, present_rows });
            return Ok(result);
        }
        result.rows += seal.row_count;
        result.seals += 1;
        previous_root = seal.merkle_root;
        (sealed_era, sealed_to) = (seal.era, seal.xid_to);
    }

    for era in sealed_era..=domain.era() {
        let from = if era == sealed_era { sealed_to } else { 0 };
        let rows = rows_between(domain, era, from, i64::MAX).await?;
        result.finding = first_changed(domain, &rows);
        if result.finding.is_some() {
            return Ok(result);
        }
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        result.rows += count;
        result.unsealed += count;
    }

    result.finding = anchors
        .iter()
        .find(|anchor| !seals.iter().any(|seal| seal.number == anchor.number && hex(&seal.merkle_root) == anchor.merkle_root))
        .map(|anchor| Finding::AnchorMissing { seal: anchor.number });
    Ok(result)
}

struct StoredRow {
    id: Uuid,
    at_micros: i64,
    xid: i64,
    number: i64,
    era: i16,
    action: String,
    outcome: String,
    actor_user_id: Option<Uuid>,
    actor_role: Option<String>,
    patient_ids: Vec<Uuid>,
    resource_kind: Option<String>,
    resource_id: Option<Uuid>,
    body: Vec<u8>,
    mac: Vec<u8>,
}

async fn rows_between(domain: &Domain, era: i16, xid_from: i64, xid_to: i64) -> Result<Vec<StoredRow>> {
    let rows = sqlx::query_as!(
        StoredRow,
        "select id, (extract(epoch from at) * 1000000)::int8 as \"at_micros!\", xid::text::int8 as \"xid!\", number, era, action, outcome,
           actor_user_id, actor_role, patient_ids, resource_kind, resource_id, body, mac
         from audit_events where era = $1 and xid >= $2::text::xid8 and xid < $3::text::xid8 order by xid, number",
        era,
        xid_from.to_string(),
        xid_to.to_string()
    )
    .fetch_all(domain.pool())
    .await?;
    Ok(rows)
}

fn first_changed(domain: &Domain, rows: &[StoredRow]) -> Option<Finding> {
    rows.iter()
        .find(|row| {
            let mac = domain.vault().mac(Purpose::Audit, &[&row.body]);
            !equal_in_constant_time(&mac, &row.mac) || !columns_fit(row)
        })
        .map(|row| Finding::RowChanged { id: row.id, number: row.number })
}

/// Compares the columns with the signed content. The columns exist for searching: whoever changes one changes what an auditor finds.
fn columns_fit(row: &StoredRow) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(&row.body) else { return false };
    let id = |value: &Value| value.as_str().and_then(|text| text.parse::<Uuid>().ok());
    let patients: Option<Vec<Uuid>> = body["patients"].as_array().and_then(|list| list.iter().map(id).collect());
    id(&body["id"]) == Some(row.id)
        && body["at_micros"].as_i64() == Some(row.at_micros)
        && body["era"].as_i64() == Some(i64::from(row.era))
        && body["action"].as_str() == Some(&row.action)
        && body["outcome"].as_str() == Some(&row.outcome)
        && id(&body["user"]) == row.actor_user_id
        && body["role"].as_str() == row.actor_role.as_deref()
        && patients.as_ref() == Some(&row.patient_ids)
        && body["resource_kind"].as_str() == row.resource_kind.as_deref()
        && id(&body["resource_id"]) == row.resource_id
}
