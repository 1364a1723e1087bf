//! Measurements and allergies that are looked up by their ids, for a timeline, and the newest letters, for a search.

use super::{
    super::subjects::{AllergiesOf, LettersOf, VitalsOf},
    Kept,
};
use crate::{
    Error, Result,
    access::{Permit, actions::Read},
    db::Tx,
    vault::Column,
};
use jiff::Timestamp;
use model::{
    ids::{EncounterId, LetterId},
    records::{AllergyView, LetterText},
};
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

/// What the newest issued letters of a patient say, the newest first, each with when it was issued. Those that were withdrawn say nothing any more.
pub(in super::super) async fn newest_letters(
    tx: &mut Tx,
    permit: &Permit<Read, LettersOf>,
    most: usize,
) -> Result<Vec<(LetterId, Timestamp, LetterText)>> {
    let patient = permit.id().0;
    let rows = sqlx::query!(
        "select x.id, x.issued_at as \"issued_at!\", x.body_cipher from letters x
         where x.patient_id = $1 and x.issued_at is not null
           and not exists (select from letter_withdrawals w where w.letter_id = x.id)
         order by x.issued_at desc, x.id desc limit $2",
        patient.uuid(),
        i64::try_from(most).map_err(Error::internal)?
    )
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = tx.patient_key(patient).await?;
    rows.into_iter()
        .map(|row| {
            let content: LetterText = key.decrypt_json(Column::Letter, row.id, &row.body_cipher)?;
            Ok((row.id.into(), row.issued_at.to_jiff(), content))
        })
        .collect()
}
