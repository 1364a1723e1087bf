//! A time with a doctor that somebody has chosen, in the addresses of pages. A stranger's choice travels in them through sign-up, the confirming mail
//! and sign-in: nothing is stored for people without an account.

use crate::address::{local_path, query};
use model::ids::{PatientId, ReservationId};
use model::scheduling::ChosenTime;
use percent_encoding::percent_decode_str;

/// The doctor's page with this time selected. With the id of stored answers (`booking`), the time that is chosen next is for them.
#[must_use]
pub fn doctor_page(chosen: &ChosenTime, booking: Option<&str>) -> String {
    format!("/doctors/{}{}", chosen.doctor, query(&[("time", Some(&chosen.time())), ("booking", booking)]))
}

/// The page that asks for the reason while the time is held. Doctor, clinic and time are in the address too, so that they are known after the hold
/// expires.
#[must_use]
pub fn reason_page(reservation: ReservationId, chosen: &ChosenTime, booking: Option<&str>) -> String {
    let (doctor, time) = (chosen.doctor.to_string(), chosen.time());
    format!("/book/{reservation}{}", query(&[("doctor", Some(&doctor)), ("time", Some(&time)), ("booking", booking)]))
}

/// The page that offers the nearest free times in place of this one. `why` is a word of [`why_lost`].
#[must_use]
pub fn other_times_page(chosen: &ChosenTime, booking: Option<&str>, why: &str) -> String {
    let (doctor, time) = (chosen.doctor.to_string(), chosen.time());
    let pairs = [("doctor", Some(&*doctor)), ("time", Some(&*time)), ("booking", booking), ("why", Some(why))];
    format!("/book/other{}", query(&pairs))
}

/// The page on which reception books this time for a patient. Without one, the patient is found there.
#[must_use]
pub fn desk_page(chosen: &ChosenTime, patient: Option<PatientId>) -> String {
    let (doctor, time, patient) = (chosen.doctor.to_string(), chosen.time(), patient.map(|id| id.to_string()));
    format!("/desk/book{}", query(&[("doctor", Some(&*doctor)), ("time", Some(&*time)), ("patient", patient.as_deref())]))
}

/// The page on which a doctor books this time for a patient whom they treat. Without one, the patient is found there.
#[must_use]
pub fn own_booking_page(chosen: &ChosenTime, patient: Option<PatientId>) -> String {
    let (time, patient) = (chosen.time(), patient.map(|id| id.to_string()));
    format!("/doctor/book{}", query(&[("time", Some(&*time)), ("patient", patient.as_deref())]))
}

/// The page below one of the two before on which staff books several visits, the first at this time. `more` is how often, or when they begin.
#[must_use]
pub fn staff_series_page(folder: &str, chosen: &ChosenTime, patient: PatientId, more: &[(&str, Option<&str>)]) -> String {
    let (doctor, time, patient) = (chosen.doctor.to_string(), chosen.time(), patient.to_string());
    let mut pairs = vec![("doctor", Some(&*doctor)), ("time", Some(&*time)), ("patient", Some(&*patient))];
    pairs.extend_from_slice(more);
    format!("{folder}/book/series{}", query(&pairs))
}

/// The page on which reception registers the patient for whom this time is booked.
#[must_use]
pub fn desk_register_page(chosen: &ChosenTime) -> String {
    let (doctor, time) = (chosen.doctor.to_string(), chosen.time());
    format!("/desk/register{}", query(&[("doctor", Some(&*doctor)), ("time", Some(&*time))]))
}

/// The time that is selected on the doctor's page with this address; `None` for any other page.
#[must_use]
pub fn in_address(address: &str) -> Option<ChosenTime> {
    let page = local_path(address)?.strip_prefix("/doctors/")?;
    let (doctor, query) = page.split_once('?')?;
    let time = query.split('&').find_map(|pair| pair.strip_prefix("time="))?;
    ChosenTime::parse(doctor, &percent_decode_str(time).decode_utf8().ok()?)
}

/// Why another time must be chosen, as the parameter `why` of the page that offers other times; `None` for errors that another time does not mend.
#[cfg(feature = "ssr")]
#[must_use]
pub const fn why_lost(code: model::errors::Code) -> Option<&'static str> {
    use model::errors::Code;
    match code {
        Code::SlotTaken => Some("taken"),
        Code::SlotPast => Some("past"),
        Code::SlotUnknown => Some("unknown"),
        Code::PatientBusy => Some("busy"),
        // The page offers times for the first type that the doctor still has.
        Code::VisitTypeGone => Some("type"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn chosen() -> ChosenTime {
        let start = "2026-11-24T10:30:00Z".parse().expect("an instant");
        ChosenTime { doctor: Uuid::from_u128(8).into(), clinic: Uuid::from_u128(7).into(), start, visit_type: None }
    }

    #[test]
    fn a_choice_is_read_from_the_address_of_its_page() {
        let page = doctor_page(&chosen(), None);
        assert_eq!(in_address(&page), Some(chosen()));
        assert_eq!(in_address(&doctor_page(&chosen(), Some("0a"))), Some(chosen()));
        assert_eq!(local_path(&page), Some(page.as_str()));
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_time_or_a_type_of_visit_that_is_gone_leads_to_other_times() {
        use model::errors::Code;
        for code in [Code::SlotTaken, Code::SlotPast, Code::SlotUnknown, Code::PatientBusy, Code::VisitTypeGone] {
            assert!(why_lost(code).is_some(), "{code}");
        }
        for code in [Code::FeeChanged, Code::HoldExpired, Code::SignInNeeded] {
            assert_eq!(why_lost(code), None, "{code}");
        }
    }

    #[test]
    fn other_addresses_hold_no_choice() {
        let page = doctor_page(&chosen(), None);
        for address in ["", "/", "/doctors", "/doctors/8?time=9", "/patient", page.split_once('?').expect("a query").0] {
            assert_eq!(in_address(address), None, "{address}");
        }
        assert_eq!(in_address(&format!("https://evil.example{page}")), None);
        assert_eq!(in_address(&format!("//evil.example{page}")), None);
    }
}
