//! `cargo xtask fill`: fills a migrated database with many rows, to see what happens when its tables are large.
//!
//! The rows are made in the database (`testing/fill.sql`), so that a million of them take seconds. Run it once in a database that is thrown away: the people
//! are numbers, and the audit log can no longer be verified.

use std::process::Command;

use crate::postgres::server_programs;
use crate::process::{Outcome, command, run};
use crate::workspace::Workspace;

/// Fills the database with this URL, which must be one of the role that owns its tables.
pub(crate) fn fill_url(workspace: &Workspace, url: &str, doctors: u16) -> Outcome {
    let psql = server_programs()?.join("psql");
    let mut psql = command(psql, ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url]);
    fill(workspace, &mut psql, doctors)
}

/// Fills the database of a psql call that stops at the first error.
pub(crate) fn fill(workspace: &Workspace, psql: &mut Command, doctors: u16) -> Outcome {
    // Days begin at midnight UTC.
    psql.env("PGTZ", "UTC").args(["--single-transaction", "--set", &format!("doctors={doctors}"), "--set", "at=now()"]);
    run(psql.arg("--file").arg(workspace.root.join("testing/fill.sql")))
}
