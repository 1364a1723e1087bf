//! Checks mails and calendar files against their standards with independent parsers: `mail-parser`, and Python's `email` if Python is
//! installed. `calendars.rs` also checks the calendar files with `icalendar` of Python, and `end2end/tests/mail.spec.ts` with `ical.js`.

use crate::house::{Client, House, house, house_with};
use axum::{body::Body, http::Request};
use domain::{
    Domain,
    directory::{self, LicenceBrief},
    identity,
    notices::{Mail, MailContent},
    notifications::Recipient,
    scheduling::{self, AppointmentBrief, MailKind},
};
use jiff::SignedDuration;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};
use model::{
    access::Role,
    money::{Currency, Money},
    scheduling::{Ahead, ChosenTime, Unattended, VisitMode},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, io::ErrorKind, process::Command};
use testing::BEGIN;

/// Parses messages strictly and prints their contents as one line of JSON each. It stops at the first defect.
const JUDGE: &str = r#"
import email, email.policy, json, sys
policy = email.policy.SMTP.clone(raise_on_defect=True)
for path in sys.argv[1:]:
    raw = open(path, 'rb').read()
    assert b'\n' not in raw.replace(b'\r\n', b''), 'a bare line feed'
    assert b'\r' not in raw.replace(b'\r\n', b''), 'a bare carriage return'
    assert max(map(len, raw.split(b'\r\n'))) <= 998, 'RFC 5322 2.1.1'
    head = raw.split(b'\r\n\r\n')[0]
    assert all(byte < 128 for byte in head), 'RFC 5322 2.2'
    for line in head.split(b'\r\n'):
        assert len(line) <= (76 if b'=?' in line else 78), (line, 'RFC 2047 2, RFC 5322 2.1.1')
    message = email.message_from_bytes(raw, policy=policy)
    parts = []
    for part in message.walk():
        assert not part.defects, part.defects
        for name in part.keys():
            assert len(part.get_all(name)) == 1, name + ' comes twice'
            assert not part[name].defects, (name, part[name].defects)
        if not part.is_multipart():
            content = part.get_content()
            content = content.decode() if isinstance(content, bytes) else content
            parts.append([part['content-type'].content_type, dict(part['content-type'].params), content, part.get_filename()])
    [sender], [to] = message['from'].addresses, message['to'].addresses
    print(json.dumps({
        'from': [sender.display_name, sender.addr_spec], 'to': [to.display_name, to.addr_spec], 'subject': message['subject'],
        'date': message['date'].datetime.isoformat(), 'id': message['message-id'], 'mime': message['mime-version'],
        'auto': message['auto-submitted'], 'kind': message.get_content_type(), 'parts': parts,
    }))
"#;

/// Names of people that are difficult to encode in headers.
const NAMES: [&str; 5] = [
    "Amara Osei",
    "Łukasz Žižek-Ñandú",
    "Cohen, \"Dr\" (Ruth) <ד\"ר כהן>",
    "山田 太郎",
    "Maximiliana-Theodora Ottilie von und zu Hohenstein-Waldburg-Zeil, Gräfin auf Schloß Lichtenfels am Überlinger See",
];

fn brief(domain: &Domain, doctor: &str, to_doctor: bool) -> AppointmentBrief {
    AppointmentBrief {
        id: domain.new_id(),
        version: 1,
        doctor: doctor.to_owned(),
        to_doctor,
        clinic: "Praxis am See; Haus 3, Überlingen".to_owned(),
        address: vec!["12 Harbour Road".to_owned(), "Überlingen; D-88662".to_owned()],
        time_zone: "Europe/Berlin".to_owned(),
        mode: VisitMode::InPerson,
        fee: Some(Money::new(6_000, Currency::GBP)),
        starts_at: BEGIN + SignedDuration::from_hours(25),
        ends_at: BEGIN + SignedDuration::from_mins(25 * 60 + 30),
        revised_at: BEGIN,
        cancelled_by: None,
    }
}

