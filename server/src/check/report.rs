//! The report of `bedside check`, for people and for scripts.

use std::{fmt, process::ExitCode};

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// No problem.
    Fine,
    /// The server runs, but an operator should look at this.
    Warn,
    /// The server cannot start, or cannot do its work.
    Fail,
}

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The severity.
    pub verdict: Verdict,
    /// What was checked, in one or two words.
    pub subject: &'static str,
    /// What was found and, if it is a problem, what to do.
    pub text: String,
}

impl Finding {
    pub(super) fn fine(subject: &'static str, text: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fine, subject, text: text.into() }
    }

    pub(super) fn warn(subject: &'static str, text: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, subject, text: text.into() }
    }

    pub(super) fn fail(subject: &'static str, text: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, subject, text: text.into() }
    }
}

/// All findings, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report(pub Vec<Finding>);

impl Report {
    /// The most severe verdict.
    #[must_use]
    pub fn worst(&self) -> Verdict {
        self.0.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Fine)
    }

    /// 0 when the server can work, 1 when it cannot. Warnings do not change it.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self.worst() {
            Verdict::Fine | Verdict::Warn => ExitCode::SUCCESS,
            Verdict::Fail => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Fine => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { verdict, subject, text } in &self.0 {
            writeln!(f, "{verdict:<5} {subject:<12} {text}")?;
        }
        let count = |verdict| self.0.iter().filter(|finding| finding.verdict == verdict).count();
        match (count(Verdict::Fail), count(Verdict::Warn)) {
            (0, 0) => f.write_str("No problems found."),
            (0, warnings) => write!(f, "The server can work. Warnings: {warnings}."),
            (failures, warnings) => write!(f, "The server cannot work yet. Failures: {failures}. Warnings: {warnings}."),
        }
    }
}
