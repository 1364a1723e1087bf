//! What the doctor has picked up on the page of a day: a visit that is to get another time, or free time that is to be blocked. Nothing is changed here: the
//! page for moving and the page for blocking open with the chosen time, and ask for what else they need.

use super::super::moving::try_move;
use super::super::week::{ROW_MINS, minute_of};
use super::super::why::sentence;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kit::failure::Failure;
use kit::parts::time::{names, zone as rules_of};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::format;
use model::ids::AppointmentId;
use model::scheduling::views::{AppointmentCard, MoveTrial};
use model::scheduling::{Availability, TimeRange};
use words::{Locale, say};

/// How many minutes of free time one step takes.
const BLOCK_STEP: i32 = 15;

/// What a key or a button does with what is picked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Earlier,
    Later,
    DayBefore,
    DayAfter,
    Choose,
    PutDown,
}

impl Act {
    /// What a key does; `None` for a key that does nothing.
    pub(super) fn of_key(key: &str) -> Option<Self> {
        match key {
            "ArrowUp" => Some(Self::Earlier),
            "ArrowDown" => Some(Self::Later),
            "ArrowLeft" => Some(Self::DayBefore),
            "ArrowRight" => Some(Self::DayAfter),
            "Enter" => Some(Self::Choose),
            "Escape" => Some(Self::PutDown),
            _ => None,
        }
    }
}

/// What the server has said about the time that is chosen now.
#[derive(Clone, PartialEq, Eq)]
enum Answer {
    Asked,
    Known(Availability),
    Refused(Failure),
}

/// A visit that is picked up. It has no `Debug`, because it names a patient.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PickedVisit {
    id: AppointmentId,
    patient: String,
    /// The clinic's time zone, in which the page for moving counts days.
    clinic_zone: String,
    /// When it is booked for.
    own: TimeRange,
    /// The time that is chosen now.
    range: TimeRange,
    step_mins: i32,
    answer: Answer,
    /// Whether the page for moving opens as soon as the time is known to be free.
    goes_on: bool,
}

impl PickedVisit {
    /// The visit at its own time; `None` if it cannot be drawn.
    pub(super) fn of(card: &AppointmentCard) -> Option<Self> {
        Some(Self {
            id: card.id,
            patient: card.patient.name.clone(),
            clinic_zone: card.clinic.time_zone.clone(),
            own: card.range()?,
            range: card.range()?,
            step_mins: ROW_MINS,
            answer: Answer::Asked,
            goes_on: false,
        })
    }

    /// Minutes of one step. From a time at which no visit begins, small steps lead to one at which visits do.
    fn step(&self) -> i32 {
        if self.answer == Answer::Known(Availability::NotOnGrid) { ROW_MINS } else { self.step_mins }
    }

    /// The address of the page that moves the visit to this time.
    fn way(&self) -> String {
        let start = self.range.start();
        let day = rules_of(&self.clinic_zone).to_datetime(start).date();
        format!("/doctor/appointments/{}/move?day={day}&start={start}", self.id)
    }
}

/// A part of free time on a day, in minutes of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PickedTime {
    date: Date,
    /// The free time.
    whole: (i32, i32),
    /// The part of it that is chosen.
    part: (i32, i32),
}

impl PickedTime {
    /// All of a free time.
    pub(super) fn of(range: TimeRange, date: Date, zone: &TimeZone) -> Self {
        let whole = (minute_of(range.start(), date, zone), minute_of(range.end(), date, zone));
        Self { date, whole, part: whole }
    }

    /// Its beginning, as long as one step.
    fn first_step(self) -> Self {
        Self { part: (self.whole.0, (self.whole.0 + BLOCK_STEP).min(self.whole.1)), ..self }
    }

    /// From one minute to another, in any order, in whole rows within the free time.
    pub(super) fn between(self, one: i32, other: i32) -> Self {
        let (from, until) = (one.min(other), one.max(other) + ROW_MINS);
        let (from, until) = (from.clamp(self.whole.0, self.whole.1), until.clamp(self.whole.0, self.whole.1));
        if from < until { Self { part: (from, until), ..self } } else { self.first_step() }
    }

    /// Longer or shorter by one step.
    fn grown(self, by: i32) -> Self {
        let (from, until) = self.part;
        let least = (from + ROW_MINS).min(self.whole.1);
        Self { part: (from, (until + by).clamp(least, self.whole.1)), ..self }
    }

    /// The address of the page that blocks it.
    pub(super) fn way(self) -> String {
        let (from, until) = (clock(self.part.0), clock(self.part.1));
        format!("/doctor/block?day={}&from={from}&until={until}&page=calendar", self.date)
    }
}

