//! What is measured, and the units in which people measure it.

use super::Decimal;
use crate::{
    errors::{FieldFault, Range},
    wire::words,
};

words! {
    /// What is measured.
    VitalKind {
        /// The upper value of the blood pressure.
        Systolic = "systolic",
        /// The lower value of the blood pressure.
        Diastolic = "diastolic",
        /// Heart beats in a minute.
        Pulse = "pulse",
        /// The temperature of the body.
        Temperature = "temperature",
        /// Oxygen saturation by pulse oximetry (SpO₂).
        Saturation = "saturation",
        /// Breaths in a minute.
        Breathing = "breathing",
        /// Body weight.
        Weight = "weight",
        /// Body height.
        Height = "height",
        /// Pain from 0 to 10, as the patient says.
        Pain = "pain",
        /// Glucose in the blood.
        Glucose = "glucose",
    }
}

words! {
    /// A unit, by its UCUM code.
    Unit {
        /// Millimetres of mercury.
        MmHg = "mm[Hg]",
        /// So many in a minute.
        PerMinute = "/min",
        /// Degrees Celsius.
        Celsius = "Cel",
        /// Degrees Fahrenheit.
        Fahrenheit = "[degF]",
        /// Per cent.
        Percent = "%",
        /// Kilograms.
        Kilogram = "kg",
        /// Pounds.
        Pound = "[lb_av]",
        /// Centimetres.
        Centimetre = "cm",
        /// Inches; typed and shown as feet and inches.
        Inch = "[in_i]",
        /// A number on a scale.
        Score = "{score}",
        /// Millimoles in a litre.
        MmolPerLitre = "mmol/L",
        /// Milligrams in a decilitre.
        MgPerDecilitre = "mg/dL",
    }
}

impl VitalKind {
    /// The LOINC code of the kind in its canonical unit: the vital signs of FHIR R4, and 72514-3 (pain, 0 to 10, as said), 15074-8 (glucose in blood, moles).
    #[must_use]
    pub const fn loinc(self) -> &'static str {
        match self {
            Self::Systolic => "8480-6",
            Self::Diastolic => "8462-4",
            Self::Pulse => "8867-4",
            Self::Temperature => "8310-5",
            Self::Saturation => "59408-5",
            Self::Breathing => "9279-1",
            Self::Weight => "29463-7",
            Self::Height => "8302-2",
            Self::Pain => "72514-3",
            Self::Glucose => "15074-8",
        }
    }

    /// The units in which it is typed. The first is the canonical one, in which values are compared.
    #[must_use]
    pub const fn units(self) -> &'static [Unit] {
        match self {
            Self::Systolic | Self::Diastolic => &[Unit::MmHg],
            Self::Pulse | Self::Breathing => &[Unit::PerMinute],
            Self::Temperature => &[Unit::Celsius, Unit::Fahrenheit],
            Self::Saturation => &[Unit::Percent],
            Self::Weight => &[Unit::Kilogram, Unit::Pound],
            Self::Height => &[Unit::Centimetre, Unit::Inch],
            Self::Pain => &[Unit::Score],
            Self::Glucose => &[Unit::MmolPerLitre, Unit::MgPerDecilitre],
        }
    }

    /// The canonical unit.
    #[must_use]
    pub const fn unit(self) -> Unit {
        self.units()[0]
    }

    /// How many digits after the comma a value may have.
    const fn most_places(self) -> u32 {
        match self {
            Self::Systolic | Self::Diastolic | Self::Pulse | Self::Saturation | Self::Breathing | Self::Pain => 0,
            Self::Temperature | Self::Height | Self::Glucose => 2,
            Self::Weight => 3,
        }
    }

    /// What a person can have, in the canonical unit. A value outside is a mistake of typing or of the device.
    #[must_use]
    pub const fn plausible(self) -> (i64, i64) {
        match self {
            Self::Systolic => (20, 350),
            Self::Diastolic => (10, 250),
            Self::Pulse => (10, 350),
            Self::Temperature => (20, 46),
            Self::Saturation => (30, 100),
            Self::Breathing => (1, 150),
            Self::Weight => (0, 650),
            Self::Height => (20, 260),
            Self::Pain => (0, 10),
            Self::Glucose => (1, 100),
        }
    }

    /// The value in the canonical unit.
    ///
    /// # Errors
    /// `UnknownChoice` for a unit of another kind; `Malformed` for more digits after the comma than the kind has; `TooSmall`, `TooLarge` with the limits in the canonical
    /// unit for what no person has.
    pub fn canonical(self, value: Decimal, unit: Unit) -> Result<Decimal, FieldFault> {
        if !self.units().contains(&unit) {
            return Err(FieldFault::UnknownChoice);
        }
        // Nobody weighs nothing, and the smallest children weigh less than a kilogram.
        if value.places() > self.most_places() || (self == Self::Weight && value == Decimal::whole(0)) {
            return Err(FieldFault::Malformed);
        }
        let canonical = unit.to_canonical(value);
        let (least, most) = self.plausible();
        if canonical < Decimal::whole(least) {
            Err(FieldFault::TooSmall(Range::numbers(least, most)))
        } else if canonical > Decimal::whole(most) {
            Err(FieldFault::TooLarge(Range::numbers(least, most)))
        } else {
            Ok(canonical)
        }
    }
}

