//! The paths of the repository, the target folder (`CARGO_TARGET_DIR` is honoured) and the folders for programs that
//! refuse to run as root.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::MetadataCommand;

use crate::bundle::Profile;
use crate::process::{Attempt, Failure, Outcome, command, read};

/// The name of the files of the bundle.
pub(crate) const BUNDLE: &str = "bedside";

/// The crates of the server side, for one cargo call: together they get the features that the server has, so that checks and tests
/// compile nothing twice. The browser side and the xtask have separate calls.
pub(crate) const SERVER_SIDE: &[&str] =
    &["--workspace", "--exclude=frontend", "--exclude=xtask", "--exclude=catalogue", "--features=app/ssr"];

/// The paths that the commands use. All are absolute.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// The folder of the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the workspace by asking cargo.
    pub(crate) fn find() -> Outcome<Self> {
        let metadata =
            MetadataCommand::new().no_deps().exec().map_err(|error| Failure::because(format!("cargo metadata: {error}")))?;
        Ok(Self { root: metadata.workspace_root.into_std_path_buf(), target: metadata.target_directory.into_std_path_buf() })
    }

    /// The folder of static files that the server serves. `cargo leptos watch` has another, `target/site`, because its files have no versions.
    pub(crate) fn site(&self) -> PathBuf {
        self.target.join("versioned-site")
    }

    /// The server's binary that was built with this profile.
    pub(crate) fn server_binary(&self, profile: Profile) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "release",
        };
        self.target.join(folder).join(BUNDLE)
    }

    /// The folder of the browser tests.
    pub(crate) fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// The folder of downloaded tools.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// A cargo call in this workspace, without the variables that cargo set for this program. Queries are checked against `.sqlx/`.
    pub(crate) fn cargo<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), args);
        let about_xtask =
            |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|prefix| name.starts_with(prefix));
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(about_xtask) {
                cargo.env_remove(name);
            }
        }
        cargo
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("LEPTOS_OUTPUT_NAME", BUNDLE)
            .env("SQLX_OFFLINE", "true");
        cargo
    }

    /// A call of the server with the environment that leptos reads. It runs in the root of the repository.
    pub(crate) fn server<'a>(&self, profile: Profile, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut server = command(self.server_binary(profile), args);
        server
            .current_dir(&self.root)
            .env("LEPTOS_OUTPUT_NAME", BUNDLE)
            .env("LEPTOS_SITE_ROOT", self.site())
            .env("LEPTOS_SITE_PKG_DIR", "pkg");
        server
    }

    /// The path of a private folder that Postgres can reach, one per repository and purpose. It is in `/var/tmp` because a socket's path must be
    /// short, and because the user `postgres` has no access to root's home. The folder is not created here.
    pub(crate) fn scratch(&self, purpose: &str) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        (&self.root, &self.target).hash(&mut hasher);
        let user = rustix::process::geteuid().as_raw();
        PathBuf::from(format!("/var/tmp/bedside-{purpose}-{user}-{:08x}", hasher.finish() & 0xffff_ffff))
    }
}

/// Whether this program runs as root.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Creates an empty folder that only `owner` can enter (`None`: the current user). An existing folder is removed, but only if it was ours,
/// because anyone can create files in `/var/tmp`.
pub(crate) fn make_private_folder(path: &Path, owner: Option<&str>) -> Outcome {
    remove_private_folder(path, owner)?;
    fs::DirBuilder::new().mode(0o700).recursive(false).create(path).attempt(|| format!("create {}", path.display()))?;
    if let Some(owner) = owner {
        let (user, group) = (user_id(owner, "-u")?, user_id(owner, "-g")?);
        chown(path, Some(user), Some(group)).attempt(|| format!("give {} to {owner}", path.display()))?;
    }
    Ok(())
}

/// Removes a folder made by [`make_private_folder`], if it exists.
pub(crate) fn remove_private_folder(path: &Path, owner: Option<&str>) -> Outcome {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    let ours = rustix::process::geteuid().as_raw();
    let theirs = owner.map(|owner| user_id(owner, "-u")).transpose()?;
    if !found.is_dir() || (found.uid() != ours && Some(found.uid()) != theirs) {
        return Err(Failure::because(format!("{} exists and is not ours; remove it", path.display())));
    }
    fs::remove_dir_all(path).attempt(|| format!("remove {}", path.display()))
}

fn user_id(user: &str, which: &str) -> Outcome<u32> {
    let id = read(&mut command("id", [which, user]))?;
    id.parse().map_err(|_| Failure::because(format!("`id {which} {user}` answered {id:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_folder_is_made_empty_and_only_for_its_owner() {
        let path = std::env::temp_dir().join(format!("bedside-xtask-folder-{}", std::process::id()));
        make_private_folder(&path, None).unwrap();
        fs::write(path.join("left"), "over").unwrap();
        make_private_folder(&path, None).unwrap();
        assert_eq!(fs::read_dir(&path).unwrap().count(), 0);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
        remove_private_folder(&path, None).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_file_in_the_way_is_not_removed() {
        let path = std::env::temp_dir().join(format!("bedside-xtask-file-{}", std::process::id()));
        fs::write(&path, "somebody's").unwrap();
        assert!(make_private_folder(&path, None).is_err());
        fs::remove_file(&path).unwrap();
    }
}