/// The clock at a minute of the day; the end of the day is `00:00`.
fn clock(minute: i32) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

/// What is picked up.
#[derive(Clone, PartialEq, Eq)]
enum Picked {
    Visit(PickedVisit),
    Time(PickedTime),
}

/// Which kind of thing is picked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Visit,
    Time,
}

/// The doctor's hands. They live as long as the page, so that what is picked up stays while the day is drawn anew.
#[derive(Clone, Copy)]
pub(super) struct Hands {
    picked: RwSignal<Option<Picked>>,
    way: RwSignal<Option<String>>,
}

impl Hands {
    pub(super) fn new() -> Self {
        Self { picked: RwSignal::new(None), way: RwSignal::new(None) }
    }

    /// The page to go to, once a time was chosen.
    pub(super) fn way(self) -> Option<String> {
        self.way.get()
    }

    pub(super) fn kind(self) -> Option<Kind> {
        self.picked.with(|picked| picked.as_ref().map(kind_of))
    }

    /// The same for handlers of events.
    pub(super) fn kind_now(self) -> Option<Kind> {
        self.picked.with_untracked(|picked| picked.as_ref().map(kind_of))
    }

    /// The time at which the picked visit or block would be drawn on a day.
    pub(super) fn range_on(self, date: Date, zone: &TimeZone) -> Option<TimeRange> {
        self.picked.with(|picked| match picked.as_ref()? {
            Picked::Visit(visit) => Some(visit.range),
            Picked::Time(time) if time.date == date => {
                let at = |minute: i32| {
                    let date = if minute < 24 * 60 { date } else { date.tomorrow().ok()? };
                    let (hour, minute) = (i8::try_from(minute / 60 % 24).ok()?, i8::try_from(minute % 60).ok()?);
                    zone.to_timestamp(date.at(hour, minute, 0, 0)).ok()
                };
                TimeRange::new(at(time.part.0)?, at(time.part.1)?)
            }
            Picked::Time(_) => None,
        })
    }

    pub(super) fn pick_visit(self, visit: PickedVisit) {
        self.picked.set(Some(Picked::Visit(visit)));
        self.ask();
    }

    /// Picks up the beginning of a free time.
    pub(super) fn pick_time(self, time: PickedTime) {
        self.picked.set(Some(Picked::Time(time.first_step())));
    }

    /// Shows the part of a free time over which the pointer was drawn.
    pub(super) fn draw_time(self, time: PickedTime) {
        self.picked.set(Some(Picked::Time(time)));
    }

    /// Shows a visit so many minutes later than it is, in whole steps; the server is asked when it is dropped.
    pub(super) fn drag_visit(self, mins: i32) {
        self.change_visit(|visit| {
            if let Some(range) = shifted(visit.own, mins / visit.step_mins * visit.step_mins) {
                visit.range = range;
                visit.answer = Answer::Asked;
            }
        });
    }

    /// Goes on with what was dragged, if it can be.
    pub(super) fn drop_it(self) {
        match self.picked.get_untracked() {
            Some(Picked::Visit(visit)) if visit.range == visit.own => self.act(Act::PutDown),
            Some(Picked::Visit(_)) => {
                self.change_visit(|visit| visit.goes_on = true);
                self.ask();
            }
            Some(Picked::Time(_)) => self.act(Act::Choose),
            None => {}
        }
    }

    /// Does what a key or a button says.
    pub(super) fn act(self, act: Act) {
        let Some(picked) = self.picked.get_untracked() else { return };
        match (act, picked) {
            (Act::PutDown, _) => self.picked.set(None),
            (Act::Choose, Picked::Time(time)) => self.way.set(Some(time.way())),
            (Act::Choose, Picked::Visit(visit)) => match visit.answer {
                _ if visit.range == visit.own => {}
                Answer::Known(availability) if availability.is_free() => self.way.set(Some(visit.way())),
                Answer::Asked => self.change_visit(|visit| visit.goes_on = true),
                Answer::Known(_) | Answer::Refused(_) => {}
            },
            (Act::Earlier, Picked::Visit(visit)) => self.shift(-visit.step()),
            (Act::Later, Picked::Visit(visit)) => self.shift(visit.step()),
            (Act::DayBefore, Picked::Visit(_)) => self.shift(-24 * 60),
            (Act::DayAfter, Picked::Visit(_)) => self.shift(24 * 60),
            (Act::Earlier, Picked::Time(time)) => self.draw_time(time.grown(-BLOCK_STEP)),
            (Act::Later, Picked::Time(time)) => self.draw_time(time.grown(BLOCK_STEP)),
            (Act::DayBefore | Act::DayAfter, Picked::Time(_)) => {}
        }
    }

