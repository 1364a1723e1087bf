//! A doctor's week: on a wide screen along an axis of time, otherwise and on paper a list for each day. Visits are moved and free time is blocked here, as on
//! the page of a day.

use super::block::{BlockedNotice, UnblockTime, UnblockValues};
use super::day_calendar::kept_day;
use super::day_entries::DayEntries;
use super::outside::BlockedVisits;
use super::picking::{PickingArea, Pointer, use_picking};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kit::failure::Failure;
use kit::forms::{FormHandle, use_form};
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{PageTitle, ZoneNote, followed, switch};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::TimeRange;
use model::scheduling::views::{AppointmentCard, BlockView, DoctorDay, DoctorWeek};
use words::say;

/// Loads a week of the doctor whom the user acts as.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-week")]
pub async fn read_week(
    /// A day of the week, `2026-11-24`; today if it is absent or malformed.
    day: Option<String>,
) -> Result<DoctorWeek, Failure> {
    let request = kit::request::RequestContext::require()?;
    let day = day.and_then(|day| day.parse().ok());
    kit::request::call(|| domain::scheduling::week_of_doctor(&request.domain, &request.access, day, request.viewer.zone_name()))
        .await
}

/// The page with a doctor's week.
#[component]
pub fn WeekPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    let unblock = use_form::<UnblockTime, UnblockValues>();
    let unblocked = unblock.done();
    let asked = move || (query.with(|query| query.get("day")), changes.get(), unblocked.get());
    let week = Resource::new_blocking(asked, |(day, ..)| read_week(day));
    let pointer = use_picking("week");
    view! {
        <PageTitle text=say!(l, scheduling.week.title)/>
        <PickingArea pointer>
            {followed(week, move |week| {
                switch(move || week.get(), move |week| view! { <Week week unblock pointer/> })
            })}
        </PickingArea>
    }
}

#[component]
fn Week(week: DoctorWeek, unblock: FormHandle, pointer: Pointer) -> impl IntoView {
    let l = use_locale();
    let DoctorWeek { first, days } = week;
    let last = days.last().map_or(first, |day| day.date);
    // Steps of one day, because the code for the arithmetic of spans is large.
    let week_before = (0..7).try_fold(first, |date, _| date.yesterday().ok()).unwrap_or(first);
    let week_after = last.tomorrow().unwrap_or(last);
    let (from, to) = (format::day(first, names(l)), format::date_long(last, names(l)));
    let way = |monday: Date| format!("/doctor/week?day={monday}");
    let (now, zone) = (use_now().get_untracked(), use_viewer().zone_rules());
    let today = zone.to_datetime(now).date();
    let day_to_block = if (first..=last).contains(&today) { today } else { first };
    let kept = kept_day(first, last);
    let cards: Vec<AppointmentCard> = days.iter().flat_map(DoctorDay::in_blocked_time).cloned().collect();
    let axis = Axis::of(&days, &zone);
    let days: Vec<_> = days
        .into_iter()
        .map(|day| {
            let is_today = day.date == today;
            view! { <WeekDay day axis is_today unblock pointer/> }
        })
        .collect();
    view! {
        <div class="row">
            <div class="lead">
                <h1>{say!(l, scheduling.week.title)}</h1>
                <p>{say!(l, scheduling.week.from_to, first = from, last = to)}</p>
            </div>
            <nav class="row end" aria-label=say!(l, scheduling.week.weeks)>
                <a class="button plain" href=way(week_before)>{say!(l, scheduling.week.before)}</a>
                <a class="button plain" href=way(week_after)>{say!(l, scheduling.week.after)}</a>
                <a href="/doctor/week">{say!(l, scheduling.week.this)}</a>
                <a href=format!("/doctor/calendar?day={kept}")>{say!(l, scheduling.day_calendar.title)}</a>
                <a href=format!("/doctor/month?day={kept}")>{say!(l, scheduling.month.title)}</a>
            </nav>
        </div>
        <div class="row">
            <a class="button plain" href=format!("/doctor/block?day={day_to_block}&page=week")>{say!(l, scheduling.block.link)}</a>
            <a href="/account/calendar">{say!(l, scheduling.calendar.link)}</a>
        </div>
        <BlockedNotice/>
        <BlockedVisits cards/>
        <ZoneNote/>
        <p class="quiet no-print keys">{say!(l, scheduling.day_calendar.keys)}</p>
        <div class="week movable" data-hours=axis.hours()>
            {hours_of(axis)}
            {days}
        </div>
    }
}

