//! An allergy of a patient's record, as programs see it.

use super::payload::one_of;
use jiff::Timestamp;
use model::records::{Allergy, AllergySeverity, AllergyView, DrugClass};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn severity() -> Object {
    one_of(AllergySeverity::ALL.iter().map(|severity| severity.as_str()))
}

/// An allergy that has not ended.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordAllergy {
    /// The id of the allergy.
    id: Uuid,
    /// The substance.
    substance: String,
    /// The group of the ATC classification, if the substance is a known medicine.
    #[schema(examples("J01C"))]
    atc: Option<&'static str>,
    /// The reaction, if it is known.
    reaction: Option<String>,
    /// The severity of the reaction.
    #[schema(schema_with = severity)]
    severity: &'static str,
    /// Where it is known from: `patient`, `clinician`, `elsewhere` or `imported`; null if nobody has said it.
    source: Option<&'static str>,
    /// The name of who recorded it.
    recorded_by: String,
    /// When it was recorded.
    recorded_at: Timestamp,
}

impl From<AllergyView> for RecordAllergy {
    fn from(view: AllergyView) -> Self {
        let AllergyView { id, allergy, recorded_by, recorded_at } = view;
        let Allergy { substance, reaction, severity, source } = allergy;
        Self {
            id: id.into(),
            atc: DrugClass::of(&substance).map(|class| class.atc()),
            substance,
            reaction,
            severity: severity.as_str(),
            source: source.map(|source| source.as_str()),
            recorded_by,
            recorded_at,
        }
    }
}
