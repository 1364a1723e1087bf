//! A position, and the distance between two.

use crate::{
    errors::{FieldError, FieldFault, Range},
    text::{is_dash, machine_form},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Hundred-thousandths in one degree.
const PARTS: i32 = 100_000;
/// How many decimals a position keeps.
const DECIMALS: usize = 5;
/// The most decimals that are read.
const MOST_DECIMALS: usize = 15;
/// The mean radius of the earth in metres (IUGG, R1).
const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// A position in degrees of WGS 84, kept in hundred-thousandths of a degree, which is about one metre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i32, i32)", into = "(i32, i32)")]
pub struct Position {
    latitude_e5: i32,
    longitude_e5: i32,
}

impl Position {
    /// The position with this latitude and longitude in hundred-thousandths of a degree; `None` beyond a pole or the date line.
    #[must_use]
    pub const fn new(latitude_e5: i32, longitude_e5: i32) -> Option<Self> {
        let is_latitude = latitude_e5 >= -90 * PARTS && latitude_e5 <= 90 * PARTS;
        let is_longitude = longitude_e5 >= -180 * PARTS && longitude_e5 <= 180 * PARTS;
        if is_latitude && is_longitude { Some(Self { latitude_e5, longitude_e5 }) } else { None }
    }

    /// Parses decimal degrees as they are typed: `51.50448`, `-0.0865`. More than five decimals are rounded.
    ///
    /// # Errors
    /// The faults of the fields `latitude` and `longitude`: `Missing`, `Malformed`, `TooSmall`, `TooLarge`.
    pub fn parse(latitude: &str, longitude: &str) -> Result<Self, Vec<FieldError>> {
        match (degrees(latitude, 90), degrees(longitude, 180)) {
            (Ok(latitude_e5), Ok(longitude_e5)) => Ok(Self { latitude_e5, longitude_e5 }),
            (latitude, longitude) => {
                let wrong = [("latitude", latitude.err()), ("longitude", longitude.err())];
                Err(wrong.into_iter().filter_map(|(field, fault)| fault.map(|fault| FieldError::new(field, fault))).collect())
            }
        }
    }

    /// The latitude in hundred-thousandths of a degree.
    #[must_use]
    pub const fn latitude_e5(self) -> i32 {
        self.latitude_e5
    }

    /// The longitude in hundred-thousandths of a degree.
    #[must_use]
    pub const fn longitude_e5(self) -> i32 {
        self.longitude_e5
    }

    /// Latitude and longitude as [`Position::parse`] reads them.
    #[must_use]
    pub fn written(self) -> [String; 2] {
        [written(self.latitude_e5), written(self.longitude_e5)]
    }

    /// The distance on a sphere, in metres, by the haversine formula. It differs from the one on the ellipsoid by at most 0.6 %.
    #[must_use]
    pub fn metres_to(self, other: Self) -> u32 {
        let radians = |e5: i32| (f64::from(e5) / f64::from(PARTS)).to_radians();
        let (from, to) = (radians(self.latitude_e5), radians(other.latitude_e5));
        let (up, along) = (to - from, radians(other.longitude_e5) - radians(self.longitude_e5));
        let haversine = (up / 2.0).sin().powi(2) + from.cos() * to.cos() * (along / 2.0).sin().powi(2);
        // Rounding can lead beyond 1 for antipodes, and then there is no arcsine.
        let metres = 2.0 * EARTH_RADIUS_METRES * haversine.clamp(0.0, 1.0).sqrt().asin();
        whole(metres)
    }
}

/// A number of metres that is at most half of the circumference of the earth.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "half of the circumference is 20,015,114 metres, and the distance is not negative"
)]
fn whole(metres: f64) -> u32 {
    metres.round() as u32
}

/// The two numbers are no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a position")]
pub struct NotAPosition;

impl TryFrom<(i32, i32)> for Position {
    type Error = NotAPosition;

    fn try_from((latitude_e5, longitude_e5): (i32, i32)) -> Result<Self, NotAPosition> {
        Self::new(latitude_e5, longitude_e5).ok_or(NotAPosition)
    }
}

impl From<Position> for (i32, i32) {
    fn from(position: Position) -> Self {
        (position.latitude_e5, position.longitude_e5)
    }
}

/// As it is in addresses: `51.50448,-0.0865`.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [latitude, longitude] = self.written();
        write!(f, "{latitude},{longitude}")
    }
}

impl FromStr for Position {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let (latitude, longitude) = text.split_once(',').ok_or(NotAPosition)?;
        Self::parse(latitude, longitude).map_err(|_| NotAPosition)
    }
}

