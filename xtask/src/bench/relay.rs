//! Compares the relay with coturn on the same machine, processor, secret and load; the two servers run alternately.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::figures::{Figures, Generator, Load, Pause, Server};
use super::uclient;
use crate::process::{Attempt, Child, Failure, Outcome, check_interrupted, command, read, run, succeeds};
use crate::workspace::Workspace;

/// The secret of both servers and the load generator.
pub(super) const SECRET: &str = "a-secret-for-the-bench-only";

/// The processor of the servers, and that of the load generator.
const SERVER_CORE: &str = "0";
pub(super) const LOAD_CORE: &str = "1";

/// Packets per second from all clients together.
pub(super) const RATE: u32 = 15_000;

/// How long to wait until a server is ready.
const START: Duration = Duration::from_millis(700);

/// How much to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// The number of runs for each load and server.
    pub(crate) runs: u16,
    /// The length of each run, in seconds.
    pub(crate) seconds: u16,
    /// Use only this load generator.
    pub(crate) only: Option<Generator>,
}

impl Default for Extent {
    fn default() -> Self {
        Self { runs: 5, seconds: 3, only: None }
    }
}

/// Runs the benchmark, writes `bench/relay.json` in the target folder, and returns the table.
pub(crate) fn relay(workspace: &Workspace, extent: Extent) -> Outcome<String> {
    if !succeeds(&mut command("turnserver", ["--version"])) && !succeeds(&mut command("which", ["turnserver"])) {
        return Err(Failure::because("coturn is not installed: apt-get install coturn"));
    }
    run(&mut workspace.cargo(["build", "--release", "-p", "relay", "--example", "alone", "--example", "load"]))?;
    let bench = Bench { examples: workspace.target.join("release/examples"), seconds: extent.seconds };
    let mut figures = Figures::default();
    let loads: Vec<_> = loads().into_iter().filter(|load| extent.only.is_none_or(|only| only == load.by)).collect();
    let folder = workspace.target.join("bench");
    std::fs::create_dir_all(&folder).attempt(|| format!("make {}", folder.display()))?;
    let file = folder.join("relay.json");
    for round in 1..=extent.runs {
        // The servers alternate, and so does which one is first, so that other work of the machine affects both.
        let servers = if round % 2 == 1 { [Server::Coturn, Server::Ours] } else { [Server::Ours, Server::Coturn] };
        for pause in [Pause::Halt, Pause::Run] {
            let loads: Vec<_> = loads.iter().filter(|load| pause == Pause::Halt || load.by == Generator::Ours).collect();
            let _kept_running = if pause == Pause::Run && !loads.is_empty() { keep_running()? } else { Vec::new() };
            for load in loads {
                for server in servers {
                    check_interrupted()?;
                    eprintln!("round {round} of {}, processors {pause:?}: {load:?} {}", extent.runs, server.name());
                    let line = bench.measure_until_it_ends(server, load)?;
                    let taken = figures.add(load, server, pause, &line);
                    taken.ok_or_else(|| Failure::because(format!("the load printed {line:?}")))?;
                }
            }
        }
        std::fs::write(&file, figures.json()).attempt(|| format!("write {}", file.display()))?;
    }
    Ok(figures.table())
}

/// Keeps both processors from halting, with programs that run only when nothing else does.
fn keep_running() -> Outcome<Vec<Child>> {
    let idle = |core| {
        let mut idle = command("taskset", ["-c", core, "chrt", "--idle", "0", "sh", "-c", "while :; do :; done"]);
        Child::spawn(idle.stdout(Stdio::null()))
    };
    [SERVER_CORE, LOAD_CORE].into_iter().map(idle).collect()
}

/// Single packets, as from many voice calls, and bursts of five, as for a video frame at 1.2 Mbit/s; over UDP and TCP. coturn's client can only send
/// single packets.
fn loads() -> Vec<Load> {
    let mut loads = Vec::new();
    for mode in ["peer", "pair"] {
        for (transport, burst) in [("udp", 1), ("udp", 5), ("tcp", 1)] {
            let load = |by| move |allocations| Load { by, mode, transport, burst, allocations };
            loads.extend([10, 100, 500].map(load(Generator::Ours)));
            if burst == 1 {
                loads.extend([10, 100, 500].map(load(Generator::Uclient)));
            }
        }
    }
    loads
}

