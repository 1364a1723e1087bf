//! The paper: a signed prescription as a PDF, and an issued letter (`letter`) with the same letterhead.
//!
//! Purpose: turn one [`PrescriptionDocument`] into the bytes of an A4 document, with the clinic's letterhead, the doctor's licence,
//! the patient, every medicine, the signature and the way to check it.
//!
//! Invariants:
//! - The same input gives the same bytes: the module uses no clock, no randomness and nothing else of the machine.
//! - Printed text can be copied from the PDF letter by letter.
//! - A text that the font cannot show completely is refused ([`Unprintable`]); nothing is ever drawn as an empty box.
//! - The signature is never on a page without a medicine, as long as a medicine fits on the same page.
//!
//! It does not decide who may print, does not sign, and uses neither database nor network. The texts on the paper are data ([`Labels`]), the
//! measures are in `look`; `parts`, `item` and `signature` build the blocks, `pages` distributes them over pages and `write` makes the file.

mod canvas;
mod font;
mod item;
mod labels;
mod layout;
mod letter;
mod logo;
mod pages;
mod parts;
mod path;
mod signature;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub use labels::{ENGLISH, Labels};
pub use letter::{LetterDocument, Withdrawn, render_letter};
pub use logo::Logo;

use jiff::civil;
use model::ids::FileId;
use serde::{Deserialize, Serialize};
use write::About;

/// Everything on the paper. Instants are already formatted in the clinic's time zone.
#[derive(Clone, Serialize, Deserialize)]
pub struct PrescriptionDocument {
    /// The number by which reception and pharmacy know the prescription.
    pub number: String,
    /// The day of issue in the clinic's zone.
    pub issued_on: civil::Date,
    /// The instant of signing, with its zone: `22 November 2026, 14:05 (Europe/London)`.
    pub signed_at: String,
    /// The clinic.
    pub clinic: Letterhead,
    /// The doctor who signed.
    pub doctor: Prescriber,
    /// The patient.
    pub patient: PatientLine,
    /// The medicines, in the order in which they were written.
    pub items: Vec<Item>,
    /// The SHA-256 of the signed canonical document, in hexadecimal.
    pub fingerprint: String,
    /// The address at which the prescription can be checked; it contains the code.
    pub verification_url: String,
    /// The code, to be typed by hand; it is printed in groups of four, without its own spaces and hyphens.
    pub verification_code: String,
    /// Set once the prescription was cancelled.
    pub cancelled: Option<Cancellation>,
    /// The picture that the letterhead names, if there is one and it could be read.
    #[serde(skip)]
    pub logo: Option<Logo>,
}

/// The clinic's letterhead.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letterhead {
    /// The clinic's name.
    pub name: String,
    /// The postal address, a line each.
    pub address_lines: Vec<String>,
    /// The telephone number, as the clinic writes it.
    pub phone: Option<String>,
    /// Further lines. Without any the member is left out, so that a document that was signed before there were such lines stays what it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_lines: Vec<String>,
    /// The file of the logo, whose content never changes. Without one the member is left out too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<FileId>,
}

/// The doctor, with the licence to prescribe.
#[derive(Clone, Serialize, Deserialize)]
pub struct Prescriber {
    /// The name with title.
    pub name: String,
    /// The specialty.
    pub specialty: String,
    /// The licence number.
    pub licence_number: String,
    /// The authority that issued the licence.
    pub licence_authority: String,
    /// The country in which the licence is valid.
    pub licence_country: String,
}

/// The patient.
#[derive(Clone, Serialize, Deserialize)]
pub struct PatientLine {
    /// The full name.
    pub name: String,
    /// The date of birth.
    pub date_of_birth: civil::Date,
    /// The person number at this installation.
    pub person_number: String,
}

/// One medicine.
#[derive(Clone, Serialize, Deserialize)]
pub struct Item {
    /// The medicine's name.
    pub medicine: String,
    /// The strength with its unit: `500 mg`.
    pub strength: String,
    /// The form: `capsule`.
    pub form: String,
    /// How much at a time.
    pub dose: String,
    /// How it is taken.
    pub route: String,
    /// How often.
    pub frequency: String,
    /// For how long.
    pub duration: String,
    /// How much to dispense.
    pub quantity: String,
    /// How many times it may be dispensed again.
    pub refills: u16,
    /// What else the pharmacist or the patient should know; line breaks are kept.
    pub note: Option<String>,
}

/// When, by whom and why a prescription was cancelled.
#[derive(Clone, Serialize, Deserialize)]
pub struct Cancellation {
    /// The instant, with its zone, written out.
    pub at: String,
    /// Who cancelled it.
    pub by: String,
    /// The reason, if it may be printed.
    pub reason: Option<String>,
}

