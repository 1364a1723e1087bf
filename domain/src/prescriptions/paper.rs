//! The signed document, and the paper that is printed from it.
//!
//! The signed document is the canonical JSON of [`Signed`], version 1: its members in the order of their declaration, without white space. Its
//! SHA-256 is the fingerprint on the paper. What depends on the installation and not on the signature (the address at which the code can be checked)
//! is added when it is printed.

use super::store::{self, Cancelled, Head};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    db::Tx,
    document::{self, Cancellation, Item, Letterhead, Logo, PatientLine, Prescriber, PrescriptionDocument, Unprintable},
    files::{self, Content, Files},
    identity::name_on_paper,
    randomness::Randomness,
    vault::{Column, PatientKey, sha256},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{
    errors::Code,
    format,
    identity::PersonNumber,
    ids::{ClinicId, DoctorId, EncounterId, FileId, PatientId, PrescriptionId},
    prescriptions::{Medicine, PrescriptionNumber, VerificationCode},
};
use serde::{Deserialize, Serialize};

/// The prescription, and its visit, clinic, doctor and patient.
#[derive(Clone)]
pub(crate) struct Parties {
    pub(crate) prescription: PrescriptionId,
    pub(crate) number: i64,
    pub(crate) encounter: EncounterId,
    pub(crate) clinic: ClinicId,
    pub(crate) clinic_zone: String,
    pub(crate) doctor: DoctorId,
    pub(crate) patient: PatientId,
    /// The name as the paper shows it.
    pub(crate) patient_name: String,
    pub(crate) patient_born: Date,
    pub(crate) patient_number: i64,
}

impl Parties {
    /// The parties of a draft.
    ///
    /// # Errors
    /// `prescriptions.patient_name_unprintable`.
    pub(super) fn of(head: &Head) -> Result<Self> {
        let patient_name =
            name_on_paper(&head.patient_name, head.patient_latin_name.as_deref()).ok_or(Code::PrescriptionPatientName)?;
        Ok(Self {
            prescription: head.id,
            number: head.number,
            encounter: head.encounter,
            clinic: head.clinic,
            clinic_zone: head.clinic_zone.clone(),
            doctor: head.doctor,
            patient: head.patient,
            patient_name,
            patient_born: head.patient_born,
            patient_number: head.patient_number,
        })
    }
}

/// What signing adds to the row of a prescription.
pub(crate) struct Frozen {
    /// The canonical form, encrypted with the patient's key.
    pub(crate) document_cipher: Vec<u8>,
    /// The SHA-256 of the canonical form.
    pub(crate) document_hash: [u8; 32],
    /// The SHA-256 of the code on the paper.
    pub(crate) verification_hash: [u8; 32],
}

/// The document that the doctor signs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Signed {
    pub(super) v: u8,
    pub(super) prescription: PrescriptionId,
    pub(super) number: String,
    pub(super) encounter: EncounterId,
    pub(super) signed_at: Timestamp,
    pub(super) zone: String,
    pub(super) clinic_id: ClinicId,
    pub(super) clinic: Letterhead,
    pub(super) doctor_id: DoctorId,
    pub(super) doctor: Prescriber,
    pub(super) patient_id: PatientId,
    pub(super) patient: PatientLine,
    pub(super) items: Vec<Medicine>,
    pub(super) code: String,
}

impl Signed {
    /// Assembles the document.
    pub(crate) fn new(
        parties: Parties,
        at: Timestamp,
        clinic: Letterhead,
        doctor: Prescriber,
        items: Vec<Medicine>,
        code: VerificationCode,
    ) -> Result<Self> {
        Ok(Self {
            v: 1,
            prescription: parties.prescription,
            number: number(parties.number)?,
            encounter: parties.encounter,
            signed_at: at,
            zone: parties.clinic_zone,
            clinic_id: parties.clinic,
            clinic,
            doctor_id: parties.doctor,
            doctor,
            patient_id: parties.patient,
            patient: PatientLine {
                name: parties.patient_name,
                date_of_birth: parties.patient_born,
                person_number: person_number(parties.patient_number)?,
            },
            items,
            code: code.symbols(),
        })
    }

    /// The form in which it is stored.
    pub(crate) fn freeze(&self, key: &PatientKey, source: &dyn Randomness) -> Result<Frozen> {
        let text = self.canonical()?;
        Ok(Frozen {
            document_cipher: key.encrypt(source, Column::PrescriptionDocument, self.prescription, &text),
            document_hash: sha256(&[text.as_bytes()]),
            verification_hash: sha256(&[self.code.as_bytes()]),
        })
    }

