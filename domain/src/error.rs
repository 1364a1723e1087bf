//! The one error type of the domain: a code from the error registry, the invalid fields, and the cause for the log.

mod report;

pub use report::without_quotations;

use model::errors::{Code, FieldError, FieldFault, Kind};
use sqlx::error::DatabaseError;
use std::{borrow::Cow, error::Error as StdError, fmt};

/// The result of every use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure. `Display` shows only the code, so it never carries patient data: the text for people is in the message catalogue, the cause is in
/// [`StdError::source`].
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
    /// An error with a code from the registry.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { inner: Box::new(Inner { code, fields: Vec::new(), retry_after_secs: None, source: None }) }
    }

    /// A defect in our code, with its cause.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Code::Internal).because(source)
    }

    /// An error about invalid fields; `fields` must not be empty.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        debug_assert!(!fields.is_empty(), "an error about fields names one");
        let mut error = Self::new(Code::FieldsInvalid);
        error.inner.fields = fields;
        error
    }

    /// An error about one invalid field.
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

    /// Adds after how many seconds to try again.
    #[must_use]
    pub fn retry_after(mut self, secs: u64) -> Self {
        self.inner.retry_after_secs = Some(secs);
        self
    }

    /// The error code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.inner.code
    }

    /// The kind of the code.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.inner.code.kind()
    }

    /// The invalid fields; empty unless the code is `request.fields_invalid`.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        &self.inner.fields
    }

    /// After how many seconds to try again.
    #[must_use]
    pub fn retry_after_secs(&self) -> Option<u64> {
        self.inner.retry_after_secs
    }

    /// Maps the violation of one of the named constraints to its code; any other error is converted with `From`.
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

/// `character_not_in_repertoire` and `untranslatable_character` (PostgreSQL, appendix A): text, or text within JSON, contains U+0000, which
/// PostgreSQL cannot store.
const UNSTORABLE: [&str; 2] = ["22021", "22P05"];

/// `datetime_field_overflow` (PostgreSQL, appendix A): a date or an instant that can be parsed, and that PostgreSQL does not know. Ours come from the clock, so it was sent.
const OUT_OF_TIME: &str = "22008";

/// The database gave up on us (PostgreSQL, appendix A): `query_canceled` and `lock_not_available` after our time limits, `idle_in_transaction_session_timeout`,
/// `admin_shutdown`, `crash_shutdown`, `cannot_connect_now`.
const GIVEN_UP: [&str; 6] = ["57014", "55P03", "25P03", "57P01", "57P02", "57P03"];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let state = error.as_database_error().and_then(DatabaseError::code).unwrap_or(Cow::Borrowed(""));
        let code = match &error {
            sqlx::Error::Database(_) if TRY_AGAIN.contains(&&*state) => Code::DatabaseRetry,
            sqlx::Error::Database(_) if GIVEN_UP.contains(&&*state) => Code::DatabaseUnavailable,
            // Most text is checked when it is parsed. This covers the rest; it is the caller's mistake, not ours.
            sqlx::Error::Database(_) if UNSTORABLE.contains(&&*state) => Code::CharacterUnstorable,
            sqlx::Error::Database(_) if state == OUT_OF_TIME => Code::TimeUnstorable,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::Tls(_) => {
                Code::DatabaseUnavailable
            }
            _ => Code::Internal,
        };
        Self::new(code).because(error)
    }
}

/// Collects the faults of a form, so that the user sees all of them at once.
#[derive(Debug, Default)]
pub struct Faults {
    fields: Vec<FieldError>,
}

impl Faults {
    /// Returns the value, or records the fault.
    pub fn take<T>(&mut self, field: &str, parsed: std::result::Result<T, FieldFault>) -> Option<T> {
        parsed.map_err(|fault| self.add(field, fault)).ok()
    }

    /// Records a fault.
    pub fn add(&mut self, field: &str, fault: FieldFault) {
        self.fields.push(FieldError::new(field, fault));
    }

    /// Records several faults.
    pub fn extend(&mut self, faults: impl IntoIterator<Item = FieldError>) {
        self.fields.extend(faults);
    }

    /// Returns all faults as one error, if there are any.
    pub fn check(self) -> Result<()> {
        if self.fields.is_empty() { Ok(()) } else { Err(Error::fields(self.fields)) }
    }
}

/// Calls a use case, and calls it again when it fails with `database.retry`; three calls at most.
///
/// # Errors
/// The error of the last call.
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
