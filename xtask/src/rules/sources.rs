//! Rules about what a source file must not contain.

use super::Broken;
use super::areas::{self, AREAS};
use super::scan::Scan;

/// A longer file must say why in its first ten lines.
const LONGEST: usize = 800;

/// Names that say nothing about the content.
const VAGUE: &[&str] = &["common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"];

/// Checks one file; `path` is relative to the root of the repository.
pub(crate) fn check(path: &str, text: &str) -> Vec<Broken> {
    let mut found = Findings { path, broken: Vec::new() };
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    if matches!(extension, "rs" | "ts" | "js" | "mjs" | "css" | "sql") {
        too_long(text, &mut found);
        vague_file_name(&mut found);
    }
    match extension {
        "rs" => {
            let scan = Scan::of(text);
            rust(&scan, &mut found);
            found.broken.extend(super::tables::check(path, &scan));
        }
        "ts" | "js" | "mjs" => script(text, &mut found),
        "sql" => {
            let without_comments = |line: &str| line.split("--").next().unwrap_or("").to_ascii_lowercase();
            let lines = text.lines().map(without_comments).collect::<Vec<_>>().join("\n");
            clock_in_sql(&lines, &mut found);
        }
        "json" if path.ends_with("package-lock.json") => {
            found.each_line(text, "lock-file-without-hosts", |line| {
                line.contains("\"resolved\":")
                    .then(|| "contains the address of a registry; install with the .npmrc in the same folder".to_owned())
            });
        }
        _ => {}
    }
    found.broken
}

struct Findings<'a> {
    path: &'a str,
    broken: Vec<Broken>,
}

impl Findings<'_> {
    fn is_in(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }

    fn add(&mut self, rule: &'static str, line: usize, what: String) {
        self.broken.push(Broken { rule, place: format!("{}:{line}", self.path), what });
    }

    fn each_line(&mut self, text: &str, rule: &'static str, judge: impl Fn(&str) -> Option<String>) {
        for (index, line) in text.lines().enumerate() {
            if let Some(what) = judge(line) {
                self.add(rule, index + 1, what);
            }
        }
    }

    /// Reports each line that contains one of `words`.
    fn forbid(&mut self, text: &str, rule: &'static str, words: &[&str], instead: &str) {
        self.each_line(text, rule, |line| {
            words.iter().find(|word| line.contains(**word)).map(|word| format!("`{word}`: {instead}"))
        });
    }
}

fn rust(scan: &Scan, found: &mut Findings<'_>) {
    let code = &scan.code;
    if !found.is_in(&["domain/", "testing/", "server/src/postgres/"]) {
        let words = ["sqlx::query", "sqlx::raw_sql", "query!(", "query_as!(", "query_scalar!(", "query_file", "QueryBuilder"];
        found.forbid(code, "sql-only-in-domain", &words, "ask the database in domain");
    }
    if found.is_in(&["app/"]) {
        found.each_line(code, "no-style-attributes", |line| {
            style_attribute(line).then(|| "a style attribute, which the page's security policy refuses; use a class".to_owned())
        });
    }
    if found.is_in(&["app/"]) && found.path != "app/kit/src/parts/region.rs" {
        for line in super::views::closures_without_region(code) {
            let what = "a view that comes and goes without a region; see `app/kit/src/parts/region.rs`";
            found.add("views-in-regions", line, what.to_owned());
        }
    }
    if found.is_in(&["domain/src/"]) {
        found.forbid(code, "no-environment-in-domain", &["env::"], "configuration is read in server/src/config and handed over");
        if AREAS.iter().any(|area| found.path.starts_with(&format!("domain/src/{area}/"))) {
            let words = ["pub mod store", "pub(crate) mod store", "pub(super) mod store"];
            found.forbid(
                code,
                "store-is-private",
                &words,
                "an area's SQL is called by the area alone; publish a function that uses it",
            );
        }
        clock_in_sql(&scan.strings.to_ascii_lowercase(), found);
    }
    for (line, rule, what) in areas::check(found.path, code) {
        found.add(rule, line, what);
    }
    found.forbid(code, "nothing-switched-off", &["#[ignore", "todo!(", "unimplemented!(", "dbg!("], "finish it or remove it");
    found.each_line(code, "named-by-the-domain", |line| {
        let declared = line.trim_start().trim_start_matches("pub").trim_start_matches("(crate)").trim_start_matches("(super)");
        let name = declared.trim_start().strip_prefix("mod ")?.split(|end: char| !end.is_alphanumeric() && end != '_').next()?;
        VAGUE.contains(&name).then(|| format!("`mod {name}` is a vague name; name it after its content"))
    });
}

