//! Scheduling: the states of an appointment, working hours, and the free slots.
//!
//! Invariants: a slot lies completely within the hours of its local day and overlaps no other slot, no time off and no busy range;
//! [`Schedule::explain`] returns `Free` exactly for the starts that [`Schedule::slots`] offers, and exactly one reason for every other time ([`Availability`]
//! has their order). Time zone rules and the current time are arguments. Nothing is booked here: the database decides in the end (table `reservations`).

mod appointment;
mod availability;
mod block_note;
mod booking_rules;
mod calendar_feed;
mod cancel_message;
mod chosen;
mod clinic_days;
mod days;
mod hours;
mod late;
mod meeting;
mod outside_calendar;
mod overbooking;
mod policy;
mod range;
mod reason;
mod red_flags;
mod rooms;
mod search;
mod series;
mod slots;
mod spans;
pub mod views;
mod visit_type;
mod waiting;
mod why;

pub use appointment::{
    Ahead, AppointmentEvent, AppointmentState, CancelledBy, NotAllowed, ReservationKind, Unattended, VisitMode,
};
pub use availability::{Availability, SlotReason};
pub use block_note::BlockNote;
pub use booking_rules::{BookingRules, number_within};
pub use calendar_feed::{CalendarFeedView, FeedNames};
pub use cancel_message::CancelMessage;
pub use chosen::ChosenTime;
pub use clinic_days::{ClinicDays, ClosedDays};
pub use days::{DayPart, by_day_part, by_local_day, nearest};
pub use hours::{DayException, ExceptionKind, HoursOverlap, HoursRule, LocalHours, check_week};
pub use late::LateBy;
pub use meeting::{MeetingLink, MeetingView};
pub use outside_calendar::{OutsideAddress, OutsideCalendarView, OutsideName, OutsideTrouble};
pub use overbooking::OverbookingReason;
pub use policy::BookingPolicy;
pub use range::TimeRange;
pub use reason::VisitReason;
pub use red_flags::red_flag;
pub use rooms::{EndedRoom, RoomChoice, RoomList, RoomName, RoomTimes, RoomView, VisitRooms};
pub use search::{DoctorCursor, LeastRating, NotACursor, Reach, RedFlag, SearchFilter, SearchOrder};
pub use series::{
    AppointmentSeries, SeriesDate, SeriesPlace, SeriesPreview, SeriesRule, SeriesTime, SeriesView, SeriesVisit, series_times,
};
pub use slots::{Occupied, Schedule, Slot};
pub use visit_type::{DoctorVisitTypes, ManagedDoctor, OwnVisitType, OwnVisitTypes, VisitTypeName, VisitTypeView, visit_minutes};
pub use waiting::{
    DAY_NAMES, OfferBrief, OfferState, OfferView, WaitingChoices, WaitingDays, WaitingTimes, WaitingView, may_be_asked,
};
pub use why::{Named, TakenBy, WhyAnswer, WhyCause, WhyView};