struct Bench {
    examples: PathBuf,
    seconds: u16,
}

impl Bench {
    /// Measures one run. `turnutils_uclient` sometimes gives up and is then tried up to three times; our own load generator is not retried.
    fn measure_until_it_ends(&self, server: Server, load: &Load) -> Outcome<String> {
        for _ in 0..2 {
            match self.measure(server, load) {
                Err(Failure::Because(text)) if load.by == Generator::Uclient => eprintln!("this run does not count: {text}"),
                outcome => return outcome,
            }
        }
        self.measure(server, load)
    }

    /// Starts a new server, runs the load, and returns what the load generator printed.
    fn measure(&self, server: Server, load: &Load) -> Outcome<String> {
        let address = free_address()?;
        let mut on_core = match server {
            Server::Ours => {
                let alone = self.examples.join("alone").display().to_string();
                pinned(SERVER_CORE, [&alone, &address.to_string(), SECRET])
            }
            Server::Coturn => coturn(address),
        };
        let mut server = Child::spawn(on_core.stdout(Stdio::null()).stderr(Stdio::null()))?;
        std::thread::sleep(START);
        if server.ended()?.is_some() {
            return Err(Failure::because("the server to be measured does not run"));
        }
        // The shell executes `taskset`, which executes the server, so all have the same process id.
        let pid = server.id();
        let line = match load.by {
            Generator::Ours => self.our_load(address, pid, load)?,
            Generator::Uclient => uclient::load(address, pid, load, self.seconds)?,
        };
        server.stop(Duration::from_secs(5))?;
        // coturn leaves its pid file behind.
        let _ = std::fs::remove_file(pid_file(address.port()));
        Ok(line)
    }

    fn our_load(&self, address: SocketAddr, pid: u32, load: &Load) -> Outcome<String> {
        let generator = self.examples.join("load").display().to_string();
        let words = [
            format!("server={address}"),
            format!("pid={pid}"),
            format!("secret={SECRET}"),
            format!("transport={}", load.transport),
            format!("mode={}", load.mode),
            format!("allocations={}", load.allocations),
            format!("burst={}", load.burst),
            format!("rate={RATE}"),
            "size=1000".to_owned(),
            format!("seconds={}", self.seconds),
        ];
        read(pinned(LOAD_CORE, [generator.as_str()]).args(words))
    }
}

fn coturn(address: SocketAddr) -> Command {
    let (ip, port) = (address.ip().to_string(), address.port().to_string());
    let secret = format!("--static-auth-secret={SECRET}");
    let pidfile = format!("--pidfile={}", pid_file(address.port()).display());
    let mut server = pinned(SERVER_CORE, ["turnserver", "-n", "-L", &ip, "-E", &ip, "-p", &port]);
    server.args(["--use-auth-secret", &secret, "--realm=bench", "--no-tls", "--no-dtls", "--no-cli", "--allow-loopback-peers"]);
    server.args(["--min-port=20000", "--max-port=29999", "--log-file=/dev/null", "--simple-log", &pidfile]);
    server
}

fn pid_file(port: u16) -> PathBuf {
    std::env::temp_dir().join(format!("bench-coturn-{port}.pid"))
}

/// A program on one processor, with as many file descriptors as the system allows.
pub(super) fn pinned<'a>(core: &str, words: impl IntoIterator<Item = &'a str>) -> Command {
    let mut pinned = command("sh", ["-c", "ulimit -n $(ulimit -Hn); exec taskset -c \"$@\"", "sh", core]);
    pinned.args(words);
    pinned
}

/// An address with a free port whose next port is free too.
pub(super) fn free_address() -> Outcome<SocketAddr> {
    for _ in 0..50 {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = socket.local_addr()?;
        let free = |port| std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        if free(address.port()) && address.port().checked_add(1).is_some_and(free) {
            return Ok(address);
        }
    }
    Err(Failure::because("no two neighbouring ports are free"))
}
