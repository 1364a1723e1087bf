//! Who can meet when: open times, holds, appointments, and doctors' hours.
//!
//! Invariants
//! - Appointments and holds never overlap, per doctor and per patient: the constraints of `reservations` guarantee this, whatever the code does. Only a visit that staff
//!   overbooks may overlap others of its doctor ([`book_for_patient`]); it takes its time like them.
//! - Whoever inserts a reservation holds the advisory locks of the doctor, then of the patient ([`locks`]), so concurrent bookings wait and do not
//!   deadlock.
//! - The doctor's range of a reservation includes its buffers, so no two visits violate a buffer. The largest number of visits a day is counted under the lock.
//! - A live appointment has its reservation; cancelling it deletes the reservation and keeps the appointment, moving it replaces the
//!   reservation in one transaction.
//! - One patient has a bounded number of appointments ahead, and holds a bounded number of times ([`limits`]).
//! - A doctor without a fee is not offered and cannot be booked. An appointment keeps the fee for which it was booked.
//! - Where the installation wants it, a patient is offered and books only doctors with a licence of the country in which the patient lives ([`jurisdiction`]).
//! - What a doctor's other calendar says is busy is not offered, held or booked; what cannot be read is not free ([`keep_calendar`]).
//! - A time that is offered to a person on the waiting list has a reservation, so nobody else can take it ([`waiting`]).
//! - A visit in person has a room for its whole reserved time, if its clinic has rooms ([`set_room`]).
//! - A series is booked as a whole or not at all, and each of its visits is an ordinary appointment ([`book_series`]).
//! - A change of hours never changes an appointment: appointments that no longer fit are listed ([`HoursView::outside`]).
//!
//! Boundary: the visit itself (waiting room, call) belongs to `visits`; fees are shown here and charged elsewhere.
//!
//! [`HoursView::outside`]: model::scheduling::views::HoursView::outside

mod distances;
mod first_times;
mod follow_ups;
mod hold;
mod jurisdiction;
mod lay_words;
mod limits;
mod locks;
mod notices;
mod rules;
mod searched_days;
mod store;
mod subjects;
mod timetable;

mod block;
mod book;
mod booking_rules;
mod calendar_feeds;
mod cancel;
mod clinic_day;
mod course;
mod days;
mod deletion;
mod desk;
mod exceptions;
mod figures;
mod first_steps;
mod hours;
mod late;
mod managed_types;
mod meetings;
mod moving;
mod open_times;
mod outside;
mod profile_changes;
mod read;
mod reminders;
mod requests;
mod rooms;
mod search;
mod series;
mod time_off;
mod visit_types;
mod waiting;
mod why;

pub use block::{BlockTime, block};
pub use book::{BookAppointment, book};
pub use booking_rules::{TypedBookingRules, booking_rules, change_booking_rules};
pub use calendar_feeds::{
    CalendarFeed, FeedReader, FeedVisit, calendar_feed, find_calendar_feed, read_calendar_feed, renew_calendar_feed,
    revoke_calendar_feed, save_calendar_feed,
};
pub use cancel::{CancelAppointment, cancel};
pub use clinic_day::{clinic_columns, clinic_day};
pub use days::{day_of_doctor, month_of_doctor, week_of_doctor};
pub use deletion::{delete_account, deletion};
pub use desk::{BookForPatient, book_for_patient, desk_booking, first_to_book};
pub use exceptions::{AddException, add_exception, remove_exception};
pub use figures::booking_figures;
pub use first_steps::first_steps;
pub use first_times::{rebuild_first_times, renew_first_times};
pub use follow_ups::{SetFollowUp, remind_of_follow_ups, set_follow_up};
pub use hold::{Hold, booked_with, hold, hold_view, release, sweep_holds};
pub use hours::{ReplaceWeek, hours, replace_week};
pub use late::{TellLate, tell_late};
pub use limits::sweep_times_taken;
pub use managed_types::{add_visit_type_of, edit_visit_type_of, managed_doctors, visit_types_of};
pub use meetings::{SetMeetingLink, set_meeting_link};
pub use moving::{MoveAppointment, move_appointment, times_to_move, try_move};
pub use notices::{AboutVisit, AppointmentBrief, MailContent, MailKind, OfferedTime, TextContent, TextKind};
pub use open_times::{
    DayOfDoctor, Offer, WantedDay, chosen_time, doctor_page, doctor_page_with_day, free_month, nearest_free, open_times,
};
pub use outside::{
    AddOutsideCalendar, DueCalendar, add_outside_calendar, due_calendars, keep_calendar, outside_calendars,
    remove_outside_calendar,
};
pub use profile_changes::{changes_of_doctor, own_profile_changes};
pub use read::{AppointmentFilter, ListAppointments, Which, get, list, list_narrowed};
pub use reminders::{remind, sweep_reminders};
pub use requests::{ConfirmAppointment, confirm, end_unanswered_requests, requests_waiting, set_approval};
pub use rooms::{AddRoom, SetRoom, add_room, end_room, rooms_for_visit, rooms_of_clinic, set_room};
pub use search::{DoctorSearch, find_doctors, search_choices, specialties};
pub use series::{
    BookSeries, CancelSeries, PreviewSeries, SeriesDates, SeriesOutcome, book_series, book_series_for_patient, cancel_series,
    preview_series, preview_series_for_patient, series,
};
pub use subjects::{Booking, Timetable};
pub use time_off::{Fate, TakeTimeOff, TimeOff, VisitFate, take_time_off, visits_in_time_off};
pub use visit_types::{TypedVisitType, add_visit_type, edit_visit_type, visit_types};
pub use waiting::{
    AcceptOffer, JoinWaitingList, OfferSubject, WaitingFor, accept_offer, join_waiting_list, leave_waiting_list,
    offer_freed_times, refuse_offer, waiting_choices, waiting_list, waiting_offer,
};
pub use why::{AskWhy, why};

pub(crate) use course::{close_unattended, step};
pub(crate) use notices::Event;
pub(crate) use read::reason_at_visit;
