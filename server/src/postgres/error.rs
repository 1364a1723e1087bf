//! The errors of opening the database.

use std::{io, path::PathBuf};

/// Why the embedded database could not be opened. Each text says what to do; none contains a password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another Bedside process uses this folder.
    #[error("another Bedside uses {} already. Stop it, or give this one a folder of its own with var_dir", .0.display())]
    Locked(PathBuf),
    /// No Postgres of a supported version was found on this machine.
    #[error(
        "no Postgres of version {oldest} or newer was found (looked in /usr/lib/postgresql and on PATH). \
         Install it (Debian: apt-get install postgresql), or set database.url",
        oldest = super::binaries::OLDEST
    )]
    NoBinaries,
    /// The data was written by a Postgres version that is not installed.
    #[error("the data in {} belongs to Postgres {major}, which is not installed. Install that version, or move the data with pg_upgrade", .data.display())]
    OtherVersion {
        /// The folder of the data.
        data: PathBuf,
        /// The Postgres version that wrote it.
        major: u32,
    },
    /// Postgres refuses to run as root, and there is no user `postgres` to run it.
    #[error(
        "Postgres does not run as root, and this machine has no user `postgres`. Create it, or start Bedside as an ordinary user"
    )]
    NoAccount,
    /// The data belongs to a different user than the one that would run Postgres.
    #[error("{} belongs to another user. Start Bedside as the user who started it first", .0.display())]
    ForeignData(PathBuf),
    /// The file with the passwords of the database roles is missing or damaged.
    #[error("{} is missing or damaged, but the database exists. Put it back from its backup", .0.display())]
    PasswordsLost(PathBuf),
    /// The folder for the socket belongs to another user or can be entered by others.
    #[error("no folder for the database's socket: {} is not ours or can be entered by others. Remove it", .0.display())]
    SocketFolder(PathBuf),
    /// Postgres runs but does not accept connections.
    #[error("Postgres in {} runs but has not answered for {waited_secs} s. Its log is in {}", .data.display(), .logs.display())]
    NotReady {
        /// The folder of the data.
        data: PathBuf,
        /// The folder of the log.
        logs: PathBuf,
        /// How long we waited, in seconds.
        waited_secs: u64,
    },
    /// A Postgres program failed.
    #[error("{program} failed: {detail}")]
    Program {
        /// The program's name.
        program: &'static str,
        /// The last lines of its standard error or of the server's log.
        detail: String,
    },
    /// A file or folder operation failed.
    #[error("{} cannot be {what}", .path.display())]
    Io {
        /// The operation that failed, as a past participle: `made`, `read`, `written`.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The roles, the database or the extension could not be set up.
    #[error("the database could not be set up")]
    SetUp(#[source] sqlx::Error),
    /// A URL in the configuration cannot be parsed. Contains the key.
    #[error("{0} is not the URL of a Postgres database")]
    Address(&'static str),
}

impl Error {
    /// For `map_err`: the operation that failed and its path.
    pub(super) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { what, path, source }
    }
}