    /// Says what is picked up, and whether it can be put there.
    pub(super) fn sentence(self, l: Locale, zone: &TimeZone) -> Option<String> {
        self.picked.with(|picked| {
            Some(match picked.as_ref()? {
                Picked::Time(time) => {
                    let (from, until) = (clock(time.part.0), clock(time.part.1));
                    say!(l, scheduling.day_calendar.picked_time, from = from, until = until)
                }
                Picked::Visit(visit) => {
                    let start = visit.range.start();
                    let day = format::day(zone.to_datetime(start).date(), names(l));
                    let when = format!("{day} {}", format::time(start, zone, names(l)));
                    let patient = visit.patient.clone();
                    match &visit.answer {
                        Answer::Known(_) if visit.range == visit.own => {
                            say!(l, scheduling.day_calendar.picked_visit, patient = patient, time = when)
                        }
                        Answer::Asked => say!(l, scheduling.day_calendar.asked, patient = patient, time = when),
                        Answer::Known(Availability::Free) => {
                            say!(l, scheduling.day_calendar.is_free, patient = patient, time = when)
                        }
                        Answer::Known(not_free) => {
                            let why = sentence(l, *not_free);
                            say!(l, scheduling.day_calendar.not_free, patient = patient, time = when, why = why)
                        }
                        Answer::Refused(failure) => failure.message(l),
                    }
                }
            })
        })
    }

    fn change_visit(self, change: impl FnOnce(&mut PickedVisit)) {
        self.picked.try_update(|picked| {
            if let Some(Picked::Visit(visit)) = picked {
                change(visit);
            }
        });
    }

    fn shift(self, mins: i32) {
        self.change_visit(|visit| {
            visit.goes_on = false;
            visit.answer = Answer::Asked;
            if let Some(range) = shifted(visit.range, mins) {
                visit.range = range;
            }
        });
        self.ask();
    }

    /// Asks the server about the time that is chosen now. An answer about another time comes too late and is dropped.
    fn ask(self) {
        let Some(Picked::Visit(visit)) = self.picked.get_untracked() else { return };
        let (id, start) = (visit.id, visit.range.start());
        spawn_local(async move {
            let answer = try_move(id.to_string(), start.to_string()).await;
            self.learn(id, start, answer);
        });
    }

    fn learn(self, id: AppointmentId, start: Timestamp, answer: Result<MoveTrial, Failure>) {
        let mut way = None;
        self.change_visit(|visit| {
            if visit.id != id {
                return;
            }
            if let Ok(MoveTrial { step_mins, .. }) = answer {
                visit.step_mins = i32::from(step_mins).max(ROW_MINS);
            }
            if visit.range.start() != start {
                return;
            }
            match answer {
                Ok(MoveTrial { availability, .. }) => {
                    visit.answer = Answer::Known(availability);
                    way = (visit.goes_on && availability.is_free()).then(|| visit.way());
                }
                Err(failure) => visit.answer = Answer::Refused(failure),
            }
            visit.goes_on = false;
        });
        if way.is_some() {
            self.way.try_set(way);
        }
    }
}

const fn kind_of(picked: &Picked) -> Kind {
    match picked {
        Picked::Visit(_) => Kind::Visit,
        Picked::Time(_) => Kind::Time,
    }
}

fn shifted(range: TimeRange, mins: i32) -> Option<TimeRange> {
    let by = SignedDuration::from_mins(i64::from(mins));
    TimeRange::new(range.start().checked_add(by).ok()?, range.end().checked_add(by).ok()?)
}

#[cfg(test)]
mod tests {
    use super::{Act, PickedTime};

    const FREE: PickedTime = PickedTime { date: jiff::civil::date(2026, 11, 24), whole: (540, 600), part: (540, 600) };

    #[test]
    fn free_time_is_chosen_in_steps_and_never_outside_itself() {
        let first = FREE.first_step();
        assert_eq!(first.part, (540, 555));
        assert_eq!(first.grown(15).part, (540, 570));
        assert_eq!(first.grown(-15).part, (540, 545));
        assert_eq!((0..9).fold(first, |time, _| time.grown(15)).part, (540, 600));
        assert_eq!(FREE.between(585, 550).part, (550, 590));
        assert_eq!(FREE.between(500, 700).part, (540, 600));
        assert_eq!(first.way(), "/doctor/block?day=2026-11-24&from=09:00&until=09:15&page=calendar");
    }

    #[test]
    fn other_keys_do_nothing() {
        assert_eq!((Act::of_key("Enter"), Act::of_key("m")), (Some(Act::Choose), None));
    }
}
