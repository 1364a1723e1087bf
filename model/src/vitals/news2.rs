//! The early-warning score NEWS2.
//!
//! Royal College of Physicians. *National Early Warning Score (NEWS) 2: Standardising the assessment of acute-illness severity in the NHS. Updated report of a working
//! party.* London: RCP, 2017 (© Royal College of Physicians 2017), chart 1 (the scoring system) and chart 2 (thresholds and triggers). It is for people of 16 years and
//! more who are not pregnant.

use super::{Decimal, VitalKind, Vitals};
use crate::wire::words;
use serde::{Deserialize, Serialize};

/// The age from which on the score is for a person, in completed months: 16 years.
pub const NEWS2_FROM_MONTHS: i32 = 16 * 12;

words! {
    /// How awake a patient is: ACVPU.
    Consciousness {
        /// Alert.
        Alert = "alert",
        /// Newly confused.
        Confusion = "confusion",
        /// Responds to a voice.
        Voice = "voice",
        /// Responds to pain.
        Pain = "pain",
        /// Unresponsive.
        Unresponsive = "unresponsive",
    }
}

words! {
    /// What a patient breathes.
    Breathes {
        /// Air.
        Air = "air",
        /// Air with additional oxygen.
        Oxygen = "oxygen",
    }
}

words! {
    /// The scale for the oxygen saturation.
    SaturationScale {
        /// Scale 1, for everybody else.
        Usual = "scale_1",
        /// Scale 2, for hypercapnic respiratory failure with a target of 88 to 92 %, as a clinician has decided.
        Hypercapnic = "scale_2",
    }
}

words! {
    /// How soon somebody must act, by chart 2.
    ClinicalRisk {
        /// 0 to 4 points.
        Low = "low",
        /// 3 points in one parameter.
        LowMedium = "low_medium",
        /// 5 or 6 points.
        Medium = "medium",
        /// 7 points and more.
        High = "high",
    }
}

/// The seven parameters of the score.
#[derive(Clone, Copy)]
pub struct Observed {
    /// Breaths in a minute.
    pub breathing: i64,
    /// The oxygen saturation in per cent.
    pub saturation: i64,
    /// The scale for it.
    pub scale: SaturationScale,
    /// What the patient breathes.
    pub breathes: Breathes,
    /// The upper blood pressure in mmHg.
    pub systolic: i64,
    /// Heart beats in a minute.
    pub pulse: i64,
    /// How awake the patient is.
    pub consciousness: Consciousness,
    /// The temperature in tenths of a degree Celsius.
    pub temperature: i64,
}

/// The score with its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct News2 {
    /// The points for breathing.
    pub breathing: u8,
    /// The points for the oxygen saturation.
    pub saturation: u8,
    /// The points for additional oxygen.
    pub oxygen: u8,
    /// The points for the blood pressure.
    pub systolic: u8,
    /// The points for the pulse.
    pub pulse: u8,
    /// The points for consciousness.
    pub consciousness: u8,
    /// The points for the temperature.
    pub temperature: u8,
}

impl News2 {
    /// The sum of all points, 0 to 20.
    #[must_use]
    pub const fn aggregate(self) -> u8 {
        self.breathing + self.saturation + self.oxygen + self.systolic + self.pulse + self.consciousness + self.temperature
    }

    /// Whether one parameter alone has 3 points.
    #[must_use]
    pub fn has_single_trigger(self) -> bool {
        let parts = [self.breathing, self.saturation, self.systolic, self.pulse, self.consciousness, self.temperature];
        parts.contains(&3)
    }

    /// How soon somebody must act.
    #[must_use]
    pub fn risk(self) -> ClinicalRisk {
        match self.aggregate() {
            7.. => ClinicalRisk::High,
            5 | 6 => ClinicalRisk::Medium,
            0..=4 if self.has_single_trigger() => ClinicalRisk::LowMedium,
            0..=4 => ClinicalRisk::Low,
        }
    }
}