/// Finds `style=…` and `style:name=…` in `view!`. Assignments and types are not found, because the formatter writes them with a blank.
fn style_attribute(line: &str) -> bool {
    let is_attribute = |(at, word): (usize, &str)| {
        let joined = line[..at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | '-' | '.'));
        let after = &line[at + word.len()..];
        // Skips the name of a property, as in `style:width=`.
        let after =
            after.strip_prefix(':').map_or(after, |name| name.trim_start_matches(|c: char| c.is_alphanumeric() || c == '-'));
        !joined && after.starts_with('=') && !after.starts_with("==")
    };
    line.match_indices("style").any(is_attribute) || line.contains(".style(")
}

/// Finds uses of the database's clock in SQL. `text` is in lower case.
fn clock_in_sql(text: &str, found: &mut Findings<'_>) {
    let words = [
        "current_timestamp",
        "localtimestamp",
        "clock_timestamp(",
        "transaction_timestamp(",
        "statement_timestamp(",
        "current_date",
    ];
    let instead = "the moment is an argument, so that a test can set it";
    found.forbid(text, "clock-is-injected", &words, instead);
    found.each_line(text, "clock-is-injected", |line| {
        let mut calls = line.match_indices("now()");
        let alone =
            |at: usize| !line[..at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | '.' | ':'));
        calls.any(|(at, _)| alone(at)).then(|| format!("`now()`: {instead}"))
    });
}

fn script(text: &str, found: &mut Findings<'_>) {
    let instead = "a test that runs alone switches the others off";
    found.forbid(text, "nothing-switched-off", &["test.only(", "describe.only(", "it.only("], instead);
    for call in ["test.skip(", "test.fixme(", "describe.skip(", "describe.fixme("] {
        for (at, _) in text.match_indices(call) {
            if !has_reason(&text[at + call.len()..]) {
                let line = text[..at].lines().count().max(1);
                found.add(
                    "nothing-switched-off",
                    line,
                    format!("`{call}…)`: skip on a condition and with a reason, `{call}condition, 'why')`"),
                );
            }
        }
    }
}

/// Whether the arguments are a condition and then a text. With a title as the first argument, the test would be switched off always.
fn has_reason(arguments: &str) -> bool {
    let statement = arguments.split(';').next().unwrap_or("").trim_start();
    let is_text = |text: &str| text.trim_start().starts_with(['\'', '"', '`']);
    !is_text(statement) && statement.match_indices(',').any(|(at, _)| is_text(&statement[at + 1..]))
}

fn too_long(text: &str, found: &mut Findings<'_>) {
    let lines = text.lines().count();
    let explained = text.lines().take(10).any(|line| line.contains("Why so long:"));
    if lines > LONGEST && !explained {
        found.add(
            "long-files-say-why",
            lines,
            format!("{lines} lines; split the file, or give the reason at its top after \"Why so long:\""),
        );
    }
}

