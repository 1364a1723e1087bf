//! Reading letters, and what the page for a new one starts with.

use super::{
    super::{
        store::{self, letters as rows, phrases},
        subjects::{DiagnosesOf, LettersAt, LettersOf, NoteOf},
    },
    write::today,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Cancel, Create, Follow, Read},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    prescriptions,
};
use model::{
    errors::{Code, FieldFault},
    ids::{EncounterId, LetterId, PatientId},
    page::{Page, page_size},
    prescriptions::PrescriptionState,
    records::{LetterLine, LetterState, LetterView, NewLetter, PatientLetters},
};

/// How many letters the record of a patient shows.
const SHOWN: i64 = 200;

/// One page of a list of letters.
#[derive(Debug, Clone, Default)]
pub struct ListLetters {
    /// The patient; without one, the list is the caller's own.
    pub patient: Option<PatientId>,
    /// Where the page begins: `next_cursor` of the previous page.
    pub cursor: Option<String>,
    /// How many letters.
    pub size: Option<u32>,
}

/// One letter.
///
/// # Errors
/// `not_found`, also for the draft of another doctor.
pub async fn letter(domain: &Domain, access: &Access, id: LetterId) -> Result<LetterView> {
    let mut tx = domain.begin_reading("records.letter", access).await?;
    let permit = tx.permit(Read, id).await?;
    let view = LetterView { may_withdraw: permit.may(access, Cancel), ..view_of(&mut tx, &permit).await? };
    tx.commit(Audit::read(AuditAction::RecordsLetterRead).patient(view.patient).on(ResourceKind::Letter, id)).await?;
    Ok(view)
}

/// A letter that was issued, for whoever has its link.
///
/// # Errors
/// `not_found`, also for a draft.
pub(in super::super) async fn issued(tx: &mut Tx, id: LetterId) -> Result<LetterView> {
    let permit = tx.permit(Read, id).await?;
    let view = view_of(tx, &permit).await?;
    if view.state == LetterState::Draft { Err(Code::NotFound.into()) } else { Ok(view) }
}

/// A letter as pages show it, to somebody who does not withdraw it.
async fn view_of(tx: &mut Tx, permit: &Permit<Read, LetterId>) -> Result<LetterView> {
    let head = rows::head(tx, permit).await?;
    let state = head.state();
    let withdrawn_at = head.withdrawn.as_ref().map(|withdrawn| withdrawn.at);
    Ok(LetterView {
        id: permit.id(),
        number: rows::number(head.number)?,
        state,
        encounter: head.encounter,
        patient: head.patient,
        patient_name: head.patient_name,
        patient_born: head.patient_born,
        doctor_name: head.doctor_name,
        clinic_name: head.clinic_name,
        created_at: head.created_at,
        issued_at: head.issued_at,
        withdrawn_at,
        withdraw_reason: head.withdrawn.map(|withdrawn| withdrawn.reason),
        content: head.content,
        version: head.version.into(),
        may_withdraw: false,
    })
}

/// Letters, newest first: those of a patient whose record the caller reads, or the caller's own. Patients have their own issued ones, doctors those that they wrote, with
/// drafts.
///
/// # Errors
/// `access.forbidden` for roles without such a list; `not_found` for the patient; `request.fields_invalid` with the field `cursor`.
pub async fn letters(domain: &Domain, access: &Access, query: ListLetters) -> Result<Page<LetterLine>> {
    let before = query.cursor.as_deref().map(str::parse::<LetterId>).transpose();
    let before = before.map_err(|_| Error::field("cursor", FieldFault::Malformed))?;
    let size = page_size(query.size);
    let mut tx = domain.begin_reading("records.letters", access).await?;
    let limit = i64::from(size) + 1;
    let found = match query.patient {
        Some(patient) => {
            let permit = tx.permit(Read, LettersOf(patient)).await?;
            rows::of_patient(&mut tx, &permit, before, limit).await?
        }
        None => rows::in_scope(&mut tx, &access.scope(ResourceKind::Letter)?, before, limit).await?,
    };
    let page = Page::cut(found, size, |(_, line)| line.id.to_string());
    let patients: Vec<PatientId> = page.items.iter().map(|(patient, _)| *patient).collect();
    let lines: Vec<LetterLine> = page.items.iter().map(|(_, line)| line.clone()).collect();
    tx.commit(Audit::read(AuditAction::RecordsLettersListed).patients(patients)).await?;
    Ok(page.with(lines))
}

/// The letters in the record of a patient, and the visit for which the calling doctor can write another one.
///
/// # Errors
/// `not_found`; `access.forbidden` when the caller names no patient and acts for none.
pub async fn letters_of_patient(domain: &Domain, access: &Access, patient: Option<PatientId>) -> Result<PatientLetters> {
    let patient = match patient {
        Some(patient) => patient,
        None => access.acting_patient()?,
    };
    let mut tx = domain.begin_reading("records.letters_of_patient", access).await?;
    let permit = tx.permit(Read, LettersOf(patient)).await?;
    let letters = rows::of_patient(&mut tx, &permit, None, SHOWN).await?;
    let view = PatientLetters {
        patient,
        patient_name: store::name_of_patient(&mut tx, patient).await?.ok_or(Code::NotFound)?,
        letters: letters.into_iter().map(|(_, line)| line).collect(),
        encounter: rows::last_visit(&mut tx, &permit).await?,
    };
    tx.commit(Audit::read(AuditAction::RecordsLettersListed).patient(patient).on(ResourceKind::Patient, patient)).await?;
    Ok(view)
}

/// What the page for a new letter starts with: the patient, and what the visit says, for a summary.
///
/// # Errors
/// `not_found`; `access.forbidden` for everyone except the doctor of the visit; `visits.not_yet`, `visits.not_held`.
pub async fn new_letter(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<NewLetter> {
    let mut tx = domain.begin("records.new_letter", access).await?;
    let permit = tx.permit(Create, LettersAt(encounter)).await?;
    let of_note = tx.permit_also(&permit, Follow, NoteOf(encounter)).await?;
    let of_diagnoses = tx.permit_also(&permit, Read, DiagnosesOf(encounter)).await?;
    let of_letters = tx.permit_also(&permit, Read, LettersAt(encounter)).await?;
    let patient = permit.patient()?;
    let zone = rows::zone_of_visit(&mut tx, &permit).await?;
    let plan = store::note(&mut tx, &of_note).await?.note.plan;
    let prescribed = prescriptions::signed_at_visit(&mut tx, &of_letters, encounter).await?;
    let valid = prescribed.into_iter().filter(|prescription| prescription.state == PrescriptionState::Signed);
    let view = NewLetter {
        encounter,
        patient,
        patient_name: store::name_of_patient(&mut tx, patient).await?.ok_or(Code::NotFound)?,
        today: today(&tx, &zone)?,
        diagnoses: store::diagnoses(&mut tx, &of_diagnoses).await?,
        plan: (!plan.is_empty()).then_some(plan),
        medicines: valid.flat_map(|prescription| prescription.medicines).collect(),
        phrases: phrases::usable(&mut tx, &permit, encounter).await?,
    };
    tx.commit(Audit::read(AuditAction::RecordsLetterBegun).patient(patient).on(ResourceKind::Visit, encounter)).await?;
    Ok(view)
}
