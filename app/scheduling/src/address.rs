//! The addresses of the scheduling pages.

use jiff::{Timestamp, civil::Date};
use kit::address::query;
use model::ids::{ClinicId, DoctorId, ReservationId};
use model::scheduling::views::OpenTime;

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
    fn a_time_reads_back() {
        let (start, clinic): (Timestamp, ClinicId) =
            ("2026-11-24T10:30:00Z".parse().expect("an instant"), Uuid::from_u128(7).into());
        assert_eq!(read_time(&write_time(start, clinic)), Some((start, clinic)));
        assert_eq!(read_time("2026-11-24T10:30:00Z"), None);
    }
}
