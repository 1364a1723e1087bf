//! Growth of children: where a measured value lies among the children of the same age and sex, and the curves of the percentiles.
//!
//! The method is that of the WHO Multicentre Growth Reference Study Group (WHO Child Growth Standards: Length/height-for-age, weight-for-age, … Methods and development,
//! Geneva 2006, chapter 7): L, M and S give the z-score; beyond 3 standard deviations the distance from there counts in steps of the distance between 2 and 3, because a
//! skewed distribution has no measured values there.

use super::{
    Decimal,
    chart::{BOTTOM, LEFT, PLACES, RIGHT, TOP, nice_step},
};
use crate::wire::{redacted, words};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// What is compared with other children.
    GrowthMeasure {
        /// The weight, in kilograms.
        Weight = "weight",
        /// The length (lying, until the age of 2 years) or the height (standing), in centimetres.
        Height = "height",
        /// The body mass index, in kilograms per square metre.
        Bmi = "bmi",
    }
}

/// The percentiles that are drawn, and their z-scores.
const CURVES: [(u8, f64); 5] = [(3, -1.880_794), (15, -1.036_433), (50, 0.0), (85, 1.036_433), (97, 1.880_794)];
/// The parts of childhood that have a chart of their own: first and last day, and the distance of the marks of the age in months. From the 731st day on children are
/// measured standing, and from the 1857th day on the reference is that of 2007.
const SECTIONS: [(i32, i32, i32); 3] = [(0, 730, 3), (731, 1856, 12), (1857, 6940, 24)];
/// In how many pieces a curve is drawn.
const PIECES: i32 = 60;

/// The distribution of a measure at one age: the power L, the median M, and the coefficient of variation S (Cole and Green 1992).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lms {
    /// The power of the transformation to a normal distribution.
    pub l: f64,
    /// The median.
    pub m: f64,
    /// The coefficient of variation.
    pub s: f64,
}

impl Lms {
    /// The value at a z-score between -3 and 3.
    #[must_use]
    pub fn value(self, z: f64) -> f64 {
        if self.l.abs() < 1e-6 { self.m * (self.s * z).exp() } else { self.m * (1.0 + self.l * self.s * z).powf(1.0 / self.l) }
    }

    /// The z-score of a value above 0.
    #[must_use]
    pub fn z(self, value: f64) -> f64 {
        let ratio = value / self.m;
        let z = if self.l.abs() < 1e-6 { ratio.ln() / self.s } else { (ratio.powf(self.l) - 1.0) / (self.l * self.s) };
        if z > 3.0 {
            let three = self.value(3.0);
            3.0 + (value - three) / (three - self.value(2.0))
        } else if z < -3.0 {
            let three = self.value(-3.0);
            -3.0 + (value - three) / (self.value(-2.0) - three)
        } else {
            z
        }
    }
}

/// How many per cent of the children have a lower z-score: the distribution function of the normal distribution, by formula 26.2.17 of Abramowitz and Stegun (1964), whose
/// error is below 0.00001 per cent.
#[must_use]
pub fn percentile(z: f64) -> f64 {
    let t = 1.0 / 0.231_641_9_f64.mul_add(z.abs(), 1.0);
    let terms = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let sum = terms.iter().rev().fold(0.0, |sum, term| (sum + term) * t);
    let above = 100.0 * (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt() * sum;
    if z < 0.0 { above } else { 100.0 - above }
}

/// A value to be compared.
#[derive(Clone, Copy)]
pub struct Grown {
    /// When it was measured.
    pub taken_at: Timestamp,
    /// The age then, in completed days.
    pub age_days: i32,
    /// The value, in the unit of the measure.
    pub value: Decimal,
}

/// A compared value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrowthPoint {
    /// When it was measured.
    pub taken_at: Timestamp,
    /// The age then, in completed days.
    pub age_days: i32,
    /// The value, in the unit of the measure.
    pub value: Decimal,
    /// The z-score, in hundredths.
    pub z_hundredths: i32,
    /// How many per mille of the children of this age have less.
    pub per_mille: i32,
    /// Where it is on the drawing: from the left and from the top; none if it belongs to another part of childhood.
    pub at: Option<(i64, i64)>,
}

/// The curve of a percentile.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrowthCurve {
    /// The percentile.
    pub percentile: u8,
    /// The line, as the `points` of a `polyline`.
    pub path: String,
    /// Where it ends, from the top.
    pub end: i64,
}

