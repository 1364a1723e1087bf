//! Three copies of the real program behind HAProxy, with a relay alone, with Redis between them and without. Two people talk, at two copies; one copy is killed in the
//! middle.

use crate::{
    files::write_master_key,
    headless::{Caller, DOCTOR_SAYS, ENOUGH, Heard, PACKET_EVERY, PATIENCE, PATIENT_SAYS, Way},
    house::RELAY_SECRET,
    killed::{Program, ask, until},
    live::Page,
    redis_server::RedisServer,
};
use axum::http::header;
use model::{
    ids::EncounterId,
    live::{CLOSE_SIGNED_OUT, ServerMessage},
    visits::views::IceServer,
};
use serde_json::{Value, json};
use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use testing::{PASSWORD, TestClinic};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::{self, client::IntoClientRequest};

const COPIES: usize = 3;

/// A process that is killed when this value is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run(program: impl AsRef<std::ffi::OsStr>, args: &[&str], log: &Path) -> Running {
    let log = fs::File::create(log).unwrap();
    let child = Command::new(program).args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
    Running(child.expect("`cargo xtask setup` installs Debian's haproxy"))
}

/// Ports that are free now, all different.
fn free_ports(count: usize) -> Vec<u16> {
    let listeners: Vec<_> = (0..count).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

/// The section of the configuration.
fn redis_section(redis: Option<&RedisServer>) -> String {
    redis.map_or_else(String::new, |redis| format!("[redis]\nurl = {:?}\n", redis.url()))
}

/// `bedside relay`, with a port for its metrics.
fn relay(folder: &Path, port: u16, metrics: u16, redis: &str) -> Running {
    let config = folder.join("relay.toml");
    let text = format!(
        "{redis}[metrics]\nlisten = \"127.0.0.1:{metrics}\"\n[relay]\nlisten = \"127.0.0.1:{port}\"\nexternal_ip = \"127.0.0.1\"\n\
         secret = {RELAY_SECRET:?}\nport_min = 28000\nport_max = 29999\n"
    );
    fs::write(&config, text).unwrap();
    let relay = run(env!("CARGO_BIN_EXE_bedside"), &["--config", config.to_str().unwrap(), "relay"], &folder.join("relay.log"));
    until("the relay is ready", || TcpStream::connect((Ipv4Addr::LOCALHOST, metrics)).is_ok());
    relay
}

/// One copy of the server.
fn copy(folder: &Path, clinic: &TestClinic, (number, port): (usize, u16), public: u16, relay: u16, redis: &str) -> Program {
    let (app, _) = testing::addresses(&clinic.database);
    let folder = folder.join(format!("copy{number}"));
    let var_dir = folder.join("var");
    write_master_key(&var_dir, &testing::MASTER_KEY);
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\npublic_url = \"http://localhost:{public}\"\nvar_dir = {var_dir:?}\ntrusted_proxies = [\"127.0.0.1\"]\n\
         [database]\nurl = {app:?}\nmax_connections = 6\n{redis}[metrics]\nlisten = \"\"\n\
         [relay]\nenabled = false\nsecret = {RELAY_SECRET:?}\nurls = [\"turn:127.0.0.1:{relay}?transport=udp\"]\n\
         [sign_in]\nsecond_factor_roles = []\n"
    );
    let config = folder.join("bedside.toml");
    fs::write(&config, text).unwrap();
    Program::start(&config, port)
}

/// HAProxy, which names in each answer the copy that gave it.
fn balancer(folder: &Path, port: u16, copies: &[u16]) -> Running {
    let servers: String =
        copies.iter().enumerate().map(|(number, port)| format!("  server copy{number} 127.0.0.1:{port}\n")).collect();
    let text = format!(
        "defaults\n  mode http\n  timeout connect 1s\n  timeout client 60s\n  timeout server 60s\n  timeout tunnel 1h\n  option forwardfor\n  \
         option redispatch 1\n  retries 3\n  retry-on conn-failure empty-response\n\
         frontend public\n  bind 127.0.0.1:{port}\n  default_backend copies\n\
         backend copies\n  balance roundrobin\n  option httpchk GET /health/ready\n  http-response set-header x-copy %s\n  \
         default-server check inter 200ms fall 1 rise 1\n{servers}"
    );
    let config = folder.join("haproxy.cfg");
    fs::write(&config, text).unwrap();
    let debian = Path::new("/usr/sbin/haproxy");
    let program = if debian.is_file() { debian } else { Path::new("haproxy") };
    let running = run(program, &["-db", "-f", config.to_str().unwrap()], &folder.join("haproxy.log"));
    until("the balancer has a copy", || ask(port, "GET", "/health/ready", None, &[]).is_ok_and(|(status, _)| status == 200));
    running
}

