//! The load generator of coturn, `turnutils_uclient`: an independent measurement.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use super::figures::Load;
use super::relay::{LOAD_CORE, RATE, SECRET, free_address, pinned};
use crate::process::{Attempt, Child, Failure, Outcome, read};

/// How long to wait until its peer answers.
const START: Duration = Duration::from_millis(300);

/// The largest number of clients per process. A process needs a tenth of a second for each allocation, whatever the server does, so several
/// processes make them at the same time.
const TOGETHER: u32 = 50;

/// Each client starts at a random time within these seconds and sends that much longer, so that all send together for the requested time.
const BEGINNING_SECS: u32 = 5;

/// Puts load on the server with process id `pid`, and returns the results in the format of our own load generator.
pub(super) fn load(server: SocketAddr, pid: u32, load: &Load, seconds: u16) -> Outcome<String> {
    let peer = free_address()?;
    let (ip, peer_port) = (peer.ip().to_string(), peer.port().to_string());
    let mut echo = pinned(LOAD_CORE, ["turnutils_peer", "-L", &ip, "-p", &peer_port]);
    let mut echo = Child::spawn(echo.stdout(Stdio::null()).stderr(Stdio::null()))?;
    std::thread::sleep(START);

    let every_ms = (load.allocations * 1000).div_ceil(RATE);
    let each = (BEGINNING_SECS + u32::from(seconds)) * 1000 / every_ms;
    let (each, every_ms) = (each.to_string(), every_ms.to_string());
    let client = &|count: u32| {
        let mut client = pinned(LOAD_CORE, ["turnutils_uclient", "-c", "-l", "1000", "-u", "visit:ana", "-W", SECRET]);
        client.args(["-m", &count.to_string(), "-n", &each, "-z", &every_ms, "-p", &server.port().to_string()]);
        if load.transport == "tcp" {
            client.arg("-t");
        }
        if load.mode == "pair" {
            client.arg("-y");
        } else {
            client.args(["-e", &ip, "-r", &peer_port]);
        }
        let printed = read(client.arg(server.ip().to_string()))?;
        told(&printed).ok_or_else(|| Failure::because(format!("turnutils_uclient printed:\n{printed}")))
    };
    let before = processor_ns(pid)?;
    let all: Vec<Told> = std::thread::scope(|scope| {
        let counts = (0..load.allocations).step_by(TOGETHER as usize).map(|from| TOGETHER.min(load.allocations - from));
        let running: Vec<_> = counts.map(|count| scope.spawn(move || client(count))).collect();
        let ended =
            running.into_iter().map(|one| one.join().unwrap_or_else(|_| Err(Failure::because("a thread of the load ended"))));
        ended.collect::<Outcome<_>>()
    })?;
    let used = processor_ns(pid)? - before;
    echo.stop(Duration::from_secs(5))?;

    let sum = |of: fn(&Told) -> u32| all.iter().map(|told| f64::from(of(told))).sum::<f64>();
    let (sent, arrived) = (sum(|told| told.sent), sum(|told| told.arrived));
    #[expect(clippy::cast_precision_loss, reason = "some seconds, in nanoseconds")]
    let us_per_packet = used as f64 / 1000.0 / arrived;
    let lost_percent = 100.0 * (sent - arrived).max(0.0) / sent;
    let mean_us = 1000.0 * all.iter().map(|told| told.mean_ms * f64::from(told.arrived)).sum::<f64>() / arrived;
    Ok(format!("us_per_packet={us_per_packet} lost_percent={lost_percent} mean_us={mean_us}"))
}

/// The summary that it prints at the end.
#[derive(Debug, PartialEq)]
struct Told {
    sent: u32,
    arrived: u32,
    mean_ms: f64,
}

fn told(printed: &str) -> Option<Told> {
    let last = |key: &str| {
        let rest = &printed[printed.rfind(key)? + key.len()..];
        rest.split([' ', ',', '\n']).next()
    };
    let told = Told {
        sent: last("tot_send_msgs=")?.parse().ok()?,
        arrived: last("tot_recv_msgs=")?.parse().ok()?,
        mean_ms: last("Average round trip delay ")?.parse().ok()?,
    };
    (told.arrived > 0).then_some(told)
}

/// The CPU time that all threads of a process have used, in nanoseconds.
fn processor_ns(pid: u32) -> Outcome<u64> {
    let folder = format!("/proc/{pid}/task");
    let mut sum = 0;
    for task in std::fs::read_dir(&folder).attempt(|| format!("read {folder}"))? {
        // The thread may have ended since the directory was listed.
        let Ok(text) = std::fs::read_to_string(task?.path().join("schedstat")) else { continue };
        sum += text.split_whitespace().next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_figures_are_read() {
        let printed = "0: : start_mclient: tot_send_msgs=1, tot_recv_msgs=0, tot_send_bytes ~ 0, tot_recv_bytes ~ 0\n\
            5: : start_mclient: tot_send_msgs=40, tot_recv_msgs=39\n5: : Total lost packets 1 (2.5%), total send dropped 0 (0.0%)\n\
            5: : Average round trip delay 0.250000 ms; min = 0 ms, max = 1 ms\n";
        assert_eq!(told(printed), Some(Told { sent: 40, arrived: 39, mean_ms: 0.25 }));
        assert_eq!(told("tot_send_msgs=40, tot_recv_msgs=0 Average round trip delay 0 ms"), None);
        assert_eq!(told("nothing"), None);
    }
}
