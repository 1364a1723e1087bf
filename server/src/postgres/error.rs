//! Why there is no database.

use std::{io, path::PathBuf};

/// Why the embedded database could not be opened. Each text says what to do; none holds a password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process of ours has this folder.
    #[error("another Bedside uses {} already. Stop it, or give this one a folder of its own with var_dir", .0.display())]
    Locked(PathBuf),
    /// There is no Postgres on this machine.
    #[error(
        "no Postgres of version {oldest} or newer was found (looked in /usr/lib/postgresql and on PATH). \
         Install it (Debian: apt-get install postgresql), or set database.url",
        oldest = super::binaries::OLDEST
    )]
    NoBinaries,
    /// The data was written by a version that is not installed.
    #[error("the data in {} belongs to Postgres {major}, which is not installed. Install that version, or move the data with pg_upgrade", .data.display())]
    OtherVersion {
        /// The folder of the data.
        data: PathBuf,
        /// The version that wrote it.
        major: u32,
    },
    /// Postgres refuses to run as root and there is nobody else to run it.
    #[error(
        "Postgres does not run as root, and this machine has no user `postgres`. Create it, or start Bedside as an ordinary user"
    )]
    NoAccount,
    /// The data belongs to somebody else than who would run Postgres.
    #[error("{} belongs to another user. Start Bedside as the user who started it first", .0.display())]
    ForeignData(PathBuf),
    /// The passwords of the database's roles are gone or damaged.
    #[error("{} is missing or damaged, but the database exists. Put it back from its backup", .0.display())]
    PasswordsLost(PathBuf),
    /// No place is short and safe enough for the socket.
    #[error("no folder for the database's socket: {} is not ours or can be entered by others. Remove it", .0.display())]
    SocketFolder(PathBuf),
    /// Postgres runs but does not accept connections.
    #[error("Postgres in {} runs but has not answered for {waited_secs} s. Its log is in {}", .data.display(), .logs.display())]
    NotReady {
        /// The folder of the data.
        data: PathBuf,
        /// The folder of its log.
        logs: PathBuf,
        /// How long we waited.
        waited_secs: u64,
    },
    /// A program of Postgres failed.
    #[error("{program} failed: {detail}")]
    Program {
        /// Which one.
        program: &'static str,
        /// The last lines that it or the server wrote.
        detail: String,
    },
    /// A file or folder cannot be made, read or written.
    #[error("{} cannot be {what}", .path.display())]
    Io {
        /// What was to happen to it.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Roles, database or extension could not be set up.
    #[error("the database could not be set up")]
    SetUp(#[source] sqlx::Error),
    /// An address in the configuration cannot be read.
    #[error("{0} is not an address of a Postgres")]
    Address(&'static str),
}

impl Error {
    /// For `map_err`: what was to happen to which path.
    pub(super) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { what, path, source }
    }
}
