//! Whether a Postgres runs on our data, told from the file that it keeps while it runs.

use super::place::Place;
use std::path::{Path, PathBuf};

/// What `postmaster.pid` says (the format is that of Postgres' `pidfile.h`, unchanged since version 10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub(super) port: u16,
    pub(super) socket: PathBuf,
}

/// The state of the data's server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing runs. The file may be left from a crash.
    Stopped,
    /// The file belongs to a process that has nothing to do with our data: the machine was restarted and gave its number away.
    Stale(PathBuf),
    /// It runs, or is about to.
    Runs(Postmaster),
}

/// Looks at the file and at the process that it names.
pub(super) fn state(place: &Place) -> State {
    let path = place.data.join("postmaster.pid");
    let Some((pid, postmaster)) = std::fs::read_to_string(&path).ok().as_deref().and_then(parse) else {
        return State::Stopped;
    };
    // A postmaster works in the folder of its data.
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