fn licence(authority: &str, reply: &str) -> LicenceBrief {
    let (authority, reply) = (authority.to_owned(), reply.to_owned());
    LicenceBrief { authority, expires_on: jiff::civil::date(2027, 3, 31), approved: reply.is_empty(), more_asked: false, reply }
}

/// Mails of every kind, to recipients with every name.
pub(crate) fn every_mail(domain: &Domain) -> Vec<Mail> {
    let mut mails = Vec::new();
    for name in NAMES {
        let token = "0123456789abcdef0123456789abcdef".to_owned();
        // Long, without spaces, and with characters that SMTP and MIME treat specially at the beginning of a line.
        let reason = format!("{name}:\n.\n.dot\nFrom here\n--=_alternative\n{}", "wörter".repeat(300));
        let chosen = Some(ChosenTime { doctor: domain.new_id(), clinic: domain.new_id(), start: BEGIN, visit_type: None });
        let contents = [
            MailContent::Identity(identity::MailContent::ConfirmEmail { token: token.clone(), chosen: None }),
            MailContent::Identity(identity::MailContent::ConfirmEmail { token: token.clone(), chosen }),
            MailContent::Identity(identity::MailContent::SignUpRepeated { chosen }),
            MailContent::Identity(identity::MailContent::ResetPassword { token, chosen }),
            MailContent::Identity(identity::MailContent::RoleChanged {
                before: Role::Nurse,
                role: Role::Admin,
                clinic: Some(name.to_owned()),
            }),
            MailContent::Identity(identity::MailContent::RoleChanged { before: Role::Admin, role: Role::Support, clinic: None }),
            MailContent::Identity(identity::MailContent::RoleEnded { role: Role::Nurse, clinic: Some(name.to_owned()) }),
            MailContent::Identity(identity::MailContent::RoleEnded { role: Role::Admin, clinic: None }),
            MailContent::Identity(identity::MailContent::PasswordChanged),
            MailContent::Identity(identity::MailContent::ForeignIdentityLinked { email: "ada@people.example".to_owned() }),
            MailContent::Identity(identity::MailContent::NewBrowserUsed { at: BEGIN, address: Some("2001:db8::1".to_owned()) }),
            MailContent::Identity(identity::MailContent::CodesWrong),
            MailContent::Identity(identity::MailContent::SecondFactorSetUp),
            MailContent::Identity(identity::MailContent::SecondFactorEnded),
            MailContent::Identity(identity::MailContent::SecondFactorResetAsked { token: "0".repeat(32), at: BEGIN }),
            MailContent::Identity(identity::MailContent::SecondFactorReset),
            MailContent::Identity(identity::MailContent::PasskeyAdded),
            MailContent::Identity(identity::MailContent::PasskeyRemoved),
            MailContent::Identity(identity::MailContent::PasskeyCopied),
            MailContent::Identity(identity::MailContent::PhoneVerified),
            MailContent::Identity(identity::MailContent::PhoneRemoved),
            MailContent::Identity(identity::MailContent::EmailCode { code: "012345".to_owned() }),
            MailContent::Identity(identity::MailContent::EmailChanged),
            MailContent::Identity(identity::MailContent::AccountDeleted { until: BEGIN }),
            MailContent::Identity(identity::MailContent::AccountBroughtBack),
            MailContent::Identity(identity::MailContent::TokenMade { name: name.to_owned(), until: BEGIN }),
            MailContent::Identity(identity::MailContent::AppConnected { app: name.to_owned() }),
            MailContent::Directory(directory::MailContent::DoctorVerified { reason: reason.clone() }),
            MailContent::Directory(directory::MailContent::DoctorRefused { reason: String::new() }),
            MailContent::Directory(directory::MailContent::DoctorMoreAsked { reason: name.to_owned() }),
            MailContent::Directory(directory::MailContent::UserSuspended { reason: reason.clone() }),
            MailContent::Directory(directory::MailContent::UserRestored { reason }),
            MailContent::Directory(directory::MailContent::GlassBroken { by: name.to_owned(), at: BEGIN }),
            MailContent::Directory(directory::MailContent::AccessAnswered { access: uuid::Uuid::from_u128(7).into() }),
            MailContent::Directory(directory::MailContent::ActingEnded {
                patient: name.to_owned(),
                representative: name.to_owned(),
                to_representative: true,
            }),
            MailContent::Directory(directory::MailContent::ComingOfAge { child: name.to_owned() }),
            MailContent::Directory(directory::MailContent::RecordsMerged { patient: name.to_owned() }),
            MailContent::Directory(directory::MailContent::RecordsSeparated { patient: name.to_owned() }),
            MailContent::Directory(directory::MailContent::Handover { token: "0".repeat(32), expires_at: BEGIN }),
            MailContent::Directory(directory::MailContent::HandedOver {
                patient: name.to_owned(),
                to_guardian: true,
                until: Some(BEGIN),
            }),
            MailContent::Directory(directory::MailContent::HandedOver {
                patient: name.to_owned(),
                to_guardian: false,
                until: None,
            }),
            MailContent::Directory(directory::MailContent::ActingBegun {
                patient: name.to_owned(),
                representative: name.to_owned(),
                to_representative: false,
                until: BEGIN,
            }),
            MailContent::Directory(directory::MailContent::ClinicJoined { clinic: name.to_owned() }),
            MailContent::Directory(directory::MailContent::SpecialtiesChanged { specialties: vec![name.to_owned()] }),
            MailContent::Scheduling(scheduling::MailContent::VisitTypeManaged { visit_type: name.to_owned() }),
            MailContent::Directory(directory::MailContent::LicenceApproved(licence(name, ""))),
            MailContent::Directory(directory::MailContent::LicenceRefused(licence(name, name))),
            MailContent::Directory(directory::MailContent::LicenceMoreAsked(licence(name, name))),
            MailContent::Directory(directory::MailContent::LicenceNearEnd(licence(name, ""))),
            MailContent::Scheduling(scheduling::MailContent::AppointmentBooked(brief(domain, name, false))),
            MailContent::Scheduling(scheduling::MailContent::AppointmentBooked(brief(domain, name, true))),
            MailContent::Scheduling(scheduling::MailContent::AppointmentCancelled(brief(domain, name, false))),
            MailContent::Scheduling(scheduling::MailContent::AppointmentCancelled(brief(domain, name, true))),
            MailContent::Scheduling(scheduling::MailContent::AppointmentMoved(brief(domain, name, false), BEGIN)),
            MailContent::Scheduling(scheduling::MailContent::AppointmentMoved(brief(domain, name, true), BEGIN)),
            MailContent::Scheduling(scheduling::MailContent::VisitNear(brief(domain, name, false), Ahead::Day)),
            MailContent::Scheduling(scheduling::MailContent::VisitNear(brief(domain, name, false), Ahead::Hour)),
            MailContent::Scheduling(scheduling::MailContent::FollowUpDue(brief(domain, name, false))),
            MailContent::Scheduling(scheduling::MailContent::AppointmentRequested(brief(domain, name, false))),
            MailContent::Scheduling(scheduling::MailContent::AppointmentRequested(brief(domain, name, true))),
            MailContent::Scheduling(scheduling::MailContent::SeriesBooked(vec![brief(domain, name, false)])),
            MailContent::Scheduling(scheduling::MailContent::SeriesBooked(vec![brief(domain, name, true)])),
            MailContent::Scheduling(scheduling::MailContent::SeriesRequested(vec![brief(domain, name, false)])),
            MailContent::Scheduling(scheduling::MailContent::TimeOffered(scheduling::OfferedTime {
                id: domain.new_id(),
                doctor: name.to_owned(),
                clinic: name.to_owned(),
                mode: VisitMode::InPerson,
                starts_at: BEGIN + SignedDuration::from_hours(25),
                ends_at: BEGIN + SignedDuration::from_mins(25 * 60 + 30),
                expires_at: BEGIN + SignedDuration::from_mins(30),
                moves: true,
            })),
        ];
        let closed = Unattended::ALL.iter().flat_map(|how| [(*how, false), (*how, true)]).map(|(how, to_doctor)| {
            MailContent::Scheduling(scheduling::MailContent::AppointmentClosed(brief(domain, name, to_doctor), how))
        });
        mails.extend(contents.into_iter().chain(closed).map(|content| Mail {
            id: domain.new_id(),
            recipient: Recipient {
                to: "somebody+visits@people.example".to_owned(),
                name: name.to_owned(),
                language: "en".to_owned(),
                time_zone: "America/Argentina/Buenos_Aires".to_owned(),
            },
            created_at: BEGIN,
            content,
        }));
    }
    mails
}

