//! What a doctor or a desk tells patients while nobody answers.

use super::store;
use crate::{
    Domain, Result,
    access::{
        Access, Facts, ResourceKind, Subject,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
};
use jiff::civil::Date;
use model::{
    access::Role,
    chat::conversation::{AwayNote, Counterpart},
    errors::{Code, FieldFault},
    text::many_lines,
};
use uuid::Uuid;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;

/// Those who answer: a doctor, or the desk of a clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answering(pub(crate) Counterpart);

impl Subject for Answering {
    const KIND: ResourceKind = ResourceKind::Conversation;

    fn resource_id(self) -> Uuid {
        match self.0 {
            Counterpart::Doctor(doctor) => doctor.uuid(),
            Counterpart::Desk(clinic) => clinic.uuid(),
            Counterpart::Group(group) => group.uuid(),
        }
    }

    async fn facts(self, tx: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(match self.0 {
            Counterpart::Doctor(doctor) => Facts { doctor: Some(doctor), ..Facts::default() },
            Counterpart::Desk(clinic) => Facts { clinics: [clinic].into(), ..Facts::default() },
            Counterpart::Group(group) => Facts { user: store::groups::caller_in(tx, group).await?, ..Facts::default() },
        }))
    }
}

/// Sets the note. Without a text there is none any more.
#[derive(Debug, Clone)]
pub struct SetAwayNote {
    /// What patients read: up to 500 characters.
    pub text: String,
    /// The last day, where the doctor or the clinic is.
    pub until: Option<Date>,
    /// The version that was seen; 0 for none.
    pub version: i32,
}

/// As whom the caller answers.
pub(super) fn answering(access: &Access) -> Result<Answering> {
    let acting = access.acting()?;
    let who = match acting.role {
        Role::Doctor => acting.doctor.map(Counterpart::Doctor),
        Role::Receptionist => acting.clinic.map(Counterpart::Desk),
        Role::Patient | Role::Nurse | Role::Pharmacist | Role::LabTechnician | Role::Admin | Role::Support => None,
    };
    who.map(Answering).ok_or_else(|| Code::Forbidden.into())
}

/// The note of the caller, or of the desk at which they work.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for those who answer for no one doctor or clinic.
pub async fn away_note(domain: &Domain, access: &Access) -> Result<AwayNote> {
    let who = answering(access)?;
    let mut tx = domain.begin_reading("chat.away_note", access).await?;
    let permit = tx.permit(Read, who).await?;
    let note = store::away_note(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(note)
}

/// Sets the note of the caller, or of the desk at which they work.
///
/// # Errors
/// `request.fields_invalid` with the fields `text`, `until`; `request.stale`; those of [`away_note`].
pub async fn set_away_note(domain: &Domain, access: &Access, command: SetAwayNote) -> Result<AwayNote> {
    let who = answering(access)?;
    let SetAwayNote { text, until, version } = command;
    let text = if text.trim().is_empty() { Ok(String::new()) } else { many_lines(&text, LONGEST_NOTE) };
    let mut faults = Faults::default();
    let text = faults.take("text", text).unwrap_or_default();
    if !text.is_empty() && until.is_none() {
        faults.add("until", FieldFault::Missing);
    }
    faults.check()?;
    let until = until.filter(|_| !text.is_empty());
    let mut tx = domain.begin("chat.set_away_note", access).await?;
    let permit = tx.permit(Write, who).await?;
    if !store::set_away_note(&mut tx, &permit, (text.as_str(), until), version).await? {
        tx.close().await?;
        return Err(Code::Stale.into());
    }
    let note = store::away_note(&mut tx, &permit).await?;
    let audit = Audit::of(AuditAction::ChatAwayNoteSet).on(ResourceKind::Conversation, who.resource_id());
    let audit = audit.with("version_before", i64::from(version)).with("version", i64::from(note.version));
    tx.commit(audit.with("state", if note.text.is_empty() { "ended" } else { "set" })).await?;
    Ok(note)
}
