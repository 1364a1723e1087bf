//! The growth of a child or a young person, compared with the tables of the WHO (`domain/data/README.md`).

use super::store::Kept;
use jiff::{Timestamp, civil::Date};
use model::{
    directory::Sex,
    vitals::{Decimal, Grown, Growth, GrowthChart, GrowthMeasure, Lms, VitalKind},
};
use std::{collections::HashMap, sync::LazyLock};

/// The tables end with the 228th month.
pub(super) const UNTIL_MONTHS: i32 = 229;

const PACKAGED: &str = include_str!("../../data/who-growth.csv");

/// The rows of a measure and a sex, by age in completed days.
type Rows = Vec<(i32, Lms)>;

static TABLES: LazyLock<HashMap<(GrowthMeasure, Sex), Rows>> =
    LazyLock::new(|| parse(PACKAGED).expect("the packaged tables are well formed, which a test checks"));

/// Reads the tables; `None` if a line is malformed.
fn parse(text: &str) -> Option<HashMap<(GrowthMeasure, Sex), Rows>> {
    let mut tables: HashMap<_, Rows> = HashMap::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut parts = line.split(',');
        let (measure, sex) = (GrowthMeasure::parse(parts.next()?).ok()?, Sex::parse(parts.next()?).ok()?);
        let mut number = || parts.next()?.parse::<i32>().ok();
        let (day, l, m, s) = (number()?, number()?, number()?, number()?);
        let lms = Lms { l: f64::from(l) / 1e4, m: f64::from(m) / 1e4, s: f64::from(s) / 1e5 };
        tables.entry((measure, sex)).or_default().push((day, lms));
    }
    Some(tables)
}

/// The distribution at an age. Between two rows it lies on the straight line between them.
fn at_age(rows: &[(i32, Lms)], day: i32) -> Option<Lms> {
    let after = rows.partition_point(|(row, _)| *row <= day);
    let (from, before) = rows.get(after.checked_sub(1)?)?;
    if *from == day {
        return Some(*before);
    }
    let (until, next) = rows.get(after)?;
    let part = f64::from(day - from) / f64::from(until - from);
    let between = |one: f64, other: f64| one + (other - one) * part;
    Some(Lms { l: between(before.l, next.l), m: between(before.m, next.m), s: between(before.s, next.s) })
}

/// Compares the measurements, the newest first, of somebody of this sex. `day_of` is the date of an instant where the patient is.
pub(super) fn growth(kept: &[Kept], born: Date, sex: Option<Sex>, day_of: impl Fn(Timestamp) -> Date) -> Growth {
    let Some(sex) = sex.filter(|sex| matches!(sex, Sex::Female | Sex::Male)) else {
        return Growth { has_sex: false, charts: Vec::new() };
    };
    let chart = |measure: &GrowthMeasure| {
        let rows = TABLES.get(&(*measure, sex))?;
        let grown: Vec<Grown> = kept
            .iter()
            .rev()
            .filter_map(|one| {
                let age_days = i32::try_from(day_of(one.taken_at).duration_since(born).as_hours() / 24).ok()?;
                Some(Grown { taken_at: one.taken_at, age_days, value: value(one, *measure)? })
            })
            .collect();
        GrowthChart::of(*measure, &grown, |day| at_age(rows, day), rows.last()?.0)
    };
    Growth { has_sex: true, charts: GrowthMeasure::ALL.iter().filter_map(chart).collect() }
}

/// The value of a measure among what was measured at one time. The body mass index needs weight and height of the same time, and has two digits after the
/// comma.
fn value(kept: &Kept, measure: GrowthMeasure) -> Option<Decimal> {
    let of = |kind| kept.vitals.get(kind).map(|measured| measured.canonical);
    match measure {
        GrowthMeasure::Weight => of(VitalKind::Weight),
        GrowthMeasure::Height => of(VitalKind::Height),
        GrowthMeasure::Bmi => {
            let (grams, millimetres) = (of(VitalKind::Weight)?.in_steps(3), of(VitalKind::Height)?.in_steps(1));
            // Grams in a square millimetre are a thousand kilograms in a square metre; twice that, to round half up.
            let square = millimetres.checked_mul(millimetres).filter(|square| *square > 0)?;
            Some(Decimal::of((grams * 200_000 + square) / (2 * square), 2))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(measure: GrowthMeasure, sex: Sex, day: i32) -> [String; 7] {
        let lms = at_age(&TABLES[&(measure, sex)], day).expect("the age is in the table");
        [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0].map(|z| format!("{:.1}", lms.value(z)))
    }

    #[test]
    fn the_tables_are_complete_and_in_the_order_of_age() {
        let tables = parse(PACKAGED).expect("well formed");
        assert_eq!(tables.len(), 6);
        for ((measure, _), rows) in &tables {
            assert!(rows.is_sorted_by(|one, next| one.0 < next.0), "{measure}");
            let last = if *measure == GrowthMeasure::Weight { 3653 } else { 6940 };
            assert_eq!((rows[0].0, rows.last().map(|row| row.0)), (0, Some(last)), "{measure}");
            assert!(at_age(rows, -1).is_none() && at_age(rows, last + 1).is_none());
            assert!((0..=last).all(|day| at_age(rows, day).is_some()), "{measure}");
        }
        assert!(parse("weight,male,0,1,2").is_none() && parse("shoes,male,0,1,2,3").is_none());
    }

    /// The rows of the WHO's simplified field tables of z-scores: Child Growth Standards 2006 (birth, 1 and 5 years) and Growth Reference 2007 (10 years).
    #[test]
    fn the_rows_are_those_that_the_who_has_published() {
        use GrowthMeasure::{Bmi, Height, Weight};
        use Sex::{Female, Male};
        for (measure, sex, day, expected) in [
            (Weight, Male, 0, ["2.1", "2.5", "2.9", "3.3", "3.9", "4.4", "5.0"]),
            (Weight, Female, 0, ["2.0", "2.4", "2.8", "3.2", "3.7", "4.2", "4.8"]),
            (Weight, Male, 365, ["6.9", "7.7", "8.6", "9.6", "10.8", "12.0", "13.3"]),
            (Weight, Female, 365, ["6.3", "7.0", "7.9", "8.9", "10.1", "11.5", "13.1"]),
            (Height, Male, 365, ["68.6", "71.0", "73.4", "75.7", "78.1", "80.5", "82.9"]),
            (Height, Female, 365, ["66.3", "68.9", "71.4", "74.0", "76.6", "79.2", "81.7"]),
            (Weight, Male, 1826, ["12.4", "14.1", "16.0", "18.3", "21.0", "24.2", "27.9"]),
            (Height, Male, 1826, ["96.1", "100.7", "105.3", "110.0", "114.6", "119.2", "123.9"]),
            (Height, Male, 3653, ["118.7", "125.0", "131.4", "137.8", "144.2", "150.5", "156.9"]),
            (Bmi, Male, 3653, ["12.8", "13.7", "14.9", "16.4", "18.5", "21.4", "26.1"]),
            (Bmi, Female, 3653, ["12.4", "13.5", "14.8", "16.6", "19.0", "22.6", "28.4"]),
        ] {
            assert_eq!(row(measure, sex, day), expected, "{measure} {sex} {day}");
        }
    }
}
