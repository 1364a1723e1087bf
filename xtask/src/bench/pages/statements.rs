//! Counts what the server sends to the database, from the database's log, in which Postgres writes each statement while a [`StatementLog`] is open.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::process::Stdio;
use std::time::Duration;

use super::pause;
use crate::postgres::Cluster;
use crate::process::{Attempt, Failure, Outcome, run, run_to_clean_up};

/// How long the sessions may take to notice a changed setting.
const NOTICED: Duration = Duration::from_secs(1);

/// How long a request may have statements after its answer: the server gives the connection back, which can end a transaction.
const AFTERWARDS: Duration = Duration::from_millis(300);

/// What was sent to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Counted {
    /// All statements, also those that begin and end transactions.
    pub(super) statements: u32,
    /// Transactions; a statement outside of one is counted as one.
    pub(super) transactions: u32,
}

/// While this exists, all sessions of the cluster log their statements.
pub(super) struct StatementLog<'a> {
    cluster: &'a Cluster,
    database: &'a str,
}

impl<'a> StatementLog<'a> {
    /// Makes all sessions log, also those that are open already. Only those of `database` are counted.
    pub(super) fn open(cluster: &'a Cluster, database: &'a str) -> Outcome<Self> {
        // Made first, so that dropping it resets the setting when something below fails.
        let log = Self { cluster, database };
        let set = ["--command", "alter system set log_statement = 'all'", "--command", "select pg_reload_conf()"];
        run(cluster.superuser_psql(set).stdout(Stdio::null()))?;
        pause(NOTICED)?;
        Ok(log)
    }

    /// Counts what the server sends while `work` runs, and shortly after it.
    pub(super) fn count(&self, work: impl FnOnce() -> Outcome) -> Outcome<Counted> {
        let path = self.cluster.log();
        let mut file = File::open(&path).attempt(|| format!("open {}", path.display()))?;
        let before = fs::metadata(&path).attempt(|| format!("read {}", path.display()))?.len();
        work()?;
        pause(AFTERWARDS)?;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(before)).attempt(|| format!("read {}", path.display()))?;
        file.read_to_end(&mut bytes).attempt(|| format!("read {}", path.display()))?;
        Ok(count(&String::from_utf8_lossy(&bytes), self.database))
    }
}

impl Drop for StatementLog<'_> {
    fn drop(&mut self) {
        let reset = ["--command", "alter system reset log_statement", "--command", "select pg_reload_conf()"];
        if let Err(Failure::Because(text)) = run_to_clean_up(self.cluster.superuser_psql(reset).stdout(Stdio::null())) {
            eprintln!("{text}");
        }
    }
}

/// Counts the statements in a log whose lines begin as set in `postgres.rs`: time, process in brackets, database.
fn count(log: &str, database: &str) -> Counted {
    let mut counted = Counted { statements: 0, transactions: 0 };
    let mut in_transaction = BTreeSet::new();
    for (session, statement) in log.lines().filter_map(|line| statement(line, database)) {
        counted.statements += 1;
        let mut words = statement.split([' ', ';']);
        let verb = words.next().unwrap_or_default().to_ascii_lowercase();
        match verb.as_str() {
            "begin" | "start" => {
                counted.transactions += 1;
                in_transaction.insert(session);
            }
            "commit" | "end" | "abort" => _ = in_transaction.remove(session),
            // `rollback to` returns to a savepoint inside of the transaction.
            "rollback" if !words.next().is_some_and(|word| word.eq_ignore_ascii_case("to")) => _ = in_transaction.remove(session),
            _ if !in_transaction.contains(session) => counted.transactions += 1,
            _ => {}
        }
    }
    counted
}

/// The session and the statement of a line that logs one. A statement of several lines goes on in lines that begin with a tab.
fn statement<'a>(line: &'a str, database: &str) -> Option<(&'a str, &'a str)> {
    let (before, rest) = line.split_once("] ")?;
    let (_, session) = before.split_once(" [")?;
    let message = rest.strip_prefix(database)?.strip_prefix(" LOG:  ")?;
    let statement = match message.strip_prefix("execute ") {
        Some(prepared) => prepared.split_once(": ")?.1,
        None => message.strip_prefix("statement: ")?,
    };
    Some((session, statement))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
2026-11-27 05:56:02.113 UTC [4711] bedside_e2e_0 LOG:  statement: BEGIN
2026-11-27 05:56:02.114 UTC [4711] bedside_e2e_0 LOG:  execute sqlx_s_12: select id, name
\tfrom users where id = $1
2026-11-27 05:56:02.114 UTC [4711] bedside_e2e_0 DETAIL:  parameters: $1 = '019a0000-0000-7000-8000-000000000001'
2026-11-27 05:56:02.115 UTC [4712] bedside_e2e_0 LOG:  execute sqlx_s_3: select 1
2026-11-27 05:56:02.116 UTC [4713] bedside_e2e_template LOG:  statement: SELECT 1
2026-11-27 05:56:02.116 UTC [4600]  LOG:  checkpoint starting: time
2026-11-27 05:56:02.117 UTC [4711] bedside_e2e_0 LOG:  statement: COMMIT
2026-11-27 05:56:02.118 UTC [4711] bedside_e2e_0 LOG:  execute sqlx_s_13: update jobs set done = true
2026-11-27 05:56:02.119 UTC [4711] bedside_e2e_0 LOG:  statement: BEGIN
2026-11-27 05:56:02.120 UTC [4711] bedside_e2e_0 LOG:  statement: SAVEPOINT a
2026-11-27 05:56:02.121 UTC [4711] bedside_e2e_0 LOG:  statement: ROLLBACK TO SAVEPOINT a
2026-11-27 05:56:02.122 UTC [4711] bedside_e2e_0 ERROR:  duplicate key value violates unique constraint \"a\"
2026-11-27 05:56:02.122 UTC [4711] bedside_e2e_0 STATEMENT:  insert into a values (1)
2026-11-27 05:56:02.123 UTC [4711] bedside_e2e_0 LOG:  statement: ROLLBACK
";

    #[test]
    fn statements_of_the_database_are_counted() {
        assert_eq!(count(LOG, "bedside_e2e_0"), Counted { statements: 9, transactions: 4 });
        assert_eq!(count(LOG, "bedside_e2e_template"), Counted { statements: 1, transactions: 1 });
        assert_eq!(count(LOG, "bedside_e2e"), Counted { statements: 0, transactions: 0 });
    }

    #[test]
    fn the_smaller_count_has_fewer_statements() {
        let (quiet, disturbed) = (Counted { statements: 3, transactions: 2 }, Counted { statements: 5, transactions: 1 });
        assert_eq!(disturbed.min(quiet), quiet);
    }
}
