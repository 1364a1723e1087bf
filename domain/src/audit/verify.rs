//! Checks that no audit row was changed, removed or reordered.
//!
//! Seals and rows are read side by side in pages, in one pass, so the time grows with the size of the log and the memory does not.

use super::{
    days::DayCheck,
    dropped::{DroppedMonth, Match, SealCheck, kept_leaves, records, seals_with_kept_leaves},
    merkle,
    seal::{Anchor, Seal, learn_keys_of, newest, row_leaf, seals_after},
};
use crate::{Domain, Result, vault::Purpose};
use jiff::civil::Date;
use serde_json::Value;
use std::iter::Peekable;
use uuid::Uuid;

/// How many rows and seals are read at once.
const AT_ONCE: i64 = 5_000;

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
    /// The seal over a day does not match the seals of the day.
    DayBroken {
        /// The day.
        day: Date,
    },
    /// The record of a month that was dropped was changed.
    DropRecordBroken {
        /// The first day of the month.
        month: Date,
    },
    /// Other rows are gone than those of the months that were dropped.
    DroppedRowsDiffer {
        /// How many rows were dropped by the records.
        recorded_rows: i64,
        /// How many rows are gone.
        missing_rows: i64,
    },
    /// A seal that was exported is no longer in the database.
    AnchorMissing {
        /// The seal.
        seal: i64,
    },
}

/// The result of [`verify`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// The first thing that is wrong; `None` when everything matches.
    pub finding: Option<Finding>,
    /// How many rows were checked.
    pub rows: i64,
    /// How many seals were checked.
    pub seals: i64,
    /// Rows that no seal covers yet.
    pub unsealed: i64,
    /// The months that were dropped. Their seals were checked, and their rows cannot be.
    pub dropped: Vec<DroppedMonth>,
}

/// Checks all seals and rows in order and stops at the first that does not match, or that differs from the exported seals. `anchors` are read one by one;
/// they are expected in order, and each that is out of order costs one more query.
///
/// # Errors
/// `database.unavailable`.
pub async fn verify(domain: &Domain, anchors: impl IntoIterator<Item = Anchor>) -> Result<Verification> {
    let mut result = Verification::default();
    result.finding = find(domain, anchors.into_iter().peekable(), &mut result).await?;
    Ok(result)
}

async fn find(
    domain: &Domain,
    mut anchors: Peekable<impl Iterator<Item = Anchor>>,
    result: &mut Verification,
) -> Result<Option<Finding>> {
    let mut connection = domain.pool().acquire().await?;
    let records = records(domain, &mut connection).await?;
    let with_kept_leaves = seals_with_kept_leaves(&mut connection).await?;
    if let Some(broken) = records.iter().find(|record| !record.is_intact(domain)) {
        return Ok(Some(Finding::DropRecordBroken { month: broken.dropped.month }));
    }
    let recorded_rows: i64 = records.iter().map(|record| record.dropped.rows).sum();
    let mut days = DayCheck::begin(domain).await?;
    // Seals that are made from now on are not checked: rows that are read below may be older than they are.
    let newest = newest(&mut connection).await?;
    let mut rows = Rows::of(domain);
    let mut row = rows.next().await?;
    let mut chain = Chain { number: 0, root: merkle::empty().to_vec(), era: 0, xid: 0 };
    let mut missing_rows = 0;
    while chain.number < newest {
        let page = seals_after(&mut connection, chain.number, AT_ONCE.min(newest - chain.number)).await?;
        if page.is_empty() {
            return Ok(Some(Finding::SealBroken { seal: chain.number + 1 }));
        }
        learn_keys_of(domain, page.iter().map(|(_, mac)| mac)).await?;
        for (seal, mac) in page {
            if !chain.is_followed_by(&seal) || !seal.fits(domain, &mac) {
                return Ok(Some(Finding::SealBroken { seal: chain.number + 1 }));
            }
            if !agree(&mut anchors, &seal, domain).await? {
                return Ok(Some(Finding::AnchorMissing { seal: seal.number }));
            }
            let kept = if with_kept_leaves.contains(&seal.number) {
                kept_leaves(&mut connection, seal.number).await?
            } else {
                Vec::new()
            };
            let mut check = SealCheck::begin(kept);
            while let Some(next) = row.take_if(|row| (row.era, row.xid) < (seal.era, seal.xid_to)) {
                if let Some(finding) = changed(domain, &next) {
                    return Ok(Some(finding));
                }
                check.take(next.xid, next.number, row_leaf(next.xid, next.number, &next.body, &next.mac));
                row = rows.next().await?;
            }
            match check.end(&seal, records.iter().any(|record| record.touches(seal.number))) {
                Match::Whole { present, dropped } => {
                    result.rows += present;
                    missing_rows += dropped;
                }
                Match::Different(present_rows) => {
                    let (seal, sealed_rows) = (seal.number, seal.row_count);
                    return Ok(Some(Finding::RowsMissingOrReordered { seal, sealed_rows, present_rows }));
                }
            }
            if let Some(day) = days.take(&seal) {
                return Ok(Some(Finding::DayBroken { day }));
            }
            result.seals += 1;
            chain = Chain { number: seal.number, era: seal.era, xid: seal.xid_to, root: seal.merkle_root };
        }
    }
    while let Some(next) = row {
        if let Some(finding) = changed(domain, &next) {
            return Ok(Some(finding));
        }
        result.rows += 1;
        result.unsealed += 1;
        row = rows.next().await?;
    }
    result.dropped = records.into_iter().map(|record| record.dropped).collect();
    if missing_rows != recorded_rows {
        return Ok(Some(Finding::DroppedRowsDiffer { recorded_rows, missing_rows }));
    }
    if let Some(day) = days.incomplete() {
        return Ok(Some(Finding::DayBroken { day }));
    }
    for anchor in anchors {
        if !is_there(domain, &anchor).await? {
            return Ok(Some(Finding::AnchorMissing { seal: anchor.number }));
        }
    }
    Ok(None)
}

