//! The texts on the paper; another language is another constant.

use jiff::civil;
use model::format::{self, Names};

/// The texts of one language. Placeholders in braces are filled in: `{page}`, `{pages}`, `{name}`, `{at}`, `{by}`, `{number}`.
#[derive(Debug, Clone, Copy)]
pub struct Labels {
    /// The language as a BCP 47 tag, for programs that read the document aloud.
    pub language: &'static str,
    /// The kind of document.
    pub title: &'static str,
    /// The title of the file's window: `Prescription {number}`.
    pub window_title: &'static str,
    /// The number of the prescription.
    pub number: &'static str,
    /// The day of issue.
    pub issued_on: &'static str,
    /// How many medicines are on the paper, so that nobody can add one.
    pub count: &'static str,
    /// The patient.
    pub patient: &'static str,
    /// The date of birth.
    pub date_of_birth: &'static str,
    /// The person number.
    pub person_number: &'static str,
    /// The doctor.
    pub prescriber: &'static str,
    /// The licence number.
    pub licence: &'static str,
    /// Authority and country of the licence.
    pub licensed_by: &'static str,
    /// The clinic's telephone: `Telephone {number}`.
    pub phone: &'static str,
    /// The heading over the medicines.
    pub items: &'static str,
    /// A medicine that continues from the previous page: `{name}, continued`.
    pub continued: &'static str,
    /// How much at a time.
    pub dose: &'static str,
    /// How it is taken.
    pub route: &'static str,
    /// How often.
    pub frequency: &'static str,
    /// For how long.
    pub duration: &'static str,
    /// How much to dispense.
    pub quantity: &'static str,
    /// How often it may be dispensed again.
    pub refills: &'static str,
    /// No refill.
    pub refills_none: &'static str,
    /// What else should be known.
    pub note: &'static str,
    /// The line under the last medicine.
    pub end_of_items: &'static str,
    /// `Signed electronically by {name}`.
    pub signed_by: &'static str,
    /// `{at}`: the instant of signing.
    pub signed_at: &'static str,
    /// Above the address at which the prescription can be checked.
    pub verify: &'static str,
    /// Above the code.
    pub code: &'static str,
    /// Above the fingerprint.
    pub fingerprint: &'static str,
    /// The word in the band and across a cancelled page.
    pub cancelled: &'static str,
    /// `On {at} by {by}.`
    pub cancelled_by: &'static str,
    /// What a cancelled prescription means for the pharmacy.
    pub cancelled_means: &'static str,
    /// `Page {page} of {pages}`.
    pub page: &'static str,
    /// How dates and times are written. A date has no weekday, and its month is a word, so that it cannot be confused with the day.
    pub names: Names,
}

/// English.
pub const ENGLISH: Labels = Labels {
    language: "en-GB",
    title: "Prescription",
    window_title: "Prescription {number}",
    number: "Prescription number",
    issued_on: "Date of issue",
    count: "Number of medicines",
    patient: "Patient",
    date_of_birth: "Date of birth",
    person_number: "Person number",
    prescriber: "Prescriber",
    licence: "Licence",
    licensed_by: "Licensed by",
    phone: "Telephone {number}",
    items: "Medicines",
    continued: "{name}, continued",
    dose: "Dose",
    route: "Route",
    frequency: "Frequency",
    duration: "Duration",
    quantity: "Quantity",
    refills: "Refills",
    refills_none: "None",
    note: "Note",
    end_of_items: "Nothing is prescribed below this line",
    signed_by: "Signed electronically by {name}",
    signed_at: "{at}",
    verify: "Check that this prescription is valid",
    code: "Code",
    fingerprint: "SHA-256 fingerprint of the signed document",
    cancelled: "CANCELLED",
    cancelled_by: "On {at} by {by}.",
    cancelled_means: "This prescription is not valid. Do not dispense.",
    page: "Page {page} of {pages}",
    names: Names { date_long: "{day} {month} {year}", ..Names::ENGLISH },
};

impl Labels {
    /// A date in words.
    pub(super) fn date(&self, date: civil::Date) -> String {
        format::date_long(date, &self.names)
    }
}

/// A text with its placeholders filled in, in one pass: an inserted value is never read as a placeholder.
pub(super) fn fill(sentence: &str, words: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            rest = after;
            break;
        };
        filled.push_str(words.iter().find(|(word, _)| *word == name).map_or("", |(_, value)| value));
        rest = tail;
    }
    filled.push_str(rest);
    filled
}
