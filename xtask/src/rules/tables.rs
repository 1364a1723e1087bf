//! The rule that only its owner writes a table, and that other areas read the views and SQL functions that the owner publishes (ADR 18).
//!
//! The areas are the top-level modules of `domain/src`.

use super::Broken;
use super::owners::{ACROSS, OWNERS, Owner};
use super::queries::{Deed, mentions, words};
use super::scan::Scan;

/// The folders that may contain SQL.
const WITH_SQL: &[&str] = &["domain/src/", "testing/src/", "server/src/postgres/"];

/// The first words of SQL statements. Other texts may contain "from" as an English word.
const STATEMENTS: &[&str] = &["select", "insert", "update", "delete", "with", "copy", "truncate", "lock", "merge"];

/// What a name refers to.
enum Relation {
    Table(&'static Owner),
    View(&'static Owner),
    Unknown,
}

/// Checks the queries of one file.
pub(super) fn check(path: &str, scan: &Scan) -> Vec<Broken> {
    let across = ACROSS.iter().any(|(folder, _)| path.starts_with(folder));
    if across || !path.ends_with(".rs") || !WITH_SQL.iter().any(|folder| path.starts_with(folder)) {
        return Vec::new();
    }
    let temporary = temporary_tables(scan);
    let mut broken = Vec::new();
    for (line, literal) in &scan.literals {
        let sql = unescaped(literal);
        let is_statement = sql.split_whitespace().next().is_some_and(|word| STATEMENTS.contains(&&*word.to_lowercase()));
        for mention in mentions(&sql) {
            if temporary.contains(&mention.name) {
                continue;
            }
            if let Some((rule, what)) = judge(area_of(path), &mention.name, mention.deed, is_statement) {
                broken.push(Broken { rule, place: format!("{path}:{}", line + mention.line), what });
            }
        }
    }
    broken
}

fn judge(area: &str, name: &str, deed: Deed, is_statement: bool) -> Option<(&'static str, String)> {
    match (relation(name), deed) {
        (Relation::Table(owner) | Relation::View(owner), _) if owner.area == area => None,
        (Relation::View(_), Deed::Reads) => None,
        (Relation::Table(owner), Deed::Reads) => Some(("foreign-tables-through-views", {
            let Owner { area: owner, views, .. } = owner;
            let views = if views.is_empty() { "none yet".to_owned() } else { views.join(", ") };
            format!("{area} reads `{name}`, a table of {owner}; read a view of {owner} ({views}) or publish one in a migration")
        })),
        (Relation::Table(owner) | Relation::View(owner), Deed::Writes | Deed::Locks) => Some(("one-area-writes-a-table", {
            let (verb, owner) = (if deed == Deed::Writes { "writes" } else { "locks" }, owner.area);
            format!("{area} {verb} `{name}`, which {owner} owns; call a function of {owner} in the same transaction")
        })),
        (Relation::Unknown, _) if name == "{" => Some(("tables-have-owners", {
            "the name of a table is put together at run time, so nobody can see whose it is; write it out".to_owned()
        })),
        (Relation::Unknown, _) if is_statement && !is_of_the_system(name) => {
            Some(("tables-have-owners", { format!("`{name}` has no owner; add it in xtask/src/rules/owners.rs") }))
        }
        (Relation::Unknown, _) => None,
    }
}

fn relation(name: &str) -> Relation {
    let of = |choose: fn(&Owner) -> &[&str]| OWNERS.iter().find(|owner| choose(owner).contains(&name));
    match (of(|owner| owner.tables), of(|owner| owner.views)) {
        (Some(owner), _) => Relation::Table(owner),
        (None, Some(owner)) => Relation::View(owner),
        (None, None) => Relation::Unknown,
    }
}

/// Whether it is a table of Postgres, of the migrator, or of the job queue, which has its own schema.
fn is_of_the_system(name: &str) -> bool {
    name.starts_with("pg_") || name.contains('.') || name == "_sqlx_migrations"
}

/// The area of a file: `visits` for `domain/src/visits/store.rs`.
fn area_of(path: &str) -> &str {
    let path = path.strip_prefix("domain/src/").unwrap_or(path);
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The temporary tables that the file creates.
fn temporary_tables(scan: &Scan) -> Vec<String> {
    let mut found = Vec::new();
    for (_, literal) in &scan.literals {
        let words = words(&unescaped(literal));
        for window in words.windows(4) {
            if window[0] == "create" && matches!(&*window[1], "temporary" | "temp") {
                found.push(window[3].clone());
            }
        }
    }
    found
}

/// The content of a literal; its line breaks are kept.
fn unescaped(literal: &str) -> String {
    let literal = literal.trim_start_matches(['b', 'c', 'r', '#']).trim_end_matches('#');
    let inner = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(literal);
    inner.replace("\\\"", "\"").replace("\\n", " ").replace("\\\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(path: &str, sql: &str) -> Vec<String> {
        let source = format!("fn f() {{\n    query!(\n        \"{sql}\"\n    );\n}}\n");
        check(path, &Scan::of(&source)).into_iter().map(|broken| broken.to_string()).collect()
    }

    const NONE: [&str; 0] = [];

    #[test]
    fn an_area_that_writes_a_foreign_table() {
        let found = broken("domain/src/visits/store.rs", "update appointments set state = $1");
        let text = "domain/src/visits/store.rs:3: visits writes `appointments`, which scheduling owns; call a function of scheduling in the same transaction [one-area-writes-a-table]";
        assert_eq!(found, [text]);
        for sql in ["delete from reservations", "insert into users (id) values ($1)", "truncate notes", "copy notes from stdin"] {
            let found = broken("domain/src/visits/store.rs", sql);
            assert!(found.len() == 1 && found[0].ends_with("[one-area-writes-a-table]"), "{sql}: {found:?}");
        }
        assert_eq!(broken("domain/src/scheduling/store/cards.rs", "update appointments set state = $1"), NONE);
    }

    #[test]
    fn an_area_that_locks_a_foreign_table() {
        let found = broken("domain/src/records/subjects.rs", "select id from patients where id = $1 for update");
        assert!(found[0].contains("records locks `patients`, which directory owns"), "{found:?}");
        let own = "select n.id from notes n join visit_course v on true for update of n";
        assert_eq!(broken("domain/src/records/subjects.rs", own), NONE);
        // Without OF, the rows of the view are locked too.
        assert_eq!(broken("domain/src/records/subjects.rs", &own.replace(" of n", "")).len(), 1);
    }

    #[test]
    fn an_area_that_reads_a_foreign_table() {
        let found = broken("domain/src/chat/store.rs", "select 1\n         from threads t\n         join encounters e on true");
        assert!(found[0].starts_with("domain/src/chat/store.rs:5: chat reads `encounters`, a table of visits"), "{found:?}");
        assert!(
            found[0].contains("(visit_course, doctor_rating)") && found[0].ends_with("[foreign-tables-through-views]"),
            "{found:?}"
        );
        assert_eq!(broken("domain/src/chat/store.rs", "select exists (select from doctors) as \\\"is!\\\"").len(), 1);
        assert_eq!(broken("domain/src/chat/store.rs", "and exists (select from users u where u.id = t.by)").len(), 1);
        assert_eq!(broken("domain/src/chat/store.rs", "select 1 from threads join visit_course on true"), NONE);
        assert_eq!(broken("domain/src/outbox.rs", "select kind from outbox_events"), NONE);
    }

    #[test]
    fn views_are_for_reading() {
        let found = broken("domain/src/chat/store.rs", "update visit_course set ended_at = $1");
        assert!(found[0].ends_with("[one-area-writes-a-table]"), "{found:?}");
    }

    #[test]
    fn a_table_that_nobody_owns() {
        let found = broken("domain/src/chat/store.rs", "select 1 from emoji");
        assert!(found[0].ends_with("[tables-have-owners]"), "{found:?}");
        assert!(broken("domain/src/chat/store.rs", "select 1 from {table}")[0].contains("run time"));
        assert_eq!(broken("domain/src/chat/store.rs", "a letter from emoji"), NONE);
        assert_eq!(broken("domain/src/chat/store.rs", "select 1 from pg_stat_activity, unnest($1)"), NONE);
        let own = "query(\"create temporary table emoji (x text)\"); query(\"select x from emoji\");";
        assert_eq!(check("domain/src/chat/store.rs", &Scan::of(own)), []);
    }

    #[test]
    fn what_works_across_areas_is_named() {
        for path in ["domain/src/demo/story.rs", "domain/src/backup.rs", "testing/src/people.rs"] {
            assert_eq!(broken(path, "delete from users"), NONE);
        }
        assert_eq!(broken("server/src/postgres/roles.rs", "delete from users").len(), 1);
        assert!(ACROSS.iter().all(|(_, reason)| reason.len() > 20));
    }
}
