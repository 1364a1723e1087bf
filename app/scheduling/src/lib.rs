//! Finding a doctor, booking, the list of visits, and the doctor's days and hours.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

words::catalogue!();

mod address;
mod languages;
mod side;
mod staff_series;
mod states;
mod times;
mod type_choice;

mod appointment;
mod appointment_facts;
mod appointments;
mod attend;
mod block;
mod booking;
mod booking_rules;
mod calendar;
mod cancel;
mod check;
mod clinic_columns;
mod clinic_day;
mod confirm;
mod day_calendar;
mod day_entries;
mod day_exceptions;
mod desk_booking;
mod desk_find;
mod desk_visits;
mod doctor;
mod doctor_booking;
mod find_doctor;
mod first_steps;
mod follow_up;
mod found;
mod free_month;
mod hold;
mod hours;
mod late;
mod managed_types;
mod meeting;
mod month;
mod moving;
mod narrowing;
mod near;
mod next_visit;
mod other_calendars;
mod other_times;
mod outside;
mod picking;
mod rate;
mod ratings;
mod repeat;
mod repeat_dates;
mod rooms;
mod search;
mod time_off;
mod today;
mod visit_types;
mod waiting;
mod waiting_form;
mod week;
mod why;

pub use appointment::{AppointmentPage, DeskAppointmentPage, DoctorAppointmentPage, ReadAppointment, read_appointment};
pub use appointments::{AppointmentsPage, ListVisits, list_visits};
pub use attend::{AttendValues, CheckInPatient, MarkAbsent, check_in_patient, mark_absent};
pub use block::{BlockPage, BlockTime, UnblockTime, block_time, unblock_time};
pub use booking::{
    BookPage, BookingDetails, HeldTime, HoldState, ReadBooking, ReadHold, SaveReason, read_booking, read_hold, save_reason,
};
pub use booking_rules::{BookingRulesPage, ReadBookingRules, SaveBookingRules, read_booking_rules, save_booking_rules};
pub use calendar::{
    CalendarFacts, CalendarPage, LoadCalendarFeed, RenewCalendarFeed, RevokeCalendarFeed, SaveCalendarFeed, load_calendar_feed,
    renew_calendar_feed, revoke_calendar_feed, save_calendar_feed,
};
pub use cancel::{CancelPage, CancelVisit, DeskCancelPage, DoctorCancelPage, cancel_visit};
pub use check::{BookVisit, CheckPage, book_visit};
pub use clinic_columns::{ClinicColumnsPage, ReadClinicColumns, read_clinic_columns};
pub use clinic_day::{ClinicDayTable, ReadClinicDay, read_clinic_day};
pub use confirm::{ApprovalValues, ConfirmValues, ConfirmVisit, SetApproval, confirm_visit, set_approval};
pub use day_calendar::DayCalendarPage;
pub use day_exceptions::{AddDay, DayExceptionsPage, RemoveDay, add_day, remove_day};
pub use desk_booking::{
    BookForPatient, DeskBooking, DeskBookingPage, DeskBookingValues, ReadDeskBooking, book_for_patient, read_desk_booking,
};
pub use desk_find::{FindToBook, FindToBookValues, find_to_book};
pub use desk_visits::{DeskPatientVisitsPage, DeskRequestsPage, ListClinicVisits, list_clinic_visits};
pub use doctor::{DoctorPage, DoctorTimes, ReadDoctor, ZoneOf, read_doctor};
pub use doctor_booking::{DoctorBookingPage, OwnBooking, ReadOwnBooking, read_own_booking};
pub use find_doctor::FindDoctor;
pub use first_steps::{FirstSteps, ReadFirstSteps, read_first_steps};
pub use follow_up::{FollowUpValues, SaveFollowUp, save_follow_up};
pub use free_month::{FreeMonthPage, ReadFreeMonth, read_free_month};
pub use hold::{HoldTime, hold_time};
pub use hours::{HoursPage, ReadHours, SaveHours, read_hours, save_hours};
pub use late::{SayLate, say_late};
pub use managed_types::{LoadManagedTypes, ManagedTypes, ManagedTypesPage, load_managed_types};
pub use meeting::{MeetingValues, SaveMeetingLink, save_meeting_link};
pub use month::{MonthPage, ReadMonth, read_month};
pub use moving::{DeskMovePage, DoctorMovePage, MovePage, MoveVisit, ReadMove, TryMove, move_visit, read_move, try_move};
pub use next_visit::NextVisit;
pub use other_calendars::{
    AddOutsideCalendar, OutsideCalendarsPage, OutsideValues, ReadOutsideCalendars, RemoveOutsideCalendar, add_outside_calendar,
    read_outside_calendars, remove_outside_calendar,
};
pub use other_times::{OtherTimes, OtherTimesPage, ReadOtherTimes, read_other_times};
pub use rate::{LoadRating, RatePage, RateValues, RateVisit, load_rating, rate_visit};
pub use ratings::{
    AnswerRating, AnswerValues, LoadRatings, OwnRatingsPage, ReadRatings, answer_rating, load_ratings, read_ratings,
};
pub use repeat::{
    BookRepeat, BookRepeatValues, PlanRepeat, ReadRepeat, RepeatPage, RepeatPlan, RepeatValues, book_repeat, plan_repeat,
    read_repeat,
};
pub use rooms::{ReadVisitRooms, RoomValues, SaveRoom, read_visit_rooms, save_room};
pub use search::{DoctorsPage, FindDoctors, FoundDoctors, find_doctors};
pub use staff_series::{
    BookStaffSeries, BookStaffSeriesValues, DeskSeriesPage, DoctorSeriesPage, PlanStaffSeries, ReadStaffSeries, StaffSeries,
    StaffSeriesValues, book_staff_series, plan_staff_series, read_staff_series,
};
pub use time_off::{ReadTimeOff, TakeTimeOff, TimeOffPage, read_time_off, take_time_off};
pub use today::{DayHead, DayOfAddress, DayTable, ReadDay, day_of_address, read_day};
pub use visit_types::{ReadVisitTypes, SaveVisitType, VisitTypesPage, read_visit_types, save_visit_type};
pub use waiting::{
    AcceptOffer, DeskWaitingPage, LeaveValues, LeaveWaiting, OfferValues, ReadWaiting, RefuseOffer, Waiting, WaitingPage,
    accept_offer, leave_waiting, read_waiting, refuse_offer,
};
pub use waiting_form::{
    DeskJoinWaitingPage, JoinWaiting, JoinWaitingPage, ReadWaitingChoices, WishValues, join_waiting, read_waiting_choices,
};
pub use week::{ReadWeek, WeekPage, read_week};
pub use why::{DeskWhyPage, DoctorWhyPage, ReadWhy, read_why};
