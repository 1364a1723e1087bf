//! Rules about migrations: each table has an owner, and what an area publishes for others has a contract (ADR 18).

use super::Broken;
use super::owners::{OWNERS, Owner};
use super::queries::{mentions, statements, words};
use std::collections::BTreeMap;

/// Endings of the names of columns that no view may contain: encrypted text, hashes, keys.
const SECRET: &[&str] = &["cipher", "hash", "wrapped", "mac"];

/// The schema after all migrations.
#[derive(Debug, Default)]
struct Schema {
    /// The tables by name, with the place of their definition; the views and functions likewise.
    tables: BTreeMap<String, String>,
    views: BTreeMap<String, Definition>,
    functions: BTreeMap<String, Definition>,
    /// The comments, by the object that they belong to, such as `view account`.
    comments: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Definition {
    place: String,
    text: String,
}

/// Checks all migrations, in order.
pub(super) fn check(files: &[(String, String)]) -> Vec<Broken> {
    let schema = Schema::of(files);
    let mut broken = Vec::new();
    for (name, place) in &schema.tables {
        if !OWNERS.iter().any(|owner| owner.tables.contains(&&**name)) {
            let what = format!("the table `{name}` has no owner; add it in xtask/src/rules/owners.rs to the area that writes it");
            broken.push(Broken { rule: "tables-have-owners", place: place.clone(), what });
        }
    }
    for (name, view) in &schema.views {
        let owner = OWNERS.iter().find(|owner| owner.views.contains(&&**name));
        broken.extend(published(&schema, "view", name, view, owner));
        broken.extend(readable(name, view));
    }
    for (name, function) in &schema.functions {
        let owner = OWNERS.iter().find(|owner| owner.functions.contains(&&**name));
        // Trigger functions, and functions that only their own area calls, are not published.
        if owner.is_some() {
            broken.extend(published(&schema, "function", name, function, owner));
        }
    }
    broken.extend(schema.vanished());
    broken
}

/// Checks that the comment of a published object names its owner, and that the object uses no table of another area.
fn published(schema: &Schema, kind: &str, name: &str, definition: &Definition, owner: Option<&Owner>) -> Vec<Broken> {
    let rule = "published-with-a-contract";
    let broken = |what: String| Broken { rule, place: definition.place.clone(), what };
    let Some(owner) = owner else {
        return vec![broken(format!(
            "the {kind} `{name}` has no owner; add it in xtask/src/rules/owners.rs to the area that publishes it"
        ))];
    };
    let mut found = Vec::new();
    let area = owner.area;
    if !schema.comments.get(&format!("{kind} {name}")).is_some_and(|text| text.contains(&format!("'Published by {area}. "))) {
        found.push(broken(format!("`{name}` has no contract; add `comment on {kind} {name} is 'Published by {area}. …'`")));
    }
    let is_foreign = |table: &str| OWNERS.iter().any(|other| other.area != area && other.tables.contains(&table));
    for mention in mentions(&definition.text).into_iter().filter(|mention| is_foreign(&mention.name)) {
        found.push(broken(format!("`{name}` of {area} uses the table `{}` of another area; use a view", mention.name)));
    }
    found
}

/// Checks that a view runs with the caller's rights and contains no secrets.
fn readable(name: &str, view: &Definition) -> Vec<Broken> {
    let broken = |what: String| Broken { rule: "published-with-a-contract", place: view.place.clone(), what };
    let words = words(&view.text);
    let mut found = Vec::new();
    if !words.iter().any(|word| word == "security_invoker") {
        found.push(broken(format!("`{name}` runs with the rights of its owner; create it `with (security_invoker = true)`")));
    }
    let column = |word: &String| word.rsplit('.').next().and_then(|word| word.rsplit('_').next()).map(str::to_owned);
    for word in words.iter().filter(|word| column(word).is_some_and(|ending| SECRET.contains(&&*ending))) {
        found.push(broken(format!("`{name}` shows `{word}`; encrypted text, hashes and keys stay in their area")));
    }
    found
}

impl Schema {
    fn of(files: &[(String, String)]) -> Self {
        let mut schema = Self::default();
        for (path, text) in files {
            for (line, statement) in statements(text) {
                let place = format!("{path}:{}", line + 1);
                schema.apply(statement, place);
            }
        }
        schema
    }

