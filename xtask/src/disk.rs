//! Looks for room on the disk before anything is built: a linker that finds the disk full dies of a bus error, which tells nobody what to do.

use std::path::Path;

use crate::process::{Failure, Outcome};
use crate::workspace::Workspace;

const GIB: u64 = 1 << 30;

/// What a first build for demonstration or tests needs. `.ci/run` reads the same file.
const FIRST_BUILD: u64 = match u64::from_str_radix(include_str!("../first-build-gb").trim_ascii(), 10) {
    Ok(gb) => gb * GIB,
    Err(_) => panic!("xtask/first-build-gb is no number"),
};

/// What a later build and the databases of the tests need.
const LATER_BUILD: u64 = 4 * GIB;

/// Fails when the disk of the target folder has less room than a build needs.
pub(crate) fn room(workspace: &Workspace) -> Outcome {
    let target = &workspace.target;
    let needed = if target.join("debug/deps").is_dir() { LATER_BUILD } else { FIRST_BUILD };
    judge(target, free(target)?, needed)
}

fn judge(target: &Path, free: u64, needed: u64) -> Outcome {
    if free >= needed {
        return Ok(());
    }
    Err(Failure::because(format!(
        "only {free} GB are free on the disk of {target}, and building needs {needed} GB. What old builds left there can be removed: \
         rm -rf {target}/debug/incremental {target}/wasm32-unknown-unknown/debug/incremental",
        free = free / GIB,
        needed = needed / GIB,
        target = target.display(),
    )))
}

/// How many bytes this user can still write at `path`. The folder need not exist yet.
fn free(path: &Path) -> Outcome<u64> {
    let there = path.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("/"));
    let disk = rustix::fs::statvfs(there)
        .map_err(|error| Failure::because(format!("cannot ask {} for its room: {error}", there.display())))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_without_room_is_said_before_anything_is_built() {
        let target = Path::new("/somewhere/target");
        assert!(judge(target, 4 * GIB, LATER_BUILD).is_ok());
        let Err(Failure::Because(text)) = judge(target, 3 * GIB + 1, LATER_BUILD) else { panic!("3 GB are too few") };
        assert!(text.starts_with("only 3 GB are free on the disk of /somewhere/target, and building needs 4 GB."), "{text}");
        assert!(
            text.ends_with(
                "rm -rf /somewhere/target/debug/incremental /somewhere/target/wasm32-unknown-unknown/debug/incremental"
            ),
            "{text}"
        );
    }

    #[test]
    fn a_folder_that_is_still_to_be_made_has_the_room_of_its_parent() {
        let parent = std::env::temp_dir();
        assert!(free(&parent.join("bedside-not-there/target")).is_ok_and(|bytes| bytes > 0));
    }
}
