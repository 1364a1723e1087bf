//! Finds the Postgres programs on this machine.

use super::error::Error;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// The oldest version that has the features used by the migrations.
pub(super) const OLDEST: u32 = 15;

const PROGRAMS: [&str; 4] = ["postgres", "initdb", "pg_ctl", "pg_isready"];

/// The folders in which distributions have one folder per version.
const HOMES: [&str; 3] = ["/usr/lib/postgresql", "/usr/lib64/postgresql", "/opt/homebrew/opt"];

/// A folder with the Postgres programs of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) dir: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    /// The newest version on this machine.
    pub(super) async fn newest() -> Result<Self, Error> {
        let recent = installed().await.into_iter().filter(|found| found.major >= OLDEST);
        // `max_by_key` returns the last of equal elements. The list is reversed, so a distribution's folder wins over one on PATH.
        recent.rev().max_by_key(|found| found.major).ok_or(Error::NoBinaries)
    }

    /// The version that wrote the data.
    pub(super) async fn of(data: &Path, major: u32) -> Result<Self, Error> {
        let found = installed().await.into_iter().find(|found| found.major == major);
        found.ok_or_else(|| Error::OtherVersion { data: data.to_owned(), major })
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

async fn installed() -> Vec<Binaries> {
    let mut found = Vec::new();
    for dir in candidates() {
        if PROGRAMS.iter().all(|name| dir.join(name).is_file())
            && let Some(major) = version(&dir).await
        {
            found.push(Binaries { dir, major });
        }
    }
    found
}

fn candidates() -> Vec<PathBuf> {
    let versions = HOMES.iter().filter_map(|home| std::fs::read_dir(home).ok()).flatten().filter_map(Result::ok);
    let mut dirs: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    dirs.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    dirs
}

async fn version(dir: &Path) -> Option<u32> {
    let output = Command::new(dir.join("postgres")).arg("--version").output().await.ok()?;
    major_of(&String::from_utf8_lossy(&output.stdout))
}

/// The major version: `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` gives 15, `postgres (PostgreSQL) 18beta2` gives 18.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = number.find(|char: char| !char.is_ascii_digit()).map_or(number, |end| &number[..end]);
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_the_program_says() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(major_of("something else 7"), None);
    }
}