/// Configuration keys that make the sender as difficult to encode as the recipients.
pub(crate) const SENDER: [(&str, &str); 2] =
    [("mail.from_name", "Käthe's Praxis, Überlingen"), ("mail.from_address", "visits@clinic.example")];

pub(crate) fn written(house: &House, mail: &Mail) -> Vec<u8> {
    server::mail::message(&house.state.config, mail).unwrap().formatted()
}

#[tokio::test]
async fn every_mail_is_what_its_standards_ask_for() {
    let house = house_with(&SENDER).await;
    for mail in every_mail(&house.clinic.domain) {
        let raw = written(&house, &mail);
        let message = MessageParser::default().parse(&raw).unwrap();
        let header = |name: &str| message.header(name).and_then(HeaderValue::as_text).unwrap_or_default().to_owned();
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        assert_eq!(header("MIME-Version"), "1.0");
        let [sender, to] = [message.from(), message.to()].map(|address| address.unwrap().first().unwrap().clone());
        assert_eq!((sender.name(), sender.address()), (Some(SENDER[0].1), Some(SENDER[1].1)));
        assert_eq!((to.name(), to.address()), (Some(mail.recipient.name.as_str()), Some(mail.recipient.to.as_str())));
        assert_eq!(message.date().unwrap().to_timestamp(), BEGIN.as_second());
        assert_eq!(message.message_id(), Some(format!("{}@localhost", mail.id).as_str()));
        assert_eq!((message.text_body_count(), message.html_body_count()), (1, 1));
        assert!(message.body_text(0).unwrap().contains(&mail.recipient.name));
        assert!(message.body_html(0).unwrap().starts_with("<!doctype html>"));
        let calendar = match &mail.content {
            MailContent::Scheduling(
                scheduling::MailContent::AppointmentBooked(_) | scheduling::MailContent::AppointmentMoved(..),
            ) => Some("REQUEST"),
            MailContent::Scheduling(scheduling::MailContent::AppointmentCancelled(_)) => Some("CANCEL"),
            MailContent::Scheduling(scheduling::MailContent::SeriesBooked(_)) => Some("PUBLISH"),
            _ => None,
        };
        let attached = message.attachment(0);
        assert_eq!(attached.is_some(), calendar.is_some());
        if let (Some(part), Some(method)) = (attached, calendar) {
            let kind = part.content_type().unwrap();
            assert_eq!((kind.ctype(), kind.subtype()), ("text", Some("calendar")));
            assert_eq!((kind.attribute("method"), kind.attribute("charset")), (Some(method), Some("utf-8")));
            let file = part.text_contents().unwrap();
            check_calendar(file, method, "1");
            let attendee = format!(":mailto:{}", mail.recipient.to);
            let is_attendee = |line: &str| line.starts_with("ATTENDEE;") && line.ends_with(&attendee);
            assert_eq!(file.replace("\r\n ", "").lines().any(is_attendee), method != "PUBLISH", "{file}");
            let attachment = message.attachment(1).unwrap();
            assert_eq!((attachment.attachment_name(), attachment.contents()), (Some("appointment.ics"), file.as_bytes()));
        }
    }
}

