//! What a mail says about an appointment.

use jiff::Timestamp;
use model::{
    ids::AppointmentId,
    money::Money,
    scheduling::{CancelledBy, VisitMode},
};

/// What a mail says about an appointment, as it was when its event happened.
#[derive(Debug, Clone)]
pub struct AppointmentBrief {
    /// The appointment.
    pub id: AppointmentId,
    /// The version, which grows with every change; the calendar file's SEQUENCE (RFC 5545 §3.8.7.4).
    pub version: i32,
    /// The doctor's name.
    pub doctor: String,
    /// Whether the recipient is the doctor.
    pub to_doctor: bool,
    /// The clinic's name.
    pub clinic: String,
    /// The clinic's postal address, line by line; empty in a mail that an earlier version of the server wrote.
    pub address: Vec<String>,
    /// The clinic's IANA time zone, in which calendars keep the event; `UTC` in a mail that an earlier version of the server wrote.
    pub time_zone: String,
    /// How patient and doctor meet.
    pub mode: VisitMode,
    /// What it costs; none in a mail that an earlier version of the server wrote.
    pub fee: Option<Money>,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// When it was booked or cancelled; the calendar file's DTSTAMP (RFC 5545 §3.8.7.2).
    pub revised_at: Timestamp,
    /// Who cancelled it; none when it is not cancelled, or when nobody knows.
    pub cancelled_by: Option<CancelledBy>,
}
