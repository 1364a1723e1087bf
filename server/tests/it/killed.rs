//! The real program, killed at the worst moments: acknowledged data is still there, and pending mail is sent.

use crate::files::write_master_key;
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(90);

/// A mail server on the loopback interface. While `holds` is set, it accepts a message but does not acknowledge it.
#[derive(Clone)]
pub(crate) struct Mailhost {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
    holds: Arc<AtomicBool>,
}

impl Mailhost {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let host = Self { port: listener.local_addr().unwrap().port(), taken: Arc::default(), holds: Arc::default() };
        let serving = host.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let host = serving.clone();
                // A client that disconnects ends only its own connection.
                std::thread::spawn(move || drop(host.converse(stream)));
            }
        });
        host
    }

    /// The part of RFC 5321 §4.1 that is needed to submit a mail.
    fn converse(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        stream.write_all(b"220 loopback ready\r\n")?;
        while let Some(line) = lines.next().transpose()? {
            let answer: &[u8] = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
                "DATA" => {
                    stream.write_all(b"354 go on\r\n")?;
                    let mut message = String::new();
                    while let Some(line) = lines.next().transpose()? {
                        if line == "." {
                            break;
                        }
                        message.push_str(&line);
                        message.push('\n');
                    }
                    self.taken.lock().unwrap().push(message);
                    while self.holds.load(Ordering::SeqCst) {
                        std::thread::sleep(Duration::from_millis(20));
                    }
                    b"250 taken\r\n"
                }
                "QUIT" => return stream.write_all(b"221 bye\r\n"),
                _ => b"250 fine\r\n",
            };
            stream.write_all(answer)?;
        }
        Ok(())
    }

    /// The Message-IDs of the mails about an appointment that were accepted for an address, in order.
    fn ids_for(&self, address: &str) -> Vec<String> {
        let taken = self.taken.lock().unwrap();
        let to = taken.iter().filter(|message| header(message, "To").is_some_and(|to| to.contains(address)));
        let booked =
            to.filter(|message| header(message, "Subject").is_some_and(|subject| subject.starts_with("Your appointment")));
        booked.map(|message| header(message, "Message-ID").unwrap().to_owned()).collect()
    }
}

fn header<'a>(message: &'a str, name: &str) -> Option<&'a str> {
    let head = message.split("\n\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// A running `bedside`. Dropping it kills it with SIGKILL.
pub(crate) struct Program {
    child: Child,
    port: u16,
}

impl Program {
    pub(crate) fn start(config: &Path, port: u16) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_bedside"))
            .arg("--config")
            .arg(config)
            .arg("serve")
            .stdout(Stdio::null())
            .stderr(fs::File::create(config.with_extension("log")).unwrap())
            .spawn()
            .unwrap();
        let mut program = Self { child, port };
        until("the server is ready", || {
            let ended = program.child.try_wait().unwrap();
            assert!(ended.is_none(), "{}", fs::read_to_string(config.with_extension("log")).unwrap());
            program.ask("GET", "/health/ready", None, &[]).is_ok_and(|(status, _)| status == 200)
        });
        program
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a request as an API client does.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> std::io::Result<TcpStream> {
        send(self.port, method, path, body, headers)
    }

    /// Sends a request and returns the status and the body of the response.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> std::io::Result<(u16, Value)> {
        ask(self.port, method, path, body, headers)
    }
}

