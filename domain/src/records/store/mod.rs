//! The record in the database.

pub(super) mod choices;
mod codes;
pub(super) mod cosignatures;
mod diagnoses;
mod documents;
mod entries;
pub(super) mod letters;
mod listed;
pub(super) mod looks;
mod measurements;
mod notes_missing;
mod patient;
pub(super) mod phrases;
pub(super) mod shares;
pub(super) mod signatures;
pub(super) mod team;
pub(super) mod templates;
mod timeline;

pub(super) use codes::{any_code_says, codes_beginning, codes_known, codes_listed, codes_saying, english_stem, load_codes};
pub(crate) use diagnoses::seal_codes;
pub(super) use diagnoses::{any_clear, diagnoses, insert_version, past_diagnoses, replace_diagnoses, take_clear};
pub(super) use documents::{name_of_patient, names_of};
pub(crate) use entries::{EntryBody, seal_entry};
pub(super) use entries::{
    LatestEntry, entries, entries_listed, entry_versions, insert_entry, insert_entry_version, latest_entry,
};
pub(super) use listed::{allergies_listed, measurements_listed, newest_letters};
pub(super) use measurements::{
    Fresh, Kept, Whose, appointment_of, insert_measurements, measured_for, measurements, treating, whose, withdraw_measurements,
};
pub(super) use notes_missing::notes_missing;
pub(super) use patient::{end_allergy, ended_allergies, insert_allergy, person};
pub(super) use timeline::{Moment, TimelineRange, moments, newest_notes, notes_written, visits_ended};

use super::subjects::{AtVisit, NoteOf};
use crate::{
    Error, Result,
    access::{Action, Permit, actions::Write},
    db::Tx,
    randomness::Randomness,
    vault::{Column, PatientKey},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::NoteId,
    records::{NoteVersionView, NoteView, SoapNote},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A visit, as far as the record needs it.
pub(super) struct Visit {
    pub(super) patient_name: String,
    pub(super) doctor_name: String,
    pub(super) clinic_name: String,
    pub(super) admitted_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
}

pub(super) async fn visit<A: Action, S: AtVisit>(tx: &mut Tx, permit: &Permit<A, S>) -> Result<Visit> {
    let row = sqlx::query!(
        "select p.name as \"patient_name!\", d.name as \"doctor_name!\", c.name as \"clinic_name!\", e.admitted_at, e.ended_at
         from visit_course e
         join patient_identity p on p.patient_id = e.patient_id
         join doctor_name d on d.doctor_id = e.doctor_id
         join clinic_address c on c.clinic_id = e.clinic_id
         where e.encounter_id = $1",
        permit.id().encounter().uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Visit {
        patient_name: row.patient_name,
        doctor_name: row.doctor_name,
        clinic_name: row.clinic_name,
        admitted_at: row.admitted_at.map(jiff_sqlx::Timestamp::to_jiff),
        ended_at: row.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

/// The text of one version. All versions of a note are encrypted for the same row, so each one contains its number.
#[derive(Serialize, Deserialize)]
struct Version {
    version: i32,
    note: SoapNote,
}

/// Encrypts one version of a note.
pub(crate) fn seal_version(
    key: &PatientKey,
    source: &dyn Randomness,
    note: NoteId,
    version: i32,
    text: SoapNote,
) -> Result<Vec<u8>> {
    key.encrypt_json(source, Column::Note, note, &Version { version, note: text })
}

/// The newest version; version 0 is an empty note that nobody has written.
pub(super) async fn note<A: Action>(tx: &mut Tx, permit: &Permit<A, NoteOf>) -> Result<NoteView> {
    let row = sqlx::query!(
        "select n.id, v.version, v.body_cipher, v.written_at from notes n
         join note_versions v on v.note_id = n.id and v.version = n.latest
         where n.encounter_id = $1",
        permit.id().0.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(NoteView::default()) };
    let key = tx.patient_key(permit.patient()?).await?;
    let note = open_version(&key, row.id, row.version, &row.body_cipher)?;
    Ok(NoteView { version: i64::from(row.version), note, written_at: Some(row.written_at.to_jiff()) })
}

/// Every version of the note, newest first; none when nobody has written one.
pub(super) async fn note_versions<A: Action>(tx: &mut Tx, permit: &Permit<A, NoteOf>) -> Result<Vec<NoteVersionView>> {
    let rows = sqlx::query!(
        "select n.id, v.version, v.body_cipher, v.written_at, u.name as \"author_name!\" from notes n
         join note_versions v on v.note_id = n.id
         join person_name u on u.user_id = v.author_user_id
         where n.encounter_id = $1 order by v.version desc",
        permit.id().0.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let key = tx.patient_key(permit.patient()?).await?;
    rows.into_iter()
        .map(|row| {
            Ok(NoteVersionView {
                version: i64::from(row.version),
                note: open_version(&key, row.id, row.version, &row.body_cipher)?,
                written_at: row.written_at.to_jiff(),
                author_name: row.author_name,
                changes: None,
            })
        })
        .collect()
}

/// Decrypts one version of a note.
fn open_version(key: &PatientKey, note: Uuid, version: i32, cipher: &[u8]) -> Result<SoapNote> {
    let read: Version = key.decrypt_json(Column::Note, note, cipher)?;
    if read.version == version {
        Ok(read.note)
    } else {
        Err(Error::internal("a version of a note stands in the place of another"))
    }
}

/// Writes the next version and returns its number. The permit's lock on the visit keeps other writers out.
pub(super) async fn insert_note_version(tx: &mut Tx, permit: &Permit<Write, NoteOf>, note: &SoapNote) -> Result<i64> {
    let (fresh, patient, author, now) = (tx.new_id::<NoteId>(), permit.patient()?, tx.access().acting()?.user, tx.now());
    let row = sqlx::query!(
        "insert into notes (id, encounter_id, patient_id, latest) values ($1, $2, $3, 1)
         on conflict (encounter_id) do update set latest = notes.latest + 1
         returning id, latest",
        fresh.uuid(),
        permit.id().0.uuid(),
        patient.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let key = tx.patient_key(patient).await?;
    let cipher = seal_version(&key, tx.domain().randomness(), row.id.into(), row.latest, note.clone())?;
    sqlx::query!(
        "insert into note_versions (note_id, version, body_cipher, author_user_id, written_at) values ($1, $2, $3, $4, $5)",
        row.id,
        row.latest,
        cipher,
        author.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("note_versions_frozen", Code::NoteSigned)]))?;
    Ok(i64::from(row.latest))
}