/// A minute of a day is drawn in a row of this many minutes.
pub(super) const ROW_MINS: i32 = 5;

/// The hours of the day that the week shows: from the first to the last of the working hours and visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Axis {
    /// The first hour, 0 to 23.
    first: i32,
    /// The hour at which it ends, up to 24.
    last: i32,
}

/// Where a range is drawn: hours from the beginning of the axis and rows within the hour, for its start and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) start: (i32, i32),
    pub(super) end: (i32, i32),
}

impl Axis {
    /// The office hours of a week in which nothing happens.
    const EMPTY: Self = Self { first: 9, last: 17 };

    pub(super) fn of<'a>(days: impl IntoIterator<Item = &'a DoctorDay>, zone: &TimeZone) -> Self {
        let minutes = |day: &DoctorDay| {
            let visits = day.entries.iter().filter_map(|entry| entry.card.range());
            let blocks = day.blocks.iter().map(|block| block.range);
            let all: Vec<_> = day.open.iter().copied().chain(visits).chain(blocks).collect();
            let date = day.date;
            all.into_iter().map(move |range| (minute_of(range.start(), date, zone), minute_of(range.end(), date, zone)))
        };
        let all: Vec<(i32, i32)> = days.into_iter().flat_map(minutes).collect();
        let (start, end) = (all.iter().map(|(start, _)| *start).min(), all.iter().map(|(_, end)| *end).max());
        start.zip(end).map_or(Self::EMPTY, |(start, end)| Self { first: start / 60, last: (end + 59) / 60 })
    }

    pub(super) fn hours(self) -> i32 {
        self.last - self.first
    }

    /// The clock at an hour of the axis: `09:00`.
    pub(super) fn clock(self, hour: i32) -> String {
        format!("{:02}:00", self.first + hour)
    }

    /// The minute of the day at an hour of the axis.
    pub(super) fn minute(self, hour: i32) -> i32 {
        (self.first + hour) * 60
    }

    /// The place of a range on a day; at least one row.
    pub(super) fn place(self, range: TimeRange, date: Date, zone: &TimeZone) -> Place {
        let rows = |minute: i32| (minute - self.first * 60) / ROW_MINS;
        let start = rows(minute_of(range.start(), date, zone));
        let end = rows(minute_of(range.end(), date, zone) + ROW_MINS - 1).max(start + 1);
        let per_hour = 60 / ROW_MINS;
        Place { start: (start / per_hour, start % per_hour), end: (end / per_hour, end % per_hour) }
    }

    /// The row of an instant on a day, in the same form; `None` outside of the axis.
    pub(super) fn row_of(self, instant: Timestamp, date: Date, zone: &TimeZone) -> Option<(i32, i32)> {
        let local = zone.to_datetime(instant);
        let minute = minute_of(instant, date, zone) - self.first * 60;
        let is_shown = local.date() == date && (0..self.hours() * 60).contains(&minute);
        is_shown.then_some((minute / 60, minute % 60 / ROW_MINS))
    }
}

/// The hours of an axis, next to the days.
pub(super) fn hours_of(axis: Axis) -> impl IntoView {
    let hours = (0..axis.hours())
        .map(|hour| {
            let next = hour + 1;
            view! {
                <li class="at" data-h=hour data-m="0" data-eh=next data-em="0" data-at=axis.minute(hour)>{axis.clock(hour)}</li>
            }
        })
        .collect_view();
    view! { <ol class="axis" aria-hidden="true">{hours}</ol> }
}

/// The minutes that the clock shows at an instant, from the beginning of a date: 0 for the days before, 1440 for the days after.
pub(super) fn minute_of(instant: Timestamp, date: Date, zone: &TimeZone) -> i32 {
    let local = zone.to_datetime(instant);
    match local.date().cmp(&date) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => i32::from(local.hour()) * 60 + i32::from(local.minute()),
        std::cmp::Ordering::Greater => 24 * 60,
    }
}

/// Something in a day.
pub(super) enum Item {
    Visit(Box<AppointmentCard>),
    Block(BlockView),
    Free(TimeRange),
}

impl Item {
    pub(super) fn range(&self) -> Option<TimeRange> {
        match self {
            Self::Visit(card) => card.range(),
            Self::Block(block) => Some(block.range),
            Self::Free(range) => Some(*range),
        }
    }
}

/// The shortest free time that is shown.
const SHORTEST_FREE: SignedDuration = SignedDuration::from_mins(5);

