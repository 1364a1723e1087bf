//! Invented cases for each specialty, in plain English: the complaint, the doctor's note and the prescription.
//!
//! Each part of a note has variants, so that two visits with the same complaint do not read the same. `{days}` becomes a small number and
//! `{pressure}` a blood pressure measured at home.

mod general;
mod internal;
pub(super) mod remedies;
mod surgical;

use crate::demo::seeded::Seeded;
use model::{prescriptions::Medicine, records::SoapNote};

/// A complaint and what the visit about it recorded.
pub(super) struct Case {
    /// The reason for the visit, in the patient's words.
    pub(super) reasons: &'static [&'static str],
    /// What the patient says.
    pub(super) said: &'static [&'static str],
    /// What the doctor saw on camera and the patient measured at home.
    pub(super) seen: &'static [&'static str],
    /// The doctor's assessment.
    pub(super) judged: &'static [&'static str],
    /// What happens next; the patient reads it.
    pub(super) plan: &'static [&'static str],
    /// ICD-10-CM codes, the main one first.
    pub(super) codes: &'static [&'static str],
    /// What may be prescribed, the most important first; empty for advice only.
    pub(super) remedies: &'static [Remedy],
}

/// A medicine as it is written on a prescription.
#[derive(Debug)]
pub(super) struct Remedy {
    medicine: &'static str,
    strength: &'static str,
    form: &'static str,
    dose: &'static str,
    route: &'static str,
    frequency: &'static str,
    duration: &'static str,
    quantity: &'static str,
    refills: u16,
    note: &'static str,
}

/// The cases of each specialty, in the order of [`super::places::SPECIALTIES`].
const BY_SPECIALTY: [&[Case]; 20] = [
    general::GENERAL_PRACTICE,
    internal::CARDIOLOGY,
    surgical::DERMATOLOGY,
    internal::ENDOCRINOLOGY,
    internal::GASTROENTEROLOGY,
    general::GERIATRICS,
    general::GYNAECOLOGY,
    internal::HAEMATOLOGY,
    internal::INFECTIOUS_DISEASES,
    internal::NEPHROLOGY,
    surgical::NEUROLOGY,
    internal::ONCOLOGY,
    surgical::OPHTHALMOLOGY,
    surgical::ORTHOPAEDICS,
    surgical::OTOLARYNGOLOGY,
    general::PAEDIATRICS,
    general::PSYCHIATRY,
    internal::PULMONOLOGY,
    internal::RHEUMATOLOGY,
    surgical::UROLOGY,
];

/// The cases of a specialty, by its index in [`super::places::SPECIALTIES`].
pub(super) fn of(specialty: usize) -> &'static [Case] {
    BY_SPECIALTY[specialty % BY_SPECIALTY.len()]
}

const PRESSURES: [&str; 6] = ["128/82", "136/84", "142/88", "148/92", "151/94", "132/78"];

impl Case {
    /// The note of one visit.
    pub(super) fn note(&self, seeded: &Seeded) -> SoapNote {
        let days = (2 + seeded.below(8)).to_string();
        let pressure = *seeded.pick(&PRESSURES);
        let part = |variants: &[&'static str]| seeded.pick(variants).replace("{days}", &days).replace("{pressure}", pressure);
        SoapNote { subjective: part(self.said), objective: part(self.seen), assessment: part(self.judged), plan: part(self.plan) }
    }
}

impl Remedy {
    /// The medicine of a prescription.
    pub(super) fn medicine(&self) -> Medicine {
        Medicine {
            medicine: self.medicine.to_owned(),
            strength: self.strength.to_owned(),
            form: self.form.to_owned(),
            dose: self.dose.to_owned(),
            route: self.route.to_owned(),
            frequency: self.frequency.to_owned(),
            duration: self.duration.to_owned(),
            quantity: self.quantity.to_owned(),
            refills: self.refills,
            note: Some(self.note.to_owned()).filter(|note| !note.is_empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{demo::places::SPECIALTIES, document::printable};
    use model::scheduling::VisitReason;

    fn all() -> impl Iterator<Item = &'static Case> {
        BY_SPECIALTY.into_iter().flatten()
    }

    #[test]
    fn every_specialty_has_its_cases() {
        assert_eq!(SPECIALTIES.len(), BY_SPECIALTY.len());
        for (cases, (slug, _)) in BY_SPECIALTY.into_iter().zip(SPECIALTIES) {
            assert!(cases.len() >= 2, "{slug}");
        }
    }

    #[test]
    fn what_is_invented_could_have_been_typed() {
        let seeded = Seeded::new(b"test");
        for case in all() {
            assert!(!case.codes.is_empty(), "{:?}", case.reasons);
            for reason in case.reasons {
                assert!(VisitReason::parse(reason).is_ok(), "{reason}");
            }
            let note = case.note(&seeded);
            assert!(SoapNote::parse(&note).as_ref() == Ok(&note), "{:?}", case.reasons);
            assert!(
                [&note.subjective, &note.objective, &note.assessment, &note.plan].into_iter().all(|part| !part.contains('{'))
            );
            for remedy in case.remedies {
                let medicine = remedy.medicine();
                let read = Medicine::parse(&medicine.typed(), |text| printable(text).is_ok());
                assert!(read == Ok(medicine), "{remedy:?}");
            }
        }
    }
}