/// The chart of one measure, for the part of childhood in which it was measured last.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrowthChart {
    /// The measure.
    pub measure: GrowthMeasure,
    /// The curves, the lowest first.
    pub curves: Vec<GrowthCurve>,
    /// The lines of the scale: from the top, and the number.
    pub lines: Vec<(i64, String)>,
    /// The marks of the age: from the left, and the age.
    pub ages: Vec<(i64, i32)>,
    /// Whether the marks are in years; otherwise in months.
    pub in_years: bool,
    /// The compared values, in the order of time.
    pub points: Vec<GrowthPoint>,
}

/// How a child or a young person has grown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growth {
    /// Whether the sex is known for which there are tables. Without it there are no charts.
    pub has_sex: bool,
    /// The charts of what was measured.
    pub charts: Vec<GrowthChart>,
}

redacted!(GrowthPoint);
redacted!(GrowthChart);
redacted!(Growth);

impl GrowthChart {
    /// Compares the values, which are in the order of time, with the distribution at their age, and draws them. `last_day` is the last age that `at_age` knows. `None` if no
    /// value can be compared.
    #[must_use]
    pub fn of(measure: GrowthMeasure, grown: &[Grown], at_age: impl Fn(i32) -> Option<Lms>, last_day: i32) -> Option<Self> {
        let known: Vec<(Grown, Lms)> = grown.iter().filter_map(|one| at_age(one.age_days).map(|lms| (*one, lms))).collect();
        let newest = known.last()?.0.age_days;
        let (from, until, months) = SECTIONS.into_iter().find(|(_, last, _)| newest <= *last)?;
        let until = until.min(last_day);
        let inside = |age: i32| (from..=until).contains(&age);
        let days: Vec<i32> = (0..=PIECES).map(|piece| from + (until - from) * piece / PIECES).collect();
        let curves: Vec<(u8, Vec<(i32, i64)>)> = CURVES
            .into_iter()
            .map(|(percentile, z)| {
                let line = days.iter().filter_map(|day| at_age(*day).map(|lms| (*day, in_steps(lms.value(z)))));
                (percentile, line.collect())
            })
            .collect();
        let shown = known.iter().filter(|(one, _)| inside(one.age_days)).map(|(one, _)| one.value.in_steps(PLACES));
        let all = || curves.iter().flat_map(|(_, line)| line.iter().map(|(_, value)| *value));
        let (least, most) = (all().chain(shown.clone()).min()?, all().chain(shown).max()?);
        let step = nice_step((most - least).max(100));
        let (low, high) = (least.div_euclid(step) * step, (most.div_euclid(step) + 1) * step);
        let y = |value: i64| BOTTOM - (value - low) * (BOTTOM - TOP) / (high - low);
        let x = |day: i32| LEFT + i64::from(day - from) * (RIGHT - LEFT) / i64::from(until - from);
        let in_years = from > 0;
        let ages = (0..=228).step_by(usize::try_from(months).ok()?).map(|age| (day_of(age), age));
        Some(Self {
            measure,
            curves: curves
                .into_iter()
                .map(|(percentile, line)| GrowthCurve {
                    percentile,
                    end: line.last().map_or(BOTTOM, |(_, value)| y(*value)),
                    path: line.iter().map(|(day, value)| format!("{},{}", x(*day), y(*value))).collect::<Vec<_>>().join(" "),
                })
                .collect(),
            lines: (0..=(high - low) / step)
                .map(|line| {
                    let value = low + line * step;
                    (y(value), Decimal::of(value, PLACES).shortest().to_string())
                })
                .collect(),
            ages: ages
                .filter(|(day, _)| inside(*day))
                .map(|(day, age)| (x(day), if in_years { age / 12 } else { age }))
                .collect(),
            in_years,
            points: known
                .into_iter()
                .map(|(one, lms)| {
                    let z = lms.z(as_number(one.value));
                    GrowthPoint {
                        taken_at: one.taken_at,
                        age_days: one.age_days,
                        value: one.value,
                        z_hundredths: rounded(z * 100.0),
                        per_mille: rounded(percentile(z) * 10.0),
                        at: inside(one.age_days).then(|| (x(one.age_days), y(one.value.in_steps(PLACES)))),
                    }
                })
                .collect(),
        })
    }
}

/// The first day of a month of age: a month has 30.4375 days.
const fn day_of(months: i32) -> i32 {
    (months * 487 + 8) / 16
}

