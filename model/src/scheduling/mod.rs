//! When people can meet: states of an appointment, working hours, and the times that are open.
//!
//! Invariants: a slot lies wholly within the hours of its local day, overlaps no other slot, no time off and nothing busy;
//! [`Schedule::explain`] says `Free` exactly for the starts that [`Schedule::slots`] offers. Zone rules and the present
//! moment are arguments. It books nothing: the database has the last word (design: `claims`).

mod appointment;
mod days;
mod hours;
mod policy;
mod range;
mod reason;
mod slots;
mod spans;
pub mod views;

pub use appointment::{AppointmentEvent, AppointmentState, CancelledBy, ClaimKind, NotAllowed, VisitMode};
pub use days::{DayPart, by_day_part, by_local_day, nearest};
pub use hours::{DayException, ExceptionKind, HoursOverlap, HoursRule, LocalHours, check_week};
pub use policy::BookingPolicy;
pub use range::TimeRange;
pub use reason::VisitReason;
pub use slots::{Availability, Schedule, Slot};