/// Sends a request to a port of this machine, as an API client does.
fn send(port: u16, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let text = body.map(Value::to_string).unwrap_or_default();
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n");
    if body.is_some() {
        request += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", text.len());
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{request}\r\n{text}").as_bytes())?;
    Ok(stream)
}

/// Sends a request to a port of this machine and returns the status and the body of the response.
pub(crate) fn ask(
    port: u16,
    method: &str,
    path: &str,
    body: Option<&Value>,
    headers: &[(&str, &str)],
) -> std::io::Result<(u16, Value)> {
    let mut stream = send(port, method, path, body, headers)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    // The body is one JSON object; a chunked body has its length before it.
    let json = body.find('{').zip(body.rfind('}')).map(|(from, until)| &body[from..=until]).unwrap_or_default();
    Ok((status, serde_json::from_str(json).unwrap_or_default()))
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < PATIENCE, "not reached within {PATIENCE:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The configuration of a separate server that uses a test's database.
pub(crate) fn configure(folder: &Path, database: &str, mail: &Mailhost) -> (std::path::PathBuf, u16) {
    let (app, owner) = testing::addresses(database);
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let var_dir = folder.join("var");
    write_master_key(&var_dir, &testing::MASTER_KEY);
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\npublic_url = \"http://localhost:{port}\"\nvar_dir = {var_dir:?}\nmode = \"development\"\n\
         [database]\nurl = {app:?}\nmigrate_url = {owner:?}\n[mail]\nsmtp_url = \"smtp://127.0.0.1:{}\"\n\
         [relay]\nenabled = false\n[metrics]\nlisten = \"\"\n",
        mail.port
    );
    let file = folder.join("bedside.toml");
    fs::write(&file, text).unwrap();
    (file, port)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill_and_its_mail_goes_out() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let (patient, doctor) = (clinic.patient("Amara Osei").await, clinic.doctor("Dr Lena Hoffmann", practice).await);
    let mail = Mailhost::start();
    let folder = tempfile::tempdir().unwrap();
    let (config, port) = configure(folder.path(), &clinic.database, &mail);

    let program = Program::start(&config, port);
    let credentials = json!({ "email": patient.email, "password": testing::PASSWORD });
    let (status, tokens) = program.ask("POST", "/api/v1/sessions", Some(&credentials), &[]).unwrap();
    assert_eq!(status, 201, "{tokens}");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let signed_in = [("Authorization", bearer.as_str()), ("Idempotency-Key", "one booking")];
    // Days on which the doctor works.
    #[expect(clippy::disallowed_methods, reason = "the program reads the machine's clock, and so must who books a coming day")]
    let today = jiff::Zoned::now().date();
    let slots = (3..8)
        .find_map(|days| {
            let day = today.saturating_add(jiff::Span::new().days(days));
            let path = format!("/api/v1/doctors/{}/slots?day={day}&zone=Europe/London", doctor.doctor());
            let (_, slots) = program.ask("GET", &path, None, &signed_in).unwrap();
            slots["items"].as_array().filter(|slots| slots.len() >= 4).cloned()
        })
        .expect("the doctor has at least four free times soon");
    let book = |slot: &Value| {
        json!({
            "doctor_id": doctor.doctor(), "clinic_id": slot["clinic_id"], "starts_at": slot["starts_at"], "reason": "Sore throat",
        })
    };
    let booking = book(&slots[0]);

    // Killed as soon as the response has arrived; the mail server has not acknowledged anything.
    mail.holds.store(true, Ordering::SeqCst);
    let (status, booked) = program.ask("POST", "/api/v1/appointments", Some(&booking), &signed_in).unwrap();
    program.kill();
    assert_eq!(status, 201, "{booked}");

    let program = Program::start(&config, port);
    let path = format!("/api/v1/appointments/{}", booked["id"].as_str().unwrap());
    let (status, found) = program.ask("GET", &path, None, &signed_in).unwrap();
    assert_eq!((status, &found["state"]), (200, &json!("confirmed")));
    // A client that did not receive the response sends the request again, and nothing is booked twice.
    let (status, repeated) = program.ask("POST", "/api/v1/appointments", Some(&booking), &signed_in).unwrap();
    assert_eq!((status, &repeated["id"]), (201, &booked["id"]));

    // Killed again when the mail server has the mail but has not acknowledged it.
    until("the mail is handed over", || !mail.ids_for(&patient.email).is_empty());
    program.kill();
    mail.holds.store(false, Ordering::SeqCst);
    let handed_over = mail.ids_for(&patient.email);

    let program = Program::start(&config, port);
    until("the mail goes out again", || mail.ids_for(&patient.email).len() > handed_over.len());
    until("the doctor has mail", || !mail.ids_for(&doctor.email).is_empty());
    let mut ids = mail.ids_for(&patient.email);
    assert!(!mail.taken.lock().unwrap().iter().any(|message| message.contains("Sore throat")));
    ids.dedup();
    assert_eq!(ids.len(), 1, "a repeated mail must have the same Message-ID: {ids:?}");
    let mut repeats: Vec<String> =
        mail.taken.lock().unwrap().iter().filter(|message| message.contains(&ids[0])).cloned().collect();
    assert!(repeats.len() > 1);
    repeats.dedup();
    assert_eq!(repeats.len(), 1, "a repeated mail must be the same message: {repeats:#?}");

    // Killed while it handles a request, and the client gets no response: a repeat with the same key results in one appointment.
    let mut program = program;
    for (slot, millis) in slots[1..4].iter().zip([0, 8, 25]) {
        let key = format!("after {millis} ms");
        let signed_in = [("Authorization", bearer.as_str()), ("Idempotency-Key", key.as_str())];
        let unheard = program.send("POST", "/api/v1/appointments", Some(&book(slot)), &signed_in).unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        program.kill();
        drop(unheard);
        program = Program::start(&config, port);
        let (status, booked) = program.ask("POST", "/api/v1/appointments", Some(&book(slot)), &signed_in).unwrap();
        assert_eq!(status, 201, "{booked}");
        let (_, mine) = program.ask("GET", "/api/v1/appointments", None, &signed_in).unwrap();
        let there = mine["items"].as_array().unwrap().iter().filter(|mine| mine["starts_at"] == slot["starts_at"]);
        assert_eq!(there.map(|mine| &mine["id"]).collect::<Vec<_>>(), [&booked["id"]]);
    }
    program.kill();
}