/// The end of the seals that were checked.
struct Chain {
    number: i64,
    root: Vec<u8>,
    era: i16,
    xid: i64,
}

impl Chain {
    fn is_followed_by(&self, seal: &Seal) -> bool {
        seal.number == self.number + 1
            && seal.previous_root == self.root
            && if seal.era == self.era { seal.xid_from == self.xid } else { seal.era > self.era && seal.xid_from == 0 }
    }
}

/// Whether the exported seals up to this one are the ones in the database.
async fn agree(anchors: &mut Peekable<impl Iterator<Item = Anchor>>, seal: &Seal, domain: &Domain) -> Result<bool> {
    while let Some(anchor) = anchors.next_if(|anchor| anchor.number <= seal.number) {
        let agrees = if anchor.number == seal.number {
            anchor.merkle_root == hex::encode(&seal.merkle_root)
        } else {
            is_there(domain, &anchor).await?
        };
        if !agrees {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn is_there(domain: &Domain, anchor: &Anchor) -> Result<bool> {
    let root = sqlx::query_scalar!("select merkle_root from audit_seals where number = $1", anchor.number)
        .fetch_optional(domain.pool())
        .await?;
    Ok(root.is_some_and(|root| hex::encode(&root) == anchor.merkle_root))
}

/// All rows, in the order of the seals.
struct Rows<'a> {
    domain: &'a Domain,
    /// Era, transaction and number of the newest row that was read.
    after: (i16, i64, i64),
    page: std::vec::IntoIter<StoredRow>,
    at_end: bool,
}

impl<'a> Rows<'a> {
    fn of(domain: &'a Domain) -> Self {
        Self { domain, after: (0, 0, 0), page: Vec::new().into_iter(), at_end: false }
    }

    async fn next(&mut self) -> Result<Option<StoredRow>> {
        if let Some(row) = self.page.next() {
            return Ok(Some(row));
        }
        if self.at_end {
            return Ok(None);
        }
        let (era, xid, number) = self.after;
        let rows = sqlx::query_as!(
            StoredRow,
            "select id, (extract(epoch from at) * 1000000)::int8 as \"at_micros!\", xid::text::int8 as \"xid!\", number, era, action, outcome,
               actor_user_id, actor_role, patient_ids, resource_kind, resource_id, body, mac
             from audit_events where (era, xid, number) > ($1, $2::text::xid8, $3) order by era, xid, number limit $4",
            era,
            xid.to_string(),
            number,
            AT_ONCE
        )
        .fetch_all(self.domain.pool())
        .await?;
        learn_keys_of(self.domain, rows.iter().map(|row| &row.mac)).await?;
        self.at_end = i64::try_from(rows.len()).is_ok_and(|count| count < AT_ONCE);
        if let Some(last) = rows.last() {
            self.after = (last.era, last.xid, last.number);
        }
        self.page = rows.into_iter();
        Ok(self.page.next())
    }
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

fn changed(domain: &Domain, row: &StoredRow) -> Option<Finding> {
    let intact = domain.vault().fits(Purpose::Audit, &[&row.body], &row.mac) && columns_fit(row);
    (!intact).then_some(Finding::RowChanged { id: row.id, number: row.number })
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
