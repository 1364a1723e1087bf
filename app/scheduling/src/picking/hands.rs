//! What the doctor has picked up: a visit that is to get another time, or free time that is to be blocked. Nothing is changed here: the page for moving and
//! the page for blocking open with the chosen time, and ask for what else they need.

use super::super::moving::try_move;
use super::super::week::ROW_MINS;
use super::super::why::sentence;
use super::free_time::PickedTime;
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

/// What a key or a button does with what is picked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Earlier,
    Later,
    DayBefore,
    DayAfter,
    Choose,
    PutDown,
}

impl Act {
    /// What a key does; `None` for a key that does nothing.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
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
pub(crate) struct PickedVisit {
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
    /// The zone in which the days are drawn.
    zone: TimeZone,
    /// Whether the page for moving opens as soon as the time is known to be free.
    goes_on: bool,
}

impl PickedVisit {
    /// The visit at its own time; `None` if it cannot be drawn. `zone` is that in which the days are drawn.
    pub(crate) fn of(card: &AppointmentCard, zone: TimeZone) -> Option<Self> {
        Some(Self {
            id: card.id,
            patient: card.patient.name.clone(),
            clinic_zone: card.clinic.time_zone.clone(),
            own: card.range()?,
            range: card.range()?,
            step_mins: ROW_MINS,
            answer: Answer::Asked,
            zone,
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

/// What is picked up.
#[derive(Clone, PartialEq, Eq)]
enum Picked {
    Visit(PickedVisit),
    Time(PickedTime),
}

/// Which kind of thing is picked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Visit,
    Time,
}

/// The doctor's hands. They live as long as the page, so that what is picked up stays while the days are drawn anew.
#[derive(Clone, Copy)]
pub(crate) struct Hands {
    /// The name of the page for the page that blocks time: `week` or `calendar`.
    page: &'static str,
    picked: RwSignal<Option<Picked>>,
    way: RwSignal<Option<String>>,
}

impl Hands {
    pub(super) fn new(page: &'static str) -> Self {
        Self { page, picked: RwSignal::new(None), way: RwSignal::new(None) }
    }

    /// The address of the page that blocks a time.
    pub(crate) fn way_to_block(self, time: PickedTime) -> String {
        time.way(self.page)
    }

    /// The page to go to, once a time was chosen.
    pub(crate) fn way(self) -> Option<String> {
        self.way.get()
    }

    pub(crate) fn kind(self) -> Option<Kind> {
        self.picked.with(|picked| picked.as_ref().map(kind_of))
    }

    /// The same for handlers of events.
    pub(crate) fn kind_now(self) -> Option<Kind> {
        self.picked.with_untracked(|picked| picked.as_ref().map(kind_of))
    }

    /// The time at which the picked visit or block would be drawn on a day.
    pub(crate) fn range_on(self, date: Date, zone: &TimeZone) -> Option<TimeRange> {
        self.picked.with(|picked| match picked.as_ref()? {
            Picked::Visit(visit) => Some(visit.range),
            Picked::Time(time) => time.range_on(date, zone),
        })
    }

    pub(crate) fn pick_visit(self, visit: PickedVisit) {
        self.picked.set(Some(Picked::Visit(visit)));
        self.ask();
    }

    /// Picks up the beginning of a free time.
    pub(crate) fn pick_time(self, time: PickedTime) {
        self.picked.set(Some(Picked::Time(time.first_step())));
    }

    /// Shows the part of a free time over which the pointer was drawn.
    pub(crate) fn draw_time(self, time: PickedTime) {
        self.picked.set(Some(Picked::Time(time)));
    }

    /// Shows a visit so many days and minutes later than it is, in whole steps; the server is asked when it is dropped.
    pub(crate) fn drag_visit(self, days: i32, mins: i32) {
        self.change_visit(|visit| {
            let day = on_other_day(visit.own, days, &visit.zone);
            if let Some(range) = day.and_then(|day| shifted(day, mins / visit.step_mins * visit.step_mins)) {
                visit.range = range;
                visit.answer = Answer::Asked;
            }
        });
    }

    /// Goes on with what was dragged, if it can be.
    pub(crate) fn drop_it(self) {
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
    pub(crate) fn act(self, act: Act) {
        let Some(picked) = self.picked.get_untracked() else { return };
        match (act, picked) {
            (Act::PutDown, _) => self.picked.set(None),
            (Act::Choose, Picked::Time(time)) => self.way.set(Some(time.way(self.page))),
            (Act::Choose, Picked::Visit(visit)) => match visit.answer {
                _ if visit.range == visit.own => {}
                Answer::Known(availability) if availability.is_free() => self.way.set(Some(visit.way())),
                Answer::Asked => self.change_visit(|visit| visit.goes_on = true),
                Answer::Known(_) | Answer::Refused(_) => {}
            },
            (Act::Earlier, Picked::Visit(_)) => self.shift(|visit| shifted(visit.range, -visit.step())),
            (Act::Later, Picked::Visit(_)) => self.shift(|visit| shifted(visit.range, visit.step())),
            (Act::DayBefore, Picked::Visit(_)) => self.shift(|visit| on_other_day(visit.range, -1, &visit.zone)),
            (Act::DayAfter, Picked::Visit(_)) => self.shift(|visit| on_other_day(visit.range, 1, &visit.zone)),
            (Act::Earlier, Picked::Time(time)) => self.draw_time(time.shorter()),
            (Act::Later, Picked::Time(time)) => self.draw_time(time.longer()),
            (Act::DayBefore | Act::DayAfter, Picked::Time(_)) => {}
        }
    }

    /// Says what is picked up, and whether it can be put there.
    pub(crate) fn sentence(self, l: Locale, zone: &TimeZone) -> Option<String> {
        self.picked.with(|picked| {
            Some(match picked.as_ref()? {
                Picked::Time(time) => {
                    let (from, until) = time.clocks();
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

    fn shift(self, other: impl FnOnce(&PickedVisit) -> Option<TimeRange>) {
        self.change_visit(|visit| {
            let range = other(visit);
            visit.goes_on = false;
            visit.answer = Answer::Asked;
            if let Some(range) = range {
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

/// The same clock so many days later, on each side of a change of the clocks. Steps of one day, because the code for the arithmetic of spans is large.
fn on_other_day(range: TimeRange, days: i32, zone: &TimeZone) -> Option<TimeRange> {
    let local = zone.to_datetime(range.start());
    let step = |date: Date, _| if days < 0 { date.yesterday().ok() } else { date.tomorrow().ok() };
    let date = (0..days.unsigned_abs()).try_fold(local.date(), step)?;
    let start = zone.to_timestamp(date.to_datetime(local.time())).ok()?;
    TimeRange::new(start, start.checked_add(range.duration()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::{Act, on_other_day};
    use jiff::tz::TimeZone;
    use model::scheduling::TimeRange;

    #[test]
    fn another_day_keeps_the_clock_over_a_change_of_the_clocks() {
        let range = |start: &str, end: &str| {
            TimeRange::new(start.parse().expect("an instant"), end.parse().expect("an instant")).expect("a range")
        };
        let zone = TimeZone::get("Europe/London").expect("the zone is known");
        let (before, after) =
            (range("2026-10-23T09:00:00Z", "2026-10-23T09:30:00Z"), range("2026-10-26T10:00:00Z", "2026-10-26T10:30:00Z"));
        assert_eq!(on_other_day(before, 3, &zone), Some(after));
        assert_eq!(on_other_day(after, -3, &zone), Some(before));
        assert_eq!(on_other_day(after, 0, &zone), Some(after));
    }

    #[test]
    fn other_keys_do_nothing() {
        assert_eq!((Act::of_key("Enter"), Act::of_key("m")), (Some(Act::Choose), None));
    }
}
