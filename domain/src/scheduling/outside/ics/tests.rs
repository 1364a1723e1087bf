use super::*;

fn range(start: &str, end: &str) -> TimeRange {
    TimeRange::new(start.parse().expect("an instant"), end.parse().expect("an instant")).expect("a range")
}

/// The busy ranges in October and November 2026, as `start/end` in UTC, and how much was broken. Times without a zone are those of London.
fn read(body: &str) -> Result<(Vec<String>, u32), OutsideTrouble> {
    let file = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n", body.trim().replace('\n', "\r\n"));
    let zone = jiff::tz::db().get("Europe/London").expect("London");
    let found = busy_times(file.as_bytes(), range("2026-10-01T00:00:00Z", "2026-12-01T00:00:00Z"), &zone)?;
    let shown = |at: Timestamp| at.strftime("%m%dT%H%M").to_string();
    Ok((found.ranges.iter().map(|range| format!("{}/{}", shown(range.start()), shown(range.end()))).collect(), found.broken))
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\nUID:a\n{}\nEND:VEVENT", lines.trim())
}

#[track_caller]
fn check(body: &str, expected: &[&str]) {
    let (ranges, broken) = read(body).expect("a calendar");
    assert_eq!((ranges.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), broken), (expected, 0));
}

#[test]
fn times_are_those_of_their_zone_over_a_change_of_the_clock() {
    check(&event("DTSTART:20261124T100000Z\nDTEND:20261124T110000Z"), &["1124T1000/1124T1100"]);
    check(&event("DTSTART;TZID=America/New_York:20261124T100000\nDURATION:PT45M"), &["1124T1500/1124T1545"]);
    check(&event("DTSTART:20261124T100000\nDTEND:20261124T110000"), &["1124T1000/1124T1100"]);
    // London leaves summer time on 25 October: nine o'clock stays nine o'clock.
    let weekly =
        "DTSTART;TZID=Europe/London:20261019T090000\nDTEND;TZID=Europe/London:20261019T093000\nRRULE:FREQ=WEEKLY;COUNT=3";
    check(&event(weekly), &["1019T0800/1019T0830", "1026T0900/1026T0930", "1102T0900/1102T0930"]);
    check(&event("DTSTART;VALUE=DATE:20261025"), &["1024T2300/1026T0000"]);
    check(&event("DTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261126"), &["1124T0000/1126T0000"]);
}

#[test]
fn a_zone_that_only_the_file_knows_is_read_from_it() {
    let zone = "BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
";
    let at = |day: &str| event(&format!("DTSTART;TZID=W. Europe Standard Time:{day}T090000\nDURATION:PT1H"));
    check(&format!("{zone}{}", at("20261020")), &["1020T0700/1020T0800"]);
    check(&format!("{zone}{}", at("20261120")), &["1120T0800/1120T0900"]);
    assert_eq!(read(&at("20261120")), Ok((Vec::new(), 1)), "an unknown zone is counted, not guessed");
}

#[test]
fn exceptions_and_moved_events_replace_what_the_rule_says() {
    let series = event("DTSTART:20261102T090000Z\nDTEND:20261102T100000Z\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:20261103T090000Z");
    check(&series, &["1102T0900/1102T1000", "1104T0900/1104T1000", "1105T0900/1105T1000"]);
    let moved = event("RECURRENCE-ID:20261104T090000Z\nDTSTART:20261104T150000Z\nDTEND:20261104T160000Z");
    check(&format!("{series}\n{moved}"), &["1102T0900/1102T1000", "1104T1500/1104T1600", "1105T0900/1105T1000"]);
    let cancelled = event("RECURRENCE-ID:20261105T090000Z\nDTSTART:20261105T090000Z\nDTEND:20261105T100000Z\nSTATUS:CANCELLED");
    check(&format!("{series}\n{cancelled}"), &["1102T0900/1102T1000", "1104T0900/1104T1000"]);
    check(&event("DTSTART:20261102T090000Z\nDTEND:20261102T100000Z\nTRANSP:TRANSPARENT"), &[]);
    check(
        &event("DTSTART:20261102T090000Z\nDTEND:20261102T100000Z\nRRULE:FREQ=DAILY;UNTIL=20261103T090000Z"),
        &["1102T0900/1102T1000", "1103T0900/1103T1000"],
    );
}

#[test]
fn what_cannot_be_understood_is_counted_and_what_is_cut_off_is_not_read() {
    let good = event("DTSTART:20261124T100000Z\nDTEND:20261124T110000Z");
    let bad = event("DTSTART:soon\nDTEND:20261124T110000Z");
    let unknown = event("DTSTART:20261125T100000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO");
    assert_eq!(read(&format!("{good}\n{bad}\n{unknown}\nnot a line")), Ok((vec!["1124T1000/1124T1100".to_owned()], 3)));
    let zone = TimeZone::UTC;
    let within = range("2026-10-01T00:00:00Z", "2026-12-01T00:00:00Z");
    for file in ["", "<html>", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "END:VCALENDAR"] {
        assert_eq!(busy_times(file.as_bytes(), within, &zone), Err(OutsideTrouble::Unreadable), "{file}");
    }
    let endless = event("DTSTART:19010101T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4000000000");
    let endless: Vec<String> = (0..5).map(|_| endless.clone()).collect();
    assert_eq!(read(&endless.join("\n")), Err(OutsideTrouble::TooMany));
}

#[test]
fn a_file_whose_times_would_take_minutes_is_not_read() {
    let part =
        |year: i32| format!("BEGIN:STANDARD\nDTSTART:{year}0101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0000\nEND:STANDARD\n");
    let parts: String = (0..MOST_PARTS).map(|at| part(1900 + i32::try_from(at % 100).expect("a small number"))).collect();
    let zone = format!("BEGIN:VTIMEZONE\nTZID:Nowhere\n{parts}END:VTIMEZONE\n");
    let at = |count: usize| {
        let except = vec!["20261103T090000"; count].join(",");
        event(&format!("DTSTART;TZID=Nowhere:20261102T090000\nDURATION:PT1H\nEXDATE;TZID=Nowhere:{except}"))
    };
    assert_eq!(read(&format!("{zone}{}", at(MOST_WORK / MOST_PARTS))), Err(OutsideTrouble::TooMany));
    check(&format!("{zone}{}", at(10)), &["1102T0900/1102T1000"]);
}
