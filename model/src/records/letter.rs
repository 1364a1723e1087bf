//! Letters of doctors: referral, sick note, fit note, and the summary of a visit.

use super::{DiagnosisView, Phrase};
use crate::{
    errors::{FieldError, FieldFault, Range},
    identity::PersonNumber,
    ids::{EncounterId, LetterId, PatientId},
    prescriptions::Medicine,
    text::many_lines,
    wire::{redacted, words},
};
use jiff::{Timestamp, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

/// The longest recipient, in characters.
const MAX_RECIPIENT: usize = 500;
/// The longest text, in characters.
pub const MAX_LETTER_TEXT: usize = 8_000;
/// How many days before or after the day of issue a sick note or a fit note may begin.
const MAX_DAYS_OFF: i64 = 14;
/// How many days after its first day the last day of a sick note or a fit note may be: thirteen weeks. ("Getting the most out of the fit note: guidance for healthcare
/// professionals", Department for Work and Pensions: three months at most in the first six months of a condition.)
const MAX_DAYS_LONG: i64 = 90;

words! {
    /// What a letter is.
    LetterKind {
        /// It sends the patient to somebody else.
        Referral = "referral",
        /// It says that the patient cannot work.
        SickNote = "sick_note",
        /// It says under which conditions the patient can work.
        FitNote = "fit_note",
        /// It sums up a visit.
        Summary = "summary",
    }
}

words! {
    /// The state of a letter.
    LetterState {
        /// The doctor is still writing it.
        Draft = "draft",
        /// It is issued and does not change any more.
        Issued = "issued",
        /// It was issued and withdrawn later.
        Withdrawn = "withdrawn",
    }
}

impl LetterKind {
    /// Whether a letter of this kind says from when until when it counts.
    #[must_use]
    pub const fn has_period(self) -> bool {
        match self {
            Self::SickNote | Self::FitNote => true,
            Self::Referral | Self::Summary => false,
        }
    }
}

/// The number of the n-th letter, as it is printed: `LT-7K3-9QF-2X`; `None` beyond the largest counter of a [`PersonNumber`]. It is not a secret and grants no access.
#[must_use]
pub fn letter_number(counter: u64) -> Option<String> {
    PersonNumber::from_counter(counter).map(|number| format!("LT-{number}"))
}

/// A letter as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedLetter {
    /// A word of [`LetterKind`].
    pub kind: String,
    /// To whom it is; a referral needs it.
    pub recipient: String,
    /// The first day of a sick note or a fit note: `2026-11-24`.
    pub from: String,
    /// The last day of a sick note or a fit note.
    pub until: String,
    /// The text.
    pub text: String,
}

/// From when until when a sick note or a fit note counts, both days included.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterPeriod {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
}

/// The content of a letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterText {
    /// What it is.
    pub kind: LetterKind,
    /// To whom it is; line breaks are kept. Without one it is to whom it may concern.
    pub recipient: Option<String>,
    /// From when until when it counts; for a sick note and a fit note only.
    pub period: Option<LetterPeriod>,
    /// The text; line breaks are kept.
    pub text: String,
}

