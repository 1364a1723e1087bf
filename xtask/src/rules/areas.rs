//! The rule about which modules of `domain` may call which: an area calls only areas that stand before it (docs/design.md §1), so no two areas call each
//! other; the foundations, and what delivers the events of all areas, call no area.

/// The business areas; each may call those before it. `notices`, which puts their events together, stands after all.
pub(super) const AREAS: &[&str] = &[
    "identity",
    "directory",
    "scheduling",
    "visits",
    "chat",
    "prescriptions",
    "records",
    "labs",
    "pharmacy",
    "billing",
    "analytics",
    "notices",
];

/// The modules below all areas.
const FOUNDATIONS: &[&str] = &["access", "attempts", "audit", "db", "document", "files", "hasher", "vault"];

/// The modules that deliver what the events of all areas tell people.
const DELIVERY: &[&str] = &["copies", "live", "notifications", "outbox"];

/// Finds the areas that a module of `domain` names but must not know: the line, the rule, and what is wrong.
pub(super) fn check(path: &str, code: &str) -> Vec<(usize, &'static str, String)> {
    let module = path.strip_prefix("domain/src/").and_then(|path| path.split(['/', '.']).next());
    let Some(module) = module else { return Vec::new() };
    // The tests of a module may use anything.
    let until_tests = code.split("#[cfg(test)]").next().unwrap_or(code);
    let broken = |(line, named)| judge(module, named).map(|(rule, what)| (line, rule, what));
    modules_named(until_tests).into_iter().filter_map(broken).collect()
}

fn judge(module: &str, named: &str) -> Option<(&'static str, String)> {
    let position = |module: &str| AREAS.iter().position(|area| *area == module);
    if FOUNDATIONS.contains(&module) && (position(named).is_some() || DELIVERY.contains(&named)) {
        let what = format!("depends on {named}; a foundation defines a trait instead, which the area implements");
        return Some(("foundations-know-no-area", what));
    }
    let of_named = position(named)?;
    if DELIVERY.contains(&module) {
        let what = format!("depends on {named}; what an event tells people is decided in the area's notices.rs");
        return Some(("delivery-knows-no-area", what));
    }
    if position(module)? < of_named {
        let what =
            format!("{module} calls {named}, which stands after it; move the use case to {named}, or answer an event there");
        return Some(("areas-know-earlier-areas", what));
    }
    None
}

/// The modules that follow `crate::`, alone or in a list in braces, with their lines.
fn modules_named(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, start) in code.match_indices("crate::") {
        let after = at + start.len();
        match code[after..].strip_prefix('{') {
            Some(list) => found.extend(items_of(list).into_iter().map(|item| word_at(code, after + 1 + item))),
            None => found.push(word_at(code, after)),
        }
    }
    found
}

/// Where the items of a list begin, up to the brace that closes it.
fn items_of(list: &str) -> Vec<usize> {
    let mut begin = vec![0];
    let mut depth = 0_usize;
    for (at, char) in list.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begin.push(at + 1),
            _ => {}
        }
    }
    begin
}

/// The first word from a position on, and its line.
fn word_at(code: &str, from: usize) -> (usize, &str) {
    let rest = code[from..].trim_start();
    let line = code[..code.len() - rest.len()].matches('\n').count() + 1;
    let end = rest.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(rest.len());
    (line, &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [(usize, &str); 0] = [];

    fn broken(path: &str, code: &str) -> Vec<(usize, &'static str)> {
        check(path, code).into_iter().map(|(line, rule, _)| (line, rule)).collect()
    }

    #[test]
    fn an_area_calls_only_areas_before_it() {
        let list = "use crate::{\n    Domain,\n    access::{Access, actions::Write},\n    directory,\n};";
        assert_eq!(broken("domain/src/identity/names.rs", list), [(4, "areas-know-earlier-areas")]);
        assert_eq!(broken("domain/src/directory/names.rs", list), NONE);
        assert_eq!(broken("domain/src/records/subjects.rs", list), NONE);
        assert_eq!(broken("domain/src/demo/mod.rs", list), NONE);
        assert_eq!(broken("testing/src/people.rs", list), NONE);
        let path = "fn f() {\n    crate::visits::end()\n}";
        assert_eq!(broken("domain/src/scheduling/cancel.rs", path), [(2, "areas-know-earlier-areas")]);
        assert_eq!(broken("domain/src/chat/send.rs", path), NONE);
        assert_eq!(broken("domain/src/scheduling/cancel.rs", "use model::{\n    visits::Side,\n};"), NONE);
        assert_eq!(broken("domain/src/scheduling/cancel.rs", "use crate::{Result, notices};"), [(1, "areas-know-earlier-areas")]);
    }

    #[test]
    fn what_delivers_events_knows_no_area() {
        let rule = "delivery-knows-no-area";
        assert_eq!(broken("domain/src/notifications/mail.rs", "use crate::{Result, identity::links};"), [(1, rule)]);
        assert_eq!(broken("domain/src/outbox/store.rs", "crate::visits::participants(connection, id)"), [(1, rule)]);
        assert_eq!(broken("domain/src/live/mod.rs", "use crate::notices::Mail;"), [(1, rule)]);
        assert_eq!(broken("domain/src/notifications/dispatch.rs", "use crate::{Result, live, outbox};"), NONE);
        assert_eq!(broken("domain/src/visits/notices.rs", "use crate::{Result, notifications::Notices};"), NONE);
    }

    #[test]
    fn a_foundation_calls_no_area() {
        let rule = "foundations-know-no-area";
        assert_eq!(broken("domain/src/audit/seal.rs", "use crate::visits::Visit;"), [(1, rule)]);
        assert_eq!(broken("domain/src/vault/mod.rs", "use crate::{Result, visits::Visit};"), [(1, rule)]);
        assert_eq!(broken("domain/src/vault/mod.rs", "use crate::notifications::Notices;"), [(1, rule)]);
        assert_eq!(broken("domain/src/db/mod.rs", "use crate::{Error, identity::Session};"), [(1, rule)]);
        assert_eq!(broken("domain/src/audit/seal.rs", "#[cfg(test)]\nmod tests { use crate::visits::Visit; }"), NONE);
    }
}
