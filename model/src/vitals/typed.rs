//! Measurements as they are typed, and as they are kept.

use super::{Breathes, Consciousness, Decimal, SaturationScale, Unit, VitalKind, kind::feet_and_inches};
use crate::{
    errors::{FieldError, FieldFault, Range},
    wire::redacted,
};
use serde::{Deserialize, Serialize};

/// One measured value: as it was typed, and in the canonical unit of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// What was measured.
    pub kind: VitalKind,
    /// The number as it was typed; feet and inches are inches here.
    pub value: Decimal,
    /// The unit in which it was typed.
    pub unit: Unit,
    /// The value in the canonical unit.
    pub canonical: Decimal,
}

/// What was measured at one time, at most one value of each kind, with what the early-warning score must know besides.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vitals {
    /// The values, in the order of [`VitalKind::ALL`]; at least one.
    pub values: Vec<Measured>,
    /// How awake the patient is, if somebody has assessed it.
    pub consciousness: Option<Consciousness>,
    /// Whether the patient breathes air or additional oxygen, if it was noted.
    pub breathes: Option<Breathes>,
    /// The scale for the oxygen saturation.
    pub scale: SaturationScale,
}

impl Vitals {
    /// The value of a kind, if it was measured.
    #[must_use]
    pub fn get(&self, kind: VitalKind) -> Option<Measured> {
        self.values.iter().copied().find(|measured| measured.kind == kind)
    }
}

/// The values of a form or of a request, as they were typed. A unit that is empty is the canonical one; a value that is empty was not measured.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedVitals {
    /// The upper value of the blood pressure.
    pub systolic: String,
    /// The lower value of the blood pressure.
    pub diastolic: String,
    /// The pulse.
    pub pulse: String,
    /// The temperature.
    pub temperature: String,
    /// Its unit: a code of [`Unit`].
    pub temperature_unit: String,
    /// The oxygen saturation.
    pub saturation: String,
    /// The breaths in a minute.
    pub breathing: String,
    /// The weight.
    pub weight: String,
    /// Its unit.
    pub weight_unit: String,
    /// The height.
    pub height: String,
    /// Its unit.
    pub height_unit: String,
    /// The pain.
    pub pain: String,
    /// The glucose.
    pub glucose: String,
    /// Its unit.
    pub glucose_unit: String,
    /// How awake the patient is: a word of [`Consciousness`].
    pub consciousness: String,
    /// What the patient breathes: a word of [`Breathes`].
    pub breathes: String,
    /// The scale for the oxygen saturation: a word of [`SaturationScale`]; empty for the usual one.
    pub scale: String,
}

impl TypedVitals {
    /// Parses what was typed.
    ///
    /// # Errors
    /// A fault for each field that is wrong, also for a lower blood pressure that is not below the upper one, and for one without the other; `Missing` at `systolic` when
    /// nothing was typed.
    pub fn parse(&self) -> Result<Vitals, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut values = Vec::new();
        for kind in VitalKind::ALL.iter().copied() {
            match self.measured(kind) {
                Ok(measured) => values.extend(measured),
                Err((field, fault)) => faults.push(FieldError::new(field, fault)),
            }
        }
        if let Some((field, fault)) = self.pressure_fault(&values) {
            faults.push(FieldError::new(field, fault));
        }
        let mut word = |field: &str, fault: FieldFault| faults.push(FieldError::new(field, fault));
        let consciousness = chosen(&self.consciousness, Consciousness::parse).unwrap_or_else(|fault| {
            word("consciousness", fault);
            None
        });
        let breathes = chosen(&self.breathes, Breathes::parse).unwrap_or_else(|fault| {
            word("breathes", fault);
            None
        });
        let scale = chosen(&self.scale, SaturationScale::parse).unwrap_or_else(|fault| {
            word("scale", fault);
            None
        });
        if values.is_empty() && faults.is_empty() {
            faults.push(FieldError::new("systolic", FieldFault::Missing));
        }
        if faults.is_empty() {
            Ok(Vitals { values, consciousness, breathes, scale: scale.unwrap_or(SaturationScale::Usual) })
        } else {
            Err(faults)
        }
    }

    fn measured(&self, kind: VitalKind) -> Result<Option<Measured>, (&'static str, FieldFault)> {
        let (field, text, unit_field, unit) = self.field(kind);
        if text.trim().is_empty() {
            return Ok(None);
        }
        let unit = match unit.trim() {
            "" => kind.unit(),
            code => Unit::parse(code).map_err(|fault| (unit_field, fault))?,
        };
        if !kind.units().contains(&unit) {
            return Err((unit_field, FieldFault::UnknownChoice));
        }
        let value = if unit == Unit::Inch { feet_and_inches(text) } else { Decimal::parse(text) };
        let value = value.map_err(|fault| (field, fault))?;
        let canonical = kind.canonical(value, unit).map_err(|fault| (field, fault))?;
        Ok(Some(Measured { kind, value, unit, canonical }))
    }

    /// The field of a kind, its text, and the field and text of its unit.
    fn field(&self, kind: VitalKind) -> (&'static str, &str, &'static str, &str) {
        match kind {
            VitalKind::Systolic => ("systolic", self.systolic.as_str(), "systolic", ""),
            VitalKind::Diastolic => ("diastolic", self.diastolic.as_str(), "diastolic", ""),
            VitalKind::Pulse => ("pulse", self.pulse.as_str(), "pulse", ""),
            VitalKind::Temperature => {
                ("temperature", self.temperature.as_str(), "temperature_unit", self.temperature_unit.as_str())
            }
            VitalKind::Saturation => ("saturation", self.saturation.as_str(), "saturation", ""),
            VitalKind::Breathing => ("breathing", self.breathing.as_str(), "breathing", ""),
            VitalKind::Weight => ("weight", self.weight.as_str(), "weight_unit", self.weight_unit.as_str()),
            VitalKind::Height => ("height", self.height.as_str(), "height_unit", self.height_unit.as_str()),
            VitalKind::Pain => ("pain", self.pain.as_str(), "pain", ""),
            VitalKind::Glucose => ("glucose", self.glucose.as_str(), "glucose_unit", self.glucose_unit.as_str()),
        }
    }

    /// Both values of a blood pressure belong together, and the lower one is below the upper one.
    fn pressure_fault(&self, values: &[Measured]) -> Option<(&'static str, FieldFault)> {
        let find = |kind| values.iter().find(|measured| measured.kind == kind).map(|measured| measured.canonical);
        match (find(VitalKind::Systolic), find(VitalKind::Diastolic)) {
            (Some(upper), Some(lower)) if lower >= upper => {
                let (least, _) = VitalKind::Diastolic.plausible();
                Some(("diastolic", FieldFault::TooLarge(Range::numbers(least, upper.in_steps(0) - 1))))
            }
            (Some(_), None) if self.diastolic.trim().is_empty() => Some(("diastolic", FieldFault::Missing)),
            (None, Some(_)) if self.systolic.trim().is_empty() => Some(("systolic", FieldFault::Missing)),
            (Some(_) | None, Some(_) | None) => None,
        }
    }
}