/// A text contains a character that the document's font cannot show, or that must not be in a signed document because it is invisible (a control or
/// direction mark).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} holds U+{:04X}, which cannot be printed", u32::from(*.character))]
pub struct Unprintable {
    /// The path of the field: `patient.name`, `items.2.note`; `labels` for a sentence of the paper itself.
    pub field: String,
    /// The first character that cannot be printed.
    pub character: char,
}

/// Renders the prescription as a PDF, in English.
///
/// # Errors
/// [`Unprintable`] names the first field with a character that the paper cannot show.
pub fn render(document: &PrescriptionDocument) -> Result<Vec<u8>, Unprintable> {
    render_with(document, &ENGLISH)
}

/// Renders the prescription as a PDF, with the texts of one language.
///
/// # Errors
/// [`Unprintable`] names the first field with a character that the paper cannot show.
pub fn render_with(document: &PrescriptionDocument, labels: &Labels) -> Result<Vec<u8>, Unprintable> {
    for (field, text) in document.texts() {
        printable(text).map_err(|character| Unprintable { field, character })?;
    }
    let pages = pages::lay_out(document, labels);
    if let Some(character) = canvas::missing(&pages) {
        return Err(Unprintable { field: "labels".to_owned(), character });
    }
    let about = About {
        title: labels::fill(labels.window_title, &[("number", &document.number)]),
        author: &document.doctor.name,
        issued_on: document.issued_on,
        language: labels.language,
        logo: document.logo.as_ref(),
    };
    Ok(write::write(&pages, &about))
}

/// Whether the paper can show a text: Latin with all its accents, Greek and Cyrillic, digits, punctuation and common signs.
///
/// # Errors
/// The first character that cannot be printed.
pub fn printable(text: &str) -> Result<(), char> {
    match text::clean(text).chars().find(|c| *c != '\n' && !font::covers(*c)) {
        Some(character) => Err(character),
        None => Ok(()),
    }
}

impl PrescriptionDocument {
    /// All texts, each with the path of its field.
    fn texts(&self) -> Vec<(String, &str)> {
        let mut texts: Vec<(String, &str)> = [
            ("number", &self.number),
            ("signed_at", &self.signed_at),
            ("clinic.name", &self.clinic.name),
            ("doctor.name", &self.doctor.name),
            ("doctor.specialty", &self.doctor.specialty),
            ("doctor.licence_number", &self.doctor.licence_number),
            ("doctor.licence_authority", &self.doctor.licence_authority),
            ("doctor.licence_country", &self.doctor.licence_country),
            ("patient.name", &self.patient.name),
            ("patient.person_number", &self.patient.person_number),
            ("fingerprint", &self.fingerprint),
            ("verification_url", &self.verification_url),
            ("verification_code", &self.verification_code),
        ]
        .map(|(field, text)| (field.to_owned(), text.as_str()))
        .into();
        for (index, line) in self.clinic.address_lines.iter().enumerate() {
            texts.push((format!("clinic.address_lines.{index}"), line));
        }
        for (index, line) in self.clinic.further_lines.iter().enumerate() {
            texts.push((format!("clinic.further_lines.{index}"), line));
        }
        texts.extend(self.clinic.phone.iter().map(|phone| ("clinic.phone".to_owned(), phone.as_str())));
        for (index, item) in self.items.iter().enumerate() {
            texts.extend(item.texts().into_iter().map(|(field, text)| (format!("items.{index}.{field}"), text)));
        }
        if let Some(cancelled) = &self.cancelled {
            texts.push(("cancelled.at".to_owned(), &cancelled.at));
            texts.push(("cancelled.by".to_owned(), &cancelled.by));
            texts.extend(cancelled.reason.iter().map(|reason| ("cancelled.reason".to_owned(), reason.as_str())));
        }
        texts
    }
}

impl Item {
    fn texts(&self) -> Vec<(&'static str, &str)> {
        let mut texts = vec![
            ("medicine", self.medicine.as_str()),
            ("strength", &self.strength),
            ("form", &self.form),
            ("dose", &self.dose),
            ("route", &self.route),
            ("frequency", &self.frequency),
            ("duration", &self.duration),
            ("quantity", &self.quantity),
        ];
        texts.extend(self.note.iter().map(|note| ("note", note.as_str())));
        texts
    }
}

/// The document is patient data, so `Debug` shows only how many items it has.
impl std::fmt::Debug for PrescriptionDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrescriptionDocument").field("items", &self.items.len()).finish_non_exhaustive()
    }
}