impl TypedLetter {
    /// Parses the fields. `printable` says whether the paper can show a text. Whether the days are near the day of issue is checked by [`LetterText::check`].
    ///
    /// # Errors
    /// A fault for each wrong field, by its name.
    pub fn parse(&self, printable: impl Fn(&str) -> bool) -> Result<LetterText, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut taken = |field: &str, parsed: Result<String, FieldFault>| match parsed {
            Ok(text) if printable(&text) => Some(text),
            Ok(_) => {
                faults.push(FieldError::new(field, FieldFault::Unprintable));
                None
            }
            Err(fault) => {
                faults.push(FieldError::new(field, fault));
                None
            }
        };
        let recipient = match many_lines(&self.recipient, MAX_RECIPIENT) {
            Err(FieldFault::Missing) => None,
            parsed => taken("recipient", parsed),
        };
        let text = taken("text", many_lines(&self.text, MAX_LETTER_TEXT)).unwrap_or_default();
        let kind = match self.kind.as_str() {
            "" => Err(FieldFault::Missing),
            typed => LetterKind::parse(typed),
        };
        let kind = match kind {
            Ok(kind) => kind,
            Err(fault) => {
                faults.insert(0, FieldError::new("kind", fault));
                return Err(faults);
            }
        };
        let wrong = |faults: &[FieldError], name: &str| faults.iter().any(|fault| fault.field == name);
        if kind == LetterKind::Referral && recipient.is_none() && !wrong(&faults, "recipient") {
            faults.push(FieldError::new("recipient", FieldFault::Missing));
        }
        let mut day = |field: &str, typed: &str| match (typed.trim(), kind.has_period()) {
            ("", false) => None,
            ("", true) => {
                faults.push(FieldError::new(field, FieldFault::Missing));
                None
            }
            // A letter of another kind has no days.
            (_, false) => {
                faults.push(FieldError::new(field, FieldFault::Malformed));
                None
            }
            (typed, true) => {
                // The parser also accepts complete date-times as a day.
                let day = if typed.len() == "2026-11-24".len() { typed.parse::<Date>().ok() } else { None };
                if day.is_none() {
                    faults.push(FieldError::new(field, FieldFault::Malformed));
                }
                day
            }
        };
        let (from, until) = (day("from", &self.from), day("until", &self.until));
        let period = from.zip(until).map(|(from, until)| LetterPeriod { from, until });
        if faults.is_empty() { Ok(LetterText { kind, recipient, period, text }) } else { Err(faults) }
    }
}

impl LetterText {
    /// Checks the days of a letter that is written or issued today, where its clinic is.
    ///
    /// # Errors
    /// `TooSmall` or `TooLarge` at `from` for a first day more than two weeks away, and at `until` for a last day before the first one or more than thirteen weeks long.
    pub fn check(&self, today: Date) -> Result<(), Vec<FieldError>> {
        let Some(LetterPeriod { from, until }) = self.period else { return Ok(()) };
        let within = |day: Date, first: Date, last: Date| {
            let range = Range::dates(first, last);
            match day {
                day if day < first => Some(FieldFault::TooSmall(range)),
                day if day > last => Some(FieldFault::TooLarge(range)),
                _ => None,
            }
        };
        let begins = within(from, today.saturating_sub(MAX_DAYS_OFF.days()), today.saturating_add(MAX_DAYS_OFF.days()));
        let ends = within(until, from, from.saturating_add(MAX_DAYS_LONG.days()));
        let faults: Vec<_> = [("from", begins), ("until", ends)]
            .into_iter()
            .filter_map(|(field, fault)| Some(FieldError::new(field, fault?)))
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The fields as they are typed, for the form that changes them.
    #[must_use]
    pub fn typed(&self) -> TypedLetter {
        let day = |day: fn(LetterPeriod) -> Date| self.period.map(|period| day(period).to_string()).unwrap_or_default();
        TypedLetter {
            kind: self.kind.as_str().to_owned(),
            recipient: self.recipient.clone().unwrap_or_default(),
            from: day(|period| period.from),
            until: day(|period| period.until),
            text: self.text.clone(),
        }
    }
}

/// A letter in a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterLine {
    /// The letter's id.
    pub id: LetterId,
    /// Its number: `LT-7K3-9QF-2X`.
    pub number: String,
    /// What it is.
    pub kind: LetterKind,
    /// The state. Only its author sees a draft.
    pub state: LetterState,
    /// The visit to which it belongs.
    pub encounter: EncounterId,
    /// The patient's name.
    pub patient_name: String,
    /// The name of the doctor.
    pub doctor_name: String,
    /// When it was issued; for a draft, when it was begun.
    pub at: Timestamp,
}

/// A letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterView {
    /// The letter's id.
    pub id: LetterId,
    /// Its number: `LT-7K3-9QF-2X`.
    pub number: String,
    /// The state.
    pub state: LetterState,
    /// The visit to which it belongs.
    pub encounter: EncounterId,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The patient's date of birth.
    pub patient_born: Date,
    /// The name of the doctor.
    pub doctor_name: String,
    /// The name of the clinic.
    pub clinic_name: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was issued.
    pub issued_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Why it was withdrawn.
    pub withdraw_reason: Option<String>,
    /// The content.
    pub content: LetterText,
    /// The version of a draft, needed to change or issue it.
    pub version: i64,
    /// Whether the caller may withdraw it once it is issued.
    pub may_withdraw: bool,
}

