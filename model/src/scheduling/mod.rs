//! Scheduling: the states of an appointment, working hours, and the free slots.
//!
//! Invariants: a slot lies completely within the hours of its local day and overlaps no other slot, no time off and no busy range;
//! [`Schedule::explain`] returns `Free` exactly for the starts that [`Schedule::slots`] offers. Time zone rules and the current time
//! are arguments. Nothing is booked here: the database decides in the end (table `reservations`).

mod appointment;
mod block_note;
mod cancel_message;
mod chosen;
mod days;
mod hours;
mod late;
mod policy;
mod range;
mod reason;
mod search;
mod slots;
mod spans;
pub mod views;
mod visit_type;

pub use appointment::{
    Ahead, AppointmentEvent, AppointmentState, CancelledBy, NotAllowed, ReservationKind, Unattended, VisitMode,
};
pub use block_note::BlockNote;
pub use cancel_message::CancelMessage;
pub use chosen::ChosenTime;
pub use days::{DayPart, by_day_part, by_local_day, nearest};
pub use hours::{DayException, ExceptionKind, HoursOverlap, HoursRule, LocalHours, check_week};
pub use late::LateBy;
pub use policy::BookingPolicy;
pub use range::TimeRange;
pub use reason::VisitReason;
pub use search::{DoctorCursor, NotACursor, Reach};
pub use slots::{Availability, Schedule, Slot};
pub use visit_type::{OwnVisitType, OwnVisitTypes, VisitTypeName, VisitTypeView, visit_minutes};