/// The visits, the blocked time and the free time of a day from now on, in order.
pub(super) fn items(day: &DoctorDay, now: Timestamp) -> Vec<Item> {
    let visits = day.entries.iter().filter_map(|entry| entry.card.range());
    let taken: Vec<TimeRange> = visits.chain(TimeRange::new(Timestamp::MIN, now)).collect();
    let free = day.open.iter().flat_map(|open| open.without(&taken)).filter(|free| free.duration() >= SHORTEST_FREE);
    let mut items: Vec<Item> = free.map(Item::Free).collect();
    items.extend(day.blocks.iter().cloned().map(Item::Block));
    items.extend(day.entries.iter().map(|entry| Item::Visit(Box::new(entry.card.clone()))));
    items.sort_by_key(|item| item.range().map(TimeRange::start));
    items
}

#[component]
fn WeekDay(day: DoctorDay, axis: Axis, is_today: bool, unblock: FormHandle, pointer: Pointer) -> impl IntoView {
    let l = use_locale();
    let date = day.date;
    view! {
        <section class="day" class:today=is_today>
            <h2>
                <a href=format!("/doctor?day={date}") aria-current=is_today.then_some("date")>{format::day(date, names(l))}</a>
            </h2>
            <DayEntries day axis unblock pointer/>
        </section>
    }
}

/// An entry of a day, at its place on the axis of time.
pub(super) fn placed(class: String, place: Option<Place>, content: AnyView) -> impl IntoView {
    let (start, end) = (place.map(|place| place.start), place.map(|place| place.end));
    view! {
        <li
            class=class
            data-h=start.map(|start| start.0)
            data-m=start.map(|start| start.1)
            data-eh=end.map(|end| end.0)
            data-em=end.map(|end| end.1)
        >
            {content}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: &str, end: &str) -> TimeRange {
        TimeRange::new(start.parse().expect("an instant"), end.parse().expect("an instant")).expect("a range")
    }

    fn day(open: &[TimeRange]) -> DoctorDay {
        let date = jiff::civil::date(2026, 11, 24);
        DoctorDay { date, entries: Vec::new(), open: open.to_vec(), blocks: Vec::new(), late: None }
    }

    #[test]
    fn the_axis_goes_from_the_first_to_the_last_hour() {
        let zone = TimeZone::UTC;
        assert_eq!(Axis::of(&[day(&[])], &zone), Axis::EMPTY);
        let open = [range("2026-11-24T08:30:00Z", "2026-11-24T12:00:00Z"), range("2026-11-24T13:00:00Z", "2026-11-24T17:20:00Z")];
        assert_eq!(Axis::of(&[day(&open), day(&[])], &zone), Axis { first: 8, last: 18 });
        let night = [range("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z")];
        assert_eq!(Axis::of(&[day(&night)], &zone), Axis { first: 0, last: 24 });
    }

    #[test]
    fn a_range_has_its_place_on_the_axis() {
        let (axis, date, zone) = (Axis { first: 8, last: 18 }, jiff::civil::date(2026, 11, 24), TimeZone::UTC);
        let place = |start, end| axis.place(range(start, end), date, &zone);
        assert_eq!(place("2026-11-24T09:30:00Z", "2026-11-24T10:00:00Z"), Place { start: (1, 6), end: (2, 0) });
        assert_eq!(place("2026-11-24T09:32:00Z", "2026-11-24T09:33:00Z"), Place { start: (1, 6), end: (1, 7) });
        assert_eq!(axis.row_of("2026-11-24T08:04:59Z".parse().expect("an instant"), date, &zone), Some((0, 0)));
        assert_eq!(axis.row_of("2026-11-24T18:00:00Z".parse().expect("an instant"), date, &zone), None);
        assert_eq!(axis.row_of("2026-11-25T09:00:00Z".parse().expect("an instant"), date, &zone), None);
    }

    #[test]
    fn free_time_is_what_is_left_from_now_on() {
        let day = day(&[range("2026-11-24T09:00:00Z", "2026-11-24T12:00:00Z")]);
        let free = |now: &str| items(&day, now.parse().expect("an instant")).iter().filter_map(Item::range).collect::<Vec<_>>();
        assert_eq!(free("2026-11-24T10:00:00Z"), [range("2026-11-24T10:00:00Z", "2026-11-24T12:00:00Z")]);
        assert!(free("2026-11-24T11:58:00Z").is_empty());
    }
}
