//! Which values are usual at an age, and which ones somebody must be told of at once.
//!
//! Sources
//! - Pulse and breathing of children: the first and the last centile of S. Fleming et al., "Normal ranges of heart rate and respiratory rate in children from birth to 18 years
//!   of age: a systematic review of observational studies", Lancet 2011; 377: 1011–1018.
//! - Low blood pressure of children: American Heart Association, Pediatric Advanced Life Support: below 60 mmHg in the first month, 70 in the first year, 70 + 2 × years up to
//!   the tenth birthday, 90 afterwards. High blood pressure from 13 years on: 180/120 mmHg, ACC/AHA guideline 2017. No limit is given for younger children, because it
//!   depends on the height.
//! - Adults: the bands of NEWS2 with 3 points (`news2`), and its band with 2 points for fever.
//! - Fever of infants: NICE guideline NG143: 38 °C below 3 months, 39 °C below 6 months.
//! - Glucose: below 3.0 mmol/L (clinically significant, ADA Standards of Care 2024, section 6), and 16.7 mmol/L (300 mg/dL) and more (CDC, diabetic ketoacidosis).

use super::{Decimal, Measured, SaturationScale, VitalKind, Vitals};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// On which side of its limits a value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It is too low.
    Low,
    /// It is too high.
    High,
}

/// A value that somebody must be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// What was measured.
    pub kind: VitalKind,
    /// On which side it lies.
    pub side: Side,
}

/// The lowest and the highest number.
type Limits = (i64, i64);

/// From how many completed months on, and what the pulse and the breathing may be: the first and the last centile.
const CHILDREN: [(i32, Limits, Limits); 13] = [
    (0, (107, 181), (25, 66)),
    (3, (104, 175), (24, 64)),
    (6, (98, 168), (23, 61)),
    (9, (93, 161), (22, 58)),
    (12, (88, 156), (21, 53)),
    (18, (82, 149), (19, 46)),
    (24, (76, 142), (18, 38)),
    (36, (70, 136), (17, 33)),
    (48, (65, 131), (17, 29)),
    (72, (59, 123), (16, 27)),
    (96, (52, 115), (14, 25)),
    (144, (47, 108), (12, 23)),
    (180, (43, 104), (11, 22)),
];

/// Grown-up, in months.
const ADULT: i32 = 18 * 12;

/// The age on a day, in completed months; 0 while the birth date is still ahead.
#[must_use]
pub fn age_in_months(born: Date, day: Date) -> i32 {
    let months = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    (months(day) - months(born) - i32::from(day.day() < born.day())).max(0)
}

fn child(age_months: i32) -> Option<(Limits, Limits)> {
    let row = CHILDREN.iter().rev().find(|(from, ..)| *from <= age_months.max(0));
    row.filter(|_| age_months < ADULT).map(|(_, pulse, breathing)| (*pulse, *breathing))
}

/// The lowest and the highest value that nobody must be told of, in the canonical unit. A limit that does not exist is `None`.
fn limits(kind: VitalKind, age_months: i32, scale: SaturationScale) -> (Option<Decimal>, Option<Decimal>) {
    let whole = |number| Some(Decimal::whole(number));
    match kind {
        VitalKind::Systolic => {
            let low = match age_months {
                ..=0 => 60,
                1..=11 => 70,
                12..=119 => 70 + 2 * i64::from(age_months / 12),
                // NEWS2 gives 3 points for 90 mmHg.
                ADULT.. => 91,
                120.. => 90,
            };
            (whole(low), if age_months >= 13 * 12 { whole(179) } else { None })
        }
        VitalKind::Diastolic => (None, if age_months >= 13 * 12 { whole(119) } else { None }),
        VitalKind::Pulse => {
            let (low, high) = child(age_months).map_or((41, 130), |(pulse, _)| pulse);
            (whole(low), whole(high))
        }
        VitalKind::Breathing => {
            let (low, high) = child(age_months).map_or((9, 24), |(_, breathing)| breathing);
            (whole(low), whole(high))
        }
        VitalKind::Temperature => {
            let high = match age_months {
                ..=2 => Decimal::of(379, 1),
                3..=5 => Decimal::of(389, 1),
                6.. => Decimal::of(390, 1),
            };
            (Some(Decimal::of(351, 1)), Some(high))
        }
        VitalKind::Saturation => match scale {
            SaturationScale::Usual => (whole(92), None),
            SaturationScale::Hypercapnic => (whole(84), None),
        },
        VitalKind::Glucose => (Some(Decimal::of(30, 1)), Some(Decimal::of(166, 1))),
        VitalKind::Pain => (None, whole(6)),
        VitalKind::Weight | VitalKind::Height => (None, None),
    }
}

