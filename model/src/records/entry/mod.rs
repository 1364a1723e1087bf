//! Entries of a patient's record: problems, history, medication from elsewhere, immunisations, family and social history, procedures, care plans.
//!
//! An entry has a kind, a content of its own for each kind, and a source. Which fields a kind has is [`EntryKind::fields`]; forms, programs and the parser
//! all go by it.

mod parser;
mod partial_date;
mod typed;
mod views;

pub use partial_date::PartialDate;
pub use typed::TypedEntry;
pub use views::{EntryHistory, EntryVersionView, EntryView, PatientRecordView};

use crate::wire::{redacted, words};
use serde::{Deserialize, Serialize};

words! {
    /// What an entry is about. The order is that of the sections of a record.
    EntryKind {
        /// A condition that the patient has or had, as the problem list keeps it (FHIR Condition).
        Problem = "problem",
        /// Something of the patient's medical past.
        History = "history",
        /// A medicine that was not prescribed here (FHIR MedicationStatement).
        Medication = "medication",
        /// A vaccine that was given (FHIR Immunization).
        Immunisation = "immunisation",
        /// An illness of a relative (FHIR FamilyMemberHistory).
        Family = "family",
        /// How the patient lives (FHIR Observation, category social-history).
        Social = "social",
        /// An operation or another procedure (FHIR Procedure).
        Procedure = "procedure",
        /// A goal and the steps towards it (FHIR CarePlan).
        CarePlan = "care_plan",
    }
}

words! {
    /// Who or what an entry comes from.
    EntrySource {
        /// The patient, or somebody who acts for the patient, has said it.
        Patient = "patient",
        /// A doctor or a nurse of the clinic has found it.
        Clinician = "clinician",
        /// It is from a letter or a record of elsewhere.
        Elsewhere = "elsewhere",
        /// A program has brought it.
        Imported = "imported",
    }
}

words! {
    /// Whether the patient still has a problem.
    ProblemState {
        /// The patient has it.
        Active = "active",
        /// The patient does not have it any more.
        Resolved = "resolved",
    }
}

words! {
    /// A relative of the patient.
    Relative {
        /// The mother.
        Mother = "mother",
        /// The father.
        Father = "father",
        /// A sister.
        Sister = "sister",
        /// A brother.
        Brother = "brother",
        /// A daughter.
        Daughter = "daughter",
        /// A son.
        Son = "son",
        /// A parent of the mother.
        MothersParent = "mothers_parent",
        /// A parent of the father.
        FathersParent = "fathers_parent",
        /// Another relative.
        Other = "other",
    }
}

words! {
    /// What an entry of the social history is about.
    SocialTopic {
        /// Smoking and other tobacco.
        Tobacco = "tobacco",
        /// Alcohol.
        Alcohol = "alcohol",
        /// Other drugs.
        Drugs = "drugs",
        /// Work or school.
        Work = "work",
        /// The home, and who lives there.
        Home = "home",
        /// Food.
        Diet = "diet",
        /// Exercise.
        Exercise = "exercise",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// A field of an entry: the name of the control of a form, and of the member in a request.
    EntryField {
        /// What it is called.
        Name = "name",
        /// The ICD-10-CM code.
        Code = "code",
        /// The state of a problem.
        State = "state",
        /// The relative.
        Relative = "relative",
        /// The relative's age in years when the illness began.
        Age = "age",
        /// The topic of the social history.
        Topic = "topic",
        /// The strength of a medicine.
        Strength = "strength",
        /// How a medicine is taken.
        Dose = "dose",
        /// The number of the dose of a vaccine.
        DoseNumber = "dose_number",
        /// The lot number of a vaccine.
        Lot = "lot",
        /// Since when, or when.
        Since = "since",
        /// Until when.
        Until = "until",
        /// Where it was done.
        Place = "place",
        /// Anything else that must be known.
        Text = "text",
    }
}

impl EntryKind {
    /// The fields that entries of this kind have, in the order of the form.
    #[must_use]
    pub const fn fields(self) -> &'static [EntryField] {
        use EntryField as F;
        match self {
            Self::Problem => &[F::Code, F::Name, F::State, F::Since, F::Until, F::Text],
            Self::History => &[F::Name, F::Since, F::Until, F::Text],
            Self::Medication => &[F::Name, F::Strength, F::Dose, F::Since, F::Until, F::Text],
            Self::Immunisation => &[F::Name, F::Since, F::DoseNumber, F::Lot, F::Place, F::Text],
            Self::Family => &[F::Relative, F::Name, F::Age, F::Text],
            Self::Social => &[F::Topic, F::Text],
            Self::Procedure => &[F::Name, F::Since, F::Place, F::Text],
            Self::CarePlan => &[F::Name, F::Since, F::Until, F::Text],
        }
    }
}

