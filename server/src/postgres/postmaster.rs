//! Detects whether Postgres is running on our data, from the file that it keeps while it runs.

use super::place::Place;
use std::path::{Path, PathBuf};

/// The contents of `postmaster.pid` (its format is defined in Postgres' `pidfile.h` and unchanged since version 10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub(super) port: u16,
    pub(super) socket: PathBuf,
}

/// The state of the Postgres server for our data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// It is not running. The file may be left over from a crash.
    Stopped,
    /// The process id in the file now belongs to an unrelated process: the machine was restarted and reused the id.
    Stale(PathBuf),
    /// It is running or starting.
    Runs(Postmaster),
}

/// Reads the file and checks the process that it names.
pub(super) fn state(place: &Place) -> State {
    let path = place.data.join("postmaster.pid");
    let Some((pid, postmaster)) = std::fs::read_to_string(&path).ok().as_deref().and_then(parse) else {
        return State::Stopped;
    };
    // The working directory of a postmaster is its data folder.
    match std::fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(folder) if folder == place.data => State::Runs(postmaster),
        Ok(_) => State::Stale(path),
        Err(_) => State::Stopped,
    }
}

fn parse(text: &str) -> Option<(u32, Postmaster)> {
    let lines: Vec<&str> = text.lines().collect();
    let [pid, _data, _started, port, socket, ..] = lines.as_slice() else { return None };
    Some((pid.trim().parse().ok()?, Postmaster { port: port.trim().parse().ok()?, socket: Path::new(socket.trim()).to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_running_server_is_read() {
        let text = "4711\n/srv/data\n1795305600\n5432\n/run/bedside-1\n\n  1234567         3\nready   \n";
        let expected = Postmaster { port: 5432, socket: "/run/bedside-1".into() };
        assert_eq!(parse(text), Some((4711, expected)));
        assert_eq!(parse("4711\n/srv/data\n"), None);
    }
}
