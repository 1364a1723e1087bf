//! Tests a relay in a separate process, whose memory and file descriptors are measured while calls come and go.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use relay::credentials::{self, Credentials, Secret};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::streams::{Speaker, channel_data};
use crate::support::client::Client;
use crate::support::{LIMIT, LOOPBACK, echo, own_ports};

const SECRET: &str = "a secret for tests only";

/// Rounds until everything has been used once, and rounds after which no more may be held than before.
const WARM_UP: u32 = 60;
const ROUNDS: u32 = 300;

/// Calls over UDP in a round, and also over TCP.
const CALLS: usize = 4;

/// How much memory use may grow, in KiB: less than half a KiB for each allocation that came and went.
const SLACK_KIB: u64 = 1024;

/// The relay process. It is killed when the test ends.
struct Alone {
    child: Child,
    address: SocketAddr,
}

impl Alone {
    /// Starts the example `alone` with one worker. If it was not built, prints that the test is skipped and returns `None`.
    async fn start(test: &str) -> Option<Self> {
        let tests = std::env::current_exe().unwrap();
        let program: PathBuf = tests.parent()?.parent()?.join("examples/alone");
        // Two ports, because TLS listens on the next one.
        let port = own_ports(15_000, 2);
        let address = SocketAddr::new(LOOPBACK, port);
        let mut command = Command::new(&program);
        command.args([&address.to_string(), SECRET, "1"]).stdin(Stdio::null()).kill_on_drop(true);
        let child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                eprintln!("SKIPPED {test}: {} cannot be run: {error}", program.display());
                return None;
            }
        };
        let listening = async {
            while TcpStream::connect(address).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        timeout(LIMIT, listening).await.expect("it listens");
        Some(Self { child, address })
    }

    fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.pid())).unwrap().count()
    }

    /// Waits until the process has no more than this many file descriptors: it notices a moment later that a connection has ended.
    async fn settle(&self, descriptors: usize) {
        let settled = async {
            while self.descriptors() > descriptors {
                tokio::task::yield_now().await;
            }
        };
        let outcome = timeout(LIMIT, settled).await;
        assert!(outcome.is_ok(), "{} descriptors are left of {descriptors}", self.descriptors());
    }

    /// Makes calls over UDP and TCP that overlap, exchange packets and end: by Refresh or by closing the connection.
    async fn round(&self, peer: SocketAddr) {
        let (mut datagrams, mut streams) = (Vec::new(), Vec::new());
        for number in 0..CALLS {
            let mut client = Client::new(self.address, issue(&format!("udp{number}"))).await;
            client.allocate().await.unwrap();
            assert_eq!(client.bind_channel(0x4000, peer).await, 0);
            datagrams.push(client);
            let stream = TcpStream::connect(self.address).await.unwrap();
            let mut speaker = Speaker::in_realm("bench", stream, issue(&format!("tcp{number}")));
            speaker.allocate().await;
            speaker.bind(peer).await;
            streams.push(speaker);
        }
        let frame = channel_data(&[7; 1000]);
        for (client, speaker) in datagrams.iter().zip(&mut streams) {
            client.send_on_channel(0x4000, &[7; 1000]).await;
            speaker.stream.write_all(&frame).await.unwrap();
            assert_eq!((client.next().await, speaker.frame().await.unwrap()), (frame.clone(), frame.clone()));
        }
        for client in &mut datagrams {
            assert_eq!(client.refresh(0).await, 0);
        }
    }
}

/// A credential that outlives the test, because the program uses the real clock.
fn issue(participant: &str) -> Credentials {
    credentials::issue(&Secret::new(SECRET), "visit", participant, 4_000_000_000).unwrap()
}

#[tokio::test]
async fn memory_and_descriptors_are_after_thousands_of_calls_what_they_were() {
    let Some(relay) = Alone::start("memory_and_descriptors_are_after_thousands_of_calls_what_they_were").await else { return };
    let peer = echo().await;
    // A relay that answers has opened everything that it needs.
    Client::new(relay.address, issue("first")).await.settle().await;
    let idle = relay.descriptors();
    for _ in 0..WARM_UP {
        relay.round(peer).await;
    }
    relay.settle(idle).await;
    let before_kib = relay.resident_kib();
    for _ in 0..ROUNDS {
        relay.round(peer).await;
    }
    relay.settle(idle).await;
    let after_kib = relay.resident_kib();
    assert!(after_kib <= before_kib + SLACK_KIB, "{before_kib} KiB became {after_kib} KiB");
}
