//! Parses the command line. There are only a few flags, so this needs no library.

use crate::process::{Failure, Outcome};

/// The arguments that have not been parsed yet.
#[derive(Debug)]
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    /// The arguments of this process.
    pub(crate) fn from_environment() -> Outcome<Self> {
        let words = std::env::args_os()
            .skip(1)
            .map(|word| word.into_string().map_err(|word| Failure::because(format!("{} is not Unicode", word.display()))));
        Ok(Self(words.collect::<Outcome<_>>()?))
    }

    /// The arguments of a line without quotes, for tests.
    #[cfg(test)]
    pub(crate) fn of(line: &str) -> Self {
        Self(line.split_whitespace().map(str::to_owned).collect())
    }

    /// What `parse` makes of a line; an argument that it leaves is a failure.
    #[cfg(test)]
    pub(crate) fn read_whole<T>(line: &str, parse: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        let mut arguments = Self::of(line);
        let parsed = parse(&mut arguments)?;
        arguments.finish()?;
        Ok(parsed)
    }

    /// Removes a flag and returns whether it was given.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() < before
    }

    /// Removes `--name 80` or `--name=80` and returns the number.
    pub(crate) fn value(&mut self, name: &str) -> Outcome<Option<u16>> {
        let joined = format!("{name}=");
        let Some(at) = self.0.iter().position(|word| word == name || word.starts_with(&joined)) else { return Ok(None) };
        let word = self.0.remove(at);
        let text = match word.strip_prefix(&joined) {
            Some(text) => text.to_owned(),
            None if at < self.0.len() => self.0.remove(at),
            None => return Err(Failure::because(format!("{name} needs a number"))),
        };
        text.parse().map(Some).map_err(|_| Failure::because(format!("{name} needs a number below 65536, not {text:?}")))
    }

    /// Removes and returns the first argument that is not a flag.
    pub(crate) fn positional(&mut self) -> Option<String> {
        let at = self.0.iter().position(|word| !word.starts_with('-'))?;
        Some(self.0.remove(at))
    }

    /// Fails if an argument is left, because then it is unknown.
    pub(crate) fn finish(self) -> Outcome {
        match self.0.first() {
            None => Ok(()),
            Some(word) => Err(Failure::because(format!("`{word}` is not understood here; see `cargo xtask help`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_values_and_words_come_in_any_order() {
        let mut taken = Arguments::of("--long demo --port=80 filter");
        assert_eq!(taken.positional().as_deref(), Some("demo"));
        assert!(taken.flag("--long"));
        assert!(!taken.flag("--rust"));
        assert_eq!(taken.value("--port").unwrap(), Some(80));
        assert_eq!(taken.positional().as_deref(), Some("filter"));
        taken.finish().unwrap();
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(Arguments::of("--prot 80").finish().is_err());
        let mut no_filter = Arguments::of("test --rsut");
        assert_eq!((no_filter.positional().as_deref(), no_filter.positional()), (Some("test"), None));
        assert!(no_filter.finish().is_err());
        assert!(Arguments::of("--port").value("--port").is_err());
        assert!(Arguments::of("--port many").value("--port").is_err());
    }
}