/// The way through the balancer, with an API session.
struct Balanced {
    port: u16,
    bearer: String,
    /// A copy at which no socket is wanted.
    avoided: Option<String>,
    /// The copies at which sockets were opened, the newest last.
    copies: Mutex<Vec<String>>,
}

impl Balanced {
    fn sign_in(port: u16, email: &str, avoided: Option<String>) -> Self {
        let credentials = json!({ "email": email, "password": PASSWORD });
        let (status, tokens) = ask(port, "POST", "/api/v1/sessions", Some(&credentials), &[]).unwrap();
        assert_eq!(status, 201, "{tokens}");
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        Self { port, bearer, avoided, copies: Mutex::default() }
    }

    async fn ask(&self, method: &'static str, path: String) -> (u16, Value) {
        let (port, bearer) = (self.port, self.bearer.clone());
        let asked = move || ask(port, method, &path, None, &[("Authorization", &bearer)]).unwrap();
        tokio::task::spawn_blocking(asked).await.unwrap()
    }

    /// A socket at this port, and the copy that answered.
    async fn dial(&self, port: u16) -> Result<(Page, String), tungstenite::Error> {
        let mut request = format!("ws://127.0.0.1:{port}/live").into_client_request()?;
        request.headers_mut().insert(header::AUTHORIZATION, self.bearer.parse().unwrap());
        let (page, answer) = Page::dial_with_answer(request).await?;
        let copy = answer.headers().get("x-copy").map(|copy| copy.to_str().unwrap().to_owned());
        Ok((page, copy.unwrap_or_default()))
    }

    fn copy(&self) -> String {
        self.copies.lock().unwrap().last().cloned().unwrap_or_default()
    }

    fn sockets(&self) -> usize {
        self.copies.lock().unwrap().len()
    }
}

#[async_trait::async_trait]
impl Way for Balanced {
    async fn ice_servers(&self, visit: EncounterId) -> Vec<IceServer> {
        let (status, data) = self.ask("GET", format!("/api/v1/visits/{visit}/join")).await;
        assert_eq!(status, 200, "{data}");
        serde_json::from_value(data["ice_servers"].clone()).unwrap()
    }

    async fn page(&self) -> Option<Page> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match self.dial(self.port).await {
                Ok((_, copy)) if self.avoided.as_ref() == Some(&copy) => {}
                Ok((page, copy)) => {
                    self.copies.lock().unwrap().push(copy);
                    return Some(page);
                }
                // The session has ended.
                Err(tungstenite::Error::Http(answer)) if answer.status() == 401 => return None,
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        panic!("the balancer leads to no copy");
    }
}

