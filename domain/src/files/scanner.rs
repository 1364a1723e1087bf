//! The virus scanner.

use super::Content;
use async_trait::async_trait;
use std::fmt;

/// A virus scanner.
#[async_trait]
pub trait Scanner: fmt::Debug + Send + Sync {
    /// Scans the whole content.
    ///
    /// # Errors
    /// The cause in words, when the scanner gives no verdict; it is asked again later.
    async fn scan(&self, content: Content) -> Result<Verdict, String>;
}

/// What a scanner says of a file. Whatever is not one of these is no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// Something was found.
    Infected,
    /// The file is larger than the scanner takes.
    TooLarge,
}