impl Unit {
    /// The value in the canonical unit of the same quantity: 1 lb = 0.45359237 kg and 1 in = 2.54 cm (both exact, NIST SP 811), glucose 180.156 g/mol.
    fn to_canonical(self, value: Decimal) -> Decimal {
        match self {
            Self::MmHg
            | Self::PerMinute
            | Self::Celsius
            | Self::Percent
            | Self::Kilogram
            | Self::Centimetre
            | Self::Score
            | Self::MmolPerLitre => value,
            Self::Fahrenheit => value.plus(-32).times(5, 9, 2),
            Self::Pound => value.times(45_359_237, 100_000_000, 3),
            Self::Inch => value.times(254, 100, 2),
            Self::MgPerDecilitre => value.times(10_000, 180_156, 2),
        }
    }
}

/// Feet and inches as people type them: `5'11`, `5 ft 11 in`, `5 11`, or only feet. The value is in inches.
///
/// # Errors
/// `Missing`, `Malformed`.
pub(super) fn feet_and_inches(text: &str) -> Result<Decimal, FieldFault> {
    let parts = crate::text::single_line(text, 40)?.to_lowercase();
    let parts = parts.replace("feet", " ").replace("inches", " ").replace("ft", " ").replace("in", " ");
    let parts = parts.replace(['\'', '\u{2019}', '\u{2032}', '"', '\u{201d}', '\u{2033}'], " ");
    let mut numbers = parts.split_whitespace();
    let (Some(feet), inches, None) = (numbers.next(), numbers.next(), numbers.next()) else { return Err(FieldFault::Malformed) };
    let (feet, inches) = (Decimal::parse(feet)?, Decimal::parse(inches.unwrap_or("0"))?);
    if feet.places() > 0 || feet > Decimal::whole(9) || inches >= Decimal::whole(12) {
        return Err(FieldFault::Malformed);
    }
    Ok(inches.plus(12 * feet.in_steps(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(kind: VitalKind, text: &str, unit: Unit) -> Result<String, FieldFault> {
        let value = if unit == Unit::Inch { feet_and_inches(text)? } else { Decimal::parse(text)? };
        kind.canonical(value, unit).map(|value| value.to_string())
    }

    #[test]
    fn a_value_is_the_same_in_each_of_its_units() {
        for (kind, text, unit, expected) in [
            (VitalKind::Temperature, "98,6", Unit::Fahrenheit, "37.00"),
            (VitalKind::Temperature, "104", Unit::Fahrenheit, "40.00"),
            (VitalKind::Temperature, "37,5", Unit::Celsius, "37.5"),
            (VitalKind::Weight, "154.5", Unit::Pound, "70.080"),
            (VitalKind::Weight, "0,9", Unit::Kilogram, "0.9"),
            (VitalKind::Height, "5'11", Unit::Inch, "180.34"),
            (VitalKind::Height, "5 ft 11 in", Unit::Inch, "180.34"),
            (VitalKind::Height, "6", Unit::Inch, "182.88"),
            (VitalKind::Height, "5′ 11,5″", Unit::Inch, "181.61"),
            (VitalKind::Glucose, "90", Unit::MgPerDecilitre, "5.00"),
            (VitalKind::Glucose, "5,5", Unit::MmolPerLitre, "5.5"),
        ] {
            assert_eq!(canonical(kind, text, unit).as_deref(), Ok(expected), "{text} {unit}");
        }
    }

    #[test]
    fn what_no_person_has_is_refused_with_the_limits() {
        let range = Range::numbers;
        for (kind, text, unit, fault) in [
            (VitalKind::Systolic, "1000000000", Unit::MmHg, FieldFault::TooLarge(range(20, 350))),
            (VitalKind::Systolic, "19", Unit::MmHg, FieldFault::TooSmall(range(20, 350))),
            (VitalKind::Temperature, "986", Unit::Fahrenheit, FieldFault::TooLarge(range(20, 46))),
            (VitalKind::Temperature, "30", Unit::Fahrenheit, FieldFault::TooSmall(range(20, 46))),
            (VitalKind::Saturation, "101", Unit::Percent, FieldFault::TooLarge(range(30, 100))),
            (VitalKind::Saturation, "97,5", Unit::Percent, FieldFault::Malformed),
            (VitalKind::Pain, "11", Unit::Score, FieldFault::TooLarge(range(0, 10))),
            (VitalKind::Weight, "0", Unit::Kilogram, FieldFault::Malformed),
            (VitalKind::Height, "5'12", Unit::Inch, FieldFault::Malformed),
            (VitalKind::Height, "5 11 3", Unit::Inch, FieldFault::Malformed),
            (VitalKind::Pulse, "60", Unit::Kilogram, FieldFault::UnknownChoice),
        ] {
            assert_eq!(canonical(kind, text, unit), Err(fault), "{text} {unit}");
        }
        for kind in VitalKind::ALL {
            let (least, most) = kind.plausible();
            for edge in [least.max(1), most] {
                assert!(kind.canonical(Decimal::whole(edge), kind.unit()).is_ok(), "{kind} {edge}");
            }
        }
    }

    #[test]
    fn each_kind_has_a_code_and_units_of_its_own() {
        let mut codes: Vec<_> = VitalKind::ALL.iter().map(|kind| kind.loinc()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), VitalKind::ALL.len());
        assert!(VitalKind::ALL.iter().all(|kind| kind.unit().to_canonical(Decimal::of(375, 1)) == Decimal::of(375, 1)));
    }
}
