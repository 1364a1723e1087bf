//! The folders and files of the embedded cluster: data, logs, socket, passwords.

use super::{account::Account, error::Error};
use sha2::{Digest, Sha256};
use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// A socket's path has at most 107 bytes (`sun_path`), and Postgres appends a name such as `/.s.PGSQL.65535`.
const LONGEST_SOCKET_FOLDER: usize = 107 - "/.s.PGSQL.65535".len();

/// The folders of one cluster.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) account: Account,
    /// The folder that contains the data and the logs; it belongs to the account.
    pub(super) home: PathBuf,
    pub(super) data: PathBuf,
    pub(super) logs: PathBuf,
    pub(super) socket: PathBuf,
    /// The file with the passwords; it belongs to the current user, not to the account.
    pub(super) passwords: PathBuf,
}

impl Place {
    /// Chooses the folders without creating any. `var_dir` must exist and be absolute.
    pub(super) async fn choose(var_dir: &Path) -> Result<Self, Error> {
        let account = Account::of_this_process()?;
        let inside = var_dir.join("postgres");
        let outside = outside(var_dir);
        let home = if has_data(&inside) || (!has_data(&outside) && account.can_enter(var_dir).await) { inside } else { outside };
        Ok(Self {
            account,
            data: home.join("data"),
            logs: home.join("log"),
            socket: socket_folder(account, var_dir),
            passwords: var_dir.join("keys/postgres.json"),
            home,
        })
    }

    /// Whether there is a cluster. Fails if it belongs to another user.
    pub(super) fn exists(&self) -> Result<bool, Error> {
        match std::fs::metadata(self.data.join("PG_VERSION")) {
            Ok(version) if version.uid() == self.account.uid() => Ok(true),
            Ok(_) => Err(Error::ForeignData(self.data.clone())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(Error::io("read", &self.data)(source)),
        }
    }

    /// The Postgres version that wrote the data.
    pub(super) fn major(&self) -> Result<u32, Error> {
        let path = self.data.join("PG_VERSION");
        let text = std::fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let damaged = || std::io::Error::from(std::io::ErrorKind::InvalidData);
        text.trim().parse().map_err(|_| Error::io("read", &path)(damaged()))
    }

    /// Creates the folder of the socket. It may have been removed when the machine restarted.
    pub(super) fn make_socket_folder(&self) -> Result<(), Error> {
        if self.socket.symlink_metadata().is_err() {
            self.account.make_folder(&self.socket)?;
        }
        // Under /tmp another user may have created the folder first, in order to read our passwords.
        if self.account.owns_privately(&self.socket) { Ok(()) } else { Err(Error::SocketFolder(self.socket.clone())) }
    }
}

/// Whether a cluster exists for this folder. Changes nothing.
pub(super) fn is_there(var_dir: &Path) -> bool {
    let var_dir = var_dir.canonicalize().unwrap_or_else(|_| var_dir.to_owned());
    has_data(&var_dir.join("postgres")) || has_data(&outside(&var_dir))
}

/// If the folder was deleted, and the keys with it, moves away a cluster that is stored outside the folder: its contents can no longer be
/// read, and it would block a new one. Returns the new path. A running cluster is not moved.
pub(super) fn set_aside_without_keys(var_dir: &Path) -> std::io::Result<Option<PathBuf>> {
    let var_dir = var_dir.canonicalize().unwrap_or_else(|_| var_dir.to_owned());
    let home = outside(&var_dir);
    if !has_data(&home) || var_dir.join("keys").exists() || home.join("data/postmaster.pid").exists() {
        return Ok(None);
    }
    let aside = (1..).map(|n| PathBuf::from(format!("{}.without-keys-{n}", home.display()))).find(|path| !path.exists());
    let Some(aside) = aside else { return Ok(None) };
    std::fs::rename(&home, &aside)?;
    Ok(Some(aside))
}

fn has_data(home: &Path) -> bool {
    home.join("data/PG_VERSION").exists()
}

/// The folder for the data when the user `postgres` cannot enter `var_dir`.
fn outside(var_dir: &Path) -> PathBuf {
    PathBuf::from(format!("/var/lib/bedside-{}", short_hash(var_dir)))
}

fn socket_folder(account: Account, var_dir: &Path) -> PathBuf {
    match account {
        Account::SteppedDown { .. } => PathBuf::from(format!("/run/bedside-{}", short_hash(var_dir))),
        Account::Ourselves => {
            let inside = var_dir.join("run");
            let fits = inside.as_os_str().len() <= LONGEST_SOCKET_FOLDER;
            if fits { inside } else { PathBuf::from(format!("/tmp/bedside-{}-{}", account.uid(), short_hash(var_dir))) }
        }
    }
}

/// A hash that is the same for the same folder in every version of Bedside.
fn short_hash(path: &Path) -> String {
    hex::encode(&Sha256::digest(path.as_os_str().as_encoded_bytes())[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_folder_always_fits() {
        let deep = PathBuf::from(format!("/{}", "deep/".repeat(40)));
        for account in [Account::Ourselves, Account::SteppedDown { uid: 1, gid: 1 }] {
            for var_dir in [deep.as_path(), Path::new("/srv/bedside")] {
                let folder = socket_folder(account, var_dir);
                assert!(folder.as_os_str().len() <= LONGEST_SOCKET_FOLDER, "{}", folder.display());
            }
        }
        assert_eq!(socket_folder(Account::Ourselves, Path::new("/srv/bedside")), Path::new("/srv/bedside/run"));
    }
}
