//! What the rules need of a service that knows passwords which became public. The server talks to it.

use async_trait::async_trait;
use std::fmt;

/// A service that knows passwords which became public.
#[async_trait]
pub trait LeakedPasswords: fmt::Debug + Send + Sync {
    /// The hashes that begin with five hexadecimal digits in capitals, one a line: the other digits, a colon, and how often the password was seen; 0 in lines that
    /// only hide how many there are.
    ///
    /// # Errors
    /// The cause in words, when the service does not answer as it should.
    async fn beginning_with(&self, prefix: &str) -> Result<String, String>;
}
