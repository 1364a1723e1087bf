//! The geometry of a chart: where on the drawing each value is. Whole numbers, so that server and browser draw the same.

use super::Decimal;
use jiff::Timestamp;

/// The width of the drawing.
pub const WIDTH: i64 = 640;
/// Its height.
pub const HEIGHT: i64 = 240;
/// Where the field of the values begins.
pub const LEFT: i64 = 56;
/// Where it ends.
pub const RIGHT: i64 = 624;
/// Its upper edge.
pub const TOP: i64 = 16;
/// Its lower edge.
pub(super) const BOTTOM: i64 = 200;

/// How finely values are told apart on the drawing, in digits after the comma.
pub(super) const PLACES: u32 = 2;

/// A value on the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartPoint {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
    /// Whether it lies in the usual range; true when there is none.
    pub is_usual: bool,
}

/// A chart of the values of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The values, in the order of time.
    pub points: Vec<ChartPoint>,
    /// The lines of the scale: from the top, and the number.
    pub lines: Vec<(i64, String)>,
    /// The band of the usual range: its upper edge and its height.
    pub band: Option<(i64, i64)>,
}

impl Chart {
    /// Places the values, which are in the order of time. `None` for fewer than two: one value is no course.
    #[must_use]
    pub fn of(values: &[(Timestamp, Decimal)], usual: Option<(Decimal, Decimal)>) -> Option<Self> {
        let (first, last) = (values.first()?.0.as_second(), values.last()?.0.as_second());
        if values.len() < 2 {
            return None;
        }
        let steps: Vec<i64> = values.iter().map(|(_, value)| value.in_steps(PLACES)).collect();
        let band = usual.map(|(low, high)| (low.in_steps(PLACES), high.in_steps(PLACES)));
        let all = || steps.iter().copied().chain(band.iter().flat_map(|(low, high)| [*low, *high]));
        let (least, most) = (all().min()?, all().max()?);
        let step = nice_step((most - least).max(100));
        let from = least.div_euclid(step) * step;
        let to = (most.div_euclid(step) + 1) * step;
        let y = |value: i64| BOTTOM - (value - from) * (BOTTOM - TOP) / (to - from);
        let span = (last - first).max(1);
        let points = values.iter().zip(&steps).map(|((at, _), value)| ChartPoint {
            x: LEFT + (at.as_second() - first) * (RIGHT - LEFT) / span,
            y: y(*value),
            is_usual: band.is_none_or(|(low, high)| (low..=high).contains(value)),
        });
        let count = (to - from) / step;
        let lines = (0..=count).map(|line| {
            let value = from + line * step;
            (y(value), Decimal::of(value, PLACES).shortest().to_string())
        });
        Some(Self { points: points.collect(), lines: lines.collect(), band: band.map(|(low, high)| (y(high), y(low) - y(high))) })
    }

    /// The line through the points, as the `points` of a `polyline`.
    #[must_use]
    pub fn path(&self) -> String {
        self.points.iter().map(|point| format!("{},{}", point.x, point.y)).collect::<Vec<_>>().join(" ")
    }
}

/// A step of 1, 2 or 5 times a power of ten, so that there are at most about six lines.
pub(super) fn nice_step(span: i64) -> i64 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            if span / (factor * power) < 5 {
                return factor * power;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64, value: &str) -> (Timestamp, Decimal) {
        (Timestamp::constant(1_795_510_800 + second, 0), Decimal::parse(value).expect("a number"))
    }

    #[test]
    fn values_lie_between_the_lines_and_the_band_where_it_belongs() {
        let usual = Some((Decimal::of(361, 1), Decimal::of(380, 1)));
        let chart = Chart::of(&[at(0, "36.5"), at(60, "39,2"), at(120, "37")], usual).expect("a chart");
        let lines: Vec<&str> = chart.lines.iter().map(|(_, number)| number.as_str()).collect();
        assert_eq!(lines, ["36", "37", "38", "39", "40"]);
        let x: Vec<i64> = chart.points.iter().map(|point| point.x).collect();
        assert_eq!(x, [LEFT, 340, RIGHT]);
        let is_usual: Vec<bool> = chart.points.iter().map(|point| point.is_usual).collect();
        assert_eq!(is_usual, [true, false, true]);
        let (top, height) = chart.band.expect("a band");
        let inside = |point: &ChartPoint| (top..=top + height).contains(&point.y);
        assert!(chart.points.iter().all(|point| inside(point) == point.is_usual));
        assert_eq!(chart.path().split(' ').count(), 3);
    }

    #[test]
    fn one_value_is_no_course_and_equal_values_are() {
        assert!(Chart::of(&[], None).is_none() && Chart::of(&[at(0, "70")], None).is_none());
        let flat = Chart::of(&[at(0, "70"), at(0, "70")], None).expect("a chart");
        assert!(flat.points.iter().all(|point| (TOP..=BOTTOM).contains(&point.y) && point.x == LEFT));
        assert!(flat.lines.len() >= 2 && flat.band.is_none());
    }

    proptest! {
        #[test]
        fn nothing_is_drawn_outside_of_the_field(values in proptest::collection::vec((0_i64..1_000_000, 0_i64..65_000), 2..40)) {
            let mut values = values;
            values.sort_unstable();
            let values: Vec<_> = values.iter().map(|(second, value)| at(*second, &value.to_string())).collect();
            let chart = Chart::of(&values, Some((Decimal::whole(60), Decimal::whole(100)))).expect("a chart");
            prop_assert!(chart.points.iter().all(|point| (LEFT..=RIGHT).contains(&point.x) && (TOP..=BOTTOM).contains(&point.y)));
            prop_assert!((2..=8).contains(&chart.lines.len()), "{}", chart.lines.len());
        }
    }
}