/// Checks the required properties of a published, a requested and a cancelled event (RFC 5546 §3.2.1, §3.2.2, §3.2.5) and the line format
/// (RFC 5545 §3.1). Returns the properties of the event.
fn check_calendar(file: &str, method: &str, sequence: &str) -> Vec<(String, String)> {
    assert!(file.ends_with("END:VCALENDAR\r\n"), "{file}");
    assert!(file.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\n', '\r'])), "{file}");
    let unfolded = file.replace("\r\n ", "");
    let all: Vec<(String, String)> = unfolded
        .lines()
        .map(|line| {
            let quoted = |at: &usize| line[..*at].matches('"').count() % 2 == 0;
            let colon = line.match_indices(':').map(|(at, _)| at).find(quoted).unwrap_or_else(|| panic!("{line}"));
            (line[..colon].to_owned(), line[colon + 1..].to_owned())
        })
        .collect();
    let said = |name: &str| all.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect::<Vec<_>>();
    assert_eq!((said("METHOD"), said("VERSION")), (vec![method.to_owned()], vec!["2.0".to_owned()]));
    let begin = all.iter().position(|(_, value)| value == "VEVENT").unwrap_or_else(|| panic!("{file}"));
    let lines = all[begin..].to_vec();
    let event = without_alarm(lines.clone());
    assert_eq!(event.len() < lines.len(), method != "CANCEL", "{file}");
    let one = |name: &str| {
        let found: Vec<_> = event.iter().filter(|(key, _)| key.split(';').next() == Some(name)).collect();
        assert_eq!(found.len(), 1, "{name} in {file}");
        found[0].clone()
    };
    assert_eq!(one("SEQUENCE").1, sequence);
    assert_eq!(one("STATUS").1, if method == "CANCEL" { "CANCELLED" } else { "CONFIRMED" });
    assert!(one("ORGANIZER").1.starts_with("mailto:") && !one("SUMMARY").1.is_empty() && one("UID").1.contains('@'), "{file}");
    assert!(one("DTSTAMP").1.ends_with('Z'), "RFC 5545 §3.8.7.2: {file}");
    for name in ["DTSTART", "DTEND"] {
        let zone = one(name).0.split_once(";TZID=").map(|(_, zone)| zone.to_owned()).unwrap_or_else(|| panic!("{file}"));
        assert_eq!(said("TZID"), [zone], "the zone's rules are in the file: {file}");
    }
    let has_attendee = lines.iter().any(|(key, _)| key.starts_with("ATTENDEE"));
    assert!(method != "PUBLISH" || !has_attendee, "ATTENDEE must not be present (RFC 5546 §3.2.1)");
    lines
}

/// The properties without those of the alarm, which a cancelled event does not have.
fn without_alarm(lines: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut in_alarm = false;
    let is_outside = |(key, value): &(String, String)| {
        let is_edge = value == "VALARM";
        if is_edge {
            in_alarm = key == "BEGIN";
        }
        !is_edge && !in_alarm
    };
    lines.into_iter().filter(is_outside).collect()
}

#[tokio::test]
async fn python_reads_every_mail_without_a_defect() {
    let house = house_with(&SENDER).await;
    let (folder, mails) = (tempfile::tempdir().unwrap(), every_mail(&house.clinic.domain));
    let files: Vec<_> = mails.iter().map(|mail| folder.path().join(format!("{}.eml", mail.id))).collect();
    for (mail, file) in mails.iter().zip(&files) {
        std::fs::write(file, written(&house, mail)).unwrap();
    }
    let judged = match Command::new("python3").arg("-c").arg(JUDGE).args(&files).output() {
        Ok(judged) => judged,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("skipped: python3 is not installed");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
    let said: Vec<Value> =
        String::from_utf8(judged.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said.len(), mails.len());
    for (mail, said) in mails.iter().zip(&said) {
        assert_eq!(said["from"], json!(SENDER.map(|(_, value)| value)));
        // Python before 3.13 keeps the space between two encoded words of a name, which RFC 2047 §6.2 says to ignore. mail-parser, which
        // checked the name above, ignores it.
        let without_spaces = |name: &str| name.replace(' ', "");
        assert_eq!(without_spaces(said["to"][0].as_str().unwrap()), without_spaces(&mail.recipient.name));
        assert_eq!(said["to"][1], json!(mail.recipient.to));
        assert_eq!((&said["auto"], &said["mime"]), (&json!("auto-generated"), &json!("1.0")));
        assert_eq!(said["id"], format!("<{}@localhost>", mail.id));
        assert_eq!(said["date"], "2026-11-24T09:00:00+00:00");
        let parts = said["parts"].as_array().unwrap();
        assert_eq!((&parts[0][0], &parts[1][0]), (&json!("text/plain"), &json!("text/html")));
        let text = parts[0][2].as_str().unwrap().replace("\r\n", "\n");
        // A right-to-left name is isolated, so that it does not change the direction of the text around it.
        let name = model::text::direction::isolated(&mail.recipient.name);
        assert!(text.contains(&format!("Hello {name},")), "{text}");
        if let MailContent::Directory(directory::MailContent::UserSuspended { reason }) = &mail.content {
            assert!(text.contains(reason.as_str()), "{text}");
        }
        if parts.len() > 2 {
            assert_eq!((&said["kind"], &parts[2][0]), (&json!("multipart/mixed"), &json!("text/calendar")));
            assert_eq!((&parts[3][0], &parts[3][3]), (&json!("application/ics"), &json!("appointment.ics")));
            assert_eq!(parts[3][2].as_str().unwrap().replace("\r\n", "\n"), parts[2][2].as_str().unwrap().replace("\r\n", "\n"));
            let method = parts[2][1]["method"].as_str().unwrap();
            assert!(parts[2][2].as_str().unwrap().contains(&format!("METHOD:{method}")));
        }
    }
}

#[tokio::test]
async fn a_mail_that_is_built_again_is_the_same_byte_for_byte() {
    let house = house().await;
    let mails = every_mail(&house.clinic.domain);
    let before: Vec<_> = mails.iter().map(|mail| written(&house, mail)).collect();
    house.clinic.pass(SignedDuration::from_hours(30));
    for (mail, before) in mails.iter().zip(&before) {
        assert_eq!(String::from_utf8(written(&house, mail)), String::from_utf8(before.clone()));
    }
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), mails.len());
}

