//! Measurements and allergies that are looked up by their ids, for a timeline.

use super::{
    super::subjects::{AllergiesOf, VitalsOf},
    Kept,
};
use crate::{
    Result,
    access::{Permit, actions::Read},
    db::Tx,
    vault::Column,
};
use model::{ids::EncounterId, records::AllergyView};
use uuid::Uuid;

/// The measurements with these ids that were not entered in error.
pub(in super::super) async fn measurements_listed(
    tx: &mut Tx,
    permit: &Permit<Read, VitalsOf>,
    ids: &[Uuid],
) -> Result<Vec<Kept>> {
    let patient = permit.id().0;
    let rows = sqlx::query!(
        "select m.id, m.encounter_id, m.at_home, m.taken_at, m.body_cipher, u.name as \"author_name!\"
         from measurements m join person_name u on u.user_id = m.author_user_id
         where m.patient_id = $1 and m.id = any($2) and m.withdrawn_at is null",
        patient.uuid(),
        ids
    )
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = tx.patient_key(patient).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Kept {
                id: row.id.into(),
                encounter: row.encounter_id.map(EncounterId::from),
                at_home: row.at_home,
                taken_at: row.taken_at.to_jiff(),
                author_name: row.author_name,
                vitals: key.decrypt_json(Column::Measurement, row.id, &row.body_cipher)?,
            })
        })
        .collect()
}

/// The allergies with these ids that have not ended.
pub(in super::super) async fn allergies_listed(
    tx: &mut Tx,
    permit: &Permit<Read, AllergiesOf>,
    ids: &[Uuid],
) -> Result<Vec<AllergyView>> {
    let patient = permit.id().0;
    let rows = sqlx::query!(
        "select a.id, a.body_cipher, a.recorded_at, coalesce(u.name, '') as \"recorded_by!\"
         from allergies a left join person_name u on u.user_id = a.author_user_id
         where a.patient_id = $1 and a.id = any($2) and a.ended_at is null",
        patient.uuid(),
        ids
    )
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = tx.patient_key(patient).await?;
    rows.into_iter()
        .map(|row| {
            Ok(AllergyView {
                id: row.id.into(),
                allergy: key.decrypt_json(Column::Allergy, row.id, &row.body_cipher)?,
                recorded_by: row.recorded_by,
                recorded_at: row.recorded_at.to_jiff(),
            })
        })
        .collect()
}