/// A measured value as a number; what is measured has at most 4 digits after the comma and is far below a million.
fn as_number(value: Decimal) -> f64 {
    i32::try_from(value.in_steps(3)).map_or(f64::NAN, |steps| f64::from(steps) / 1000.0)
}

fn in_steps(value: f64) -> i64 {
    i64::from(rounded(value * 100.0))
}

/// The nearest whole number.
#[allow(clippy::cast_possible_truncation, reason = "a value that does not fit becomes the largest or the smallest one")]
fn rounded(value: f64) -> i32 {
    value.round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weight of boys at birth.
    const BIRTH: Lms = Lms { l: 0.3487, m: 3.3464, s: 0.14602 };
    /// Weight of girls of 365 days.
    const GIRL: Lms = Lms { l: -0.2022, m: 8.9462, s: 0.12267 };

    #[test]
    fn values_and_z_scores_belong_together() {
        for lms in [BIRTH, GIRL, Lms { l: 0.0, m: 10.0, s: 0.1 }, Lms { l: 1.0, m: 75.7391, s: 0.03137 }] {
            for z in [-3.0, -1.88, 0.0, 0.5, 3.0] {
                assert!((lms.z(lms.value(z)) - z).abs() < 1e-9, "{lms:?} {z}");
            }
        }
        // WHO Child Growth Standards 2006, weight-for-age, field tables of z-scores.
        let row = |lms: Lms| [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0].map(|z| format!("{:.1}", lms.value(z)));
        assert_eq!(row(BIRTH), ["2.1", "2.5", "2.9", "3.3", "3.9", "4.4", "5.0"]);
        assert_eq!(row(GIRL), ["6.3", "7.0", "7.9", "8.9", "10.1", "11.5", "13.1"]);
    }

    #[test]
    fn beyond_three_deviations_the_distance_from_there_counts() {
        let (two, three) = (GIRL.value(2.0), GIRL.value(3.0));
        assert!((GIRL.z(three + 2.0 * (three - two)) - 5.0).abs() < 1e-9);
        let (two, three) = (GIRL.value(-2.0), GIRL.value(-3.0));
        assert!((GIRL.z(three - (two - three)) + 4.0).abs() < 1e-9);
        assert!((GIRL.z(three) + 3.0).abs() < 1e-9 && GIRL.z(three - 0.001) < -3.0);
    }

    #[test]
    fn percentiles_are_those_of_the_normal_distribution() {
        for (z, expected) in [(0.0, 50.0), (1.0, 84.134), (-1.0, 15.866), (1.959_964, 97.5), (-3.0, 0.135), (6.0, 100.0)] {
            assert!((percentile(z) - expected).abs() < 0.001, "{z}: {}", percentile(z));
        }
        for (percent, z) in CURVES {
            assert!((percentile(z) - f64::from(percent)).abs() < 0.001, "{percent}");
        }
    }

    #[test]
    fn a_chart_draws_the_part_of_childhood_of_the_newest_value() {
        let at = |age_days: i32, value: i64| Grown { taken_at: Timestamp::UNIX_EPOCH, age_days, value: Decimal::of(value, 1) };
        let lms = |day: i32| (0..=3653).contains(&day).then_some(Lms { l: 1.0, m: 10.0 + f64::from(day) / 400.0, s: 0.1 });
        let chart = |values: &[Grown]| GrowthChart::of(GrowthMeasure::Weight, values, lms, 3653);
        assert!(chart(&[]).is_none() && chart(&[at(4000, 400)]).is_none());
        let baby = chart(&[at(0, 33), at(365, 109)]).expect("a chart");
        assert_eq!((baby.curves.len(), baby.in_years, baby.points.len()), (5, false, 2));
        assert_eq!(baby.ages.iter().map(|(_, age)| *age).collect::<Vec<_>>(), [0, 3, 6, 9, 12, 15, 18, 21]);
        assert!(baby.curves.is_sorted_by(|low, high| low.end > high.end), "the lowest percentile is drawn lowest");
        assert_eq!(baby.points[0].at.map(|(x, _)| x), Some(LEFT));
        assert!(baby.points.iter().all(|point| point.at.is_some_and(|(_, y)| (TOP..=BOTTOM).contains(&y))));
        let school = chart(&[at(365, 109), at(3000, 175)]).expect("a chart");
        assert_eq!((school.points[0].at, school.points[1].z_hundredths, school.points[1].per_mille), (None, 0, 500));
        assert!(school.in_years && school.ages.iter().all(|(x, age)| (LEFT..=RIGHT).contains(x) && (6..=10).contains(age)));
    }
}