/// Whether somebody must be told of a value of a patient of this age, in completed months. A temperature and a glucose are taken with one digit after the comma, as the
/// sources do.
#[must_use]
pub fn alarm(measured: &Measured, age_months: i32, scale: SaturationScale) -> Option<Alarm> {
    let value = match measured.kind {
        VitalKind::Temperature | VitalKind::Glucose => Decimal::of(measured.canonical.in_steps(1), 1),
        VitalKind::Systolic
        | VitalKind::Diastolic
        | VitalKind::Pulse
        | VitalKind::Saturation
        | VitalKind::Breathing
        | VitalKind::Weight
        | VitalKind::Height
        | VitalKind::Pain => measured.canonical,
    };
    let (low, high) = limits(measured.kind, age_months, scale);
    let side = if low.is_some_and(|low| value < low) {
        Side::Low
    } else if high.is_some_and(|high| value > high) {
        Side::High
    } else {
        return None;
    };
    Some(Alarm { kind: measured.kind, side })
}

impl Vitals {
    /// The values of which somebody must be told.
    #[must_use]
    pub fn alarms(&self, age_months: i32) -> Vec<Alarm> {
        self.values.iter().filter_map(|measured| alarm(measured, age_months, self.scale)).collect()
    }
}

/// The usual range at an age, for the band of a chart; `None` when none is the same for everybody. Adults: the band of NEWS2 without points for breathing, temperature and
/// oxygen saturation; 60 to 100 beats; 90 to 139 and 60 to 89 mmHg (ESC 2018: below hypertension); 3.9 to 10.0 mmol/L of glucose (ADA: time in range).
#[must_use]
pub fn usual(kind: VitalKind, age_months: i32) -> Option<(Decimal, Decimal)> {
    let whole = |(low, high)| Some((Decimal::whole(low), Decimal::whole(high)));
    match kind {
        VitalKind::Systolic => whole((90, 139)).filter(|_| age_months >= ADULT),
        VitalKind::Diastolic => whole((60, 89)).filter(|_| age_months >= ADULT),
        VitalKind::Pulse => whole(child(age_months).map_or((60, 100), |(pulse, _)| pulse)),
        VitalKind::Breathing => whole(child(age_months).map_or((12, 20), |(_, breathing)| breathing)),
        VitalKind::Temperature => Some((Decimal::of(361, 1), Decimal::of(if age_months < 3 { 379 } else { 380 }, 1))),
        VitalKind::Saturation => whole((96, 100)),
        VitalKind::Glucose => Some((Decimal::of(39, 1), Decimal::of(100, 1))),
        VitalKind::Weight | VitalKind::Height | VitalKind::Pain => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEARS: i32 = 12;

    fn side(kind: VitalKind, value: &str, age_months: i32) -> Option<Side> {
        let value = Decimal::parse(value).expect("a number");
        let measured = Measured { kind, value, unit: kind.unit(), canonical: value };
        alarm(&measured, age_months, SaturationScale::Usual).map(|alarm| alarm.side)
    }

    #[test]
    fn the_limits_of_adults() {
        for (kind, low, lowest, highest, high) in [
            (VitalKind::Systolic, "90", "91", "179", "180"),
            (VitalKind::Pulse, "40", "41", "130", "131"),
            (VitalKind::Breathing, "8", "9", "24", "25"),
            (VitalKind::Temperature, "35.0", "35.1", "39.0", "39,1"),
            (VitalKind::Glucose, "2,9", "3", "16.6", "16.7"),
        ] {
            let at = |value| side(kind, value, 40 * YEARS);
            assert_eq!((at(low), at(lowest)), (Some(Side::Low), None), "{kind}");
            assert_eq!((at(highest), at(high)), (None, Some(Side::High)), "{kind}");
        }
        assert_eq!(side(VitalKind::Saturation, "91", 40 * YEARS), Some(Side::Low));
        assert_eq!((side(VitalKind::Pain, "6", 500), side(VitalKind::Pain, "7", 500)), (None, Some(Side::High)));
        assert_eq!((side(VitalKind::Weight, "400", 500), side(VitalKind::Height, "60", 500)), (None, None));
    }

    #[test]
    fn the_limits_of_children_follow_their_age() {
        // A pulse of 150 is usual for a baby, and alarming for a child of eight.
        assert_eq!((side(VitalKind::Pulse, "150", 2), side(VitalKind::Pulse, "150", 8 * YEARS)), (None, Some(Side::High)));
        assert_eq!((side(VitalKind::Pulse, "70", 2), side(VitalKind::Pulse, "70", 8 * YEARS)), (Some(Side::Low), None));
        assert_eq!((side(VitalKind::Breathing, "40", 8), side(VitalKind::Breathing, "40", 30)), (None, Some(Side::High)));
        for (age, low) in
            [(0, 60), (1, 70), (11, 70), (12, 72), (5 * YEARS, 80), (9 * YEARS + 11, 88), (10 * YEARS, 90), (18 * YEARS, 91)]
        {
            let at = |value: i64| side(VitalKind::Systolic, &value.to_string(), age);
            assert_eq!((at(low - 1), at(low)), (Some(Side::Low), None), "{age} months");
        }
        assert_eq!(
            (side(VitalKind::Systolic, "185", 8 * YEARS), side(VitalKind::Systolic, "185", 13 * YEARS)),
            (None, Some(Side::High))
        );
        let fever = |value| [2, 3, 5, 6].map(|age| side(VitalKind::Temperature, value, age).is_some());
        assert_eq!(fever("38.0"), [true, false, false, false]);
        assert_eq!(fever("39.0"), [true, true, true, false]);
    }

    #[test]
    fn the_bands_of_children_have_no_gap_and_narrow_with_the_age() {
        assert!(CHILDREN.is_sorted_by(|one, next| one.0 < next.0 && one.1 >= next.1 && one.2.1 >= next.2.1));
        assert!(child(-1).is_some() && child(ADULT - 1).is_some() && child(ADULT).is_none());
        for kind in VitalKind::ALL.iter().copied() {
            for age in 0..=19 * YEARS {
                assert!(usual(kind, age).is_none_or(|(low, high)| low < high), "{kind} {age}");
            }
        }
    }

    #[test]
    fn an_age_is_counted_in_completed_months() {
        let born = jiff::civil::date(2024, 1, 31);
        for (day, months) in [((2024, 1, 30), 0), ((2024, 2, 29), 0), ((2024, 3, 1), 1), ((2024, 3, 31), 2), ((2026, 1, 31), 24)]
        {
            let (year, month, day_of_month) = day;
            assert_eq!(age_in_months(born, jiff::civil::date(year, month, day_of_month)), months, "{day:?}");
        }
    }

    #[test]
    fn scale_two_has_its_own_lowest_saturation() {
        let value = Decimal::whole(86);
        let measured = Measured { kind: VitalKind::Saturation, value, unit: VitalKind::Saturation.unit(), canonical: value };
        assert_eq!(alarm(&measured, 600, SaturationScale::Hypercapnic), None);
        assert!(alarm(&measured, 600, SaturationScale::Usual).is_some());
    }
}
