//! What a use case sends to the database, read from the log of Postgres with its parameters, and the same once more without the domain.

use super::TestClinic;
use domain::{Domain, settings::Settings};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{fs, path::Path};
use uuid::Uuid;

/// How often `work` runs before it is recorded: a connection that is new asks about types first.
const BEFORE: usize = 2;

/// A statement as Postgres has logged it.
#[derive(Debug)]
pub struct Statement {
    /// The text, with `$1` for the first parameter.
    pub text: String,
    /// The parameters as text; none for NULL.
    pub values: Vec<Option<String>>,
}

impl TestClinic {
    /// All statements of one `work` on a domain with these settings. It runs with the numbers 0, 1 and 2, and the last time counts. `superuser` is the URL of the
    /// cluster's superuser, and `log` the cluster's log.
    ///
    /// # Panics
    /// When the database refuses something, or the log cannot be read.
    pub async fn recorded(
        &self,
        (superuser, log): (&str, &Path),
        settings: Settings,
        work: impl AsyncFn(&Domain, usize),
    ) -> Vec<Statement> {
        let database = &self.database;
        let mut superuser = PgConnection::connect(superuser).await.expect("the superuser connects");
        let on = format!("alter role bedside_app in database {database} set log_statement = 'all'");
        sqlx::raw_sql(AssertSqlSafe(on)).execute(&mut superuser).await.expect("the statements of new connections are logged");
        let logged = self.domain_with(settings).await;
        for number in 0..BEFORE {
            Box::pin(work(&logged, number)).await;
        }
        let before = fs::metadata(log).expect("the log exists").len();
        Box::pin(work(&logged, BEFORE)).await;
        let text = fs::read(log).expect("the log can be read");
        logged.close().await;
        let off = format!("alter role bedside_app in database {database} reset log_statement");
        sqlx::raw_sql(AssertSqlSafe(off)).execute(&mut superuser).await.expect("the statements are not logged any more");
        let of_work = text.get(usize::try_from(before).expect("a log")..).expect("the log has grown");
        statements(&String::from_utf8_lossy(of_work), database)
    }
}

/// The statements of a database in a part of the log whose lines begin as `xtask/src/postgres.rs` sets it: time, process in brackets, database.
fn statements(log: &str, database: &str) -> Vec<Statement> {
    let mut entries: Vec<String> = Vec::new();
    for line in log.lines() {
        // What has several lines goes on after a tab.
        if let (Some(more), Some(last)) = (line.strip_prefix('\t'), entries.last_mut()) {
            last.push('\n');
            last.push_str(more);
        } else {
            entries.push(line.to_owned());
        }
    }
    let (said, detail) = (format!("] {database} LOG:  "), format!("] {database} DETAIL:  "));
    let mut found: Vec<Statement> = Vec::new();
    for entry in &entries {
        if let Some((_, text)) = entry.split_once(&said) {
            let prepared = || text.strip_prefix("execute ")?.split_once(": ").map(|(_, text)| text);
            if let Some(text) = text.strip_prefix("statement: ").or_else(prepared) {
                found.push(Statement { text: text.trim().trim_end_matches(';').to_owned(), values: Vec::new() });
            }
        } else if let (Some((_, parameters)), Some(last)) = (entry.split_once(&detail), found.last_mut()) {
            last.values = values(parameters);
        }
    }
    found
}

/// The values in `parameters: $1 = 'it''s', $2 = NULL`.
fn values(parameters: &str) -> Vec<Option<String>> {
    let mut rest = parameters;
    let mut found = Vec::new();
    while let Some((_, after)) = rest.split_once(" = ") {
        let Some(quoted) = after.strip_prefix('\'') else {
            found.push(None);
            rest = after;
            continue;
        };
        let (mut value, mut end) = (String::new(), quoted.len());
        let mut letters = quoted.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            if letter == '\'' && letters.next_if(|(_, next)| *next == '\'').is_none() {
                end = at + 1;
                break;
            }
            value.push(letter);
        }
        found.push(Some(value));
        rest = quoted.get(end..).unwrap_or_default();
    }
    found
}

/// Recorded statements on a connection of their own, as the server's role: prepared once, and sent one after the other as the domain does. What is decided, decrypted
/// and encrypted between them is left out.
#[derive(Debug)]
pub struct Replay {
    connection: PgConnection,
    calls: Vec<String>,
}

impl Replay {
    /// Prepares the statements.
    ///
    /// # Panics
    /// When the database refuses one.
    pub async fn prepare(clinic: &TestClinic, statements: &[Statement]) -> Self {
        let options = clinic.domain.pool().connect_options();
        let mut connection = PgConnection::connect_with(&options).await.expect("the server's role connects");
        let mut calls = Vec::new();
        for (place, statement) in statements.iter().enumerate() {
            if statement.values.is_empty() {
                calls.push(statement.text.clone());
                continue;
            }
            let name = format!("replay_{place}");
            let prepare = format!("prepare {name} as {}", statement.text);
            sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut connection).await.expect("the statement can be prepared");
            calls.push(format!("execute {name}({})", arguments(statement)));
        }
        Self { connection, calls }
    }

    /// Sends them all once.
    ///
    /// # Panics
    /// When the database refuses one.
    pub async fn run(&mut self) {
        for call in &self.calls {
            let sent = sqlx::raw_sql(AssertSqlSafe(call.clone())).fetch_all(&mut self.connection).await;
            sent.expect("what the domain has sent can be sent again");
        }
    }
}

/// The arguments of a prepared statement. The first of an INSERT is the id of the new row, which must be another one each time.
fn arguments(statement: &Statement) -> String {
    let is_insert = statement.text.trim_start().to_ascii_lowercase().starts_with("insert");
    let quoted = statement.values.iter().enumerate().map(|(place, value)| match value {
        None => "null".to_owned(),
        Some(id) if is_insert && place == 0 && Uuid::try_parse(id).is_ok() => "gen_random_uuid()".to_owned(),
        Some(value) => format!("'{}'", value.replace('\'', "''")),
    });
    quoted.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
2026-11-28 09:00:00.001 UTC [7] clinic_1 LOG:  statement: BEGIN
2026-11-28 09:00:00.002 UTC [7] clinic_1 LOG:  execute sqlx_s_2: insert into a (id, name)
\tvalues ($1, $2)
2026-11-28 09:00:00.002 UTC [7] clinic_1 DETAIL:  parameters: $1 = '019a0000-0000-7000-8000-000000000001', $2 = 'it''s', $3 = NULL
2026-11-28 09:00:00.003 UTC [8] clinic_2 LOG:  statement: select 1
";

    #[test]
    fn statements_are_read_with_their_parameters_and_sent_with_another_id() {
        let found = statements(LOG, "clinic_1");
        assert_eq!(
            found.iter().map(|statement| statement.text.as_str()).collect::<Vec<_>>(),
            ["BEGIN", "insert into a (id, name)\nvalues ($1, $2)"]
        );
        assert_eq!(found[1].values[1..], [Some("it's".to_owned()), None]);
        assert_eq!(arguments(&found[1]), "gen_random_uuid(), 'it''s', null");
    }
}
