//! Builds the addresses of the scheduling pages, with escaped parameters.

use jiff::{Timestamp, civil::Date};
use model::ids::{ClinicId, DoctorId, ReservationId};
use model::scheduling::views::OpenTime;

/// Builds the query of an address. Names must be safe characters; values are escaped (RFC 3986 §2.1), absent ones left out.
pub(super) fn query(pairs: &[(&str, Option<&str>)]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for (name, value) in pairs.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
        out.push(if out.is_empty() { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
                out.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The page of a doctor's times.
pub(super) fn doctor(doctor: DoctorId, from: Option<Date>, day: Option<Date>, zone: Option<&str>) -> String {
    let (from, day) = (from.map(|date| date.to_string()), day.map(|date| date.to_string()));
    format!("/doctors/{doctor}{}", query(&[("from", from.as_deref()), ("day", day.as_deref()), ("zone", zone)]))
}

/// The page that asks for the reason of the visit. Doctor, clinic and time are in the address too, so that they are known after the hold expires.
pub(super) fn book(reservation: ReservationId, doctor: DoctorId, time: &OpenTime, booking: Option<&str>) -> String {
    let (doctor, time) = (doctor.to_string(), write_time(time.start, time.clinic));
    format!("/book/{reservation}{}", query(&[("doctor", Some(&doctor)), ("time", Some(&time)), ("booking", booking)]))
}

/// Encodes a time and its clinic as a form value.
pub(super) fn write_time(start: Timestamp, clinic: ClinicId) -> String {
    format!("{start}~{clinic}")
}

/// Parses the output of [`write_time`].
#[cfg(any(feature = "ssr", test))]
pub(super) fn read_time(text: &str) -> Option<(Timestamp, ClinicId)> {
    let (start, clinic) = text.split_once('~')?;
    Some((start.parse().ok()?, clinic.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn values_are_escaped_and_absent_ones_left_out() {
        assert_eq!(
            query(&[("name", Some("Żółć & co")), ("day", None), ("zone", Some("Europe/London"))]),
            "?name=%C5%BB%C3%B3%C5%82%C4%87%20%26%20co&zone=Europe/London"
        );
        assert_eq!(query(&[("name", None)]), "");
    }

    #[test]
    fn a_time_reads_back() {
        let (start, clinic): (Timestamp, ClinicId) =
            ("2026-11-24T10:30:00Z".parse().expect("an instant"), Uuid::from_u128(7).into());
        assert_eq!(read_time(&write_time(start, clinic)), Some((start, clinic)));
        assert_eq!(read_time("2026-11-24T10:30:00Z"), None);
    }
}