/// Signs in with the password as a browser does. Returns the cookie.
async fn cookie(house: &House, email: &str) -> String {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("email", email), ("password", testing::PASSWORD), ("next", "")])
        .finish();
    let request = Request::post("/do/sign-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", crate::house::ORIGIN)
        .body(Body::from(form));
    let signed_in = house.stranger().send(request.unwrap()).await;
    signed_in.cookies()
}

async fn downloaded(house: &House, cookie: &str, appointment: &str) -> (String, String) {
    let request = Request::get(format!("/appointments/{appointment}/calendar.ics")).header("cookie", cookie).body(Body::empty());
    let answer = house.stranger().send(request.unwrap()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    (answer.header("content-type").to_owned(), String::from_utf8(answer.bytes).unwrap())
}

/// The calendar file in the newest mail of this kind to an address.
async fn mailed(house: &House, kind: MailKind, to: &str) -> String {
    let mails = house.clinic.mails(kind).await;
    let raw = written(house, mails.iter().rfind(|mail| mail.recipient.to == to).unwrap());
    MessageParser::default().parse(&raw).unwrap().attachment(0).unwrap().text_contents().unwrap().to_owned()
}

/// The properties of the event without the attendee, whom only a mail names.
fn event_of(file: &str, method: &str, sequence: &str) -> Vec<(String, String)> {
    check_calendar(file, method, sequence).into_iter().filter(|(key, _)| !key.starts_with("ATTENDEE")).collect()
}

#[tokio::test]
async fn the_mailed_and_the_downloaded_calendar_agree_from_booking_to_cancellation() {
    let house = house_with(&SENDER).await;
    let doctor = house.clinic.doctor("Dr Lena Höffmann", house.practice).await;
    let patient = house.clinic.patient("Amara Osei").await;
    let client: Client = house.client(&patient).await;
    let body = json!({
        "doctor_id": doctor.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T10:00:00Z", "reason": "Sore throat",
    });
    let id = client.book("key", body).await.expect(201)["id"].as_str().unwrap().to_owned();
    let people = [(&patient.email, cookie(&house, &patient.email).await), (&doctor.email, cookie(&house, &doctor.email).await)];

    house.clinic.pass(SignedDuration::from_mins(7));
    for (email, cookie) in &people {
        let (kind, file) = downloaded(&house, cookie, &id).await;
        assert_eq!(kind, "text/calendar; charset=utf-8; method=PUBLISH");
        let booked = mailed(&house, MailKind::AppointmentBooked, email).await;
        assert_eq!(event_of(&booked, "REQUEST", "1"), event_of(&file, "PUBLISH", "1"));
        assert!(file.contains("DTSTAMP:20261124T090000Z") && !file.contains("Sore"), "{file}");
    }
    client.post(&format!("/appointments/{id}/cancel"), json!({})).await.expect(200);
    house.clinic.pass(SignedDuration::from_mins(7));
    for (email, cookie) in &people {
        let booked = mailed(&house, MailKind::AppointmentBooked, email).await;
        let (kind, file) = downloaded(&house, cookie, &id).await;
        assert_eq!(kind, "text/calendar; charset=utf-8; method=CANCEL");
        let cancelled = mailed(&house, MailKind::AppointmentCancelled, email).await;
        assert_eq!(event_of(&cancelled, "CANCEL", "2"), event_of(&file, "CANCEL", "2"));
        let (before, after) = (check_calendar(&booked, "REQUEST", "1"), check_calendar(&cancelled, "CANCEL", "2"));
        let (before, after) = (without_alarm(before), without_alarm(after));
        assert!(file.contains("DTSTAMP:20261124T090700Z"), "{file}");
        // All other properties are unchanged.
        let differ = |(key, _): &&(String, String)| !["DTSTAMP", "SEQUENCE", "STATUS", "TRANSP"].contains(&key.as_str());
        assert!(before.iter().filter(differ).eq(after.iter().filter(differ)));
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_given_leads_a_browser_to_a_page_and_tells_a_program_why() {
    let house = house().await;
    let patient = house.clinic.patient("Amara Osei").await;
    let cookie = cookie(&house, &patient.email).await;
    let unknown = uuid::Uuid::from_u128(7);
    for (file, page) in [
        (format!("/appointments/{unknown}/calendar.ics"), format!("/appointments/{unknown}")),
        (format!("/prescriptions/{unknown}/pdf"), format!("/prescriptions/{unknown}")),
        ("/prescriptions/none/pdf".to_owned(), "/prescriptions".to_owned()),
    ] {
        let ask = async |accept: &str, cookie: &str| {
            let request = Request::get(&file).header("accept", accept).header("cookie", cookie).body(Body::empty());
            house.stranger().send(request.unwrap()).await
        };
        let browser = ask("text/html,*/*", &cookie).await;
        assert_eq!((browser.status.as_u16(), browser.header("location")), (303, page.as_str()), "{file}");
        assert_eq!(ask("*/*", &cookie).await.refusal(), (404, "not_found"), "{file}");
        // The list asks a stranger to sign in itself.
        let stranger = ask("text/html,*/*", "").await;
        let expected = if page == "/prescriptions" { page } else { format!("/sign-in?next={page}") };
        assert_eq!(stranger.header("location"), expected, "{file}");
    }
}

#[tokio::test]
async fn a_mail_to_an_address_that_nobody_has_proved_names_nobody() {
    let house = house().await;
    let sign_up = directory::SignUp {
        name: "Visit evil example now".to_owned(),
        latin_name: String::new(),
        email: "victim@people.example".to_owned(),
        password: testing::PASSWORD.to_owned(),
        date_of_birth: ["12", "4", "1990"].map(str::to_owned),
        phone: "+44 20 7946 0123".to_owned(),
        time_zone: "Europe/London".to_owned(),
        language: "en".to_owned(),
        origin: identity::Origin::default(),
    };
    directory::sign_up(&house.clinic.domain, &house.clinic.stranger(), sign_up).await.unwrap();
    let mail = house.clinic.mails(identity::MailKind::ConfirmEmail).await.remove(0);
    let written = String::from_utf8(written(&house, &mail)).unwrap();
    assert!(written.contains("To: victim@people.example\r\n") && written.contains("Hello,"), "{written}");
    assert!(!written.contains("evil"), "{written}");
}
