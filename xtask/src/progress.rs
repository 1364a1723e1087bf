//! Shows the user which step is running and how long each one took.

use std::time::{Duration, Instant};

use crate::process::{Outcome, check_interrupted};

/// Counts the steps of one command.
#[derive(Debug)]
pub(crate) struct Steps {
    total: usize,
    begun: usize,
    started: Instant,
}

impl Steps {
    /// Starts to count a command of `total` steps.
    pub(crate) fn of(total: usize) -> Self {
        Self { total, begun: 0, started: Instant::now() }
    }

    /// Runs the next step. Announces it before and prints its duration afterwards.
    pub(crate) fn step<T>(&mut self, what: &str, step: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        check_interrupted()?;
        self.begun += 1;
        let line = format!("[{}/{}] {what} …", self.begun, self.total);
        eprintln!("{line}");
        let begun = Instant::now();
        let result = step()?;
        // Short steps do not need a line with their duration.
        if begun.elapsed() >= Duration::from_secs(2) {
            eprintln!("{line} {}", for_people(begun.elapsed()));
        }
        Ok(result)
    }

    /// How long the command has run so far, for the closing line.
    pub(crate) fn elapsed(&self) -> String {
        for_people(self.started.elapsed())
    }
}

/// Formats a duration as `41 s` or `3 min 05 s`.
pub(crate) fn for_people(time: Duration) -> String {
    match (time.as_secs() / 60, time.as_secs() % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds:02} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(for_people(Duration::from_millis(41_900)), "41 s");
        assert_eq!(for_people(Duration::from_secs(185)), "3 min 05 s");
    }
}
