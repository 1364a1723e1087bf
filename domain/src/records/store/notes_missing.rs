//! Visits without a note, in the database.

use crate::{Result, db::Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{DoctorId, EncounterId},
    records::NotesMissing,
};

/// The visits of a doctor that have ended since then and have no note. Those of patients whose data was erased are left out, as nobody can write about them.
pub(in crate::records) async fn notes_missing(tx: &mut Tx, doctor: DoctorId, since: Timestamp) -> Result<NotesMissing> {
    let row = sqlx::query!(
        "select count(*) as \"count!\", (array_agg(v.encounter_id order by v.ended_at, v.encounter_id))[1] as \"first?\"
         from visit_course v join patient_identity p on p.patient_id = v.patient_id
         where v.doctor_id = $1 and v.ended_at >= $2 and p.deleted_at is null
           and not exists (select from notes n where n.encounter_id = v.encounter_id and n.latest > 0)",
        doctor.uuid(),
        since.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(NotesMissing { count: row.count, first: row.first.map(EncounterId::from) })
}
