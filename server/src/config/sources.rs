//! The sources of a configuration: a file, overridden by the environment, overridden by the command line.

use super::{
    faults::Fault,
    section::{SectionAbout, origin_of},
};
use figment::{
    Figment, Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};
use std::path::PathBuf;

const PREFIX: &str = "BEDSIDE_";
const DEFAULT_FILE: &str = "bedside.toml";

/// Variables that are in common use, with the key that each sets. The `BEDSIDE_…` variable of the key takes precedence.
const WELL_KNOWN: [(&str, &str); 2] = [("DATABASE_URL", "database.url"), ("REDIS_URL", "redis.url")];

/// Variables with our prefix that are not keys: the path of the file, variables of tests and CI, and those that Kubernetes sets in every
/// container when there is a service called `bedside`.
const NOT_KEYS: [&str; 5] = ["BEDSIDE_CONFIG", "BEDSIDE_TEST_", "BEDSIDE_CI_", "BEDSIDE_SERVICE_", "BEDSIDE_PORT"];

/// The sources of a configuration. Tests build them by hand; a process uses [`Sources::of_this_process`].
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file, which must exist; none to read no file.
    pub file: Option<PathBuf>,
    /// The environment variables.
    pub environment: Vec<(String, String)>,
    /// Keys given on the command line, such as `("listen", "127.0.0.1:4000")`.
    pub command_line: Vec<(String, String)>,
}

impl Sources {
    /// The environment of this process, and the file: the given one, else the one in `BEDSIDE_CONFIG`, else `bedside.toml` in the working
    /// directory if it exists.
    #[must_use]
    pub fn of_this_process(config_file: Option<PathBuf>) -> Self {
        let environment: Vec<(String, String)> = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect();
        let named = || {
            let value = environment.iter().find(|(name, _)| name == "BEDSIDE_CONFIG").map(|(_, value)| value);
            value.filter(|value| !value.is_empty()).map(PathBuf::from)
        };
        let at_hand = || Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.exists());
        let file = config_file.or_else(named).or_else(at_hand);
        Self { file, environment, command_line: Vec::new() }
    }

    /// The same sources with an additional key from the command line.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.command_line.push((key.to_owned(), value.into()));
        self
    }

    /// Merges all sources, later ones overriding earlier ones. Returns the faults of the file too.
    pub(super) fn merge(&self) -> (Figment, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut merged = Figment::new();
        if let Some(file) = &self.file {
            match read_file(file) {
                Ok(dict) => merged = merged.merge(Layer { origin: file.display().to_string(), dict }),
                Err(fault) => faults.push(fault),
            }
        }
        for (name, key) in WELL_KNOWN {
            if let Some((_, value)) = self.environment.iter().find(|(known, _)| known == name) {
                merged = merged.merge(Layer::of_one(name, key, value));
            }
        }
        for (name, value) in &self.environment {
            if let Some(key) = key_of_variable(name) {
                merged = merged.merge(Layer::of_one(name, &key, value));
            }
        }
        for (key, value) in &self.command_line {
            merged = merged.merge(Layer::of_one("the command line", key, value));
        }
        (merged, faults)
    }
}

/// The key that a variable sets: `BEDSIDE_RELAY__PORT_MIN` sets `relay.port_min`.
fn key_of_variable(name: &str) -> Option<String> {
    if NOT_KEYS.iter().any(|other| name.starts_with(other)) {
        return None;
    }
    name.strip_prefix(PREFIX).map(|key| key.to_ascii_lowercase().replace("__", "."))
}

/// Reads the file. A fault contains the line number but not the line, which may contain a secret.
fn read_file(file: &std::path::Path) -> Result<Dict, Fault> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| {
        Fault::new(&name, format!("cannot be read: {error}"), "Check the path and the permissions of the file.")
    })?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        Fault::new(&name, format!("is not TOML: line {line}"), "Correct the line: a key, `=`, and a value, with text in quotes.")
    })?;
    let value = Value::serialize(table).map_err(|_| {
        Fault::new(&name, "holds a value of a kind that no key takes", "Write text, numbers, true, false and lists.")
    })?;
    Ok(value.into_dict().unwrap_or_default())
}

/// A fault for every unknown key in the sources, with the most similar known key.
pub(super) fn unknown_keys(merged: &Figment, sections: &[SectionAbout]) -> Vec<Fault> {
    let known: Vec<&str> = sections.iter().flat_map(|section| &section.keys).map(|key| key.path.as_str()).collect();
    let names: Vec<&str> = sections.iter().map(|section| section.name).filter(|name| !name.is_empty()).collect();
    let Ok(all) = merged.data() else { return Vec::new() };
    let mut faults = Vec::new();
    for (key, value) in all.values().flatten() {
        match value {
            Value::Dict(_, inside) => {
                for path in inside.keys().map(|inner| format!("{key}.{inner}")).filter(|path| !known.contains(&path.as_str())) {
                    faults.push(unknown(&path, &known).from(origin_of(merged, &path)));
                }
            }
            _ if names.contains(&key.as_str()) => faults.push(
                Fault::new(key, "is a section, not a key", format!("Write its keys below `[{key}]`."))
                    .from(origin_of(merged, key)),
            ),
            _ if !known.contains(&key.as_str()) => faults.push(unknown(key, &known).from(origin_of(merged, key))),
            _ => {}
        }
    }
    faults
}

fn unknown(path: &str, known: &[&str]) -> Fault {
    let likeness = known.iter().map(|candidate| (likeness(path, candidate), candidate));
    let remedy = match likeness.max_by(|(one, _), (other, _)| one.total_cmp(other)) {
        Some((likeness, candidate)) if likeness >= ALIKE => format!("Did you mean `{candidate}`?"),
        _ => "Remove it, or look it up in docs/configuration.md.".to_owned(),
    };
    Fault::new(path, "is not a key", remedy)
}

/// From this similarity on, a key is suggested.
const ALIKE: f64 = 0.6;

/// The similarity of two keys, 0 to 1. Without their sections it counts slightly less, so that a forgotten section is suggested too.
fn likeness(path: &str, candidate: &str) -> f64 {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let whole = strsim::normalized_damerau_levenshtein(path, candidate);
    let ends = strsim::normalized_damerau_levenshtein(&last(path), &last(candidate));
    whole.max(ends * 0.95)
}

/// One source of values, with its name.
struct Layer {
    origin: String,
    dict: Dict,
}

impl Layer {
    fn of_one(origin: &str, key: &str, value: &str) -> Self {
        let dict = key.rsplit('.').fold(None, |inside: Option<Dict>, part| {
            let value = inside.map_or_else(|| Value::from(value), Value::from);
            Some(Dict::from([(part.to_owned(), value)]))
        });
        Self { origin: origin.to_owned(), dict: dict.unwrap_or_default() }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.dict.clone())]))
    }
}