    /// The canonical form.
    pub(super) fn canonical(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// The paper, for an installation with this public address.
    pub(super) fn paper(&self, public_url: &str, cancelled: Option<&Cancelled>) -> Result<PrescriptionDocument> {
        let zone = zone(&self.zone)?;
        let code = VerificationCode::parse(&self.code).map_err(|_| Error::internal("a signed document without a whole code"))?;
        Ok(PrescriptionDocument {
            number: self.number.clone(),
            issued_on: zone.to_datetime(self.signed_at).date(),
            signed_at: written(self.signed_at, &zone, &self.zone),
            clinic: self.clinic.clone(),
            doctor: self.doctor.clone(),
            patient: self.patient.clone(),
            items: self.items.iter().map(item).collect(),
            fingerprint: hex::encode(sha256(&[self.canonical()?.as_bytes()])),
            verification_url: format!("{}/verify/{}", public_url.trim_end_matches('/'), self.code),
            verification_code: code.grouped(),
            // The reason is not printed, because it may say what people at the pharmacy need not know.
            cancelled: cancelled.map(|cancelled| Cancellation {
                at: written(cancelled.at, &zone, &self.zone),
                // The doctor who signed also cancels: if the account's name cannot be printed, the printed name of the signature is used.
                by: name_on_paper(&cancelled.by, cancelled.by_latin.as_deref()).unwrap_or_else(|| self.doctor.name.clone()),
                reason: None,
            }),
            logo: None,
        })
    }
}

/// The PDF of a signed prescription: its file name, which contains nothing about anybody, and its bytes. If the logo of its letterhead cannot be read, it is
/// printed without.
///
/// # Errors
/// `not_found`, also for a draft.
pub async fn pdf(domain: &Domain, files: &Files, access: &Access, id: PrescriptionId) -> Result<(String, Vec<u8>)> {
    let mut tx = domain.begin_reading("prescriptions.pdf", access).await?;
    let permit = tx.permit(Read, id).await?;
    let head = store::head(&mut tx, &permit).await?;
    let Some((cipher, hash)) = store::frozen_document(&mut tx, &permit).await? else { return Err(Code::NotFound.into()) };
    let text = tx.patient_key(head.patient).await?.decrypt(Column::PrescriptionDocument, id, &cipher)?;
    if sha256(&[text.as_bytes()])[..] != hash[..] {
        return Err(Error::internal("a signed document is not the one that was hashed"));
    }
    let signed: Signed = serde_json::from_str(&text).map_err(Error::internal)?;
    let mut paper = signed.paper(&domain.settings().public_url, head.cancelled.as_ref())?;
    let logo = match signed.clinic.logo {
        Some(file) => Some((file, files::logo(&mut tx, files, &permit, file).await)),
        None => None,
    };
    tx.commit(Audit::read(AuditAction::PrescriptionsPrinted).patient(head.patient).on(ResourceKind::Prescription, id)).await?;
    if let Some((file, content)) = logo {
        paper.logo = picture(file, content).await;
    }
    let bytes = render(paper).await?;
    Ok((format!("{}.pdf", signed.number.to_lowercase()), bytes))
}

/// The letterhead that a clinic has now, and its country.
pub(crate) async fn letterhead(tx: &mut Tx, clinic: ClinicId) -> Result<(Letterhead, String)> {
    store::letterhead(tx, clinic).await
}

/// A doctor who signs a document on this day, with a licence that is valid then, preferably one of the clinic's country.
///
/// # Errors
/// `directory.doctor_unverified`, `prescriptions.unlicensed`, `prescriptions.doctor_name_unprintable`.
pub(crate) async fn signer(tx: &mut Tx, doctor: DoctorId, country: &str, today: Date) -> Result<Prescriber> {
    store::prescriber(tx, doctor, country, today).await
}

/// The picture of a logo. A document can be printed whatever happened to it, so what is wrong is only logged.
pub(crate) async fn picture(file: FileId, content: Result<Content>) -> Option<Logo> {
    let content = match content {
        Ok(content) => content.whole().await,
        Err(error) => Err(error),
    };
    let decoded = match content {
        Ok(bytes) => tokio::task::spawn_blocking(move || Logo::decode(&bytes)).await.map_err(Error::internal),
        Err(error) => Err(error),
    };
    match decoded.and_then(|logo| logo.map_err(Error::internal)) {
        Ok(logo) => Some(logo),
        Err(error) => {
            let cause = error.causes();
            tracing::error!(file.id = %file, error.code = %error, error.cause = cause, "a document is printed without its logo");
            None
        }
    }
}

/// Renders the paper off the async threads.
///
/// # Errors
/// `prescriptions.unprintable` when a text contains what the paper cannot show.
pub(super) async fn render(paper: PrescriptionDocument) -> Result<Vec<u8>> {
    tokio::task::spawn_blocking(move || document::render(&paper))
        .await
        .map_err(Error::internal)?
        .map_err(|error: Unprintable| Error::new(Code::PrescriptionUnprintable).because(error))
}

/// The number of a prescription, as it is shown.
pub(super) fn number(counter: i64) -> Result<String> {
    let number = u64::try_from(counter).ok().and_then(PrescriptionNumber::from_counter);
    number.map(|number| number.to_string()).ok_or_else(|| Error::internal("the numbers of prescriptions are used up"))
}

/// The number of a person, as it is shown.
pub(crate) fn person_number(counter: i64) -> Result<String> {
    let number = u64::try_from(counter).ok().and_then(PersonNumber::from_counter);
    number.map(|number| number.to_string()).ok_or_else(|| Error::internal("the numbers of people are used up"))
}

/// The time zone of a clinic.
pub(crate) fn zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).map_err(Error::internal)
}

/// An instant in a zone, with the zone's name, as documents print it.
pub(crate) fn written(at: Timestamp, zone: &TimeZone, name: &str) -> String {
    format!("{} ({name})", format::date_time(at, zone, &document::ENGLISH.names))
}

fn item(medicine: &Medicine) -> Item {
    Item {
        medicine: medicine.medicine.clone(),
        strength: medicine.strength.clone(),
        form: medicine.form.clone(),
        dose: medicine.dose.clone(),
        route: medicine.route.clone(),
        frequency: medicine.frequency.clone(),
        duration: medicine.duration.clone(),
        quantity: medicine.quantity.clone(),
        refills: medicine.refills,
        note: medicine.note.clone(),
    }
}
