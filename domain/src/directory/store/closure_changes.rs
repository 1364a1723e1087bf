//! The days on which clinics are closed, as changes of the clinics.

use crate::{Result, db::Tx};
use model::{
    directory::{ClinicChange, ClinicField, closure_lines},
    ids::ClinicId,
};

/// When closures of a clinic were added and removed, and by whom. Not in order.
pub(super) async fn of_clinic(tx: &mut Tx, clinic: ClinicId) -> Result<Vec<ClinicChange>> {
    let rows = sqlx::query!(
        "select x.first_day, x.last_day, x.reason, x.added_at, a.name as \"added_by?\", x.removed_at, r.name as \"removed_by?\"
         from clinic_closures x
           left join person_name a on a.user_id = x.added_by
           left join person_name r on r.user_id = x.removed_by
         where x.clinic_id = $1 order by x.added_at desc, x.id desc",
        clinic.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        let closed = closure_lines(row.first_day.to_jiff(), row.last_day.to_jiff(), &row.reason);
        let change = |by: Option<String>, at: jiff_sqlx::Timestamp, old: &str, new: &str| ClinicChange {
            version: 0,
            by,
            at: Some(at.to_jiff()),
            changed: vec![(ClinicField::Closure, old.to_owned(), new.to_owned())],
        };
        if let Some(at) = row.removed_at {
            changes.push(change(row.removed_by, at, &closed, ""));
        }
        changes.push(change(row.added_by, row.added_at, "", &closed));
    }
    Ok(changes)
}
