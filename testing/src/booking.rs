//! The booking of an appointment.

use crate::{Person, Practice};
use domain::scheduling::BookAppointment;
use jiff::Timestamp;

/// A booking with a doctor, with nothing wrong in it: of the doctor's first visit type, without a hold.
#[must_use]
pub fn booking(doctor: &Person, practice: Practice, start: Timestamp) -> BookAppointment {
    BookAppointment {
        hold: None,
        doctor: doctor.doctor(),
        clinic: practice.clinic,
        start,
        reason: "A cough".to_owned(),
        visit_type: None,
        mode: None,
        phone: String::new(),
        fee_minor: None,
        idempotency_key: None,
    }
}
