//! The canonical form of an issued letter, and the paper that is printed from it.
//!
//! The canonical form is the JSON of [`IssuedLetter`], version 1: its members in the order of their declaration, without white space. Its SHA-256 is the fingerprint on the
//! paper.

use super::super::store::letters::{self as store, LetterHead, Withdrawal};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    document::{self, LetterDocument, Letterhead, PatientLine, Prescriber, Unprintable, Withdrawn},
    files::{self, Files},
    identity::name_on_paper,
    prescriptions,
    vault::{Column, sha256},
};
use jiff::Timestamp;
use model::{
    errors::Code,
    ids::{ClinicId, DoctorId, EncounterId, LetterId, PatientId},
    records::LetterText,
};
use serde::{Deserialize, Serialize};

/// A letter as it was issued.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct IssuedLetter {
    v: u8,
    letter: LetterId,
    number: String,
    encounter: EncounterId,
    issued_at: Timestamp,
    zone: String,
    clinic_id: ClinicId,
    clinic: Letterhead,
    doctor_id: DoctorId,
    doctor: Prescriber,
    patient_id: PatientId,
    patient: PatientLine,
    content: LetterText,
}

impl IssuedLetter {
    /// Assembles the letter.
    ///
    /// # Errors
    /// `prescriptions.patient_name_unprintable`.
    pub(super) fn new(
        letter: LetterId,
        head: &LetterHead,
        clinic: Letterhead,
        doctor: Prescriber,
        at: Timestamp,
    ) -> Result<Self> {
        let name = name_on_paper(&head.patient_name, head.patient_latin_name.as_deref()).ok_or(Code::PrescriptionPatientName)?;
        Ok(Self {
            v: 1,
            letter,
            number: store::number(head.number)?,
            encounter: head.encounter,
            issued_at: at,
            zone: head.clinic_zone.clone(),
            clinic_id: head.clinic,
            clinic,
            doctor_id: head.doctor,
            doctor,
            patient_id: head.patient,
            patient: PatientLine {
                name,
                date_of_birth: head.patient_born,
                person_number: prescriptions::person_number(head.patient_number)?,
            },
            content: head.content.clone(),
        })
    }

    /// The canonical form.
    pub(super) fn canonical(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// The paper, without the logo.
    pub(super) fn paper(&self, withdrawn: Option<&Withdrawal>) -> Result<LetterDocument> {
        let zone = prescriptions::zone(&self.zone)?;
        let written = |at: Timestamp| prescriptions::written(at, &zone, &self.zone);
        Ok(LetterDocument {
            number: self.number.clone(),
            issued_on: zone.to_datetime(self.issued_at).date(),
            issued_at: written(self.issued_at),
            clinic: self.clinic.clone(),
            doctor: self.doctor.clone(),
            patient: self.patient.clone(),
            content: self.content.clone(),
            fingerprint: hex::encode(sha256(&[self.canonical()?.as_bytes()])),
            withdrawn: withdrawn.map(|withdrawn| Withdrawn {
                at: written(withdrawn.at),
                // The doctor who issued also withdraws: if the account's name cannot be printed, the printed name is used.
                by: name_on_paper(&withdrawn.by, withdrawn.by_latin.as_deref()).unwrap_or_else(|| self.doctor.name.clone()),
            }),
            logo: None,
        })
    }
}

/// The PDF of an issued letter: its file name, which contains nothing about anybody, and its bytes. If the logo of its letterhead cannot be read, it is printed without.
///
/// # Errors
/// `not_found`, also for a draft.
pub async fn letter_pdf(domain: &Domain, files: &Files, access: &Access, id: LetterId) -> Result<(String, Vec<u8>)> {
    let mut tx = domain.begin_reading("records.letter_pdf", access).await?;
    let permit = tx.permit(Read, id).await?;
    let head = store::head(&mut tx, &permit).await?;
    let Some((cipher, hash)) = store::frozen_document(&mut tx, &permit).await? else { return Err(Code::NotFound.into()) };
    let text = tx.patient_key(head.patient).await?.decrypt(Column::LetterDocument, id, &cipher)?;
    if sha256(&[text.as_bytes()])[..] != hash[..] {
        return Err(Error::internal("an issued letter is not the one that was hashed"));
    }
    let issued: IssuedLetter = serde_json::from_str(&text).map_err(Error::internal)?;
    let mut paper = issued.paper(head.withdrawn.as_ref())?;
    let logo = match issued.clinic.logo {
        Some(file) => Some((file, files::logo(&mut tx, files, &permit, file).await)),
        None => None,
    };
    tx.commit(Audit::read(AuditAction::RecordsLetterPrinted).patient(head.patient).on(ResourceKind::Letter, id)).await?;
    if let Some((file, content)) = logo {
        paper.logo = prescriptions::picture(file, content).await;
    }
    let bytes = render(paper).await?;
    Ok((format!("{}.pdf", issued.number.to_lowercase()), bytes))
}

/// Renders the paper off the async threads.
///
/// # Errors
/// `prescriptions.unprintable` when a text contains what the paper cannot show.
pub(super) async fn render(paper: LetterDocument) -> Result<Vec<u8>> {
    tokio::task::spawn_blocking(move || document::render_letter(&paper))
        .await
        .map_err(Error::internal)?
        .map_err(|error: Unprintable| Error::new(Code::PrescriptionUnprintable).because(error))
}
