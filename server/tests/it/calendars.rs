//! Calendar files as a second independent program reads them: `icalendar` of Python (PyPI; Debian's package `python3-icalendar`). `end2end/tests/mail.spec.ts` reads
//! them with `ical.js`, and `mail.rs` compares them with the standards.

use crate::{
    feeds::{read, save},
    house::{house, house_with},
    mail::{SENDER, every_mail, written},
};
use domain::{
    notices::{Mail, MailContent},
    scheduling::{self, AppointmentBrief},
};
use mail_parser::MessageParser;
use serde_json::{Value, json};
use std::{ffi::OsStr, path::Path, process::Command};

/// The Python for which Debian's packages are installed. Another one may be on the PATH before it.
const PYTHON: &str = "/usr/bin/python3";

/// Reads each file strictly, compares the rules that it has for a zone with those that Python knows, and prints one line of JSON for it.
const JUDGE: &str = r#"
import datetime, icalendar, json, sys
for path in sys.argv[1:]:
    [calendar] = icalendar.Calendar.from_ical(open(path, 'rb').read(), multiple=True)
    for component in calendar.walk():
        assert not component.errors, (path, component.name, component.errors)
    offsets = {}
    for zone in calendar.walk('VTIMEZONE'):
        parts = [part for part in zone.subcomponents if part.name in ('STANDARD', 'DAYLIGHT')]
        assert len(parts) == len(zone.subcomponents) > 0, (path, zone)
        offsets[str(zone['tzid'])] = sorted((part.decoded('dtstart'), part.decoded('tzoffsetto')) for part in parts)
    events = []
    for event in calendar.walk('VEVENT'):
        times = []
        for name in ('dtstart', 'dtend'):
            at, zone = event.decoded(name), event[name].params.get('tzid')
            if zone is not None:
                begun = [offset for start, offset in offsets[zone] if start <= at.replace(tzinfo=None)]
                assert begun and begun[-1] == at.utcoffset(), (path, zone, offsets[zone], at)
            times.append(at.astimezone(datetime.timezone.utc).isoformat())
        assert event.decoded('dtstamp').utcoffset() == datetime.timedelta(0), (path, event)
        events.append({
            'uid': str(event['uid']), 'sequence': event['sequence'], 'status': str(event['status']), 'times': times,
            'summary': str(event['summary']), 'place': str(event.get('location', '')),
        })
    print(json.dumps({'method': str(calendar.get('method', '')), 'events': events}))
"#;

/// What Python says about each file; none, with a word about it, where `icalendar` is not installed.
fn judged(files: &[impl AsRef<OsStr>]) -> Option<Vec<Value>> {
    if !Command::new(PYTHON).args(["-c", "import icalendar"]).output().is_ok_and(|asked| asked.status.success()) {
        eprintln!("skipped: {PYTHON} has no icalendar (Debian's package python3-icalendar)");
        return None;
    }
    let judged = Command::new(PYTHON).arg("-c").arg(JUDGE).args(files).output().unwrap();
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
    let said: Vec<Value> =
        String::from_utf8(judged.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said.len(), files.len());
    Some(said)
}

/// The appointment of a mail that has a calendar file, and the METHOD and STATUS of that file.
fn told(mail: &Mail) -> Option<(&AppointmentBrief, &'static str, &'static str)> {
    match &mail.content {
        MailContent::Scheduling(
            scheduling::MailContent::AppointmentBooked(brief) | scheduling::MailContent::AppointmentMoved(brief, _),
        ) => Some((brief, "REQUEST", "CONFIRMED")),
        MailContent::Scheduling(scheduling::MailContent::AppointmentCancelled(brief)) => Some((brief, "CANCEL", "CANCELLED")),
        _ => None,
    }
}

fn keep(folder: &Path, name: &str, calendar: &[u8]) -> std::path::PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, calendar).unwrap();
    file
}

#[tokio::test]
async fn icalendar_reads_the_files_in_mails_as_they_were_meant() {
    let house = house_with(&SENDER).await;
    let (folder, mails) = (tempfile::tempdir().unwrap(), every_mail(&house.clinic.domain));
    let (mut files, mut expected) = (Vec::new(), Vec::new());
    for (mail, told) in mails.iter().filter_map(|mail| Some((mail, told(mail)?))) {
        let raw = written(&house, mail);
        let message = MessageParser::default().parse(&raw).unwrap();
        let calendar = message.attachment(0).unwrap().text_contents().unwrap();
        files.push(keep(folder.path(), &format!("{}.ics", mail.id), calendar.as_bytes()));
        expected.push(told);
    }
    assert!(files.len() >= 30, "{}", files.len());
    let Some(said) = judged(&files) else { return };
    for (said, (brief, method, status)) in said.iter().zip(expected) {
        assert_eq!((&said["method"], said["events"].as_array().unwrap().len()), (&json!(method), 1));
        let event = &said["events"][0];
        assert_eq!(event["uid"], format!("{}@localhost", brief.id));
        assert_eq!((&event["sequence"], &event["status"]), (&json!(1), &json!(status)));
        assert_eq!(event["times"], json!(["2026-11-25T10:00:00+00:00", "2026-11-25T10:30:00+00:00"]));
        let (summary, place) = (event["summary"].as_str().unwrap(), event["place"].as_str().unwrap());
        assert!(brief.to_doctor || summary.contains(&brief.doctor), "{summary}");
        assert!(place.contains("Praxis am See; Haus 3, Überlingen"), "{place}");
    }
}

#[tokio::test]
async fn icalendar_reads_a_feed_with_what_stands_and_what_was_cancelled() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let client = house.client(&house.clinic.patient("Amara Osei").await).await;
    let address = save(&client, "shown").await;
    let mut booked = Vec::new();
    for start in ["2026-11-25T10:00:00Z", "2026-11-26T14:30:00Z"] {
        let body = json!({
            "doctor_id": doctor.doctor(), "clinic_id": house.practice.clinic, "starts_at": start, "reason": "Sore throat",
        });
        booked.push(client.book(&format!("key-{}", booked.len()), body).await.expect(201)["id"].as_str().unwrap().to_owned());
    }
    client.post(&format!("/appointments/{}/cancel", booked[1]), json!({})).await.expect(200);
    let feed = read(&house, &address, &[]).await;
    assert_eq!(feed.status, 200);
    let folder = tempfile::tempdir().unwrap();
    let Some(said) = judged(&[keep(folder.path(), "feed.ics", &feed.bytes)]) else { return };
    assert_eq!(said[0]["method"], "");
    let mut events: Vec<(&str, &str, i64, &str)> = said[0]["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            let text = |name: &str| event[name].as_str().unwrap();
            assert_eq!(text("summary"), "Video visit with Dr Lena Hoffmann");
            (event["times"][0].as_str().unwrap(), text("status"), event["sequence"].as_i64().unwrap(), text("uid"))
        })
        .collect();
    events.sort_unstable();
    let uids = booked.iter().map(|id| format!("{id}@localhost")).collect::<Vec<_>>();
    let expected = [
        ("2026-11-25T10:00:00+00:00", "CONFIRMED", 1, uids[0].as_str()),
        ("2026-11-26T14:30:00+00:00", "CANCELLED", 2, uids[1].as_str()),
    ];
    assert_eq!(events, expected);
}
