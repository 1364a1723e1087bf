//! The load that coturn brings along, `turnutils_uclient`: a judge that is not ours.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use super::figures::Load;
use super::relay::{LOAD_CORE, RATE, SECRET, free_address, pinned};
use crate::process::{Attempt, Child, Failure, Outcome, read};

/// What its peer needs until it answers.
const START: Duration = Duration::from_millis(300);

/// Loads the server of process `pid`, and returns the figures as our own load prints them.
pub(super) fn load(server: SocketAddr, pid: u32, load: &Load, seconds: u16) -> Outcome<String> {
    let peer = free_address()?;
    let (ip, peer_port) = (peer.ip().to_string(), peer.port().to_string());
    let mut echo = pinned(LOAD_CORE, ["turnutils_peer", "-L", &ip, "-p", &peer_port]);
    let mut echo = Child::spawn(echo.stdout(Stdio::null()).stderr(Stdio::null()))?;
    std::thread::sleep(START);

    let every_ms = (load.allocations * 1000).div_ceil(RATE);
    let each = u32::from(seconds) * 1000 / every_ms;
    let (clients, each, every_ms) = (load.allocations.to_string(), each.to_string(), every_ms.to_string());
    let mut client = pinned(LOAD_CORE, ["turnutils_uclient", "-c", "-l", "1000", "-u", "visit:ana", "-W", SECRET]);
    client.args(["-m", &clients, "-n", &each, "-z", &every_ms, "-p", &server.port().to_string()]);
    if load.transport == "tcp" {
        client.arg("-t");
    }
    if load.mode == "pair" {
        client.arg("-y");
    } else {
        client.args(["-e", &ip, "-r", &peer_port]);
    }
    let before = processor_ns(pid)?;
    let printed = read(client.arg(server.ip().to_string()))?;
    let used = processor_ns(pid)? - before;
    echo.stop(Duration::from_secs(5))?;

    let told = told(&printed).ok_or_else(|| Failure::because(format!("turnutils_uclient printed:\n{printed}")))?;
    #[expect(clippy::cast_precision_loss, reason = "some seconds, in nanoseconds")]
    let us_per_packet = used as f64 / 1000.0 / f64::from(told.arrived);
    let lost_percent = 100.0 * f64::from(told.sent - told.arrived.min(told.sent)) / f64::from(told.sent);
    Ok(format!("us_per_packet={us_per_packet} lost_percent={lost_percent} mean_us={}", told.mean_ms * 1000.0))
}

/// What it says at its end.
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

/// Processor time that all threads of a process have used, in nanoseconds.
fn processor_ns(pid: u32) -> Outcome<u64> {
    let folder = format!("/proc/{pid}/task");
    let mut sum = 0;
    for task in std::fs::read_dir(&folder).attempt(|| format!("read {folder}"))? {
        // A thread may end between.
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
