//! The real program, killed while people write: a message that was acknowledged is there, in its place, and one that is sent again is there once.

use crate::killed::{Mailhost, Program, configure};
use serde_json::{Value, json};
use std::time::Duration;

/// The messages of a conversation: their numbers and texts.
fn messages(program: &Program, path: &str, signed_in: &[(&str, &str)]) -> Vec<(i64, String)> {
    let (status, found) = program.ask("GET", &format!("{path}/messages"), None, signed_in).unwrap();
    assert_eq!(status, 200, "{found}");
    let items = found["items"].as_array().unwrap();
    items.iter().map(|item| (item["number"].as_i64().unwrap(), item["text"].as_str().unwrap().to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_no_acknowledged_message() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let (patient, doctor) = (clinic.patient("Amara Osei").await, clinic.doctor("Dr Lena Hoffmann", practice).await);
    // At a desk where nobody works, nobody would read the message.
    clinic.staff("Rosa Almeida", "receptionist", Some(practice)).await;
    let folder = tempfile::tempdir().unwrap();
    let (config, port) = configure(folder.path(), &clinic.database, &Mailhost::start());
    let mut program = Program::start(&config, port);
    let credentials = json!({ "email": patient.email, "password": testing::PASSWORD });
    let (status, tokens) = program.ask("POST", "/api/v1/sessions", Some(&credentials), &[]).unwrap();
    assert_eq!(status, 201, "{tokens}");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let signed_in = [("Authorization", bearer.as_str())];

    // A visit makes the patient one of the clinic.
    #[expect(clippy::disallowed_methods, reason = "the program reads the machine's clock, and so must who books a coming day")]
    let today = jiff::Zoned::now().date();
    let slot = (3..8)
        .find_map(|days| {
            let day = today.saturating_add(jiff::Span::new().days(days));
            let path = format!("/api/v1/doctors/{}/slots?day={day}&zone=Europe/London", doctor.doctor());
            let (_, slots) = program.ask("GET", &path, None, &signed_in).unwrap();
            slots["items"].as_array().and_then(|slots| slots.first().cloned())
        })
        .expect("the doctor has a free time soon");
    let booking = json!({
        "doctor_id": doctor.doctor(), "clinic_id": slot["clinic_id"], "starts_at": slot["starts_at"], "reason": "Sore throat",
    });
    let once = [("Authorization", bearer.as_str()), ("Idempotency-Key", "the booking")];
    let (status, booked) = program.ask("POST", "/api/v1/appointments", Some(&booking), &once).unwrap();
    assert_eq!(status, 201, "{booked}");
    let key = |number: u32| format!("00000000-0000-0000-0000-{number:012}");
    let begin = json!({ "clinic_id": practice.clinic, "subject": "My throat", "text": "Message 1", "client_key": key(1) });
    let (status, begun) = program.ask("POST", "/api/v1/threads", Some(&begin), &signed_in).unwrap();
    assert_eq!(status, 201, "{begun}");
    let thread = format!("/api/v1/threads/{}", begun["id"].as_str().unwrap());
    let write = |number: u32| -> Value { json!({ "text": format!("Message {number}"), "client_key": key(number) }) };
    let sent = format!("{thread}/messages");

    // Killed as soon as the acknowledgement has arrived.
    let (status, acknowledged) = program.ask("POST", &sent, Some(&write(2)), &signed_in).unwrap();
    program.kill();
    assert_eq!((status, &acknowledged["number"]), (201, &json!(2)), "{acknowledged}");
    program = Program::start(&config, port);
    let (status, repeated) = program.ask("POST", &sent, Some(&write(2)), &signed_in).unwrap();
    assert_eq!((status, &repeated), (201, &acknowledged), "a repeat is the same message");

    // Killed while it handles a message, whose writer hears nothing and sends it again.
    for (number, millis) in [(3, 0), (4, 8)] {
        let unheard = program.send("POST", &sent, Some(&write(number)), &signed_in).unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        program.kill();
        drop(unheard);
        program = Program::start(&config, port);
        let (status, stored) = program.ask("POST", &sent, Some(&write(number)), &signed_in).unwrap();
        assert_eq!((status, &stored["number"]), (201, &json!(number)), "{stored}");
    }
    let expected: Vec<(i64, String)> = (1..=4).map(|number| (number, format!("Message {number}"))).collect();
    assert_eq!(messages(&program, &thread, &signed_in), expected, "each is there once, in its place");
    program.kill();
}
