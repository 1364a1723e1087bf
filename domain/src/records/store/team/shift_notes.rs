//! Handover notes, their lines about patients, and who has read them.

use super::super::super::team::TeamOf;
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Create, Read},
    },
    db::Tx,
    vault::Column,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{ClinicId, PatientId, ShiftLineId, ShiftNoteId},
    team::{NamedPatient, Shift, ShiftLine, ShiftNoteReader, ShiftNoteView},
};
use std::collections::HashMap;
use uuid::Uuid;

/// How many notes are shown.
const SHOWN: i64 = 30;

/// A note to write, without its lines.
pub(in super::super::super) struct WrittenNote<'a> {
    pub(in super::super::super) day: Date,
    pub(in super::super::super) shift: Shift,
    pub(in super::super::super) text: &'a str,
    pub(in super::super::super) corrects: Option<ShiftNoteId>,
}

/// The clinic of a note.
pub(in super::super::super) async fn clinic_of_note(tx: &mut Tx, note: ShiftNoteId) -> Result<Option<ClinicId>> {
    let clinic = sqlx::query_scalar!("select clinic_id from shift_notes where id = $1", note.uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(clinic.map(ClinicId::from))
}

/// The patients whom the lines of a note name, that the caller may see.
pub(in super::super::super) async fn patients_of_note(tx: &mut Tx, permit: &Permit<Read, ShiftNoteId>) -> Result<Vec<PatientId>> {
    let lines = lines_of(tx, &[permit.id().uuid()]).await?;
    Ok(lines.into_values().flatten().map(|line| line.patient.id).collect())
}

/// The newest notes of a clinic, or of all clinics; with a day, those of its shifts.
pub(in super::super::super) async fn notes(
    tx: &mut Tx,
    clinic: Option<ClinicId>,
    day: Option<Date>,
) -> Result<Vec<ShiftNoteView>> {
    let user = tx.access().acting()?.user;
    let rows = sqlx::query!(
        "select n.id, n.day, n.shift, n.body, n.corrects_id, n.author_user_id, n.written_at, u.name as \"author!\", k.id as \"corrected_by?\"
         from shift_notes n join person_name u on u.user_id = n.author_user_id left join shift_notes k on k.corrects_id = n.id
         where ($1::uuid is null or n.clinic_id = $1) and ($2::date is null or n.day = $2)
         order by n.written_at desc, n.id desc limit $3",
        clinic.map(ClinicId::uuid),
        day.map(|day| day.to_sqlx()),
        SHOWN
    )
    .fetch_all(tx.connection())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut lines = lines_of(tx, &ids).await?;
    let mut readers = readers_of(tx, &ids).await?;
    let mut notes = Vec::new();
    for row in rows {
        let (is_own, read_by) = (row.author_user_id == user.uuid(), readers.remove(&row.id).unwrap_or_default());
        let is_read = is_own || read_by.iter().any(|(reader, _)| *reader == user.uuid());
        notes.push(ShiftNoteView {
            id: row.id.into(),
            day: row.day.to_jiff(),
            shift: Shift::parse(&row.shift).map_err(|_| Error::internal("an unknown shift"))?,
            text: row.body,
            lines: lines.remove(&row.id).unwrap_or_default(),
            author: row.author,
            is_own,
            written_at: row.written_at.to_jiff(),
            corrects: row.corrects_id.map(ShiftNoteId::from),
            corrected_by: row.corrected_by.map(ShiftNoteId::from),
            readers: read_by.into_iter().map(|(_, reader)| reader).collect(),
            is_read,
        });
    }
    Ok(notes)
}

/// The lines of notes that the caller may see, by note.
async fn lines_of(tx: &mut Tx, notes: &[Uuid]) -> Result<HashMap<Uuid, Vec<ShiftLine>>> {
    if notes.is_empty() {
        return Ok(HashMap::new());
    }
    let (asker, role) = (tx.asker(), tx.access().acting()?.role);
    let rows = sqlx::query!(
        "select l.id, l.note_id, l.patient_id, l.body_cipher, p.name as \"patient!\"
         from shift_note_lines l join shift_notes n on n.id = l.note_id join patient_identity p on p.patient_id = l.patient_id
         where l.note_id = any($1)
           and ($2::text = 'nurse' or n.author_user_id = $3 or exists (select from treats($4, l.patient_id, $5, $6)))
         order by l.note_id, l.position",
        notes,
        role.as_str(),
        asker.user,
        asker.doctor,
        asker.prepared,
        asker.kept
    )
    .fetch_all(tx.connection())
    .await?;
    let patients: Vec<PatientId> = rows.iter().map(|row| row.patient_id.into()).collect();
    let keys = tx.patient_keys(&patients).await?;
    let mut lines: HashMap<Uuid, Vec<ShiftLine>> = HashMap::new();
    for row in rows {
        let id = PatientId::from(row.patient_id);
        // What was written about a patient whose data was erased is gone.
        let Some(key) = keys.get(&id) else { continue };
        let text = key.decrypt(Column::ShiftLine, row.id, &row.body_cipher)?;
        lines.entry(row.note_id).or_default().push(ShiftLine { patient: NamedPatient { id, name: row.patient }, text });
    }
    Ok(lines)
}

/// Who has read notes, by note.
async fn readers_of(tx: &mut Tx, notes: &[Uuid]) -> Result<HashMap<Uuid, Vec<(Uuid, ShiftNoteReader)>>> {
    if notes.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        "select r.note_id, r.user_id, r.read_at, u.name as \"name!\"
         from shift_note_reads r join person_name u on u.user_id = r.user_id
         where r.note_id = any($1) order by r.read_at, r.user_id",
        notes
    )
    .fetch_all(tx.connection())
    .await?;
    let mut readers: HashMap<Uuid, Vec<(Uuid, ShiftNoteReader)>> = HashMap::new();
    for row in rows {
        let reader = ShiftNoteReader { name: row.name, at: row.read_at.to_jiff() };
        readers.entry(row.note_id).or_default().push((row.user_id, reader));
    }
    Ok(readers)
}

