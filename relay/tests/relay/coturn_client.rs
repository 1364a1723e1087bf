//! The relay before a client that others wrote: coturn's `turnutils_uclient`.

use std::process::Stdio;
use std::time::Duration;

use crate::support::{Bench, echo};
use tokio::process::Command;

/// Runs the client to its end and returns what it printed; `None`, said aloud, where it is not installed.
async fn uclient(test: &str, bench: &Bench, arguments: &[&str]) -> Option<String> {
    let relay = bench.relay.local_addr();
    let credentials = bench.issue("visit", "ana");
    let mut command = Command::new("turnutils_uclient");
    command.args(["-c", "-n", "20", "-l", "300", "-u", &credentials.username, "-w", &credentials.password]);
    command.args(["-p", &relay.port().to_string()]).args(arguments).arg(relay.ip().to_string());
    command.stdin(Stdio::null()).kill_on_drop(true);
    match tokio::time::timeout(Duration::from_secs(60), command.output()).await.expect("the client ends in time") {
        Ok(output) => {
            let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{printed}");
            Some(printed)
        }
        Err(error) => {
            eprintln!("SKIPPED {test}: turnutils_uclient of Debian's package coturn cannot be run: {error}");
            None
        }
    }
}

fn assert_nothing_lost(printed: &str, packets: usize) {
    let all = format!("tot_send_msgs={packets}, tot_recv_msgs={packets}");
    assert!(printed.contains(&all) && printed.contains("Total lost packets 0 "), "{printed}");
}

#[tokio::test]
async fn coturns_client_reaches_a_peer_by_channels() {
    let bench = Bench::open().await;
    let peer = echo().await;
    let arguments = ["-m", "2", "-e", "127.0.0.1", "-r", &peer.port().to_string()];
    let Some(printed) = uclient("coturns_client_reaches_a_peer_by_channels", &bench, &arguments).await else { return };
    assert_nothing_lost(&printed, 40);
    assert_eq!(bench.relay.stats().packets_relayed, 80);
}

#[tokio::test]
async fn coturns_client_reaches_a_peer_by_indications() {
    let bench = Bench::open().await;
    let peer = echo().await;
    let arguments = ["-s", "-m", "2", "-e", "127.0.0.1", "-r", &peer.port().to_string()];
    let Some(printed) = uclient("coturns_client_reaches_a_peer_by_indications", &bench, &arguments).await else { return };
    assert_nothing_lost(&printed, 40);
}

#[tokio::test]
async fn coturns_clients_reach_each_other() {
    let bench = Bench::start(|_| {}).await;
    let Some(printed) = uclient("coturns_clients_reach_each_other", &bench, &["-y", "-m", "2"]).await else { return };
    assert_nothing_lost(&printed, 40);
    assert_eq!(bench.relay.stats().refused_peers, 0);
}
