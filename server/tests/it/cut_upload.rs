//! The real program, killed while a file is sent to it: every part that was acknowledged is still there, and what is missing is sent later.

use crate::killed::{Mailhost, Program, configure, until};
use serde_json::{Value, json};
use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

/// The size of a part: no body may be larger.
const PART: usize = 20 * 1024;
/// With so many parts the last one is the last hundredth.
const PARTS: usize = 100;

/// A program that sends a file.
struct Sender {
    port: u16,
    bearer: String,
    upload: String,
    content: Vec<u8>,
}

impl Sender {
    fn part(&self, number: usize) -> &[u8] {
        &self.content[(number - 1) * PART..number * PART]
    }

    /// Sends a part, of which only so many bytes leave; the open connection.
    fn send(&self, number: usize, bytes: usize) -> TcpStream {
        let head = format!(
            "PUT /api/v1/uploads/{}/parts/{number} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nAuthorization: {}\r\n\
             Content-Type: application/octet-stream\r\nContent-Length: {PART}\r\n\r\n",
            self.upload, self.port, self.bearer
        );
        self.connect([head.as_bytes(), &self.part(number)[..bytes]].concat())
    }

    fn connect(&self, request: Vec<u8>) -> TcpStream {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(&request).unwrap();
        stream
    }

    /// Sends a part and waits for its acknowledgement.
    fn put(&self, number: usize) {
        let mut answer = String::new();
        self.send(number, PART).read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 204 "), "{number}: {answer}");
    }

    fn ask(&self, program: &Program, method: &str, path: &str) -> Value {
        let (status, answer) = program.ask(method, path, None, &[("Authorization", self.bearer.as_str())]).unwrap();
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// The numbers of the parts that have arrived.
    fn arrived(&self, program: &Program) -> Vec<usize> {
        let upload = self.ask(program, "GET", &format!("/api/v1/uploads/{}", self.upload));
        serde_json::from_value(upload["parts"].clone()).unwrap()
    }

    /// The content of the file as the server sends it.
    fn download(&self) -> Vec<u8> {
        let request = format!(
            "GET /api/v1/files/{} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nAuthorization: {}\r\n\r\n",
            self.upload, self.port, self.bearer
        );
        let mut answer = Vec::new();
        self.connect(request.into_bytes()).read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer[..answer.len().min(500)]));
        let body = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        answer.split_off(body)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_part_is_lost_and_an_upload_that_was_cut_at_99_percent_goes_on() {
    let clinic = testing::clinic().await;
    let patient = clinic.patient("Amara Osei").await;
    let mail = Mailhost::start();
    let folder = tempfile::tempdir().unwrap();
    let (config, port) = configure(folder.path(), &clinic.database, &mail);
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}[limits]\nmax_body_bytes = {PART}\n")).unwrap();

    let program = Program::start(&config, port);
    let credentials = json!({ "email": patient.email, "password": testing::PASSWORD });
    let (status, tokens) = program.ask("POST", "/api/v1/sessions", Some(&credentials), &[]).unwrap();
    assert_eq!(status, 201, "{tokens}");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let content: Vec<u8> = "Blood pressure 120/80\n".bytes().cycle().take(PARTS * PART).collect();
    let new = json!({
        "purpose": "patient_document", "patient_id": patient.patient(), "name": "report.txt", "kind": "text/plain", "bytes": content.len(),
    });
    let (status, upload) = program.ask("POST", "/api/v1/uploads", Some(&new), &[("Authorization", bearer.as_str())]).unwrap();
    assert_eq!((status, upload["part_bytes"].as_u64()), (201, u64::try_from(PART).ok()), "{upload}");
    let sender = Sender { port, bearer, upload: upload["id"].as_str().unwrap().to_owned(), content };

    // Killed right after an acknowledgement, while the next part has been sent and nobody has heard of it.
    for number in 1..=40 {
        sender.put(number);
    }
    let unheard = sender.send(41, PART);
    program.kill();
    drop(unheard);
    let program = Program::start(&config, port);
    let arrived = sender.arrived(&program);
    assert_eq!(arrived[..40], (1..=40).collect::<Vec<_>>());
    assert!(arrived.len() <= 41, "{arrived:?}");

    // Cut in the last hundredth: what has arrived of a part does not count.
    for number in 41..PARTS {
        sender.put(number);
    }
    let cut = sender.send(PARTS, PART / 2);
    program.kill();
    drop(cut);
    let program = Program::start(&config, port);
    assert_eq!(sender.arrived(&program), (1..PARTS).collect::<Vec<_>>());
    sender.put(PARTS);
    sender.ask(&program, "POST", &format!("/api/v1/uploads/{}/complete", sender.upload));
    until("the file is checked", || {
        sender.ask(&program, "GET", &format!("/api/v1/uploads/{}", sender.upload))["state"] == "ready"
    });
    assert!(sender.download() == sender.content, "the file is what was sent");
    program.kill();
}
