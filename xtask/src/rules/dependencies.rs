//! Rules about which crate may depend on which (docs/ARCHITECTURE.md).

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

use super::Broken;
use crate::process::{Failure, Outcome};
use crate::workspace::Workspace;

/// The dependencies and features that a crate of this workspace declares.
#[derive(Debug, Clone, Default)]
pub(crate) struct Declared {
    name: String,
    dependencies: Vec<Dependency>,
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone)]
struct Dependency {
    name: String,
    optional: bool,
    only_for_tests: bool,
}

/// Which crates of this workspace a crate may depend on, and which others it must not.
struct Rule {
    name: &'static str,
    of: &'static str,
    may_know: &'static [&'static str],
    may_test_with: &'static [&'static str],
    /// Crate names; a name that ends in `*` stands for all names with that beginning.
    never: &'static [&'static str],
}

/// The crates that the pages of every area may depend on.
const AREA: &[&str] = &["catalogue", "domain", "kit", "model", "words"];

/// The rule of a crate with pages.
const fn pages(of: &'static str, may_know: &'static [&'static str]) -> Rule {
    Rule { name: "pages-know-what-is-listed", of, may_know, may_test_with: &["testing"], never: &["graphile_worker*", "sqlx*"] }
}

const RULES: &[Rule] = &[
    Rule {
        name: "model-knows-nobody",
        of: "model",
        may_know: &[],
        may_test_with: &[],
        never: &["axum*", "futures*", "getrandom", "hyper*", "leptos*", "reqwest", "rusqlite", "sqlx*", "tokio*", "tower*"],
    },
    Rule {
        name: "domain-knows-only-model",
        of: "domain",
        may_know: &["model"],
        may_test_with: &["testing"],
        never: &["axum*", "clap", "dotenv*", "figment", "http", "hyper*", "leptos*", "reqwest", "server_fn*", "tower*"],
    },
    Rule {
        name: "catalogue-knows-nobody-of-ours",
        of: "catalogue",
        may_know: &[],
        may_test_with: &[],
        never: &["leptos", "sqlx*"],
    },
    Rule {
        name: "words-know-only-model",
        of: "words",
        may_know: &["catalogue", "model"],
        may_test_with: &[],
        never: &["graphile_worker*", "sqlx*"],
    },
    pages("kit", &["domain", "model", "words"]),
    // One server function lists ratings, for a doctor and for the administrators.
    pages("admin", &["catalogue", "domain", "kit", "model", "scheduling", "words"]),
    pages("directory", AREA),
    pages("identity", AREA),
    pages("prescriptions", AREA),
    pages("scheduling", AREA),
    // A summary shows the prescriptions of the visit.
    pages("records", &["catalogue", "domain", "kit", "model", "prescriptions", "words"]),
    // The doctor reads and writes the record during the visit.
    pages("visits", &["catalogue", "domain", "kit", "model", "records", "words"]),
    pages(
        "app",
        &["admin", "directory", "identity", "kit", "model", "prescriptions", "records", "scheduling", "visits", "words"],
    ),
    Rule {
        name: "frontend-knows-only-app",
        of: "frontend",
        may_know: &["app"],
        may_test_with: &[],
        never: &["axum*", "hyper*", "rustls*", "sqlx*", "tokio*"],
    },
    Rule {
        name: "relay-knows-nobody-of-ours",
        of: "relay",
        may_know: &[],
        may_test_with: &[],
        never: &["axum*", "leptos*", "sqlx*"],
    },
    Rule {
        name: "server-knows-all-but-the-tools",
        of: "server",
        may_know: &["admin", "app", "domain", "identity", "kit", "model", "relay", "words"],
        may_test_with: &["testing"],
        never: &[],
    },
    Rule {
        name: "testing-knows-domain-and-model",
        of: "testing",
        may_know: &["domain", "model"],
        may_test_with: &["schedules"],
        never: &["axum*", "leptos*"],
    },
    // It is compiled for the browser too.
    Rule {
        name: "schedules-know-only-model",
        of: "schedules",
        may_know: &["model"],
        may_test_with: &[],
        never: &["axum*", "getrandom", "leptos*", "sqlx*", "tokio*", "wasm-bindgen*"],
    },
    Rule { name: "xtask-knows-nobody-of-ours", of: "xtask", may_know: &[], may_test_with: &[], never: &["sqlx*"] },
];

/// No crate may bring a C library for TLS or cryptography: the project uses ring and rustls.
const NEVER_ANYWHERE: &[&str] = &["aws-lc*", "native-tls", "openssl*"];

/// Crates that must not reach the browser, directly or indirectly.
const NEVER_IN_THE_BROWSER: &[&str] = &[
    "axum*",
    "domain",
    "graphile_worker*",
    "hyper*",
    "mio",
    "native-tls",
    "openssl*",
    "relay",
    "ring",
    "rustls*",
    "server",
    "socket2",
    "sqlx*",
    "testing",
];

/// Reads what the crates of this workspace declare.
pub(crate) fn declared(workspace: &Workspace) -> Outcome<Vec<Declared>> {
    let metadata = MetadataCommand::new()
        .no_deps()
        .current_dir(&workspace.root)
        .exec()
        .map_err(|error| Failure::because(format!("cargo metadata: {error}")))?;
    let declared = metadata.workspace_packages().into_iter().map(|package| Declared {
        name: package.name.to_string(),
        dependencies: package
            .dependencies
            .iter()
            .map(|dependency| Dependency {
                name: dependency.name.clone(),
                optional: dependency.optional,
                only_for_tests: dependency.kind == DependencyKind::Development,
            })
            .collect(),
        features: package.features.clone(),
    });
    Ok(declared.collect())
}

/// Checks every rule against the declarations.
pub(crate) fn check(crates: &[Declared]) -> Vec<Broken> {
    let ours: BTreeSet<&str> = crates.iter().map(|one| one.name.as_str()).collect();
    crates.iter().flat_map(|one| check_one(one, &ours)).collect()
}

fn check_one(declared: &Declared, ours: &BTreeSet<&str>) -> Vec<Broken> {
    let broken = |rule, what: String| Broken { rule, place: format!("crate {}", declared.name), what };
    let Some(rule) = RULES.iter().find(|rule| rule.of == declared.name) else {
        let what = "has no rule about the crates that it may depend on; add one in xtask/src/rules/dependencies.rs".to_owned();
        return vec![broken("every-crate-has-its-rule", what)];
    };
    let mut found = Vec::new();
    for dependency in &declared.dependencies {
        let name = dependency.name.as_str();
        let for_tests = dependency.only_for_tests && rule.may_test_with.contains(&name);
        if ours.contains(name) && !rule.may_know.contains(&name) && !for_tests {
            found.push(broken(rule.name, format!("must not depend on {name}")));
        }
        if matches(rule.never, name) && !dependency.only_for_tests {
            found.push(broken(rule.name, format!("must not use {name}")));
        }
        if matches(NEVER_ANYWHERE, name) {
            found.push(broken("ring-and-rustls-only", format!("depends on {name}; use ring and rustls")));
        }
    }
    if rule.name == "pages-know-what-is-listed" {
        found.extend(domain_outside_ssr(declared).map(|what| broken(rule.name, what)));
    }
    found
}

/// How a crate with pages could depend on `domain` without the feature `ssr`, if it can.
fn domain_outside_ssr(pages: &Declared) -> Option<String> {
    let dependency = pages.dependencies.iter().find(|dependency| dependency.name == "domain" && !dependency.only_for_tests)?;
    if !dependency.optional {
        return Some("always depends on domain; make the dependency optional and enable it only by the feature `ssr`".to_owned());
    }
    let brings =
        |list: &Vec<String>| list.iter().any(|item| item == "dep:domain" || item == "domain" || item.starts_with("domain/"));
    let feature = pages.features.iter().find(|(name, list)| name.as_str() != "ssr" && brings(list))?.0;
    Some(format!("depends on domain through the feature `{feature}`; only `ssr` may enable it"))
}

/// Checks the output of `cargo tree` for the browser, with lines of the form `name vVERSION …|features`.
pub(crate) fn check_browser_tree(tree: &str) -> Vec<Broken> {
    let mut found = BTreeSet::new();
    for line in tree.lines() {
        let (package, features) = line.split_once('|').unwrap_or((line, ""));
        let name = package.split(' ').next().unwrap_or(package);
        if matches(NEVER_IN_THE_BROWSER, name) {
            found.insert(format!(
                "{name} reached the browser; `cargo tree -p frontend --target wasm32-unknown-unknown -i {name}` says how"
            ));
        }
        if name == "tokio" && features.split(',').any(|feature| matches!(feature, "net" | "full")) {
            found.insert("tokio's network reached the browser".to_owned());
        }
    }
    let broken = |what| Broken { rule: "no-server-in-the-browser", place: "crate frontend".to_owned(), what };
    found.into_iter().map(broken).collect()
}

fn matches(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => *pattern == name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parses `name: a b? c!`, where `?` means optional and `!` only for tests.
    fn declare(line: &str) -> Declared {
        let (name, dependencies) = line.split_once(':').unwrap();
        let dependency = |word: &str| Dependency {
            name: word.trim_end_matches(['?', '!']).to_owned(),
            optional: word.ends_with('?'),
            only_for_tests: word.ends_with('!'),
        };
        let dependencies = dependencies.split_whitespace().map(dependency).collect();
        Declared { name: name.to_owned(), dependencies, features: BTreeMap::new() }
    }

    fn broken_rules(lines: &[&str]) -> Vec<&'static str> {
        let crates: Vec<_> = lines.iter().map(|line| declare(line)).collect();
        check(&crates).into_iter().map(|broken| broken.rule).collect()
    }

    #[test]
    fn the_house_as_designed_breaks_nothing() {
        let house = [
            "model: serde",
            "domain: model sqlx testing!",
            "catalogue: leptos_i18n_codegen",
            "words: model catalogue leptos_i18n",
            "kit: model words domain? leptos axum?",
            "prescriptions: kit words model domain? catalogue",
            "records: kit words model domain? prescriptions catalogue",
            "app: kit records prescriptions leptos",
            "frontend: app leptos",
            "relay: turn tokio",
            "server: app kit words domain model relay axum testing!",
            "testing: domain model sqlx schedules!",
            "schedules: model jiff",
            "xtask: rustix",
        ];
        assert_eq!(broken_rules(&house), [""; 0]);
    }

    #[test]
    fn each_rule_names_itself_when_broken() {
        assert_eq!(broken_rules(&["domain:", "model: domain"]), ["model-knows-nobody"]);
        assert_eq!(broken_rules(&["model: tokio"]), ["model-knows-nobody"]);
        assert_eq!(broken_rules(&["domain: axum"]), ["domain-knows-only-model"]);
        assert_eq!(broken_rules(&["app: model", "domain: app!"]), ["domain-knows-only-model"]);
        let pages = "pages-know-what-is-listed";
        assert_eq!(broken_rules(&["domain: model", "kit: domain"]), [pages]);
        assert_eq!(broken_rules(&["domain: model", "scheduling: domain"]), [pages]);
        assert_eq!(broken_rules(&["app: sqlx?"]), [pages]);
        assert_eq!(broken_rules(&["records:", "prescriptions: records"]), [pages]);
        assert_eq!(broken_rules(&["scheduling:", "kit: scheduling"]), [pages]);
        assert_eq!(broken_rules(&["kit:", "words: kit"]), ["words-know-only-model"]);
        assert_eq!(broken_rules(&["words:", "catalogue: words"]), ["catalogue-knows-nobody-of-ours"]);
        assert_eq!(broken_rules(&["model:", "frontend: model"]), ["frontend-knows-only-app"]);
        assert_eq!(broken_rules(&["model:", "relay: model"]), ["relay-knows-nobody-of-ours"]);
        assert_eq!(broken_rules(&["xtask:", "server: xtask"]), ["server-knows-all-but-the-tools"]);
        assert_eq!(broken_rules(&["server:", "testing: server"]), ["testing-knows-domain-and-model"]);
        assert_eq!(broken_rules(&["testing:", "schedules: testing"]), ["schedules-know-only-model"]);
        assert_eq!(broken_rules(&["model:", "xtask: model"]), ["xtask-knows-nobody-of-ours"]);
        assert_eq!(broken_rules(&["server: aws-lc-rs"]), ["ring-and-rustls-only"]);
        assert_eq!(broken_rules(&["newcomer: serde"]), ["every-crate-has-its-rule"]);
    }

    #[test]
    fn domain_under_another_feature_than_ssr_is_found() {
        let mut kit = declare("kit: domain?");
        kit.features.insert("ssr".into(), vec!["dep:domain".into()]);
        assert_eq!(check(&[kit.clone()]), []);
        kit.features.insert("hydrate".into(), vec!["dep:domain".into()]);
        assert!(check(&[kit])[0].what.contains("`hydrate`"));
    }

    #[test]
    fn a_server_crate_in_the_browser_is_found() {
        assert_eq!(check_browser_tree("leptos v0.8.23|hydrate\ntokio v1.54.0|sync,rt"), []);
        let found = check_browser_tree("sqlx-core v0.9.0|\ntokio v1.54.0|net,rt\nrustls v0.23.1 (*)|");
        assert_eq!(found.iter().filter(|broken| broken.rule == "no-server-in-the-browser").count(), 3);
    }
}
