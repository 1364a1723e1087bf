//! What a week means as it was typed.

use super::typed::DayTimes;
use super::*;
use model::errors::FieldFault;
use model::format::clock;
use model::scheduling::LocalHours;

fn day(from: &str, until: &str) -> DayTimes {
    DayTimes { works: "true".into(), from1: from.into(), until1: until.into(), ..DayTimes::default() }
}

#[test]
fn empty_days_are_free_and_midnight_ends_a_day() {
    let values = HoursValues { monday: day("09:00", "12:30"), friday: day("18", "00:00"), ..HoursValues::default() };
    let week = post::parse(&values).expect("hours");
    let read: Vec<_> = week.iter().map(|h| (h.weekday, clock(h.hours.start()), clock(h.hours.end()))).collect();
    assert_eq!(read, [(Weekday::Monday, "09:00".into(), "12:30".into()), (Weekday::Friday, "18:00".into(), "00:00".into())]);
}

#[test]
fn each_saved_range_of_a_day_is_shown_and_read_back() {
    let at = |hour| jiff::civil::time(hour, 0, 0, 0);
    let range = |from| WeekHours { weekday: Weekday::Monday, hours: LocalHours::new(at(from), at(from + 1)).expect("hours") };
    let week: Vec<WeekHours> = [8, 10, 12, 14, 16, 18].map(range).to_vec();
    let clinic = model::scheduling::views::ClinicBrief {
        id: uuid::Uuid::from_u128(7).into(),
        name: "Riverside Clinic".into(),
        time_zone: "Europe/London".into(),
        address_lines: Vec::new(),
        phone: None,
    };
    let shown = HoursValues::of(&ClinicHours { clinic, week: week.clone(), exceptions: Vec::new() });
    assert_eq!((shown.monday.from4.as_str(), shown.monday.until6.as_str()), ("14:00", "19:00"));
    assert_eq!(post::parse(&shown).expect("hours"), week);
}

#[test]
fn what_does_not_count_is_not_read() {
    let values = HoursValues {
        monday: DayTimes { whole: "true".into(), ..day("12:00", "09:00") },
        tuesday: DayTimes { works: String::new(), ..day("9am", "10:00") },
        ..HoursValues::default()
    };
    let week = post::parse(&values).expect("hours");
    assert_eq!(week, [WeekHours { weekday: Weekday::Monday, hours: LocalHours::WHOLE_DAY }]);
    let values = HoursValues { monday: day("", ""), ..HoursValues::default() };
    let failure = post::parse(&values).expect_err("a day without hours");
    assert_eq!((failure.fields[0].field.as_str(), failure.fields[0].fault), ("monday.from1", FieldFault::Missing));
}

#[test]
fn monday_is_copied_as_it_was_typed() {
    let values = HoursValues {
        monday: day("9", ""),
        friday: day("10:00", "11:00"),
        saturday: day("10:00", "12:00"),
        copy: "monday".into(),
        ..HoursValues::default()
    };
    let copied = values.with_monday_copied();
    assert!(copied.friday == values.monday && copied.tuesday == values.monday && copied.saturday == values.saturday);
    assert!(copied.sunday == DayTimes::default() && copied.copy.is_empty());
}

#[test]
fn every_fault_names_its_field() {
    let values = HoursValues {
        monday: day("12:00", "09:00"),
        tuesday: day("", "09:00"),
        sunday: day("9am", "10:00"),
        ..HoursValues::default()
    };
    let failure = post::parse(&values).expect_err("three faults");
    let faults: Vec<_> = failure.fields.iter().map(|wrong| (wrong.field.as_str(), wrong.fault)).collect();
    assert_eq!(
        faults,
        [
            ("monday.until1", FieldFault::EndBeforeStart),
            ("tuesday.from1", FieldFault::Missing),
            ("sunday.from1", FieldFault::Malformed)
        ]
    );
}
