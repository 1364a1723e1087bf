//! `cargo xtask sqlx`: generates the descriptions of the checked queries (`.sqlx/`) from a freshly migrated database.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::time::SystemTime;

use crate::postgres::Cluster;
use crate::process::{Attempt, Failure, Outcome, run};
use crate::progress::Steps;
use crate::workspace::Workspace;

/// What to do with the generated descriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Replace `.sqlx/` with them.
    Renew,
    /// Fail if they differ from `.sqlx/`.
    Check,
}

const DATABASE: &str = "bedside_sqlx";

/// The crates that may query the database according to the house rules.
const MAY_ASK: &[&str] = &["domain", "server", "testing"];

/// The macros of checked queries.
const CHECKED: &[&str] = &["query!(", "query_as!(", "query_scalar!("];

/// Renews or checks `.sqlx/`.
pub(crate) fn sqlx(workspace: &Workspace, mode: Mode) -> Outcome {
    let mut steps = Steps::of(3);
    let cluster = steps.step("Starting the database of the tests", || Cluster::start(workspace))?;
    steps.step("Migrating a fresh database", || migrate(workspace, &cluster))?;
    let written = workspace.target.join("sqlx");
    steps.step("Checking the queries", || describe(workspace, &cluster, &written))?;
    let committed = workspace.root.join(".sqlx");
    let (now, before) = (contents(&written)?, contents(&committed)?);
    if now == before {
        eprintln!("{} queries, nothing changed", now.len());
        return Ok(());
    }
    match mode {
        Mode::Check => Err(Failure::because("the queries or migrations have changed; run `cargo xtask sqlx` and commit .sqlx/")),
        Mode::Renew => replace(&committed, &now),
    }
}

/// Runs each migration in its own transaction, in the order of the file names, as the owner of the tables.
fn migrate(workspace: &Workspace, cluster: &Cluster) -> Outcome {
    run(&mut cluster.psql("postgres", ["--command", &format!("DROP DATABASE IF EXISTS {DATABASE}")]))?;
    run(&mut cluster.psql("postgres", ["--command", &format!("CREATE DATABASE {DATABASE}")]))?;
    let folder = workspace.root.join("migrations");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .attempt(|| format!("read {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    for file in files {
        let name = file.display().to_string();
        run(&mut cluster.psql(DATABASE, ["--single-transaction", "--file", &name]))?;
    }
    Ok(())
}

/// Compiles the crates, tests included, so that sqlx writes its descriptions. A crate that is up to date would write nothing, so each is touched
/// first. Crates without a checked query are left out, because compiling the pages for nothing takes minutes.
fn describe(workspace: &Workspace, cluster: &Cluster, written: &Path) -> Outcome {
    if written.exists() {
        fs::remove_dir_all(written).attempt(|| format!("remove {}", written.display()))?;
    }
    fs::create_dir_all(written).attempt(|| format!("create {}", written.display()))?;
    let mut cargo = workspace.cargo(["check", "--all-targets"]);
    for name in MAY_ASK {
        let folder = workspace.root.join(name);
        if !holds_checked_queries(&folder)? {
            continue;
        }
        let root = folder.join("src/lib.rs");
        touch(&root).attempt(|| format!("touch {}", root.display()))?;
        cargo.args(["-p", name]);
    }
    cargo.env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", written).env("DATABASE_URL", cluster.url(DATABASE));
    run(&mut cargo)
}

/// Whether a source file below the folder contains a checked query.
fn holds_checked_queries(folder: &Path) -> Outcome<bool> {
    for entry in fs::read_dir(folder).attempt(|| format!("read {}", folder.display()))? {
        let path = entry?.path();
        let found = if path.is_dir() {
            holds_checked_queries(&path)?
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).attempt(|| format!("read {}", path.display()))?;
            CHECKED.iter().any(|call| text.contains(call))
        } else {
            false
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

#[expect(clippy::disallowed_methods, reason = "a build tool may know the time")]
fn touch(path: &Path) -> std::io::Result<()> {
    File::options().append(true).open(path)?.set_modified(SystemTime::now())
}

/// The query files of a folder; empty when the folder does not exist.
fn contents(folder: &Path) -> Outcome<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if name.starts_with("query-") {
            files.insert(name.to_owned(), fs::read_to_string(&path).attempt(|| format!("read {}", path.display()))?);
        }
    }
    Ok(files)
}

fn replace(folder: &Path, files: &BTreeMap<String, String>) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder).attempt(|| format!("remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).attempt(|| format!("create {}", folder.display()))?;
    for (name, text) in files {
        fs::write(folder.join(name), text).attempt(|| format!("write {name}"))?;
    }
    eprintln!("{} queries written to .sqlx/", files.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checked_query_is_found_wherever_it_stands() {
        let folder = std::env::temp_dir().join(format!("bedside-xtask-queries-{}", std::process::id()));
        fs::create_dir_all(folder.join("src/area")).unwrap();
        fs::write(folder.join("src/lib.rs"), "sqlx::query(\"select 1\")").unwrap();
        assert!(!holds_checked_queries(&folder).unwrap());
        fs::write(folder.join("src/area/store.rs"), "sqlx::query_scalar!(\"select 1\")").unwrap();
        assert!(holds_checked_queries(&folder).unwrap());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn replacing_leaves_exactly_the_new_queries() {
        let folder = std::env::temp_dir().join(format!("bedside-xtask-sqlx-{}", std::process::id()));
        let old = BTreeMap::from([("query-1.json".to_owned(), "{}".to_owned())]);
        let new = BTreeMap::from([("query-2.json".to_owned(), "{}".to_owned())]);
        assert_eq!(contents(&folder).unwrap(), BTreeMap::new());
        replace(&folder, &old).unwrap();
        replace(&folder, &new).unwrap();
        assert_eq!(contents(&folder).unwrap(), new);
        fs::remove_dir_all(folder).unwrap();
    }
}