/// The letters of a patient in the record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientLetters {
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The letters, the newest first.
    pub letters: Vec<LetterLine>,
    /// The caller's last visit with the patient, for which they can write a letter.
    pub encounter: Option<EncounterId>,
}

/// What the page for a new letter needs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLetter {
    /// The visit.
    pub encounter: EncounterId,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The day where the clinic is.
    pub today: Date,
    /// The diagnoses of the visit, for a summary.
    pub diagnoses: Vec<DiagnosisView>,
    /// The plan of the visit.
    pub plan: Option<String>,
    /// What was prescribed at the visit and not cancelled.
    pub medicines: Vec<Medicine>,
    /// The phrases that the writer can use.
    pub phrases: Vec<Phrase>,
}

redacted!(TypedLetter);
redacted!(LetterPeriod);
redacted!(LetterText);
redacted!(LetterLine);
redacted!(LetterView);
redacted!(PatientLetters);
redacted!(NewLetter);

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn typed(kind: &str, days: [&str; 2], recipient: &str) -> TypedLetter {
        let [from, until] = days.map(str::to_owned);
        TypedLetter { kind: kind.to_owned(), recipient: recipient.to_owned(), from, until, text: " Flu.\r\nRest. ".to_owned() }
    }

    fn faults(typed: &TypedLetter) -> Vec<(String, FieldFault)> {
        let faults = typed.parse(|text| !text.contains('漢')).expect_err("faults");
        faults.into_iter().map(|fault| (fault.field, fault.fault)).collect()
    }

    #[test]
    fn each_kind_has_its_fields() {
        let note = typed("sick_note", ["2026-11-24", "2026-11-27"], "").parse(|_| true).expect("a sick note");
        let period = LetterPeriod { from: date(2026, 11, 24), until: date(2026, 11, 27) };
        assert_eq!((note.period, note.text.as_str(), note.recipient.as_ref()), (Some(period), "Flu.\nRest.", None));
        assert_eq!(note.typed().parse(|_| true), Ok(note));
        assert!(typed("summary", ["", ""], "").parse(|_| true).is_ok());
        assert_eq!(faults(&typed("referral", ["", ""], " ")), [("recipient".to_owned(), FieldFault::Missing)]);
        assert_eq!(faults(&typed("referral", ["2026-11-24", ""], "Dr Li")), [("from".to_owned(), FieldFault::Malformed)]);
        let missing = [("from".to_owned(), FieldFault::Missing), ("until".to_owned(), FieldFault::Malformed)];
        assert_eq!(faults(&typed("fit_note", ["", "Friday"], "")), missing);
        assert_eq!(
            faults(&typed("", ["", ""], "漢")),
            [("kind".to_owned(), FieldFault::Missing), ("recipient".to_owned(), FieldFault::Unprintable)]
        );
        assert_eq!(faults(&typed("diploma", ["", ""], ""))[0].1, FieldFault::UnknownChoice);
    }

    #[test]
    fn a_sick_note_begins_near_its_day_and_ends_within_thirteen_weeks() {
        let today = date(2026, 11, 24);
        let checked = |from: &str, until: &str| {
            let letter = typed("sick_note", [from, until], "").parse(|_| true).expect("two days");
            letter.check(today).map_err(|faults| faults.into_iter().map(|fault| fault.field).collect::<Vec<_>>())
        };
        assert_eq!(checked("2026-11-10", "2026-11-10"), Ok(()));
        assert_eq!(checked("2026-12-08", "2027-03-08"), Ok(()));
        assert_eq!(checked("2026-11-09", "2026-11-12"), Err(vec!["from".to_owned()]));
        assert_eq!(checked("2026-12-09", "2026-12-12"), Err(vec!["from".to_owned()]));
        assert_eq!(checked("2026-11-24", "2026-11-23"), Err(vec!["until".to_owned()]));
        assert_eq!(checked("2026-11-24", "2027-02-23"), Err(vec!["until".to_owned()]));
    }

    #[test]
    fn the_number_of_a_letter_is_told_from_that_of_a_prescription() {
        assert!(letter_number(1_048_576).expect("a number").starts_with("LT-"));
    }
}
