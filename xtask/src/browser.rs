//! The browser tests: the built server with a fresh demonstration clinic, and Playwright against it.

use std::fs::{DirBuilder, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::postgres::{free_port, stop_left_behind};
use crate::process::{Attempt, Child, Failure, Outcome, run};
use crate::relay::{self, Relay};
use crate::workspace::{Workspace, is_root, remove_private_folder};

/// A start makes a cluster, migrates it and fills the clinic; on a slow machine that is a minute.
const START_LIMIT: Duration = Duration::from_secs(300);

/// Runs the browser tests whose title contains `filter`.
pub(crate) fn test(workspace: &Workspace, filter: Option<&str>, variable: Option<(&str, &str)>) -> Outcome {
    let _alone = alone(workspace)?;
    let relay = Relay::start(workspace)?;
    let server = Server::start(workspace)?;
    let mut playwright = Command::new(workspace.end2end().join("node_modules/.bin/playwright"));
    playwright.arg("test").current_dir(workspace.end2end()).env("DEMO_JSON", server.var.join("demo.json")).envs(variable);
    playwright.env("RELAY_JSON", relay.description()).env("RELAY_CERTIFICATE", relay.certificate());
    if let Some(filter) = filter {
        playwright.args(["--pass-with-no-tests", "--grep", filter]);
    }
    let passed = run(&mut playwright);
    if matches!(passed, Err(Failure::Because(_))) {
        eprintln!("the server's log: {}", server.log.display());
    }
    passed
}

/// Two runs at once would use the same folders and stop each other's database: the second one is refused while the first lives.
fn alone(workspace: &Workspace) -> Outcome<Alone> {
    let path = workspace.target.join("e2e.lock");
    let file = File::create(&path).attempt(|| format!("create {}", path.display()))?;
    file.try_lock().map_err(|_| Failure::because("the browser tests run already with this target folder; wait for their end"))?;
    Ok(Alone(file))
}

/// The only run. Its end lets the next one in, whoever was started meanwhile and has the file open still.
struct Alone(File);

impl Drop for Alone {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// A running demonstration of its own. Dropping it stops it and removes its data.
struct Server {
    child: Child,
    var: PathBuf,
    log: PathBuf,
}

impl Server {
    fn start(workspace: &Workspace) -> Outcome<Self> {
        let var = workspace.scratch("e2e");
        clear(&var)?;
        // Open to the user `postgres`, so that the cluster is made inside and goes with the folder.
        DirBuilder::new().mode(0o755).create(&var).attempt(|| format!("create {}", var.display()))?;
        let log = workspace.target.join("e2e-server.log");
        let output = File::create(&log).attempt(|| format!("create {}", log.display()))?;
        let port = free_port()?;
        let mut command = workspace.server(["demo", "--port", &port.to_string(), "--var-dir"]);
        // A booking needs an hour's notice, and a test that books wants to be let in at once.
        command.env("BEDSIDE_SCHEDULING__WAITING_ROOM_OPENS_MINUTES", "240");
        // Another relay may serve its calls.
        command.env("BEDSIDE_RELAY__SECRET", relay::SECRET);
        command.arg(&var).stdout(output.try_clone()?).stderr(output);
        let mut server = Self { child: Child::spawn(&mut command)?, var, log };
        let announced = server.var.join("demo.json");
        server.child.wait_until(|| is_ready(port) && announced.is_file(), START_LIMIT, &server.log)?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = self.child.stop(Duration::from_secs(60)).and_then(|_| clear(&self.var));
        if let Err(Failure::Because(text)) = stopped {
            eprintln!("{text}");
        }
    }
}

/// Stops a database that a killed server left at `var`, and removes the folder.
fn clear(var: &Path) -> Outcome {
    stop_left_behind(&var.join("postgres"))?;
    remove_private_folder(var, is_root().then_some("postgres"))
}

/// Whether the server says that it is ready.
fn is_ready(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /health/ready HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;

    use super::*;

    fn answering(status_line: &'static str) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let request = BufReader::new(stream.try_clone().unwrap());
            request.lines().take_while(|line| !line.as_ref().unwrap().is_empty()).count();
            stream.write_all(status_line.as_bytes()).unwrap();
        });
        port
    }

    /// A workspace whose server is this script for node.
    fn served_by(name: &str, script: &str) -> Workspace {
        let root = std::env::temp_dir().join(format!("bedside-xtask-{name}-{}", std::process::id()));
        let workspace = Workspace { target: root.join("target"), root };
        fs::create_dir_all(workspace.target.join("debug")).unwrap();
        // Written by another process: what this one has open for writing, a child of another test's may hold for a moment, and it cannot be run.
        let mut writer = Command::new("sh");
        writer.args(["-c", "printf '%s' \"$1\" > \"$0\" && chmod 755 \"$0\""]).arg(workspace.server_binary());
        assert!(writer.arg(format!("#!/usr/bin/env node\n{script}")).status().unwrap().success());
        workspace
    }

    #[test]
    fn a_server_is_awaited_and_then_removed_with_its_data() {
        let script = "
            const [, , , , port, , folder] = process.argv;
            const fs = require('fs');
            fs.writeFileSync(folder + '/demo.json', '{}');
            require('http').createServer((_, answer) => answer.end('ready')).listen(port, '127.0.0.1');
            process.on('SIGTERM', () => { console.log('told to stop'); process.exit(0); });
        ";
        let workspace = served_by("served", script);
        let server = Server::start(&workspace).unwrap();
        let (var, log) = (server.var.clone(), server.log.clone());
        assert!(var.join("demo.json").is_file());
        drop(server);
        assert!(!var.exists());
        assert_eq!(fs::read_to_string(log).unwrap(), "told to stop\n");
        fs::remove_dir_all(workspace.root).unwrap();
    }

    #[test]
    fn a_server_that_ends_at_its_start_is_quoted() {
        let workspace = served_by("ended", "console.error('no database'); process.exit(3)");
        let Err(Failure::Because(text)) = Server::start(&workspace) else { panic!("must fail") };
        assert!(text.contains("no database") && text.contains('3'), "{text}");
        fs::remove_dir_all(workspace.root).unwrap();
    }

    #[test]
    fn a_second_run_is_refused_while_the_first_lives() {
        let workspace = served_by("alone", "");
        let first = alone(&workspace).unwrap();
        assert!(alone(&workspace).is_err());
        drop(first);
        assert!(alone(&workspace).is_ok());
        fs::remove_dir_all(workspace.root).unwrap();
    }

    #[test]
    fn ready_is_what_answers_200() {
        assert!(is_ready(answering("HTTP/1.1 200 OK\r\n\r\n")));
        assert!(!is_ready(answering("HTTP/1.1 503 Service Unavailable\r\n\r\n")));
        assert!(!is_ready(free_port().unwrap()));
    }
}
