//! The failure of a server function: an error code and, for a form, its wrong fields. It never contains private data.

use model::errors::{Code, FieldError, Kind};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use words::{Locale, error_message, say};

/// The failure of a server function. It contains no sentence: the page renders [`Failure::message`] in its own language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The cause.
    pub cause: Cause,
    /// The wrong fields, in the order of the form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// When to try again, in seconds from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u64>,
}

/// Why a server function failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The server answered with an error code.
    Code(Code),
    /// The server did not answer, or the response did not come from it.
    Unreachable,
}

impl Failure {
    /// One or more fields are missing or wrong.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Code::FieldsInvalid.into() }
    }

    /// The error code, if the server answered with one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self.cause {
            Cause::Code(code) => Some(code),
            Cause::Unreachable => None,
        }
    }

    /// The message to show to the user.
    #[must_use]
    pub fn message(&self, l: Locale) -> String {
        match self.cause {
            Cause::Code(code) => error_message(l, code),
            Cause::Unreachable => say!(l, errors.unreachable).to_owned(),
        }
    }

    /// The HTTP status of this failure.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.cause {
            Cause::Unreachable => 503,
            Cause::Code(_) if !self.fields.is_empty() => 422,
            Cause::Code(code) => status(code.kind()),
        }
    }
}

/// The HTTP status of a kind of failure, for pages and server functions.
#[must_use]
pub const fn status(kind: Kind) -> u16 {
    match kind {
        Kind::Invalid => 400,
        Kind::Unauthenticated => 401,
        Kind::Forbidden => 403,
        Kind::NotFound => 404,
        Kind::Conflict => 409,
        Kind::Gone => 410,
        Kind::TooSlow => 408,
        Kind::TooLarge => 413,
        Kind::TooMany => 429,
        Kind::Retry | Kind::Busy | Kind::Unavailable => 503,
        Kind::Internal => 500,
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self { cause: Cause::Code(code), fields: Vec::new(), retry_after_secs: None }
    }
}

impl From<Vec<FieldError>> for Failure {
    fn from(fields: Vec<FieldError>) -> Self {
        Self::fields(fields)
    }
}

#[cfg(feature = "ssr")]
impl From<domain::Error> for Failure {
    /// Faults of the system are logged here, with their causes; faults of the caller are not.
    fn from(error: domain::Error) -> Self {
        let request = crate::request::RequestContext::current().map(|request| request.access.request);
        error.log("a page or a server function failed", request);
        Self::from(&error)
    }
}

#[cfg(feature = "ssr")]
impl From<&domain::Error> for Failure {
    fn from(error: &domain::Error) -> Self {
        Self { fields: error.field_errors().to_vec(), retry_after_secs: error.retry_after_secs(), ..error.code().into() }
    }
}

/// Converts the outcome of a use case for a page, and sets the HTTP status of a failure.
///
/// # Errors
/// The failure.
#[cfg(feature = "ssr")]
pub fn answered<T>(outcome: domain::Result<T>) -> Result<T, Failure> {
    outcome.map_err(|error| {
        let failure = Failure::from(error);
        crate::request::fail(&failure);
        failure
    })
}

fn malformed() -> Failure {
    #[cfg(feature = "ssr")]
    if !crate::request::wants_html() {
        crate::request::set_status(http::StatusCode::BAD_REQUEST);
    }
    Code::BodyMalformed.into()
}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    /// The library's own messages may quote the request, so only the variant is kept.
    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            // In the browser: no answer, or not one of ours. On the server: a request body that was cut off or could not be read.
            #[cfg(not(feature = "ssr"))]
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => {
                Self { cause: Cause::Unreachable, fields: Vec::new(), retry_after_secs: None }
            }
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => malformed(),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => malformed(),
            ServerFnErrorErr::UnsupportedRequestMethod(_) => Code::MethodNotAllowed.into(),
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => Code::Internal.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::errors::FieldFault;

    #[test]
    fn a_failure_crosses_the_wire() {
        let failure = Failure::fields(vec![FieldError::new("email", FieldFault::Missing)]);
        assert_eq!(Failure::de(failure.ser()), failure);
        assert_eq!(failure.status(), 422);
    }

    #[test]
    fn what_the_library_says_about_a_request_is_not_passed_on() {
        let failure = Failure::from_server_fn_error(ServerFnErrorErr::Args("email=amara@example.test".into()));
        assert!(!String::from_utf8_lossy(&failure.ser()).contains("amara"));
    }
}
