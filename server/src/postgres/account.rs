//! The user that runs the Postgres processes: the current user or, as Postgres refuses to run as root, the user `postgres`.

use super::error::Error;
use nix::unistd::{User, geteuid};
use std::{
    os::unix::fs::{DirBuilderExt, MetadataExt, chown},
    path::Path,
};
use tokio::process::Command;

const NAME: &str = "postgres";

/// The user to whom the data belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    /// The current user is not root and runs Postgres directly.
    Ourselves,
    /// The current user is root and runs Postgres as the user `postgres`.
    SteppedDown {
        /// The user id.
        uid: u32,
        /// The group id.
        gid: u32,
    },
}

impl Account {
    pub(super) fn of_this_process() -> Result<Self, Error> {
        if !geteuid().is_root() {
            return Ok(Self::Ourselves);
        }
        let user = User::from_name(NAME).ok().flatten().filter(|user| !user.uid.is_root()).ok_or(Error::NoAccount)?;
        Ok(Self::SteppedDown { uid: user.uid.as_raw(), gid: user.gid.as_raw() })
    }

    /// A command that runs as this user, without our environment: variables such as `PGDATA` would affect Postgres.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = match self {
            Self::Ourselves => Command::new(program),
            Self::SteppedDown { uid, gid } => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}")).arg("--init-groups").arg("--").arg(program);
                command
            }
        };
        command
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LC_ALL", "C")
            .current_dir("/")
            .stdin(std::process::Stdio::null());
        command
    }

    /// Creates a folder that only this user can enter.
    pub(super) fn make_folder(self, path: &Path) -> Result<(), Error> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(Error::io("made", path))?;
        self.give(path)
    }

    /// Makes this user the owner of a file or folder.
    pub(super) fn give(self, path: &Path) -> Result<(), Error> {
        match self {
            Self::Ourselves => Ok(()),
            Self::SteppedDown { uid, gid } => chown(path, Some(uid), Some(gid)).map_err(Error::io("given to postgres", path)),
        }
    }

    /// Whether the path is a folder that belongs to this user and is closed to all others. A symbolic link is not.
    pub(super) fn owns_privately(self, path: &Path) -> bool {
        std::fs::symlink_metadata(path)
            .is_ok_and(|folder| folder.is_dir() && folder.uid() == self.uid() && folder.mode() & 0o077 == 0)
    }

    /// Whether this user can enter a folder. For example, the user `postgres` cannot enter root's home.
    pub(super) async fn can_enter(self, path: &Path) -> bool {
        match self {
            Self::Ourselves => true,
            Self::SteppedDown { .. } => {
                let status = self.command(Path::new("test")).arg("-x").arg(path).status().await;
                status.is_ok_and(|status| status.success())
            }
        }
    }

    pub(super) fn uid(self) -> u32 {
        match self {
            Self::Ourselves => geteuid().as_raw(),
            Self::SteppedDown { uid, .. } => uid,
        }
    }
}
