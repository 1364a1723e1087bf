//! Handover notes: reading those of the clinic, writing one, and saying that one was read.

use super::{
    super::notices::Event,
    TeamOf, named_patient, own_clinic,
    store::{self, team::WrittenNote},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Create, Read},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
    idempotency::{self, Claimed},
    scheduling,
};
use jiff::{ToSpan, civil::Date};
use model::{
    errors::FieldFault,
    ids::{ClinicId, PatientId, ShiftNoteId},
    team::{NamedPatient, Shift, ShiftNotes},
    text::many_lines,
};
use serde::Serialize;
use std::fmt;

/// The longest text that is about no patient, in characters.
const LONGEST_TEXT: usize = 2000;
/// The longest line about a patient, in characters.
const LONGEST_LINE: usize = 1000;
/// The most lines about patients.
const MOST_LINES: usize = 40;

/// Which notes to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListShiftNotes {
    /// Only those of the shifts of this day; without it, the newest.
    pub day: Option<Date>,
    /// A patient about whom the caller wants to write, besides those who have a visit today.
    pub about: Option<PatientId>,
}

/// A line about a patient, as typed.
#[derive(Clone, Serialize)]
pub struct TypedShiftLine {
    /// The patient.
    pub patient: PatientId,
    /// What the next shift must know: up to 1,000 characters.
    pub text: String,
}

/// Writes a note.
#[derive(Clone, Serialize)]
pub struct WriteShiftNote {
    /// The day of the shift, where the clinic is: today or yesterday.
    pub day: Date,
    /// The shift: `early`, `late` or `night`.
    pub shift: String,
    /// What is about no patient: up to 2,000 characters. May be empty if there are lines.
    pub text: String,
    /// What is about patients: up to 40 lines.
    pub lines: Vec<TypedShiftLine>,
    /// The note that this one corrects.
    pub corrects: Option<ShiftNoteId>,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Leaves out the texts, which are medical.
impl fmt::Debug for WriteShiftNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteShiftNote").field("day", &self.day).finish_non_exhaustive()
    }
}

/// A note that is ready to be written.
struct Parsed {
    shift: Shift,
    text: String,
    lines: Vec<(PatientId, String)>,
}

/// The newest handover notes of the caller's clinic, with the lines about patients whom the caller may see, and what the form for a new note offers. `zone` is the time zone in
/// which today's visits are looked for.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for those who belong to no team; `not_found` for a patient whom the caller may not know.
pub async fn shift_notes(domain: &Domain, access: &Access, query: ListShiftNotes, zone: &str) -> Result<ShiftNotes> {
    let clinic = access.scope(ResourceKind::Team)?.clinic;
    let mut patients = match clinic {
        Some(_) => visitors(domain, access, zone).await?,
        None => Vec::new(),
    };
    let mut tx = domain.begin_reading("records.shift_notes", access).await?;
    let items = store::team::notes(&mut tx, clinic, query.day).await?;
    if let Some(about) = query.about.filter(|about| patients.iter().all(|patient| patient.id != *about)) {
        patients.insert(0, named_patient(&mut tx, about).await?);
    }
    let today = match clinic {
        Some(clinic) => Some(store::team::today_at(&mut tx, clinic).await?),
        None => None,
    };
    let named: Vec<_> = items.iter().flat_map(|note| note.lines.iter().map(|line| line.patient.id)).chain(query.about).collect();
    if named.is_empty() {
        tx.close().await?;
    } else {
        tx.commit(Audit::read(AuditAction::RecordsShiftNotesRead).patients(named)).await?;
    }
    Ok(ShiftNotes { items, today, patients })
}

/// The patients who have a visit today, each once, by name.
async fn visitors(domain: &Domain, access: &Access, zone: &str) -> Result<Vec<NamedPatient>> {
    let day = scheduling::clinic_day(domain, access, None, zone).await?;
    let mut patients: Vec<_> =
        day.cards.into_iter().map(|card| NamedPatient { id: card.patient.id, name: card.patient.name }).collect();
    patients.sort_by(|one, next| (&one.name, one.id).cmp(&(&next.name, next.id)));
    patients.dedup_by_key(|patient| patient.id);
    Ok(patients)
}