impl Observed {
    /// The parameters among measurements; `None` when one of them is missing. Whether the patient is awake and breathes air must have been noted: it is never assumed.
    #[must_use]
    pub fn among(vitals: &Vitals) -> Option<Self> {
        let whole = |kind| vitals.get(kind).map(|measured| measured.canonical.in_steps(0));
        let tenths = |value: Decimal| value.in_steps(1);
        Some(Self {
            breathing: whole(VitalKind::Breathing)?,
            saturation: whole(VitalKind::Saturation)?,
            scale: vitals.scale,
            breathes: vitals.breathes?,
            systolic: whole(VitalKind::Systolic)?,
            pulse: whole(VitalKind::Pulse)?,
            consciousness: vitals.consciousness?,
            temperature: vitals.get(VitalKind::Temperature).map(|measured| tenths(measured.canonical))?,
        })
    }
}

/// Computes the score by chart 1.
#[must_use]
pub const fn news2(observed: &Observed) -> News2 {
    News2 {
        breathing: match observed.breathing {
            ..=8 | 25.. => 3,
            9..=11 => 1,
            12..=20 => 0,
            21..=24 => 2,
        },
        saturation: match (observed.scale, observed.breathes) {
            (SaturationScale::Usual, Breathes::Air | Breathes::Oxygen) => match observed.saturation {
                ..=91 => 3,
                92 | 93 => 2,
                94 | 95 => 1,
                96.. => 0,
            },
            (SaturationScale::Hypercapnic, breathes) => match observed.saturation {
                ..=83 => 3,
                84 | 85 => 2,
                86 | 87 => 1,
                88..=92 => 0,
                93.. if matches!(breathes, Breathes::Air) => 0,
                93 | 94 => 1,
                95 | 96 => 2,
                97.. => 3,
            },
        },
        oxygen: match observed.breathes {
            Breathes::Air => 0,
            Breathes::Oxygen => 2,
        },
        systolic: match observed.systolic {
            ..=90 | 220.. => 3,
            91..=100 => 2,
            101..=110 => 1,
            111..=219 => 0,
        },
        pulse: match observed.pulse {
            ..=40 | 131.. => 3,
            41..=50 | 91..=110 => 1,
            51..=90 => 0,
            111..=130 => 2,
        },
        consciousness: match observed.consciousness {
            Consciousness::Alert => 0,
            Consciousness::Confusion | Consciousness::Voice | Consciousness::Pain | Consciousness::Unresponsive => 3,
        },
        temperature: match observed.temperature {
            ..=350 => 3,
            351..=360 | 381..=390 => 1,
            361..=380 => 0,
            391.. => 2,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vitals::TypedVitals;

    /// 0 points in each parameter.
    const WELL: Observed = Observed {
        breathing: 16,
        saturation: 97,
        scale: SaturationScale::Usual,
        breathes: Breathes::Air,
        systolic: 120,
        pulse: 70,
        consciousness: Consciousness::Alert,
        temperature: 370,
    };

    #[test]
    fn every_boundary_of_the_published_table() {
        let breathing = [(1, 3), (8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3), (60, 3)];
        for (value, points) in breathing {
            assert_eq!(news2(&Observed { breathing: value, ..WELL }).breathing, points, "breathing {value}");
        }
        for (value, points) in [(90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3)] {
            assert_eq!(news2(&Observed { systolic: value, ..WELL }).systolic, points, "systolic {value}");
        }
        let pulse = [(40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2), (130, 2), (131, 3)];
        for (value, points) in pulse {
            assert_eq!(news2(&Observed { pulse: value, ..WELL }).pulse, points, "pulse {value}");
        }
        let temperature = [(350, 3), (351, 1), (360, 1), (361, 0), (380, 0), (381, 1), (390, 1), (391, 2)];
        for (value, points) in temperature {
            assert_eq!(news2(&Observed { temperature: value, ..WELL }).temperature, points, "temperature {value}");
        }
    }

    #[test]
    fn every_boundary_of_both_scales_of_the_oxygen_saturation() {
        for (value, points) in [(91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0), (100, 0)] {
            for breathes in [Breathes::Air, Breathes::Oxygen] {
                assert_eq!(news2(&Observed { saturation: value, breathes, ..WELL }).saturation, points, "scale 1, {value}");
            }
        }
        let scale = SaturationScale::Hypercapnic;
        for (value, on_air, on_oxygen) in [
            (83, 3, 3),
            (84, 2, 2),
            (85, 2, 2),
            (86, 1, 1),
            (87, 1, 1),
            (88, 0, 0),
            (92, 0, 0),
            (93, 0, 1),
            (94, 0, 1),
            (95, 0, 2),
            (96, 0, 2),
            (97, 0, 3),
            (100, 0, 3),
        ] {
            let points = |breathes| news2(&Observed { saturation: value, scale, breathes, ..WELL }).saturation;
            assert_eq!((points(Breathes::Air), points(Breathes::Oxygen)), (on_air, on_oxygen), "scale 2, {value}");
        }
    }

    #[test]
    fn oxygen_and_every_change_of_consciousness_count() {
        assert_eq!(news2(&WELL).aggregate(), 0);
        assert_eq!(news2(&Observed { breathes: Breathes::Oxygen, ..WELL }).aggregate(), 2);
        for consciousness in Consciousness::ALL.iter().copied() {
            let score = news2(&Observed { consciousness, ..WELL });
            let expected = if consciousness == Consciousness::Alert { 0 } else { 3 };
            assert_eq!((score.aggregate(), score.has_single_trigger()), (expected, expected == 3), "{consciousness}");
        }
    }

    #[test]
    fn the_risk_follows_the_published_thresholds() {
        let risk = |observed: Observed| news2(&observed).risk();
        assert_eq!(risk(WELL), ClinicalRisk::Low);
        // 1 + 1 + 2 points, none of them three times.
        assert_eq!(risk(Observed { pulse: 100, temperature: 385, saturation: 93, ..WELL }), ClinicalRisk::Low);
        assert_eq!(risk(Observed { systolic: 90, ..WELL }), ClinicalRisk::LowMedium);
        assert_eq!(risk(Observed { systolic: 90, breathing: 22, ..WELL }), ClinicalRisk::Medium);
        assert_eq!(risk(Observed { pulse: 115, breathing: 22, temperature: 385, ..WELL }), ClinicalRisk::Medium);
        assert_eq!(
            risk(Observed { pulse: 115, breathing: 22, temperature: 385, breathes: Breathes::Oxygen, ..WELL }),
            ClinicalRisk::High
        );
        let worst = Observed {
            breathing: 30,
            saturation: 80,
            breathes: Breathes::Oxygen,
            systolic: 80,
            pulse: 140,
            consciousness: Consciousness::Confusion,
            temperature: 340,
            ..WELL
        };
        assert_eq!(news2(&worst).aggregate(), 20, "the largest score that the report names");
    }

    /// The example "Carol Test" of the FHIR guide of NHS Wales for emergency departments (github.com/SynaneticsLtd/emergency-department-ig,
    /// `input/fsh/examples/observation/caroltest-*.fsh`, commit 2c81fe7b). It gives 2, 1, 2, 0, 0 and 0 points as chart 1 does. It also gives 1 point for 37.5 °C, which
    /// chart 1 does not (36.1 to 38.0 °C have none), so the temperature is left out of the comparison.
    #[test]
    fn a_published_example_has_the_same_points() {
        let score = news2(&Observed { breathing: 21, pulse: 95, saturation: 93, systolic: 120, temperature: 375, ..WELL });
        let points = [score.breathing, score.pulse, score.saturation, score.oxygen, score.systolic, score.consciousness];
        assert_eq!(points, [2, 1, 2, 0, 0, 0]);
    }

    #[test]
    fn measurements_without_one_of_the_parameters_have_no_score() {
        let text = |value: &str| value.to_owned();
        let typed = TypedVitals {
            systolic: text("105"),
            diastolic: text("60"),
            pulse: text("112"),
            temperature: text("38,04"),
            saturation: text("95"),
            breathing: text("23"),
            consciousness: text("alert"),
            breathes: text("air"),
            ..TypedVitals::default()
        };
        let observed = |typed: &TypedVitals| Observed::among(&typed.parse().expect("vitals"));
        let score = news2(&observed(&typed).expect("all parameters"));
        // 2 + 1 + 0 + 1 + 2 + 0 + 0: 38.04 °C is 38.0 °C on a thermometer of the table.
        assert_eq!((score.aggregate(), score.risk()), (6, ClinicalRisk::Medium));
        for missing in [
            TypedVitals { pulse: String::new(), ..typed.clone() },
            TypedVitals { consciousness: String::new(), ..typed.clone() },
            TypedVitals { breathes: String::new(), ..typed.clone() },
            TypedVitals { temperature: String::new(), ..typed },
        ] {
            assert!(observed(&missing).is_none());
        }
    }
}
