//! How a page sends a test mail. Server only: the server provides a [`MailTest`] with `provide_context`.

use std::pin::Pin;
use std::sync::Arc;

/// The result of a test mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTested {
    /// The mail server took it.
    Taken,
    /// No mail server is configured, so it was written to a file.
    Written,
    /// The mail server refused it or did not answer.
    Refused,
}

/// The future that a [`MailTest`] returns.
pub type MailTestFuture = Pin<Box<dyn Future<Output = MailTested> + Send>>;

/// Sends a test mail to an address.
#[derive(Clone)]
pub struct MailTest(pub Arc<dyn Fn(String) -> MailTestFuture + Send + Sync>);