fn vague_file_name(found: &mut Findings<'_>) {
    let name = found.path.rsplit('/').next().unwrap_or(found.path);
    let stem = name.split('.').next().unwrap_or(name);
    if VAGUE.contains(&stem) {
        found.add("named-by-the-domain", 1, format!("`{name}` is a vague name; name it after its content"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(path: &str, text: &str) -> Vec<&'static str> {
        check(path, text).into_iter().map(|broken| broken.rule).collect()
    }

    const NONE: [&str; 0] = [];

    #[test]
    fn sql_outside_domain() {
        let text = "let row = sqlx::query!(\"SELECT 1\");\n// sqlx::query is elsewhere";
        assert_eq!(broken("server/src/rest/doctors.rs", text), ["sql-only-in-domain"]);
        assert_eq!(broken("app/src/home/mod.rs", "query_as!(Row, \"\")"), ["sql-only-in-domain"]);
        assert_eq!(broken("domain/src/identity/store.rs", text), NONE);
        assert_eq!(broken("server/src/postgres/roles.rs", text), NONE);
        assert_eq!(broken("server/src/rest/doctors.rs", "let text = \"sqlx::query\";"), NONE);
    }

    #[test]
    fn style_attributes() {
        let rule = ["no-style-attributes"];
        assert_eq!(broken("app/kit/src/parts/card.rs", "view! { <p style=\"color: red\">x</p> }"), rule);
        assert_eq!(broken("app/src/home/mod.rs", "<p style:width=move || width.get()>"), rule);
        assert_eq!(broken("app/src/home/mod.rs", "p().style((\"width\", \"1px\"))"), rule);
        assert_eq!(broken("app/src/home/mod.rs", "let style = 1; fn f(style: u8) { style == 1; x_style=2 }"), NONE);
        assert_eq!(broken("app/src/home/mod.rs", "<style nonce=n>"), NONE);
    }

    #[test]
    fn views_that_come_and_go() {
        let text = "let choice = move || is_open.get().then(|| view! { <Form form/> });";
        assert_eq!(broken("app/visits/src/page.rs", text), ["views-in-regions"]);
        assert_eq!(broken("app/src/home/mod.rs", &text.replace("view!", "region(|| view!")), NONE);
        assert_eq!(broken("server/src/rest/doctors.rs", text), NONE);
    }

    #[test]
    fn the_environment_and_the_clock_in_domain() {
        assert_eq!(broken("domain/src/lib.rs", "let x = std::env::var_os(\"X\");"), ["no-environment-in-domain"]);
        assert_eq!(broken("domain/src/a/store.rs", "query!(\"SELECT now()\")"), ["clock-is-injected"]);
        assert_eq!(broken("domain/src/a/mod.rs", "let now = domain.clock().now();"), NONE);
        assert_eq!(broken("migrations/1.sql", "made timestamptz DEFAULT NOW()"), ["clock-is-injected"]);
        assert_eq!(broken("migrations/1.sql", "x date DEFAULT CURRENT_DATE"), ["clock-is-injected"]);
        assert_eq!(broken("migrations/1.sql", "made timestamptz NOT NULL -- never now()"), NONE);
    }

    #[test]
    fn areas_keep_to_themselves() {
        assert_eq!(broken("domain/src/identity/mod.rs", "pub mod store;"), ["store-is-private"]);
        assert_eq!(broken("domain/src/identity/mod.rs", "mod store;"), NONE);
        // Every area writes audit rows and events, through the transaction, which is in another module.
        assert_eq!(broken("domain/src/audit/mod.rs", "pub(crate) mod store;"), NONE);
        let calls = "use crate::{Domain, directory};";
        assert_eq!(broken("domain/src/identity/names.rs", calls), ["areas-know-earlier-areas"]);
        assert_eq!(broken("domain/src/directory/names.rs", calls), NONE);
    }

    #[test]
    fn queries_keep_to_the_tables_of_their_area() {
        assert_eq!(broken("domain/src/visits/store.rs", "query!(\"delete from reservations\")"), ["one-area-writes-a-table"]);
        assert_eq!(broken("domain/src/visits/store.rs", "// delete from reservations"), NONE);
    }

    #[test]
    fn what_is_switched_off() {
        let rule = ["nothing-switched-off"];
        assert_eq!(broken("relay/src/lib.rs", "#[ignore]\n#[test] fn x() {}"), rule);
        assert_eq!(broken("relay/src/lib.rs", "fn x() { todo!() }"), rule);
        assert_eq!(broken("end2end/tests/a.spec.ts", "test.only('x', async () => {});"), rule);
        assert_eq!(broken("end2end/tests/a.spec.ts", "test.skip('x', async () => {});"), rule);
        assert_eq!(broken("end2end/tests/a.spec.ts", "test.skip();"), rule);
        assert_eq!(broken("end2end/tests/a.spec.ts", "test.skip(!long, 'takes minutes; run with --long');"), NONE);
    }

    #[test]
    fn vague_names() {
        let rule = ["named-by-the-domain"];
        assert_eq!(broken("domain/src/lib.rs", "pub(crate) mod utils;"), rule);
        assert_eq!(broken("domain/src/helpers.rs", ""), rule);
        assert_eq!(broken("end2end/tests/common.ts", ""), rule);
        assert_eq!(broken("domain/src/lib.rs", "mod commons_licence;\npub mod managers_visit;"), NONE);
    }

    #[test]
    fn long_files() {
        let long = "x\n".repeat(801);
        assert_eq!(broken("style/base.css", &long), ["long-files-say-why"]);
        assert_eq!(broken("style/base.css", &format!("/* Why so long: one table. */\n{long}")), NONE);
        assert_eq!(broken("api/openapi.json", &long), NONE);
    }

    #[test]
    fn registry_hosts_in_a_lock_file() {
        let text = "{ \"resolved\": \"https://registry.example/x.tgz\" }";
        assert_eq!(broken("end2end/package-lock.json", text), ["lock-file-without-hosts"]);
    }
}
