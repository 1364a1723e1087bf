//! The faults of a configuration: all are reported at once, each with its remedy.

use std::fmt;

/// One fault: the key, the source of its value, what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key with its section, e.g. `relay.port_min`.
    pub key: String,
    /// The file or variable that the value came from; none for a default value or a missing value.
    pub origin: Option<String>,
    /// What is wrong, as the end of a sentence that begins with the key. Never contains the value of a secret.
    pub wrong: String,
    /// What the operator should do, as a sentence.
    pub remedy: String,
}

impl Fault {
    /// Creates a fault without a single source, such as two keys that contradict each other.
    pub fn new(key: impl Into<String>, wrong: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { key: key.into(), origin: None, wrong: wrong.into(), remedy: remedy.into() }
    }

    /// The same fault with the source of the value.
    #[must_use]
    pub fn from(mut self, origin: Option<String>) -> Self {
        self.origin = origin;
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, origin, wrong, remedy } = self;
        match origin {
            Some(origin) => write!(f, "{key} ({origin}) {wrong}\n    {remedy}"),
            None => write!(f, "{key} {wrong}\n    {remedy}"),
        }
    }
}

/// All faults of a configuration, in the order of its keys. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [_] => f.write_str("The configuration has one fault:")?,
            all => write!(f, "The configuration has {} faults:", all.len())?,
        }
        for fault in &self.0 {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}