/// Writes a handover note for a shift. The pages of the team that are open show it.
///
/// # Errors
/// `request.fields_invalid` with the fields `day`, `shift`, `text`, and `line_1` and so on for the lines; `request.stale` when the note that it corrects was corrected already;
/// `not_found` for such a note or a patient whom the caller may not know; `request.idempotency_mismatch`; `access.forbidden` for those who belong to no team, and for those who
/// work at all clinics.
pub async fn write_shift_note(domain: &Domain, access: &Access, command: WriteShiftNote) -> Result<ShiftNoteId> {
    let clinic = own_clinic(access)?;
    let parsed = parse(&command)?;
    let mut tx = domain.begin("records.write_shift_note", access).await?;
    match write(&mut tx, clinic, &command, &parsed).await {
        Ok((id, true)) => {
            let entry =
                Audit::of(AuditAction::RecordsShiftNoteWritten).on(ResourceKind::Team, id).with("shift", parsed.shift.as_str());
            let entry = entry.patients(parsed.lines.iter().map(|(patient, _)| *patient));
            let entry = match command.corrects {
                Some(corrected) => entry.with_id("corrects", corrected),
                None => entry,
            };
            tx.commit(entry).await?;
            Ok(id)
        }
        Ok((id, false)) => {
            tx.close().await?;
            Ok(id)
        }
        Err(error) => {
            tx.abandon().await?;
            Err(error)
        }
    }
}

fn parse(command: &WriteShiftNote) -> Result<Parsed> {
    let mut faults = Faults::default();
    let shift = if command.shift.is_empty() { Err(FieldFault::Missing) } else { Shift::parse(&command.shift) };
    let shift = faults.take("shift", shift);
    // A note without lines needs a text.
    let text = if command.text.trim().is_empty() && !command.lines.is_empty() {
        Ok(String::new())
    } else {
        many_lines(&command.text, LONGEST_TEXT)
    };
    let text = faults.take("text", text);
    if command.lines.len() > MOST_LINES {
        faults.add("line_1", FieldFault::TooMany(u32::try_from(MOST_LINES).unwrap_or(u32::MAX)));
    }
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(command.lines.iter().take(MOST_LINES)) {
        if let Some(text) = faults.take(&format!("line_{number}"), many_lines(&line.text, LONGEST_LINE)) {
            lines.push((line.patient, text));
        }
    }
    faults.check()?;
    let (Some(shift), Some(text)) = (shift, text) else { return Err(Error::internal("a note that was not parsed")) };
    Ok(Parsed { shift, text, lines })
}

/// The id, and whether it is new.
async fn write(tx: &mut Tx, clinic: ClinicId, command: &WriteShiftNote, parsed: &Parsed) -> Result<(ShiftNoteId, bool)> {
    let permit = tx.permit(Create, TeamOf(clinic)).await?;
    let mut about: Vec<Permit<Read, PatientId>> = Vec::new();
    for (patient, _) in &parsed.lines {
        about.push(tx.permit(Read, *patient).await?);
    }
    if let Some(corrected) = command.corrects {
        let _may_see = tx.permit(Read, corrected).await?;
    }
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(done) = idempotency::claim(tx, "records.write_shift_note", key, command).await? {
        return Ok((done.into(), false));
    }
    let today = store::team::today_at(tx, clinic).await?;
    if command.day > today || command.day < today.saturating_sub(1.days()) {
        return Err(Error::field("day", FieldFault::UnknownChoice));
    }
    let note = WrittenNote { day: command.day, shift: parsed.shift, text: &parsed.text, corrects: command.corrects };
    let id = store::team::insert_note(tx, &permit, note).await?;
    for ((position, permit), (_, text)) in (1..).zip(&about).zip(&parsed.lines) {
        store::team::insert_line(tx, id, permit, position, text).await?;
    }
    tx.emit(Event::ShiftNoteWritten { note: id }).await?;
    idempotency::finish(tx, key, id.uuid()).await?;
    Ok((id, true))
}

/// Says that the caller has read a note. A repeat changes nothing, and neither does the author.
///
/// # Errors
/// `not_found`; `access.sign_in_needed`.
pub async fn see_shift_note(domain: &Domain, access: &Access, note: ShiftNoteId) -> Result<()> {
    let mut tx = domain.begin("records.see_shift_note", access).await?;
    let permit = tx.permit(Read, note).await?;
    if !store::team::mark_seen(&mut tx, &permit).await? {
        return tx.close().await;
    }
    let patients = store::team::patients_of_note(&mut tx, &permit).await?;
    tx.emit(Event::ShiftNoteSeen { note }).await?;
    tx.commit(Audit::of(AuditAction::RecordsShiftNoteSeen).on(ResourceKind::Team, note).patients(patients)).await
}