    fn apply(&mut self, statement: &str, place: String) {
        let words = words(statement);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let definition = |place| Definition { place, text: statement.to_owned() };
        match words.as_slice() {
            ["create", "table", name, ..] | ["create", "unlogged", "table", name, ..] => {
                self.tables.insert((*name).to_owned(), place);
            }
            ["drop", "table", name, ..] => {
                self.tables.remove(*name);
            }
            ["alter", "table", old, "rename", "to", new, ..] => {
                self.tables.remove(*old);
                self.tables.insert((*new).to_owned(), place);
            }
            ["create", "view", name, ..] | ["create", "or", "replace", "view", name, ..] => {
                self.views.insert((*name).to_owned(), definition(place));
            }
            ["drop", "view", name, ..] => {
                self.views.remove(*name);
            }
            ["create", "function", name, ..] | ["create", "or", "replace", "function", name, ..] => {
                self.functions.insert((*name).to_owned(), definition(place));
            }
            ["drop", "function", name, ..] => {
                self.functions.remove(*name);
            }
            ["comment", "on", kind @ ("view" | "function"), name, ..] => {
                self.comments.insert(format!("{kind} {name}"), statement.to_owned());
            }
            _ => {}
        }
    }

    /// Entries of `OWNERS` that no migration creates.
    fn vanished(&self) -> Vec<Broken> {
        let gone = |kind: &str, name: &str| Broken {
            rule: "tables-have-owners",
            place: "xtask/src/rules/owners.rs".to_owned(),
            what: format!("no migration creates the {kind} `{name}`; remove it from `OWNERS`"),
        };
        let mut found = Vec::new();
        for owner in OWNERS {
            found.extend(owner.tables.iter().filter(|name| !self.tables.contains_key(**name)).map(|name| gone("table", name)));
            found.extend(owner.views.iter().filter(|name| !self.views.contains_key(**name)).map(|name| gone("view", name)));
            found.extend(
                owner.functions.iter().filter(|name| !self.functions.contains_key(**name)).map(|name| gone("function", name)),
            );
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The broken rules, except those about tables that are missing in this small schema.
    fn broken(sql: &str) -> Vec<String> {
        let found = check(&[("migrations/1.sql".to_owned(), sql.to_owned())]);
        found.iter().filter(|broken| broken.place.starts_with("migrations/")).map(Broken::to_string).collect()
    }

    const NONE: [&str; 0] = [];

    fn view(name: &str, rest: &str, owner: &str) -> String {
        format!("create view {name} {rest};\ncomment on view {name} is 'Published by {owner}. What a row is.';")
    }

    #[test]
    fn a_table_without_an_owner() {
        let found = broken("-- Why.\n\ncreate table emoji (id uuid);");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("migrations/1.sql:3: the table `emoji` has no owner"), "{found:?}");
        assert_eq!(broken("create table users (id uuid);"), NONE);
        assert_eq!(broken("create table emoji (id uuid);\nalter table emoji rename to notes;"), NONE);
        assert_eq!(broken("create table emoji (id uuid);\ndrop table emoji;"), NONE);
    }

    #[test]
    fn a_view_keeps_its_contract() {
        let invoker = "with (security_invoker = true) as select id from encounters";
        assert_eq!(broken(&view("visit_course", invoker, "visits")), NONE);
        let without_comment = format!("create view visit_course {invoker};");
        assert!(broken(&without_comment)[0].contains("has no contract"));
        assert!(broken(&view("visit_course", invoker, "chat"))[0].contains("has no contract"));
        assert!(broken(&view("visit_course", "as select id from encounters", "visits"))[0].contains("rights of its owner"));
        assert!(broken(&view("emoji", invoker, "visits"))[0].contains("has no owner"));
    }

    #[test]
    fn a_view_of_foreign_tables() {
        let foreign = "with (security_invoker = true) as select 1 from encounters e join appointments a on true";
        assert!(broken(&view("visit_course", foreign, "visits"))[0].contains("the table `appointments` of another area"));
        assert_eq!(broken(&view("visit_course", &foreign.replace("appointments", "appointment_plan"), "visits")), NONE);
        let function = "create function treats(a uuid) returns boolean language sql as $$ select true from users $$;\n\
                        comment on function treats is 'Published by scheduling. A row.';";
        assert!(broken(function)[0].contains("the table `users` of another area"));
        assert_eq!(broken(&function.replace("from users", "from appointments")), NONE);
    }

    #[test]
    fn a_view_that_shows_a_secret() {
        for column in ["a.reason_cipher", "hash", "token_hash", "wrapped", "a.mac"] {
            let shown = format!("with (security_invoker = true) as select a.id, {column} from encounters a");
            assert!(broken(&view("visit_course", &shown, "visits"))[0].contains("stay in their area"), "{column}");
        }
    }

    #[test]
    fn an_entry_of_the_map_that_is_gone() {
        let found = check(&[]);
        assert!(found.iter().any(|broken| broken.what.contains("no migration creates the table `users`")));
    }
}
