//! Tests coturn in place of this relay: it accepts credentials issued by this crate, and only the secret is shared.

use std::net::{SocketAddr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use relay::credentials::{self, Secret};
use tokio::net::UdpSocket;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::support::client::Client;
use crate::support::{LIMIT, LOOPBACK, echo};

const SECRET: &str = "shared-with-coturn-for-tests";

/// An expiry before the year 2038, where coturn's clock ends.
const EXPIRY_UNIX: u64 = 2_000_000_000;

/// A port that is free for both TCP and UDP, because coturn listens on both.
fn free_port() -> u16 {
    loop {
        let port = TcpListener::bind((LOOPBACK, 0)).unwrap().local_addr().unwrap().port();
        if std::net::UdpSocket::bind((LOOPBACK, port)).is_ok() {
            return port;
        }
    }
}

/// Starts coturn on loopback. If it is not installed, prints that the test is skipped and returns `None`.
async fn coturn(test: &str) -> Option<(Child, SocketAddr)> {
    let port = free_port();
    let mut command = Command::new("turnserver");
    command.args([
        "-n",
        "-L",
        "127.0.0.1",
        "-E",
        "127.0.0.1",
        "--use-auth-secret",
        "--realm=coturn.test",
        "--allow-loopback-peers",
    ]);
    command.args(["--no-tls", "--no-dtls", "--no-cli", "--log-file=/dev/null", "--min-port=33000", "--max-port=33999"]);
    command.arg(format!("--pidfile={}", std::env::temp_dir().join(format!("relay-test-coturn-{port}.pid")).display()));
    command.args([format!("--static-auth-secret={SECRET}"), format!("-p{port}")]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    match command.spawn() {
        Ok(child) => Some((child, SocketAddr::new(LOOPBACK, port))),
        Err(error) => {
            eprintln!("SKIPPED {test}: turnserver of Debian's package coturn cannot be run: {error}");
            None
        }
    }
}

/// Waits until coturn answers.
async fn answers(server: SocketAddr) {
    let socket = UdpSocket::bind((LOOPBACK, 0)).await.unwrap();
    socket.connect(server).await.unwrap();
    let binding = [&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42][..], &[7; 12]].concat();
    let asked = async {
        let mut answer = [0; 256];
        loop {
            // Connections are refused until it listens.
            let _ = socket.send(&binding).await;
            if let Ok(Ok(_)) = timeout(Duration::from_millis(100), socket.recv(&mut answer)).await {
                break;
            }
        }
    };
    timeout(LIMIT, asked).await.expect("coturn answers");
}

#[tokio::test]
async fn coturn_takes_the_credentials_that_this_crate_issues() {
    let Some((_coturn, server)) = coturn("coturn_takes_the_credentials_that_this_crate_issues").await else { return };
    answers(server).await;
    let secret = Secret::new(SECRET);
    let issued = credentials::issue(&secret, "visit", "ana", EXPIRY_UNIX).unwrap();
    let mut ana = Client::new(server, issued.clone()).await;
    ana.allocate().await.unwrap();
    assert_eq!(ana.bind_channel(0x4000, echo().await).await, 0);
    ana.send_on_channel(0x4000, b"hello").await;
    assert_eq!(&ana.next().await[..9], b"\x40\0\0\x05hello");

    let expired = credentials::issue(&secret, "visit", "ana", 1_000_000_000).unwrap();
    assert_eq!(Client::new(server, expired).await.allocate().await, Err(401));
    let foreign = credentials::issue(&Secret::new("another secret altogether"), "visit", "ana", EXPIRY_UNIX).unwrap();
    assert_eq!(Client::new(server, foreign).await.allocate().await, Err(401));
}