async fn hears_more(heard: &mut watch::Receiver<Heard>) {
    let wanted = heard.borrow().len() + ENOUGH;
    let enough = heard.wait_for(|heard| heard.len() >= wanted);
    tokio::time::timeout(PATIENCE, enough).await.expect("audio arrives in time").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_call_goes_on_when_a_copy_is_killed_and_a_revoked_session_ends_at_all_copies() {
    talk_while_a_copy_is_killed(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_call_goes_on_when_a_copy_is_killed_and_a_revoked_session_ends_everywhere_with_redis() {
    talk_while_a_copy_is_killed(Some(&RedisServer::start().await)).await;
}

async fn talk_while_a_copy_is_killed(redis: Option<&RedisServer>) {
    let clinic = testing::clinic().await;
    #[expect(clippy::disallowed_methods, reason = "the programs and the relay read the machine's clock")]
    clinic.clock.set(jiff::Timestamp::now());
    let practice = clinic.practice().await;
    let (patient, doctor) = (clinic.patient("Amara Osei").await, clinic.doctor("Dr Lena Hoffmann", practice).await);
    let visit = clinic.encounter(&patient, &doctor, practice).await;

    let folder = tempfile::tempdir().unwrap();
    let section = redis_section(redis);
    let relay_port = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let ports = free_ports(COPIES + 2);
    let [public, metrics] = [ports[COPIES], ports[COPIES + 1]];
    let _relay = relay(folder.path(), relay_port, metrics, &section);
    let mut copies: Vec<Option<Program>> = (0..COPIES)
        .map(|number| Some(copy(folder.path(), &clinic, (number, ports[number]), public, relay_port, &section)))
        .collect();
    let _balancer = balancer(folder.path(), public, &ports[..COPIES]);

    let patients = Arc::new(Balanced::sign_in(public, &patient.email, None));
    let caller = Caller::join(patients.clone(), visit, PATIENT_SAYS).await;
    let mut patient_hears = caller.heard();
    let patient_calls = tokio::spawn(caller.call());
    let doctors = Arc::new(Balanced::sign_in(public, &doctor.email, Some(patients.copy())));
    let caller = Caller::join(doctors.clone(), visit, DOCTOR_SAYS).await;
    let (mut doctor_hears, doctor_is_told) = (caller.heard(), caller.told());
    let doctor_calls = tokio::spawn(caller.call());
    hears_more(&mut patient_hears).await;
    hears_more(&mut doctor_hears).await;
    assert_ne!(patients.copy(), doctors.copy());

    let told_before = doctor_is_told.lock().unwrap().len();
    let killed: usize = patients.copy().trim_start_matches("copy").parse().unwrap();
    copies[killed].take().unwrap().kill();
    let begun = Instant::now();
    while patients.sockets() < 2 {
        assert!(begun.elapsed() < PATIENCE, "the patient's page reaches no other copy");
        tokio::time::sleep(PACKET_EVERY).await;
    }
    assert_ne!(patients.copy(), format!("copy{killed}"));
    // Both have begun the next epoch, and hear each other in it.
    let presence = || {
        let told = doctor_is_told.lock().unwrap();
        let presence = told[told_before..].iter().filter_map(|message| match message {
            ServerMessage::Presence { peer_present, .. } => Some(*peer_present),
            _ => None,
        });
        presence.collect::<Vec<_>>()
    };
    while presence().is_empty() {
        assert!(begun.elapsed() < PATIENCE, "the doctor's page is not told that the patient has joined again");
        tokio::time::sleep(PACKET_EVERY).await;
    }
    hears_more(&mut patient_hears).await;
    hears_more(&mut doctor_hears).await;
    assert!(presence().iter().all(|present| *present), "the doctor's page must not see the patient leave: {:?}", presence());
    assert_eq!(doctors.sockets(), 1, "the doctor's socket stays open");

    // The session of the patient has a socket at every copy that is left, and ends.
    let mut pages = Vec::new();
    for number in (0..COPIES).filter(|number| *number != killed) {
        let (mut page, _) = patients.dial(ports[number]).await.unwrap();
        page.say(&model::live::ClientMessage::Hello { last: None }).await;
        page.until(|message| matches!(message, ServerMessage::Welcome { .. })).await;
        pages.push(page);
    }
    let (status, answer) = patients.ask("DELETE", "/api/v1/sessions/current".to_owned()).await;
    let ended = Instant::now();
    assert_eq!(status, 204, "{answer}");
    for page in &mut pages {
        assert_eq!(page.closed().await, Some(CLOSE_SIGNED_OUT));
    }
    assert!(ended.elapsed() < Duration::from_secs(1), "{:?}", ended.elapsed());

    // The patient's program goes on sending, and the relay, which is another process, does not pass it on any more: it hears of the end by Redis.
    if redis.is_some() {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let heard = doctor_hears.borrow_and_update().len();
        tokio::time::sleep(25 * PACKET_EVERY).await;
        assert_eq!(doctor_hears.borrow().len(), heard, "nothing may be relayed for a session that was ended");
    }
    assert!(!patient_calls.is_finished() && !doctor_calls.is_finished());
    patient_calls.abort();
    doctor_calls.abort();
}
