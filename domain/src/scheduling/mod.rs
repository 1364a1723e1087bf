//! Who can meet when: open times, holds, appointments, and the hours that doctors keep.
//!
//! Invariants
//! - Two appointments or holds never overlap, per doctor and per patient: the constraints of `claims` refuse it whatever the code does.
//! - Whoever inserts a claim holds the advisory locks of the doctor, then of the patient ([`locks`]); so racers wait instead of deadlocking.
//! - A live appointment has its claim; calling it off deletes the claim and keeps the appointment.
//! - A change of hours never touches an appointment: what no longer fits is listed ([`HoursView::outside`]).
//!
//! Boundary: the visit itself (waiting room, call) belongs to `visits`; money is shown here and taken elsewhere.
//!
//! [`HoursView::outside`]: model::scheduling::views::HoursView::outside

mod hold;
mod locks;
mod rules;
mod store;
mod subjects;
mod timetable;

mod book;
mod cancel;
mod days;
mod exceptions;
mod hours;
mod open_times;
mod read;
mod search;

pub use book::{BookAppointment, book};
pub use cancel::{CancelAppointment, cancel};
pub use days::{day_of_doctor, week_of_doctor};
pub use exceptions::{AddException, add_exception, remove_exception};
pub use hold::{Hold, booked_with, hold, hold_view, release, sweep_holds};
pub use hours::{ReplaceWeek, hours, replace_week};
pub use open_times::{doctor_page, nearest_free, open_times};
pub use read::{ListAppointments, Which, get, list};
pub use search::{DoctorSearch, find_doctors, specialties};
pub use subjects::{Booking, Timetable};
