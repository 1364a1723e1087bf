//! The one error of the domain: a code of the registry, the fields that are wrong, and the cause for the log.

mod report;

pub use report::without_quotations;

use model::errors::{Code, FieldError, FieldFault, Kind};
use sqlx::error::DatabaseError;
use std::{borrow::Cow, error::Error as StdError, fmt};

/// What every use case answers with.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure. `Display` shows the code only: the sentence for people stands in the message catalogue, the cause in [`StdError::source`], and
/// neither carries patient data.
#[derive(Debug)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    code: Code,
    fields: Vec<FieldError>,
    retry_after_secs: Option<u64>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A failure of the registry.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { inner: Box::new(Inner { code, fields: Vec::new(), retry_after_secs: None, source: None }) }
    }

    /// A defect of ours, with its cause.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Code::Internal).because(source)
    }

    /// Wrong fields. At least one must be given.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        debug_assert!(!fields.is_empty(), "an error about fields names one");
        let mut error = Self::new(Code::FieldsInvalid);
        error.inner.fields = fields;
        error
    }

    /// One wrong field.
    #[must_use]
    pub fn field(field: &'static str, fault: FieldFault) -> Self {
        Self::fields(vec![FieldError::new(field, fault)])
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// Adds when to try again, in seconds.
    #[must_use]
    pub fn retry_after(mut self, secs: u64) -> Self {
        self.inner.retry_after_secs = Some(secs);
        self
    }

    /// The case.
    #[must_use]
    pub fn code(&self) -> Code {
        self.inner.code
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.inner.code.kind()
    }

    /// The wrong fields; empty unless the code is `request.fields_invalid`.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        &self.inner.fields
    }

    /// When to try again, in seconds.
    #[must_use]
    pub fn retry_after_secs(&self) -> Option<u64> {
        self.inner.retry_after_secs
    }

    /// Turns the violation of a named constraint into its own code; anything else is what `From` makes of it.
    #[must_use]
    pub fn on_constraint(error: sqlx::Error, cases: &[(&str, Code)]) -> Self {
        let name = error.as_database_error().and_then(|database| database.constraint().map(str::to_owned));
        match name.and_then(|name| cases.iter().find(|(constraint, _)| *constraint == name)) {
            Some((_, code)) => Self::new(*code).because(error),
            None => error.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.code.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

/// `deadlock_detected` and `serialization_failure` (PostgreSQL, appendix A).
const TRY_AGAIN: [&str; 2] = ["40P01", "40001"];

/// `character_not_in_repertoire` and `untranslatable_character` (PostgreSQL, appendix A): text, or text within JSON, holds U+0000, which
/// PostgreSQL cannot store.
const UNSTORABLE: [&str; 2] = ["22021", "22P05"];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let state = error.as_database_error().and_then(DatabaseError::code).unwrap_or(Cow::Borrowed(""));
        let code = match &error {
            sqlx::Error::Database(_) if TRY_AGAIN.contains(&&*state) => Code::DatabaseRetry,
            // Most text is checked as it comes in. This is for the rest: the caller's mistake, not ours.
            sqlx::Error::Database(_) if UNSTORABLE.contains(&&*state) => Code::CharacterUnstorable,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::Tls(_) => {
                Code::DatabaseUnavailable
            }
            _ => Code::Internal,
        };
        Self::new(code).because(error)
    }
}

/// Collects the faults of a form, so that a person sees all of them at once.
#[derive(Debug, Default)]
pub struct Faults {
    fields: Vec<FieldError>,
}

impl Faults {
    /// Keeps the value or notes the fault.
    pub fn take<T>(&mut self, field: &str, parsed: std::result::Result<T, FieldFault>) -> Option<T> {
        parsed.map_err(|fault| self.add(field, fault)).ok()
    }

    /// Notes a fault.
    pub fn add(&mut self, field: &str, fault: FieldFault) {
        self.fields.push(FieldError::new(field, fault));
    }

    /// Notes faults.
    pub fn extend(&mut self, faults: impl IntoIterator<Item = FieldError>) {
        self.fields.extend(faults);
    }

    /// All faults as one error, if there are any.
    pub fn check(self) -> Result<()> {
        if self.fields.is_empty() { Ok(()) } else { Err(Error::fields(self.fields)) }
    }
}

/// Calls a use case again when the database asks for it, three times in all.
///
/// # Errors
/// What the last call answered.
pub async fn retry<T, F>(mut use_case: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    for _ in 0..2 {
        match use_case().await {
            Err(error) if error.code() == Code::DatabaseRetry => tracing::debug!(error.code = %error, "trying again"),
            answer => return answer,
        }
    }
    use_case().await
}