/// Adds a note.
///
/// # Errors
/// `request.stale` when the note that it corrects was corrected already.
pub(in super::super::super) async fn insert_note(
    tx: &mut Tx,
    permit: &Permit<Create, TeamOf>,
    note: WrittenNote<'_>,
) -> Result<ShiftNoteId> {
    let (id, now, author) = (tx.new_id::<ShiftNoteId>(), tx.now(), tx.access().acting()?.user);
    sqlx::query!(
        "insert into shift_notes (id, clinic_id, day, shift, body, corrects_id, author_user_id, written_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.uuid(),
        permit.id().0.uuid(),
        note.day.to_sqlx(),
        note.shift.as_str(),
        note.text,
        note.corrects.map(ShiftNoteId::uuid),
        author.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("shift_notes_corrected_once", Code::Stale)]))?;
    Ok(id)
}

/// Adds a line about a patient whom the caller may know.
pub(in super::super::super) async fn insert_line(
    tx: &mut Tx,
    note: ShiftNoteId,
    permit: &Permit<Read, PatientId>,
    position: i16,
    text: &str,
) -> Result<()> {
    let (id, patient) = (tx.new_id::<ShiftLineId>(), permit.id());
    let key = tx.patient_key(patient).await?;
    let cipher = key.encrypt(tx.domain().randomness(), Column::ShiftLine, id, text);
    sqlx::query!(
        "insert into shift_note_lines (id, note_id, position, patient_id, body_cipher) values ($1, $2, $3, $4, $5)",
        id.uuid(),
        note.uuid(),
        position,
        patient.uuid(),
        cipher
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes that the caller has read a note; `false` if that was noted before, or the note is the caller's own.
pub(in super::super::super) async fn mark_seen(tx: &mut Tx, permit: &Permit<Read, ShiftNoteId>) -> Result<bool> {
    let (now, user) = (tx.now(), tx.access().acting()?.user);
    let added = sqlx::query!(
        "insert into shift_note_reads (note_id, user_id, read_at)
         select n.id, $2::uuid, $3::timestamptz from shift_notes n where n.id = $1 and n.author_user_id <> $2
         on conflict do nothing",
        permit.id().uuid(),
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(added.rows_affected() == 1)
}
