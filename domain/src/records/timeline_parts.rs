//! What a timeline shows besides visits, notes, prescriptions, entries and documents: letters that were issued, measurements, and allergies that have not ended.

use super::{
    measurements,
    store::{self, Moment, letters},
    subjects::{AllergiesOf, EntriesOf, LettersOf, VitalsOf},
};
use crate::{
    Result,
    access::{Permit, actions::Read},
    db::Tx,
};
use model::{
    ids::{AllergyId, LetterId, MeasurementId},
    records::{AllergyView, LetterLine, TimelineContent, TimelineKind},
    vitals::MeasurementView,
};
use uuid::Uuid;

/// The permits that the parts need. Whoever reads the entries of a record may read these too, and each is asked for all the same.
pub(super) struct PartPermits {
    letters: Permit<Read, LettersOf>,
    vitals: Permit<Read, VitalsOf>,
    allergies: Permit<Read, AllergiesOf>,
}

impl PartPermits {
    pub(super) async fn of(tx: &mut Tx, entries: &Permit<Read, EntriesOf>) -> Result<Self> {
        let patient = entries.id().0;
        Ok(Self {
            letters: tx.permit_also(entries, Read, LettersOf(patient)).await?,
            vitals: tx.permit_also(entries, Read, VitalsOf(patient)).await?,
            allergies: tx.permit_also(entries, Read, AllergiesOf(patient)).await?,
        })
    }
}

/// What a page of a timeline has of the parts.
pub(super) struct Parts {
    letters: Vec<LetterLine>,
    measurements: Vec<MeasurementView>,
    allergies: Vec<AllergyView>,
}

impl Parts {
    /// Loads the parts of these moments.
    pub(super) async fn of(tx: &mut Tx, permits: &PartPermits, moments: &[Moment]) -> Result<Self> {
        let ids = |kind: TimelineKind| -> Vec<Uuid> {
            moments.iter().filter(|moment| moment.kind == kind).map(|moment| moment.id).collect()
        };
        Ok(Self {
            letters: letters::issued_among(tx, &permits.letters, ids(TimelineKind::Letter)).await?,
            measurements: measurements::some(tx, &permits.vitals, &ids(TimelineKind::Measurement)).await?,
            allergies: match ids(TimelineKind::Allergy) {
                ids if ids.is_empty() => Vec::new(),
                ids => store::allergies_listed(tx, &permits.allergies, &ids).await?,
            },
        })
    }

    /// The letter at a moment, if it is still there.
    pub(super) fn letter(&self, moment: &Moment) -> Option<TimelineContent> {
        let letter = self.letters.iter().find(|letter| letter.id == LetterId::from(moment.id))?.clone();
        Some(TimelineContent::Letter { letter: Box::new(letter) })
    }

    /// What was measured at a moment, if it is still there.
    pub(super) fn measurement(&self, moment: &Moment) -> Option<TimelineContent> {
        let view = self.measurements.iter().find(|view| view.id == MeasurementId::from(moment.id))?.clone();
        Some(TimelineContent::Measurement { view: Box::new(view) })
    }

    /// The allergy at a moment, if it is still there.
    pub(super) fn allergy(&self, moment: &Moment) -> Option<TimelineContent> {
        let view = self.allergies.iter().find(|view| view.id == AllergyId::from(moment.id))?.clone();
        Some(TimelineContent::Allergy { view: Box::new(view) })
    }
}
