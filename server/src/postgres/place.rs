//! Where the embedded cluster lives: its data, its log, its socket, its passwords.

use super::{account::Account, error::Error};
use sha2::{Digest, Sha256};
use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// A socket's path ends at 107 bytes (`sun_path`), and Postgres adds `/.s.PGSQL.5432.lock` for the file beside it.
const LONGEST_SOCKET_FOLDER: usize = 107 - "/.s.PGSQL.65535".len();

/// The folders of one cluster.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) account: Account,
    /// The folder that holds all of it; belongs to the account.
    pub(super) home: PathBuf,
    pub(super) data: PathBuf,
    pub(super) logs: PathBuf,
    pub(super) socket: PathBuf,
    /// Belongs to us, not to the account.
    pub(super) passwords: PathBuf,
}

impl Place {
    /// Decides on the folders. Makes none. `var_dir` exists and is absolute.
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

    /// Whether there is a cluster, and whether it is ours.
    pub(super) fn exists(&self) -> Result<bool, Error> {
        match std::fs::metadata(self.data.join("PG_VERSION")) {
            Ok(version) if version.uid() == self.account.uid() => Ok(true),
            Ok(_) => Err(Error::ForeignData(self.data.clone())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(Error::io("read", &self.data)(source)),
        }
    }

    /// The version that wrote the data.
    pub(super) fn major(&self) -> Result<u32, Error> {
        let path = self.data.join("PG_VERSION");
        let text = std::fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let damaged = || std::io::Error::from(std::io::ErrorKind::InvalidData);
        text.trim().parse().map_err(|_| Error::io("read", &path)(damaged()))
    }

    /// Makes the folder of the socket, which does not outlive a restart of the machine.
    pub(super) fn make_socket_folder(&self) -> Result<(), Error> {
        if self.socket.symlink_metadata().is_err() {
            self.account.make_folder(&self.socket)?;
        }
        // Under /tmp somebody may have been there first, to read our passwords.
        if self.account.owns_privately(&self.socket) { Ok(()) } else { Err(Error::SocketFolder(self.socket.clone())) }
    }
}

/// Whether a cluster was made for this folder. Looks only.
pub(super) fn is_there(var_dir: &Path) -> bool {
    let var_dir = var_dir.canonicalize().unwrap_or_else(|_| var_dir.to_owned());
    has_data(&var_dir.join("postgres")) || has_data(&outside(&var_dir))
}

/// Moves a cluster outside of the folder away when the folder, and with it the keys, was deleted: what the cluster holds cannot be read
/// any more, and stands in the way of a new one. Says where it is now. A cluster that runs stays.
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

/// The place for the data when the user `postgres` cannot get into `var_dir`.
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

/// The same for the same folder, in every version of Bedside.
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
