//! Encrypts the diagnoses that versions before schema 30 stored in clear text. SQL has no keys, so no migration can do this.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
};
use model::ids::{EventId, PatientId};

/// How many visits are moved in one transaction.
const BATCH: i64 = 500;

/// Moves all of them into encrypted lists, with their author and time; returns for how many visits. Runs at each start and once a minute, because a server
/// of the previous version may still write some while the new one is rolled out; if there is nothing to do, it reads an empty table.
///
/// What belongs to a patient whose key was destroyed is erased too, and so it is not moved.
///
/// # Errors
/// `database.unavailable`.
pub async fn encrypt_clear_diagnoses(domain: &Domain, access: &Access) -> Result<u64> {
    let mut moved = 0;
    loop {
        let mut tx = domain.begin_reading("records.any_clear_diagnoses", access).await?;
        let any = store::any_clear(&mut tx).await?;
        tx.close().await?;
        if !any {
            return Ok(moved);
        }
        let mut tx = domain.begin("records.encrypt_clear_diagnoses", access).await?;
        let lists = store::take_clear(&mut tx, BATCH).await?;
        if lists.is_empty() {
            // Another copy of the server has taken them.
            tx.close().await?;
            continue;
        }
        let patients: Vec<PatientId> = lists.iter().map(|list| list.patient).collect();
        let keys = tx.patient_keys(&patients).await?.clone();
        for list in &lists {
            if let Some(key) = keys.get(&list.patient) {
                let of = (list.encounter, list.patient);
                store::insert_version(&mut tx, key, of, &list.codes, (list.author, list.recorded_at)).await?;
            }
        }
        let count = u64::try_from(lists.len()).unwrap_or(u64::MAX);
        let entry = Audit::of(AuditAction::RecordsDiagnosesEncrypted).on(ResourceKind::System, domain.new_id::<EventId>());
        tx.commit(entry.with("visits", i64::try_from(count).unwrap_or(i64::MAX))).await?;
        moved += count;
    }
}