/// The content of an entry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// A problem.
    Problem {
        /// What it is called; none when the description of the code says it.
        name: Option<String>,
        /// The ICD-10-CM code, if it has one.
        code: Option<String>,
        /// Whether the patient still has it.
        state: ProblemState,
        /// When it began.
        since: Option<PartialDate>,
        /// When it ended.
        until: Option<PartialDate>,
        /// Anything else.
        text: Option<String>,
    },
    /// Medical history.
    History {
        /// What it was.
        name: String,
        /// When it began.
        since: Option<PartialDate>,
        /// When it ended.
        until: Option<PartialDate>,
        /// Anything else.
        text: Option<String>,
    },
    /// A medicine that was not prescribed here.
    Medication {
        /// The medicine.
        name: String,
        /// Its strength.
        strength: Option<String>,
        /// How it is taken.
        dose: Option<String>,
        /// Since when it is taken.
        since: Option<PartialDate>,
        /// Until when it was taken; none while the patient takes it.
        until: Option<PartialDate>,
        /// Anything else.
        text: Option<String>,
    },
    /// A vaccine that was given.
    Immunisation {
        /// The vaccine.
        name: String,
        /// When it was given.
        since: PartialDate,
        /// The number of the dose.
        dose_number: Option<u8>,
        /// The lot number.
        lot: Option<String>,
        /// Where it was given.
        place: Option<String>,
        /// Anything else.
        text: Option<String>,
    },
    /// An illness of a relative.
    Family {
        /// The relative.
        relative: Relative,
        /// The illness.
        name: String,
        /// The relative's age in years when it began.
        age: Option<u8>,
        /// Anything else.
        text: Option<String>,
    },
    /// How the patient lives.
    Social {
        /// What it is about.
        topic: SocialTopic,
        /// What is known.
        text: String,
    },
    /// A procedure.
    Procedure {
        /// What was done.
        name: String,
        /// When.
        since: Option<PartialDate>,
        /// Where.
        place: Option<String>,
        /// Anything else.
        text: Option<String>,
    },
    /// A goal and the steps towards it.
    CarePlan {
        /// The goal.
        name: String,
        /// When it was agreed.
        since: Option<PartialDate>,
        /// When it is looked at again.
        until: Option<PartialDate>,
        /// The steps.
        text: String,
    },
}

impl Entry {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Problem { .. } => EntryKind::Problem,
            Self::History { .. } => EntryKind::History,
            Self::Medication { .. } => EntryKind::Medication,
            Self::Immunisation { .. } => EntryKind::Immunisation,
            Self::Family { .. } => EntryKind::Family,
            Self::Social { .. } => EntryKind::Social,
            Self::Procedure { .. } => EntryKind::Procedure,
            Self::CarePlan { .. } => EntryKind::CarePlan,
        }
    }

    /// When it began, if that is known.
    #[must_use]
    pub const fn since(&self) -> Option<&PartialDate> {
        match self {
            Self::Problem { since, .. }
            | Self::History { since, .. }
            | Self::Medication { since, .. }
            | Self::Procedure { since, .. }
            | Self::CarePlan { since, .. } => since.as_ref(),
            Self::Immunisation { since, .. } => Some(since),
            Self::Family { .. } | Self::Social { .. } => None,
        }
    }

    /// The ICD-10-CM code, if it has one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem { code, .. } => code.as_deref(),
            Self::History { .. }
            | Self::Medication { .. }
            | Self::Immunisation { .. }
            | Self::Family { .. }
            | Self::Social { .. }
            | Self::Procedure { .. }
            | Self::CarePlan { .. } => None,
        }
    }
}

redacted!(Entry);