/// A word that may be empty.
fn chosen<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, FieldFault>) -> Result<Option<T>, FieldFault> {
    match text.trim() {
        "" => Ok(None),
        word => parse(word).map(Some),
    }
}

redacted!(Measured);
redacted!(Vitals);
redacted!(TypedVitals);

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(systolic: &str, diastolic: &str) -> TypedVitals {
        TypedVitals { systolic: systolic.to_owned(), diastolic: diastolic.to_owned(), ..TypedVitals::default() }
    }

    fn faults(typed: &TypedVitals) -> Vec<(String, FieldFault)> {
        let faults = typed.parse().err().unwrap_or_default();
        faults.into_iter().map(|wrong| (wrong.field.to_string(), wrong.fault)).collect()
    }

    #[test]
    fn what_was_typed_is_kept_next_to_the_canonical_value() {
        let typed = TypedVitals {
            temperature: "100,4".to_owned(),
            temperature_unit: "[degF]".to_owned(),
            pulse: " 72".to_owned(),
            consciousness: "alert".to_owned(),
            ..typed("120", "80")
        };
        let vitals = typed.parse().expect("vitals");
        let temperature = vitals.get(VitalKind::Temperature).expect("a temperature");
        assert_eq!((temperature.value.to_string(), temperature.unit), ("100.4".to_owned(), Unit::Fahrenheit));
        assert_eq!(temperature.canonical.to_string(), "38.00");
        let kinds: Vec<_> = vitals.values.iter().map(|measured| measured.kind).collect();
        assert_eq!(kinds, [VitalKind::Systolic, VitalKind::Diastolic, VitalKind::Pulse, VitalKind::Temperature]);
        let kept = serde_json::to_string(&vitals).expect("json");
        assert!(serde_json::from_str::<Vitals>(&kept).is_ok_and(|again| again == vitals), "{kept}");
        assert_eq!(format!("{vitals:?} {typed:?}"), "Vitals(…) TypedVitals(…)");
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = TypedVitals {
            temperature: "37".to_owned(),
            temperature_unit: "kg".to_owned(),
            glucose: "high".to_owned(),
            consciousness: "asleep".to_owned(),
            ..typed("1000000000", "80")
        };
        assert_eq!(
            faults(&wrong),
            [
                ("systolic".to_owned(), FieldFault::TooLarge(Range::numbers(20, 350))),
                ("temperature_unit".to_owned(), FieldFault::UnknownChoice),
                ("glucose".to_owned(), FieldFault::Malformed),
                ("consciousness".to_owned(), FieldFault::UnknownChoice),
            ]
        );
        assert_eq!(faults(&TypedVitals::default()), [("systolic".to_owned(), FieldFault::Missing)]);
    }

    #[test]
    fn a_blood_pressure_has_two_values_and_the_lower_is_below_the_upper() {
        assert_eq!(faults(&typed("120", "80")), []);
        assert_eq!(faults(&typed("120", "")), [("diastolic".to_owned(), FieldFault::Missing)]);
        assert_eq!(faults(&typed("", "80")), [("systolic".to_owned(), FieldFault::Missing)]);
        assert_eq!(faults(&typed("80", "120")), [("diastolic".to_owned(), FieldFault::TooLarge(Range::numbers(10, 79)))]);
        assert_eq!(faults(&typed("80", "80")), [("diastolic".to_owned(), FieldFault::TooLarge(Range::numbers(10, 79)))]);
    }
}
