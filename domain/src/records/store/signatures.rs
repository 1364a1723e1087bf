//! The signatures of notes and their addenda in the database.

use super::{
    super::subjects::{NoteOf, NotesOf},
    open_version,
};
use crate::{
    Error, Result,
    access::{
        Action, Permit, Subject,
        actions::{Follow, Sign, Write},
    },
    db::Tx,
    vault::Column,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{EncounterId, NoteAddendumId},
    records::{AddendumView, NoteSignature, SoapNote},
};

/// The signature of the note of a visit of the permit's patient; `None` if it is not signed.
pub(in super::super) async fn signature<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    encounter: EncounterId,
) -> Result<Option<NoteSignature>> {
    let row = sqlx::query!(
        "select s.version, s.signed_at, u.name as \"signer_name!\" from notes n
         join note_signatures s on s.note_id = n.id
         join person_name u on u.user_id = s.signed_by
         where n.encounter_id = $1 and n.patient_id = $2",
        encounter.uuid(),
        permit.patient()?.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| NoteSignature {
        version: row.version.into(),
        signed_at: row.signed_at.to_jiff(),
        signer_name: row.signer_name,
    }))
}

/// The text of a note as it was signed; `None` if it is not signed.
pub(in super::super) async fn signed_note<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    encounter: EncounterId,
) -> Result<Option<SoapNote>> {
    let patient = permit.patient()?;
    let row = sqlx::query!(
        "select n.id, v.version, v.body_cipher from notes n
         join note_signatures s on s.note_id = n.id
         join note_versions v on v.note_id = n.id and v.version = s.version
         where n.encounter_id = $1 and n.patient_id = $2",
        encounter.uuid(),
        patient.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let key = tx.patient_key(patient).await?;
    Ok(Some(open_version(&key, row.id, row.version, &row.body_cipher)?))
}

/// Signs the newest version. The permit's lock on the visit keeps writers out, and so does the lock of the trigger on the note.
pub(in super::super) async fn insert_signature(tx: &mut Tx, permit: &Permit<Sign, NoteOf>) -> Result<()> {
    let (signer, now) = (tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into note_signatures (note_id, version, signed_by, signed_at) select n.id, n.latest, $2, $3 from notes n where n.encounter_id = $1",
        permit.id().0.uuid(),
        signer.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("note_signatures_newest", Code::Stale), ("note_signatures_pkey", Code::NoteSigned)]))?;
    Ok(())
}

/// The addenda to the note of a visit of the permit's patient, the oldest first.
pub(in super::super) async fn addenda<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    encounter: EncounterId,
) -> Result<Vec<AddendumView>> {
    let patient = permit.patient()?;
    let rows = sqlx::query!(
        "select a.id, a.body_cipher, a.written_at, u.name as \"author_name!\" from notes n
         join note_addenda a on a.note_id = n.id
         join person_name u on u.user_id = a.author_user_id
         where n.encounter_id = $1 and n.patient_id = $2 order by a.written_at, a.id",
        encounter.uuid(),
        patient.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = tx.patient_key(patient).await?;
    rows.into_iter()
        .map(|row| {
            Ok(AddendumView {
                id: row.id.into(),
                text: key.decrypt(Column::NoteAddendum, row.id, &row.body_cipher)?,
                written_at: row.written_at.to_jiff(),
                author_name: row.author_name,
            })
        })
        .collect()
}

/// The newest addenda of a patient's notes: the visit, when it was written, and the text.
pub(in super::super) async fn newest_addenda(
    tx: &mut Tx,
    permit: &Permit<Follow, NotesOf>,
    limit: usize,
) -> Result<Vec<(EncounterId, Timestamp, String)>> {
    let patient = permit.id().0;
    let rows = sqlx::query!(
        "select a.id, a.body_cipher, a.written_at, n.encounter_id from notes n join note_addenda a on a.note_id = n.id
         where n.patient_id = $1 order by a.written_at desc, a.id desc limit $2",
        patient.uuid(),
        i64::try_from(limit).map_err(Error::internal)?
    )
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = tx.patient_key(patient).await?;
    rows.into_iter()
        .map(|row| {
            let text = key.decrypt(Column::NoteAddendum, row.id, &row.body_cipher)?;
            Ok((row.encounter_id.into(), row.written_at.to_jiff(), text))
        })
        .collect()
}

/// Adds an addendum.
pub(in super::super) async fn insert_addendum(tx: &mut Tx, permit: &Permit<Write, NoteOf>, text: &str) -> Result<NoteAddendumId> {
    let (id, author, now) = (tx.new_id::<NoteAddendumId>(), tx.access().acting()?.user, tx.now());
    let key = tx.patient_key(permit.patient()?).await?;
    let cipher = key.encrypt(tx.domain().randomness(), Column::NoteAddendum, id, text);
    sqlx::query!(
        "insert into note_addenda (id, note_id, body_cipher, author_user_id, written_at) select $1, n.id, $3, $4, $5 from notes n where n.encounter_id = $2",
        id.uuid(),
        permit.id().0.uuid(),
        cipher,
        author.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}
