//! How failures are logged: the chain of causes, without the data that a cause may quote.

use super::Error;
use model::{errors::Kind, ids::RequestId};
use std::{error::Error as StdError, fmt::Write as _};

/// Longer messages are cut; the useful part is at the beginning.
const LONGEST_MESSAGE: usize = 300;

impl Error {
    /// Whether we have to fix this, not the caller: the response has a status of 500 or above.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(self.kind(), Kind::Internal | Kind::Unavailable | Kind::Retry)
    }

    /// Logs a failure that [is ours](Self::is_ours), with all its causes; other failures are not logged. Call it once, where the failure becomes a
    /// response. `request` is for code that runs outside of the request's span, such as a page that is still being sent.
    pub fn log(&self, what: &'static str, request: Option<RequestId>) {
        if self.is_ours() {
            let request = request.map(tracing::field::display);
            tracing::error!(request.id = request, error.code = %self, error.cause = self.causes(), "{what}");
        }
    }

    /// The causes, outermost first, joined by colons. Quoted text and the details of a database error are left out, because they may contain user
    /// input.
    #[must_use]
    pub fn causes(&self) -> String {
        let mut told = String::new();
        let mut next = self.source();
        while let Some(cause) = next {
            let separator = if told.is_empty() { "" } else { ": " };
            // Writing to a string cannot fail.
            let _ = match cause.downcast_ref::<sqlx::Error>() {
                Some(sqlx::Error::Database(database)) => {
                    let _ = write!(told, "{separator}database error {}", database.code().unwrap_or_default());
                    for (kind, name) in [("table", database.table()), ("constraint", database.constraint())] {
                        let _ = name.map(|name| write!(told, " {kind} {name}"));
                    }
                    write!(told, ": {}", without_quotations(database.message()))
                }
                _ => write!(told, "{separator}{}", without_quotations(&cause.to_string())),
            };
            // The source of sqlx's database error repeats the same message.
            next = if cause.is::<sqlx::Error>() { None } else { cause.source() };
        }
        told
    }
}

/// The message with `…` in place of all text in double quotes or backticks: libraries quote the text that they failed on, and it may be a patient's.
/// Text after an unclosed quote is removed as well.
#[must_use]
pub fn without_quotations(message: &str) -> String {
    let mut kept = String::new();
    let mut open: Option<char> = None;
    for char in message.chars() {
        match open {
            Some(quote) if char == quote => open = None,
            Some(_) => {}
            None if matches!(char, '"' | '`') => {
                kept.push('…');
                open = Some(char);
            }
            None => kept.push(char),
        }
    }
    kept.chars().take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::errors::Code;

    #[test]
    fn what_a_message_quotes_is_left_out() {
        let message = "byte index 2 is not a char boundary; it is inside 'é' (bytes 1..3) of `Héctor`";
        assert_eq!(without_quotations(message), "byte index 2 is not a char boundary; it is inside 'é' (bytes 1..3) of …");
        assert_eq!(without_quotations(r#"bad: Error("Héctor", 1), then "#), "bad: Error(…, 1), then ");
        assert_eq!(without_quotations("index out of bounds: the len is 3"), "index out of bounds: the len is 3");
        assert_eq!(without_quotations("left open `Héctor"), "left open …");
    }

    #[test]
    fn every_cause_is_told_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("the outer {0:?}")]
        struct Outer(&'static str, #[source] std::io::Error);
        let error = Error::internal(Outer("Amara", std::io::Error::other("the inner")));
        assert_eq!(error.causes(), "the outer …: the inner");
        assert!(error.is_ours());
        assert!(!Error::new(Code::NotFound).is_ours());
    }
}