/// Parses decimal degrees between `-most` and `most`, to hundred-thousandths. Everything is done with whole numbers, so no rounding depends on the machine.
fn degrees(text: &str, most: i32) -> Result<i32, FieldFault> {
    let text = machine_form(text);
    if text.is_empty() {
        return Err(FieldFault::Missing);
    }
    let (is_negative, number) = match text.strip_prefix(is_dash) {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let are_digits =
        |digits: &str, most: usize| (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole, 3) || !are_digits(decimals, MOST_DECIMALS) {
        return Err(FieldFault::Malformed);
    }
    let whole: i32 = whole.parse().map_err(|_| FieldFault::Malformed)?;
    let kept: String = decimals.chars().chain("00000".chars()).take(DECIMALS).collect();
    let kept: i32 = kept.parse().map_err(|_| FieldFault::Malformed)?;
    let rounds_up = decimals.as_bytes().get(DECIMALS).is_some_and(|digit| *digit >= b'5');
    let size = whole * PARTS + kept + i32::from(rounds_up);
    let range = Range::numbers(-i64::from(most), i64::from(most));
    match (size > most * PARTS, is_negative) {
        (true, true) => Err(FieldFault::TooSmall(range)),
        (true, false) => Err(FieldFault::TooLarge(range)),
        (false, true) => Ok(-size),
        (false, false) => Ok(size),
    }
}

/// Decimal degrees without needless zeros: `51.50448`, `-0.0865`, `13`.
fn written(e5: i32) -> String {
    let size = e5.unsigned_abs();
    let (whole, part) = (size / PARTS.unsigned_abs(), size % PARTS.unsigned_abs());
    let sign = if e5 < 0 { "-" } else { "" };
    let text = format!("{sign}{whole}.{part:05}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(latitude: &str, longitude: &str) -> Position {
        Position::parse(latitude, longitude).expect("a position")
    }

    /// The angle between two vectors from the middle of the earth: another formula, that of the arctangent, with three dimensions.
    fn by_vectors(a: Position, b: Position) -> f64 {
        let vector = |position: Position| {
            let (latitude, longitude) =
                ((f64::from(position.latitude_e5) / 1e5).to_radians(), (f64::from(position.longitude_e5) / 1e5).to_radians());
            [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
        };
        let ([ax, ay, az], [bx, by, bz]) = (vector(a), vector(b));
        let cross = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
        let sine = cross.iter().map(|part| part * part).sum::<f64>().sqrt();
        sine.atan2(ax * bx + ay * by + az * bz) * EARTH_RADIUS_METRES
    }

    fn anywhere() -> impl Strategy<Value = Position> {
        (-9_000_000..=9_000_000_i32, -18_000_000..=18_000_000_i32)
            .prop_map(|(latitude, longitude)| Position::new(latitude, longitude).expect("a position"))
    }

    proptest! {
        #[test]
        fn a_distance_is_that_of_another_formula(a in anywhere(), b in anywhere()) {
            let metres = a.metres_to(b);
            // Near antipodes the haversine keeps about 7 digits.
            prop_assert!((f64::from(metres) - by_vectors(a, b)).abs() <= 5.0, "{metres} against {}", by_vectors(a, b));
            prop_assert_eq!(metres, b.metres_to(a));
            prop_assert_eq!(a.metres_to(a), 0);
        }

        #[test]
        fn neighbours_are_as_far_apart_as_by_another_formula(a in anywhere(), up in -20_000..20_000_i32, along in -20_000..20_000_i32) {
            let (latitude, longitude) = ((a.latitude_e5 + up).clamp(-9_000_000, 9_000_000), a.longitude_e5 + along);
            // Beyond the date line it goes on from the other side.
            let longitude = if longitude.abs() > 18_000_000 { longitude - longitude.signum() * 36_000_000 } else { longitude };
            let b = Position::new(latitude, longitude).expect("a position");
            prop_assert!((f64::from(a.metres_to(b)) - by_vectors(a, b)).abs() <= 1.0);
        }

        #[test]
        fn what_is_written_reads_back(a in anywhere()) {
            prop_assert_eq!(a.to_string().parse::<Position>(), Ok(a));
        }
    }

    #[test]
    fn antipodes_poles_and_the_date_line_have_distances() {
        let half = 20_015_114;
        assert_eq!(at("90", "12").metres_to(at("-90", "-70")), half);
        assert_eq!(at("0", "0").metres_to(at("0", "180")), half);
        assert_eq!(at("51.5", "-0.12").metres_to(at("-51.5", "179.88")), half);
        assert_eq!(at("0", "180").metres_to(at("0", "-180")), 0);
        assert_eq!(at("90", "0").metres_to(at("90", "77")), 0);
        // A fifth of a degree on the equator, across the date line.
        assert_eq!(at("0", "179.9").metres_to(at("0", "-179.9")), 22_239);
        // London to New York.
        let far = at("51.5074", "-0.1278").metres_to(at("40.7128", "-74.006"));
        assert!((5_570_000..5_571_000).contains(&far), "{far}");
    }

    #[test]
    fn degrees_are_read_as_people_type_them() {
        for (typed, read) in [
            ("51.50448", 5_150_448),
            (" -0.0865 ", -8_650),
            ("−0,0865", -8_650),
            ("13", 1_300_000),
            ("0", 0),
            ("-0.0", 0),
            ("51.504485", 5_150_449),
            ("90.000", 9_000_000),
        ] {
            assert_eq!(degrees(typed, 90), Ok(read), "{typed}");
        }
        for typed in ["north", "51.", ".5", "51.5.5", "1e5", "51°", "--5", "NaN", "1234"] {
            assert_eq!(degrees(typed, 90), Err(FieldFault::Malformed), "{typed}");
        }
        let range = Range::numbers(-90, 90);
        assert_eq!(degrees("90.00001", 90), Err(FieldFault::TooLarge(range)));
        assert_eq!(degrees("-91", 90), Err(FieldFault::TooSmall(range)));
        let wrong = Position::parse("", "181").unwrap_err();
        assert_eq!(wrong[0], FieldError::new("latitude", FieldFault::Missing));
        assert_eq!(wrong[1], FieldError::new("longitude", FieldFault::TooLarge(Range::numbers(-180, 180))));
        assert_eq!(at("51.5", "-0.12").to_string(), "51.5,-0.12");
    }
}
